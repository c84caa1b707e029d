"""The queue of scoring jobs: putting them in, and looking how far they are."""

import logging
from collections.abc import AsyncGenerator, Collection, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any, Final, NamedTuple

import procrastinate
import psycopg
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.jobs import Job
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from roleplay.content.scorecard import Scorecard
from roleplay.errors import DatabaseAwayError, NotFoundError
from roleplay.results import digest_of
from roleplay.scoring.judge import Scope
from roleplay.store.database import CONNECT_S, Place
from roleplay.store.sql import SqlStore
from roleplay.values import Value

TASK: Final = "score"
SCORING: Final = "scoring"
"""The queue of jobs that any worker can do."""
JUDGING: Final = "judging"
"""The queue of those that need a worker with a language model."""
AT_ONCE: Final = 500
"""Jobs that are put in together."""
HEARTBEAT_S: Final = 5.0
STALLED_S: Final = 20.0
"""After how long without a heartbeat a worker is taken for dead."""


class Wanted(Value):
    """How sessions are to be scored."""

    scorecard_digest: str = ""
    """Empty: each by its own scorecard."""
    scope: Scope | None = None
    """What a judge is asked; None: nothing."""
    votes: int = 1

    @property
    def queue(self) -> str:
        """Which queue its jobs go into."""
        return SCORING if self.scope is None else JUDGING

    @property
    def name(self) -> str:
        """Tells it from others."""
        judge = "" if self.scope is None else f" judged {self.scope.value} {self.votes}"
        return f"{self.scorecard_digest}{judge}"


class Trouble(NamedTuple):
    """A session that was set aside."""

    session: str
    reason: str


class Lengths(NamedTuple):
    """How many jobs there are, and who does them."""

    waiting: int
    doing: int
    aside: int
    workers: int
    """Those that gave a sign of life."""


def app_of(place: Place, *, token: str = "", connections: int = 4) -> procrastinate.App:
    """The engine on a database, not opened yet. `token`: of whoever puts jobs in; a worker has none."""
    escaped = token.replace("\\", "\\\\").replace(" ", "\\ ")
    options = f"-c roleplay.token={escaped} -c timezone=UTC" if token else "-c timezone=UTC"
    logging.getLogger("psycopg.pool").setLevel(logging.CRITICAL)  # what it says is raised, too, and told in one line
    connector = procrastinate.PsycopgConnector(
        conninfo=str(place.address),
        kwargs={"options": options, "connect_timeout": CONNECT_S, "application_name": "roleplay jobs"},
        min_size=1,
        max_size=connections,
    )
    return procrastinate.App(connector=connector)


class Queue:
    """The queue of one shared database, as whoever is signed in uses it."""

    def __init__(self, store: SqlStore, app: procrastinate.App) -> None:
        self._store = store
        self._app = app

    @classmethod
    @asynccontextmanager
    async def open(cls, store: SqlStore) -> "AsyncGenerator[Queue, None]":
        """Open it.

        Raises:
            DatabaseAwayError: the database can't be reached.
        """
        app = app_of(store.database.place, token=store.token, connections=2)
        try:
            async with app.open_async():
                yield cls(store, app)
        except (ConnectorException, psycopg.OperationalError) as error:
            raise DatabaseAwayError(f"{store.shown}: the queue can't be reached; is the server running?") from error

    async def keep_scorecard(self, scorecard_id: str, scorecard: Scorecard) -> str:
        """Keep a scorecard where workers find it; gives its digest."""
        digest = digest_of(scorecard)
        query = text("INSERT INTO scorecards VALUES (:digest, :id, :json) ON CONFLICT DO NOTHING")
        values = {"digest": digest, "id": scorecard_id, "json": scorecard.model_dump_json(exclude_defaults=True)}
        await self._store.write(lambda connection: connection.execute(query, values))
        return digest

    async def put(self, sessions: Sequence[str], wanted: Wanted) -> int:
        """Put in a job for each session that has none of the same kind waiting or under way; returns how many.

        What was set aside before is tried again.
        """
        there = await self.pending(wanted)
        missing = [session for session in sessions if session not in there]
        await self._forget(missing, wanted)
        for at in range(0, len(missing), AT_ONCE):
            jobs = [_job(session, wanted) for session in missing[at : at + AT_ONCE]]
            try:
                await self._app.job_manager.batch_defer_jobs_async(jobs)
            except AlreadyEnqueued:  # by somebody at the same time
                for job in jobs:
                    await self._put_one(job)
        return len(missing)

    async def pending(self, wanted: Wanted) -> set[str]:
        """The sessions with a job that waits or is under way."""
        query = text(
            "SELECT args ->> 'session' FROM procrastinate_jobs"
            " WHERE task_name = :task AND args ->> 'name' = :name AND status IN ('todo', 'doing')"
        )

        async def work(connection: AsyncConnection) -> set[str]:
            return set((await connection.execute(query, {"task": TASK, "name": wanted.name})).scalars())

        return await self._store.run(work)

    async def troubles(self, sessions: Collection[str], wanted: Wanted) -> list[Trouble]:
        """Those of the sessions that were set aside, and why."""
        query = text("SELECT session_id, reason FROM troubles WHERE scorecard_digest = :digest ORDER BY session_id")
        known = set(sessions)

        async def work(connection: AsyncConnection) -> list[Trouble]:
            rows = await connection.execute(query, {"digest": wanted.name})
            return [Trouble(*row) for row in rows if row[0] in known]

        return await self._store.run(work)

    async def lengths(self) -> Lengths:
        """How long the queue is, and how many workers there are."""
        return await lengths_of(self._store)

    async def _forget(self, sessions: Sequence[str], wanted: Wanted) -> None:
        """Forget why they were set aside."""
        if not sessions:
            return
        query = text("DELETE FROM troubles WHERE scorecard_digest = :digest AND session_id = ANY(:sessions)")
        values = {"digest": wanted.name, "sessions": list(sessions)}
        await self._store.write(lambda connection: connection.execute(query, values))

    async def _put_one(self, job: Job) -> None:
        with suppress(AlreadyEnqueued):
            await self._app.job_manager.defer_job_async(job)


async def lengths_of(store: SqlStore) -> Lengths:
    """How long a database's queue is, and how many workers there are."""
    query = text(
        "SELECT count(*) FILTER (WHERE status = 'todo'), count(*) FILTER (WHERE status = 'doing'),"
        " count(*) FILTER (WHERE status = 'failed'),"
        " (SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - make_interval(secs => :alive))"
        " FROM procrastinate_jobs WHERE status IN ('todo', 'doing', 'failed')"
    )

    async def work(connection: AsyncConnection) -> Lengths:
        return Lengths(*(await connection.execute(query, {"alive": STALLED_S})).one())

    return await store.run(work)


async def scorecard_of(store: SqlStore, digest: str) -> tuple[str, Scorecard]:
    """A scorecard that was kept for workers, with its id.

    Raises:
        NotFoundError: there is none by that digest.
    """
    query = text("SELECT scorecard_id, json::text FROM scorecards WHERE digest = :digest")

    async def work(connection: AsyncConnection) -> Any:
        return (await connection.execute(query, {"digest": digest})).first()

    row = await store.run(work)
    if row is None:
        raise NotFoundError(f"no scorecard {digest[:12]} is kept for workers")
    return str(row[0]), Scorecard.model_validate_json(row[1])


def _job(session: str, wanted: Wanted) -> Job:
    args: dict[str, Any] = {"session": session, "name": wanted.name, "wanted": wanted.model_dump(mode="json")}
    return Job(
        id=None,
        queue=wanted.queue,
        lock=None,
        queueing_lock=f"{TASK} {session} {wanted.name}",
        task_name=TASK,
        task_kwargs=args,
    )
