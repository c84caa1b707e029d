"""What a session's language model has spent, as the record has it."""

from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager
from datetime import datetime
from functools import reduce

from roleplay.llm.budget import Meter, Spent
from roleplay.practice.clock import Clock
from roleplay.record.events import Event, TokensSpent
from roleplay.store.base import SessionStore


def spent_in(events: Iterable[Event]) -> Spent:
    """Add up what `events` say was spent."""
    each = (Spent(**{name: getattr(event, name) for name in Spent.model_fields}) for event in _spendings(events))
    return reduce(Spent.plus, each, Spent())


def tokens_spent(at: datetime, spent: Spent) -> list[TokensSpent]:
    """The event that keeps `spent`; none where nothing was asked."""
    return [TokensSpent(at=at, **spent.model_dump())] if spent.requests else []


@asynccontextmanager
async def spending_kept(store: SessionStore, session_id: str, meter: Meter, clock: Clock) -> AsyncGenerator[None, None]:
    """Keep what is spent meanwhile in the record of a session that is over.

    Raises:
        StoreError: it can't be written.
    """
    try:
        yield
    finally:
        if spent := tokens_spent(clock.now(), meter.take()):
            _, events = await store.read(session_id)
            await store.append(session_id, len(events), spent)


def _spendings(events: Iterable[Event]) -> Iterable[TokensSpent]:
    return (event for event in events if isinstance(event, TokensSpent))
