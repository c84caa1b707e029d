"""Files as older versions of the program left them."""

import sqlite3
from contextlib import closing
from importlib import import_module
from pathlib import Path
from typing import Final

STEPS: Final = ("sessions", "opinions", "spent", "drill_cards", "scored_again", "teams")
"""The steps that files had a number for."""


def dump(path: Path) -> str:
    """All that a file holds, as SQL."""
    with closing(sqlite3.connect(path)) as connection:
        return "\n".join(connection.iterdump())


def old_file(path: Path, steps: int) -> sqlite3.Connection:
    """A file by the first so many steps, numbered as it then was; close it before a store opens it."""
    connection = sqlite3.connect(path)
    for number, name in enumerate(STEPS[:steps], 1):
        connection.executescript(import_module(f"roleplay.store.migrations.versions.v{number:04}_{name}").SQLITE)
    connection.execute(f"PRAGMA user_version = {steps}")
    return connection
