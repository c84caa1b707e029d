"""A team in SQLite, in the same file as its sessions."""

import json
import sqlite3
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

from roleplay.content.case import Case
from roleplay.errors import NotFoundError, StoreError
from roleplay.roster.assignments import Assignment, Attempt
from roleplay.roster.events import TEAM_EVENT, PersonErased, SessionsExpired, SessionSubmitted, TeamEvent
from roleplay.roster.people import Person
from roleplay.store import results
from roleplay.store.base import StoredSession
from roleplay.store.sqlite import SqliteStore
from roleplay.store.team import Held, KeptVerdict

_OF_SESSIONS: Final = ("verdicts", "overrulings", "results", "events")
"""Tables with rows of a session, in an order in which they can be emptied."""
_ATTEMPT: Final = (
    "session",
    "assignment",
    "person",
    "started_at",
    "is_over",
    "submitted_at",
    "score",
    "passed",
    "is_void",
)
_ATTEMPTS: Final = """
    SELECT sessions.id, assignment_id, people.id, started_at, is_over, submitted_at, score, coalesce(passed, 0), is_void
    FROM sessions JOIN people ON people.name = recruiter
    WHERE assignment_id IS NOT NULL
"""
_VERDICTS: Final = """
    SELECT sessions.id, recruiter, criterion, verdict
    FROM sessions JOIN verdicts ON verdicts.session_id = sessions.id
    WHERE recruiter IS NOT NULL AND NOT is_void
"""
_EVENTS: Final = "SELECT json FROM team_events"
_DONE_WITH: Final = """
    EXISTS (
        SELECT 1 FROM team_events AS done
        WHERE done.session_id = sessions.id AND done.kind IN ('signed_off', 'sent_back') AND NOT EXISTS (
            SELECT 1 FROM team_events AS later
            WHERE later.session_id = sessions.id AND later.kind = 'verdict_disputed' AND later.id > done.id
        )
    )
"""


class SqliteTeam:
    """A team's store on the connection of its sessions' store."""

    def __init__(self, store: SqliteStore) -> None:
        self._store = store

    async def people(self) -> list[Person]:
        """Everybody in the team, by name."""
        return await self._store.run(
            lambda connection: [
                Person.model_validate_json(text)
                for (text,) in connection.execute("SELECT json FROM people ORDER BY name_key")
            ]
        )

    async def keep_people(self, people: Sequence[Person], events: Sequence[TeamEvent]) -> None:
        """Add people, or change those that are there."""

        def work(connection: sqlite3.Connection) -> None:
            for person in people:
                email = None if person.email is None else person.email.casefold()
                try:
                    connection.execute(
                        "INSERT INTO people VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET"
                        " name = excluded.name, name_key = excluded.name_key, email_key = excluded.email_key,"
                        " json = excluded.json",
                        (person.id, person.name, person.name.casefold(), email, person.model_dump_json()),
                    )
                except sqlite3.IntegrityError as error:
                    raise StoreError(f"{person.name!r}: somebody in the team has that name or e-mail") from error
            _keep_events(connection, events)

        await self._store.write(work)

    async def remove_person(self, person: str, event: TeamEvent) -> None:
        """Take somebody out of the team; their sessions stay."""

        def work(connection: sqlite3.Connection) -> None:
            connection.execute("DELETE FROM people WHERE id = ?", (person,))
            _keep_events(connection, [event])

        await self._store.write(work)

    async def keep_assignment(self, assignment: Assignment, case: Case, event: TeamEvent) -> None:
        """Keep a new assignment with its case, or one that changed."""

        def work(connection: sqlite3.Connection) -> None:
            connection.execute("INSERT OR IGNORE INTO cases VALUES (?, ?)", (case.digest, case.model_dump_json()))
            connection.execute(
                "INSERT OR REPLACE INTO assignments VALUES (?, ?, ?, ?, ?)",
                (
                    assignment.id,
                    assignment.case_digest,
                    assignment.due_at.isoformat(),
                    None if assignment.withdrawn_at is None else assignment.withdrawn_at.isoformat(),
                    assignment.model_dump_json(),
                ),
            )
            _keep_events(connection, [event])

        await self._store.write(work)

    async def assignments(self) -> list[Assignment]:
        """All assignments that weren't withdrawn, by due time."""
        query = "SELECT json FROM assignments WHERE withdrawn_at IS NULL ORDER BY due_at, id"
        return await self._store.run(
            lambda connection: [Assignment.model_validate_json(text) for (text,) in connection.execute(query)]
        )

    async def case(self, digest: str) -> Case:
        """The case of an assignment."""

        def work(connection: sqlite3.Connection) -> Case:
            row = connection.execute("SELECT json FROM cases WHERE digest = ?", (digest,)).fetchone()
            if row is None:
                raise NotFoundError(f"no case {digest!r} in the store")
            return Case.model_validate_json(row[0])

        return await self._store.run(work)

    async def attempts(self, person: str | None = None) -> list[Attempt]:
        """Sessions that were played for assignments, by one person or everybody, in the order in which they began."""
        theirs = "" if person is None else "AND people.id = :person"
        query = f"{_ATTEMPTS} {theirs} ORDER BY started_at, sessions.id"
        return await self._store.run(
            lambda connection: [
                Attempt.model_validate(dict(zip(_ATTEMPT, row, strict=True)))
                for row in connection.execute(query, {"person": person})
            ]
        )

    async def submit(self, session: str, event: TeamEvent) -> None:
        """Hand a session in; nothing where it was before."""
        assert isinstance(event, SessionSubmitted)

        def work(connection: sqlite3.Connection) -> None:
            done = connection.execute(
                "UPDATE sessions SET submitted_at = ? WHERE id = ? AND submitted_at IS NULL",
                (event.at.isoformat(), session),
            )
            if done.rowcount:
                _keep_events(connection, [event])

        await self._store.write(work)

    async def keep_event(self, event: TeamEvent) -> None:
        """Keep what was done."""
        await self._store.write(lambda connection: _keep_events(connection, [event]))

    async def events(self, *, sessions: Collection[str] | None = None, limit: int = 1_000_000) -> list[TeamEvent]:
        """What was done, about some sessions or at all; of more than `limit`, the latest. In order."""
        wanted = "" if sessions is None else "WHERE session_id IN (SELECT value FROM json_each(:sessions))"
        query = f"{_EVENTS} {wanted} ORDER BY id DESC LIMIT :limit"
        values = {"sessions": json.dumps(sorted(sessions or ())), "limit": limit}
        return await self._store.run(
            lambda connection: [
                TEAM_EVENT.validate_json(text) for (text,) in reversed(connection.execute(query, values).fetchall())
            ]
        )

    async def submitted(self, limit: int = 100, *, unsigned: bool = False) -> list[StoredSession]:
        """Sessions that were handed in, the latest first; `unsigned`: that no coach has signed off or sent back."""
        wanted = f"submitted_at IS NOT NULL AND NOT {_DONE_WITH}" if unsigned else "submitted_at IS NOT NULL"
        query = f"{results.LISTED} WHERE {wanted} ORDER BY submitted_at DESC, id LIMIT :limit"
        return await self._store.run(lambda connection: results.listed_by(connection, query, {"limit": limit}))

    async def verdicts(self, *, recruiter: str | None = None, only_submitted: bool = True) -> list[KeptVerdict]:
        """Standing verdicts of sessions that count and are over, in the order in which the sessions began."""
        theirs = "" if recruiter is None else "AND recruiter = :recruiter"
        handed_in = "AND submitted_at IS NOT NULL" if only_submitted else ""
        query = f"{_VERDICTS} {theirs} {handed_in} ORDER BY started_at, sessions.id, criterion"
        values = {"recruiter": recruiter}
        return await self._store.run(
            lambda connection: [KeptVerdict._make(row) for row in connection.execute(query, values)]
        )

    async def kept_days(self) -> int | None:
        """For how many days sessions are kept; None: for good."""
        query = "SELECT json ->> 'days' FROM team_events WHERE kind = 'retention_set' ORDER BY id DESC LIMIT 1"
        row = await self._store.run(lambda connection: connection.execute(query).fetchone())
        return None if row is None or row[0] is None else int(row[0])

    async def held_on(self, person: Person) -> Held:
        """All that is held on somebody."""

        def work(connection: sqlite3.Connection) -> Held:
            sessions = _sessions_of(connection, person.name)
            events = connection.execute(
                "SELECT json FROM team_events WHERE person_id = :id OR by_id = :id"
                " OR session_id IN (SELECT value FROM json_each(:sessions)) ORDER BY id",
                {"id": person.id, "sessions": json.dumps(sessions)},
            )
            cards = connection.execute("SELECT card, json FROM drill_cards WHERE recruiter = ?", (person.name,))
            return Held(
                sessions={session: _record(connection, session) for session in sessions},
                results={session: _texts(connection, "results", session) for session in sessions},
                overrulings={session: _texts(connection, "overrulings", session) for session in sessions},
                events=tuple(TEAM_EVENT.validate_json(text) for (text,) in events),
                drill_cards=dict(cards.fetchall()),
            )

        return await self._store.run(work)

    async def erase(self, person: Person, at: datetime, by: str | None) -> int:
        """Delete all that is held on somebody, and keep that it was done; returns how many sessions went.

        What they said as a coach of others' sessions stays, without their name. What models said of turns is kept
        without a name, so all of that goes: it is only asked again.
        """
        counted: list[int] = []

        def work(connection: sqlite3.Connection) -> None:
            sessions = _sessions_of(connection, person.name)
            _delete(connection, sessions)
            connection.execute("DELETE FROM opinions")
            connection.execute("DELETE FROM drill_cards WHERE recruiter = ?", (person.name,))
            connection.execute(
                "UPDATE overrulings SET json = json_set(json, '$.by', NULL) WHERE json ->> 'by' = ?", (person.name,)
            )
            connection.execute("DELETE FROM team_events WHERE person_id = ? AND kind = 'person_changed'", (person.id,))
            connection.execute("DELETE FROM people WHERE id = ?", (person.id,))
            _keep_events(connection, [PersonErased(at=at, by=by, person=person.id, sessions=len(sessions))])
            counted.append(len(sessions))

        await self._store.write(work)
        return counted[0]

    async def expire(self, before: datetime, days: int, at: datetime, by: str | None) -> int:
        """Delete sessions that began before that moment, and keep that it was done; returns how many went."""
        counted: list[int] = []

        def work(connection: sqlite3.Connection) -> None:
            rows = connection.execute("SELECT id FROM sessions WHERE started_at < ?", (before.isoformat(),))
            sessions = [str(session) for (session,) in rows]
            _delete(connection, sessions)
            if sessions:
                _keep_events(connection, [SessionsExpired(at=at, by=by, days=days, sessions=len(sessions))])
            counted.append(len(sessions))

        await self._store.write(work)
        return counted[0]


def _keep_events(connection: sqlite3.Connection, events: Sequence[TeamEvent]) -> None:
    connection.executemany(
        "INSERT INTO team_events (kind, by_id, person_id, session_id, assignment_id, json) VALUES (?, ?, ?, ?, ?, ?)",
        [
            (
                event.kind,
                event.by,
                getattr(event, "person", None),
                getattr(event, "session", None),
                getattr(event, "assignment", None),
                event.model_dump_json(),
            )
            for event in events
        ],
    )


def _sessions_of(connection: sqlite3.Connection, recruiter: str) -> list[str]:
    rows = connection.execute("SELECT id FROM sessions WHERE recruiter = ? ORDER BY started_at", (recruiter,))
    return [str(session) for (session,) in rows]


def _texts(connection: sqlite3.Connection, table: str, session: str) -> tuple[str, ...]:
    rows = connection.execute(f"SELECT json FROM {table} WHERE session_id = ? ORDER BY id", (session,))  # noqa: S608
    return tuple(str(text) for (text,) in rows)


def _record(connection: sqlite3.Connection, session: str) -> tuple[str, ...]:
    rows = connection.execute("SELECT json FROM events WHERE session_id = ? ORDER BY position", (session,))
    return tuple(str(text) for (text,) in rows)


def _delete(connection: sqlite3.Connection, sessions: Sequence[str]) -> None:
    """Delete sessions with all that hangs on them; of what was done about them, nothing stays."""
    ids = json.dumps(list(sessions))
    for table in (*_OF_SESSIONS, "team_events"):
        connection.execute(f"DELETE FROM {table} WHERE session_id IN (SELECT value FROM json_each(?))", (ids,))  # noqa: S608
    connection.execute("DELETE FROM sessions WHERE id IN (SELECT value FROM json_each(?))", (ids,))
    connection.execute(
        "DELETE FROM cases WHERE digest NOT IN"
        " (SELECT case_digest FROM sessions UNION SELECT case_digest FROM assignments)"
    )
