"""The figures of a report's pictures, in a picture's own units: where a bar ends, where a line runs. Pure."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from roleplay.record.words import plain_words
from roleplay.reports.report import Report
from roleplay.scoring.debrief import Debrief
from roleplay.scoring.result import Verdict
from roleplay.wording import points_words, verdict_words, when, whole

WIDTH: Final = 360
"""As wide as a phone, so that words in a picture are never shrunk."""
BAR_HEIGHT: Final = 34
LINE_HEIGHT: Final = 150
EDGE: Final = 28
ABOVE: Final = 9
BELOW: Final = 19
"""How far a number stands from its dot."""
LONGEST_TITLE: Final = 42


class Bar(NamedTuple):
    """One bar: below its words, as long as its share of the picture's width."""

    title: str
    words: str
    verdict: Verdict
    width: float
    y: int


class Bars(NamedTuple):
    """Bars below each other."""

    bars: tuple[Bar, ...]
    height: int


class Share(NamedTuple):
    """Two parts of one bar."""

    yours: int
    """Percent."""
    width: float


class Dot(NamedTuple):
    """A session's score."""

    x: float
    y: float
    words: str
    label: str
    label_y: float


class Course(NamedTuple):
    """One recruiter's scores over time, joined by a line."""

    recruiter: str
    dots: tuple[Dot, ...]
    line: str
    """The line's points, as SVG has them."""
    mark: float | None
    """Where the pass mark lies, if it is the same for all."""


def points_bars(debrief: Debrief) -> Bars:
    """A bar a criterion that has points: how many of those that it could have."""
    counted = [row for row in debrief.rows if row.result.points is not None and row.result.max_points > 0]
    bars = []
    for index, row in enumerate(counted):
        result = row.result
        share = max(0.0, min(1.0, (result.points or 0) / result.max_points))
        symbol, _ = verdict_words(result.verdict)
        words = f"{symbol} {points_words(result)}"
        bars.append(Bar(_short(row.title), words, result.verdict, round(WIDTH * share, 1), index * BAR_HEIGHT))
    return Bars(tuple(bars), len(bars) * BAR_HEIGHT)


def talk_bar(debrief: Debrief) -> Share | None:
    """Whose words they were; None where nothing was said."""
    if debrief.talk_share is None:
        return None
    return Share(round(100 * debrief.talk_share), round(WIDTH * debrief.talk_share, 1))


def courses_of(reports: Sequence[Report]) -> list[Course]:
    """Each recruiter's scores over time, of those with more than one that counts."""
    counted = [report for report in reports if report.debrief.result.void is None]
    names = list(dict.fromkeys(report.recruiter for report in counted))
    own = ([report for report in counted if report.recruiter == name] for name in names)
    return [_course(sorted(some, key=lambda report: report.started_at)) for some in own if len(some) > 1]


def _course(reports: Sequence[Report]) -> Course:
    marks = {report.debrief.pass_mark for report in reports}
    mark = _height(marks.pop()) if len(marks) == 1 else None
    step = (WIDTH - 2 * EDGE) / (len(reports) - 1)
    dots = tuple(_dot(report, round(EDGE + index * step, 1), mark) for index, report in enumerate(reports))
    return Course(reports[0].recruiter or "", dots, " ".join(f"{dot.x},{dot.y}" for dot in dots), mark)


def _dot(report: Report, x: float, mark: float | None) -> Dot:
    y, score = _height(report.debrief.result.score), whole(report.debrief.result.score)
    is_below = mark is not None and 0 <= y - mark < ABOVE + 12  # above it, the line would run through the number
    return Dot(x, y, f"{when(report.started_at)}: {score}", score, y + BELOW if is_below else y - ABOVE)


def _height(score: float) -> float:
    return round(LINE_HEIGHT - EDGE - (LINE_HEIGHT - 2 * EDGE) * score / 100, 1)


def _short(title: str) -> str:
    plain = plain_words(title)
    return plain if len(plain) <= LONGEST_TITLE else f"{plain[: LONGEST_TITLE - 1].rstrip()}…"
