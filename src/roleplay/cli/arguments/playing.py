"""The arguments of what one plays and looks back at."""

from roleplay.cli.arguments.shared import Commands, count, difficulty_option, me_option, seed, voice_options
from roleplay.cli.command import LAST


def add_practice(commands: Commands) -> None:
    """`roleplay practice`."""
    practice = commands.add_parser("practice", help="play a scenario", description="Play a scenario.")
    practice.set_defaults(module="practice")
    practice.add_argument("scenario", nargs="?", metavar="SCENARIO", help="its id; first-call-cto if none is given")
    practice.add_argument("--plain", action="store_true", help="line by line, for pipes and screen readers")
    practice.add_argument(
        "--resume",
        nargs="?",
        const=LAST,
        metavar="ID",
        help="go on with an unfinished session; the last, if none is given",
    )
    practice.add_argument(
        "--again",
        metavar="ID:TURN",
        help="try again from one of your turns on (20260131-k3f9q:t1.6), in a session of its own",
    )
    practice.add_argument("--seed", type=seed, metavar="N", help="the same seed and words give the same session")
    practice.add_argument(
        "--assignment",
        metavar="ID",
        help="begin an attempt at what was assigned to you; scenario, difficulty and exam are as it says",
    )
    difficulty_option(practice, default=None)
    practice.add_argument(
        "--exam", action="store_true", help="no hints, no brief at hand, no second try from a turn on"
    )
    me_option(practice, "your name")
    voice_options(practice)
    practice.add_argument(
        "--json", action="store_true", help="print session, transcript and result as JSON; the talk goes to stderr"
    )


def add_drill(commands: Commands) -> None:
    """`roleplay drill`."""
    drill = commands.add_parser(
        "drill",
        help="answer single lines, scored at once",
        description="One line from the other side, one answer from you, scored at once, on this machine. "
        "What is due comes first, then new cards, most from the decks that train what you missed in past sessions. "
        "One answer a line; an empty line skips a card, /end stops.",
    )
    drill.set_defaults(module="drill")
    drill.add_argument("deck", nargs="?", metavar="DECK", help="a deck's id; all decks, if none is given")
    drill.add_argument("--n", type=count, default=10, metavar="N", help="how many cards at the most (10)")
    me_option(drill, "your name; cards are kept by it")
    drill.add_argument("--list", action="store_true", help="list the decks with what is due")
    drill.add_argument(
        "--json", action="store_true", help="print the answers with their scores as JSON; the rest to stderr"
    )


def add_sessions(commands: Commands) -> None:
    """`roleplay sessions`."""
    sessions = commands.add_parser(
        "sessions", help="list past sessions, or show one", description="List past sessions, or show one."
    )
    sessions.set_defaults(module="sessions")
    sessions.add_argument("id", nargs="?", metavar="ID", help="show this one with its debrief")
    sessions.add_argument("--limit", type=count, default=20, metavar="N", help="how many to list (20)")
    me_option(sessions)
    sessions.add_argument("--json", action="store_true", help="print JSON")


def add_replay(commands: Commands) -> None:
    """`roleplay replay`."""
    replay = commands.add_parser(
        "replay",
        help="rebuild a session's state from its record",
        description="Fold a session's record into its state again, and compare with the digest that was kept. "
        "Exit code 1: they differ.",
    )
    replay.set_defaults(module="replay")
    replay.add_argument("id", metavar="ID", help="the session")
    me_option(replay)
    replay.add_argument("--json", action="store_true", help="print the state as JSON")
