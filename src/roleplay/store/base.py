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


class ScoredBy(Value):
    """What a result was found by."""

    is_own: bool = True
    """Whether by the scorecard that the session was played with, as it was then."""
    scorecard_digest: str | None = None
    """None of a result that was kept before digests were."""
    scorer: str | None = None
    """The scorer's version, with the listener's."""
    scored_at: datetime | None = None


class KeptResult(Value):
    """One of a session's results, without its verdicts."""

    scorecard: str
    score: float
    passed: bool
    is_void: bool
    by: ScoredBy


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

    async def keep_result(
        self, session_id: str, result_json: str, score: float, passed: bool, by: ScoredBy | None = None
    ) -> None:
        """Keep a session's result beside it; an earlier one stays too.

        `score` and `passed` are what is listed: with what coaches said, where the JSON is the scorer's alone.
        """
        ...

    async def result(self, session_id: str) -> str | None:
        """The latest result by the session's own scorecard as JSON, if it was scored."""
        ...

    async def results(self, session_id: str) -> list[KeptResult]:
        """What the session came to, each time that it was scored, by whatever scorecard, oldest first."""
        ...

    async def keep_overruling(self, session_id: str, overruling_json: str, score: float, passed: bool) -> None:
        """Keep a coach's word; nothing is ever taken away. `score` and `passed`: what is listed from now on."""
        ...

    async def overrulings(self, session_id: str) -> list[str]:
        """What coaches said of a session as JSON, oldest first."""
        ...

    async def overruled_sessions(self) -> list[str]:
        """The ids of the sessions that a coach said something of, in the order in which that began."""
        ...

    async def opinion(self, digest: str) -> str | None:
        """What a language model said of a turn, as JSON, by the digest of all that it was asked."""
        ...

    async def keep_opinion(self, digest: str, opinion_json: str) -> None:
        """Keep what it said."""
        ...

    async def drill_cards(self, recruiter: str) -> dict[str, str]:
        """How the recruiter stands with each drill card answered so far, as JSON, by `deck/card`."""
        ...

    async def keep_drill_card(self, recruiter: str, card: str, state_json: str) -> None:
        """Keep how the recruiter stands with a card, in place of what stood there."""
        ...

    async def spent_since(self, moment: datetime) -> list[TokensSpent]:
        """What language models were asked from `moment` on, in all sessions."""
        ...

    async def aclose(self) -> None:
        """Close the database."""
        ...
