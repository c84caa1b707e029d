"""`roleplay review`: what was handed in, for a coach."""

import argparse
import asyncio
import json
from collections.abc import Mapping, Sequence

from roleplay.cli.command import DONE
from roleplay.cli.seat import seated
from roleplay.cli.sessions import show
from roleplay.cli.text import wrapped
from roleplay.errors import SettingsError
from roleplay.roster.people import Person
from roleplay.roster.review import Queued
from roleplay.studio import Studio
from roleplay.team.moves import Accept, Comment, SendBack, SessionMove, SignOff, make
from roleplay.team.reviewing import QUEUE_SHOWN
from roleplay.team_wording import queued_words, to_look_at_words, waiting_words

NOTHING_WAITS = "Nothing that was handed in waits for you."


def run(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    """Show the queue or a session, or do something about one."""
    moves = _moves(options)
    if options.session is None and not options.next:
        if moves:
            raise SettingsError("say which session: roleplay review SESSION …; without one, the queue is shown")
        return asyncio.run(_queue(options, environment))
    if options.next and (moves or options.session is not None):
        raise SettingsError("--next shows the first session that waits; leave the rest out")
    return asyncio.run(_session(options, environment, moves))


def _moves(options: argparse.Namespace) -> list[SessionMove]:
    """What is to be done, in the order in which it makes sense.

    Raises:
        SettingsError: the options don't fit together.
    """
    if options.turn is not None and options.comment is None:
        raise SettingsError("--turn says what --comment is about; give both")
    if (options.drill or options.scenario) and options.send_back is None:
        raise SettingsError("--drill and --scenario say what to do with --send-back; give that, too")
    if options.sign_off and options.send_back is not None:
        raise SettingsError("--sign-off and --send-back are two ends of a review; give one")
    moves: list[SessionMove] = []
    if options.comment is not None:
        moves.append(Comment(options.comment.strip(), options.turn))
    if options.accept is not None:
        moves.append(Accept(tuple(options.accept) or None))
    if options.send_back is not None:
        moves.append(SendBack(options.send_back.strip(), options.drill, options.scenario))
    if options.sign_off:
        moves.append(SignOff())
    return moves


async def _queue(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    async with seated(options, environment) as (studio, me):
        queue = await studio.team.reviewing.queue(me, await studio.team.assigning.overdue(me, QUEUE_SHOWN))
    if options.json:
        print(json.dumps([each.model_dump(mode="json") for each in queue], ensure_ascii=False, indent=2))
        return DONE
    print(waiting_words(len(queue)))
    for each in queue:
        _print_queued(each)
    if any(each.session is not None for each in queue):
        print("roleplay review SESSION shows one; --next, the first.")
    return DONE


def _print_queued(queued: Queued) -> None:
    head, rest = queued_words(queued)
    print(wrapped(head, indent="    ", first="  "))
    print(wrapped(rest, indent="      ", first="    "))


async def _session(options: argparse.Namespace, environment: Mapping[str, str], moves: Sequence[SessionMove]) -> int:
    has_library = options.drill is not None or options.scenario is not None
    async with seated(options, environment, has_library=has_library) as (studio, me):
        session_id = options.session or await _next(studio, me)
        if session_id is None:
            print("null" if options.json else NOTHING_WAITS)
            return DONE
        if options.drill is not None:
            studio.library.drill(options.drill)
        if options.scenario is not None:
            studio.library.case(options.scenario)
        for move in moves:
            told = await make(studio.team, me, await studio.store.session(session_id), move)
            if not options.json:
                print(told)
        if not moves or options.json:
            await show(studio, session_id, as_json=options.json)
        if not options.json:
            await _print_left(studio, me, session_id)
    return DONE


async def _next(studio: Studio, me: Person) -> str | None:
    queue = await studio.team.reviewing.queue(me, [])
    return next((each.session for each in queue if each.session is not None), None)


async def _print_left(studio: Studio, me: Person, session_id: str) -> None:
    """What a coach should still look at."""
    session = await studio.store.session(session_id)
    if me.duty.coaches and session.submitted_at is not None and session.recruiter != me.name:
        reviewing = studio.team.reviewing
        remarks = await reviewing.remarks(session, await reviewing.doubts(session_id))
        print(wrapped(to_look_at_words(remarks)))
