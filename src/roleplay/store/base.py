"""Where records live: the protocol that every database serves."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from roleplay.content.case import Case
from roleplay.content.mode import Mode
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
    mode: Mode = Mode.COACHED
    assignment: str | None = None
    """What it was played for; None where nobody asked for it."""
    submitted_at: datetime | None = None
    """When it was handed in; a coach sees it from then on."""


class Viewer(NamedTuple):
    """Somebody of a team, for whom a store shows only what is theirs to see."""

    name: str
    coaches: bool
    """Whether they see what others handed in, too."""

    def may_read(self, recruiter: str | None, *, was_submitted: bool) -> bool:
        """Whether a session is theirs to see: their own, or, for a coach, one that was handed in."""
        return recruiter == self.name or (self.coaches and was_submitted)


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


class Overruled(Value):
    """A session that a coach said something of."""

    session: str
    result: str
    """The scorer's latest result by the session's own scorecard, as JSON."""
    words: tuple[str, ...]
    """What coaches said, as JSON, oldest first."""


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
            DutyError: it isn't for this viewer to see.
        """
        ...

    async def sessions(self, limit: int = 100, *, recruiter: str | None = None) -> list[StoredSession]:
        """The latest sessions, of one recruiter or of all that may be seen, newest first."""
        ...

    async def session(self, session_id: str) -> StoredSession:
        """One session.

        Raises:
            NotFoundError: no such session.
            DutyError: it isn't for this viewer to see.
        """
        ...

    async def last_unfinished(self, *, recruiter: str | None = None) -> StoredSession | None:
        """The session that was left most recently before its end; of one that wasn't begun, nothing is left.

        It is begun when the recruiter spoke or wrote, let time pass, rang somebody in vain, or filled in the map.
        """
        ...

    async def keep_result(
        self,
        session_id: str,
        result_json: str,
        score: float,
        passed: bool,
        by: ScoredBy | None = None,
        *,
        standing: Mapping[str, str] | None = None,
        once: bool = False,
    ) -> bool:
        """Keep a session's result beside it; an earlier one stays too. Returns whether it was kept.

        `once`: not where there is one by the same scorer and scorecard, even by somebody at the same time.
        `score`, `passed` and the `standing` verdicts are what is listed: with what coaches said, where the JSON is the
        scorer's alone; without `standing`, the verdicts are the JSON's.
        """
        ...

    async def result(self, session_id: str) -> str | None:
        """The latest result by the session's own scorecard as JSON, if it was scored."""
        ...

    async def results(self, session_id: str) -> list[KeptResult]:
        """What the session came to, each time that it was scored, by whatever scorecard, oldest first."""
        ...

    async def keep_overruling(
        self, session_id: str, overruling_json: str, score: float, passed: bool, *, standing: Mapping[str, str]
    ) -> None:
        """Keep a coach's word; nothing is ever taken away. The rest: what is listed from now on."""
        ...

    async def overrulings(self, session_id: str) -> list[str]:
        """What coaches said of a session as JSON, oldest first."""
        ...

    async def overruled(self, scorecard: str | None = None) -> list[Overruled]:
        """The sessions that a coach said something of, by `scorecard` or by any, in the order in which that began."""
        ...

    async def agreement(self, scorecard: str) -> str | None:
        """How far scorer and coaches agreed by a scorecard when it was last kept, as JSON."""
        ...

    async def keep_agreement(self, scorecard: str, agreement_json: str) -> None:
        """Keep how far they agree, in place of what stood there."""
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
