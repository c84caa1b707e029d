"""What the arguments of several commands share. Nothing heavy is imported here, so that help is quick."""

import argparse
from collections.abc import Sequence
from typing import Final, NoReturn, TypeAlias

from roleplay.cli.command import BAD_INPUT
from roleplay.errors import RoleplayError

VOICES: Final = "a server's address, script, or gguf:PATH"


class Parser(argparse.ArgumentParser):
    """An argument parser whose errors are one line, and name the help of the command that was meant."""

    def parse_known_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> tuple[argparse.Namespace, list[str]]:
        """Refuse what isn't known here; argparse would leave that to the first parser, which names its own help."""
        found, unknown = super().parse_known_args(args, namespace)
        if unknown:
            self.error(f"unrecognized arguments: {' '.join(unknown)}")
        return found, unknown

    def _check_value(self, action: argparse.Action, value: object) -> None:
        """Name the near commands where there is none of that name; argparse would name them all."""
        if isinstance(action, argparse._SubParsersAction) and value not in action.choices:
            from difflib import get_close_matches

            near = get_close_matches(str(value), action.choices, n=3)
            meant = f" (did you mean {' or '.join(near)}?)" if near else ""
            raise argparse.ArgumentError(None, f"no command {value!r}{meant}")
        super()._check_value(action, value)

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and where help is, and exit with 2."""
        self.exit(BAD_INPUT, f"{self.prog}: {message}; see {self.prog} --help\n")


Commands: TypeAlias = "argparse._SubParsersAction[Parser]"
"""What commands are added to."""


def voice_options(parser: argparse.ArgumentParser) -> None:
    """Who voices the other side, this time."""
    parser.add_argument("--voice", metavar="VOICE", help=f"this time only: {VOICES}")
    parser.add_argument("--model", metavar="NAME", help="the model's name at that server")


def me_option(parser: argparse.ArgumentParser, who: str = "who you are, where there is a team") -> None:
    """Who sits here; it may stand before the command, too."""
    parser.add_argument(
        "--as", dest="me", default=argparse.SUPPRESS, metavar="NAME", help=f"{who}; ROLEPLAY_NAME, if not given"
    )


def difficulty_option(parser: argparse.ArgumentParser, default: str | None = "normal") -> None:
    """How hard the people make it. `default`: None, where one must know whether it was chosen."""
    parser.add_argument(
        "--difficulty",
        choices=("easy", "normal", "hard"),
        default=default,
        help="how patient and open they are, how soon they cut in, pick up and call back",
    )


def seed(text: str) -> int:
    """A seed."""
    if not text.isascii() or not text.isdigit() or int(text) >= 2**63:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 0 on")
    return int(text)


def count(text: str) -> int:
    """A number of things."""
    if not text.isascii() or not text.isdigit() or not 0 < int(text) <= 10_000:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 1 to 10000")
    return int(text)


def openings(text: str) -> int:
    """A number of openings."""
    from roleplay.exchange.asking import openings_in

    try:
        return openings_in(text)
    except RoleplayError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def votes(text: str) -> int:
    """How often a judge is asked."""
    if not text.isascii() or not text.isdigit() or not 0 < int(text) <= 9:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 1 to 9")
    return int(text)


def share(text: str) -> float:
    """A share of a whole."""
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no share from 0 to 1")
    return share
