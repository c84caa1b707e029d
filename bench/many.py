"""Many calls at the same time in one process: `PYTHONPATH=. python bench/many.py`, `--people 200`, `--sqlite`.

Every recruiter has a store of their own to see, signed in by a token, and plays `first-call-cto` as a `Studio` puts it
together: the local listener, and a model's voice at an endpoint that stands in for one (`bench.standin`). Simulated
recruiters choose the words; between two turns each thinks, exponentially around `--think-s`, seeded. A call that the
other side ends is followed by another. Process, server and endpoint share two cores.

Times are wall times within a turn, from `say` until it is quiet:

- *own work*: without waiting for the endpoint. Waiting is every moment between asking the chat model's stream for the
  next piece, or for the end, and getting it; what the client itself does meanwhile is in it (building the request,
  connecting, parsing), and what other recruiters' turns do to the loop while the piece is under way.
- *store*: within `SqlStore.append`, waiting for one of the pool's connections in it, without what goes on while the
  endpoint is awaited.
- *listener*: within the listener's readings, of the recruiter's turn and of the sentences that answer it.
- *rest*: own work without those two.
- *late*: the turn without the time that the endpoint means to take for the words that came: what a recruiter feels. The
  loop's delays are in it; work that is done while the next word is still on its way isn't.
"""

import argparse
import asyncio
import os
import random
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import ExitStack, aclosing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any, Final, NamedTuple

from pydantic import SecretStr
from sqlalchemy import event as on
from sqlalchemy import make_url, text
from sqlalchemy.pool import QueuePool

from bench.standin import scheduled_s, stand_in
from roleplay.actor.base import Actor
from roleplay.actor.model import ModelActor
from roleplay.content.library import load_library, shipped_root
from roleplay.listener.learned import LearnedListener
from roleplay.listener.learned.model import Model
from roleplay.listener.reading import CounterpartReading, Reading, Utterance
from roleplay.llm.abilities import RememberedInFile
from roleplay.llm.base import ChatMessage
from roleplay.llm.client import OpenAIChatModel
from roleplay.practice.clock import SystemClock
from roleplay.practice.happenings import Happening, NoticeRaised, TurnFinished, TurnKept
from roleplay.practice.loop import Practice
from roleplay.record.events import RECRUITER, Event, TurnSpoken
from roleplay.rehearsal.moves import Move, Say, make
from roleplay.rehearsal.recruiters import RECRUITERS, RecruiterKind
from roleplay.roster.events import PersonAdded
from roleplay.roster.people import Person
from roleplay.settings import Endpoint, Settings, Source
from roleplay.store.base import Viewer
from roleplay.store.database import Eyes
from roleplay.store.sign_ins import digest_of
from roleplay.store.sql import SqlStore
from roleplay.store.sql_team import SqlTeam
from roleplay.studio import FIRST_SCENARIO, Studio
from tests.postgres import server

TARGET_MS: Final = 60.0
CORES: Final = 2
KINDS: Final = (RecruiterKind.SKILLED, RecruiterKind.PERFECT, RecruiterKind.NOVICE)
LOOK_S: Final = 0.05
"""How often it is looked how late the loop is."""
SHOWN: Final = 5
TOKEN: Final = "a token of {0}'s"


@dataclass
class Turn:
    """One turn's times, in seconds, and what it took."""

    whole: float = 0.0
    endpoint: float = 0.0
    store: float = 0.0
    listener: float = 0.0
    scheduled: float = 0.0
    requests: int = 0
    words: int = 0
    appends: int = 0
    readings: int = 0
    asked_at: float | None = None
    """Since when the endpoint is awaited."""

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Wait for the endpoint."""
        self.asked_at = time.perf_counter()
        try:
            yield
        finally:
            self.endpoint, self.asked_at = self.waited(time.perf_counter()), None

    def waited(self, now: float) -> float:
        """For how long the endpoint was awaited until `now`."""
        return self.endpoint + (0.0 if self.asked_at is None else now - self.asked_at)

    @property
    def own(self) -> float:
        """What isn't waiting for the endpoint."""
        return self.whole - self.endpoint


class Said(NamedTuple):
    """A turn as a face was told of it."""

    turn: str
    speaker: str
    text: str


@dataclass
class Played:
    """A session that was played."""

    id: str
    said: list[Said] = field(default_factory=list)
    events: Sequence[Event] = ()


@dataclass
class Watch:
    """What is seen of one recruiter."""

    turn: Turn = field(default_factory=Turn)
    """The one that is under way; what happens between turns goes into one that nobody looks at."""
    turns: list[Turn] = field(default_factory=list)
    sessions: list[Played] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @contextmanager
    def a_turn(self) -> Iterator[None]:
        """Measure a turn; it counts if it comes to its end."""
        turn = self.turn = Turn()
        started = time.perf_counter()
        try:
            yield
            turn.whole = time.perf_counter() - started
            self.turns.append(turn)
        finally:
            self.turn = Turn()


class TimedModel(OpenAIChatModel):
    """The model at the endpoint, and how long it is waited for."""

    watch: Watch

    async def stream(
        self, messages: Sequence[ChatMessage], *, max_tokens: int, stop: Sequence[str] = ()
    ) -> AsyncGenerator[str, None]:
        """Yield the reply."""
        turn, words = self.watch.turn, 0
        async with aclosing(super().stream(messages, max_tokens=max_tokens, stop=stop)) as pieces:
            try:
                while True:
                    try:
                        with turn.asking():
                            piece = await anext(pieces)
                    except StopAsyncIteration:
                        return
                    words += 1
                    yield piece
            finally:
                turn.words += words
                turn.scheduled += scheduled_s(words)
                turn.requests += 1


class TimedListener(LearnedListener):
    """The listener on a model that all share, and how long it reads."""

    def __init__(self, model: Model, watch: Watch) -> None:
        super().__init__(model, in_thread=True)
        self._watch = watch

    async def read(self, utterance: Utterance) -> Reading:
        """Read a recruiter's turn."""
        with self._timed():
            return await super().read(utterance)

    async def read_counterpart(self, utterance: Utterance) -> CounterpartReading:
        """Read a sentence of the other side."""
        with self._timed():
            return await super().read_counterpart(utterance)

    @contextmanager
    def _timed(self) -> Iterator[None]:
        turn, started = self._watch.turn, time.perf_counter()
        yield
        turn.listener += time.perf_counter() - started
        turn.readings += 1


class TimedStore(SqlStore):
    """Somebody's store, and how long it appends."""

    def __init__(self, store: SqlStore, watch: Watch) -> None:
        super().__init__(store.database, viewer=store.viewer, eyes=Eyes(store.token))
        self._watch = watch

    async def append(self, session_id: str, expected: int, events: Sequence[Event]) -> None:
        """Append."""
        turn, started = self._watch.turn, time.perf_counter()
        waited = turn.waited(started)
        await super().append(session_id, expected, events)
        ended = time.perf_counter()
        turn.store += ended - started - (turn.waited(ended) - waited)
        turn.appends += 1


@dataclass
class WatchedStudio(Studio):
    """A studio whose parts are timed."""

    watch: Watch = field(default_factory=Watch)

    def actor(self) -> Actor:
        """The endpoint's voice, past the guard."""
        endpoint = self.settings.endpoint
        assert endpoint is not None
        known = RememberedInFile(self.settings.abilities)
        model = TimedModel(endpoint, breaker=self.breaker, meter=self.meter, remembered=known)
        model.watch = self.watch
        return ModelActor(model, self.listener)


@dataclass
class Recruiter:
    """One recruiter at their own studio."""

    studio: WatchedStudio
    kind: RecruiterKind
    rng: random.Random
    think_s: float

    async def play(self, turns: int) -> None:
        """Call until so many turns were said."""
        watch = self.studio.watch
        try:
            await asyncio.sleep(self.rng.uniform(0, self.think_s))
            while len(watch.turns) < turns:
                await self._call(turns)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is told, and the others go on
            watch.errors.append(f"{type(error).__name__}: {error}")

    async def _call(self, turns: int) -> None:
        watch = self.studio.watch
        practice = await self.studio.start(FIRST_SCENARIO, seed=self.rng.randrange(1_000_000))
        session = Played(practice.id)
        watch.sessions.append(session)
        try:
            for move in RECRUITERS[self.kind](practice, self.rng):
                if practice.is_over or len(watch.turns) >= turns:
                    break
                await self._move(move, practice, session)
            await self._see(practice.leave(), session)
        finally:
            session.events = practice.events
            await practice.aclose()

    async def _move(self, move: Move, practice: Practice, session: Played) -> None:
        if not isinstance(move, Say):
            await self._see(make(move, practice), session)
            return
        await asyncio.sleep(self.rng.expovariate(1 / self.think_s) if self.think_s else 0)
        with self.studio.watch.a_turn():
            await self._see(practice.say(move.text), session)

    async def _see(self, happenings: AsyncGenerator[Happening, None], session: Played) -> None:
        async with aclosing(happenings):
            async for each in happenings:
                if isinstance(each, TurnKept):
                    session.said.append(Said(each.turn, RECRUITER, each.text))
                elif isinstance(each, TurnFinished):
                    session.said.append(Said(each.turn, each.role, each.text))
                elif isinstance(each, NoticeRaised):
                    self.studio.watch.notices.append(each.text)


class Used(NamedTuple):
    """What the process used. The loop's lateness is in seconds."""

    seconds: float
    processor_s: float
    connections: int
    lateness: list[float]


class Lost(NamedTuple):
    """What was said beside what the database holds."""

    sessions: int
    said: int
    lost: int
    foreign: int
    """Turns that the database holds and nobody was told of."""
    differing: int
    """Sessions whose record isn't the one that was played."""


async def sign_in(owner: SqlStore, people: Sequence[Person]) -> None:
    """Add people to the team, and sign them in where the database guards itself."""
    added = [PersonAdded(at=each.joined_at, by=None, person=each.id, duty=each.duty) for each in people]
    await SqlTeam(owner).keep_people(people, added)
    if not owner.is_shared:
        return
    rows = [{"digest": digest_of(TOKEN.format(person.id)), "person": person.id} for person in people]
    query = text("INSERT INTO sign_ins VALUES (:digest, :person, now(), now() + interval '1 day')")
    await owner.write(lambda connection: connection.execute(query, rows))


def seat(store: SqlStore, people: Sequence[Person], base_url: str, home: Path, think_s: float) -> list[Recruiter]:
    """Seat everybody, with all loaded that the first turn would wait for."""
    library, model = load_library([shipped_root()]), Model()
    model.load()
    import_module("openai")
    endpoint = Endpoint(base_url=base_url, api_key=SecretStr("local"), model="stand-in-1")
    settings = Settings(home=home, endpoint=endpoint, source=Source.ENVIRONMENT)
    recruiters = []
    for at, person in enumerate(people):
        watch = Watch()
        seen = store.signed_in_with(TOKEN.format(person.id)).seen_by(Viewer(person.name, coaches=False))
        theirs = TimedStore(seen, watch)
        studio = WatchedStudio(
            settings, library, theirs, TimedListener(model, watch), SystemClock(), me=person, watch=watch
        )
        recruiters.append(Recruiter(studio, KINDS[at % len(KINDS)], random.Random(at), think_s))
    return recruiters


async def lateness(found: list[float]) -> None:
    """Look again and again how late the loop is."""
    while True:
        due = time.perf_counter() + LOOK_S
        await asyncio.sleep(LOOK_S)
        found.append(time.perf_counter() - due)


async def compare(owner: SqlStore, recruiters: Sequence[Recruiter]) -> Lost:
    """Hold what was said against what the database holds."""
    sessions = [each for recruiter in recruiters for each in recruiter.studio.watch.sessions]
    said = lost = foreign = differing = 0
    for session in sessions:
        _, events = await owner.read(session.id)
        kept = Counter(Said(each.turn, each.speaker, each.text) for each in events if isinstance(each, TurnSpoken))
        told = Counter(session.said)
        said, lost, foreign = said + told.total(), lost + (told - kept).total(), foreign + (kept - told).total()
        differing += list(session.events) != events
    return Lost(len(sessions), said, lost, foreign, differing)


async def measure(where: Path | str, owned: Path | str, base_url: str, home: Path, options: Any) -> bool:
    """Play, and print the figures; returns whether all is as it should be."""
    now = datetime.now(UTC)
    people = [Person(id=f"p-{at:04}", name=f"Recruiter {at:04}", joined_at=now) for at in range(options.people)]
    owner = await SqlStore.open(owned)
    await sign_in(owner, people)
    store = await SqlStore.open(where)
    pool, late, in_use = store.database.engine.pool, list[float](), [0]
    assert isinstance(pool, QueuePool)
    on.listen(pool, "checkout", lambda *_: in_use.append(pool.checkedout()))
    recruiters = seat(store, people, base_url, home, options.think_s)
    looking = asyncio.create_task(lateness(late))
    started, worked = time.perf_counter(), time.process_time()
    await asyncio.gather(*(each.play(options.turns) for each in recruiters))
    used = Used(time.perf_counter() - started, time.process_time() - worked, max(in_use), late)
    looking.cancel()
    await store.aclose()
    lost = await compare(owner, recruiters)
    deadlocks = await deadlocks_of(owner)
    await owner.aclose()
    return tell([each.studio.watch for each in recruiters], lost, used, deadlocks)


async def deadlocks_of(owner: SqlStore) -> int:
    """How many the database has seen."""
    if not owner.is_shared:
        return 0
    query = text("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
    return int(await owner.run(lambda connection: connection.scalar(query)) or 0)


def tell(watches: Sequence[Watch], lost: Lost, used: Used, deadlocks: int) -> bool:
    """Print the figures; returns whether nothing was lost, nothing failed, and the target is met."""
    turns = [turn for watch in watches for turn in watch.turns]
    errors = [each for watch in watches for each in watch.errors]
    notices = [each for watch in watches for each in watch.notices]
    print(f"{len(watches)} recruiters, {lost.sessions} sessions, {len(turns)} turns in {used.seconds:.0f} s")
    print(f"{'milliseconds of a turn':<28}{'p50':>9}{'p95':>9}{'max':>9}")
    row("own work", [turn.own for turn in turns])
    row("  store", [turn.store for turn in turns])
    row("  listener", [turn.listener for turn in turns])
    row("  rest", [turn.own - turn.store - turn.listener for turn in turns])
    row("late", [turn.whole - turn.scheduled for turn in turns])
    row("the loop, late by", used.lateness)
    names = ("requests", "words", "appends", "readings")
    print("a turn: " + ", ".join(f"{statistics.mean(getattr(each, n) for each in turns):.1f} {n}" for n in names))
    print(f"processor of this process: {100 * used.processor_s / used.seconds:.0f} % of one core")
    print(f"connections in use at most: {used.connections}; deadlocks: {deadlocks}")
    print(f"turns told: {lost.said}, lost: {lost.lost}, of which nobody was told: {lost.foreign}")
    print(f"sessions whose record isn't what was played: {lost.differing}")
    for name, lines in (("errors", errors), ("notices", notices)):
        print(f"{name}: {len(lines)}", *Counter(lines).most_common(SHOWN), sep="\n  " if lines else "")
    own_ms = 1000 * nth_of_20([turn.own for turn in turns])
    over = f"missed by {own_ms - TARGET_MS:.0f} ms" if own_ms > TARGET_MS else "met"
    print(f"target: p95 of own work <= {TARGET_MS:.0f} ms, no turn lost, no deadlock: {own_ms:.0f} ms, {over}")
    return not (errors or lost.lost or lost.foreign or lost.differing or deadlocks or own_ms > TARGET_MS)


def row(name: str, seconds: Sequence[float]) -> None:
    """Print one row of figures."""
    figures = (statistics.median(seconds), nth_of_20(seconds), max(seconds))
    print(f"{name:<28}" + "".join(f"{1000 * each:>9.1f}" for each in figures))


def nth_of_20(seconds: Sequence[float]) -> float:
    """The 95th percentile."""
    return statistics.quantiles(seconds, n=20)[-1]


def options_of() -> argparse.Namespace:
    """What is wanted."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--turns", type=int, default=8, help="that each says")
    parser.add_argument("--think-s", type=float, default=10.0, help="between two turns, in the mean")
    place = parser.add_mutually_exclusive_group()
    place.add_argument("--database", metavar="URL", help="an up-to-date one, by its owner's address; else one is made")
    place.add_argument("--sqlite", action="store_true", help="in a file instead")
    parser.add_argument("--login", default="desk", help="the role that the program uses --database by")
    return parser.parse_args()


def main() -> int:
    """Start what it takes, and measure."""
    options = options_of()
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])
    where: Path | str
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        if options.sqlite:
            where = owned = home / "sessions.sqlite3"
        elif options.database:
            owned = options.database
            where = make_url(owned).set(username=options.login).render_as_string(hide_password=False)
        else:
            running = stack.enter_context(server())
            name = running.database()
            where, owned = running.url(name), running.url(name, "keeper")
        base_url = stack.enter_context(stand_in())
        return 0 if asyncio.run(measure(where, owned, base_url, home, options)) else 1


if __name__ == "__main__":
    raise SystemExit(main())
