"""What the command line's parts share."""

import argparse
from collections.abc import Mapping
from typing import Final, Protocol

DONE: Final = 0
FAILED: Final = 1
"""A check or a pass mark failed."""
BAD_INPUT: Final = 2
LAST: Final = ""
"""Stands for the last unfinished session where no id is given."""
INTERRUPTED: Final = 130
"""What a shell expects of a program that was interrupted."""


class Command(Protocol):
    """A module of `roleplay.cli` that runs one command."""

    def run(self, options: argparse.Namespace, environment: Mapping[str, str]) -> int:
        """Run it; returns the exit code.

        Raises:
            RoleplayError: told by the caller, in one line.
        """
        ...
