"""`roleplay assign`: assign a scenario, take it back, or show how far everybody is."""

import argparse
import asyncio
import json
from collections.abc import Mapping, Sequence
from itertools import groupby

from roleplay.cli.command import DONE
from roleplay.cli.seat import seated
from roleplay.cli.text import wrapped
from roleplay.content.case import Case
from roleplay.content.difficulty import Difficulty
from roleplay.content.mode import Mode
from roleplay.errors import SettingsError
from roleplay.results import scored_by
from roleplay.roster.assignments import Assignment, Standing
from roleplay.studio import Studio
from roleplay.team.assigning import Terms, due_of, local_zone
from roleplay.team_wording import due_words, next_words, standing_words, terms_words


def run(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    """Assign, withdraw or list."""
    _check_alone(options)
    if options.list:
        return asyncio.run(_list(options, environment))
    if options.withdraw is not None:
        return asyncio.run(_withdraw(options, environment))
    return asyncio.run(_assign(options, environment))


def _check_alone(options: argparse.Namespace) -> None:
    """Raise SettingsError where something stands beside what stands alone."""
    alone = [name for name, given in (("--list", options.list), ("--withdraw", options.withdraw is not None)) if given]
    others = [options.scenario, options.due, *options.to, *options.team]
    if len(alone) > 1 or (alone and any(others)):
        raise SettingsError(f"{alone[0]} stands alone; leave the rest out")


def _check_complete(options: argparse.Namespace) -> None:
    """Raise SettingsError where it isn't said what is assigned, to whom, or when it is due."""
    if options.scenario is None:
        raise SettingsError("say what to assign: roleplay assign SCENARIO --to NAME --due 2026-12-01; --list shows all")
    if not options.to and not options.team:
        raise SettingsError("say to whom: --to NAME or --team T; each may be given again")
    if options.due is None:
        raise SettingsError("say when it is due: --due 2026-12-01, or --due '2026-12-01 17:00'")


async def _assign(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    async with seated(options, environment, has_library=True) as (studio, me):
        await studio.team.assigning.check_may_assign(me)
        _check_complete(options)
        people = await studio.team.people.chosen(options.to, options.team)
        assignment = await studio.team.assigning.make(me, _case(studio, options), people, _terms(options))
    if options.json:
        print(assignment.model_dump_json(indent=2))
        return DONE
    print(wrapped(f"{assignment.title}: assigned to {', '.join(person.name for person in people)}."))
    print(wrapped(f"Due {due_words(assignment)}; {terms_words(assignment)}.", indent="  "))
    print(f"  To begin an attempt: roleplay practice --assignment {assignment.id}")
    return DONE


def _case(studio: Studio, options: argparse.Namespace) -> Case:
    case = studio.library.case(options.scenario)
    if options.scorecard is None or options.scorecard == case.scorecard_id:
        return case
    return scored_by(case, options.scorecard, studio.library.scorecard(options.scorecard))


def _terms(options: argparse.Namespace) -> Terms:
    zone = options.zone or local_zone()
    given = {"attempts": options.attempts, "difficulty": options.difficulty and Difficulty(options.difficulty)}
    return Terms(
        title=options.title or "",
        due_at=due_of(options.due, zone),
        zone=zone,
        pass_mark=options.pass_mark,
        mode=Mode.EXAM if options.exam else Mode.COACHED,
        after=tuple(options.after),
        **{name: value for name, value in given.items() if value is not None},
    )


async def _withdraw(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    async with seated(options, environment) as (studio, me):
        assignment = await studio.team.assigning.withdraw(me, options.withdraw)
    if options.json:
        print(assignment.model_dump_json(indent=2))
    else:
        print(wrapped(f"{assignment.title}: withdrawn. What was played for it stays."))
    return DONE


async def _list(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    async with seated(options, environment) as (studio, me):
        assigning = studio.team.assigning
        standings = await (assigning.all(me) if me.duty.coaches else assigning.mine(me))
        names = {person.id: person.name for person in await studio.team.people.all()}
    standings = [each for each in standings if each.person in names]
    if options.json:
        told = [each.model_dump(mode="json") | {"name": names[each.person]} for each in standings]
        print(json.dumps(told, ensure_ascii=False, indent=2))
    elif not standings:
        print("Nothing is assigned." if me.duty.coaches else "Nothing is assigned to you.")
    elif me.duty.coaches:
        _print_all(standings, names)
    else:
        _print_own(standings)
    return DONE


def _print_all(standings: Sequence[Standing], names: Mapping[str, str]) -> None:
    """Everybody, assignment by assignment."""
    for _, group in groupby(standings, key=lambda each: each.assignment.id):
        theirs = list(group)
        _print_head(theirs[0].assignment)
        width = max(len(names[each.person]) for each in theirs)
        for each in theirs:
            told = standing_words(each, with_due=False)
            print(wrapped(told, indent=" " * (width + 6), first=f"    {names[each.person]:<{width}}  "))


def _print_own(standings: Sequence[Standing]) -> None:
    for each in standings:
        _print_head(each.assignment)
        print(wrapped(standing_words(each, with_due=False), indent="      ", first="    "))
        for line in next_words(each):
            print(wrapped(line, indent="      ", first="    "))


def _print_head(assignment: Assignment) -> None:
    print(wrapped(f"{assignment.id}: {assignment.title}", indent="    ", first=""))
    print(wrapped(f"due {due_words(assignment)} · {terms_words(assignment)}", indent="      ", first="    "))
