"""`roleplay submit`: hand a session in."""

import argparse
import asyncio
from collections.abc import Mapping

from roleplay.cli.command import DONE
from roleplay.cli.seat import seated
from roleplay.cli.text import wrapped
from roleplay.team.moves import HandIn, make
from roleplay.team_wording import standing_words


def run(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    """Hand it in, and say how that stands."""
    return asyncio.run(_run(options, environment))


async def _run(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    async with seated(options, environment) as (studio, me):
        session = await studio.store.session(options.session)
        print(await make(studio.team, me, session, HandIn()))
        for each in await studio.team.assigning.mine(me):
            if each.assignment.id == session.assignment:
                print(wrapped(f"{each.assignment.title}: {standing_words(each)}", indent="  "))
    return DONE
