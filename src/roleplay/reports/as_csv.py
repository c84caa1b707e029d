"""Reports as a table for a spreadsheet, a row a criterion. Pure."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from typing import Final

from roleplay.record.words import plain_words
from roleplay.reports.report import Report, overruled_by
from roleplay.scoring.debrief import Row

COLUMNS: Final = (
    "session",
    "started_at",
    "recruiter",
    "scenario",
    "title",
    "scorecard",
    "score",
    "passed",
    "counts",
    "criterion",
    "criterion_title",
    "verdict",
    "points",
    "max_points",
    "source",
    "overruled_by",
    "turn",
    "quote",
    "reason",
)
FORMULA: Final = re.compile(r"(?:^|(?<=;))(?=\s*[=+\-@＝＋－＠])")
"""Where a spreadsheet would begin a formula: at a cell's start, and after what cells end with in half of Europe."""


def written(reports: Sequence[Report]) -> str:
    """All reports as RFC 4180 text: every cell quoted, lines ended by CR and LF."""
    text = io.StringIO(newline="")
    table = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    table.writerow(COLUMNS)
    for report in reports:
        table.writerows(_cells(report, row) for row in report.debrief.rows)
    return text.getvalue()


def neutral(text: str) -> str:
    """`text` on one line, as words: with an apostrophe before what a spreadsheet would take for a formula."""
    return FORMULA.sub("'", plain_words(text))


def _cells(report: Report, row: Row) -> Iterator[str]:
    result, found = report.debrief.result, row.result
    first = found.evidence[0] if found.evidence else None
    yield from (neutral(report.session), report.started_at.isoformat(), neutral(report.recruiter or ""))
    yield from (neutral(report.scenario), neutral(report.debrief.title), neutral(result.scorecard))
    yield from (f"{result.score:g}", _yes(result.passed), _yes(result.void is None))
    yield from (neutral(found.id), neutral(row.title), found.verdict.value)
    yield from ("" if found.points is None else f"{found.points:g}", f"{found.max_points:g}")
    yield from ("" if found.source is None else found.source.value, neutral(overruled_by(found) or ""))
    yield from (("", "") if first is None else (neutral(first.turn), neutral(first.quote)))
    yield neutral(found.reason)


def _yes(is_so: bool) -> str:
    return "yes" if is_so else "no"
