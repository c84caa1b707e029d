"""`roleplay team export-person, erase, expire, keep and log`: what is held, for how long, and what was done."""

import argparse
import asyncio
import json
import sys
from collections.abc import Mapping

from roleplay.cli.arguments.team import FOR_GOOD
from roleplay.cli.command import DONE
from roleplay.cli.seat import seated
from roleplay.cli.text import wrapped
from roleplay.errors import SettingsError
from roleplay.reports.files import write_file
from roleplay.roster.events import TEAM_EVENT
from roleplay.roster.people import Person
from roleplay.trail_wording import trail_words
from roleplay.wording import count


def run(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    """Give out, delete, or show what was done."""
    does = {"export-person": _export, "erase": _erase, "expire": _expire, "keep": _keep, "log": _log}[options.does]
    return asyncio.run(does(options, environment))


async def _export(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    async with seated(options, environment) as (studio, me):
        person = await studio.team.people.named(options.name)
        held = await studio.team.privacy.give_out(me, person)
    text = json.dumps(held, ensure_ascii=False, indent=2)
    if options.output is None:
        print(text)
        return DONE
    write_file(options.output, f"{text}\n".encode(), replaces=options.force)
    print(f"{options.output}: all that is held on {person.name}")
    return DONE


async def _erase(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    async with seated(options, environment) as (studio, me):
        person = await studio.team.people.named(options.name)
        if not options.yes:
            _ask(person)
        sessions = await studio.team.privacy.erase(me, person)
    print(wrapped(f"{person.name} is erased, with {count(sessions, 'session')}. What is left says that it was done."))
    return DONE


def _ask(person: Person) -> None:
    """Have the name typed.

    Raises:
        SettingsError: it wasn't; nothing is deleted.
    """
    print(wrapped(f"This deletes {person.name} with all their sessions, results and cards, for good."))
    print(f"Type the whole name to go on: {person.name}")
    if sys.stdin.readline().strip() != person.name:
        raise SettingsError("that isn't the name; nothing is deleted (--yes asks for none)")


async def _expire(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    async with seated(options, environment) as (studio, me):
        sessions = await studio.team.privacy.expire(me, options.days)
    print(f"{count(sessions, 'session')} older than {count(options.days, 'day')} deleted.")
    return DONE


async def _keep(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    days: int | None = None if options.days == FOR_GOOD else options.days
    async with seated(options, environment) as (studio, me):
        await studio.team.privacy.keep(me, days)
        went = await studio.team.privacy.enforce()
    told = "for good" if days is None else f"for {count(days, 'day')}; {count(went, 'session')} went"
    print(f"Sessions are kept {told}.")
    return DONE


async def _log(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    async with seated(options, environment) as (studio, me):
        events = await studio.team.trail.read(me, options.limit)
        names = {person.id: person.name for person in await studio.team.people.all()}
        names |= {each.id: f"{each.title} ({each.id})" for each in await studio.team.store.assignments()}
    if options.json:
        told = [TEAM_EVENT.dump_python(event, mode="json") for event in events]
        print(json.dumps(told, ensure_ascii=False, indent=2))
        return DONE
    for event in events:
        print(wrapped(trail_words(event, names), indent="    ", first=""))
    return DONE
