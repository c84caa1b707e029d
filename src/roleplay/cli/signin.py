"""`roleplay signin` and `roleplay signout`, where a database is shared."""

import argparse
import asyncio
import getpass
import sys
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager

from roleplay.cli.command import DONE
from roleplay.cli.text import wrapped
from roleplay.errors import SettingsError
from roleplay.practice.clock import SystemClock
from roleplay.settings import Settings, read_settings
from roleplay.signed_in import read_signed_in, write_signed_in
from roleplay.store.sign_ins import SignIns
from roleplay.store.sql import SqlStore
from roleplay.team.signing_in import LASTS, SigningIn
from roleplay.wording import count

ALONE = "nobody signs in here: the sessions are in a file of this machine's; ROLEPLAY_DB names a database to share"


def run(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    """Sign in or out."""
    return asyncio.run((_out if options.does == "out" else _in)(options, environment))


async def _in(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    settings = read_settings(environment)
    async with _door(settings) as (shown, signing_in, _):
        if options.code is not None:
            password = _new_password()
            person, token = await signing_in.by_code(options.code, password)
        else:
            name = options.name or options.me or settings.recruiter
            if name is None:
                raise SettingsError("say who you are: roleplay signin NAME; the first time, with --code CODE")
            person, token = await signing_in.by_password(name, _password(f"Password of {name}: "))
        write_signed_in(settings.home, read_signed_in(settings.home).with_token(shown, person.name, token))
    print(wrapped(f"Signed in as {person.name}, for {count(LASTS.days, 'day')}."))
    return DONE


async def _out(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    settings = read_settings(environment)
    async with _door(settings) as (shown, _, sign_ins):
        kept = read_signed_in(settings.home)
        name, token = kept.chosen(shown, options.name or options.me or settings.recruiter)
        await sign_ins.sign_out(token)
        write_signed_in(settings.home, kept.with_token(shown, name, None))
    print(wrapped(f"{name} is signed out."))
    return DONE


@asynccontextmanager
async def _door(settings: Settings) -> AsyncGenerator[tuple[str, SigningIn, SignIns], None]:
    if settings.shared is None:
        raise SettingsError(ALONE)
    store = await SqlStore.open(settings.sessions)
    try:
        sign_ins = SignIns(store.database)
        yield store.shown, SigningIn(sign_ins, SystemClock()), sign_ins
    finally:
        await store.aclose()


def _new_password() -> str:
    password = _password("A new password: ")
    if sys.stdin.isatty() and _password("Once more: ") != password:
        raise SettingsError("these two differ; nothing is changed, and the code is still good")
    return password


def _password(question: str) -> str:
    """A password from the keyboard, without showing it, or from a pipe."""
    try:
        given = getpass.getpass(question) if sys.stdin.isatty() else sys.stdin.readline().rstrip("\r\n")
    except EOFError:
        given = ""
    if not given:
        raise SettingsError("no password was given")
    return given
