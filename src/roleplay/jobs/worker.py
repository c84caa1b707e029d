"""A worker: takes jobs from the queue until it is told to stop, and takes over those of workers that died."""

import asyncio
import signal
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Final

import procrastinate
import psycopg
import structlog
from procrastinate.exceptions import ConnectorException, ProcrastinateException
from procrastinate.jobs import Job
from procrastinate.retry import BaseRetryStrategy, RetryDecision
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection
from structlog.typing import FilteringBoundLogger

from roleplay.errors import RoleplayError, StoreError
from roleplay.jobs.metrics import Metrics
from roleplay.jobs.queue import HEARTBEAT_S, JUDGING, SCORING, STALLED_S, TASK, Wanted, app_of, lengths_of
from roleplay.jobs.scoring import Scoring, pause_after
from roleplay.store.sql import SqlStore

LOOK_S: Final = 10.0
"""How often it is looked for jobs of workers that died, and how long the queue is."""
POLL_S: Final = 5.0
BACK_S: Final = 2.0
"""Until a database that went away is looked for again."""


class Retry(BaseRetryStrategy):
    """When a job that failed is tried again, by `pause_after`."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """In so many seconds, or never."""
        pause_s = pause_after(exception, job.attempts)
        return None if pause_s is None else RetryDecision(retry_in={"seconds": pause_s})


@dataclass
class Worker:
    """One worker process, with so many jobs at a time."""

    scoring: Scoring
    store: SqlStore
    metrics: Metrics
    name: str
    judges: bool
    """Whether a language model is set, so that it can judge."""
    concurrency: int = 1

    async def run(self, *, until_empty: bool = False) -> None:
        """Work until SIGTERM or SIGINT, which let the jobs at hand end, or, if so told, until nothing waits."""
        log = structlog.get_logger().bind(worker=self.name)
        log.info("worker_started", database=self.store.shown, judges=self.judges, concurrency=self.concurrency)
        async with asyncio.TaskGroup() as group:
            watch = group.create_task(self._watch())
            try:
                with _stopped_by_signals() as stopping:
                    while not stopping.is_set() and not (await self._work_until(stopping, log, wait=not until_empty)):
                        pass
            finally:
                watch.cancel()
        log.info("worker_stopped")

    async def _work_until(self, stopping: asyncio.Event, log: FilteringBoundLogger, *, wait: bool) -> bool:
        """Work until it is stopped, or interrupted by a database that goes away; returns whether nothing is left."""
        working, stopped = asyncio.create_task(self._work(wait=wait)), asyncio.create_task(stopping.wait())
        try:
            await asyncio.wait({working, stopped}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (working, stopped):
                task.cancel()  # of the engine's own, this lets the jobs at hand end
        try:
            await working
        except asyncio.CancelledError:
            if not stopping.is_set():
                raise
            return True
        except (ConnectorException, psycopg.OperationalError, OSError) as error:
            log.warning("worker_interrupted", error=type(error).__name__, again_in_s=BACK_S)
        else:
            if not wait:
                return True
            log.warning("worker_interrupted", again_in_s=BACK_S)  # the engine stopped by itself, as it does then
        with suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), BACK_S)
        return False

    async def _work(self, *, wait: bool) -> None:
        app = app_of(self.store.database.place, connections=self.concurrency + 3)
        app.task(name=TASK, retry=Retry(), pass_context=True)(self._score)
        async with app.open_async():
            await app.run_worker_async(
                queues=[SCORING, JUDGING] if self.judges else [SCORING],
                wait=wait,
                name=self.name,
                concurrency=self.concurrency,
                delete_jobs="successful",
                fetch_job_polling_interval=POLL_S,
                update_heartbeat_interval=HEARTBEAT_S,
                stalled_worker_timeout=STALLED_S,
                install_signal_handlers=False,
            )

    async def _score(
        self, context: procrastinate.JobContext, session: str, name: str, wanted: Mapping[str, Any]
    ) -> None:
        how = Wanted.model_validate(wanted)
        log = structlog.get_logger().bind(worker=self.name, job=context.job.id, session=session, wanted=name)
        started = time.perf_counter()
        try:
            kept = await self.scoring.score(session, how)
        except asyncio.CancelledError:
            log.info("job_given_back")
            raise
        except Exception as error:
            pause_s = pause_after(error, context.job.attempts)
            outcome = "aside" if pause_s is None else "waits"
            self.metrics.done(outcome, time.perf_counter() - started)
            reason = _reason(error)
            log.warning(f"job_{outcome}", reason=reason, attempts=context.job.attempts, again_in_s=pause_s)
            if pause_s is None:
                with suppress(StoreError):
                    await self.scoring.set_aside(session, how, reason)
            raise
        self.metrics.done("scored" if kept else "there_already", time.perf_counter() - started)
        log.info("job_done", kept=kept, seconds=round(time.perf_counter() - started, 3))

    async def _watch(self) -> None:
        """Every few seconds: see how long the queue is, and take over what workers left that died."""
        log = structlog.get_logger().bind(worker=self.name)
        pause_s = LOOK_S
        while True:
            try:
                app = app_of(self.store.database.place, connections=1)
                async with app.open_async():
                    while True:
                        await asyncio.sleep(pause_s)
                        pause_s = LOOK_S
                        await self._take_over(app)
                        self.metrics.queue(await lengths_of(self.store))
            except (ConnectorException, psycopg.OperationalError, StoreError, OSError) as error:
                log.warning("watch_interrupted", error=type(error).__name__)
                pause_s = STALLED_S  # after an outage nobody has given a sign of life, who is alive all the same
                await asyncio.sleep(BACK_S)

    async def _take_over(self, app: procrastinate.App) -> None:
        """Put jobs of workers that gave no sign of life back into the queue; one worker at a time looks for them."""

        async def work(connection: AsyncConnection) -> None:
            if not await connection.scalar(text("SELECT pg_try_advisory_xact_lock(hashtext('roleplay take over'))")):
                return
            await app.job_manager.prune_stalled_workers(STALLED_S)
            for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_S):
                with suppress(ProcrastinateException):  # it ended just now
                    await app.job_manager.retry_job(job)
                    structlog.get_logger().info("job_taken_over", worker=self.name, job=job.id)

        await self.store.write(work)


@contextmanager
def _stopped_by_signals() -> Iterator[asyncio.Event]:
    """An event that the signals set by which systems and people stop programs."""
    stopping, loop = asyncio.Event(), asyncio.get_running_loop()
    added = []
    for each in (signal.SIGTERM, signal.SIGINT):
        with suppress(NotImplementedError):  # Windows: Ctrl-C ends it there
            loop.add_signal_handler(each, stopping.set)
            added.append(each)
    try:
        yield stopping
    finally:
        for each in added:
            loop.remove_signal_handler(each)


def _reason(error: Exception) -> str:
    """Why a job failed. An error of ours is one line without anybody's words; of others, only the kind is told."""
    return str(error) if isinstance(error, RoleplayError) else f"a mistake in the program: {type(error).__name__}"
