"""A hint: what the scorecard still misses, in its own general words; no fact of the case is in it. Pure."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from roleplay.content.scorecard import Scorecard
from roleplay.record.events import Event, HintGiven
from roleplay.scoring.result import Result, Verdict
from roleplay.scoring.scorer import is_conduct


class Hint(NamedTuple):
    """What could be done next: a criterion, why it matters, and a line to say."""

    criterion: str
    title: str
    why: str
    say: str


def next_hint(scorecard: Scorecard, result: Result, given: Collection[str] = ()) -> Hint | None:
    """Return the first of the scorecard's criteria that isn't met; None where nothing is missed.

    One that was hinted at before comes again only where there is no other.
    """
    open_ones = [
        name
        for name, criterion in scorecard.criteria.items()
        if not is_conduct(criterion) and result.criterion(name).verdict in {Verdict.MISSED, Verdict.PARTIAL}
    ]
    if not open_ones:
        return None
    name = next((each for each in open_ones if each not in given), open_ones[0])
    criterion = scorecard.criteria[name]
    return Hint(name, criterion.title, criterion.why, criterion.say[list(given).count(name) % len(criterion.say)])


def hints_in(events: Sequence[Event]) -> tuple[str, ...]:
    """The criteria that were hinted at, in order."""
    return tuple(event.criterion for event in events if isinstance(event, HintGiven))
