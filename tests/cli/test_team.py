"""A team on the command line: people, assigning, handing in, reviewing, progress, and what is held on whom."""

import io
import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from roleplay.cli.main import main
from tests.cli.test_commands import SKILLED, one_line
from tests.cli.test_commands import run as in_a_process
from tests.firm import Firm, on_both

POOR = "Hi Dana, this is Jen Ortiz.\nWe're the best agency in town.\n"
PEOPLE = """\
Name,Email,Team
Jen Ortiz,jen@example.com,North
Sam Field,sam@example.com,North
Kim Lee,kim@example.com,South
René Dubois,rene@example.com,South
Ola Berg,ola@example.com,"North;South"
Mia Brandt,,North
Tom Reed,,South
Zoe Hart,,North
"""
DEADLINE_S = 60


class Done(NamedTuple):
    """What a command came to."""

    code: int
    out: str
    err: str

    @property
    def told(self) -> Any:
        """Its JSON."""
        assert self.code == 0, self.err
        return json.loads(self.out)


Run = Callable[..., Done]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, firm: Firm, own_home: Path) -> Run:
    """Runs a command in this process; `given` is its standard input.

    On a server the program logs in as in a firm: as its owner for the first person, and then as whoever is signed in.
    """

    def run_it(*arguments: str | Path, me: str | None = None, given: str = "") -> Done:
        monkeypatch.setattr("sys.stdin", io.StringIO(given))
        is_first = arguments[:2] in {("team", "add"), ("team", "import")} and me is None
        for name, value in firm.environment("keeper" if is_first else "desk").items():
            monkeypatch.setenv(name, value)
        code = main([*(("--as", me) if me else ()), *map(str, arguments)])
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        if arguments[:1] == ("team",):
            firm.sign_in(own_home)
        return Done(code, out, err)

    return run_it


@pytest.fixture
def people(tmp_path: Path) -> Path:
    """A file of eight people."""
    path = tmp_path / "people.csv"
    path.write_text(PEOPLE, encoding="utf-8")
    return path


@pytest.fixture
def team(run: Run, people: Path) -> Run:
    """A coach and eight recruiters."""
    assert run("team", "add", "Cora Coach", "--duty", "coach").code == 0
    assert run("team", "import", people, me="Cora").code == 0
    return run


def refused(done: Done, why: str) -> None:
    assert done.code == 2
    assert why in done.err
    assert one_line(done.err), done.err
    assert done.out == ""


def assign(run: Run, *arguments: str, due: str = "2035-01-01", scenario: str = "first-call-cto") -> str:
    done = run("assign", scenario, "--due", due, "--zone", "Europe/London", *arguments, "--json", me="Cora")
    return str(done.told["id"])


def play(run: Run, me: str, assignment: str, given: str = SKILLED) -> str:
    done = run("practice", "--assignment", assignment, "--seed", "4", "--json", me=me, given=given)
    return str(done.told["session"])


def standing(run: Run, me: str) -> dict[str, Any]:
    (one,) = run("assign", "--list", "--json", me=me).told
    return dict(one)


def assign_that_is_soon_due(run: Run, name: str) -> str:
    """An assignment that is due in as few seconds as it takes to make it."""
    for ahead_s in (1, 2, 4, 8, 16):
        due = datetime.now(UTC) + timedelta(seconds=ahead_s)
        done = run("assign", "seven-minutes", "--to", name, "--due", due.isoformat(), "--json", me="Cora")
        if done.code == 0:
            return str(done.told["id"])
        assert "over already" in done.err
    raise AssertionError("an assignment takes longer than 16 s to make")


@on_both
def test_a_team_from_its_list_of_people_to_skills_that_grow(team: Run) -> None:
    run = team
    call = assign(run, "--team", "North", "--pass-mark", "60", "--title", "Your first call")
    late = assign_that_is_soon_due(run, "Kim")

    # Two practise; one hands in twice, and passes.
    poor = play(run, "Jen", call, POOR)
    assert run("submit", poor, me="Jen").out.startswith("Handed in. A coach sees it from now on.")
    assert standing(run, "Jen")["status"] == "in_progress"
    good = play(run, "Jen", call)
    private = play(run, "Sam", call)
    told = run("submit", good, me="Jen").out
    assert "Your first call: ✓ passed" in told
    assert "2 of 3 attempts" in told
    assert f"Not handed in yet: roleplay submit {private}" in run("assign", "--list", me="Sam").out
    refused(run("practice", "--assignment", call, me="Jen"), "no attempt can begin now; it is passed")

    # The coach sees what was handed in, who is late, and nothing else.
    ends = time.monotonic() + DEADLINE_S
    while not any(each["why"] == "overdue" for each in run("review", "--json", me="Cora").told):
        assert time.monotonic() < ends, "it never is overdue"
    queue = [(each["why"], each["person"], each["session"]) for each in run("review", "--json", me="Cora").told]
    assert queue == [
        ("submitted", "Jen Ortiz", poor),
        ("submitted", "Jen Ortiz", good),
        ("overdue", "Kim Lee", None),
    ]
    refused(run("review", private, me="Cora"), "wasn't handed in")
    everybody = run("assign", "--list", me="Cora").out
    assert "Jen Ortiz   ✓ passed · 2 of 3 attempts" in everybody
    assert f"{late}: " in everybody
    assert "! overdue" in everybody

    # She reads, writes at a turn, overrules, and sends it back.
    shown = run("review", "--next", me="Cora").out
    assert "t1.2  Jen: Hi Dana, this is Jen Ortiz." in shown
    assert run("review", poor, "--comment", "Ask before you sell.", "--turn", "t1.4", me="Cora").code == 0
    overruled = run("overrule", poor, "no_disparaging", "violated", "--because", "“Best” is a dig.", me="Cora")
    assert "Coach Cora Coach: “Best” is a dig." in overruled.out
    assert run("review", poor, "--send-back", "Drill the bump.", "--drill", "the-bump", me="Cora").code == 0

    # The recruiter reads it, and disputes a verdict; it waits again, before everything else.
    own = run("sessions", poor, me="Jen").out
    assert "Sent back by Cora Coach" in own
    assert "To do: roleplay drill the-bump" in own
    assert "» Cora Coach, " in own.split("  t1.4 ")[1]
    assert run("dispute", poor, "run nobody", "I named nobody.", me="Jen").out == "Disputed. A coach decides.\n"
    assert run("review", "--json", me="Cora").told[0]["why"] == "disputed"
    assert "no_disparaging (disputed)" in run("review", poor, me="Cora").out
    refused(run("review", poor, "--sign-off", me="Cora"), "no_disparaging: disputed")
    assert run("overrule", poor, "run nobody down", "--withdraw", me="Cora").code == 0
    assert "Signed off." in run("review", poor, "--sign-off", me="Cora").out
    assert "Signed off." in run("review", good, "--accept", "--sign-off", me="Cora").out
    assert [each["why"] for each in run("review", "--json", me="Cora").told] == ["overdue"]

    # Skills have grown, and both see it.
    page = run("progress", "--json", me="Jen").told
    assert page == run("progress", "Jen", "--json", me="Cora").told
    assert page["skills"]["pain"]["first"] == 0
    assert page["skills"]["pain"]["latest"] == 1
    assert [point[1] for point in page["points"]] == [poor, good]
    assert "Ask what hurts: fair" in run("progress", me="Jen").out
    side_by_side = run("progress", "--team", "North", me="Cora").out
    assert "59 fair" in side_by_side
    assert "Kim" not in side_by_side


def test_without_a_team_nothing_of_one_is_asked_or_seen(run: Run) -> None:
    assert run("team").out.startswith("There is no team here")
    assert run("team", "list", "--json").told == []
    session = run("practice", "--json", given=POOR).told["session"]
    assert "submit" not in run("sessions", session).out
    assert "recruiter" not in run("doctor").out
    assert run("overrule", session, "pain", "met", "--because", "Yes.", me="Mia").code == 0
    for command in (("review",), ("submit", session), ("assign", "--list"), ("progress", "--board"), ("team", "log")):
        refused(run(*command), "there is no team here; roleplay team add NAME --duty admin begins one")


def test_somebody_alone_has_a_page_of_what_they_played(run: Run) -> None:
    assert run("progress").out == "Nothing was scored yet.\n"
    nameless = run("practice", "--json", given=POOR).told["session"]
    page = run("progress", "--json").told
    assert (page["name"], page["skills"]["pain"]["tries"]) == ("", 1)
    assert [point[1] for point in page["points"]] == [nameless]
    assert run("progress").out.startswith("No weak skill: ")
    assert run("progress", me="Jen").out == "Jen: nothing was scored yet.\n"
    named = run("practice", "--json", "--seed", "4", me="Jen", given=SKILLED).told["session"]
    for mine in (run("progress", "--json", me="Jen"), run("progress", "Jen", "--json")):
        assert (mine.told["name"], [point[1] for point in mine.told["points"]]) == ("Jen", [named])
    assert run("progress", "--json").told["skills"]["pain"]["tries"] == 2
    assert "Ask what hurts: " in run("progress").out


@on_both
def test_in_a_team_every_command_that_opens_sessions_asks_who_it_is_for(team: Run) -> None:
    session = str(team("practice", "--seed", "4", "--json", me="Jen", given=SKILLED).told["session"])
    commands = [
        ("sessions",), ("sessions", session), ("replay", session), ("score", session), ("score", "--all"), ("drill",),
        ("overrule", session, "pain", "met", "--because", "Yes."), ("calibrate", "--coach"), ("export", session),
        ("practice",), ("practice", "--again", f"{session}:t1.4"), ("practice", "--resume"), (),
    ]  # fmt: skip
    for command in commands:
        refused(team(*command), "say who you are with --as NAME")
    for command in (("sessions", session), ("replay", session), ("score", session), ("export", session)):
        refused(team(*command, me="Sam"), "is somebody else's")
        refused(team(*command, me="Cora"), "wasn't handed in")
        assert team(*command, me="Jen").code == 0
    assert team("sessions", "--json", me="Sam").told == []
    assert team("score", "--all", "--json", me="Sam").told["sessions"] == 0
    assert "9 people: 1 coach, 8 recruiters" in team("doctor").out


@on_both
def test_a_recruiter_neither_overrules_nor_sees_others_in_a_process_of_its_own(team: Run) -> None:
    session = play(team, "Jen", assign(team, "--to", "Jen"))
    team("submit", session, me="Jen")
    for command, why in (
        (("overrule", session, "pain", "met", "--because", "Yes."), "only a coach reviews"),
        (("review",), "only a coach sees everybody's assignments"),
        (("progress", "Sam"), "only a coach sees others' progress"),
        (("progress", "--team", "North"), "only a coach sees everybody's progress"),
        (("assign", "first-call-cto", "--to", "Sam", "--due", "2035-01-01"), "only a coach assigns"),
        (("assign", "first-call-cto", "--to", "Sam"), "only a coach assigns"),
        (("assign",), "only a coach assigns"),
        (("team", "add", "New One"), "only a coach adds people"),
        (("team", "log"), "only a coach reads what was done"),
    ):
        done = in_a_process(*command, "--as", "jen@example.com")
        refused(Done(done.returncode, done.stdout, done.stderr), why)


@on_both
def test_an_exam_is_played_as_assigned_and_handed_in_as_it_ends(team: Run) -> None:
    exam = assign(team, "--to", "Jen", "--exam", "--difficulty", "hard", "--attempts", "1", "--scorecard", "unstick")
    for beside in (("first-call-cto",), ("--exam",), ("--difficulty", "easy"), ("--resume",), ("--again", "x:t1.2")):
        refused(
            team("practice", "--assignment", exam, *beside, me="Jen"), "begins an attempt as it was assigned; leave"
        )
    refused(team("practice", "--assignment", exam, me="Sam"), "isn't for you")
    played = team("practice", "--assignment", exam, me="Jen", given=f"/hint\n{POOR}").out
    assert "An exam: no hints" in played
    assert "Handed in " in played
    assert "roleplay submit" not in played
    (session,) = team("sessions", "--json", me="Cora").told
    assert (session["mode"], session["assignment"]) == ("exam", exam)
    assert team("sessions", session["id"], "--json", me="Jen").told["result"]["scorecard"] == "unstick"
    assert standing(team, "Jen")["status"] == "failed"


@on_both
def test_after_a_coached_attempt_one_line_says_how_to_hand_it_in(team: Run) -> None:
    call = assign(team, "--to", "Jen")
    played = team("practice", "--assignment", call, me="Jen", given=POOR).out
    session = str(standing(team, "Jen")["unsubmitted"][0])
    assert played.endswith(f"Only you see it until you hand it in: roleplay submit {session}\n")


@on_both
def test_what_must_be_passed_before_and_what_is_withdrawn(team: Run) -> None:
    first = assign(team, "--to", "Jen")
    second = assign(team, "--to", "Jen", "--after", first, scenario="seven-minutes")
    refused(team("practice", "--assignment", second, me="Jen"), f"{first} must be passed first")
    assert "withdrawn" in team("assign", "--withdraw", first, me="Cora").out
    assert [each["assignment"]["id"] for each in team("assign", "--list", "--json", me="Jen").told] == [second]


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ((), "say what to assign"),
        (("first-call-cto",), "say to whom"),
        (("first-call-cto", "--to", "Jen"), "say when it is due"),
        (("first-call-cto", "--to", "Jen", "--due", "soon"), "due 'soon': give a day or a time"),
        (("first-call-cto", "--to", "Jen", "--due", "2020-01-01"), "that is over already"),
        (("first-call-cto", "--to", "Jen", "--due", "2035-01-01", "--zone", "Mars"), "no time zone 'Mars'"),
        (("first-call-cto", "--to", "Jen", "--due", "2035-01-01", "--zone", "../x"), "no time zone '../x'"),
        (("first-call-cto", "--to", "Jen", "--due", "2035-01-01", "--pass-mark", "nan"), "pass mark must be"),
        (("first-call-cto", "--to", "Jen", "--due", "2035-01-01", "--attempts", "11"), "attempts must be from 1 to 10"),
        (("first-call-cto", "--to", "Jen", "--due", "2035-01-01", "--scorecard", "x"), "no scorecard 'x'"),
        (("nothing", "--to", "Jen", "--due", "2035-01-01"), "no scenario 'nothing'"),
        (("first-call-cto", "--to", "Nobody", "--due", "2035-01-01"), "nobody in the team is called 'Nobody'"),
        (("first-call-cto", "--team", "West", "--due", "2035-01-01"), "no recruiter in team 'West'; there are North"),
        (("first-call-cto", "--to", "Jen", "--due", "2035-01-01", "--after", "a-1"), "no assignment 'a-1'"),
        (("--list", "--withdraw", "a-1"), "--list stands alone"),
        (("--withdraw", "a-1"), "no assignment 'a-1'"),
    ],
)
def test_what_cannot_be_assigned_is_one_line(team: Run, arguments: tuple[str, ...], why: str) -> None:
    refused(team("assign", *arguments, me="Cora"), why)
    assert team("assign", "--list", "--json", me="Cora").told == []


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("--comment", "Good."), "say which session"),
        (("20260101-aaaaa", "--next"), "leave the rest out"),
        (("20260101-aaaaa", "--turn", "t1.2"), "--turn says what --comment is about"),
        (("20260101-aaaaa", "--drill", "the-bump"), "with --send-back; give that, too"),
        (("20260101-aaaaa", "--sign-off", "--send-back", "x"), "two ends of a review"),
        (("20260101-aaaaa",), "no session '20260101-aaaaa'"),
        (("20260101-aaaaa", "--send-back", "x", "--drill", "the-bum"), "no drill 'the-bum'; did you mean"),
        (("20260101-aaaaa", "--send-back", "x", "--scenario", "nope"), "no scenario 'nope'"),
    ],
)
def test_what_cannot_be_reviewed_is_one_line(team: Run, arguments: tuple[str, ...], why: str) -> None:
    refused(team("review", *arguments, me="Cora"), why)


def test_nothing_waits_where_nothing_was_handed_in(team: Run) -> None:
    assert team("review", me="Cora").out == "Nothing waits for you.\n"
    assert team("review", "--next", me="Cora").out == "Nothing that was handed in waits for you.\n"


@on_both
def test_people_are_changed_and_removed_and_choose_the_leader_board_themselves(team: Run, firm: Firm) -> None:
    refused(team("team", "change", "Jen", me="Cora"), "say what to change")
    refused(team("team", "change", "Jen", "--board", "yes", me="Cora"), "is theirs to say")
    changed = team("team", "change", "Jen", "--duty", "coach", "--team", "West", "--email", "", me="Cora").out
    assert changed == "Now: Jen Ortiz, coach in West\n"
    assert "Nobody stands" in team("progress", "--board", me="Sam").out
    assert "on the leader board" in team("team", "change", "Sam", "--board", "yes", me="Sam").out
    session = str(team("practice", "--seed", "4", "--json", me="Sam", given=SKILLED).told["session"])
    team("submit", session, me="Sam")
    assert "1. Sam Field: " in team("progress", "--board", me="Zoe").out
    assert "Their sessions stay" in team("team", "remove", "Sam", me="Cora").out
    gone = "nobody in the team is called 'Sam'" if firm.running is None else "'Sam' isn't signed in"
    refused(team("sessions", me="Sam"), gone)
    assert "sam@" not in team("team", me="Zoe").out
    assert "kim@example.com" in team("team", me="Cora").out
    assert "kim@example.com" not in team("team").out


@on_both
def test_what_is_held_is_given_out_erased_and_kept_no_longer_than_wanted(team: Run, tmp_path: Path) -> None:
    team("practice", "--seed", "4", "--json", me="Jen", given=SKILLED)
    refused(team("team", "export-person", "Jen", me="Sam"), "gives out what is held on others")
    held = tmp_path / "jen.json"
    assert team("team", "export-person", "Jen", "-o", held, me="Cora").code == 0
    assert "When do you need them filled by?" in held.read_text(encoding="utf-8"), "also what was never handed in"
    refused(team("team", "export-person", "Jen", "-o", held, me="Cora"), "--force writes over it")
    wrong = team("team", "erase", "Jen", me="Cora", given="jen\n")
    assert wrong.code == 2
    assert "nothing is deleted" in wrong.err
    assert "Jen Ortiz" in team("team", me="Cora").out
    assert "with 1 session." in team("team", "erase", "Jen", me="Cora", given="Jen Ortiz\n").out
    assert "Jen" not in team("team", me="Cora").out
    log = team("team", "log", me="Cora").out
    assert "Cora Coach erased somebody, with 1 session" in log
    assert "Jen" not in log
    assert [each["kind"] for each in team("team", "log", "--limit", "2", "--json", me="Cora").told] == [
        "person_exported",
        "person_erased",
    ]
    assert team("team", "expire", "1", me="Cora").out == "0 sessions older than 1 day deleted.\n"
    assert team("team", "keep", "30", me="Cora").out.startswith("Sessions are kept for 30 days")
    assert team("team", "keep", "forever", me="Cora").out.startswith("Sessions are kept for good")
    assert "Cora Coach keeps sessions for good" in team("team", "log", me="Cora").out


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";"])
def test_a_list_is_read_as_any_spreadsheet_saves_it(run: Run, people: Path, encoding: str, separator: str) -> None:
    text = PEOPLE.replace('"North;South"', "North").replace(",", separator).replace("\n", "\r\n")
    people.write_bytes(text.encode(encoding))
    run("team", "add", "Cora Coach", "--duty", "coach")
    dry = run("team", "import", people, "--dry-run", me="Cora").out
    assert dry.count("Would be added: ") == 8
    assert len(run("team", "list", "--json").told) == 1
    run("team", "import", people, me="Cora")
    assert "René Dubois" in {each["name"] for each in run("team", "list", "--json").told}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "holds nobody"),
        ("name\n", "holds nobody below"),
        ("name\nJo\n=cmd()\n", ":3: '=cmd()' looks like a formula"),
        ("name\nJo\njo\n", ":3: 'jo': "),
        ("name,boss\nJo,Al\n", ":1: column 'boss' isn't known"),
        ("email\njo@example.com\n", ":1: there is no column 'name'"),
        ("name,name\nJo,Al\n", ":1: its columns can't be told apart"),
        ("name\nJo,x,y\n", ":2: has 3 cells"),
        ("name,duty\nJo,boss\n", ":2: 'Jo': a duty is"),
        ("name,email\nJo,nowhere\n", ":2: 'Jo': that is no e-mail address"),
        ('name\n"Jo\nAl"\n', ":2: "),
        ('name\n"Jo\n', "isn't a CSV file"),
        ("PK\x03\x04", "Word or zip"),
        ("\0\0\0\0", "not a text file"),
    ],
)
def test_a_list_with_a_mistake_is_one_line_and_adds_nobody(run: Run, people: Path, text: str, why: str) -> None:
    people.write_text(text, encoding="utf-8")
    run("team", "add", "Cora Coach", "--duty", "coach")
    done = run("team", "import", people, me="Cora")
    refused(done, why)
    assert str(people) in done.err
    assert len(run("team", "list", "--json").told) == 1


def test_a_path_that_holds_no_list_is_one_line(run: Run, tmp_path: Path) -> None:
    vast = tmp_path / "vast.csv"
    with vast.open("wb") as file:
        file.truncate(1_000_000_000)
    started = time.monotonic()
    refused(run("team", "import", vast), "is too large")
    assert time.monotonic() - started < DEADLINE_S / 4, "it isn't read to its end"
    refused(run("team", "import", tmp_path), "can't be read (Is a directory)")
    refused(run("team", "import", tmp_path / "none.csv"), "can't be read (No such file")


def test_a_name_is_only_a_name(run: Run, tmp_path: Path, own_home: Path) -> None:
    run("team", "add", "../../Ada", "--duty", "admin")
    run("practice", "--json", me="../../Ada", given=POOR)
    assert run("team", "export-person", "../../Ada", me="../../Ada").told["person"]["name"] == "../../Ada"
    assert {path.name for path in tmp_path.iterdir()} == {own_home.name}


def test_help_of_a_team_is_quick() -> None:
    for command in (("team",), ("team", "erase"), ("assign",), ("review",), ("progress",), ("submit",), ("dispute",)):
        assert in_a_process(*command, "--help").returncode == 0
