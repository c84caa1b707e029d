"""The debrief's parts, as widgets and contents: what counts, the scorecard, the facts, the transcript."""

import re
from collections.abc import Iterator
from typing import Final

from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from roleplay.record.events import RECRUITER
from roleplay.record.transcript import Turn
from roleplay.scoring.debrief import Advice, Debrief, Praise, Row
from roleplay.scoring.ledger import LedgerEntry
from roleplay.scoring.moments import Mark
from roleplay.scoring.result import Evidence, Verdict
from roleplay.tui.brief import heading
from roleplay.tui.literal import literal, one_line, paragraphs
from roleplay.tui.long_words import MANY_TURNS, ShownTurn, blocks_of
from roleplay.verdicts import beside, mark_words, remark_words, review_lines
from roleplay.wording import (
    EXAM_PLAYED,
    against_words,
    chance_words,
    fidelity_words,
    hints_words,
    ladder_words,
    learned_words,
    points_words,
    score_words,
    tally_words,
    verdict_words,
)

OWN_TURN: Final = re.compile(r"t\d+\.\d+")
"""Turns are called so in sessions."""
STYLES: Final = {
    Verdict.MET: "$success",
    Verdict.PARTIAL: "$warning",
    Verdict.MISSED: "$error",
    Verdict.VIOLATED: "$error",
}


def short_widgets(debrief: Debrief) -> Iterator[Widget]:
    """What counts: the score, what to keep, what to fix, some figures."""
    yield head_widget(debrief)
    if debrief.keep is not None:
        yield Static(_keep(debrief.keep), id="keep")
    yield Static(_fix(debrief.fix), id="fix")
    yield Static(_figures(debrief), id="figures")


def head_widget(debrief: Debrief) -> Widget:
    """The title, the score, how it ended, and how far its review is."""
    return Static(_head(debrief), id="head")


def scorecard_widgets(debrief: Debrief) -> Iterator[Widget]:
    """The scorecard, a `.row` a criterion."""
    speakers = {turn.id: who(debrief, turn) for _, turn in debrief.transcript.turns()}
    yield Static(heading("Scorecard"), classes="section")
    for row in debrief.rows:
        symbol, word = verdict_words(row.result.verdict)
        left = Vertical(
            Static(f"{symbol} {word}", markup=False, classes="verdict"),
            Static(f"  {points_words(row.result)}", markup=False, classes="points"),
            classes="row-left",
        )
        right = Static(_row(row, speakers), classes="row-right")
        yield Horizontal(left, right, classes=f"row -{row.result.verdict.value}")


def fact_widgets(debrief: Debrief) -> Iterator[Widget]:
    """The deadline, and what was and wasn't found out; nothing of a real call, of which nobody knows."""
    if debrief.is_real:
        return
    if debrief.ladder:
        yield Static(heading("The deadline"), classes="section")
        for line in ladder_words(debrief.ladder):
            yield Static(literal(line), classes="fact")
    yield Static(heading("What you never learned"), classes="section")
    for entry in debrief.never_learned:
        yield Static(_fact(entry), classes="fact")
    if not debrief.never_learned:
        yield Static("Nothing: you found out all there was.", markup=False, classes="fact")
    if debrief.learned:
        yield Static(heading("What you learned"), classes="section")
    for entry in debrief.learned:
        yield Static(_fact(entry), classes="fact")


def transcript_widgets(debrief: Debrief) -> Iterator[Widget]:
    """The words, with what was decided where."""
    yield Static(heading("Transcript"), classes="section", id="transcript-heading")
    turns = [turn for _, turn in debrief.transcript.turns()]
    if len(turns) >= MANY_TURNS:
        yield from blocks_of([ShownTurn(turn.id, _speaker(debrief, turn), _said(debrief, turn)) for turn in turns])
        return
    for turn in turns:
        yield Horizontal(
            Static(one_line(turn.id), classes="said-id"),
            Static(one_line(who(debrief, turn)), classes="said-who"),
            Static(_said(debrief, turn), classes="said-words"),
            classes="said -own" if turn.is_recruiters else "said",
            id=said_id(turn.id),
        )


def said_id(turn: str) -> str:
    """The id of a turn's widget; other programs' turns are called anything."""
    is_own = OWN_TURN.fullmatch(turn) is not None
    return f"said-{turn.replace('.', '-') if is_own else turn.encode('utf-8', 'surrogatepass').hex()}"


def _speaker(debrief: Debrief, turn: Turn) -> Content:
    return one_line(who(debrief, turn), "bold $accent" if turn.is_recruiters else "bold $primary")


def _said(debrief: Debrief, turn: Turn) -> Content:
    """What was said, and what stands beside it."""
    marks = [_mark(mark) for mark in debrief.marks.get(turn.id, ())]
    marks += [
        Content.assemble(("» ", "bold $accent"), paragraphs(remark_words(remark)))
        for remark in debrief.remarks.at_turns.get(turn.id, ())
    ]
    return Content("\n").join([literal(turn.text), *marks])


def who(debrief: Debrief, turn: Turn) -> str:
    """Who said a turn, for the recruiter to read."""
    if turn.is_recruiters:
        return debrief.names.get(RECRUITER, "You")
    return debrief.names.get(turn.speaker) or debrief.with_name.split()[0]


def _row(row: Row, speakers: dict[str, str]) -> Content:
    parts = [one_line(row.title, "bold")]
    parts += [_quote(item, speakers) for item in row.result.evidence]
    parts.append(literal(row.result.reason, "$muted"))
    for told in beside(row):
        parts.append(Content.assemble((f"{told.sign} ", "bold"), one_line(told.words)))
        parts += [Content.assemble("  ", _quote(item, speakers)) for item in told.evidence]
    return Content("\n").join(parts)


def _quote(evidence: Evidence, speakers: dict[str, str]) -> Content:
    where = one_line(f"{speakers.get(evidence.turn, '')} {evidence.turn}", "$muted")
    return Content.assemble(where, " ", literal(f"“{evidence.quote}”", "italic"))


def _mark(mark: Mark) -> Content:
    return one_line(mark_words(mark), "$accent" if mark.verdict is None else STYLES.get(mark.verdict, "$muted"))


def _head(debrief: Debrief) -> Content:
    return Content("\n").join(
        [
            one_line(debrief.title, "bold $accent"),
            one_line(", ".join(filter(None, (debrief.with_name, debrief.company))), "$muted"),
            Content(""),
            one_line(score_words(debrief.result, debrief.pass_mark), "bold"),
            one_line(debrief.ending),
            *(paragraphs(line, "$accent") for line in review_lines(debrief.remarks)),
        ]
    )


def _keep(keep: Praise) -> Content:
    head = Content.assemble(("Keep", "bold $success"), "  ", one_line(keep.title, "bold"))
    return Content("\n").join([head, one_line(f"“{keep.quote}”", "italic")])


def _fix(fix: Advice | None) -> Content:
    if fix is None:
        return Content("\n").join(
            [Content.styled("Fix", "bold $accent"), Content("Nothing. All that could be met was.")]
        )
    parts = [Content.assemble(("Fix  ", "bold $accent"), one_line(fix.title, "bold")), paragraphs(fix.why), Content("")]
    parts.append(Content.styled("Next time say", "$muted"))
    parts += [literal(f"“{line}”") for line in fix.say]
    return Content("\n").join(parts)


def _figures(debrief: Debrief) -> Content:
    words = [f"Scorecard: {tally_words(debrief)}."]
    if debrief.ledger:
        words.append(learned_words(debrief))
    if debrief.talk_share is not None:
        words.append(f"You spoke {round(100 * debrief.talk_share)}% of the words.")
    if debrief.is_exam:
        words.append(EXAM_PLAYED)
    if debrief.hints:
        words.append(hints_words(debrief.hints))
    if debrief.against is not None:
        words += against_words(debrief.against)
    if debrief.fidelity is not None:
        words.append(fidelity_words(debrief.fidelity))
    return Content.styled("\n".join(words), "$muted")


def _fact(entry: LedgerEntry) -> Content:
    parts = [paragraphs(entry.says)]
    if entry.turn is not None:
        given = ", given away" if entry.is_given else ""
        parts.append(one_line(f"{entry.by}, {entry.turn}{given}", "$muted"))
    else:
        asked = f" Ask: “{entry.ask}”" if entry.ask else ""
        parts.append(paragraphs(f"{entry.by} knew. {chance_words(entry)}{asked}", "$muted"))
    return Content("\n").join(parts)
