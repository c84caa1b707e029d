"""A debrief and other things as plain text."""

import textwrap
from collections.abc import Iterator
from typing import Final

from roleplay.record.words import plain_words
from roleplay.scoring.aftermath import Aftermath
from roleplay.scoring.debrief import Debrief, Row
from roleplay.scoring.ledger import LedgerEntry
from roleplay.scoring.touches import SENSITIVE_WORDS
from roleplay.verdicts import beside, review_lines
from roleplay.wording import (
    EXAM_PLAYED,
    against_words,
    chance_words,
    channel_words,
    fidelity_words,
    hints_words,
    ladder_words,
    letter_story,
    points_words,
    score_words,
    verdict_words,
)

WIDTH: Final = 96
"""Columns of plain text; a terminal narrower than this wraps by itself."""


def wrapped(text: str, indent: str = "", first: str | None = None) -> str:
    """Wrap a paragraph, without what a terminal would obey; `first` stands before its first line, not `indent`."""
    return textwrap.fill(
        plain_words(text),
        WIDTH,
        initial_indent=indent if first is None else first,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def debrief_text(debrief: Debrief) -> str:
    """A whole debrief, short first."""
    return "\n".join(_debrief_lines(debrief))


def result_lines(rows: tuple[Row, ...]) -> Iterator[str]:
    """The scorecard, a criterion with its quotes at a time."""
    for row in rows:
        result = row.result
        mark, word = verdict_words(result.verdict)
        head = f"{mark} {row.title}: {word}, {points_words(result)}."
        yield wrapped(f"{head} {result.reason}", indent="    ", first="  ")
        for item in result.evidence:
            yield wrapped(f"“{item.quote}”", indent=" " * 12, first=f"      {item.turn:<5} ")
        for told in beside(row):
            yield wrapped(told.words, indent=" " * 12, first=f"      {told.sign} ")
            for item in told.evidence:
                yield wrapped(f"“{item.quote}”", indent=" " * 12, first=f"      {item.turn:<5} ")


def _debrief_lines(debrief: Debrief) -> Iterator[str]:
    yield wrapped(f"DEBRIEF: {debrief.title} ({debrief.with_name}, {debrief.company})")
    yield wrapped(f"{score_words(debrief.result, debrief.pass_mark)} {debrief.ending}")
    yield from (wrapped(line, indent="  ", first="") for line in review_lines(debrief.remarks))
    yield ""
    if debrief.keep is not None:
        yield wrapped(f"Keep: {debrief.keep.title}. “{debrief.keep.quote}”", indent="     ", first="")
    if debrief.fix is not None:
        yield wrapped(f"Fix: {debrief.fix.title}. {debrief.fix.why}", indent="     ", first="")
        yield wrapped(f"Say next time: “{debrief.fix.say[0]}”", indent="     ")
        yield from (wrapped(f"Or: “{line}”", indent="     ") for line in debrief.fix.say[1:])
    yield ""
    yield "Scorecard"
    yield from result_lines(debrief.rows)
    yield ""
    yield from _beside(debrief)
    if debrief.aftermath is not None:
        yield from _aftermath(debrief.aftermath)
    if debrief.never_learned:
        yield "What you never learned"
        for entry in debrief.never_learned:
            yield from _never_learned(entry)
        yield ""
    if debrief.learned:
        yield "What you learned"
        for entry in debrief.learned:
            given = " (They gave it away; you hadn't asked.)" if entry.is_given else ""
            yield wrapped(f"{entry.says}{given}", indent=" " * 8, first=f"  {entry.turn:<5} ")
        yield ""


def _beside(debrief: Debrief) -> Iterator[str]:
    """What stands beside the scorecard: hints, the deadline, the first try, the voice."""
    if debrief.is_exam:
        yield EXAM_PLAYED
    if debrief.hints:
        yield wrapped(hints_words(debrief.hints))
        yield ""
    if debrief.ladder:
        yield "The deadline"
        yield from (wrapped(line, indent="    ", first="  ") for line in ladder_words(debrief.ladder))
        yield ""
    if debrief.against is not None:
        yield from (wrapped(line, indent="  ") for line in against_words(debrief.against))
        yield ""
    if debrief.fidelity is not None:
        yield wrapped(fidelity_words(debrief.fidelity))
        yield ""


def _aftermath(aftermath: Aftermath) -> Iterator[str]:
    """The letters with where they went, and the map beside its key."""
    for letter in aftermath.letters:
        yield wrapped(f"Day {letter.day}, your {channel_words(letter.channel)} to {' and '.join(letter.to)}")
        for line in letter.text.splitlines():
            yield wrapped(line, indent="    | ")
        for found in letter.marks:
            yield wrapped(f"“{found.quote}”: {SENSITIVE_WORDS[found.category]}", indent="      ", first="    ! ")
        for step in letter_story(letter):
            yield wrapped(step, indent="      ", first="    → ")
        yield ""
    if any(line.yours for line in aftermath.page):
        yield "Your map, beside how it really is"
        for field in aftermath.page:
            mark = {None: " ", True: "✓", False: "✗"}[field.is_right]
            yield wrapped(f"{field.title}: {field.yours or '(left open)'}", indent="      ", first=f"  {mark} ")
            yield wrapped(field.key, indent="        ", first="      = ")
        yield ""


def _never_learned(entry: LedgerEntry) -> Iterator[str]:
    yield wrapped(f"{entry.says} ({entry.by} knew.)", indent="    ", first="  - ")
    if entry.ask is not None:
        yield wrapped(f"{chance_words(entry)} It takes: “{entry.ask}”", indent="      ")
