"""Bringing databases up to date: from every older state with data in it, whole or not at all, by several at once."""

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from roleplay.errors import SchemaError, StoreError
from roleplay.store import schema
from roleplay.store.database import place_of
from roleplay.store.sql import SqlStore
from roleplay.store.sql_team import SqlTeam
from tests.postgres import Server
from tests.store.old import STEPS, old_file

ASSIGNMENT = {
    "id": "a-1",
    "title": "X",
    "scenario_id": "x",
    "scorecard_id": "s",
    "case_digest": "d",
    "pass_mark": 70,
    "due_at": "2026-06-01T23:59:00+01:00",
    "zone": "Europe/London",
    "people": ["p-1"],
    "by": "p-1",
    "made_at": "2026-03-01T09:00:00+00:00",
}


def with_data(path: Path, steps: int) -> None:
    """A file as it was after so many steps, with a session, and what else could be kept by then."""
    connection = old_file(path, steps)
    if steps >= 1:
        connection.execute("INSERT INTO cases VALUES ('d', '{}')")
        connection.execute(
            "INSERT INTO sessions (id, scenario_id, title, recruiter, case_digest, started_at, changed_at, is_over,"
            " turns) VALUES ('s', 'x', 'X', 'Jen', 'd', '2026-01-31T09:00:00+00:00', '2026-01-31T09:10:00+00:00', 1, 2)"
        )
        said = json.dumps({"scorecard": "s", "criteria": [{"id": "pain", "verdict": "met"}]})
        connection.execute("INSERT INTO results (session_id, score, passed, json) VALUES ('s', 64.5, 1, ?)", (said,))
    if steps >= 2:
        connection.execute("INSERT INTO opinions VALUES ('o', '{\"said\": true}')")
    if steps >= 4:
        connection.execute("INSERT INTO drill_cards VALUES ('Jen', 'bump/1', '{}')")
    if steps >= 5:
        connection.execute("INSERT INTO overrulings (session_id, json) VALUES ('s', '{\"criterion\": \"x\"}')")
    if steps >= 6:
        person = json.dumps({"id": "p-1", "name": "Jen", "joined_at": "2026-01-01T09:00:00+00:00"})
        connection.execute("INSERT INTO people VALUES ('p-1', 'Jen', 'jen', NULL, ?)", (person,))
        connection.execute("INSERT INTO verdicts VALUES ('s', 'pain', 'met')")
        connection.execute("UPDATE sessions SET submitted_at = '2026-01-31T10:00:00+00:00', score = 64.5, passed = 1")
        connection.execute(
            "INSERT INTO assignments VALUES ('a-1', 'd', ?, NULL, ?)", (ASSIGNMENT["due_at"], json.dumps(ASSIGNMENT))
        )
    connection.commit()
    connection.close()


@pytest.mark.parametrize("steps", range(len(STEPS) + 1))
async def test_a_file_of_any_age_keeps_what_it_holds(tmp_path: Path, steps: int) -> None:
    path = tmp_path / "old.sqlite3"
    with_data(path, steps)
    store = await SqlStore.open(path)
    team = SqlTeam(store)
    try:
        listed = await store.sessions()
        assert [(each.id, each.score, each.passed) for each in listed] == ([("s", 64.5, True)] if steps else [])
        assert len(await store.results("s")) == min(steps, 1)
        assert (await store.opinion("o")) == ('{"said": true}' if steps >= 2 else None)
        assert await store.drill_cards("Jen") == ({"bump/1": "{}"} if steps >= 4 else {})
        assert len(await store.overrulings("s")) == (1 if steps >= 5 else 0)
        assert [each.name for each in await team.people()] == (["Jen"] if steps >= 6 else [])
        assert [each.due_at for each in await team.assignments()] == (
            [datetime(2026, 6, 1, 22, 59, tzinfo=UTC)] if steps >= 6 else []
        )
        assert [each.id for each in await team.submitted(unsigned=True)] == (["s"] if steps >= 6 else [])
        kept = [(each.criterion, each.verdict) for each in await team.verdicts(only_submitted=False)]
        assert kept == ([("pain", "met")] if steps else [])
    finally:
        await store.aclose()
    assert schema.file_version(path) == schema.HEAD


async def test_what_a_coach_was_done_with_waits_no_more(tmp_path: Path) -> None:
    path = tmp_path / "old.sqlite3"
    with_data(path, 6)
    connection = old_file(tmp_path / "unused.sqlite3", 0)
    connection.execute("ATTACH ? AS old", (str(path),))
    for kind in ("session_submitted", "signed_off"):
        connection.execute("INSERT INTO old.team_events (kind, session_id, json) VALUES (?, 's', '{}')", (kind,))
    connection.commit()
    connection.close()
    store = await SqlStore.open(path)
    assert await SqlTeam(store).submitted(unsigned=True) == []
    await store.aclose()


def test_a_step_that_fails_leaves_those_before_it_and_nothing_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "old.sqlite3"
    connection = old_file(path, 5)
    connection.execute("CREATE TABLE team_events (id INTEGER)")  # in the way of the sixth step, at its end
    connection.commit()
    connection.close()
    with pytest.raises(StoreError, match="can't be brought up to date"):
        schema.upgrade(place_of(path))
    assert schema.file_version(path) == "0005"
    engine = create_engine(place_of(path).url)
    with engine.connect() as reading:
        names = set(reading.execute(text("SELECT name FROM sqlite_schema")).scalars())
    engine.dispose()
    assert "overrulings" in names
    assert "people" not in names, "it comes before the one that failed, in the same step"


async def test_several_programs_take_the_steps_at_once(tmp_path: Path, postgresql: Server) -> None:
    path = tmp_path / "old.sqlite3"
    with_data(path, 3)
    stores = await asyncio.gather(*(SqlStore.open(path) for _ in range(8)))
    assert [[each.id for each in await store.sessions()] for store in stores] == [["s"]] * 8
    for store in stores:
        await store.aclose()
    name = postgresql.database(template=None)
    taken: list[str] = []
    place = place_of(postgresql.url(name, "keeper"))
    await asyncio.gather(*(asyncio.to_thread(schema.upgrade, place, taken.append) for _ in range(4)))
    assert sorted(taken) == [f"{number:04}" for number in range(1, int(schema.HEAD) + 1)]
    assert schema.version(place) == schema.HEAD
    postgresql.drop(name)


@pytest.mark.parametrize("step", [f"{number:04}" for number in range(7, int(schema.HEAD))])
async def test_a_servers_database_of_any_age_keeps_what_it_holds(postgresql: Server, step: str) -> None:
    name = postgresql.database(template=None)
    place = place_of(postgresql.url(name, "keeper"))
    schema.upgrade(place, to=step)
    postgresql.run("INSERT INTO people VALUES ('p-1', 'Jen', 'jen', NULL, '{\"id\": \"p-1\"}')", name)
    with pytest.raises(SchemaError, match=f"stands at step {step}, this program needs {schema.HEAD}; its owner runs"):
        await SqlStore.open(postgresql.url(name))
    schema.upgrade(place)
    store = await SqlStore.open(postgresql.url(name, "keeper"))

    async def names(connection: object) -> list[str]:
        return list((await connection.execute(text("SELECT name FROM people"))).scalars())  # type: ignore[attr-defined]

    assert await store.run(names) == ["Jen"]
    await store.aclose()
    postgresql.drop(name)


async def test_an_empty_or_newer_database_is_one_line(postgresql: Server) -> None:
    name = postgresql.database(template=None)
    with pytest.raises(SchemaError, match="it is empty"):
        await SqlStore.open(postgresql.url(name))
    place = place_of(postgresql.url(name, "keeper"))
    schema.upgrade(place)
    postgresql.run("UPDATE alembic_version SET version_num = '0099'", name)
    with pytest.raises(SchemaError, match="update the program"):
        await SqlStore.open(postgresql.url(name))
    with pytest.raises(SchemaError, match="update the program"):
        schema.upgrade(place)
    postgresql.drop(name)


def test_a_login_that_owns_nothing_cannot_bring_it_up_to_date(postgresql: Server) -> None:
    name = postgresql.database(template=None)
    with pytest.raises(StoreError, match=f"{name}: can't be brought up to date: permission denied for schema public"):
        schema.upgrade(place_of(postgresql.url(name)))
    postgresql.drop(name)
