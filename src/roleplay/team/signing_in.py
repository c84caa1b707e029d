"""Signing in where a database is shared: codes that an admin gives out, passwords, and tokens that end.

A password never leaves the program: Argon2id (RFC 9106) makes a key of it, and the database keeps a digest of that. So
neither the database nor whoever listens learns it, and a copy of the database can't be used to sign in.
"""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from roleplay.errors import NotFoundError, SettingsError, SignInError
from roleplay.practice.clock import Clock
from roleplay.record.words import plain_words
from roleplay.roster.people import Duty, Person
from roleplay.store.sign_ins import Answer, Key, SignIns
from roleplay.store.team import TeamStore
from roleplay.team.people import must_be

LASTS: Final = timedelta(days=14)
"""For how long somebody stays signed in."""
CODE_LASTS: Final = timedelta(days=3)
LEAST_CHARACTERS: Final = 10
TIME_COST, MEMORY_COST_KIB, LANES = 3, 65536, 4
"""The second recommended option of RFC 9106, section 4."""
KEY_BYTES: Final = 32
SALT_BYTES: Final = 16
ENDED: Final = "your sign-in has ended; sign in again: roleplay signin"


@dataclass(frozen=True)
class SigningIn:
    """Signing in to one shared database."""

    sign_ins: SignIns
    clock: Clock

    async def by_password(self, name: str, password: str) -> tuple[Person, str]:
        """Sign in; gives who that is, and the token.

        Raises:
            SignInError: name or password are wrong, or were too often.
        """
        called = plain_words(name).casefold()
        key = _key(password, await self.sign_ins.salt_of(called))
        token = secrets.token_urlsafe(32)
        match await self.sign_ins.sign_in(called, key.value, token, LASTS):
            case Answer.WRONG:
                raise SignInError(f"{name!r} and that password don't fit; an admin's code sets a new one")
            case Answer.WAIT:
                raise SignInError(f"{name!r}: five wrong passwords within a quarter of an hour; try again after that")
        return await self._who(token), token

    async def by_code(self, code: str, password: str) -> tuple[Person, str]:
        """Sign in by a code and set a password; whatever was signed in with an older one ends.

        Raises:
            SignInError: the code is wrong, used or too old.
            SettingsError: that is no password.
        """
        if len(password) < LEAST_CHARACTERS:
            raise SettingsError(f"a password has {LEAST_CHARACTERS} characters or more; the code is still good")
        token = secrets.token_urlsafe(32)
        key = _key(password, secrets.token_hex(SALT_BYTES))
        if await self.sign_ins.redeem(code.strip(), key, token, LASTS) is None:
            raise SignInError("that code isn't good, or not any more; an admin makes another: team invite NAME")
        return await self._who(token), token

    async def invite(self, me: Person | None, person: Person, team: TeamStore, token: str) -> str:
        """A code by which somebody can sign in, once. `me`: None for the database's owner.

        Raises:
            DutyError: it isn't for `me` to do.
            NotFoundError: they aren't in the team.
        """
        people = await team.people()
        if me is not None:
            must_be(me, Duty.ADMIN, "invites people", people)
        if person.id not in {each.id for each in people}:
            raise NotFoundError(f"{person.name!r} isn't in the team")
        code = secrets.token_hex(16)  # which no shell and no option takes for anything else
        await self.sign_ins.invite(person, code, self.clock.now() + CODE_LASTS, token)
        return code

    async def _who(self, token: str) -> Person:
        person = await self.sign_ins.who(token)
        if person is None:
            raise SignInError(ENDED)
        return person


def _key(password: str, salt: str) -> Key:
    """The key of a password, in hexadecimal. `salt`: 16 bytes, in hexadecimal."""
    from argon2.low_level import Type, hash_secret_raw

    value = hash_secret_raw(
        password.encode(errors="surrogatepass"),
        bytes.fromhex(salt),
        time_cost=TIME_COST,
        memory_cost=MEMORY_COST_KIB,
        parallelism=LANES,
        hash_len=KEY_BYTES,
        type=Type.ID,
    )
    return Key(salt, value.hex())
