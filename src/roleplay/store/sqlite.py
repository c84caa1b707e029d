"""Sessions in one SQLite file: write-ahead log, every commit synced to disk before it counts."""

import asyncio
import sqlite3
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TypeVar

from pydantic import ValidationError

from roleplay.content.case import Case
from roleplay.errors import DutyError, NotFoundError, SessionBusyError, StoreError
from roleplay.record.events import EVENT, Event, SessionEnded, SessionStarted, TokensSpent, TurnSpoken
from roleplay.store import results
from roleplay.store.base import KeptResult, Overruled, ScoredBy, StoredSession, Viewer
from roleplay.store.schema import MIGRATIONS

T = TypeVar("T")

BUSY_TIMEOUT_S: Final = 10.0
LOCK_POLL_S: Final = 0.02
_MOVED = """
    EXISTS (
        SELECT 1 FROM events
        WHERE session_id = sessions.id AND (
            kind IN ('map_filled', 'time_passed', 'touch_ended')
            OR kind = 'turn_spoken' AND json ->> 'speaker' = 'recruiter'
        )
    )
"""


class SqliteStore:
    """A session store in a file. One connection, used from one thread at a time."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        path: Path,
        *,
        lock: asyncio.Lock | None = None,
        viewer: Viewer | None = None,
    ) -> None:
        self._connection = connection
        self._path = path
        self._lock = lock or asyncio.Lock()
        self._viewer = viewer
        """Whose eyes it is read with; None sees everything."""

    @classmethod
    async def open(cls, path: Path) -> "SqliteStore":
        """Open the file, making it and its folder where they don't exist.

        Raises:
            StoreError: it can't be opened, isn't a database, or was made by a newer program.
        """
        return cls(await asyncio.to_thread(_connect, path), path)

    def seen_by(self, viewer: Viewer | None) -> "SqliteStore":
        """The same store on the same connection, showing only what is for `viewer` to see."""
        return SqliteStore(self._connection, self._path, lock=self._lock, viewer=viewer)

    async def create(self, session_id: str, case: Case, events: Sequence[Event]) -> None:
        """Keep a new session with its case and first events."""
        started = next(event for event in events if isinstance(event, SessionStarted))

        def work(connection: sqlite3.Connection) -> None:
            connection.execute("INSERT OR IGNORE INTO cases VALUES (?, ?)", (case.digest, case.model_dump_json()))
            connection.execute(
                "INSERT INTO sessions (id, scenario_id, title, recruiter, case_digest, started_at, changed_at, mode,"
                " assignment_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    session_id,
                    case.scenario_id,
                    case.scenario.title,
                    started.recruiter,
                    case.digest,
                    started.at.isoformat(),
                    started.at.isoformat(),
                    started.mode.value,
                    started.assignment,
                ),
            )
            _insert(connection, session_id, 0, events)

        await self.write(work)

    async def append(self, session_id: str, expected: int, events: Sequence[Event]) -> None:
        """Append events after the `expected` ones that are there."""

        def work(connection: sqlite3.Connection) -> None:
            try:
                _insert(connection, session_id, expected, events)
            except sqlite3.IntegrityError as error:
                raise SessionBusyError(
                    f"session {session_id!r} is open in another window; go on there, or close it and resume here"
                ) from error

        await self.write(work)

    async def read(self, session_id: str) -> tuple[Case, list[Event]]:
        """Return a session's case and its events in order."""

        def work(connection: sqlite3.Connection) -> tuple[Case, list[Event]]:
            row = connection.execute(
                "SELECT cases.json, recruiter, submitted_at FROM sessions JOIN cases ON digest = case_digest"
                " WHERE id = ?",
                (session_id,),
            ).fetchone()
            if row is None:
                raise unknown_session(session_id)
            self._check_may_read(session_id, row[1], was_submitted=row[2] is not None)
            rows = connection.execute("SELECT json FROM events WHERE session_id = ? ORDER BY position", (session_id,))
            try:
                return Case.model_validate_json(row[0]), [EVENT.validate_json(text) for (text,) in rows]
            except ValidationError as error:
                raise StoreError(
                    f"{self._path}: session {session_id!r} can't be read by this version of the program"
                ) from error

        return await self.run(work)

    async def sessions(self, limit: int = 100, *, recruiter: str | None = None) -> list[StoredSession]:
        """The latest sessions, newest first."""
        seen, values = self._seen(recruiter)
        query = f"{results.LISTED} WHERE {seen} ORDER BY started_at DESC, id DESC LIMIT :limit"
        return await self.run(lambda connection: results.listed_by(connection, query, values | {"limit": limit}))

    async def session(self, session_id: str) -> StoredSession:
        """One session."""
        query = f"{results.LISTED} WHERE id = :id"
        found = await self.run(lambda connection: results.listed_by(connection, query, {"id": session_id}))
        if not found:
            raise unknown_session(session_id)
        self._check_may_read(session_id, found[0].recruiter, was_submitted=found[0].submitted_at is not None)
        return found[0]

    async def last_unfinished(self, *, recruiter: str | None = None) -> StoredSession | None:
        """The session that was left most recently before its end, if there is one."""
        seen, values = self._seen(recruiter)
        query = f"{results.LISTED} WHERE NOT is_over AND {_MOVED} AND {seen} ORDER BY changed_at DESC, id DESC LIMIT 1"
        return await self.run(lambda connection: next(iter(results.listed_by(connection, query, values)), None))

    async def keep_result(
        self,
        session_id: str,
        result_json: str,
        score: float,
        passed: bool,
        by: ScoredBy | None = None,
        *,
        standing: Mapping[str, str] | None = None,
    ) -> None:
        """Keep a session's result beside it; an earlier one stays too."""
        scored = by or ScoredBy()
        await self.write(
            lambda connection: results.keep_result(connection, session_id, result_json, score, passed, scored, standing)
        )

    async def result(self, session_id: str) -> str | None:
        """The latest result by the session's own scorecard as JSON, if it was scored."""

        def work(connection: sqlite3.Connection) -> str | None:
            row = connection.execute(
                "SELECT json FROM results WHERE session_id = ? AND is_own ORDER BY id DESC LIMIT 1", (session_id,)
            ).fetchone()
            return None if row is None else str(row[0])

        return await self.run(work)

    async def results(self, session_id: str) -> list[KeptResult]:
        """What the session came to, each time that it was scored, oldest first."""
        return await self.run(lambda connection: results.kept_results(connection, session_id))

    async def keep_overruling(
        self, session_id: str, overruling_json: str, score: float, passed: bool, *, standing: Mapping[str, str]
    ) -> None:
        """Keep a coach's word, and what the session's own result comes to with it."""
        await self.write(
            lambda connection: results.keep_overruling(connection, session_id, overruling_json, score, passed, standing)
        )

    async def overrulings(self, session_id: str) -> list[str]:
        """What coaches said of a session as JSON, oldest first."""
        return await self.run(lambda connection: results.overrulings(connection, session_id))

    async def overruled(self, scorecard: str | None = None) -> list[Overruled]:
        """The sessions that a coach said something of."""
        return await self.run(lambda connection: results.overruled(connection, scorecard))

    async def opinion(self, digest: str) -> str | None:
        """What a language model said of a turn, as JSON, by the digest of all that it was asked."""

        def work(connection: sqlite3.Connection) -> str | None:
            row = connection.execute("SELECT json FROM opinions WHERE digest = ?", (digest,)).fetchone()
            return None if row is None else str(row[0])

        return await self.run(work)

    async def keep_opinion(self, digest: str, opinion_json: str) -> None:
        """Keep what it said."""
        await self.write(
            lambda connection: _none(
                connection.execute("INSERT OR REPLACE INTO opinions VALUES (?, ?)", (digest, opinion_json))
            )
        )

    async def drill_cards(self, recruiter: str) -> dict[str, str]:
        """How the recruiter stands with each drill card answered so far, as JSON, by `deck/card`."""
        return await self.run(
            lambda connection: dict(
                connection.execute("SELECT card, json FROM drill_cards WHERE recruiter = ?", (recruiter,)).fetchall()
            )
        )

    async def keep_drill_card(self, recruiter: str, card: str, state_json: str) -> None:
        """Keep how the recruiter stands with a card, in place of what stood there."""
        await self.write(
            lambda connection: _none(
                connection.execute("INSERT OR REPLACE INTO drill_cards VALUES (?, ?, ?)", (recruiter, card, state_json))
            )
        )

    async def spent_since(self, moment: datetime) -> list[TokensSpent]:
        """What language models were asked from `moment` on, in all sessions."""

        def work(connection: sqlite3.Connection) -> list[TokensSpent]:
            since = moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")  # every `at` is kept in UTC, in this spelling
            rows = connection.execute(
                "SELECT json FROM events WHERE kind = 'tokens_spent' AND json ->> 'at' >= ?", (since,)
            )
            return [TokensSpent.model_validate_json(text) for (text,) in rows]

        return await self.run(work)

    def _seen(self, recruiter: str | None) -> tuple[str, dict[str, object]]:
        """The condition that a session may be seen, and is the recruiter's if one is given; and the values in it.

        What isn't asked for doesn't stand in it, so that an index can serve the rest.
        """
        conditions, values = ["TRUE"], dict[str, object]()
        if recruiter is not None:
            conditions.append("recruiter = :recruiter")
            values["recruiter"] = recruiter
        if self._viewer is not None:
            conditions.append(
                "(recruiter = :viewer OR submitted_at IS NOT NULL)" if self._viewer.coaches else "recruiter = :viewer"
            )
            values["viewer"] = self._viewer.name
        return " AND ".join(conditions), values

    def _check_may_read(self, session_id: str, recruiter: str | None, *, was_submitted: bool) -> None:
        viewer = self._viewer
        if viewer is None or viewer.may_read(recruiter, was_submitted=was_submitted):
            return
        if viewer.coaches:
            raise DutyError(f"session {session_id!r} wasn't handed in; it is its recruiter's alone until then")
        raise DutyError(f"session {session_id!r} is somebody else's, {viewer.name}")

    async def aclose(self) -> None:
        """Close the file."""
        async with self._lock:
            await asyncio.to_thread(self._connection.close)

    async def write(self, work: Callable[[sqlite3.Connection], None]) -> None:
        """Run `work` in a transaction: all of it becomes durable, or nothing."""

        def in_transaction(connection: sqlite3.Connection) -> None:
            connection.execute("BEGIN IMMEDIATE")
            try:
                work(connection)
                connection.execute("COMMIT")
            except BaseException:
                connection.execute("ROLLBACK")
                raise

        await self.run(in_transaction)

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run `work` in a thread, to its end even if the caller is cancelled meanwhile."""

        async def locked() -> T:
            async with self._lock:
                return await asyncio.to_thread(work, self._connection)

        try:
            return await asyncio.shield(locked())
        except sqlite3.Error as error:
            raise StoreError(f"{self._path}: {error}; is the disk full, or the file in use?") from error


def unknown_session(session_id: str) -> NotFoundError:
    """What is said of an id that no session has."""
    return NotFoundError(f"no session {session_id!r}; roleplay sessions lists them")


def _connect(path: Path) -> sqlite3.Connection:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(path, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False)
    except (OSError, sqlite3.Error) as error:
        raise StoreError(f"{path}: can't be opened ({error}); set ROLEPLAY_HOME to a folder you can write") from error
    try:
        _write_ahead(connection)
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        _migrate(connection, path)
    except sqlite3.Error as error:
        connection.close()
        raise StoreError(f"{path}: can't be used as a session store: {error}") from error
    except StoreError:
        connection.close()
        raise
    return connection


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Switch to the write-ahead log. SQLite doesn't wait its usual time for that lock, so this does."""
    ends = time.monotonic() + BUSY_TIMEOUT_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > ends:
                raise
            time.sleep(LOCK_POLL_S)
        else:
            return


def _migrate(connection: sqlite3.Connection, path: Path) -> None:
    """Bring the file's schema up to date, each step in one transaction."""
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if version > len(MIGRATIONS):
        raise StoreError(f"{path}: written by a newer version of the program; update the program to use it")
    for number in range(version, len(MIGRATIONS)):
        connection.execute("BEGIN IMMEDIATE")
        if int(connection.execute("PRAGMA user_version").fetchone()[0]) > number:
            connection.execute("ROLLBACK")  # another program did this step meanwhile
            continue
        try:
            for statement in MIGRATIONS[number].split(";"):
                if statement.strip():
                    connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {number + 1}")
            connection.execute("COMMIT")
        except sqlite3.Error:
            connection.execute("ROLLBACK")
            raise


def _insert(connection: sqlite3.Connection, session_id: str, first: int, events: Sequence[Event]) -> None:
    connection.executemany(
        "INSERT INTO events VALUES (?, ?, ?, ?)",
        [
            (session_id, first + index, event.kind, EVENT.dump_json(event).decode())
            for index, event in enumerate(events)
        ],
    )
    connection.execute(
        "UPDATE sessions SET turns = turns + ?, is_over = max(is_over, ?), changed_at = ? WHERE id = ?",
        (
            sum(isinstance(event, TurnSpoken) for event in events),
            any(isinstance(event, SessionEnded) for event in events),
            events[-1].at.isoformat(),
            session_id,
        ),
    )


def _none(_: object) -> None:
    return None
