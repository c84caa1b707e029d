"""The deadline ladder: the date, the bump, what the delay is said to cost. Pure."""

from collections.abc import Callable, Sequence
from enum import StrEnum

from roleplay.content.acts import Act, CounterpartAct, Topic
from roleplay.content.case import Case
from roleplay.record.events import Event, TurnHeard, TurnSpoken
from roleplay.values import Value


class Rung(StrEnum):
    """A step of the ladder; each stands on the one before."""

    DATE = "date"
    """The other side named a date, or a need in time."""
    BUMP = "bump"
    """The recruiter moved it out."""
    COST = "cost"
    """The other side said what that does."""


class Step(Value):
    """One rung, and who reached it with which words; no turn where nobody did."""

    rung: Rung
    turn: str | None = None
    quote: str = ""


def ladder_of(case: Case, events: Sequence[Event]) -> tuple[Step, ...]:
    """Return the three rungs in order; none in a case without a date to be had."""
    if not any(fact.topic in {Topic.DATE, Topic.SLIP} for fact in case.scenario.facts.values()):
        return ()
    spoken = {event.turn: event for event in events if isinstance(event, TurnSpoken)}
    slips = {
        event.turn: heard.quote
        for event in events
        if isinstance(event, TurnHeard)
        for heard in event.heard
        if heard.act is Act.ASK_SLIP
    }
    order = list(spoken)
    date = _first(order, lambda turn: CounterpartAct.TELLS_DATE in spoken[turn].tells)
    bump = None if date is None else _first(order[order.index(date) :], lambda turn: turn in slips)
    cost = None
    if bump is not None:
        following = order[order.index(bump) + 1 :]
        cost = _first(following, lambda turn: CounterpartAct.TELLS_CONSEQUENCE in spoken[turn].tells)
    return (
        Step(rung=Rung.DATE, turn=date, quote="" if date is None else spoken[date].text),
        Step(rung=Rung.BUMP, turn=bump, quote="" if bump is None else slips[bump]),
        Step(rung=Rung.COST, turn=cost, quote="" if cost is None else spoken[cost].text),
    )


def _first(turns: Sequence[str], holds: Callable[[str], bool]) -> str | None:
    return next((turn for turn in turns if holds(turn)), None)
