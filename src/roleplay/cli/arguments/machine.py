"""The arguments of what is about this machine."""

import argparse
from pathlib import Path

from roleplay.cli.arguments.shared import VOICES, Commands, count, seed, voice_options


def add_doctor(commands: Commands) -> None:
    """`roleplay doctor`."""
    doctor = commands.add_parser(
        "doctor",
        help="say what is in use, and whether it works",
        description="Say where data lives, who listens, who voices the personas, where words go, and whether it works.",
    )
    doctor.set_defaults(module="doctor")
    voice_options(doctor)
    doctor.add_argument("--json", action="store_true", help="print JSON")


def add_voice(commands: Commands) -> None:
    """`roleplay voice`."""
    voice = commands.add_parser(
        "voice",
        help="say who voices the other side, or choose",
        description="Without a command: say who voices the other side, who chose that, and what was found.",
    )
    voice.set_defaults(module="voice", does="show", json=False)
    voice.add_argument("--json", action="store_true", help="print JSON")
    does = voice.add_subparsers(title="commands", metavar="COMMAND")
    use = does.add_parser("use", help="remember a choice", description="Remember who voices the other side.")
    use.set_defaults(does="use")
    use.add_argument("voice", metavar="VOICE", help=VOICES)
    use.add_argument("--model", metavar="NAME", help="the model's name at that server; its first, if none is given")
    forget = does.add_parser(
        "forget", help="forget choice and answers", description="Forget the choice, and the answers about servers."
    )
    forget.set_defaults(does="forget")
    key = does.add_parser(
        "key",
        help="keep a key in the system's keyring",
        description="Keep a server's key in the system's keyring. It is read without being shown, or from a pipe.",
    )
    key.set_defaults(does="key")
    key.add_argument("host", nargs="?", metavar="HOST", help="the server's host; the one in use, if none is given")
    key.add_argument("--delete", action="store_true", help="delete it")


def add_worker(commands: Commands) -> None:
    """`roleplay worker`."""
    worker = commands.add_parser(
        "worker",
        help="score what is in the queue of a shared database",
        description="Score what roleplay score --all put into the queue of the database that ROLEPLAY_DB names, until "
        "stopped. Several may run, on as many machines as wanted; jobs of one that dies are done by another.",
    )
    worker.set_defaults(module="worker")
    worker.add_argument("--concurrency", type=count, default=1, metavar="N", help="jobs at a time (1)")
    worker.add_argument(
        "--metrics", type=_address, metavar="[HOST:]PORT", help="serve figures for Prometheus there, at /metrics"
    )
    worker.add_argument("--until-empty", action="store_true", help="stop once nothing waits")


def add_db(commands: Commands) -> None:
    """`roleplay db`."""
    db = commands.add_parser(
        "db",
        help="bring a database up to date, check it, or copy it",
        description="The database that ROLEPLAY_DB names, or the file in the data folder. Without a command: check it.",
    )
    db.set_defaults(module="db", does="check", json=False)
    does = db.add_subparsers(title="commands", metavar="COMMAND")
    for name, says in (
        ("upgrade", "bring its tables up to date; each step is taken whole or not at all"),
        ("check", "say whether its tables are those that this program needs, and what they hold"),
    ):
        command = does.add_parser(name, help=says, description=says.capitalize() + ".")
        command.set_defaults(does=name)
        command.add_argument("--json", action="store_true", help="print JSON")
    copy = does.add_parser(
        "copy",
        help="copy everything into another database, which must be empty",
        description="Copy everything into a database that is empty, and compare both. Whoever copies must own both. "
        "Passwords, sign-ins and jobs aren't copied.",
    )
    copy.set_defaults(does="copy", json=False)
    copy.add_argument("target", metavar="TO", help="a file, or postgresql://NAME@HOST/DATABASE")
    copy.add_argument("--json", action="store_true", help="print JSON")


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536:
        raise argparse.ArgumentTypeError(f"{text!r} is no port; it looks like 9464 or 0.0.0.0:9464")
    return host or "127.0.0.1", int(port)


def add_demo_team(commands: Commands) -> None:
    """`roleplay demo-team`."""
    demo = commands.add_parser(
        "demo-team",
        help="make a team to look around in",
        description="Make a team of eight in a home of its own: ten weeks of sessions that simulated recruiters "
        "played, assignments, and reviews. Your own sessions are never touched.",
    )
    demo.set_defaults(module="demo_team")
    demo.add_argument(
        "--into", type=Path, metavar="DIR", help="the home to make; roleplay-demo in the data folder, if none is given"
    )
    demo.add_argument("--force", action="store_true", help="make it anew where a demo team is already")
    demo.add_argument("--seed", type=seed, default=1, metavar="N", help="the same seed and day give the same team (1)")
    demo.add_argument("--json", action="store_true", help="print JSON")
