"""What one job does: scores one session, and keeps the result once, whoever else does the same."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import text

from roleplay.errors import BudgetSpentError, DatabaseAwayError, RoleplayError, SessionBusyError, VoiceError
from roleplay.jobs.queue import Wanted, scorecard_of
from roleplay.judging import judging_session
from roleplay.listener.reading import Listener
from roleplay.practice.clock import Clock
from roleplay.results import Results
from roleplay.settings import Settings
from roleplay.store.sql import SqlStore

FIRST_PAUSE_S: Final = 5
LONGEST_PAUSE_S: Final = 600
SPENT_PAUSE_S: Final = 3600
"""Until it is looked again whether a budget has room."""
TRIES: Final = 3
"""How often a job is tried whose mistake nobody foresaw."""


@dataclass
class Scoring:
    """Scores sessions for a worker."""

    settings: Settings
    store: SqlStore
    listener: Listener
    clock: Clock

    async def score(self, session: str, wanted: Wanted) -> bool:
        """Score a session; returns whether a result was kept, and not by another worker before.

        Raises:
            RoleplayError: it can't be, or not now; see `pause_after`.
        """
        digest = wanted.scorecard_digest
        scorecard = await scorecard_of(self.store, digest) if digest else None
        results = Results(self.store, self.listener, self.clock)
        if wanted.scope is None:
            kept = await results.score_once(session, scorecard)
        else:
            asking = judging_session(self.settings, self.store, session, wanted.scope, wanted.votes, self.clock)
            async with asking as (judge, by):
                kept = await results.score_once(session, scorecard, judge=judge, judged_by=by)
        await self._forget(session, wanted)
        return kept

    async def set_aside(self, session: str, wanted: Wanted, reason: str) -> None:
        """Keep why a session can't be scored."""
        query = text(
            "INSERT INTO troubles SELECT id, :digest, :reason, now() FROM sessions WHERE id = :session"
            " ON CONFLICT (session_id, scorecard_digest) DO UPDATE SET reason = excluded.reason, at = excluded.at"
        )
        values = {"session": session, "digest": wanted.name, "reason": reason}
        await self.store.write(lambda connection: connection.execute(query, values))

    async def _forget(self, session: str, wanted: Wanted) -> None:
        query = text("DELETE FROM troubles WHERE session_id = :session AND scorecard_digest = :digest")
        values = {"session": session, "digest": wanted.name}
        await self.store.write(lambda connection: connection.execute(query, values))


def pause_after(error: BaseException, attempts: int) -> int | None:
    """In how many seconds a job that failed is tried again; None: never, it is set aside.

    What passes by itself is waited for as long as it takes: an endpoint or a database that is away, a budget that is
    used up for today, a session that somebody writes to. `attempts`: how often it was tried before.
    """
    if isinstance(error, BudgetSpentError):
        return SPENT_PAUSE_S
    if isinstance(error, VoiceError | DatabaseAwayError | SessionBusyError):
        return int(min(FIRST_PAUSE_S * 2 ** min(attempts, 10), LONGEST_PAUSE_S))
    if isinstance(error, RoleplayError):
        return None
    return FIRST_PAUSE_S if attempts + 1 < TRIES else None
