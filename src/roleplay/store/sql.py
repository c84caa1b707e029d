"""Sessions in a database: one SQLite file, or a PostgreSQL server that a team shares."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TypeVar

from pydantic import ValidationError
from sqlalchemy import (
    ColumnElement,
    Exists,
    and_,
    collate,
    exists,
    func,
    insert,
    literal_column,
    or_,
    select,
    text,
    true,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from roleplay.content.case import Case
from roleplay.errors import DutyError, NotFoundError, SessionBusyError, StoreError
from roleplay.record.events import EVENT, Event, SessionEnded, SessionStarted, TokensSpent, TurnSpoken
from roleplay.store import results, schema, tables
from roleplay.store.base import KeptResult, Overruled, ScoredBy, StoredSession, Viewer
from roleplay.store.database import Database, Eyes, Place, Work, connect, make_file, place_of

T = TypeVar("T")
OPENING_S: Final = 3.0
"""How long a server that isn't there is waited for at first: somebody looks on, and can still lose nothing."""
SESSIONS = tables.sessions
EVENTS = tables.events
APPEND: Final = text("SELECT append_events(:token, :mark, :session, :first, :kinds, :jsons, :turns, :moment, :ends)")
"""What `_insert` does, by a server's function in one round trip: nothing is done as often."""


class SqlStore:
    """A session store in a database."""

    def __init__(self, database: Database, *, viewer: Viewer | None = None, eyes: Eyes | None = None) -> None:
        self.database = database
        self.viewer = viewer
        """Whom it shows only what is theirs to see; None shows everything that the database itself does."""
        self._eyes = eyes or Eyes()

    @classmethod
    async def open(cls, where: Path | str) -> "SqlStore":
        """Open a file, making it and its folder where they don't exist, or a server's database by its address.

        A file is brought up to date; a server's database is its owner's to bring up to date.

        Raises:
            SettingsError: that is no address.
            SchemaError: it was made by another version of the program.
            StoreError: it can't be opened, or isn't a database.
        """
        place = place_of(where)
        database = connect(place)
        try:
            if place.is_shared:
                schema.check(await database.read(_step, away_s=OPENING_S), place)
            else:
                await asyncio.to_thread(_ready_file, place)
        except BaseException:
            await database.aclose()
            raise
        return cls(database)

    @property
    def is_shared(self) -> bool:
        """Whether it is a server's, which others may use at the same time."""
        return self.database.is_shared

    @property
    def shown(self) -> str:
        """Where it is, as it may be shown."""
        return self.database.place.shown

    @property
    def token(self) -> str:
        """What whoever uses it signed in with; empty where nobody did."""
        return self._eyes.token

    def seen_by(self, viewer: Viewer | None) -> "SqlStore":
        """The same store on the same connections, showing only what is for `viewer` to see."""
        return SqlStore(self.database, viewer=viewer, eyes=self._eyes)

    def signed_in_with(self, token: str) -> "SqlStore":
        """The same store, used with what somebody signed in with."""
        return SqlStore(self.database, viewer=self.viewer, eyes=replace(self._eyes, token=token))

    async def create(self, session_id: str, case: Case, events: Sequence[Event]) -> None:
        """Keep a new session with its case and first events."""
        started = next(event for event in events if isinstance(event, SessionStarted))

        async def work(connection: AsyncConnection) -> None:
            await self.keep_case(connection, case)
            await connection.execute(
                insert(SESSIONS).values(
                    id=session_id,
                    scenario_id=case.scenario_id,
                    title=case.scenario.title,
                    recruiter=started.recruiter,
                    case_digest=case.digest,
                    started_at=started.at,
                    changed_at=started.at,
                    mode=started.mode.value,
                    assignment_id=started.assignment,
                    turns=0,
                    is_over=False,
                )
            )
            await _insert(connection, session_id, 0, events)

        await self.write(work)

    async def append(self, session_id: str, expected: int, events: Sequence[Event]) -> None:
        """Append events after the `expected` ones that are there."""

        async def work(connection: AsyncConnection, told: Mapping[str, object] | None = None) -> None:
            try:
                if told is None:
                    await _insert(connection, session_id, expected, events)
                else:
                    await connection.execute(APPEND, {**told, **_appended(session_id, expected, events)})
            except IntegrityError as error:
                raise SessionBusyError(
                    f"session {session_id!r} is open in another window; go on there, or close it and resume here"
                ) from error

        await (self.database.call(work, self._eyes) if self.is_shared else self.write(work))

    async def read(self, session_id: str) -> tuple[Case, list[Event]]:
        """Return a session's case and its events in order."""
        found = (
            select(tables.cases.c.json, SESSIONS.c.recruiter, SESSIONS.c.submitted_at)
            .join(SESSIONS, SESSIONS.c.case_digest == tables.cases.c.digest)
            .where(SESSIONS.c.id == session_id)
        )
        record = select(EVENTS.c.json).where(EVENTS.c.session_id == session_id).order_by(EVENTS.c.position)

        async def work(connection: AsyncConnection) -> tuple[Case, list[Event]]:
            row = (await connection.execute(found)).first()
            if row is None:
                raise await self._unseen(connection, session_id)
            self._check_may_read(session_id, row[1], was_submitted=row[2] is not None)
            texts = (await connection.execute(record)).scalars()
            try:
                return Case.model_validate_json(row[0]), [EVENT.validate_json(text) for text in texts]
            except ValidationError as error:
                raise StoreError(
                    f"{self.shown}: session {session_id!r} can't be read by this version of the program"
                ) from error

        return await self.run(work)

    async def sessions(self, limit: int = 100, *, recruiter: str | None = None) -> list[StoredSession]:
        """The latest sessions, newest first."""
        query = results.listed().where(self._seen(recruiter))
        query = query.order_by(SESSIONS.c.started_at.desc(), SESSIONS.c.id.desc()).limit(limit)
        return await self.run(lambda connection: results.listed_by(connection, query))

    async def session(self, session_id: str) -> StoredSession:
        """One session."""
        query = results.listed().where(SESSIONS.c.id == session_id)

        async def work(connection: AsyncConnection) -> StoredSession:
            found = await results.listed_by(connection, query)
            if not found:
                raise await self._unseen(connection, session_id)
            self._check_may_read(session_id, found[0].recruiter, was_submitted=found[0].submitted_at is not None)
            return found[0]

        return await self.run(work)

    async def last_unfinished(self, *, recruiter: str | None = None) -> StoredSession | None:
        """The session that was left most recently before its end, if there is one."""
        query = results.listed().where(text("NOT is_over"), _moved(), self._seen(recruiter))
        query = query.order_by(SESSIONS.c.changed_at.desc(), SESSIONS.c.id.desc()).limit(1)
        return next(iter(await self.run(lambda connection: results.listed_by(connection, query))), None)

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
        """Keep a session's result beside it; an earlier one stays too."""
        scored = by or ScoredBy()

        async def work(connection: AsyncConnection) -> bool:
            if once and await results.has_result(connection, session_id, scored):
                return False
            await results.keep_result(connection, session_id, result_json, score, passed, scored, standing)
            return True

        return await self.write(work)

    async def result(self, session_id: str) -> str | None:
        """The latest result by the session's own scorecard as JSON, if it was scored."""
        return await self.run(lambda connection: results.own_result(connection, session_id))

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

    async def agreement(self, scorecard: str) -> str | None:
        """How far scorer and coaches agreed when it was last kept, as JSON."""
        query = select(tables.agreements.c.json).where(tables.agreements.c.scorecard_id == scorecard)
        return await self._text(query)

    async def keep_agreement(self, scorecard: str, agreement_json: str) -> None:
        """Keep how far they agree, in place of what stood there."""
        await self._put(tables.agreements, {"scorecard_id": scorecard, "json": agreement_json})

    async def opinion(self, digest: str) -> str | None:
        """What a language model said of a turn, as JSON, by the digest of all that it was asked."""
        return await self._text(select(tables.opinions.c.json).where(tables.opinions.c.digest == digest).limit(1))

    async def keep_opinion(self, digest: str, opinion_json: str) -> None:
        """Keep what it said."""
        asked_by = {} if self.is_shared else {"asked_by": ""}  # a server knows who asks
        await self._put(tables.opinions, {"digest": digest, "json": opinion_json} | asked_by)

    async def drill_cards(self, recruiter: str) -> dict[str, str]:
        """How the recruiter stands with each drill card answered so far, as JSON, by `deck/card`."""
        cards = tables.drill_cards
        query = select(cards.c.card, cards.c.json).where(cards.c.recruiter == recruiter)

        async def work(connection: AsyncConnection) -> dict[str, str]:
            return {row[0]: row[1] for row in await connection.execute(query)}

        return await self.run(work)

    async def keep_drill_card(self, recruiter: str, card: str, state_json: str) -> None:
        """Keep how the recruiter stands with a card, in place of what stood there."""
        await self._put(tables.drill_cards, {"recruiter": recruiter, "card": card, "json": state_json})

    async def spent_since(self, moment: datetime) -> list[TokensSpent]:
        """What language models were asked from `moment` on, in all sessions."""
        since = moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")  # every `at` is kept in UTC, in this spelling
        at: ColumnElement[Any] = EVENTS.c.json.op("->>")(literal_column("'at'"))
        if self.is_shared:
            at = collate(at, "C")
        query = select(EVENTS.c.json).where(EVENTS.c.kind == literal_column("'tokens_spent'"), at >= since)

        async def work(connection: AsyncConnection) -> list[TokensSpent]:
            return [TokensSpent.model_validate_json(text) for text in (await connection.execute(query)).scalars()]

        return await self.run(work)

    async def keep_case(self, connection: AsyncConnection, case: Case) -> None:
        """Keep a case that may be there already."""
        kept = self.insert(tables.cases).values(digest=case.digest, json=case.model_dump_json())
        await connection.execute(kept.on_conflict_do_nothing())

    def insert(self, table: Any) -> Any:
        """An insertion of this database's own kind, which knows what to do about what is there already."""
        return postgresql.insert(table) if self.is_shared else sqlite.insert(table)

    async def _put(self, table: Any, values: Mapping[str, object]) -> None:
        """Keep a row in place of one with the same key."""
        put = self.insert(table).values(values)
        keys = [column.name for column in table.primary_key]
        changed = {name: put.excluded[name] for name in values if name not in keys}
        putting = put.on_conflict_do_update(index_elements=keys, set_=changed)
        await self.write(lambda connection: connection.execute(putting))

    async def _text(self, query: Any) -> str | None:
        return await self.run(lambda connection: connection.scalar(query))

    def _seen(self, recruiter: str | None) -> ColumnElement[bool]:
        """The condition that a session may be seen, and is the recruiter's if one is given.

        What isn't asked for doesn't stand in it, so that an index can serve the rest.
        """
        conditions: list[ColumnElement[bool]] = [true()]
        if recruiter is not None:
            conditions.append(SESSIONS.c.recruiter == recruiter)
        if self.viewer is not None:
            mine = SESSIONS.c.recruiter == self.viewer.name
            conditions.append(or_(mine, SESSIONS.c.submitted_at.is_not(None)) if self.viewer.coaches else mine)
        return and_(*conditions)

    async def is_there(self, thing: str, connection: AsyncConnection) -> bool:
        """Whether a server's database holds a session or an assignment that it doesn't show."""
        return self.is_shared and bool(await connection.scalar(select(func.is_there(thing))))

    async def _unseen(self, connection: AsyncConnection, session_id: str) -> NotFoundError | DutyError:
        """Why a session isn't seen."""
        if self.viewer is not None and await self.is_there(session_id, connection):
            return self._not_theirs(session_id, self.viewer)
        return unknown_session(session_id)

    def _check_may_read(self, session_id: str, recruiter: str | None, *, was_submitted: bool) -> None:
        viewer = self.viewer
        if viewer is None or viewer.may_read(recruiter, was_submitted=was_submitted):
            return
        raise self._not_theirs(session_id, viewer)

    def _not_theirs(self, session_id: str, viewer: Viewer) -> DutyError:
        if viewer.coaches:
            return DutyError(f"session {session_id!r} wasn't handed in; it is its recruiter's alone until then")
        return DutyError(f"session {session_id!r} is somebody else's, {viewer.name}")

    async def aclose(self) -> None:
        """Close the database."""
        await self.database.aclose()

    async def write(self, work: Work[T], *, about: str = "") -> T:
        """Run `work` in a transaction: all of it becomes durable, or nothing. `about`: see `Eyes`."""
        return await self.database.write(work, replace(self._eyes, about=about))

    async def run(self, work: Work[T], *, about: str = "") -> T:
        """Run `work` in a transaction that changes nothing, to its end even if the caller is cancelled meanwhile."""
        return await self.database.read(work, replace(self._eyes, about=about))


def unknown_session(session_id: str) -> NotFoundError:
    """What is said of an id that no session has."""
    return NotFoundError(f"no session {session_id!r}; roleplay sessions lists them")


def _ready_file(place: Place) -> None:
    make_file(place.file)
    if schema.file_version(place.file) != schema.HEAD:
        schema.upgrade(place)


async def _step(connection: AsyncConnection) -> str | None:
    """The step that a server's database stands at."""
    has_one = await connection.scalar(text("SELECT to_regclass('alembic_version') IS NOT NULL"))
    if not has_one:
        return None
    at: str | None = await connection.scalar(text("SELECT version_num FROM alembic_version"))
    return at


def _moved() -> Exists:
    """Whether anything happened in a session that would be a pity to lose."""
    spoke = and_(EVENTS.c.kind == "turn_spoken", EVENTS.c.json.op("->>")(literal_column("'speaker'")) == "recruiter")
    moved = or_(EVENTS.c.kind.in_(("map_filled", "time_passed", "touch_ended")), spoke)
    return exists().where(EVENTS.c.session_id == SESSIONS.c.id, moved)


async def _insert(connection: AsyncConnection, session_id: str, first: int, events: Sequence[Event]) -> None:
    rows = [
        {"session_id": session_id, "position": first + index, "kind": event.kind, "json": _json(event)}
        for index, event in enumerate(events)
    ]
    await connection.execute(insert(EVENTS), rows)
    values: dict[str, object] = {"turns": SESSIONS.c.turns + _turns(events), "changed_at": events[-1].at}
    if _ends(events):
        values["is_over"] = True
    await connection.execute(update(SESSIONS).where(SESSIONS.c.id == session_id).values(values))


def _appended(session_id: str, first: int, events: Sequence[Event]) -> dict[str, object]:
    """What `APPEND` is told of events."""
    return {
        "session": session_id,
        "first": first,
        "kinds": [event.kind for event in events],
        "jsons": [_json(event) for event in events],
        "turns": _turns(events),
        "moment": events[-1].at,
        "ends": _ends(events),
    }


def _json(event: Event) -> str:
    return EVENT.dump_json(event).decode()


def _turns(events: Sequence[Event]) -> int:
    return sum(isinstance(event, TurnSpoken) for event in events)


def _ends(events: Sequence[Event]) -> bool:
    return any(isinstance(event, SessionEnded) for event in events)
