"""The arguments of what is about this machine."""

from pathlib import Path

from roleplay.cli.arguments.shared import VOICES, Commands, seed, voice_options


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
