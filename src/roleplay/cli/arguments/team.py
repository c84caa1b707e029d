"""The arguments of what a team does."""

import argparse
from pathlib import Path

from roleplay.cli.arguments.shared import Commands, Parser, count, me_option

DUTIES = ("recruiter", "coach", "admin")
FOR_GOOD = "forever"


def add_team(commands: Commands) -> None:
    """`roleplay team`."""
    team = commands.add_parser(
        "team",
        help="add and change the people of a team, and see what is held on them",
        description="The people who share this store. Without a command: list them. The first ones may be added by "
        "anybody, with an admin or a coach among them; from then on everybody says who they are.",
    )
    team.set_defaults(module="team", does="list", json=False)
    does = team.add_subparsers(title="commands", metavar="COMMAND")
    _add_people(does)
    _add_held(does)


def _add_people(does: Commands) -> None:
    add = _command(does, "add", "add somebody")
    add.add_argument("name", metavar="NAME", help="their name; sessions are theirs by it")
    _person_options(add)
    listed = _command(does, "list", "list everybody")
    listed.add_argument("--json", action="store_true", help="print JSON")
    change = _command(
        does, "change", "change somebody's duty, e-mail or teams; everybody chooses --board for themselves"
    )
    change.add_argument("name", metavar="NAME", help="their name or e-mail")
    _person_options(change)
    change.add_argument("--board", choices=("yes", "no"), help="stand on the leader board, or leave it")
    remove = _command(does, "remove", "take somebody out of the team; their sessions stay")
    remove.add_argument("name", metavar="NAME", help="their name or e-mail")
    invite = _command(does, "invite", "make a code by which somebody can sign in, once")
    invite.add_argument("name", metavar="NAME", help="their name or e-mail")
    imported = _command(does, "import", "add everybody in a CSV file, or nobody where it has a mistake")
    imported.add_argument(
        "file", type=Path, metavar="FILE", help="columns name, email, duty and team; only name must be there"
    )
    imported.add_argument("--dry-run", action="store_true", help="say who would be added, and add nobody")


def _add_held(does: Commands) -> None:
    export = _command(does, "export-person", "give out all that is held on somebody, as JSON", module="held")
    export.add_argument("name", metavar="NAME", help="their name or e-mail; your own, if you are no admin")
    export.add_argument("-o", dest="output", type=Path, metavar="FILE", help="write it there")
    export.add_argument("--force", action="store_true", help="write over a file that is there")
    erase = _command(does, "erase", "delete all that is held on somebody, for good", module="held")
    erase.add_argument("name", metavar="NAME", help="their name or e-mail")
    erase.add_argument("--yes", action="store_true", help="don't ask for the name to be typed")
    expire = _command(does, "expire", "delete sessions that are older than so many days, now", module="held")
    expire.add_argument("days", type=_days, metavar="DAYS", help="how many days")
    keep = _command(does, "keep", "say for how long sessions are kept from now on", module="held")
    keep.add_argument(
        "days", type=_days_or_good, metavar="DAYS", help=f"older ones go whenever somebody sits down; or {FOR_GOOD}"
    )
    log = _command(does, "log", "show what was done, by whom and when", module="held")
    log.add_argument("--limit", type=count, default=50, metavar="N", help="how many of the latest (50)")
    log.add_argument("--json", action="store_true", help="print JSON")


def add_signin(commands: Commands) -> None:
    """`roleplay signin`."""
    signin = commands.add_parser(
        "signin",
        help="sign in to a database that a team shares",
        description="Sign in by your password; the first time, or where you forgot it, by a code that an admin makes "
        "with roleplay team invite. The password is read without being shown, or from a pipe.",
    )
    signin.set_defaults(module="signin", does="in")
    signin.add_argument("name", nargs="?", metavar="NAME", help="your name or e-mail")
    signin.add_argument("--code", metavar="CODE", help="a code that you were given; it asks for a new password")


def add_signout(commands: Commands) -> None:
    """`roleplay signout`."""
    signout = commands.add_parser("signout", help="sign out", description="End what you signed in with.")
    signout.set_defaults(module="signin", does="out")
    signout.add_argument("name", nargs="?", metavar="NAME", help="who, where several are signed in")


def add_assign(commands: Commands) -> None:
    """`roleplay assign`."""
    assign = commands.add_parser(
        "assign",
        help="assign a scenario, or show how far everybody is",
        description="Assign a scenario as it is now to people or teams. --list shows a coach how far everybody is, and "
        "a recruiter what is assigned to them.",
    )
    assign.set_defaults(module="assign")
    assign.add_argument("scenario", nargs="?", metavar="SCENARIO", help="its id")
    assign.add_argument("--to", action="append", default=[], metavar="NAME", help="somebody; may be given again")
    assign.add_argument("--team", action="append", default=[], metavar="T", help="a team's recruiters; likewise")
    assign.add_argument("--due", metavar="WHEN", help="2026-12-01, or '2026-12-01 17:00'")
    assign.add_argument(
        "--zone", metavar="ZONE", help="of the due time, as Europe/London; this machine's, if not given"
    )
    assign.add_argument("--pass-mark", type=float, metavar="N", help="of 100; the scorecard's own, if not given")
    assign.add_argument("--attempts", type=count, metavar="N", help="how many may be handed in (3)")
    assign.add_argument("--exam", action="store_true", help="no hints, no brief; each attempt is handed in as it ends")
    assign.add_argument("--difficulty", choices=("easy", "normal", "hard"), help="normal, if not given")
    assign.add_argument(
        "--after",
        action="append",
        default=[],
        metavar="A",
        help="an assignment to be passed before; may be given again",
    )
    assign.add_argument("--title", metavar="TITLE", help="the scenario's own, if not given")
    assign.add_argument("--scorecard", metavar="ID", help="score by this one instead of the scenario's own")
    assign.add_argument("--list", action="store_true", help="show how far you are, or, for a coach, everybody")
    assign.add_argument("--withdraw", metavar="A", help="take an assignment back; what was played for it stays")
    me_option(assign)
    assign.add_argument("--json", action="store_true", help="print JSON")


def add_submit(commands: Commands) -> None:
    """`roleplay submit`."""
    submit = commands.add_parser(
        "submit",
        help="hand a session in",
        description="Hand a session in: a coach sees it from then on. It can't be taken back.",
    )
    submit.set_defaults(module="submit")
    submit.add_argument("session", metavar="SESSION", help="the session's id")
    me_option(submit)


def add_review(commands: Commands) -> None:
    """`roleplay review`."""
    review = commands.add_parser(
        "review",
        help="review what was handed in",
        description="Without a session: what waits for a coach. With one: its verdicts and its words, or what you do "
        "about it. roleplay overrule decides a verdict.",
    )
    review.set_defaults(module="review")
    review.add_argument("session", nargs="?", metavar="SESSION", help="the session's id")
    review.add_argument("--next", action="store_true", help="show the first one that waits")
    review.add_argument("--comment", metavar="WORDS", help="write about all of it, or about --turn")
    review.add_argument("--turn", metavar="ID", help="the turn that the comment is about (t1.4)")
    review.add_argument(
        "--accept",
        nargs="*",
        metavar="CRITERION",
        help="let these verdicts stand; without any, all that the scorer is sure of",
    )
    review.add_argument("--sign-off", action="store_true", help="be done with it")
    review.add_argument("--send-back", metavar="WORDS", help="ask for more practice")
    review.add_argument("--drill", metavar="DECK", help="the deck to practise, with --send-back")
    review.add_argument("--scenario", metavar="SCENARIO", help="the scenario to play, with --send-back")
    me_option(review)
    review.add_argument("--json", action="store_true", help="print JSON")


def add_dispute(commands: Commands) -> None:
    """`roleplay dispute`."""
    dispute = commands.add_parser(
        "dispute",
        help="say that a verdict should be otherwise",
        description="Say that a verdict on your session should be otherwise; a coach decides.",
    )
    dispute.set_defaults(module="dispute")
    dispute.add_argument("session", metavar="SESSION", help="the session's id")
    dispute.add_argument("criterion", metavar="CRITERION", help="the criterion's title, or its id")
    dispute.add_argument("words", metavar="WHY", help="why, in a line")
    me_option(dispute)


def add_progress(commands: Commands) -> None:
    """`roleplay progress`."""
    progress = commands.add_parser(
        "progress",
        help="show how skills grow",
        description="Your page: every skill with first, best and latest try, the weakest, and your scores; without a "
        "team, of all that was played here under your name. For a coach without a name: everybody's skills side by "
        "side.",
    )
    progress.set_defaults(module="skills")
    progress.add_argument("name", nargs="?", metavar="NAME", help="whose; in a team, another's page is for coaches")
    progress.add_argument("--team", metavar="T", help="side by side, only this team")
    progress.add_argument("--board", action="store_true", help="the leader board of those who chose to stand on it")
    me_option(progress)
    progress.add_argument("--json", action="store_true", help="print JSON")


def _command(does: Commands, name: str, about: str, module: str = "team") -> Parser:
    parser = does.add_parser(name, help=about, description=f"{about[0].upper()}{about[1:]}.")
    parser.set_defaults(module=module, does=name)
    me_option(parser)
    return parser


def _person_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--email", metavar="ADDRESS", help="their e-mail")
    parser.add_argument("--duty", choices=DUTIES, help="what they may do: recruiter, coach or admin")
    parser.add_argument("--team", action="append", metavar="T", help="a team that they are in; may be given again")


def _days(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text) <= 100_000:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of days from 1 to 100000")
    return int(text)


def _days_or_good(text: str) -> int | str:
    return text if text == FOR_GOOD else _days(text)
