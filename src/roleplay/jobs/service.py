"""A worker as a program: its parts put together, its log, and its end."""

import logging
import os
import socket
import sys
from contextlib import AsyncExitStack

import structlog

from roleplay.around import listening, meter_of
from roleplay.errors import DutyError
from roleplay.jobs.metrics import Metrics
from roleplay.jobs.scoring import Scoring
from roleplay.jobs.worker import Worker
from roleplay.practice.clock import SystemClock
from roleplay.settings import Settings
from roleplay.store.sign_ins import SignIns
from roleplay.store.sql import SqlStore


async def work(settings: Settings, *, concurrency: int, metrics_at: tuple[str, int] | None, until_empty: bool) -> None:
    """Score what is in the queue until SIGTERM or Ctrl-C, which let the jobs at hand end.

    Raises:
        DutyError: the login is no worker's.
        SettingsError: the port for figures is taken.
        StoreError: the database can't be used.
    """
    _log_as_json()
    metrics = Metrics()
    if metrics_at is not None:
        metrics.serve(*metrics_at)
    async with AsyncExitStack() as stack:
        store = await SqlStore.open(settings.sessions)
        stack.push_async_callback(store.aclose)
        if not await SignIns(store.database).is_worker():
            raise DutyError(f"{store.shown}: this login is no worker's; its owner grants it the role roleplay_worker")
        meter = meter_of(settings)
        listener = await stack.enter_async_context(listening(settings, store, meter=meter))
        await listener.prepare()
        scoring = Scoring(settings, store, listener, SystemClock())
        name = f"{socket.gethostname()}-{os.getpid()}"
        worker = Worker(scoring, store, metrics, name, settings.endpoint is not None, concurrency)
        await worker.run(until_empty=until_empty)


def _log_as_json() -> None:
    """A line of JSON for each thing that happens, on standard error: neither words of a session nor keys."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    # The engine's own lines hold the arguments of jobs and tracebacks; ours say the same with less.
    for name in ("procrastinate", "asyncio"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
