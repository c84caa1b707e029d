"""The command line: arguments in, an exit code out. Commands are imported when they run, so that help is quick."""

import argparse
import io
import os
import sys
import traceback
from collections.abc import Sequence
from importlib import import_module
from typing import Final, cast

from roleplay import __version__
from roleplay.cli.arguments import content, machine, playing, scoring, team
from roleplay.cli.arguments.shared import Parser
from roleplay.cli.command import BAD_INPUT, INTERRUPTED, Command
from roleplay.errors import RoleplayError

DESCRIPTION: Final = "Practise a recruiting call against somebody who gives nothing away that wasn't earned."

EPILOG: Final = """\
With no command, the program opens at home; where input or output is no terminal, it plays the first scenario
line by line. Personas speak authored lines, and no word leaves the machine, unless you chose a language model: with
--voice, with roleplay voice use, or with OPENAI_API_KEY or OPENAI_BASE_URL (and ROLEPLAY_MODEL, which names the
model). ROLEPLAY_HOME moves the data folder.

Exit codes: 0 done, 1 a check or pass mark failed, 2 wrong use or bad input."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program; returns its exit code."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    given = sys.argv[1:] if arguments is None else list(arguments)
    broken = next((each for each in given if not _is_text(each)), None)
    if broken is not None:
        print(f"roleplay: {broken!r} isn't text in UTF-8; type it again", file=sys.stderr)
        return BAD_INPUT
    options = build_parser().parse_args(given)
    if sys.stdin is None or sys.stdout is None:
        return BAD_INPUT  # closed by whoever started the program: there is nobody to tell
    command = cast(Command, import_module(f"roleplay.cli.{options.module}"))
    try:
        return command.run(options, os.environ)
    except RoleplayError as error:
        for line in str(error).splitlines():
            print(f"roleplay: {line}" if not _is_located(line) else line, file=sys.stderr)
        return BAD_INPUT
    except KeyboardInterrupt:
        print(file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:  # noqa: BLE001 - the top of a command: logged, and told in one line
        print(f"roleplay: this is a mistake in the program: {_log(error)}", file=sys.stderr)
        return BAD_INPUT


def build_parser() -> argparse.ArgumentParser:
    """The whole command line."""
    parser = Parser(
        prog="roleplay",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"roleplay {__version__}")
    parser.add_argument("--as", dest="me", metavar="NAME", help="who you are; it may stand after a command, too")
    parser.set_defaults(module="home")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    for add in (
        playing.add_replay,
        playing.add_practice,
        playing.add_drill,
        scoring.add_score,
        scoring.add_overrule,
        scoring.add_export,
        scoring.add_import,
        scoring.add_calibrate,
        content.add_listen,
        machine.add_voice,
        machine.add_doctor,
        machine.add_worker,
        machine.add_db,
        content.add_rehearse,
        content.add_check,
        content.add_schema,
        playing.add_sessions,
        team.add_team,
        team.add_signin,
        team.add_signout,
        team.add_assign,
        team.add_submit,
        team.add_review,
        team.add_dispute,
        team.add_progress,
        machine.add_demo_team,
    ):
        add(commands)
    return parser


def _is_text(argument: str) -> bool:
    """Whether an argument can be kept and shown: Python holds bytes that are no text as halves of characters."""
    try:
        argument.encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_located(line: str) -> bool:
    """Whether a line names a file and a line itself, as compilers do."""
    parts = line.split(":", 2)
    return len(parts) == 3 and parts[1].isdigit()


def _log(error: Exception) -> str:
    """Write the traceback where it can be read, and say where."""
    from roleplay.settings import read_settings

    what = f"{type(error).__name__}: {error}".splitlines()[0]
    try:
        path = read_settings(os.environ).home / "roleplay.log"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as log:
            traceback.print_exception(error, file=log)
    except Exception:  # noqa: BLE001 - whatever keeps the log from being written, the error itself is told
        return what
    return f"{what}; details are in {path}"


if __name__ == "__main__":
    sys.exit(main())
