"""The moment of a criterion: the recruiter's turn to go back to. Pure."""

from collections.abc import Sequence

from roleplay.content.acts import TOPIC_OF_ACT, Act
from roleplay.content.case import Case
from roleplay.record.transcript import Transcript
from roleplay.scoring.ledger import LedgerEntry
from roleplay.scoring.result import CriterionResult, Source, Verdict


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
    acts: Sequence[str] = getattr(case.scorecard.criteria[result.id], "acts", ())
    topics = {TOPIC_OF_ACT[act] for act in acts if isinstance(act, Act) and act in TOPIC_OF_ACT}
    asked = {entry.fact for entry in ledger if case.scenario.facts[entry.fact].topic in topics}
    chances = [entry.from_turn for entry in ledger if entry.fact in asked and entry.from_turn in own]
    return min(chances, key=own.index, default=own[-1])
