"""What a session's language model has spent, as the record has it."""

from collections.abc import Iterable
from datetime import datetime
from functools import reduce

from roleplay.llm.budget import Spent
from roleplay.record.events import Event, TokensSpent


def spent_in(events: Iterable[Event]) -> Spent:
    """Add up what `events` say was spent."""
    each = (Spent(**{name: getattr(event, name) for name in Spent.model_fields}) for event in _spendings(events))
    return reduce(Spent.plus, each, Spent())


def tokens_spent(at: datetime, spent: Spent) -> list[TokensSpent]:
    """The event that keeps `spent`; none where nothing was asked."""
    return [TokensSpent(at=at, **spent.model_dump())] if spent.requests else []


def _spendings(events: Iterable[Event]) -> Iterable[TokensSpent]:
    return (event for event in events if isinstance(event, TokensSpent))
