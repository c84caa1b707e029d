"""Scoring past sessions again and overruling the scorer, as a coach does it: in a process of its own."""

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from itertools import takewhile
from pathlib import Path

import pytest

from roleplay.scoring.result import Result, Source, Verdict
from tests.cli.test_commands import SKILLED, one_line, run


@pytest.fixture
def session() -> str:
    """A call that was played and scored."""
    return str(json.loads(run("practice", "--seed", "4", "--json", given=SKILLED).stdout)["session"])


@pytest.fixture
def unfinished() -> str:
    """A call that was left before its end."""
    code = (
        "import asyncio, os\nfrom roleplay.studio import Studio\nfrom tests.doubles import happenings_of\n"
        "async def main():\n"
        "    studio = await Studio.open(os.environ)\n"
        "    practice = await studio.start('first-call-cto', seed=1)\n"
        "    await happenings_of(practice.begin())\n"
        "    print(practice.id)\n"
        "    await practice.aclose()\n"
        "    await studio.aclose()\n"
        "asyncio.run(main())\n"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def result_of(session: str) -> Result:
    return Result.model_validate(json.loads(run("sessions", session, "--json").stdout)["result"])


def test_a_session_is_scored_by_another_scorecard_beside_its_own(session: str) -> None:
    own = result_of(session)
    done = run("score", session, "--scorecard", "unstick", "--json")
    assert done.returncode in {0, 1}, done.stderr
    assert Result.model_validate_json(done.stdout).scorecard == "unstick"
    assert result_of(session) == own
    shown = run("sessions", session)
    assert "Scored by other scorecards" in shown.stdout
    assert "unstick, " in shown.stdout
    kept = json.loads(run("sessions", session, "--json").stdout)["results"]
    assert [each["scorecard"] for each in kept] == [own.scorecard, "unstick"]
    assert all(len(each["by"]["scorecard_digest"]) == 64 for each in kept)


def test_without_a_scorecard_it_is_scored_by_the_one_it_was_played_with(session: str) -> None:
    done = run("score", session, "--json")
    assert done.returncode == 0, done.stderr
    assert Result.model_validate_json(done.stdout) == result_of(session)
    assert len(json.loads(run("sessions", session, "--json").stdout)["results"]) == 2


def test_a_file_wins_over_a_session_of_the_same_name(
    session: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path(session).write_text(json.dumps({"format": "roleplay-transcript/1", "touches": []}), encoding="utf-8")
    done = run("score", session, "--json")
    assert done.returncode == 1, done.stderr
    assert Result.model_validate_json(done.stdout).score == 0


def test_all_sessions_are_scored_once_and_progress_is_told_at_the_end(session: str, unfinished: str) -> None:
    other = json.loads(run("practice", "--json", given=SKILLED).stdout)["session"]
    done = run("score", "--all", "--scorecard", "unstick")
    assert done.returncode == 0, done.stderr
    assert done.stderr == "2 of 2\n"
    assert session in done.stdout and other in done.stdout and unfinished not in done.stdout
    assert "Scored 2 sessions" in done.stdout
    again = run("score", "--all", "--scorecard", "unstick")
    assert again.stdout == "Scored 0 sessions, 0 passed. 2 had this result already.\n"
    as_json = json.loads(run("score", "--all", "--json").stdout)
    assert as_json["scored"] == []
    assert sorted(as_json["skipped"]) == sorted([session, other]), "scored when they were played"


def test_with_no_session_there_is_nothing_to_score() -> None:
    done = run("score", "--all")
    assert (done.returncode, done.stderr) == (0, "")
    assert "No session is over yet" in done.stdout


def test_a_session_that_cannot_be_read_is_told_and_the_rest_is_scored(session: str, own_home: Path) -> None:
    broken = json.loads(run("practice", "--json", given=SKILLED).stdout)["session"]
    (database,) = own_home.glob("*.sqlite3")
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("UPDATE events SET json = '{}' WHERE session_id = ? AND position = 1", (broken,))
        connection.commit()
    done = run("score", "--all", "--scorecard", "unstick", "--json")
    assert done.returncode == 2
    told = json.loads(done.stdout)
    assert ([each["session"] for each in told["scored"]], told["unread"]) == ([session], [broken])
    assert f"session '{broken}' can't be read" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_coach_overrules_takes_back_and_is_shown_beside_the_scorer(session: str) -> None:
    before = result_of(session)
    met = next(each.id for each in before.criteria if each.verdict is Verdict.MET and each.max_points >= 8)
    done = run("overrule", session, met, "missed", "--because", "That was no question.", "--as", "Mia Brandt")
    assert done.returncode == 0, done.stderr
    assert "Coach Mia Brandt: That was no question." in done.stdout
    after = result_of(session)
    assert after.score < before.score
    assert after.criterion(met).source is Source.COACH
    shown = run("sessions", session).stdout
    assert "Coach Mia Brandt: That was no question." in shown
    assert "· The scorer: met." in shown
    assert before.criterion(met).evidence[0].quote[:30] in shown.partition("· The scorer: met.")[2][:400]
    (listed,) = json.loads(run("sessions", "--json").stdout)
    assert (listed["score"], listed["passed"]) == (after.score, after.passed)
    withdrawn = run("overrule", session, met, "--withdraw", "--as", "Mia Brandt", "--json")
    assert withdrawn.returncode == 0, withdrawn.stderr
    assert Result.model_validate_json(withdrawn.stdout).score == before.score
    shown = run("sessions", session).stdout
    assert "Mia Brandt said: missed. That was no question." in shown
    assert "Mia Brandt took that back." in shown


def test_a_criterion_is_named_by_its_title_or_a_beginning_that_only_it_has(session: str) -> None:
    done = run("overrule", session, "leave with a dated", "missed", "--because", "No day was said.")
    assert done.returncode == 0, done.stderr
    assert "Leave with a dated next step: missed" in done.stdout
    assert result_of(session).criterion("next_step").source is Source.COACH
    assert run("overrule", session, "Leave with a dated next step", "--withdraw").returncode == 0
    assert result_of(session).criterion("next_step").overruled is None


def test_a_coach_gives_the_words_of_a_turn_that_count(session: str) -> None:
    because = ("--because", "So I heard it.", "--turn", "t1.4")
    quoted = run("overrule", session, "pain", "partial", *because, "--quote", "made you open these", "--json")
    assert quoted.returncode == 0, quoted.stderr
    (evidence,) = Result.model_validate_json(quoted.stdout).criterion("pain").evidence
    assert (evidence.turn, evidence.quote) == ("t1.4", "made you open these")
    wrapped = run("overrule", session, "pain", "partial", *because, "--quote", "What’s going  on", "--json")
    (evidence,) = Result.model_validate_json(wrapped.stdout).criterion("pain").evidence
    assert evidence.quote == "What's going on", "as it stands in the turn"
    whole = run("overrule", session, "pain", "partial", *because, "--json")
    (evidence,) = Result.model_validate_json(whole.stdout).criterion("pain").evidence
    assert evidence.quote == SKILLED.splitlines()[1]


def test_the_transcript_says_beside_a_turn_what_was_decided_there(session: str) -> None:
    met = next(each for each in result_of(session).criteria if each.verdict is Verdict.MET and each.evidence)
    lines = run("sessions", session).stdout.partition("Transcript\n")[2].splitlines()
    at = next(at for at, line in enumerate(lines) if line.split()[0] == met.evidence[0].turn)
    beside = [line.strip() for line in takewhile(lambda line: not line.startswith("  t1."), lines[at + 1 :])]
    assert any(line.startswith("◂ ") and line.endswith("✓ met") for line in beside)


def test_a_judge_is_asked_about_a_session_only_where_a_server_is_set(session: str) -> None:
    done = run("score", session, "--judge", "all")
    assert done.returncode == 2
    assert "none is set (roleplay voice use URL); the result stands as it was" in done.stderr
    assert one_line(done.stderr), done.stderr
    assert len(json.loads(run("sessions", session, "--json").stdout)["results"]) == 1


def test_words_in_a_reason_cannot_command_a_terminal(session: str) -> None:
    because = "no\x1b[31m way"
    done = run("overrule", session, "next_step", "missed", "--because", because)
    assert done.returncode == 0, done.stderr
    assert "\x1b" not in done.stdout + run("sessions", session).stdout


def test_scorer_and_coach_are_compared(session: str) -> None:
    assert "No coach has looked" in run("calibrate", "--coach").stdout
    verdict = result_of(session).criterion("next_step").verdict
    run("overrule", session, "next_step", verdict, "--because", "So I heard it.")
    done = run("calibrate", "--coach")
    assert done.returncode == 0, done.stderr
    assert "next_step" in done.stdout
    (line,) = json.loads(run("calibrate", "--coach", "--json").stdout)["criteria"]
    assert (line["criterion"], line["cases"], line["agreed"], line["coach_decides"]) == ("next_step", 1, 1, False)


WRONG = [
    (("overrule", "SESSION", "next_step", "met"), "say why: --because"),
    (("overrule", "SESSION", "next_step", "met", "--because", "  "), "say why: --because"),
    (("overrule", "SESSION", "next_step", "--because", "So."), "takes a verdict"),
    (("overrule", "SESSION", "next_step", "great", "--because", "So."), "'great' is no verdict; there are met"),
    (("overrule", "SESSION", "next_step", "violated", "--because", "So."), "can't be 'violated'"),
    (("overrule", "SESSION", "next_step", "not_judged", "--because", "So."), "can't be 'not_judged'"),
    (
        ("overrule", "SESSION", "manners", "met", "--because", "So."),
        "no criterion 'manners' in discovery-call; there are pain (Ask what hurts), consequence (Ask what an empty",
    ),
    (("overrule", "SESSION", "ask w", "met", "--because", "So."), "'ask w' could be pain (Ask what hurts), conseq"),
    (("overrule", "SESSION", "", "met", "--because", "So."), "no criterion ''"),
    (("overrule", "SESSION", "pain", "met", "--because", "So.", "--quote", "made you"), "--turn names; give both"),
    (("overrule", "SESSION", "pain", "met", "--because", "So.", "--turn", "t1.4", "--quote", " "), "give both"),
    (
        ("overrule", "SESSION", "pain", "met", "--because", "So.", "--turn", "t1.4", "--quote", "made me open"),
        "'made me open' doesn't stand in turn 't1.4'; quote words as they are there",
    ),
    (("overrule", "SESSION", "pain", "--withdraw", "--quote", "made you"), "leave the verdict, --turn and --quote out"),
    (("overrule", "SESSION", "next_step", "met", "--because", "So.", "--turn", "t9.9"), "no turn 't9.9'"),
    (("overrule", "SESSION", "next_step", "--withdraw"), "nothing to take back"),
    (("overrule", "SESSION", "next_step", "met", "--withdraw"), "leave the verdict"),
    (("overrule", "20260101-nobod", "next_step", "met", "--because", "So."), "no session '20260101-nobod'"),
    (("score", "20260101-nobod"), "no such file, and no session by that id"),
    (("score", "SESSION", "--scorecard", "nope"), "no scorecard 'nope'; there are discovery-call, "),
    (("score", "SESSION", "--all"), "leave FILE out"),
    (("score", "--all", "--judge"), "none is set"),
    (("score",), "takes a transcript file"),
    (("calibrate",), "takes a folder"),
    (("calibrate", ".", "--coach"), "leave the folder out"),
]


def test_wrong_use_is_one_line_and_exit_2(session: str) -> None:
    for arguments, wanted in WRONG:
        done = run(*(session if each == "SESSION" else each for each in arguments))
        assert done.returncode == 2, arguments
        assert wanted in done.stderr
        assert one_line(done.stderr), done.stderr


def test_a_session_that_is_not_over_is_neither_scored_nor_overruled(unfinished: str) -> None:
    for arguments in (("score", unfinished), ("overrule", unfinished, "next_step", "met", "--because", "So.")):
        done = run(*arguments)
        assert done.returncode == 2
        assert f"--resume {unfinished}" in done.stderr
        assert one_line(done.stderr), done.stderr
