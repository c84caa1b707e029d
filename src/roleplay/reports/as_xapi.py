"""Reports as xAPI statements (IEEE 9274.1.1, and 1.0.3 before it), for a learning record store. Pure.

A session is one statement. Its verb is ADL's `passed` or `failed`, since a scorecard has a pass mark; where the result
doesn't count, it is `completed`, without success or score. A criterion that has points is one more, with ADL's
`scored`: nobody put a question to the recruiter that they `answered`, and a criterion isn't passed or failed by itself.

No words of anybody's are in them: ids, verdicts and numbers, the titles of what was played, and who played it.
"""

import json
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Final
from urllib.parse import quote
from uuid import NAMESPACE_URL, UUID, uuid5

from pydantic import JsonValue

from roleplay.record.words import plain_words
from roleplay.reports.report import Report, overruled_by
from roleplay.scoring.debrief import Row
from roleplay.scoring.result import Verdict

Statement = dict[str, JsonValue]

BASE: Final = "https://roleplay.invalid/xapi/"
"""What our own names begin with. Nothing is there: a name that nobody else can take, not an address."""
ADL: Final = "http://adlnet.gov/expapi/"
LANGUAGE: Final = "en"
PLATFORM: Final = "Roleplay"
NOBODY: Final = "unnamed"
"""The account of a recruiter who gave no name."""
EMAIL: Final = re.compile(r"[\w.%+-]+@[A-Za-z0-9.-]+")


def written(reports: Sequence[Report]) -> str:
    """All statements as a JSON array, as a store takes it."""
    return json.dumps(statements(reports), ensure_ascii=False, indent=2) + "\n"


def statements(reports: Sequence[Report]) -> list[Statement]:
    """The statements of all reports, a session's own before its criteria's.

    A statement's id is made of what it says. So the same one is posted twice without being there twice, and a session
    that was scored anew is a new statement.
    """
    return [
        {"id": str(uuid5(NAMESPACE_URL, BASE + json.dumps(each, sort_keys=True))), **each}
        for report in reports
        for each in _statements(report)
    ]


def duration(seconds: float) -> str:
    """An ISO 8601 duration, to a hundredth of a second: `PT754.5S`."""
    return f"PT{seconds:.2f}".rstrip("0").rstrip(".") + "S"


def _statements(report: Report) -> Iterator[Statement]:
    yield {
        "actor": _actor(report),
        "verb": _verb(_verb_of(report)),
        "object": _scenario(report),
        "result": _session_result(report),
        "context": _context(report, {"grouping": [_scorecard(report)]}),
        "timestamp": _time(report.ended_at or report.started_at),
    }
    for row in report.debrief.rows:
        if row.result.points is not None and row.result.max_points > 0:
            yield {
                "actor": _actor(report),
                "verb": _verb("scored"),
                "object": _criterion(report, row),
                "result": _criterion_result(row),
                "context": _context(report, {"parent": [_scenario(report)], "grouping": [_scorecard(report)]}),
                "timestamp": _time(report.ended_at or report.started_at),
            }


def _verb_of(report: Report) -> str:
    if report.debrief.result.void is not None:
        return "completed"
    return "passed" if report.debrief.result.passed else "failed"


def _actor(report: Report) -> dict[str, JsonValue]:
    """By e-mail where it is known, else by the account that the recruiter has here; exactly one of both."""
    name = plain_words(report.recruiter or "") or NOBODY
    if report.email is not None and EMAIL.fullmatch(report.email):
        return {"objectType": "Agent", "name": name, "mbox": f"mailto:{report.email}"}
    return {"objectType": "Agent", "name": name, "account": {"homePage": BASE, "name": name}}


def _verb(name: str) -> dict[str, JsonValue]:
    return {"id": f"{ADL}verbs/{name}", "display": {LANGUAGE: name}}


def _activity(path: Sequence[str], title: str, kind: str, *, about: str | None = None) -> dict[str, JsonValue]:
    definition: dict[str, JsonValue] = {"type": f"{ADL}activities/{kind}", "name": {LANGUAGE: plain_words(title)}}
    if about is not None:
        definition["description"] = {LANGUAGE: plain_words(about)}
    iri = BASE + "/".join(quote(part, safe="", errors="replace") for part in path)
    return {"objectType": "Activity", "id": iri, "definition": definition}


def _scenario(report: Report) -> dict[str, JsonValue]:
    return _activity(("scenarios", report.scenario), report.debrief.title, "simulation")


def _scorecard(report: Report) -> dict[str, JsonValue]:
    scorecard = report.debrief.result.scorecard
    return _activity(("scorecards", scorecard), scorecard, "assessment")


def _criterion(report: Report, row: Row) -> dict[str, JsonValue]:
    path = ("scorecards", report.debrief.result.scorecard, "criteria", row.result.id)
    return _activity(path, row.title, "objective", about=row.why)


def _session_result(report: Report) -> dict[str, JsonValue]:
    result = report.debrief.result
    said: dict[str, JsonValue] = {"completion": True}
    if result.void is None:
        said["success"] = result.passed
        said["score"] = _score(result.score, 100)
    if report.spent_s is not None:
        said["duration"] = duration(report.spent_s)
    return said


def _criterion_result(row: Row) -> dict[str, JsonValue]:
    result = row.result
    assert result.points is not None, "only what has points is told"
    said: dict[str, JsonValue] = {"verdict": result.verdict.value}
    if result.source is not None:
        said["source"] = result.source.value
    if result.evidence:
        said["turns"] = list(dict.fromkeys(item.turn for item in result.evidence))
    if overruled_by(result) is not None:
        said["overruled"] = True
    return {
        "success": result.verdict is Verdict.MET,
        "score": _score(result.points, result.max_points),
        "extensions": _extensions(said),
    }


def _score(raw: float, highest: float) -> dict[str, JsonValue]:
    return {"scaled": round(raw / highest, 4), "raw": raw, "min": 0, "max": highest}


def _context(report: Report, activities: dict[str, JsonValue]) -> dict[str, JsonValue]:
    debrief = report.debrief
    told: dict[str, JsonValue] = {
        "session": plain_words(report.session),
        "pass-mark": debrief.pass_mark,
        "exam": debrief.is_exam,
        "hints": len(debrief.hints),
    }
    context: dict[str, JsonValue] = {
        "registration": str(_registration(report)),
        "contextActivities": activities,
        "platform": PLATFORM,
        "language": LANGUAGE,
        "extensions": _extensions(told),
    }
    return context if report.revision is None else {**context, "revision": report.revision}


def _registration(report: Report) -> UUID:
    return uuid5(NAMESPACE_URL, f"{BASE}sessions/{plain_words(report.session)}")


def _extensions(said: dict[str, JsonValue]) -> dict[str, JsonValue]:
    return {f"{BASE}extensions/{name}": value for name, value in said.items()}


def _time(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
