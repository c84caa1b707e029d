"""Which of a session's verdicts a coach should look at. Pure."""

from collections.abc import Collection, Sequence
from typing import Final

from roleplay.record.events import Event, TurnHeard
from roleplay.scoring.result import CriterionResult, Result, Source, Verdict

SURE: Final = 0.9
"""What was heard with this confidence needs nobody's second look."""


def doubtful(result: Result, events: Sequence[Event], *, coach_decides: Collection[str] = ()) -> tuple[str, ...]:
    """The criteria whose verdict isn't sure, in the scorecard's order.

    It is sure where it was counted, or rests on words that were heard with confidence. In doubt are what a judge sees
    otherwise, what wasn't judged, half-met verdicts, and criteria on which scorer and coaches often differ. What a
    coach has decided isn't in doubt.
    """
    heard = {
        event.turn: {each.quote: each.confidence for each in event.heard}
        | {each.quote: each.confidence for each in event.sensitive}
        for event in events
        if isinstance(event, TurnHeard)
    }
    return tuple(
        each.id for each in result.criteria if each.overruled is None and _is_doubtful(each, heard, coach_decides)
    )


def _is_doubtful(result: CriterionResult, heard: dict[str, dict[str, float]], coach_decides: Collection[str]) -> bool:
    if result.verdict is Verdict.NOT_APPLICABLE:
        return False
    if result.second is not None or result.id in coach_decides:
        return True
    if result.verdict in {Verdict.NOT_JUDGED, Verdict.PARTIAL}:
        return result.source is not Source.MEASURE
    confidences = [
        confidence
        for item in result.evidence
        for quote, confidence in heard.get(item.turn, {}).items()
        if quote in item.quote or item.quote in quote
    ]
    return bool(confidences) and max(confidences) < SURE
