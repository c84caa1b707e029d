"""Sitting down as somebody of a team, for one command."""

import argparse
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager

from roleplay.roster.people import Person
from roleplay.studio import Studio


@asynccontextmanager
async def seated(
    options: argparse.Namespace, environment: Mapping[str, str], *, has_library: bool = False
) -> AsyncGenerator[tuple[Studio, Person], None]:
    """The studio, and whoever of the team sits there.

    Raises:
        SettingsError: there is no team, or nobody said who they are.
        DutyError: nobody in the team is called that.
    """
    studio = await Studio.open(environment, has_library=has_library, name=options.me)
    try:
        yield studio, studio.member
    finally:
        await studio.aclose()
