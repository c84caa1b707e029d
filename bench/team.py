"""How long a team's screens read from a full store: `PYTHONPATH=. python bench/team.py --sessions 100000`.

The sessions are a few that simulated recruiters played, kept again and again through the store's own API under other
ids, names and times; beyond `KEPT` of them, those are copied in SQL, some minutes later each. Half are handed in, most
of those reviewed, as a team does that keeps up; sixty assignments are for all. With `--postgresql`, a server of the
tests' own is started and filled by its owner, and read by people who signed in, past the policies.
"""

import argparse
import asyncio
import itertools
import random
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, NamedTuple

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from roleplay.content.case import Case
from roleplay.content.library import load_library, shipped_root
from roleplay.listener.learned import LearnedListener
from roleplay.listener.learned.model import RememberingModel
from roleplay.practice.clock import SystemClock
from roleplay.record.events import Event, SessionEnded, SessionStarted
from roleplay.rehearsal.game import play
from roleplay.rehearsal.recruiters import RecruiterKind
from roleplay.results import Results
from roleplay.roster.assignments import Assignment
from roleplay.roster.events import (
    AssignmentMade,
    CommentMade,
    PersonAdded,
    SentBack,
    SessionSubmitted,
    SignedOff,
    TeamEvent,
    VerdictDisputed,
)
from roleplay.roster.people import Duty, Person
from roleplay.scoring.result import Result, Verdict
from roleplay.store.base import Viewer
from roleplay.store.sign_ins import digest_of
from roleplay.store.sql import SqlStore
from roleplay.store.sql_team import SqlTeam
from roleplay.store.tables import metadata
from roleplay.team.reviewing import QUEUE_SHOWN
from roleplay.team.together import Team
from tests.postgres import server

KEPT: Final = 5_000
"""Sessions that are kept one by one."""
TOKEN: Final = "a token of {0}'s"
ASSIGNMENTS: Final = 60
WEEKS: Final = 150
KINDS: Final = (RecruiterKind.NOVICE, RecruiterKind.PUSHER, RecruiterKind.SKILLED)
HOME_READS: Final = 1000
LATEST: Final = 40
"""Of the latest sessions handed in, those that wait for a coach."""
OVERRULED: Final = 200
"""Sessions of which a coach said something."""
TARGET_MS: Final = 200


class Played(NamedTuple):
    """A session to keep again and again."""

    case: Case
    events: list[Event]
    result: Result


async def played() -> list[Played]:
    """A few sessions of every scenario."""
    library, listener = load_library([shipped_root()]), LearnedListener(RememberingModel())
    found = []
    for name, kind in itertools.product(library.scenarios, KINDS):
        _, result, practice = await play(library.case(name), kind, 1, listener)
        found.append(Played(practice.case, list(practice.events), result))
    return found


class Filling:
    """Fills a store."""

    def __init__(self, store: SqlStore, originals: Sequence[Played], sessions: int, people: int) -> None:
        self._store = store
        self._team = SqlTeam(store)
        self._originals = originals
        self._sessions = sessions
        self._count = people
        self._rng = random.Random(1)
        self._now = datetime.now(UTC)
        self._people: list[Person] = []
        self._assignments: list[tuple[Assignment, list[Played]]] = []

    async def fill(self) -> None:
        """People, assignments, sessions."""
        began = self._now - timedelta(weeks=WEEKS)
        self._people = [
            Person(id=f"p-{at}", name=f"Person {at:03}", duty=Duty.RECRUITER if at else Duty.COACH, joined_at=began)
            for at in range(self._count + 1)
        ]
        added: list[TeamEvent] = [
            PersonAdded(at=began, by=None, person=each.id, duty=each.duty) for each in self._people
        ]
        await self._team.keep_people(self._people, added)
        for at in range(ASSIGNMENTS):
            await self._assign(at, began + timedelta(weeks=at * WEEKS / ASSIGNMENTS))
        for at in range(self._sessions):
            await self._keep(at, began + timedelta(weeks=WEEKS * at / self._sessions))

    async def _assign(self, at: int, made_at: datetime) -> None:
        case = self._originals[at % len(self._originals)].case
        people = tuple(each.id for each in self._people[1:])
        assignment = Assignment(
            id=f"a-{at}",
            title=case.scenario.title,
            scenario_id=case.scenario_id,
            scorecard_id=case.scorecard_id,
            case_digest=case.digest,
            pass_mark=70,
            due_at=made_at + timedelta(weeks=4),
            zone="UTC",
            people=people,
            by=self._people[0].id,
            made_at=made_at,
        )
        event = AssignmentMade(at=made_at, by=assignment.by, assignment=assignment.id, people=people)
        await self._team.keep_assignment(assignment, case, event)
        theirs = [each for each in self._originals if each.case.digest == case.digest]
        self._assignments.append((assignment, theirs))

    async def _keep(self, at: int, begun_at: datetime) -> None:
        person = self._people[1 + self._rng.randrange(self._count)]
        open_ones = [each for each in self._assignments if each[0].made_at <= begun_at]
        is_assigned = self._rng.random() < 0.4 and bool(open_ones)
        assignment, choice = self._rng.choice(open_ones[-6:]) if is_assigned else (None, self._originals)
        original = self._rng.choice(choice)
        session_id = f"{begun_at:%Y%m%d}-{at:06}"
        events = _moved(original.events, begun_at, person, assignment)
        if self._rng.random() < 0.02:
            events = events[: len(events) // 2]  # left before its end
        await self._store.create(session_id, original.case, events)
        if not isinstance(events[-1], SessionEnded):
            return
        result = original.result
        await self._store.keep_result(session_id, result.model_dump_json(), result.score, result.passed)
        if is_assigned or self._rng.random() < 0.2:
            await self._hand_in(at, session_id, person, assignment, begun_at + timedelta(hours=1))

    async def _hand_in(
        self, number: int, session_id: str, person: Person, assignment: Assignment | None, at: datetime
    ) -> None:
        named = None if assignment is None else assignment.id
        submitted = SessionSubmitted(at=at, by=person.id, session=session_id, assignment=named)
        await self._team.submit(session_id, submitted)
        coach, later = self._people[0].id, at + timedelta(days=1)
        if number > self._sessions - 2 * LATEST:
            if self._rng.random() < 0.1:
                words = "I see that otherwise."
                await self._team.keep_event(
                    VerdictDisputed(at=later, by=person.id, session=session_id, criterion="next_step", words=words)
                )
            return
        await self._team.keep_event(CommentMade(at=later, by=coach, session=session_id, turn="t1.2", words="Good."))
        done = SentBack(at=later, by=coach, session=session_id, words="Once more.") if number % 9 == 0 else None
        await self._team.keep_event(done or SignedOff(at=later, by=coach, session=session_id))


def _moved(events: Sequence[Event], at: datetime, person: Person, assignment: Assignment | None) -> list[Event]:
    """The same events under another name, from another moment on."""
    later = at - events[0].at
    moved = [event.model_copy(update={"at": event.at + later}) for event in events]
    assert isinstance(moved[0], SessionStarted)
    named = None if assignment is None else assignment.id
    return [moved[0].model_copy(update={"recruiter": person.name, "assignment": named}), *moved[1:]]


class Eyes(NamedTuple):
    """The team as somebody sees it, as the program itself puts it together."""

    me: Person
    team: Team

    @classmethod
    def of(cls, store: SqlStore, me: Person) -> "Eyes":
        """Somebody's."""
        signed_in = store.signed_in_with(TOKEN.format(me.id)) if store.is_shared else store
        seen, clock = signed_in.seen_by(Viewer(me.name, coaches=me.duty.coaches)), SystemClock()
        return cls(me, Team(SqlTeam(seen), seen, Results(seen, LearnedListener(), clock), clock))

    async def home(self) -> None:
        """What the first screen reads."""
        await self.team.sessions.sessions(HOME_READS, recruiter=self.me.name)
        await self.team.sessions.last_unfinished(recruiter=self.me.name)
        await self.team.assigning.mine(self.me)

    async def sessions(self) -> None:
        """All that may be seen."""
        await self.team.sessions.sessions(HOME_READS)

    async def standings(self) -> None:
        """How far everybody is with everything."""
        await self.team.assigning.all(self.me)

    async def queue(self) -> None:
        """What waits for a coach."""
        await self.team.reviewing.queue(self.me, await self.team.assigning.overdue(self.me, QUEUE_SHOWN))

    async def heat_map(self) -> None:
        """Everybody's skills side by side."""
        await self.team.growing.everybody(self.me)

    async def board(self) -> None:
        """The leader board."""
        await self.team.growing.board()

    async def page_of(self, person: Person) -> None:
        """Somebody's page."""
        await self.team.growing.page(self.me, person)

    async def remarks(self) -> None:
        """What stands beside the latest session that was handed in, with what is in doubt."""
        (session,) = await self.team.store.submitted(1)
        reviewing = self.team.reviewing
        await reviewing.remarks(session, await reviewing.doubts(session.id))


async def measure(filled: Path | str, where: Path | str, times: int) -> None:
    """Print how long each reading takes, and what is above the target."""
    owned = await SqlStore.open(filled)
    people = await SqlTeam(owned).people()
    await owned.aclose()
    store = await SqlStore.open(where)
    coach = Eyes.of(store, next(each for each in people if each.duty is Duty.COACH))
    others = [Eyes.of(store, each) for each in people if each.duty is Duty.RECRUITER]
    turn = itertools.cycle(others)
    readings: dict[str, Callable[[], Awaitable[None]]] = {
        "a recruiter's home": lambda: next(turn).home(),
        "a recruiter's own page": lambda: (eyes := next(turn)).page_of(eyes.me),
        "a coach's home": coach.home,
        "a coach's list of sessions": coach.sessions,
        "everybody's standings": coach.standings,
        "the queue": coach.queue,
        "the heat map": coach.heat_map,
        "somebody's page": lambda: coach.page_of(next(turn).me),
        "the leader board": coach.board,
        "a session to review": coach.remarks,
    }
    for name, reading in readings.items():
        spent_ms = sorted([await _timed_ms(reading) for _ in range(times)])
        p95 = spent_ms[max(0, round(0.95 * len(spent_ms)) - 1)]
        above = "  above the target" if p95 > TARGET_MS else ""
        print(f"{name:<28} p50 {statistics.median(spent_ms):>7.1f} ms   p95 {p95:>7.1f} ms{above}")
    await store.aclose()


async def _timed_ms(reading: Callable[[], Awaitable[None]]) -> float:
    started = time.perf_counter()
    await reading()
    return 1000 * (time.perf_counter() - started)


COPIED: Final = {
    "sessions": ("id", "started_at", "changed_at", "submitted_at"),
    "events": ("session_id",),
    "results": ("session_id",),
    "verdicts": ("session_id",),
    "team_events": ("session_id",),
}
"""What is copied, and what is another in each copy: its id, and its times."""


async def multiply(store: SqlStore, copies: int) -> None:
    """Copy every session so many times, each copy some minutes later, and waiting for no coach."""
    for table, changed in COPIED.items():
        names = [column.name for column in metadata.tables[table].c]
        columns = [name for name in names if name != "id" or table == "sessions"]
        for copy in range(1, copies + 1):
            values = [_value(name, copy, changed, shared=store.is_shared) for name in columns]
            if table == "team_events":  # which holds the session's id in its JSON, too
                text_of, end = ("json::text", "::json") if store.is_shared else ("json", "")
                values[-1] = f"replace({text_of}, session_id, session_id || 'x{copy}'){end}"
            query = f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(values)} FROM {table}"
            wanted = {"sessions": "id", "team_events": "session_id IS NOT NULL AND session_id"}.get(table, "session_id")
            query += f" WHERE {wanted} NOT LIKE '%x%'"

            async def work(connection: AsyncConnection, query: str = query) -> None:
                await connection.execute(text(query))

            await store.write(work)


def _value(name: str, copy: int, changed: Sequence[str], *, shared: bool) -> str:
    if name in {"id", "session_id"}:
        return f"{name} || 'x{copy}'"
    if name == "awaits_coach":
        return "false"
    if name not in changed:
        return name
    later = f"{copy * 7} minutes"
    return f"{name} + interval '{later}'" if shared else f"strftime('%Y-%m-%dT%H:%M:%S+00:00', {name}, '+{later}')"


async def fill(where: Path | str, sessions: int, people: int) -> None:
    """Fill a store."""
    store = await SqlStore.open(where)
    filling = Filling(store, await played(), min(sessions, KEPT), people)
    await filling.fill()
    results = Results(store, LearnedListener(), SystemClock())
    for session in await SqlTeam(store).submitted(OVERRULED):
        case, _ = await store.read(session.id)
        name = next(iter(case.scorecard.criteria))
        await results.overrule(session.id, name, Verdict.MET, "It was there.", by="Person 000")
    await multiply(store, sessions // KEPT - 1)
    everybody = await SqlTeam(store).people()
    if store.is_shared:
        await store.write(lambda connection: _sign_in(connection, everybody))
    await store.write(lambda connection: connection.execute(text("ANALYZE")))
    await store.aclose()


async def _sign_in(connection: AsyncConnection, people: Sequence[Person]) -> None:
    query = text("INSERT INTO sign_ins VALUES (:digest, :person, now(), now() + interval '1 day')")
    for person in people:
        await connection.execute(query, {"digest": digest_of(TOKEN.format(person.id)), "person": person.id})


def main() -> None:
    """Fill a store, and print the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--sessions", type=int, default=KEPT, help=f"a multiple of {KEPT}, or fewer")
    parser.add_argument("--people", type=int, default=40)
    parser.add_argument("--times", type=int, default=40, help="how often each reading is done")
    parser.add_argument("--postgresql", action="store_true", help="in PostgreSQL instead of SQLite")
    parser.add_argument("--store", type=Path, help="keep the SQLite file there, or read the one that is there")
    options = parser.parse_args()
    with ExitStack() as stack:
        if options.postgresql:
            running = stack.enter_context(server())
            name = running.database()
            filled, read = running.url(name, "keeper"), running.url(name, "desk")
        else:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            filled = read = options.store or folder / "sessions.sqlite3"
        if options.postgresql or not filled.exists():
            started = time.perf_counter()
            asyncio.run(fill(filled, options.sessions, options.people))
            spent_s = time.perf_counter() - started
            print(f"{options.sessions} sessions of {options.people} people, filled in {spent_s:.0f} s")
        asyncio.run(measure(filled, read, options.times))


if __name__ == "__main__":
    main()
