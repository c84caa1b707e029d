"""A debrief and other things as plain text."""

import textwrap
from collections.abc import Iterator
from typing import Final

from roleplay.scoring.debrief import Debrief, LedgerEntry, Row
from roleplay.scoring.result import Result, Verdict

WIDTH: Final = 96
"""Columns of plain text; a terminal narrower than this wraps by itself."""

MARKS: Final[dict[Verdict, str]] = {
    Verdict.MET: "+",
    Verdict.PARTIAL: "~",
    Verdict.MISSED: "-",
    Verdict.VIOLATED: "!",
    Verdict.NOT_APPLICABLE: " ",
    Verdict.NOT_JUDGED: "?",
}

WORDS: Final[dict[Verdict, str]] = {
    Verdict.MET: "met",
    Verdict.PARTIAL: "partly met",
    Verdict.MISSED: "missed",
    Verdict.VIOLATED: "violated",
    Verdict.NOT_APPLICABLE: "did not apply",
    Verdict.NOT_JUDGED: "not judged",
}
"""Verdicts as people read them."""


def wrapped(text: str, indent: str = "", first: str | None = None) -> str:
    """Wrap a paragraph; `first` stands before its first line instead of `indent`."""
    return textwrap.fill(
        " ".join(text.split()),
        WIDTH,
        initial_indent=indent if first is None else first,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def debrief_text(debrief: Debrief) -> str:
    """A whole debrief, short first."""
    return "\n".join(_debrief_lines(debrief))


def score_line(result: Result, pass_mark: float) -> str:
    """The score in words: `72.5 of 100, passed (pass mark 70)`."""
    return f"{result.score:g} of 100, {'passed' if result.passed else 'not passed'} (pass mark {pass_mark:g})"


def result_lines(rows: tuple[Row, ...]) -> Iterator[str]:
    """The scorecard, a criterion with its quotes at a time."""
    for row in rows:
        result = row.result
        worth = "" if result.points is None else f", {result.points:g} of {result.max_points:g}"
        head = f"{MARKS[result.verdict]} {row.title}: {WORDS[result.verdict]}{worth}."
        yield wrapped(f"{head} {result.reason}", indent="    ", first="  ")
        for item in result.evidence:
            yield wrapped(f"“{item.quote}”", indent=" " * 12, first=f"      {item.turn:<5} ")


def _debrief_lines(debrief: Debrief) -> Iterator[str]:
    yield f"DEBRIEF: {debrief.title} ({debrief.with_name}, {debrief.company})"
    yield f"Score: {score_line(debrief.result, debrief.pass_mark)}. {debrief.ending}"
    yield ""
    if debrief.keep is not None:
        yield wrapped(f"Keep: {debrief.keep}", indent="      ")[6:]
    if debrief.fix is not None:
        yield wrapped(f"Fix: {debrief.fix.title}. {debrief.fix.why}", indent="     ")[5:]
        yield wrapped(f"Say next time: “{debrief.fix.say[0]}”", indent="     ")
        yield from (wrapped(f"Or: “{line}”", indent="     ") for line in debrief.fix.say[1:])
    yield ""
    yield "Scorecard"
    yield from result_lines(debrief.rows)
    yield ""
    if debrief.never_learned:
        yield "What you never learned"
        for entry in debrief.never_learned:
            yield from _never_learned(entry)
        yield ""
    if debrief.learned:
        yield "What you learned"
        for entry in debrief.learned:
            yield wrapped(entry.says, indent=" " * 8, first=f"  {entry.turn:<5} ")
        yield ""


def _never_learned(entry: LedgerEntry) -> Iterator[str]:
    yield wrapped(f"{entry.says} ({entry.by} knew.)", indent="    ", first="  - ")
    if entry.ask is not None:
        yield wrapped(f"It takes: “{entry.ask}”", indent="      ")
