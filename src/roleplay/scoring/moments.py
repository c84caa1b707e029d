"""The moments of a transcript: a criterion's turn to go back to, and what is marked beside turns. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Final

from roleplay.content.acts import TOPIC_OF_ACT, Act
from roleplay.content.case import Case
from roleplay.record.events import AnswerDirected, EndReason, Event
from roleplay.record.transcript import Transcript
from roleplay.scoring.ledger import LedgerEntry
from roleplay.scoring.result import CriterionResult, Source, Verdict
from roleplay.values import Value

UNMARKED: Final = frozenset({Verdict.NOT_APPLICABLE, Verdict.NOT_JUDGED})


class MarkKind(StrEnum):
    """What a mark says of its turn."""

    DECIDED = "decided"
    """A criterion rests on words in it."""
    CHANCE = "chance"
    """From here on a question would have been answered that never came."""
    PATIENCE = "patience"
    """The other side's patience was gone."""


class Mark(Value):
    """What stands beside a turn."""

    kind: MarkKind
    title: str
    """The criterion's; the other side's first name where it is about patience."""
    verdict: Verdict | None = None
    """Only of what was decided."""


def moment_of(case: Case, result: CriterionResult, ledger: Sequence[LedgerEntry], transcript: Transcript) -> str | None:
    """Return the turn's id: of what was said, the recruiter's own words; of what was missed, where it could have been.

    A question could have been put from where it would first have been answered; anything else, in the last turn.
    """
    own = [turn.id for touch, turn in transcript.turns() if turn.is_recruiters]
    quoted = [item.turn for item in result.evidence if item.turn in own]
    if quoted:
        return quoted[-1]
    if result.verdict is Verdict.NOT_APPLICABLE or result.source is Source.MAP or not own:
        return None
    return _chance(case, result, ledger, own) or own[-1]


def quoted_moment(result: CriterionResult, own: Collection[str]) -> str | None:
    """Return the last of the recruiter's `own` turns that is quoted; else the last that is quoted at all."""
    quoted = [item.turn for item in result.evidence]
    return next((turn for turn in reversed(quoted) if turn in own), quoted[-1] if quoted else None)


def chances_of(
    case: Case, results: Iterable[CriterionResult], ledger: Sequence[LedgerEntry], transcript: Transcript
) -> dict[str, str]:
    """By missed criterion, the turn from which on its question would have been answered, where there is one."""
    own = [turn.id for touch, turn in transcript.turns() if turn.is_recruiters]
    missed = [each for each in results if each.verdict is Verdict.MISSED and not each.evidence]
    found = {each.id: _chance(case, each, ledger, own) for each in missed}
    return {criterion: turn for criterion, turn in found.items() if turn is not None}


def patience_ran_out(case: Case, events: Iterable[Event]) -> dict[str, str]:
    """By the recruiter's turn that somebody hung up at, their first name."""
    return {
        event.answers: case.personas[event.role].first_name
        for event in events
        if isinstance(event, AnswerDirected) and event.ends is EndReason.HUNG_UP and event.answers is not None
    }


def marks_of(
    results: Iterable[tuple[str, CriterionResult]],
    chances: Mapping[str, str] | None = None,
    patience: Mapping[str, str] | None = None,
) -> dict[str, tuple[Mark, ...]]:
    """By turn, what is marked beside it, from results with their criteria's titles.

    `chances`: by criterion, the turn where it could have been; `patience`: by turn, whose ran out.
    """
    marks: dict[str, list[Mark]] = {}
    for title, result in results:
        if result.verdict not in UNMARKED:
            mark = Mark(kind=MarkKind.DECIDED, title=title, verdict=result.verdict)
            for turn in dict.fromkeys(item.turn for item in result.evidence):
                marks.setdefault(turn, []).append(mark)
        if (chance := (chances or {}).get(result.id)) is not None:
            marks.setdefault(chance, []).append(Mark(kind=MarkKind.CHANCE, title=title))
    for turn, name in (patience or {}).items():
        marks.setdefault(turn, []).append(Mark(kind=MarkKind.PATIENCE, title=name))
    return {turn: tuple(beside) for turn, beside in marks.items()}


def _chance(case: Case, result: CriterionResult, ledger: Sequence[LedgerEntry], own: Sequence[str]) -> str | None:
    acts: Sequence[str] = getattr(case.scorecard.criteria[result.id], "acts", ())
    topics = {TOPIC_OF_ACT[act] for act in acts if isinstance(act, Act) and act in TOPIC_OF_ACT}
    asked = {entry.fact for entry in ledger if case.scenario.facts[entry.fact].topic in topics}
    chances = [entry.from_turn for entry in ledger if entry.fact in asked and entry.from_turn in own]
    return min(chances, key=own.index, default=None)
