"""Signing in to a shared database. The database itself decides; this asks it."""

import hashlib
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from roleplay.roster.people import Person
from roleplay.store.database import Database, Eyes


class Answer(StrEnum):
    """What a database says of a name and a key."""

    IN = "in"
    WRONG = "wrong"
    WAIT = "wait"


class Key(NamedTuple):
    """What was made of a password."""

    salt: str
    """With what it was made, so that it can be made again."""
    value: str


class SignIns:
    """Who is signed in to a shared database. Passwords and tokens never reach it: only what was made of them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def is_guarded(self) -> bool:
        """Whether this login sees only what is for whoever signs in; the owner's sees everything."""
        return await self._database.read(lambda connection: _flag(connection, "row_security_active('sessions')"))

    async def is_worker(self) -> bool:
        """Whether this login is a worker's."""
        return await self._database.read(
            lambda connection: _flag(connection, "pg_has_role(current_user, 'roleplay_worker', 'member')")
        )

    async def who(self, token: str) -> Person | None:
        """Whose token it is; None where it has ended, or never was one."""
        query = text("SELECT json::text FROM people WHERE id = viewer_id()")
        found = await self._database.read(lambda connection: connection.scalar(query), Eyes(token))
        return None if found is None else Person.model_validate_json(found)

    async def salt_of(self, name: str) -> str:
        """What a key is made with for somebody by name or e-mail; for strangers, it looks no different."""
        query = text("SELECT salt_of(:name)")
        return str(await self._database.read(lambda connection: connection.scalar(query, {"name": name})))

    async def sign_in(self, name: str, key: str, token: str, lasts: timedelta) -> Answer:
        """Sign somebody in by their key; from then on, `token` is theirs."""
        query = text("SELECT sign_in(:name, :key, :token, :lasts)")
        values = {"name": name, "key": key, "token": digest_of(token), "lasts": lasts}
        return Answer(str(await self._database.write(lambda connection: connection.scalar(query, values))))

    async def redeem(self, code: str, key: Key, token: str, lasts: timedelta) -> str | None:
        """Sign somebody in by a code, once, and keep their new key; gives their name, or None where it is no code."""
        query = text("SELECT redeem(:code, :salt, :key, :token, :lasts)")
        values = {"code": code, "salt": key.salt, "key": key.value, "token": digest_of(token), "lasts": lasts}
        found = await self._database.write(lambda connection: connection.scalar(query, values))
        return None if found is None else str(found)

    async def invite(self, person: Person, code: str, until: datetime, token: str) -> None:
        """Let somebody sign in by a code until then. `token`: whose lets them; empty for the owner.

        Raises:
            DutyError: it isn't for them to do.
        """
        query = text("INSERT INTO invitations VALUES (:code, :person, :until)")
        values = {"code": digest_of(code), "person": person.id, "until": until}
        await self._database.write(lambda connection: connection.execute(query, values), Eyes(token))

    async def sign_out(self, token: str) -> None:
        """End what was signed in with that token."""
        await self._database.write(lambda connection: connection.execute(text("SELECT sign_out()")), Eyes(token))


def digest_of(secret: str) -> str:
    """SHA-256 in hexadecimal: enough for what nobody can guess."""
    return hashlib.sha256(secret.encode()).hexdigest()


async def _flag(connection: AsyncConnection, expression: str) -> bool:
    return bool(await connection.scalar(text(f"SELECT {expression}")))
