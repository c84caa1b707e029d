"""The arguments of what authors use."""

from pathlib import Path

from roleplay.cli.arguments.shared import Commands, count, difficulty_option, seed


def add_check(commands: Commands) -> None:
    """`roleplay check`."""
    check = commands.add_parser(
        "check", help="check content files", description="Check personas, scenarios, scorecards and drills."
    )
    check.set_defaults(module="check")
    check.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="files or folders; all content if none")
    check.add_argument(
        "--deep", action="store_true", help="have simulated recruiters play each scenario, and name what fails"
    )
    check.add_argument("--n", type=count, default=20, metavar="N", help="with --deep: games for each recruiter (20)")
    check.add_argument("--json", action="store_true", help="print the mistakes as JSON")


def add_schema(commands: Commands) -> None:
    """`roleplay schema`."""
    schema = commands.add_parser("schema", help="print a JSON Schema", description="Print a JSON Schema.")
    schema.set_defaults(module="schema")
    schema.add_argument(
        "name", choices=("persona", "scenario", "scorecard", "drill", "transcript", "result"), metavar="NAME"
    )
    schema.epilog = "NAME: persona, scenario, scorecard, drill, transcript or result."


def add_rehearse(commands: Commands) -> None:
    """`roleplay rehearse`."""
    rehearse = commands.add_parser(
        "rehearse",
        help="have simulated recruiters play scenarios",
        description="Simulated recruiters play scenarios through the practice loop. Exit code 1: a scenario fails.",
    )
    rehearse.set_defaults(module="rehearse")
    rehearse.add_argument("scenarios", nargs="*", metavar="SCENARIO", help="all, if none is given")
    rehearse.add_argument(
        "--recruiters",
        default="all",
        metavar="KINDS",
        help="of novice, pitcher, pusher, writer, skilled, perfect, with commas between",
    )
    rehearse.add_argument("--n", type=count, default=50, metavar="N", help="games for each, one a seed (50)")
    rehearse.add_argument("--seed", type=seed, default=1, metavar="N", help="the first seed (1)")
    difficulty_option(rehearse)
    rehearse.add_argument("--watch", action="store_true", help="show one game as it is played, and why each move")
    rehearse.add_argument("--json", action="store_true", help="print JSON")


def add_listen(commands: Commands) -> None:
    """`roleplay listen`."""
    listen = commands.add_parser(
        "listen",
        help="read turns or messages for what they do",
        description="Read a file of turns or messages, one JSON object a line, and print what is heard in each.",
    )
    listen.set_defaults(module="listen")
    listen.add_argument("file", type=Path, metavar="FILE", help="a .jsonl file of rows with an id and a text")
    kinds = listen.add_mutually_exclusive_group()
    kinds.add_argument("--written", action="store_true", help="written messages, read for sensitive content")
    kinds.add_argument("--other", action="store_true", help="turns of the other side")
    listen.add_argument("--eval", action="store_true", help="compare with the file's labels, and show the worst rows")
    listen.add_argument("--ear", action="store_true", help="ask the language model where the local reading is unsure")
    listen.add_argument("--json", action="store_true", help="with --eval: print the figures as JSON")
