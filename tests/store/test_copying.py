"""Copying a database into another one: the same on the other side, and back again."""

import io
from pathlib import Path

import pytest

from roleplay.cli.main import main
from roleplay.content.library import Library
from roleplay.errors import StoreError
from roleplay.scoring.result import Verdict
from roleplay.store.copying import AT_ONCE, copy, held_in
from roleplay.store.sql import SqlStore
from tests.doubles import FakeClock
from tests.postgres import Server
from tests.team.office import Office


async def lived_in(store: SqlStore, library: Library) -> None:
    """A team that did a bit of everything."""
    office = Office(store, library, FakeClock())
    _, cora, jen, sam = await office.hire("Jen Ortiz", "Zoë “Sam” Field")
    assignment = await office.assign(cora, jen, sam)
    first, _ = await office.play(jen, assignment=assignment)
    await office.hand_in(jen, first)
    handed_in = await store.session(first.id)
    await office.seen_by(cora).reviewing.overrule(cora, handed_in, "pain", Verdict.MISSED, "No. 🙂")
    await office.play(sam)
    await store.keep_drill_card("Jen Ortiz", "bump/1", '{"due":  "2026-03-03"}')
    await store.keep_opinion("d", '{"b": 1, "a": 2}')


async def test_a_file_goes_to_a_server_and_back_and_holds_the_same(
    library: Library, store: SqlStore, postgresql: Server, tmp_path: Path
) -> None:
    await lived_in(store, library)
    name = postgresql.database()
    there = await SqlStore.open(postgresql.url(name, "keeper"))
    back = await SqlStore.open(tmp_path / "back.sqlite3")
    told: list[tuple[str, int]] = []
    rows = await copy(store, there, lambda table, count: told.append((table, count)))
    assert rows == sum(count for _, count in told) > 50
    assert await copy(there, back) == rows
    assert await held_in(store) == await held_in(there) == await held_in(back)
    assert {each: held.rows for each, held in (await held_in(store)).items()} == dict(told)

    # What is done afterwards is numbered after what was copied.
    office = Office(there, library, FakeClock())
    office.clock.move(days=3)
    jen = await office.team.people.named("Jen")
    session, _ = await office.play(jen)
    await office.hand_in(jen, session)
    assert len(await office.team.store.events()) == (await held_in(store))["team_events"].rows + 1
    for opened in (there, back):
        await opened.aclose()
    postgresql.drop(name)


async def test_more_rows_than_are_copied_at_once_are_all_copied(store: SqlStore, tmp_path: Path) -> None:
    for number in range(AT_ONCE + 3):
        await store.keep_drill_card("Jen", f"bump/{number}", "{}")
    target = await SqlStore.open(tmp_path / "target.sqlite3")
    assert await copy(store, target) == AT_ONCE + 3
    assert len(await target.drill_cards("Jen")) == AT_ONCE + 3
    await target.aclose()


async def test_nothing_is_copied_over_what_is_there(library: Library, store: SqlStore, tmp_path: Path) -> None:
    await lived_in(store, library)
    target = await SqlStore.open(tmp_path / "target.sqlite3")
    await target.keep_drill_card("Sam", "x/1", "{}")
    with pytest.raises(StoreError, match=r"target\.sqlite3: not empty \(1 rows in drill_cards\)"):
        await copy(store, target)
    assert await target.sessions() == []
    await target.aclose()


def test_the_command_line_upgrades_checks_and_copies(
    postgresql: Server, own_home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["db"]) == 0
    assert "not there yet" in capsys.readouterr().out
    monkeypatch.setattr("sys.stdin", io.StringIO("Hi.\n"))
    assert main(["practice", "first-call-cto", "--json"]) == 0
    assert main(["db", "check"]) == 0
    assert "  sessions              1  " in capsys.readouterr().out
    name = postgresql.database(template=None)
    owner = postgresql.url(name, "keeper")
    assert main(["db", "copy", owner]) == 2
    assert "it is empty, this program needs" in capsys.readouterr().err
    monkeypatch.setenv("ROLEPLAY_DB", owner)
    assert main(["db", "check"]) == 2
    assert main(["db", "upgrade"]) == 0
    assert main(["db", "upgrade"]) == 0
    assert "stands at" in capsys.readouterr().out
    monkeypatch.delenv("ROLEPLAY_DB")
    assert main(["db", "copy", postgresql.url(name)]) == 2
    assert "sees only what is somebody's" in capsys.readouterr().err
    assert main(["db", "copy", owner]) == 0
    assert "both hold the same" in capsys.readouterr().out
    assert main(["db", "copy", "mysql://x/y"]) == 2
    postgresql.drop(name)
