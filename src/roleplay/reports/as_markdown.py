"""Reports as Markdown, for a wiki, a ticket or a chat. Pure.

What others wrote stands there as words: no heading, link, picture or HTML comes of it, in CommonMark or GitHub's.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from roleplay.record.words import plain_words
from roleplay.reports.report import Report, figures, headed, reviewed, who
from roleplay.scoring.aftermath import Aftermath, Letter
from roleplay.scoring.debrief import Debrief, Row
from roleplay.scoring.ledger import LedgerEntry
from roleplay.scoring.result import Evidence
from roleplay.scoring.touches import SENSITIVE_WORDS
from roleplay.verdicts import beside, mark_words
from roleplay.wording import (
    chance_words,
    channel_words,
    ladder_words,
    letter_story,
    points_words,
    score_words,
    verdict_words,
    when,
)

ALWAYS: Final = re.compile(r"[\\`*_{}\[\]<>#|~&!$@^]")
"""What begins markup wherever it stands."""
INSIDE: Final = re.compile(r"(?<=\S)[.:](?=\S)")
"""What makes an address of words."""
LINE_START: Final = re.compile(r"^(\s*)([-+=]|\d+(?=[.)]))")
"""What makes a list or a heading of a line."""


def written(reports: Sequence[Report]) -> str:
    """All reports as text."""
    return "\n---\n\n".join("\n".join(_lines(report)) for report in reports)


def safe(text: str) -> str:
    """`text` on one line, with all that would be markup escaped."""
    escaped = INSIDE.sub(r"\\\g<0>", ALWAYS.sub(r"\\\g<0>", plain_words(text)))
    return LINE_START.sub(_unlisted, escaped)


def _unlisted(match: re.Match[str]) -> str:
    # A number can't be escaped itself; what follows it is.
    return f"{match[1]}&#{ord(match[2][0])};{match[2][1:]}"


def _lines(report: Report) -> Iterator[str]:
    debrief = report.debrief
    played_by = f", played by {safe(report.recruiter)}" if report.recruiter else ""
    yield f"# {safe(debrief.title)}"
    yield ""
    yield safe(f"{debrief.with_name}, {debrief.company}") + f"{played_by}, {when(report.started_at)}."
    yield ""
    yield f"**{safe(score_words(debrief.result, debrief.pass_mark))}** {safe(debrief.ending)}"
    yield ""
    yield from _short(debrief)
    yield from _coach(report)
    yield from _scorecard(debrief)
    yield from _facts(debrief)
    if debrief.aftermath is not None:
        yield from _aftermath(debrief.aftermath)
    yield from _transcript(report)


def _short(debrief: Debrief) -> Iterator[str]:
    yield "## In short"
    yield ""
    if debrief.keep is not None:
        yield f"- **Keep:** {safe(debrief.keep.title)}. “{safe(debrief.keep.quote)}”"
    if debrief.fix is None:
        yield "- **Fix:** Nothing. All that could be met was."
    else:
        yield f"- **Fix:** {safe(debrief.fix.title)}. {safe(debrief.fix.why)}"
        yield from (f"- **Next time say:** “{safe(line)}”" for line in debrief.fix.say)
    yield from (f"- {safe(line)}" for line in figures(debrief))
    if debrief.talk_share is not None:
        yield f"- You spoke {round(100 * debrief.talk_share)}% of the words."
    yield ""


def _coach(report: Report) -> Iterator[str]:
    said = [safe(line) for line in reviewed(report.debrief)]
    said += [f"{safe(comment.by)}: {safe(comment.text)}" for comment in report.comments_at(None)]
    if said:
        yield "## What others said"
        yield ""
        yield from (f"- {line}" for line in said)
        yield ""


def _scorecard(debrief: Debrief) -> Iterator[str]:
    yield "## Scorecard"
    yield ""
    yield "| verdict | criterion | points | why |"
    yield "|---|---|---|---|"
    for row in debrief.rows:
        symbol, word = verdict_words(row.result.verdict)
        why = "<br>".join(_why(row))
        yield f"| {safe(symbol)} {word} | {safe(row.title)} | {points_words(row.result)} | {why} |"
    yield ""


def _why(row: Row) -> Iterator[str]:
    yield safe(row.result.reason)
    yield from map(_quote, row.result.evidence)
    for told in beside(row):
        yield f"{safe(told.sign)} {safe(told.words)}"
        yield from map(_quote, told.evidence)


def _quote(evidence: Evidence) -> str:
    return f"“{safe(evidence.quote)}” ({safe(evidence.turn)})"


def _facts(debrief: Debrief) -> Iterator[str]:
    if debrief.ladder:
        yield "## The deadline"
        yield ""
        yield from (f"- {safe(line)}" for line in ladder_words(debrief.ladder))
        yield ""
    for title, entries in (("never learned", debrief.never_learned), ("learned", debrief.learned)):
        if entries:
            yield f"## What you {title}"
            yield ""
            yield from (f"- {_fact(entry)}" for entry in entries)
            yield ""


def _fact(entry: LedgerEntry) -> str:
    if entry.turn is not None:
        given = ", given away" if entry.is_given else ""
        return f"{safe(entry.says)} ({safe(entry.by)}, {safe(entry.turn)}{given})"
    asked = f" Ask: “{safe(entry.ask)}”" if entry.ask else ""
    return f"{safe(entry.says)} {safe(entry.by)} knew. {safe(chance_words(entry))}{asked}"


def _aftermath(aftermath: Aftermath) -> Iterator[str]:
    if aftermath.letters:
        yield "## What you said, and where it went"
        yield ""
    for letter in aftermath.letters:
        yield from _letter(letter)
    if any(line.yours for line in aftermath.page):
        yield "## Your map, beside how it really is"
        yield ""
        yield "| | field | yours | how it is |"
        yield "|---|---|---|---|"
        for line in aftermath.page:
            mark = {None: "", True: "✓", False: "✗"}[line.is_right]
            yield f"| {mark} | {safe(line.title)} | {safe(line.yours or '(left open)')} | {safe(line.key)} |"
        yield ""


def _letter(letter: Letter) -> Iterator[str]:
    yield f"Day {letter.day}, your {channel_words(letter.channel)} to {safe(' and '.join(letter.to))}:"
    yield ""
    yield from (f"> {safe(line)}  " if line.strip() else ">" for line in letter.text.splitlines())
    yield ""
    yield from (f"- “{safe(mark.quote)}”: {safe(SENSITIVE_WORDS[mark.category])}" for mark in letter.marks)
    yield from (f"- {safe(step)}" for step in letter_story(letter))
    yield ""


def _transcript(report: Report) -> Iterator[str]:
    yield "## Transcript"
    yield ""
    for heading, turns in headed(report):
        yield f"### {safe(heading)}"
        yield ""
        for turn in turns:
            yield f"- {safe(turn.id)} **{safe(who(report, turn))}:** {safe(turn.text)}"
            yield from (f"  - {safe(mark_words(mark))}" for mark in report.debrief.marks.get(turn.id, ()))
            yield from (f"  - {safe(note.by)}: {safe(note.text)}" for note in report.comments_at(turn.id))
        yield ""
