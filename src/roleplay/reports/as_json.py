"""Reports as one JSON object, `roleplay-export/1`, around transcripts and results in formats of their own. Pure."""

import json
from collections.abc import Sequence
from typing import Final

from roleplay.reports.report import Report

FORMAT: Final = "roleplay-export/1"


def written(reports: Sequence[Report]) -> str:
    """All reports as text."""
    data = {"format": FORMAT, "sessions": [_session(report) for report in reports]}
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def _session(report: Report) -> dict[str, object]:
    return {
        "session": report.session,
        "recruiter": report.recruiter,
        "started_at": report.started_at.isoformat(),
        "transcript": report.debrief.transcript.to_json(),
        "result": report.debrief.result.model_dump(mode="json"),
        "comments": [comment.model_dump(mode="json") for comment in report.comments],
    }
