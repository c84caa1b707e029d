"""A team in the database of its sessions."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, Text, and_, case, delete, func, insert, literal_column, or_, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from roleplay.content.case import Case
from roleplay.errors import NotFoundError, StoreError
from roleplay.roster.assignments import Assignment, Attempt
from roleplay.roster.events import TEAM_EVENT, PersonErased, SessionsExpired, SessionSubmitted, TeamEvent
from roleplay.roster.people import Person
from roleplay.store import results, tables
from roleplay.store.base import StoredSession
from roleplay.store.sql import SqlStore
from roleplay.store.team import BoardScore, Held, KeptSkills, KeptVerdict, StandingCount

SESSIONS = tables.sessions
PEOPLE = tables.people
ASSIGNMENTS = tables.assignments
TEAM_EVENTS = tables.team_events
VERDICTS = tables.verdicts
EVERYBODY: Final = "*"
_OF_SESSIONS: Final = (tables.verdicts, tables.troubles, tables.overrulings, tables.results, tables.events)
"""Tables with rows of a session, in an order in which they can be emptied."""
_AT_ONCE: Final = 500
"""Sessions that one statement names."""


class SqlTeam:
    """A team's store on the connections of its sessions' store."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store

    async def people(self) -> list[Person]:
        """Everybody in the team, by name."""
        texts = await self._texts(select(PEOPLE.c.json).order_by(PEOPLE.c.name_key))
        return [Person.model_validate_json(each) for each in texts]

    async def keep_people(self, people: Sequence[Person], events: Sequence[TeamEvent]) -> None:
        """Add people, or change those that are there."""

        async def work(connection: AsyncConnection) -> None:
            there = set((await connection.execute(select(PEOPLE.c.id))).scalars())
            for person in people:
                values = {
                    "name": person.name,
                    "name_key": person.name.casefold(),
                    "email_key": None if person.email is None else person.email.casefold(),
                    "json": person.model_dump_json(),
                }
                try:
                    if person.id in there:
                        await connection.execute(update(PEOPLE).where(PEOPLE.c.id == person.id).values(values))
                    else:
                        await connection.execute(insert(PEOPLE).values(id=person.id, **values))
                except IntegrityError as error:
                    raise StoreError(f"{person.name!r}: somebody in the team has that name or e-mail") from error
            await _keep_events(connection, events)

        await self._store.write(work)

    async def remove_person(self, person: str, event: TeamEvent) -> None:
        """Take somebody out of the team; their sessions stay."""

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(delete(PEOPLE).where(PEOPLE.c.id == person))
            await _keep_events(connection, [event])

        await self._store.write(work)

    async def keep_assignment(self, assignment: Assignment, case: Case, event: TeamEvent) -> None:
        """Keep a new assignment with its case, or one that changed."""
        values = {
            "case_digest": assignment.case_digest,
            "due_at": assignment.due_at,
            "withdrawn_at": assignment.withdrawn_at,
            "json": assignment.model_dump_json(),
        }
        put = self._store.insert(ASSIGNMENTS).values(id=assignment.id, **values)
        changed = {name: put.excluded[name] for name in values}

        async def work(connection: AsyncConnection) -> None:
            await self._store.keep_case(connection, case)
            await connection.execute(put.on_conflict_do_update(index_elements=["id"], set_=changed))
            await _keep_events(connection, [event])

        await self._store.write(work)

    async def assignments(self) -> list[Assignment]:
        """All assignments that weren't withdrawn, by due time."""
        query = select(ASSIGNMENTS.c.json).where(ASSIGNMENTS.c.withdrawn_at.is_(None))
        texts = await self._texts(query.order_by(ASSIGNMENTS.c.due_at, ASSIGNMENTS.c.id))
        return [Assignment.model_validate_json(text) for text in texts]

    async def hides_assignment(self, assignment: str) -> bool:
        """Whether there is an assignment that isn't for whoever asks to see."""
        return await self._store.run(lambda connection: self._store.is_there(assignment, connection))

    async def case(self, digest: str) -> Case:
        """The case of an assignment."""
        found = await self._texts(select(tables.cases.c.json).where(tables.cases.c.digest == digest))
        if not found:
            raise NotFoundError(f"no case {digest!r} in the store")
        return Case.model_validate_json(found[0])

    async def attempts(self, person: str | None = None) -> list[Attempt]:
        """Sessions that were played for assignments, by one person or everybody, in the order in which they began."""
        query = (
            select(
                SESSIONS.c.id.label("session"),
                SESSIONS.c.assignment_id.label("assignment"),
                PEOPLE.c.id.label("person"),
                SESSIONS.c.started_at,
                SESSIONS.c.is_over,
                SESSIONS.c.submitted_at,
                SESSIONS.c.score,
                func.coalesce(SESSIONS.c.passed, False).label("passed"),
                SESSIONS.c.is_void,
            )
            .join(PEOPLE, PEOPLE.c.name == SESSIONS.c.recruiter)
            .where(SESSIONS.c.assignment_id.is_not(None))
            .order_by(SESSIONS.c.started_at, SESSIONS.c.id)
        )
        if person is not None:
            query = query.where(PEOPLE.c.id == person)
        return [Attempt.model_validate(row) for row in await self._mappings(query)]

    async def standing_counts(self) -> list[StandingCount]:
        """How often each one's attempts at each assignment counted, and whether one of them passed."""
        query = (
            select(
                SESSIONS.c.assignment_id,
                SESSIONS.c.recruiter,
                func.count(),
                func.max(case((SESSIONS.c.passed, 1), else_=0)),
            )
            .where(SESSIONS.c.assignment_id.is_not(None), SESSIONS.c.submitted_at.is_not(None), text("NOT is_void"))
            .group_by(SESSIONS.c.assignment_id, SESSIONS.c.recruiter)
        )
        return [StandingCount(one, who, used, bool(passed)) for one, who, used, passed in await self._rows(query)]

    async def submit(self, session: str, event: TeamEvent) -> None:
        """Hand a session in; nothing where it was before."""
        assert isinstance(event, SessionSubmitted)
        handing_in = update(SESSIONS).where(SESSIONS.c.id == session, SESSIONS.c.submitted_at.is_(None))

        async def work(connection: AsyncConnection) -> None:
            done = await connection.execute(handing_in.values(submitted_at=event.at, awaits_coach=True))
            if done.rowcount:
                await _keep_events(connection, [event])

        await self._store.write(work)

    async def keep_event(self, event: TeamEvent) -> None:
        """Keep what was done."""

        async def work(connection: AsyncConnection) -> None:
            await _keep_events(connection, [event])

        await self._store.write(work)

    async def events(self, *, sessions: Collection[str] | None = None, limit: int = 1_000_000) -> list[TeamEvent]:
        """What was done, about some sessions or at all; of more than `limit`, the latest. In order."""
        query = select(TEAM_EVENTS.c.json).order_by(TEAM_EVENTS.c.id.desc()).limit(limit)
        if sessions is not None:
            query = query.where(TEAM_EVENTS.c.session_id.in_(sorted(sessions)))
        return [TEAM_EVENT.validate_json(text) for text in reversed(await self._texts(query))]

    async def submitted(self, limit: int = 100, *, unsigned: bool = False) -> list[StoredSession]:
        """Sessions that were handed in, the latest first; `unsigned`: that no coach has signed off or sent back."""
        query = results.listed().where(SESSIONS.c.submitted_at.is_not(None))
        if unsigned:
            query = query.where(text("awaits_coach"))
        query = query.order_by(SESSIONS.c.submitted_at.desc(), SESSIONS.c.id).limit(limit)
        return await self._store.run(lambda connection: results.listed_by(connection, query))

    async def verdicts(self, *, recruiter: str | None = None, only_submitted: bool = True) -> list[KeptVerdict]:
        """Standing verdicts of sessions that count and are over, in the order in which the sessions began."""
        query = (
            select(SESSIONS.c.id, SESSIONS.c.recruiter, VERDICTS.c.criterion, VERDICTS.c.verdict)
            .join(VERDICTS, VERDICTS.c.session_id == SESSIONS.c.id)
            .where(text("NOT is_void"))
            .order_by(SESSIONS.c.started_at, SESSIONS.c.id, VERDICTS.c.criterion)
        )
        if recruiter is not None:
            query = query.where(SESSIONS.c.recruiter == recruiter)
        if only_submitted:
            query = query.where(SESSIONS.c.submitted_at.is_not(None))
        return [KeptVerdict(*row) for row in await self._rows(query)]

    async def skills(self) -> list[KeptSkills]:
        """Everybody's skills as they were kept, and whether their sessions are still the same."""
        state = _state().subquery()
        kept = tables.skills
        query = select(state.c.recruiter, state.c.state, kept.c.made_from, kept.c.json).outerjoin(
            kept, kept.c.recruiter == state.c.recruiter
        )
        return [
            KeptSkills(recruiter=name, state=now, skills=skills if made_from == now else None)
            for name, now, made_from, skills in await self._rows(query)
        ]

    async def keep_skills(self, kept: Sequence[KeptSkills]) -> None:
        """Keep what skills were worked out to be."""
        put = self._store.insert(tables.skills)
        put = put.on_conflict_do_update(
            index_elements=["recruiter"], set_={"made_from": put.excluded.made_from, "json": put.excluded.json}
        )
        rows = [{"recruiter": each.recruiter, "made_from": each.state, "json": each.skills} for each in kept]
        await self._store.write(lambda connection: connection.execute(put, rows))

    async def board(self, latest: int) -> list[BoardScore]:
        """The mean of the latest scores of everybody who stands on the leader board, and how many they have."""
        called: Select[Any] = select(text("recruiter, score, sessions")).select_from(func.board(latest))
        query = called if self._store.is_shared else _board(latest)
        return [BoardScore(*row) for row in await self._rows(query)]

    async def kept_days(self) -> int | None:
        """For how many days sessions are kept; None: for good."""
        query = select(TEAM_EVENTS.c.json.op("->>")(literal_column("'days'")))
        query = query.where(TEAM_EVENTS.c.kind == literal_column("'retention_set'"))
        found = await self._rows(query.order_by(TEAM_EVENTS.c.id.desc()).limit(1))
        return None if not found or found[0][0] is None else int(found[0][0])

    async def held_on(self, person: Person) -> Held:
        """All that is held on somebody."""
        cards = tables.drill_cards
        answers = select(cards.c.card, cards.c.json).where(cards.c.recruiter == person.name)

        async def work(connection: AsyncConnection) -> Held:
            sessions = await _sessions_where(connection, SESSIONS.c.recruiter == person.name)
            events = {
                number: event
                for some in _parts(sessions) or [[]]
                for number, event in await connection.execute(
                    select(TEAM_EVENTS.c.id, TEAM_EVENTS.c.json).where(
                        or_(
                            TEAM_EVENTS.c.person_id == person.id,
                            TEAM_EVENTS.c.by_id == person.id,
                            TEAM_EVENTS.c.session_id.in_(some),
                        )
                    )
                )
            }
            answered = await connection.execute(answers)
            return Held(
                sessions={name: await _of(connection, tables.events, "position", name) for name in sessions},
                results={name: await _of(connection, tables.results, "id", name) for name in sessions},
                overrulings={name: await _of(connection, tables.overrulings, "id", name) for name in sessions},
                events=tuple(TEAM_EVENT.validate_json(events[number]) for number in sorted(events)),
                drill_cards={row[0]: row[1] for row in answered},
            )

        return await self._store.run(work, about=person.name)

    async def erase(self, person: Person, at: datetime, by: str | None) -> int:
        """Delete all that is held on somebody, and keep that it was done; returns how many sessions went.

        What they said as a coach of others' sessions stays, without their name. What models said of turns is kept
        without a name, so all of that goes: it is only asked again.
        """
        words, cards = tables.overrulings, tables.drill_cards
        nobody = "json_set(json, '$.by', NULL)"
        if self._store.is_shared:
            nobody = """jsonb_set(json::jsonb, '{by}', 'null')::json"""
        mine = words.c.json.op("->>")(literal_column("'by'")) == person.name

        async def work(connection: AsyncConnection) -> int:
            sessions = await _sessions_where(connection, SESSIONS.c.recruiter == person.name)
            await self._delete(connection, sessions)
            await connection.execute(delete(tables.opinions))
            await connection.execute(delete(tables.skills).where(tables.skills.c.recruiter == person.name))
            await connection.execute(delete(cards).where(cards.c.recruiter == person.name))
            await connection.execute(update(words).where(mine).values(json=literal_column(nobody)))
            changes = and_(TEAM_EVENTS.c.person_id == person.id, TEAM_EVENTS.c.kind == "person_changed")
            await connection.execute(delete(TEAM_EVENTS).where(changes))
            await connection.execute(delete(PEOPLE).where(PEOPLE.c.id == person.id))
            await _keep_events(connection, [PersonErased(at=at, by=by, person=person.id, sessions=len(sessions))])
            return len(sessions)

        return await self._store.write(work, about=person.name)

    async def expire(self, before: datetime, days: int, at: datetime, by: str | None) -> int:
        """Delete sessions that began before that moment, and keep that it was done; returns how many went.

        In a shared database: of those that are for whoever asks to delete: their own, or everybody's for who leads.
        """
        old = SESSIONS.c.started_at < before
        if self._store.is_shared:
            old = and_(old, text("(may_delete(id) OR NOT row_security_active('sessions'))"))

        async def work(connection: AsyncConnection) -> int:
            sessions = await _sessions_where(connection, old)
            if sessions:
                await self._delete(connection, sessions)
                await _keep_events(connection, [SessionsExpired(at=at, by=by, days=days, sessions=len(sessions))])
            return len(sessions)

        return await self._store.write(work, about=EVERYBODY)

    async def _delete(self, connection: AsyncConnection, sessions: Sequence[str]) -> None:
        """Delete sessions with all that hangs on them; of what was done about them, nothing stays."""
        for some in _parts(sessions):
            for table in (TEAM_EVENTS, *_OF_SESSIONS):
                await connection.execute(delete(table).where(table.c.session_id.in_(some)))
            await connection.execute(delete(SESSIONS).where(SESSIONS.c.id.in_(some)))
        if self._store.is_shared:
            await connection.execute(select(func.drop_unused_cases()))
            return
        used = select(SESSIONS.c.case_digest).union(select(ASSIGNMENTS.c.case_digest))
        await connection.execute(delete(tables.cases).where(tables.cases.c.digest.not_in(used)))

    async def _texts(self, query: Select[Any]) -> list[str]:
        return [str(row[0]) for row in await self._rows(query)]

    async def _rows(self, query: Select[Any]) -> Sequence[Any]:
        async def work(connection: AsyncConnection) -> Sequence[Any]:
            found: Sequence[Any] = (await connection.execute(query)).all()
            return found

        return await self._store.run(work)

    async def _mappings(self, query: Select[Any]) -> list[Mapping[str, Any]]:
        return [row._mapping for row in await self._rows(query)]


def _state() -> Select[Any]:
    """By recruiter, what changes whenever what their skills are worked out from does."""
    state = (
        func.count().cast(Text)
        + " "
        + func.sum(SESSIONS.c.standing_no).cast(Text)
        + " "
        + func.max(SESSIONS.c.submitted_at).cast(Text)
    )
    wanted = SESSIONS.c.submitted_at.is_not(None), SESSIONS.c.recruiter.is_not(None)
    return select(SESSIONS.c.recruiter, state.label("state")).where(*wanted).group_by(SESSIONS.c.recruiter)


def _board(latest: int) -> Select[Any]:
    """What the function of that name gives in PostgreSQL, where nobody reads others' sessions."""
    on_board = PEOPLE.c.json.op("->>")(literal_column("'is_on_board'")) == literal_column("1")
    ranked = (
        select(
            SESSIONS.c.recruiter,
            SESSIONS.c.score,
            func.row_number()
            .over(partition_by=SESSIONS.c.recruiter, order_by=SESSIONS.c.started_at.desc())
            .label("nth"),
            func.count().over(partition_by=SESSIONS.c.recruiter).label("counted"),
        )
        .where(
            SESSIONS.c.recruiter.in_(select(PEOPLE.c.name).where(on_board)),
            SESSIONS.c.submitted_at.is_not(None),
            text("NOT is_void"),
            SESSIONS.c.score.is_not(None),
        )
        .subquery()
    )
    mean = select(ranked.c.recruiter, func.avg(ranked.c.score), func.max(ranked.c.counted))
    return mean.where(ranked.c.nth <= latest).group_by(ranked.c.recruiter)


async def _keep_events(connection: AsyncConnection, events: Sequence[TeamEvent]) -> None:
    """Keep what was done, and what it changes about what waits for a coach."""
    rows = [
        {
            "kind": event.kind,
            "by_id": event.by,
            "person_id": getattr(event, "person", None),
            "session_id": getattr(event, "session", None),
            "assignment_id": getattr(event, "assignment", None),
            "json": event.model_dump_json(),
        }
        for event in events
    ]
    if rows:  # inline: not given back, for not everybody may read all that they may add
        await connection.execute(insert(TEAM_EVENTS).inline(), rows)
    for event in events:
        if event.kind in {"signed_off", "sent_back", "verdict_disputed"}:
            change = update(SESSIONS).where(SESSIONS.c.id == event.session)
            await connection.execute(change.values(awaits_coach=event.kind == "verdict_disputed"))


async def _sessions_where(connection: AsyncConnection, condition: Any) -> list[str]:
    query = select(SESSIONS.c.id).where(condition).order_by(SESSIONS.c.started_at)
    return list((await connection.execute(query)).scalars())


async def _of(connection: AsyncConnection, table: Any, order: str, session: str) -> tuple[str, ...]:
    """The JSON of a session's rows in a table."""
    query = select(table.c.json).where(table.c.session_id == session).order_by(table.c[order])
    return tuple((await connection.execute(query)).scalars())


def _parts(sessions: Sequence[str]) -> list[Sequence[str]]:
    return [sessions[at : at + _AT_ONCE] for at in range(0, len(sessions), _AT_ONCE)]
