"""A server that goes away and comes back: no turn lost, none kept twice, and what can't be kept is told."""

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection

from roleplay.content.library import Library
from roleplay.errors import DatabaseAwayError, SessionBusyError
from roleplay.practice.loop import Practice
from roleplay.roster.events import RetentionSet
from roleplay.store import database
from roleplay.store.sql import SqlStore
from roleplay.store.sql_team import SqlTeam
from tests.doubles import FakeClock, happenings_of, start
from tests.postgres import Server, server

RETENTION = RetentionSet(at=datetime(2026, 3, 2, tzinfo=UTC), by=None, days=30)


@pytest.fixture
async def there(postgresql: Server) -> AsyncIterator[tuple[Server, str, SqlStore]]:
    """A database of the test's own, with its name."""
    name = postgresql.database()
    opened = await SqlStore.open(postgresql.url(name, "keeper"))
    yield postgresql, name, opened
    await opened.aclose()
    postgresql.drop(name)


def cut(running: Server, name: str) -> None:
    """Cut every connection to a database."""
    running.run(f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{name}'")


async def test_a_connection_that_is_cut_between_turns_is_taken_up_again(
    library: Library, there: tuple[Server, str, SqlStore]
) -> None:
    running, name, store = there
    practice = await start(library.case("first-call-cto"), store)
    await happenings_of(practice.begin())
    for turn in ("Hi.", "[ask_pain] Why?", "[ask_deadline] By when?"):
        cut(running, name)
        await happenings_of(practice.say(turn))
    _, events = await store.read(practice.id)
    assert tuple(events) == practice.events


async def test_one_that_is_cut_in_the_middle_of_a_transaction_has_it_done_again_whole(
    there: tuple[Server, str, SqlStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    running, name, store = there
    begin, tries = database._Transaction._begin, 0

    async def cut_after_it_began(transaction: Any, connection: AsyncConnection) -> Any:
        nonlocal tries
        tries += 1
        found = await begin(transaction, connection)
        if tries == 1:
            cut(running, name)
        return found

    monkeypatch.setattr(database._Transaction, "_begin", cut_after_it_began)
    await SqlTeam(store).keep_event(RETENTION)
    assert tries == 2
    assert await SqlTeam(store).events() == [RETENTION]


async def test_a_connection_that_the_server_hung_up_on_is_noticed_before_it_is_used(
    there: tuple[Server, str, SqlStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    running, name, store = there
    await SqlTeam(store).keep_event(RETENTION)
    cut(running, name)
    monkeypatch.setattr(database, "AWAY_S", 0)  # nothing is tried twice
    await SqlTeam(store).keep_event(RETENTION)
    assert await SqlTeam(store).events() == [RETENTION, RETENTION]


@pytest.mark.parametrize("was_durable", [True, False])
async def test_a_commit_that_was_not_answered_is_neither_lost_nor_done_twice(
    there: tuple[Server, str, SqlStore], monkeypatch: pytest.MonkeyPatch, was_durable: bool
) -> None:
    _, _, store = there
    commit, commits = psycopg.AsyncConnection.commit, 0

    async def unanswered(connection: psycopg.AsyncConnection[Any]) -> None:
        nonlocal commits
        commits += 1
        if commits > 1 or was_durable:
            await commit(connection)
        if commits == 1:
            await connection.close()
            raise psycopg.OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(psycopg.AsyncConnection, "commit", unanswered)
    await SqlTeam(store).keep_event(RETENTION)
    assert commits == 2
    assert await SqlTeam(store).events() == [RETENTION]


@pytest.mark.parametrize("was_durable", [True, False])
async def test_events_whose_keeping_was_not_answered_are_neither_lost_nor_kept_twice(
    library: Library, there: tuple[Server, str, SqlStore], monkeypatch: pytest.MonkeyPatch, was_durable: bool
) -> None:
    _, _, store = there
    practice = await start(library.case("first-call-cto"), store)
    await happenings_of(practice.begin())
    before = len(practice.events)
    execute, calls = psycopg.AsyncCursor.execute, 0

    async def unanswered(cursor: psycopg.AsyncCursor[Any], query: Any, *others: Any, **more: Any) -> Any:
        nonlocal calls
        is_call = "append_events" in str(query)
        calls += is_call
        lost = is_call and calls == 1
        found = None if lost and not was_durable else await execute(cursor, query, *others, **more)
        if lost:
            await cursor.connection.close()
            raise psycopg.OperationalError("server closed the connection unexpectedly")
        return found

    monkeypatch.setattr(psycopg.AsyncCursor, "execute", unanswered)
    await store.append(practice.id, before, [practice.events[-1]])
    assert calls == 2
    _, events = await store.read(practice.id)
    assert len(events) == before + 1
    assert (await store.session(practice.id)).turns == sum(event.kind == "turn_spoken" for event in events)


async def test_a_server_that_restarts_in_the_middle_of_sessions_loses_nothing(library: Library) -> None:
    with server() as running:
        store = await SqlStore.open(running.url(running.database(), "keeper"))
        clock = FakeClock()
        games = [await start(library.case("first-call-cto"), store, clock=clock) for _ in range(6)]

        async def played(practice: Practice) -> None:
            await happenings_of(practice.begin())
            for turn in ("Hi.", "[ask_pain] Why?", "[ask_consequence] And then?", "[ask_deadline] By when?"):
                await happenings_of(practice.say(turn))
            await happenings_of(practice.leave())

        async def restarted() -> None:
            for how in (signal.SIGINT, signal.SIGQUIT):  # in order, and as if the machine had died
                await asyncio.to_thread(running.stop, how)
                await asyncio.to_thread(running.start)

        async with contextlib.aclosing(store):
            await asyncio.gather(restarted(), *(played(practice) for practice in games))
            for practice in games:
                _, events = await store.read(practice.id)
                assert tuple(events) == practice.events


async def test_a_crash_that_lost_a_transaction_and_gave_its_number_to_another_loses_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with server() as running:
        running.run("ALTER SYSTEM SET wal_writer_delay = '10s'")  # what isn't committed yet is on no disk
        running.run("SELECT pg_reload_conf()")
        name = running.database()
        running.run("CREATE TABLE others (at integer)", name)
        commit, commits = psycopg.AsyncConnection.commit, 0

        async def crashes_first(connection: psycopg.AsyncConnection[Any]) -> None:
            nonlocal commits
            commits += 1
            if commits == 1:
                await asyncio.to_thread(running.stop, signal.SIGQUIT)
                running.start()
                for _ in range(20):
                    running.run("INSERT INTO others VALUES (1)", name)
            await commit(connection)

        async with contextlib.aclosing(await SqlStore.open(running.url(name, "keeper"))) as store:
            monkeypatch.setattr(psycopg.AsyncConnection, "commit", crashes_first)
            await SqlTeam(store).keep_event(RETENTION)
            assert await SqlTeam(store).events() == [RETENTION]


@pytest.mark.parametrize("was_kept", [True, False])
def test_a_try_that_is_under_way_still_is_waited_for(there: tuple[Server, str, SqlStore], was_kept: bool) -> None:
    running, name, _ = there
    asks = "SELECT is_new_write('6d1a0d2e-0c58-4f0e-9d0f-0a53f1f1a001')"
    with (
        psycopg.connect(running.url(name)) as first,
        psycopg.connect(running.url(name)) as second,
        ThreadPoolExecutor(1) as pool,
    ):
        assert first.execute(asks).fetchone() == (True,)
        again = pool.submit(lambda: second.execute(asks).fetchone())
        with pytest.raises(TimeoutError):
            again.result(0.2)
        first.commit() if was_kept else first.rollback()
        assert again.result(10) == (not was_kept,)


def test_what_is_remembered_of_old_transactions_is_cleared_out(there: tuple[Server, str, SqlStore]) -> None:
    running, name, _ = there
    with psycopg.connect(running.url(name, "keeper")) as connection:
        connection.execute(
            "INSERT INTO writes SELECT gen_random_uuid(), now() - interval '2 hours' FROM generate_series(1, 9)"
        )
        connection.execute("SELECT setseed(0.5), count(is_new_write(gen_random_uuid())) FROM generate_series(1, 3000)")
        old = connection.execute("SELECT count(*) FROM writes WHERE begun_at < now() - interval '1 hour'").fetchone()
        new = connection.execute("SELECT count(*) FROM writes").fetchone()
    assert (old, new) == ((0,), (3000,))


async def test_one_that_stays_away_is_told_and_the_words_can_be_said_again(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "AWAY_S", 0.5)
    with server() as running:
        store = await SqlStore.open(running.url(running.database(), "keeper"))
        practice = await start(library.case("first-call-cto"), store)
        await happenings_of(practice.begin())
        before = practice.events
        running.stop()
        with pytest.raises(DatabaseAwayError, match="can't be reached"):
            await happenings_of(practice.say("[ask_pain] Why?"))
        assert practice.events == before
        running.start()
        await happenings_of(practice.say("[ask_pain] Why?"))
        _, events = await store.read(practice.id)
        assert tuple(events) == practice.events
        await store.aclose()


async def test_of_two_places_on_one_session_the_second_is_told(
    library: Library, there: tuple[Server, str, SqlStore]
) -> None:
    running, name, store = there
    practice = await start(library.case("first-call-cto"), store)
    await happenings_of(practice.begin())
    elsewhere = await SqlStore.open(running.url(name, "keeper"))
    await elsewhere.append(practice.id, len(practice.events), [practice.events[-1]])
    with pytest.raises(SessionBusyError, match="open in another window"):
        await happenings_of(practice.say("[ask_pain] Why?"))
    await elsewhere.aclose()


async def test_more_people_than_connections_wait_their_turn(
    library: Library, there: tuple[Server, str, SqlStore]
) -> None:
    running, name, store = there
    clock = FakeClock()
    games = await asyncio.gather(*(start(library.case("first-call-cto"), store, clock=clock) for _ in range(60)))
    await asyncio.gather(*(happenings_of(practice.begin()) for practice in games))
    assert len(await store.sessions()) == 60
    with psycopg.connect(running.url(name, "super")) as connection:
        used = connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND usename = 'keeper'", (name,)
        ).fetchone()
    assert used is not None
    assert 1 <= used[0] <= database.POOL


def test_an_error_says_nothing_of_what_was_to_be_written() -> None:
    told = Exception("disk full\nDETAIL: secret words")
    error = OperationalError("INSERT … secret words", {"json": "secret words"}, told)
    assert database.reason(error) == "disk full"
