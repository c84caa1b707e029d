"""A team on one database, in a file or on a server, whose people are signed in without having to type passwords."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from roleplay.practice.clock import Clock
from roleplay.roster.people import Person
from roleplay.signed_in import SignedIn, write_signed_in
from roleplay.store.sign_ins import digest_of
from roleplay.store.sql import SqlStore
from roleplay.store.sql_team import SqlTeam
from roleplay.team.people import People, Wanted
from tests.postgres import Server

on_both = pytest.mark.parametrize("firm", ["sqlite", "postgresql"], indirect=True)
"""Runs a test that takes a `firm` on each kind of database."""


def token_of(person_id: str) -> str:
    """What somebody signed in with."""
    return f"the token of {person_id}"


@dataclass
class Firm:
    """A team's database."""

    file: Path
    running: Server | None = None
    """None: the team shares a file."""
    database: str = ""

    def where(self, role: str = "desk") -> Path | str:
        """What a store is opened by."""
        return self.file if self.running is None else self.running.url(self.database, role)

    def environment(self, role: str = "desk") -> dict[str, str]:
        """What a program is told."""
        return {} if self.running is None else {"ROLEPLAY_DB": self.running.url(self.database, role)}

    async def hire(self, wanted: Sequence[Wanted], clock: Clock) -> list[Person]:
        """Add the first people, and have them signed in."""
        store = await SqlStore.open(self.where("keeper"))
        people = await People(SqlTeam(store), clock).add(None, wanted)
        await store.aclose()
        self.sign_in()
        return people

    def sign_in(self, home: Path | None = None) -> None:
        """Have everybody signed in; in a home's file, too."""
        if self.running is None:
            return
        with psycopg.connect(self.running.url(self.database, "keeper"), autocommit=True) as connection:
            people = connection.execute("SELECT id, name FROM people").fetchall()
            for person, _ in people:
                connection.execute(
                    "INSERT INTO sign_ins VALUES (%s, %s, now(), now() + interval '1 day') ON CONFLICT DO NOTHING",
                    (digest_of(token_of(person)), person),
                )
        if home is not None:
            shown = f"postgresql://127.0.0.1:{self.running.port}/{self.database}"
            write_signed_in(home, SignedIn(tokens={shown: {name: token_of(person) for person, name in people}}))

    def seen_by(self, store: SqlStore, person: Person) -> SqlStore:
        """The store as somebody's program uses it."""
        return store.signed_in_with(token_of(person.id)) if self.running is not None else store
