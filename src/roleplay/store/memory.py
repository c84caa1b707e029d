"""Sessions in memory, for as long as somebody holds on to them: rehearsals, and whatever must leave no trace."""

import json
from collections.abc import Sequence
from datetime import datetime

from roleplay.content.case import Case
from roleplay.errors import NotFoundError, SessionBusyError
from roleplay.record.events import (
    RECRUITER,
    Event,
    MapFilled,
    SessionEnded,
    SessionStarted,
    TimePassed,
    TokensSpent,
    TouchEnded,
    TurnSpoken,
)
from roleplay.store.base import StoredSession


class MemoryStore:
    """A session store that forgets everything when it goes."""

    def __init__(self) -> None:
        self._sessions: dict[str, tuple[Case, list[Event]]] = {}
        self._results: dict[str, list[tuple[str, float, bool]]] = {}
        self._opinions: dict[str, str] = {}

    async def create(self, session_id: str, case: Case, events: Sequence[Event]) -> None:
        """Keep a new session."""
        self._sessions[session_id] = (case, list(events))

    async def append(self, session_id: str, expected: int, events: Sequence[Event]) -> None:
        """Append events after the `expected` ones that are there."""
        _, kept = self._sessions[session_id]
        if len(kept) != expected:
            raise SessionBusyError(f"session {session_id!r} is open elsewhere")
        kept.extend(events)

    async def read(self, session_id: str) -> tuple[Case, list[Event]]:
        """Return a session's case and its events."""
        if session_id not in self._sessions:
            raise NotFoundError(f"no session {session_id!r}")
        case, events = self._sessions[session_id]
        return case, list(events)

    async def sessions(self, limit: int = 100) -> list[StoredSession]:
        """The latest sessions, newest first."""
        return [self._listed(session_id) for session_id in reversed(self._sessions)][:limit]

    async def last_unfinished(self) -> StoredSession | None:
        """The latest session that hasn't ended and in which the recruiter spoke, or made another move."""
        for session in await self.sessions():
            _, events = self._sessions[session.id]
            if not session.is_over and any(
                isinstance(event, MapFilled | TimePassed | TouchEnded)
                or (isinstance(event, TurnSpoken) and event.speaker == RECRUITER)
                for event in events
            ):
                return session
        return None

    async def keep_result(self, session_id: str, result_json: str, score: float, passed: bool) -> None:
        """Keep a result beside earlier ones."""
        self._results.setdefault(session_id, []).append((result_json, score, passed))

    async def result(self, session_id: str) -> str | None:
        """The latest result of a session."""
        results = self._results.get(session_id)
        return results[-1][0] if results else None

    async def opinion(self, digest: str) -> str | None:
        """What a language model said of a turn."""
        return self._opinions.get(digest)

    async def keep_opinion(self, digest: str, opinion_json: str) -> None:
        """Keep what it said."""
        self._opinions[digest] = opinion_json

    async def spent_since(self, moment: datetime) -> list[TokensSpent]:
        """What language models were asked from `moment` on, in all sessions."""
        return [
            event
            for _, events in self._sessions.values()
            for event in events
            if isinstance(event, TokensSpent) and event.at >= moment
        ]

    async def aclose(self) -> None:
        """Nothing to close."""

    def _listed(self, session_id: str) -> StoredSession:
        case, events = self._sessions[session_id]
        started = next(event for event in events if isinstance(event, SessionStarted))
        results = self._results.get(session_id)
        return StoredSession(
            id=session_id,
            scenario_id=case.scenario_id,
            title=case.scenario.title,
            recruiter=started.recruiter,
            case_digest=case.digest,
            started_at=started.at,
            is_over=any(isinstance(event, SessionEnded) for event in events),
            turns=sum(isinstance(event, TurnSpoken) for event in events),
            score=results[-1][1] if results else None,
            passed=results[-1][2] if results else None,
            is_void=results is not None and json.loads(results[-1][0]).get("void") is not None,
        )
