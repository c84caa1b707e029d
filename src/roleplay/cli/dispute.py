"""`roleplay dispute`: say that a verdict should be otherwise."""

import argparse
import asyncio
from collections.abc import Mapping

from roleplay.cli.command import DONE
from roleplay.cli.seat import seated
from roleplay.team.moves import Dispute, make


def run(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    """Dispute it; a coach decides."""
    return asyncio.run(_run(options, environment))


async def _run(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    async with seated(options, environment) as (studio, me):
        session = await studio.store.session(options.session)
        print(await make(studio.team, me, session, Dispute(options.criterion, options.words.strip())))
    return DONE
