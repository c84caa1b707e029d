"""Backup and restore as docs/firm.md writes them down."""

import os
import subprocess
from pathlib import Path

import pytest

from roleplay.content.library import Library
from roleplay.errors import DutyError
from roleplay.store.base import Viewer
from roleplay.store.copying import held_in
from roleplay.store.sign_ins import SignIns
from roleplay.store.sql import SqlStore
from roleplay.store.sql_team import SqlTeam
from tests.firm import Firm, token_of
from tests.postgres import Server
from tests.store.test_copying import lived_in


def run(running: Server, program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's own programs as the owner."""
    where = ["-h", "127.0.0.1", "-p", str(running.port), "-U", "keeper"]
    command = [str(running.programs / "bin" / program), *where, *arguments]
    done = subprocess.run(command, capture_output=True, env=dict(os.environ), check=False)
    assert done.returncode == 0, done.stderr.decode()


async def test_a_restored_database_holds_the_same_and_guards_it_as_before(
    library: Library, postgresql: Server, tmp_path: Path
) -> None:
    name = postgresql.database()
    firm = Firm(tmp_path / "unused", postgresql, name)
    owner = await SqlStore.open(firm.where("keeper"))
    await lived_in(owner, library)
    firm.sign_in()
    before = await held_in(owner)
    await owner.aclose()

    dump = str(tmp_path / "roleplay.dump")
    run(postgresql, "pg_dump", "-Fc", "-f", dump, name)
    run(postgresql, "createdb", "restored")
    run(postgresql, "pg_restore", "-d", "restored", "--no-owner", "--role=keeper", dump)

    restored = await SqlStore.open(postgresql.url("restored", "keeper"))
    assert await held_in(restored) == before
    people = {person.name: person for person in await SqlTeam(restored).people()}
    await restored.aclose()
    jen, sam = people["Jen Ortiz"], people["Zoë “Sam” Field"]
    desk = await SqlStore.open(postgresql.url("restored"))
    assert await SignIns(desk.database).is_guarded()
    assert await desk.sessions() == [], "nobody is signed in"
    seen = desk.signed_in_with(token_of(jen.id)).seen_by(Viewer(jen.name, coaches=False))
    (mine,) = await seen.sessions()
    others = desk.signed_in_with(token_of(sam.id)).seen_by(Viewer(sam.name, coaches=False))
    with pytest.raises(DutyError, match="is somebody else's"):
        await others.read(mine.id)
    await desk.aclose()
    for each in (name, "restored"):
        postgresql.drop(each)
