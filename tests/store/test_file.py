"""A store in a file: durable, and refused in one line where it can't be used."""

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from roleplay.content.library import Library
from roleplay.errors import SchemaError, StoreError
from roleplay.record.events import TurnSpoken
from roleplay.store.sql import SqlStore
from tests.doubles import start
from tests.store.old import STEPS


async def test_the_log_is_written_ahead_and_synced(store: SqlStore) -> None:
    for name, value in (("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1)):
        query = text(f"PRAGMA {name}")
        assert await store.run(lambda connection, query=query: connection.scalar(query)) == value  # type: ignore[misc]


async def test_two_stores_on_one_file_see_each_other(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "one.sqlite3"
    first, second, *others = await asyncio.gather(*(SqlStore.open(path) for _ in range(12)))
    practice = await start(library.case("first-call-cto"), first)
    assert [session.id for session in await second.sessions()] == [practice.id]
    for opened in (first, second, *others):
        await opened.aclose()


async def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.sqlite3"
    path.write_bytes(b"not a database, " * 100)
    with pytest.raises(StoreError, match=r"x\.sqlite3: can't be used"):
        await SqlStore.open(path)


async def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="set ROLEPLAY_HOME"):
        await SqlStore.open(tmp_path / "file" / "x.sqlite3")


async def test_a_newer_schema_is_refused(tmp_path: Path) -> None:
    numbered, named = tmp_path / "numbered.sqlite3", tmp_path / "named.sqlite3"
    with closing(sqlite3.connect(numbered)) as connection:
        connection.execute("PRAGMA user_version = 99")
    await (await SqlStore.open(named)).aclose()
    with closing(sqlite3.connect(named)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '0099'")
    for path in (numbered, named):
        with pytest.raises(SchemaError, match="update the program"):
            await SqlStore.open(path)


async def test_an_older_program_refuses_the_file(tmp_path: Path) -> None:
    await (await SqlStore.open(tmp_path / "x.sqlite3")).aclose()
    with closing(sqlite3.connect(tmp_path / "x.sqlite3")) as connection:
        (number,) = connection.execute("PRAGMA user_version").fetchone()
    assert number > len(STEPS), "it compares this number with that of the steps that it knows"


KILLED = textwrap.dedent(
    """
    import asyncio, os, signal, sys
    from pathlib import Path
    from roleplay.content.library import load_library, shipped_root
    from roleplay.store.sql import SqlStore
    from tests.doubles import TaggedListener, happenings_of, start

    class Deadly(TaggedListener):
        async def read(self, utterance):
            os.kill(os.getpid(), signal.SIGKILL)

    async def main():
        store = await SqlStore.open(Path(sys.argv[1]))
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
    store = await SqlStore.open(path)
    unfinished = await store.last_unfinished()
    assert unfinished is not None
    _, events = await store.read(unfinished.id)
    await store.aclose()
    assert [event.text for event in events if isinstance(event, TurnSpoken)][-1] == "[ask_pain] What hurts?"
