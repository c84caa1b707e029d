"""Where records live: the protocol that every database serves."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from roleplay.content.case import Case
from roleplay.record.events import Event, TokensSpent
from roleplay.values import Value


class StoredSession(Value):
    """A session as it stands in a list."""

    id: str
    scenario_id: str
    title: str
    recruiter: str | None
    case_digest: str
    started_at: datetime
    is_over: bool
    turns: int
    """Turns of both sides."""
    score: float | None = None
    passed: bool | None = None
    is_void: bool = False
    """Whether the result doesn't count, since the other side's voice didn't keep to its part."""


class SessionStore(Protocol):
    """Keeps sessions. What a method has returned from is durable."""

    async def create(self, session_id: str, case: Case, events: Sequence[Event]) -> None:
        """Keep a new session with its case and first events.

        Raises:
            StoreError: it can't be written.
        """
        ...

    async def append(self, session_id: str, expected: int, events: Sequence[Event]) -> None:
        """Append events after the `expected` ones that are there.

        Raises:
            SessionBusyError: there are more, so somebody else has written.
            StoreError: they can't be written.
        """
        ...

    async def read(self, session_id: str) -> tuple[Case, list[Event]]:
        """Return a session's case and its events in order.

        Raises:
            NotFoundError: no such session.
        """
        ...

    async def sessions(self, limit: int = 100) -> list[StoredSession]:
        """The latest sessions, newest first."""
        ...

    async def last_unfinished(self) -> StoredSession | None:
        """The session that was left most recently before its end; of one that wasn't begun, nothing is left.

        It is begun when the recruiter spoke or wrote, let time pass, rang somebody in vain, or filled in the map.
        """
        ...

    async def keep_result(self, session_id: str, result_json: str, score: float, passed: bool) -> None:
        """Keep a session's result beside it; an earlier one stays too."""
        ...

    async def result(self, session_id: str) -> str | None:
        """The latest result of a session as JSON, if it was scored."""
        ...

    async def opinion(self, digest: str) -> str | None:
        """What a language model said of a turn, as JSON, by the digest of all that it was asked."""
        ...

    async def keep_opinion(self, digest: str, opinion_json: str) -> None:
        """Keep what it said."""
        ...

    async def spent_since(self, moment: datetime) -> list[TokensSpent]:
        """What language models were asked from `moment` on, in all sessions."""
        ...

    async def aclose(self) -> None:
        """Close the database."""
        ...
