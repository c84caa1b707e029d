"""`roleplay team`: its people."""

import argparse
import asyncio
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress

from roleplay.around import seat
from roleplay.cli.command import DONE
from roleplay.cli.seat import seated
from roleplay.cli.text import wrapped
from roleplay.errors import DutyError, SettingsError
from roleplay.practice.clock import SystemClock
from roleplay.roster.people import Duty, Person
from roleplay.settings import read_settings
from roleplay.store.sign_ins import SignIns
from roleplay.store.sql import SqlStore
from roleplay.store.sql_team import SqlTeam
from roleplay.studio import Studio
from roleplay.team.people import Wanted, find
from roleplay.team.people_file import read_people
from roleplay.team.signing_in import CODE_LASTS, SigningIn
from roleplay.team_wording import person_words
from roleplay.wording import count

NO_TEAM = 'There is no team here; one begins with its admin: roleplay team add "NAME" --duty admin'
BEGUN = "There is a team now: from here on, everybody says who they are with --as NAME, or sets ROLEPLAY_NAME."


def run(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    """List people, or add, change or remove some."""
    match options.does:
        case "add":
            wanted = Wanted(
                name=options.name,
                email=options.email,
                duty=options.duty or Duty.RECRUITER,
                teams=tuple(options.team or ()),
            )
            return asyncio.run(_add([wanted], options, environment, is_dry=False))
        case "import":
            return asyncio.run(_add(read_people(options.file), options, environment, is_dry=options.dry_run))
        case "change":
            return asyncio.run(_change(options, environment))
        case "invite":
            return asyncio.run(_invite(options, environment))
        case "remove":
            return asyncio.run(_remove(options, environment))
        case _:
            return asyncio.run(_list(options, environment))


async def _list(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    """List everybody; who they are, anybody may know who can't say their own name yet."""
    settings = read_settings(environment)
    store = await SqlStore.open(settings.sessions)
    try:
        if store.is_shared and await SignIns(store.database).is_guarded():
            store, _ = await seat(settings, store, options.me, SystemClock())
        people = await SqlTeam(store).people()
    finally:
        await store.aclose()
    me: Person | None = None
    with suppress(DutyError):
        me = find(people, options.me or settings.recruiter or "")
    shown = [each if _sees_email(me, each) else each.model_copy(update={"email": None}) for each in people]
    if options.json:
        print(json.dumps([person.model_dump(mode="json") for person in shown], ensure_ascii=False, indent=2))
        return DONE
    for person in shown:
        print(wrapped(person_words(person, with_email=True), indent="    ", first=""))
    if not people:
        print(NO_TEAM)
    return DONE


def _sees_email(me: Person | None, person: Person) -> bool:
    return me is not None and (me.duty.coaches or me.id == person.id)


async def _add(
    wanted: Sequence[Wanted], options: argparse.Namespace, environment: Mapping[str, str], *, is_dry: bool
) -> int:
    studio = await Studio.open(environment, has_library=False, name=options.me)
    try:
        team = studio.team.people
        people = await (team.check if is_dry else team.add)(studio.me, wanted)
    finally:
        await studio.aclose()
    does = "Would be added" if is_dry else "Added"
    for person in people:
        print(wrapped(f"{does}: {person_words(person, with_email=True)}", indent="    ", first=""))
    if studio.me is None and not is_dry:
        print(wrapped(BEGUN))
    return DONE


async def _change(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    changes: dict[str, object] = {}
    if options.duty is not None:
        changes["duty"] = Duty(options.duty)
    if options.email is not None:
        changes["email"] = options.email.strip() or None
    if options.team is not None:
        changes["teams"] = tuple(team for team in options.team if team.strip())
    if options.board is not None:
        changes["is_on_board"] = options.board == "yes"
    if not changes:
        raise SettingsError("say what to change: --duty, --email, --team or --board")
    async with seated(options, environment) as (studio, me):
        people = studio.team.people
        person = await people.change(me, await people.named(options.name), changes)
    print(wrapped(f"Now: {person_words(person, with_email=True)}", indent="    ", first=""))
    return DONE


async def _invite(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    async with seated(options, environment) as (studio, me):
        store = studio.store
        if not isinstance(store, SqlStore) or not store.is_shared:
            raise SettingsError("nobody signs in to a file; codes are for a database that ROLEPLAY_DB names")
        person = await studio.team.people.named(options.name)
        signing_in = SigningIn(SignIns(store.database), studio.clock)
        code = await signing_in.invite(me, person, studio.team.store, store.token)
    print(wrapped(f"{person.name} signs in once with this, within {count(CODE_LASTS.days, 'day')}, on their machine:"))
    print(f"  roleplay signin --code {code}")
    return DONE


async def _remove(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    async with seated(options, environment) as (studio, me):
        person = await studio.team.people.named(options.name)
        await studio.team.people.remove(me, person)
    print(wrapped(f"{person.name} is in the team no more. Their sessions stay; roleplay team erase deletes them, too."))
    return DONE
