"""The arguments of what scores, and takes calls in and out."""

from pathlib import Path

from roleplay.cli.arguments.shared import Commands, me_option, openings, share, votes


def add_score(commands: Commands) -> None:
    """`roleplay score`."""
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
    score.add_argument("--votes", type=votes, default=1, metavar="K", help="ask the judge so often, up to 9 (1)")
    me_option(score)
    score.add_argument("--json", action="store_true", help="print a roleplay-result/1 object; with --all, a summary")


def add_overrule(commands: Commands) -> None:
    """`roleplay overrule`."""
    overrule = commands.add_parser(
        "overrule",
        help="put a coach's verdict over the scorer's",
        description="Put a coach's verdict over the scorer's, or confirm it. It counts in score and pass; what the "
        "scorer found and what was said before stay beside it.",
    )
    overrule.set_defaults(module="overrule")
    overrule.add_argument("session", metavar="SESSION", help="the session's id")
    overrule.add_argument(
        "criterion",
        metavar="CRITERION",
        help="the criterion's title on the session's scorecard, a beginning that only it has, or its id",
    )
    overrule.add_argument(
        "verdict", nargs="?", metavar="VERDICT", help="met, partial, missed, violated or not_applicable"
    )
    overrule.add_argument("--because", default="", metavar="WHY", help="the reason, for the recruiter to read")
    overrule.add_argument("--turn", metavar="ID", help="the turn that it rests on (t1.6), quoted as evidence")
    overrule.add_argument(
        "--quote",
        metavar="WORDS",
        help="the words of that turn that count, as they are there; its beginning, if not given",
    )
    me_option(overrule, "the coach's name")
    overrule.add_argument("--withdraw", action="store_true", help="take back what was said last")
    overrule.add_argument("--json", action="store_true", help="print a roleplay-result/1 object")


def add_calibrate(commands: Commands) -> None:
    """`roleplay calibrate`."""
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
    calibrate.add_argument("--bar", type=share, default=0.85, metavar="N", help="what all verdicts must reach (0.85)")
    calibrate.add_argument(
        "--criterion-bar", type=share, default=0.7, metavar="N", help="what a criterion of 5 or more must reach (0.7)"
    )
    me_option(calibrate)
    calibrate.add_argument("--json", action="store_true", help="print JSON")


def add_import(commands: Commands) -> None:
    """`roleplay import`."""
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
    imports.add_argument("--openings", type=openings, metavar="N", help="how many openings the recruiter knew of")
    imports.add_argument("--scorecard", metavar="ID", help="score it at once; exit code 1: below the pass mark")
    imports.add_argument("-o", dest="output", type=Path, metavar="OUT", help="write the transcript there")
    imports.add_argument("--json", action="store_true", help="print JSON: the result, or the transcript without one")


def add_export(commands: Commands) -> None:
    """`roleplay export`."""
    export = commands.add_parser(
        "export",
        help="write a session's report for others",
        description="Write a finished session's report: json (transcript and result, for programs), md (for a wiki or "
        "a ticket), html (one page to mail), pdf, csv (a row a criterion, for a spreadsheet), or xapi (statements for "
        "a learning record store). Nothing leaves this machine without --post.",
    )
    export.set_defaults(module="export")
    export.add_argument("session", nargs="?", metavar="SESSION", help="the session's id")
    export.add_argument(
        "--assignment", metavar="A", help="everything that was handed in for it, instead of one session (for coaches)"
    )
    export.add_argument(
        "--format",
        choices=("json", "md", "html", "pdf", "csv", "xapi"),
        help="json, md, html, pdf, csv or xapi; json, if none is given and nothing is posted",
    )
    export.add_argument("-o", dest="output", type=Path, metavar="FILE", help="write it there, or into that folder")
    me_option(export)
    export.add_argument("--force", action="store_true", help="write over a file that is there")
    export.add_argument(
        "--post",
        nargs="?",
        const="",
        metavar="URL",
        help="post the xAPI statements to that learning record store; ROLEPLAY_LRS_URL, if none is given. "
        "ROLEPLAY_LRS_AUTH is KEY:SECRET",
    )
