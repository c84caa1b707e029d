"""The command line: arguments in, an exit code out. Commands are imported when they run, so that help is quick."""

import argparse
import io
import os
import sys
import traceback
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Final, NoReturn, cast

from roleplay import __version__
from roleplay.cli.command import BAD_INPUT, INTERRUPTED, LAST, Command
from roleplay.errors import RoleplayError

DESCRIPTION: Final = "Practise a recruiting call against somebody who gives nothing away that wasn't earned."

EPILOG: Final = """\
With no command, the program opens at home; where input or output is no terminal, it plays the first scenario
line by line. Personas speak authored lines, and no word leaves the machine, unless you chose a language model: with
--voice, with roleplay voice use, or with OPENAI_API_KEY or OPENAI_BASE_URL (and ROLEPLAY_MODEL, which names the
model). ROLEPLAY_HOME moves the data folder.

Exit codes: 0 done, 1 a check or pass mark failed, 2 wrong use or bad input."""

VOICES: Final = "a server's address, script, or gguf:PATH"


class _Parser(argparse.ArgumentParser):
    """An argument parser whose errors are one line."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and where help is, and exit with 2."""
        self.exit(BAD_INPUT, f"{self.prog}: {message}; see {self.prog} --help\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program; returns its exit code."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    options = build_parser().parse_args(arguments)
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
    parser = _Parser(
        prog="roleplay",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"roleplay {__version__}")
    parser.set_defaults(module="home")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")

    for add in (
        _replay,
        _practice,
        _drill,
        _score,
        _overrule,
        _import,
        _calibrate,
        _listen,
        _voice,
        _doctor,
        _rehearse,
        _check,
        _schema,
        _sessions,
    ):
        add(commands)
    return parser


def _practice(commands: "argparse._SubParsersAction[_Parser]") -> None:
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
    practice.add_argument("--seed", type=_seed, metavar="N", help="the same seed and words give the same session")
    _add_difficulty(practice)
    practice.add_argument(
        "--exam", action="store_true", help="no hints, no brief at hand, no second try from a turn on"
    )
    practice.add_argument("--as", dest="recruiter", metavar="NAME", help="your name")
    _add_voice(practice)
    practice.add_argument(
        "--json", action="store_true", help="print session, transcript and result as JSON; the talk goes to stderr"
    )


def _drill(commands: "argparse._SubParsersAction[_Parser]") -> None:
    drill = commands.add_parser(
        "drill",
        help="answer single lines, scored at once",
        description="One line from the other side, one answer from you, scored at once, on this machine. "
        "What is due comes first, then new cards, most from the decks that train what you missed in past sessions. "
        "One answer a line; an empty line skips a card, /end stops.",
    )
    drill.set_defaults(module="drill")
    drill.add_argument("deck", nargs="?", metavar="DECK", help="a deck's id; all decks, if none is given")
    drill.add_argument("--n", type=_count, default=10, metavar="N", help="how many cards at the most (10)")
    drill.add_argument("--as", dest="recruiter", metavar="NAME", help="your name; cards are kept by it")
    drill.add_argument("--list", action="store_true", help="list the decks with what is due")
    drill.add_argument(
        "--json", action="store_true", help="print the answers with their scores as JSON; the rest to stderr"
    )


def _score(commands: "argparse._SubParsersAction[_Parser]") -> None:
    score = commands.add_parser(
        "score",
        help="score a transcript file, or a past session again",
        description="Score a transcript file, or a past session by its id. A session's new result stands beside the "
        "earlier ones. Exit code 1: below the pass mark.",
    )
    score.set_defaults(module="score")
    score.add_argument(
        "file", nargs="?", type=Path, metavar="FILE", help="a roleplay-transcript/1 file, or a session's id"
    )
    score.add_argument(
        "--all",
        action="store_true",
        help="all sessions that are over, but those that were scored so before; safe to stop and to run again",
    )
    score.add_argument(
        "--scorecard",
        metavar="ID",
        help="default: discovery-call for a file, for a session the one that it was played with",
    )
    score.add_argument(
        "--judge",
        nargs="?",
        const="judged",
        choices=("judged", "all"),
        help="have a language model judge the judged criteria; all: and say where else it hears something different",
    )
    score.add_argument("--votes", type=_votes, default=1, metavar="K", help="ask the judge so often, up to 9 (1)")
    score.add_argument("--json", action="store_true", help="print a roleplay-result/1 object; with --all, a summary")


def _overrule(commands: "argparse._SubParsersAction[_Parser]") -> None:
    overrule = commands.add_parser(
        "overrule",
        help="put a coach's verdict over the scorer's",
        description="Put a coach's verdict over the scorer's, or confirm it. It counts in score and pass; what the "
        "scorer found and what was said before stay beside it.",
    )
    overrule.set_defaults(module="overrule")
    overrule.add_argument("session", metavar="SESSION", help="the session's id")
    overrule.add_argument("criterion", metavar="CRITERION", help="the criterion's id on the session's scorecard")
    overrule.add_argument(
        "verdict", nargs="?", metavar="VERDICT", help="met, partial, missed, violated or not_applicable"
    )
    overrule.add_argument("--because", default="", metavar="WHY", help="the reason, for the recruiter to read")
    overrule.add_argument("--turn", metavar="ID", help="the turn that it rests on (t1.6), quoted as evidence")
    overrule.add_argument(
        "--as", dest="coach", metavar="NAME", help="the coach's name; ROLEPLAY_NAME, if none is given"
    )
    overrule.add_argument("--withdraw", action="store_true", help="take back what was said last")
    overrule.add_argument("--json", action="store_true", help="print a roleplay-result/1 object")


def _calibrate(commands: "argparse._SubParsersAction[_Parser]") -> None:
    calibrate = commands.add_parser(
        "calibrate",
        help="compare the scorer with people's verdicts",
        description="Score every NAME.json in a folder that has a NAME.gold.json, and compare the verdicts. "
        "Exit code 1: a bar isn't reached.",
    )
    calibrate.set_defaults(module="calibrate")
    calibrate.add_argument("folder", nargs="?", type=Path, metavar="DIR", help="the folder")
    calibrate.add_argument(
        "--coach",
        action="store_true",
        help="compare with what coaches said of past sessions, and mark the criteria that a coach should decide",
    )
    calibrate.add_argument(
        "--scorecard", metavar="ID", help="only this one; all that the gold files name, if not given"
    )
    calibrate.add_argument("--bar", type=_share, default=0.85, metavar="N", help="what all verdicts must reach (0.85)")
    calibrate.add_argument(
        "--criterion-bar", type=_share, default=0.7, metavar="N", help="what a criterion of 5 or more must reach (0.7)"
    )
    calibrate.add_argument("--json", action="store_true", help="print JSON")


def _import(commands: "argparse._SubParsersAction[_Parser]") -> None:
    imports = commands.add_parser(
        "import",
        help="make a transcript of a real call or mail thread",
        description="Read a real call or mail thread (WebVTT, SRT, text with names, .eml, .mbox, JSON) and print it as "
        "a roleplay-transcript/1 file, or score it. What isn't given is asked, where input and output are a terminal.",
    )
    imports.set_defaults(module="import_")
    imports.add_argument("file", type=Path, metavar="FILE", help="the file")
    imports.add_argument("--speakers", metavar="NAME=ROLE,…", help="who is who: Jen=recruiter,Dana=cto,Notetaker=skip")
    imports.add_argument(
        "--channel",
        choices=("call", "joint_call", "voicemail", "email", "text"),
        help="call, joint_call, voicemail, email or text; by what is in the file, if none is given",
    )
    imports.add_argument("--title", metavar="TITLE", help="the file's name or the mail's subject, if none is given")
    imports.add_argument("--openings", type=_count, metavar="N", help="how many openings the recruiter knew of")
    imports.add_argument("--scorecard", metavar="ID", help="score it at once; exit code 1: below the pass mark")
    imports.add_argument("-o", dest="output", type=Path, metavar="OUT", help="write the transcript there")
    imports.add_argument("--json", action="store_true", help="print JSON: the result, or the transcript without one")


def _listen(commands: "argparse._SubParsersAction[_Parser]") -> None:
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


def _doctor(commands: "argparse._SubParsersAction[_Parser]") -> None:
    doctor = commands.add_parser(
        "doctor",
        help="say what is in use, and whether it works",
        description="Say where data lives, who listens, who voices the personas, where words go, and whether it works.",
    )
    doctor.set_defaults(module="doctor")
    _add_voice(doctor)
    doctor.add_argument("--json", action="store_true", help="print JSON")


def _voice(commands: "argparse._SubParsersAction[_Parser]") -> None:
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


def _rehearse(commands: "argparse._SubParsersAction[_Parser]") -> None:
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
    rehearse.add_argument("--n", type=_count, default=50, metavar="N", help="games for each, one a seed (50)")
    rehearse.add_argument("--seed", type=_seed, default=1, metavar="N", help="the first seed (1)")
    _add_difficulty(rehearse)
    rehearse.add_argument("--watch", action="store_true", help="show one game as it is played, and why each move")
    rehearse.add_argument("--json", action="store_true", help="print JSON")


def _check(commands: "argparse._SubParsersAction[_Parser]") -> None:
    check = commands.add_parser(
        "check", help="check content files", description="Check personas, scenarios, scorecards and drills."
    )
    check.set_defaults(module="check")
    check.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="files or folders; all content if none")
    check.add_argument(
        "--deep", action="store_true", help="have simulated recruiters play each scenario, and name what fails"
    )
    check.add_argument("--n", type=_count, default=20, metavar="N", help="with --deep: games for each recruiter (20)")
    check.add_argument("--json", action="store_true", help="print the mistakes as JSON")


def _schema(commands: "argparse._SubParsersAction[_Parser]") -> None:
    schema = commands.add_parser("schema", help="print a JSON Schema", description="Print a JSON Schema.")
    schema.set_defaults(module="schema")
    schema.add_argument(
        "name", choices=("persona", "scenario", "scorecard", "drill", "transcript", "result"), metavar="NAME"
    )
    schema.epilog = "NAME: persona, scenario, scorecard, drill, transcript or result."


def _replay(commands: "argparse._SubParsersAction[_Parser]") -> None:
    replay = commands.add_parser(
        "replay",
        help="rebuild a session's state from its record",
        description="Fold a session's record into its state again, and compare with the digest that was kept. "
        "Exit code 1: they differ.",
    )
    replay.set_defaults(module="replay")
    replay.add_argument("id", metavar="ID", help="the session")
    replay.add_argument("--json", action="store_true", help="print the state as JSON")


def _sessions(commands: "argparse._SubParsersAction[_Parser]") -> None:
    sessions = commands.add_parser(
        "sessions", help="list past sessions, or show one", description="List past sessions, or show one."
    )
    sessions.set_defaults(module="sessions")
    sessions.add_argument("id", nargs="?", metavar="ID", help="show this one with its debrief")
    sessions.add_argument("--limit", type=_count, default=20, metavar="N", help="how many to list (20)")
    sessions.add_argument("--json", action="store_true", help="print JSON")


def _add_voice(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--voice", metavar="VOICE", help=f"this time only: {VOICES}")
    parser.add_argument("--model", metavar="NAME", help="the model's name at that server")


def _add_difficulty(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--difficulty",
        choices=("easy", "normal", "hard"),
        default="normal",
        help="how patient and open they are, how soon they cut in, pick up and call back",
    )


def _seed(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) >= 2**63:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 0 on")
    return int(text)


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text) <= 10_000:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 1 to 10000")
    return int(text)


def _votes(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text) <= 9:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 1 to 9")
    return int(text)


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no share from 0 to 1")
    return share


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
