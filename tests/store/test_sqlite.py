"""The SQLite store: durable, in order, refused in one line where it can't be used."""

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from roleplay.content.library import Library
from roleplay.errors import NotFoundError, SessionBusyError, StoreError
from roleplay.record.events import TokensSpent, TurnSpoken
from roleplay.store.schema import MIGRATIONS
from roleplay.store.sqlite import SqliteStore
from tests.doubles import FakeClock, happenings_of, play, start


async def test_a_session_is_read_as_it_was_written(library: Library, store: SqliteStore) -> None:
    practice = await start(library.case("first-call-cto"), store, recruiter="Zoë “Z” O'Neil; DROP TABLE events")
    await play(practice, ["[ask_pain] Why? 🙂 ‘x’ -- ; '"])
    case, events = await store.read(practice.id)
    assert case.digest == practice.case.digest
    assert tuple(events) == practice.events


async def test_the_log_is_written_ahead_and_synced(store: SqliteStore) -> None:
    connection = store._connection
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert connection.execute("PRAGMA synchronous").fetchone() == (2,)


async def test_two_stores_on_one_file_see_each_other(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "one.sqlite3"
    first, second, *others = await asyncio.gather(*(SqliteStore.open(path) for _ in range(12)))
    practice = await start(library.case("first-call-cto"), first)
    assert [session.id for session in await second.sessions()] == [practice.id]
    for opened in (first, second, *others):
        await opened.aclose()


async def test_events_are_appended_only_where_the_record_ends(library: Library, store: SqliteStore) -> None:
    practice = await start(library.case("first-call-cto"), store)
    await happenings_of(practice.begin())
    with pytest.raises(SessionBusyError):
        await store.append(practice.id, 1, [practice.events[-1]])
    _, events = await store.read(practice.id)
    assert tuple(events) == practice.events


async def test_the_last_unfinished_session_is_found(library: Library, store: SqliteStore) -> None:
    assert await store.last_unfinished() is None
    practice = await start(library.case("first-call-cto"), store)
    await happenings_of(practice.begin())
    assert await store.last_unfinished() is None, "nothing was said yet"
    await happenings_of(practice.say("Hi."))
    unfinished = await store.last_unfinished()
    assert unfinished is not None
    assert (unfinished.id, unfinished.turns) == (practice.id, 3)
    await happenings_of(practice.leave())
    assert await store.last_unfinished() is None


async def test_days_that_passed_are_something_to_go_on_with(library: Library, store: SqliteStore) -> None:
    practice = await start(library.case("hr-says-no-role"), store)
    await happenings_of(practice.begin())
    assert await store.last_unfinished() is None
    await happenings_of(practice.wait(1))
    unfinished = await store.last_unfinished()
    assert unfinished is not None
    assert unfinished.id == practice.id


async def test_the_latest_result_counts_and_earlier_ones_stay(library: Library, store: SqliteStore) -> None:
    practice = await start(library.case("first-call-cto"), store)
    assert await store.result(practice.id) is None
    await store.keep_result(practice.id, '{"a": 1}', 10, False)
    await store.keep_result(practice.id, '{"a": 2}', 80, True)
    assert await store.result(practice.id) == '{"a": 2}'
    (listed,) = await store.sessions()
    assert (listed.score, listed.passed) == (80, True)
    assert store._connection.execute("SELECT count(*) FROM results").fetchone() == (2,)


async def test_an_unknown_session_is_one_line(store: SqliteStore) -> None:
    with pytest.raises(NotFoundError, match="no session 'nope'"):
        await store.read("nope")


async def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.sqlite3"
    path.write_bytes(b"not a database, " * 100)
    with pytest.raises(StoreError, match=r"x\.sqlite3: can't be used"):
        await SqliteStore.open(path)


async def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="set ROLEPLAY_HOME"):
        await SqliteStore.open(tmp_path / "file" / "x.sqlite3")


async def test_a_newer_schema_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.sqlite3"
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    connection.close()
    with pytest.raises(StoreError, match="update the program"):
        await SqliteStore.open(path)


KILLED = textwrap.dedent(
    """
    import asyncio, os, signal, sys
    from pathlib import Path
    from roleplay.content.library import load_library, shipped_root
    from roleplay.store.sqlite import SqliteStore
    from tests.doubles import TaggedListener, happenings_of, start

    class Deadly(TaggedListener):
        async def read(self, utterance):
            os.kill(os.getpid(), signal.SIGKILL)

    async def main():
        store = await SqliteStore.open(Path(sys.argv[1]))
        practice = await start(load_library([shipped_root()]).case("first-call-cto"), store)
        await happenings_of(practice.begin())
        practice._listener = Deadly()
        await happenings_of(practice.say("[ask_pain] What hurts?"))

    asyncio.run(main())
    """
)


async def test_a_turn_outlives_a_kill_before_it_was_read(tmp_path: Path) -> None:
    path = tmp_path / "x.sqlite3"
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-c", KILLED, str(path)],
        cwd=Path(__file__).parents[2],
        env={**os.environ, "PYTHONPATH": "."},
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    store = await SqliteStore.open(path)
    unfinished = await store.last_unfinished()
    assert unfinished is not None
    _, events = await store.read(unfinished.id)
    await store.aclose()
    assert [event.text for event in events if isinstance(event, TurnSpoken)][-1] == "[ask_pain] What hurts?"


async def test_what_models_were_asked_is_found_by_its_time_over_all_sessions(
    library: Library, store: SqliteStore
) -> None:
    began = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    clock = FakeClock()
    for day in range(3):
        practice = await start(library.case("first-call-cto"), store, clock=clock)
        spent = TokensSpent(
            at=began + timedelta(days=day),
            requests=1,
            prompt_tokens=100 + day,
            cached_tokens=0,
            completion_tokens=5,
            money=0.01,
            estimated_requests=0,
        )
        await store.append(practice.id, len(practice.events), [spent])
    found = await store.spent_since(began + timedelta(days=1))
    assert sorted(event.prompt_tokens for event in found) == [101, 102]
    zone = timezone(timedelta(hours=5))
    assert len(await store.spent_since((began + timedelta(days=2)).astimezone(zone))) == 1


async def test_a_result_that_does_not_count_is_listed_as_such(library: Library, store: SqliteStore) -> None:
    practice = await start(library.case("first-call-cto"), store)
    await store.keep_result(practice.id, '{"void": null}', 50.0, False)
    (listed,) = await store.sessions()
    assert not listed.is_void
    await store.keep_result(practice.id, '{"void": "why"}', 50.0, False)
    (listed,) = await store.sessions()
    assert listed.is_void
