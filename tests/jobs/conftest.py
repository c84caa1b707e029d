"""A firm whose sessions wait to be scored."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from roleplay.content.library import Library
from roleplay.jobs.metrics import Metrics
from roleplay.jobs.queue import Queue, Wanted
from roleplay.jobs.scoring import Scoring
from roleplay.jobs.worker import Worker
from roleplay.listener.reading import Listener
from roleplay.practice.clock import SystemClock
from roleplay.settings import Settings
from roleplay.store.base import KeptResult
from roleplay.store.sql import SqlStore
from tests.doubles import FakeClock, TaggedListener, play, start
from tests.postgres import Server


@dataclass
class Works:
    """A database with a queue, and what works on it."""

    running: Server
    name: str
    owner: SqlStore
    robot: SqlStore
    sessions: list[str]
    wanted: Wanted
    metrics: Metrics

    def worker(self, scoring: Scoring | None = None, listener: Listener | None = None) -> Worker:
        """A worker in this process."""
        used = scoring or self.scoring(listener)
        return Worker(used, self.robot, self.metrics, "robot-1", judges=True)

    def scoring(self, listener: Listener | None = None) -> Scoring:
        """What a worker scores with."""
        return Scoring(Settings(home=Path("/nowhere")), self.robot, listener or TaggedListener(), SystemClock())

    async def put(self) -> int:
        """Have all sessions scored."""
        async with Queue.open(self.owner) as queue:
            return await queue.put(self.sessions, self.wanted)

    async def results(self) -> dict[str, list[KeptResult]]:
        """By session, what it came to by the scorecard that was wanted."""
        return {
            session: [
                kept
                for kept in await self.owner.results(session)
                if kept.by.scorecard_digest == self.wanted.scorecard_digest
            ]
            for session in self.sessions
        }


@pytest.fixture
async def works(postgresql: Server, library: Library) -> AsyncIterator[Works]:
    """Four sessions that are over, to be scored by another scorecard than their own."""
    name = postgresql.database()
    owner = await SqlStore.open(postgresql.url(name, "keeper"))
    robot = await SqlStore.open(postgresql.url(name, "robot"))
    clock, sessions = FakeClock(), []
    for _ in range(4):
        practice = await start(library.case("first-call-cto"), owner, recruiter="Jen", clock=clock)
        await play(practice, ["[ask_pain] Why is it open?", "[ask_deadline] By when?"])
        sessions.append(practice.id)
    async with Queue.open(owner) as queue:
        digest = await queue.keep_scorecard("unstick", library.scorecard("unstick"))
    yield Works(postgresql, name, owner, robot, sessions, Wanted(scorecard_digest=digest), Metrics())
    for store in (owner, robot):
        await store.aclose()
    postgresql.drop(name)
