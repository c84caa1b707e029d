"""How fast workers score: `PYTHONPATH=. python bench/workers.py`, `--sessions 5000`, `--workers 1,2,4`, `--chaos`.

The sessions are a few that simulated recruiters played, kept again and again under other ids in a PostgreSQL of the
tests' own, and put into the queue to be scored by the scorecard `unstick`. For each number of workers, a copy of that
database is scored until its queue is empty. Then each session must have one result, which is what this process finds
for the same words. Sessions a second are counted from the first result to the last, loading left out.

With `--chaos`, one worker is killed when a third is done, and another takes its place; when two thirds are, the
database is started anew. Workers' logs stay in `--logs`, where it is given.
"""

import argparse
import asyncio
import hashlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple

import psycopg

from bench.team import Played, played
from roleplay.content.case import Case
from roleplay.content.library import load_library, shipped_root
from roleplay.content.scorecard import Scorecard
from roleplay.jobs.queue import Queue, Wanted
from roleplay.listener.learned import LearnedListener
from roleplay.listener.learned.model import RememberingModel
from roleplay.results import digest_of, scored_by
from roleplay.scoring.scorer import score_session
from roleplay.store.sql import SqlStore
from tests.postgres import Server, server

SCORECARD: Final = "unstick"
AT_ONCE: Final = 8
"""Sessions that are kept at the same time."""
LOOK_S: Final = 0.2
STUCK_S: Final = 120.0
"""After how long without a result nobody waits any more."""
END_S: Final = 60.0
"""How long a worker may take to end."""
SHOWN: Final = 10
QUEUED: Final = "SELECT count(*) FILTER (WHERE status IN ('todo', 'doing')), count(*) FROM procrastinate_jobs"
RESULTS: Final = "SELECT session_id, json::text FROM results WHERE scorecard_digest = %s ORDER BY session_id"
SPAN: Final = (
    "SELECT extract(epoch FROM max(scored_at) - min(scored_at))::float FROM results WHERE scorecard_digest = %s"
)


class Filled(NamedTuple):
    """A database with sessions and their jobs, and what they should come to."""

    name: str
    card: str
    """The scorecard's digest."""
    expected: Mapping[str, str]
    """The result by session, as JSON."""


class Outcome(NamedTuple):
    """What scoring one copy came to."""

    whole_s: float
    span_s: float
    missing: int
    double: int
    differing: int
    """Results that aren't what this process finds."""
    left: int
    """Jobs that were set aside."""
    digest: str
    mistakes: list[str]


def main() -> int:
    """Fill, score, print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--sessions", type=int, default=5_000)
    parser.add_argument("--workers", default="1,2,4", help="how many, one run each")
    parser.add_argument("--chaos", action="store_true", help="kill a worker and the database's connections meanwhile")
    parser.add_argument("--logs", type=Path, help="keep the workers' logs in this folder")
    options = parser.parse_args()
    with ExitStack() as stack:
        running = stack.enter_context(server())
        logs = options.logs or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        logs.mkdir(parents=True, exist_ok=True)
        filled = asyncio.run(fill(running, options.sessions))
        outcomes = []
        for count in map(int, options.workers.split(",")):
            run = Run(running, filled, count, logs / f"{count}", is_rough=options.chaos)
            outcome = run.score()
            outcomes.append(outcome)
            tell(count, len(filled.expected), outcome)
            tell_logs(run.folder)
        here = digest_over(filled.expected.items())
        is_same = {each.digest for each in outcomes} == {here}
        print(f"digest over all results: {here[:16]} here, {'the same' if is_same else 'another'} by workers")
        return 0 if is_same and not any(each.mistakes or each.double or each.left for each in outcomes) else 1


async def fill(running: Server, sessions: int) -> Filled:
    """Keep the sessions, and put them into the queue."""
    name, started = running.database(), time.monotonic()
    scorecard = load_library([shipped_root()]).scorecard(SCORECARD)
    originals = await played()
    results = [await result_of(each, scorecard) for each in originals]
    chosen = {f"session-{at:06}": at % len(originals) for at in range(sessions)}
    store = await SqlStore.open(running.url(name, "keeper"))
    keeping = asyncio.Semaphore(AT_ONCE)

    async def keep(session_id: str, original: Played) -> None:
        async with keeping:
            await store.create(session_id, original.case, original.events)

    await asyncio.gather(*(keep(session_id, originals[at]) for session_id, at in chosen.items()))
    print(f"{sessions} sessions of {len(originals)} kinds kept in {time.monotonic() - started:.0f} s")
    started = time.monotonic()
    async with Queue.open(store) as queue:
        digest = await queue.keep_scorecard(SCORECARD, scorecard)
        put = await queue.put(list(chosen), Wanted(scorecard_digest=digest))
    print(f"{put} put into the queue in {time.monotonic() - started:.1f} s")
    await store.aclose()
    running.run("ANALYZE", name)
    return Filled(name, digest, {session_id: results[at] for session_id, at in chosen.items()})


async def result_of(original: Played, scorecard: Scorecard) -> str:
    """What a session comes to by the scorecard, in this process."""
    is_own = digest_of(scorecard) == digest_of(original.case.scorecard)
    case: Case = original.case if is_own else scored_by(original.case, SCORECARD, scorecard)
    result = await score_session(case, original.events, LearnedListener(RememberingModel()))
    return result.model_dump_json()


def digest_over(results: Iterable[tuple[str, str]]) -> str:
    """SHA-256 over sessions and results, in the sessions' order."""
    found = hashlib.sha256()
    for session, result in sorted(results):
        found.update(f"{session}\0{result}\n".encode())
    return found.hexdigest()


@dataclass
class Run:
    """Scoring one copy by so many workers."""

    running: Server
    filled: Filled
    count: int
    folder: Path
    is_rough: bool
    _workers: list["subprocess.Popen[bytes]"] = field(default_factory=list)
    _started: int = 0
    _mistakes: list[str] = field(default_factory=list)

    def score(self) -> Outcome:
        """Copy, score, look."""
        database = self.running.database(template=self.filled.name)
        self.folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory() as home:
            started = time.monotonic()
            try:
                for _ in range(self.count):
                    self._start(database, home)
                self._wait(database, home)
                whole_s = time.monotonic() - started
            finally:
                self._end()
        try:
            return self._outcome(database, whole_s)
        finally:
            self.running.drop(database)

    def _start(self, database: str, home: str) -> None:
        self._started += 1
        known = {name: value for name, value in os.environ.items() if not name.startswith(("ROLEPLAY_", "OPENAI_"))}
        environment = known | {"ROLEPLAY_DB": self.running.url(database, "robot"), "ROLEPLAY_HOME": home}
        command = [sys.executable, "-m", "roleplay.cli.main", "worker"]
        with (self.folder / f"worker-{self._started}.log").open("wb") as log:
            self._workers.append(subprocess.Popen(command, stdout=log, stderr=log, env=environment))

    def _wait(self, database: str, home: str) -> None:
        """Until the queue is empty; what is to go wrong goes wrong meanwhile."""
        ahead: list[tuple[float, Callable[[], None]]] = []
        if self.is_rough:
            ahead = [(1 / 3, lambda: self._kill(database, home)), (2 / 3, self._restart)]
        total, least, ends = len(self.filled.expected), len(self.filled.expected), time.monotonic() + STUCK_S
        while (left := self._left(database)) != 0:
            if left is not None and left < least:
                least, ends = left, time.monotonic() + STUCK_S
            if ahead and total - least >= ahead[0][0] * total:
                ahead.pop(0)[1]()
                ends = time.monotonic() + STUCK_S
            dead = [each for each in self._workers if each.poll() is not None]
            if dead or time.monotonic() > ends:
                self._mistakes.append(f"{len(dead)} workers ended by themselves; {least} jobs were left")
                return
            time.sleep(LOOK_S)
        self._mistakes += [f"the queue was empty before what was to go wrong at {at:.2f}" for at, _ in ahead]

    def _left(self, database: str) -> int | None:
        """How many jobs wait or are under way; None where the database can't be asked."""
        with suppress(psycopg.OperationalError):
            return int(self._rows(database, QUEUED)[0][0])
        return None

    def _kill(self, database: str, home: str) -> None:
        victim = self._workers.pop(0)
        victim.kill()
        victim.wait()
        print(f"  killed worker {victim.pid} and started another")
        self._start(database, home)

    def _restart(self) -> None:
        started = time.monotonic()
        self.running.stop(signal.SIGINT)
        self.running.start()
        print(f"  started the database anew in {time.monotonic() - started:.1f} s")

    def _end(self) -> None:
        for each in self._workers:
            each.terminate()
        for each in self._workers:
            try:
                code = each.wait(END_S)
            except subprocess.TimeoutExpired:
                each.kill()
                self._mistakes.append(f"worker {each.pid} didn't end within {END_S:.0f} s of SIGTERM")
            else:
                if code:
                    self._mistakes.append(f"worker {each.pid} ended with {code}")
        self._workers.clear()

    def _outcome(self, database: str, whole_s: float) -> Outcome:
        rows = [(str(session), str(found)) for session, found in self._rows(database, RESULTS, self.filled.card)]
        times = Counter(session for session, _ in rows)
        return Outcome(
            whole_s=whole_s,
            span_s=self._rows(database, SPAN, self.filled.card)[0][0] or 0.0,
            missing=len(self.filled.expected.keys() - times.keys()),
            double=sum(each > 1 for each in times.values()),
            differing=sum(self.filled.expected.get(session) != found for session, found in rows),
            left=int(self._rows(database, QUEUED)[0][1]),
            digest=digest_over(rows),
            mistakes=self._mistakes,
        )

    def _rows(self, database: str, query: str, *values: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.running.url(database, "super"), autocommit=True) as connection:
            return connection.execute(query.encode(), values or None).fetchall()


def tell(count: int, sessions: int, outcome: Outcome) -> None:
    """Print what a run came to."""
    rate = (sessions - outcome.missing) / outcome.span_s if outcome.span_s else 0.0
    print(f"{count} workers: {rate:.1f} sessions/s; {outcome.whole_s:.1f} s from start to empty queue")
    print(
        f"  without a result: {outcome.missing}, with more than one: {outcome.double}, with another than here:"
        f" {outcome.differing}, jobs left: {outcome.left}"
    )
    for mistake in outcome.mistakes:
        print(f"  {mistake}")


def tell_logs(folder: Path) -> None:
    """Print how often each thing happened by the workers' logs, and what isn't a line of the log."""
    happened: Counter[str] = Counter()
    strange: list[str] = []
    for path in sorted(folder.glob("worker-*.log")):
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
            name = event_of(line)
            if name is None:
                strange.append(f"{path.name}: {line}")
            else:
                happened[name] += 1
    print("  " + ", ".join(f"{name}: {times}" for name, times in sorted(happened.items())))
    more = [f"… and {len(strange) - SHOWN} lines more"] if len(strange) > SHOWN else []
    for line in [*strange[:SHOWN], *more]:
        print(f"  {line}")


def event_of(line: str) -> str | None:
    """What a line of a worker's log says happened; None where it is no such line."""
    try:
        said = json.loads(line)
    except ValueError:
        return None
    return f"{said['event']} ({said['kept']})" if "kept" in said else str(said.get("event"))


if __name__ == "__main__":
    raise SystemExit(main())
