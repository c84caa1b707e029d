"""How well a language model kept to its part: counted from the record, and when a score can't count for it. Pure."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from roleplay.record.events import (
    RECRUITER,
    SCRIPTED,
    Event,
    GuardCheck,
    GuardOutcome,
    TurnSpoken,
    VoiceFailed,
    WordsHeldBack,
)
from roleplay.values import Value

FLOOR: Final = 0.5
"""Below this share of turns as directed, a session doesn't count."""
FEWEST_TURNS: Final = 4
"""With fewer voiced turns than this, nothing can be said."""
WORTH: Final = {GuardOutcome.DROPPED: 1.0, GuardOutcome.REPAIRED: 0.5, GuardOutcome.SCRIPTED: 0.0}


class Fidelity(Value):
    """What a model's turns came to. A turn is as directed (1), mended by asking again (½), or the script's (0)."""

    turns: int
    """Turns that a model voiced, or was to voice."""
    as_directed: int
    repaired: int
    scripted: int
    """Turns that the script had to finish, since the model didn't keep to them."""
    failures: int
    """Turns that an endpoint's failure left to the script; they say nothing about the model's playing."""
    hits: dict[GuardCheck, int]
    """What was held back before anybody heard it, by kind."""
    agreement: float
    """The mean over the turns, 0 to 1."""

    @property
    def is_void(self) -> bool:
        """Whether too much of it wasn't played as it should have been for a score to mean something."""
        return self.turns >= FEWEST_TURNS and self.agreement < FLOOR


def fidelity_of(events: Sequence[Event]) -> Fidelity | None:
    """Count how a model kept to its part; None where no model was asked to play one."""
    worst: dict[str, GuardOutcome] = {}
    hits: Counter[GuardCheck] = Counter()
    for event in events:
        if isinstance(event, WordsHeldBack):
            hits[event.check] += 1
            worst[event.turn] = min(worst.get(event.turn, event.outcome), event.outcome, key=lambda each: WORTH[each])
    turns = [
        event.turn
        for event in events
        if isinstance(event, TurnSpoken)
        and event.speaker != RECRUITER
        and event.voice is not None
        and (event.voice != SCRIPTED or event.turn in worst)
    ]
    failures = sum(isinstance(event, VoiceFailed) for event in events)
    if not turns and not failures:
        return None
    outcomes = [worst.get(turn, GuardOutcome.DROPPED) for turn in turns]
    return Fidelity(
        turns=len(turns),
        as_directed=outcomes.count(GuardOutcome.DROPPED),
        repaired=outcomes.count(GuardOutcome.REPAIRED),
        scripted=outcomes.count(GuardOutcome.SCRIPTED),
        failures=failures,
        hits=dict(hits),
        agreement=round(sum(WORTH[each] for each in outcomes) / len(outcomes), 3) if outcomes else 1.0,
    )
