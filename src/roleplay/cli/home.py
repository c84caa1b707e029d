"""`roleplay` alone: the terminal program at home, or the first scenario line by line."""

import argparse
import asyncio
import sys
from collections.abc import Mapping

from roleplay.cli import practice


def run(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    """Open at home; where input or output is no terminal, play the first scenario line by line."""
    if not practice.is_terminal(sys.stdin, sys.stdout):
        options = argparse.Namespace(
            scenario=None,
            plain=True,
            resume=None,
            again=None,
            seed=None,
            assignment=None,
            json=False,
            difficulty=None,
            exam=False,
            voice=None,
            model=None,
            **vars(options),
        )
        return practice.run(options, environment)
    from roleplay.tui.app import Start
    from roleplay.tui.app import run as run_app

    return asyncio.run(run_app(environment, Start(recruiter=options.me)))
