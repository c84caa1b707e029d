"""Sessions in memory, for as long as somebody holds on to them: rehearsals, and whatever must leave no trace."""

import json
from collections.abc import Mapping, Sequence
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
from roleplay.store.base import KeptResult, Overruled, ScoredBy, StoredSession


class MemoryStore:
    """A session store that forgets everything when it goes."""

    def __init__(self) -> None:
        self._sessions: dict[str, tuple[Case, list[Event]]] = {}
        self._results: dict[str, list[tuple[str, KeptResult]]] = {}
        self._overrulings: dict[str, list[str]] = {}
        self._opinions: dict[str, str] = {}
        self._agreements: dict[str, str] = {}
        self._drill_cards: dict[str, dict[str, str]] = {}

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

    async def sessions(self, limit: int = 100, *, recruiter: str | None = None) -> list[StoredSession]:
        """The latest sessions, newest first."""
        listed = (self._listed(session_id) for session_id in reversed(self._sessions))
        return [session for session in listed if recruiter in {None, session.recruiter}][:limit]

    async def session(self, session_id: str) -> StoredSession:
        """One session."""
        if session_id not in self._sessions:
            raise NotFoundError(f"no session {session_id!r}")
        return self._listed(session_id)

    async def last_unfinished(self, *, recruiter: str | None = None) -> StoredSession | None:
        """The latest session that hasn't ended and in which the recruiter spoke, or made another move."""
        for session in await self.sessions(recruiter=recruiter):
            _, events = self._sessions[session.id]
            if not session.is_over and any(
                isinstance(event, MapFilled | TimePassed | TouchEnded)
                or (isinstance(event, TurnSpoken) and event.speaker == RECRUITER)
                for event in events
            ):
                return session
        return None

    async def keep_result(
        self,
        session_id: str,
        result_json: str,
        score: float,
        passed: bool,
        by: ScoredBy | None = None,
        *,
        standing: Mapping[str, str] | None = None,  # noqa: ARG002 - only a team reads them
        once: bool = False,
    ) -> bool:
        """Keep a result beside earlier ones."""
        told = json.loads(result_json)
        kept = KeptResult(
            scorecard=told.get("scorecard", ""),
            score=score,
            passed=passed,
            is_void=told.get("void") is not None,
            by=by or ScoredBy(),
        )
        same = ("scorecard_digest", "scorer", "is_own")
        theirs = self._results.setdefault(session_id, [])
        if once and any(all(getattr(each.by, name) == getattr(kept.by, name) for name in same) for _, each in theirs):
            return False
        theirs.append((result_json, kept))
        return True

    async def result(self, session_id: str) -> str | None:
        """The latest result by the session's own scorecard."""
        own = self._own_results(session_id)
        return self._results[session_id][own[-1]][0] if own else None

    async def results(self, session_id: str) -> list[KeptResult]:
        """What the session came to, oldest first."""
        return [kept for _, kept in self._results.get(session_id, [])]

    async def keep_overruling(
        self,
        session_id: str,
        overruling_json: str,
        score: float,
        passed: bool,
        *,
        standing: Mapping[str, str],  # noqa: ARG002 - only a team reads them
    ) -> None:
        """Keep a coach's word, and what the session's own result comes to with it."""
        self._overrulings.setdefault(session_id, []).append(overruling_json)
        for at in self._own_results(session_id)[-1:]:
            result_json, kept = self._results[session_id][at]
            listed = kept.model_copy(update={"score": score, "passed": passed})
            self._results[session_id][at] = (result_json, listed)

    async def overrulings(self, session_id: str) -> list[str]:
        """What coaches said of a session."""
        return list(self._overrulings.get(session_id, []))

    async def overruled(self, scorecard: str | None = None) -> list[Overruled]:
        """The sessions that a coach said something of."""
        found = []
        for session_id, words in self._overrulings.items():
            for at in self._own_results(session_id)[-1:]:
                result_json, kept = self._results[session_id][at]
                if scorecard in {None, kept.scorecard}:
                    found.append(Overruled(session=session_id, result=result_json, words=tuple(words)))
        return found

    def _own_results(self, session_id: str) -> list[int]:
        return [at for at, (_, kept) in enumerate(self._results.get(session_id, [])) if kept.by.is_own]

    async def agreement(self, scorecard: str) -> str | None:
        """How far scorer and coaches agreed."""
        return self._agreements.get(scorecard)

    async def keep_agreement(self, scorecard: str, agreement_json: str) -> None:
        """Keep how far they agree."""
        self._agreements[scorecard] = agreement_json

    async def opinion(self, digest: str) -> str | None:
        """What a language model said of a turn."""
        return self._opinions.get(digest)

    async def keep_opinion(self, digest: str, opinion_json: str) -> None:
        """Keep what it said."""
        self._opinions[digest] = opinion_json

    async def drill_cards(self, recruiter: str) -> dict[str, str]:
        """How the recruiter stands with each card."""
        return dict(self._drill_cards.get(recruiter, {}))

    async def keep_drill_card(self, recruiter: str, card: str, state_json: str) -> None:
        """Keep how the recruiter stands with a card."""
        self._drill_cards.setdefault(recruiter, {})[card] = state_json

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
        own = self._own_results(session_id)
        result = self._results[session_id][own[-1]][1] if own else None
        return StoredSession(
            id=session_id,
            scenario_id=case.scenario_id,
            title=case.scenario.title,
            recruiter=started.recruiter,
            case_digest=case.digest,
            started_at=started.at,
            mode=started.mode,
            assignment=started.assignment,
            is_over=any(isinstance(event, SessionEnded) for event in events),
            turns=sum(isinstance(event, TurnSpoken) for event in events),
            score=None if result is None else result.score,
            passed=None if result is None else result.passed,
            is_void=result is not None and result.is_void,
        )
