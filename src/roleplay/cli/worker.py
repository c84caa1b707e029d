"""`roleplay worker`: scores what is in the queue of a shared database, until it is stopped."""

import argparse
import asyncio
from collections.abc import Mapping

from roleplay.cli.command import DONE
from roleplay.errors import SettingsError
from roleplay.keys import SystemKeyring
from roleplay.settings import read_settings
from roleplay.store.database import place_of

ALONE = "workers are for a database that is shared: ROLEPLAY_DB names it; in a file, roleplay score --all does the work"


def run(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    """Work until it is stopped; SIGTERM and Ctrl-C let the job at hand end."""
    settings = read_settings(environment, keys=SystemKeyring())
    if settings.shared is None:
        raise SettingsError(ALONE)
    place_of(settings.sessions)  # which says so where the extra isn't installed
    from roleplay.jobs.service import work

    asyncio.run(
        work(
            settings,
            concurrency=options.concurrency,
            metrics_at=options.metrics,
            until_empty=options.until_empty,
        )
    )
    return DONE
