"""Jobs in PostgreSQL: each done once, whoever does it, and none lost."""

import asyncio
import os
import signal
import subprocess
import sys
import textwrap
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from roleplay.errors import BudgetSpentError, DatabaseAwayError, SessionBusyError, StoreError, VoiceError
from roleplay.jobs import queue as queue_module
from roleplay.jobs import scoring as scoring_module
from roleplay.jobs import worker as worker_module
from roleplay.jobs.queue import Queue, Trouble, Wanted, lengths_of
from roleplay.jobs.scoring import LONGEST_PAUSE_S, SPENT_PAUSE_S, TRIES, Scoring, pause_after
from roleplay.scoring.judge import Scope
from tests.jobs.conftest import Works

DEADLINE_S = 60


@dataclass
class Failing(Scoring):
    """Fails with what it is told, so many times for each session; then it scores."""

    error: Exception = field(default_factory=lambda: VoiceError("the model's server is away"))
    times: int = 1
    failed: dict[str, int] = field(default_factory=dict)

    async def score(self, session: str, wanted: Wanted) -> bool:
        """Fail, or score."""
        if self.failed.get(session, 0) < self.times:
            self.failed[session] = self.failed.get(session, 0) + 1
            raise self.error
        return await super().score(session, wanted)


async def test_each_session_is_scored_once_however_often_it_is_put_in(works: Works) -> None:
    assert await works.put() == 4
    assert await works.put() == 0, "they wait already"
    await works.worker().run(until_empty=True)
    assert [len(kept) for kept in (await works.results()).values()] == [1] * 4
    assert await works.put() == 4
    await works.worker().run(until_empty=True)
    assert [len(kept) for kept in (await works.results()).values()] == [1] * 4, "there already"
    assert tuple(await lengths_of(works.owner))[:3] == (0, 0, 0)


async def test_two_that_put_in_the_same_at_once_put_it_in_once(works: Works) -> None:
    async with Queue.open(works.owner) as one, Queue.open(works.owner) as other:
        await asyncio.gather(one.put(works.sessions, works.wanted), other.put(works.sessions, works.wanted))
        assert await one.pending(works.wanted) == set(works.sessions)
    assert (await lengths_of(works.owner)).waiting == 4


async def test_several_workers_share_the_work(works: Works) -> None:
    await works.put()
    await asyncio.gather(*(works.worker().run(until_empty=True) for _ in range(3)))
    assert [len(kept) for kept in (await works.results()).values()] == [1] * 4


DYING = textwrap.dedent(
    """
    import asyncio, sys
    from pathlib import Path
    from roleplay.jobs.metrics import Metrics
    from roleplay.jobs.scoring import Scoring
    from roleplay.jobs.worker import Worker
    from roleplay.practice.clock import SystemClock
    from roleplay.settings import Settings
    from roleplay.store.sql import SqlStore
    from tests.doubles import TaggedListener

    class Stuck(Scoring):
        async def score(self, session, wanted):
            print("at it", flush=True)
            await asyncio.Event().wait()

    async def main():
        store = await SqlStore.open(sys.argv[1])
        scoring = Stuck(Settings(home=Path("/nowhere")), store, TaggedListener(), SystemClock())
        await Worker(scoring, store, Metrics(), "dying", judges=False).run()

    asyncio.run(main())
    """
)


async def test_the_job_of_a_worker_that_was_killed_is_done_once_by_another(
    works: Works, monkeypatch: pytest.MonkeyPatch
) -> None:
    await works.put()
    dying = subprocess.Popen(  # noqa: ASYNC220 - it takes a moment
        [sys.executable, "-c", DYING, works.running.url(works.name, "robot")],
        cwd=Path(__file__).parents[2],
        env={**os.environ, "PYTHONPATH": "."},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert dying.stdout is not None
    while await asyncio.to_thread(dying.stdout.readline) != b"at it\n":
        assert dying.poll() is None
    assert (await lengths_of(works.owner)).doing == 1
    dying.send_signal(signal.SIGKILL)
    dying.wait()
    dying.stdout.close()
    monkeypatch.setattr(worker_module, "STALLED_S", 0.5)
    monkeypatch.setattr(worker_module, "LOOK_S", 0.2)
    working = asyncio.create_task(works.worker().run())
    ends = time.monotonic() + DEADLINE_S
    while not all((await works.results()).values()):
        assert time.monotonic() < ends, "its job is never done"
        await asyncio.sleep(0.05)
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)
    assert [len(kept) for kept in (await works.results()).values()] == [1] * 4


@pytest.mark.parametrize("error", [VoiceError("the model's server is away"), DatabaseAwayError("gone for now")])
async def test_an_outage_is_waited_out(works: Works, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    monkeypatch.setattr(scoring_module, "FIRST_PAUSE_S", 0)
    await works.put()
    failing = Failing(**vars(works.scoring()))
    failing.error, failing.times = error, 2
    with capture_logs() as logs:
        for _ in range(4):
            await works.worker(failing).run(until_empty=True)
    assert [len(kept) for kept in (await works.results()).values()] == [1] * 4
    waits = [line for line in logs if line["event"] == "job_waits"]
    assert len(waits) == 8
    assert waits[0]["reason"] == str(error)
    assert set(failing.failed.values()) == {2}


async def test_what_waits_stays_in_the_queue_until_its_time(works: Works) -> None:
    await works.put()
    await works.worker(Failing(**vars(works.scoring()))).run(until_empty=True)
    assert (await lengths_of(works.owner)).waiting == 4
    assert not any((await works.results()).values())


async def test_a_session_that_cannot_be_read_ends_aside_with_its_reason_and_the_others_are_scored(works: Works) -> None:
    poisoned, *rest = works.sessions
    works.running.run(
        f"UPDATE events SET json = json_build_object('kind', kind) WHERE session_id = '{poisoned}'", works.name
    )
    await works.put()
    await works.worker().run(until_empty=True)
    results = await works.results()
    assert [session for session, kept in results.items() if kept] == rest
    async with Queue.open(works.owner) as queue:
        (trouble,) = await queue.troubles(works.sessions, works.wanted)
    assert trouble.session == poisoned
    assert "can't be read by this version" in trouble.reason
    assert (await lengths_of(works.owner)).aside == 1


async def test_what_was_set_aside_is_tried_again_when_it_is_put_in_again(works: Works) -> None:
    await works.put()
    failing = Failing(**vars(works.scoring()))
    failing.error = StoreError("it can't be read")
    await works.worker(failing).run(until_empty=True)
    async with Queue.open(works.owner) as queue:
        assert len(await queue.troubles(works.sessions, works.wanted)) == 4
        assert await queue.put(works.sessions, works.wanted) == 4
        assert await queue.troubles(works.sessions, works.wanted) == []
    await works.worker(failing).run(until_empty=True)
    assert [len(kept) for kept in (await works.results()).values()] == [1] * 4


async def test_a_mistake_in_the_program_is_tried_some_times_and_told_without_its_words(
    works: Works, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scoring_module, "FIRST_PAUSE_S", 0)
    works.sessions[:] = works.sessions[:1]
    await works.put()
    failing = Failing(**vars(works.scoring()))
    failing.error, failing.times = KeyError("what somebody said"), 99
    with capture_logs() as logs:
        for _ in range(TRIES):
            await works.worker(failing).run(until_empty=True)
    assert failing.failed == {works.sessions[0]: TRIES}
    async with Queue.open(works.owner) as queue:
        assert await queue.troubles(works.sessions, works.wanted) == [
            Trouble(works.sessions[0], "a mistake in the program: KeyError")
        ]
    assert "what somebody said" not in str(logs)


def test_when_a_job_is_tried_again() -> None:
    away = [pause_after(VoiceError("x"), attempts) for attempts in range(12)]
    assert away[:4] == [5, 10, 20, 40]
    assert away[-1] == LONGEST_PAUSE_S, "for as long as it takes"
    assert pause_after(BudgetSpentError("x"), 50) == SPENT_PAUSE_S
    assert pause_after(SessionBusyError("x"), 50) == LONGEST_PAUSE_S
    assert pause_after(StoreError("x"), 0) is None
    assert [pause_after(KeyError(), attempts) is None for attempts in range(3)] == [False, False, True]


async def test_the_log_holds_neither_words_nor_keys(works: Works) -> None:
    await works.put()
    with capture_logs() as logs:
        await works.worker().run(until_empty=True)
    done = [line for line in logs if line["event"] == "job_done"]
    assert {line["session"] for line in done} == set(works.sessions)
    assert all(line["kept"] for line in done)
    assert "Why is it open?" not in str(logs)
    assert "robot@" not in str(logs)


async def test_figures_are_served_in_prometheus_text(works: Works) -> None:
    import socket

    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    await works.put()
    works.metrics.queue(await lengths_of(works.owner))
    works.metrics.serve("127.0.0.1", port)
    await works.worker().run(until_empty=True)

    def page() -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
            return str(answer.read().decode())

    told = await asyncio.to_thread(page)
    assert 'roleplay_jobs_total{outcome="scored"} 4.0' in told
    assert 'roleplay_queue_jobs{state="waiting"} 4.0' in told
    assert "roleplay_job_seconds_count 4.0" in told


async def test_jobs_that_need_a_model_are_left_to_workers_that_have_one(works: Works) -> None:
    works.wanted = works.wanted.model_copy(update={"scope": Scope.JUDGED})
    await works.put()
    alone = works.worker()
    alone.judges = False
    await alone.run(until_empty=True)
    assert (await lengths_of(works.owner)).waiting == 4


async def test_more_than_are_put_in_at_once_are_all_put_in(works: Works, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue_module, "AT_ONCE", 3)
    assert await works.put() == 4

    async def args(connection: object) -> list[str]:
        query = text("SELECT args ->> 'session' FROM procrastinate_jobs ORDER BY id")
        return list((await connection.execute(query)).scalars())  # type: ignore[attr-defined]

    assert await works.owner.run(args) == works.sessions
