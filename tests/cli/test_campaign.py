"""A scenario over several days, line by line, as a user plays it: shipped content, shipped listener."""

import json
import re
from pathlib import Path

import pytest

from tests.cli.test_commands import one_line, run

SEVEN_MOVES = """\
/call dana
Dana, it's Jen Ortiz. Can I grab you for three private minutes, off the record? I have an idea about the openings.
Before I share it, where does this stand? HR tells me the role doesn't exist.
You told me that if they're not in their chairs by the tenth of March, stage one comes apart.
Say it's the tenth of April, a month later. Does that hurt you?
Does HR know what slipping does to you? Have you told them?
Could you set up one call, you, me and HR, so that we iron this out?
I trust you. I still can't start without a signed agreement.
And I'll need that agreement signed before I send anybody.
Shall we say Thursday at ten? Does that work?
Great. Speak then, bye.
/hang
/wait 2
/hang
/end
"""
"""Whoever doesn't pick up gets the first line as a voicemail, and calls back: then the rest is said on that call."""
BY_MAIL = """\
/email dana
Hi Dana, as you told me, the money is through and HR just doesn't know yet. Where does this stand?
You told me that if they're not in their chairs by the tenth of March, stage one comes apart.
If it's April, does that hurt you? Does HR know what slipping does to you?
Could you set up one call, you, me and HR? I can't start without a signed agreement.
Shall we say Thursday at ten? Jen
.
/wait 4
/inbox
/end
"""


def played_by_voice(seed: int) -> str:
    """The seven moves for a seed: said on the call, or after the call back where it rings out first."""
    first, *rest = SEVEN_MOVES.splitlines()[1:]
    talk = [line for line in rest if not line.startswith("/")]
    happened = run("practice", "hr-says-no-role", "--plain", "--seed", str(seed), given=f"/call dana\n{first}\n/end\n")
    if "doesn't pick up" in happened.stdout:
        return "\n".join(["/call dana", first, "/wait 1", "/wait 1", "/wait 1", *talk, "/end"]) + "\n"
    return SEVEN_MOVES


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_seven_moves_win(seed: int) -> None:
    done = run(
        "practice", "hr-says-no-role", "--plain", "--json", "--seed", str(seed), "--as", "Jen Ortiz",
        given=played_by_voice(seed),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)["result"]
    verdicts = {each["id"]: each["verdict"] for each in result["criteria"]}
    assert result["passed"], verdicts
    assert result["score"] >= 85
    for criterion in (
        "voice_first",
        "status_first",
        "restate_reason",
        "cost_of_delay",
        "hr_aware",
        "joint_call",
        "agreement",
    ):
        assert verdicts[criterion] == "met"


@pytest.mark.parametrize("seed", [1, 2])
def test_the_same_by_e_mail_loses_and_the_debrief_shows_where_it_went(seed: int) -> None:
    done = run("practice", "hr-says-no-role", "--plain", "--seed", str(seed), "--as", "Jen Ortiz", given=BY_MAIL)
    assert done.returncode == 0, done.stderr
    assert "not passed" in done.stdout
    debrief = done.stdout.partition("DEBRIEF")[2]
    assert "Day 0, your e-mail to Dana" in debrief
    sent = re.search(r"→ day (\d+): forwarded to Greg", debrief)
    assert sent is not None
    back = re.search(r"→ day (\d+), Greg \(t\d+\.\d+\):", debrief)
    assert back is not None
    assert int(back[1]) >= int(sent[1])
    assert "HR just doesn't know yet" in debrief.partition("→ day")[2], "its exact words come back"


def test_moves_are_told_apart_from_turns() -> None:
    lines = [
        "hello?",
        "/dance",
        "/hang",
        "/call nobody",
        "/wait soon",
        "/map",
        "/map grade work",
        "/map grade cake",
        "/map x y",
    ]
    done = run("practice", "hr-says-no-role", "--plain", "--seed", "1", given="\n".join([*lines, "/end", ""]))
    assert done.returncode == 0, done.stderr
    assert "You are at your desk" in done.stdout
    assert "There is no /dance" in done.stdout
    assert "you aren't on the phone" in done.stdout
    assert "nobody is 'nobody'; there are Dana (cto), Greg (hr), Priya (hiring_manager)" in done.stdout
    assert "'soon' is no number of days" in done.stdout
    assert "Grade: work" in done.stdout
    assert "'cake' can't stand there" in done.stdout
    assert "the page has no 'x'" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_on_the_phone_the_commands_of_a_call_are_named_and_hangup_hangs_up() -> None:
    lines = [
        "/call dana",
        "/brief",
        "/wait 14",
        "/call greg",
        "/help",
        "/hangup",
        "/wait 2",
        "/dance",
        "/end now",
        "Hi?",
    ]
    done = run("practice", "hr-says-no-role", "--plain", "--exam", "--seed", "1", given="\n".join([*lines, ""]))
    assert done.returncode == 0, done.stderr
    assert "There is no /brief. You are on the phone with Dana: a line is one turn; /hang, /contacts, " in done.stdout
    assert done.stdout.count("(you are on the phone with Dana; /hang hangs up)") == 2
    assert "(You hung up.)\n--- Day 2 ---" in done.stdout
    assert "There is no /dance. You are at your desk; /call, " in done.stdout
    assert "/hint" not in done.stdout, "an exam has none"
    assert "You: " not in done.stdout
    coached = run("practice", "hr-says-no-role", "--plain", "--seed", "1", given="/end\n")
    assert "  /hint " in coached.stdout


def test_a_session_is_replayed_from_its_record(own_home: Path) -> None:
    done = run("practice", "hr-says-no-role", "--plain", "--json", "--seed", "1", given=BY_MAIL)
    session = json.loads(done.stdout)["session"]
    again = run("replay", session)
    assert again.returncode == 0, again.stderr
    assert "as it was kept" in again.stdout
    none = run("replay", "nope")
    assert none.returncode == 2
    assert one_line(none.stderr)


def test_a_game_is_watched_with_why_each_move() -> None:
    done = run("rehearse", "hr-says-no-role", "--recruiters", "skilled", "--watch")
    assert done.returncode == 0, done.stderr
    assert "· by voice, not in writing" in done.stdout
    assert "hidden facts earned" in done.stdout


def test_rehearsing_prints_a_table_and_names_what_fails(own_home: Path) -> None:
    done = run("rehearse", "first-call-cto", "--recruiters", "pitcher,skilled", "--n", "2", "--json")
    assert done.returncode == 1, "two games reach only some of the facts"
    assert "was told in 0 of 2 good games" in done.stderr
    told = json.loads(done.stdout)
    scores = {each["recruiter"]: each["score_mean"] for each in told["summaries"]}
    assert scores["skilled"] > 75 > 25 > scores["pitcher"]
    bad = run("rehearse", "first-call-cto", "--recruiters", "genius")
    assert bad.returncode == 2
    assert one_line(bad.stderr)


def test_difficulty_is_chosen_on_the_command_line() -> None:
    done = run("practice", "first-call-cto", "--plain", "--difficulty", "hard", "--seed", "1", given="Hello.\n")
    assert done.returncode == 0, done.stderr
    assert run("practice", "first-call-cto", "--difficulty", "silly").returncode == 2
