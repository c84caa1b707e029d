"""The command line, as a user runs it: in a process of its own."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from roleplay.content.library import shipped_root
from roleplay.record.transcript import Transcript
from roleplay.scoring.result import Result

SKILLED = """\
Hi Dana, this is Jen Ortiz from Ridgeline.
What's going on that made you open these positions?
And what does it cost the business if they stay empty?
When do you need them filled by?
What if it takes a month longer?
Would the fee come out of your budget or HR's?
Of the eleven, which two keep you up at night?
I can't start without a signed agreement.
Shall we say Tuesday at ten, you, me and whoever signs?
"""


def run(*arguments: str, given: str = "", env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "roleplay.cli.main", *arguments],
        input=given,
        capture_output=True,
        text=True,
        env={**os.environ, **(env or {})},
        timeout=120,
        check=False,
    )


def one_line(text: str) -> bool:
    return text.count("\n") == 1 and "Traceback" not in text


def test_help_imports_neither_textual_nor_openai() -> None:
    code = (
        "import sys\nfrom roleplay.cli.main import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit as done:\n    assert done.code == 0\n"
        "heavy = {'textual', 'openai', 'pydantic', 'httpx2'} & set(sys.modules)\nassert not heavy, heavy\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    for command in ("practice", "score", "check", "schema", "sessions"):
        assert command in done.stdout


def test_the_practice_loop_loads_neither_textual_nor_openai() -> None:
    code = "import sys, roleplay.practice.loop, roleplay.studio\nassert not {'textual', 'openai'} & set(sys.modules)\n"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr


def test_with_no_terminal_the_first_scenario_is_played_line_by_line() -> None:
    for arguments in ((), ("practice",), ("practice", "first-call-cto", "--plain")):
        done = run(*arguments, given=SKILLED)
        assert done.returncode == 0, done.stderr
        assert "Dana Whitfield: " in done.stdout
        assert "You: When do you need them filled by?" in done.stdout
        assert "DEBRIEF" in done.stdout
        assert "“When do you need them filled by?”" in done.stdout
        assert done.stderr == ""


def test_json_is_all_that_stands_on_standard_output() -> None:
    done = run("practice", "--seed", "4", "--as", "Jen Ortiz", "--json", given=SKILLED)
    printed = json.loads(done.stdout)
    assert set(printed) == {"session", "transcript", "result"}
    transcript = Transcript.model_validate(printed["transcript"])
    result = Result.model_validate(printed["result"])
    assert result.score >= 85
    said = [turn.text for _, turn in transcript.turns() if turn.is_recruiters]
    assert said == SKILLED.splitlines()
    assert "Dana Whitfield: " in done.stderr


def test_the_same_seed_and_words_give_the_same_json() -> None:
    first, second = (json.loads(run("practice", "--seed", "9", "--json", given=SKILLED).stdout) for _ in range(2))
    del first["session"], second["session"]
    assert first == second


def test_no_input_at_all_is_a_silent_session() -> None:
    done = run("practice", "--json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["result"]["score"] == 0


def test_past_sessions_are_listed_and_shown() -> None:
    session = json.loads(run("practice", "--json", "--as", "Jen", given=SKILLED).stdout)["session"]
    assert session in run("sessions").stdout
    listed = json.loads(run("sessions", "--json").stdout)
    assert [entry["id"] for entry in listed] == [session]
    shown = run("sessions", session)
    assert "DEBRIEF" in shown.stdout
    assert "t1.4" in shown.stdout
    as_json = json.loads(run("sessions", session, "--json").stdout)
    assert as_json["result"]["format"] == "roleplay-result/1"


def test_a_transcript_file_is_scored(tmp_path: Path) -> None:
    played = json.loads(run("practice", "--json", given=SKILLED).stdout)
    path = tmp_path / "talk.json"
    path.write_text(json.dumps(played["transcript"]), encoding="utf-8")
    done = run("score", str(path), "--scorecard", "discovery-call", "--json")
    assert done.returncode == 0, done.stderr
    assert Result.model_validate_json(done.stdout).scorecard == "discovery-call"
    shown = run("score", str(path)).stdout
    assert shown.startswith("First call with a new CTO, by discovery-call: ")
    assert "Ask what hurts" in shown


def test_below_the_pass_mark_the_exit_code_is_1(tmp_path: Path) -> None:
    path = tmp_path / "talk.json"
    path.write_text(json.dumps({"format": "roleplay-transcript/1", "touches": []}), encoding="utf-8")
    assert run("score", str(path)).returncode == 1


@pytest.mark.parametrize("name", ["persona", "scenario", "scorecard", "transcript", "result"])
def test_schemas_are_printed(name: str) -> None:
    schema = json.loads(run("schema", name).stdout)
    assert schema["$schema"].endswith("2020-12/schema")
    assert schema["properties"]


def test_the_shipped_content_checks_well() -> None:
    done = run("check")
    assert done.returncode == 0
    assert "all well" in done.stdout


def test_mistakes_in_content_are_all_told_with_file_and_line(tmp_path: Path) -> None:
    folder = tmp_path / "scenarios"
    folder.mkdir()
    text = (shipped_root() / "scenarios" / "first-call-cto.yaml").read_text(encoding="utf-8")
    path = folder / "mine.yaml"
    path.write_text(text.replace("calls: cto", "calls: ceo").replace("openings: 11", "openings: x"), encoding="utf-8")
    done = run("check", str(tmp_path))
    assert done.returncode == 2
    assert all(line.startswith(f"{path}:") for line in done.stderr.splitlines())
    assert "openings" in done.stderr


def test_broken_content_of_ones_own_stops_a_practice(own_home: Path) -> None:
    folder = own_home / "content" / "scenarios"
    folder.mkdir(parents=True)
    (folder / "mine.yaml").write_text("title: Mine\n", encoding="utf-8")
    done = run("practice", given=SKILLED)
    assert done.returncode == 2
    assert "mine.yaml:1: " in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        (("practice", "first-cal"), "no scenario 'first-cal'; did you mean first-call-cto"),
        (("practice", "nosuch"), "no scenario 'nosuch'; there are first-call-cto, five-good-people, "),
        (("practice", "--seed", "x"), "'x' is no whole number"),
        (("practice", "--resume"), "no unfinished session"),
        (("practice", "first-call-cto", "--resume"), "leave the scenario out"),
        (("score", "none.json"), "none.json: can't be read"),
        (("sessions", "nope"), "no session 'nope'"),
        (("check", "none"), "none: no such file"),
        (("schema", "nothing"), "invalid choice: 'nothing'"),
        (("dance",), "roleplay: no command 'dance'; see roleplay --help"),
        (("practise",), "roleplay: no command 'practise' (did you mean practice?); see roleplay --help"),
        (("team", "ad"), "no command 'ad' (did you mean add?); see roleplay team --help"),
        (("practice", "--loud"), "unrecognized arguments: --loud; see roleplay practice --help"),
        (("team", "list", "all", "--loud"), "unrecognized arguments: all --loud; see roleplay team list --help"),
    ],
)
def test_wrong_use_is_one_line_and_exit_2(arguments: tuple[str, ...], wanted: str) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert wanted in done.stderr
    assert one_line(done.stderr), done.stderr


def test_a_base_url_that_is_none_is_one_line() -> None:
    done = run("practice", given="Hi.", env={"OPENAI_BASE_URL": "localhost"})
    assert done.returncode == 2
    assert one_line(done.stderr)
    assert "OPENAI_BASE_URL" in done.stderr


def test_a_home_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = run("practice", given="Hi.", env={"ROLEPLAY_HOME": str(tmp_path / "file")})
    assert done.returncode == 2
    assert one_line(done.stderr)
    assert "ROLEPLAY_HOME" in done.stderr


def test_an_endless_line_is_refused_and_loses_nothing() -> None:
    done = run("practice", "--json", given=f"Hi Dana.\n{'why ' * 20_000}\nWhen do you need them filled by?\n")
    assert done.returncode == 0
    assert "That turn has 79999 characters" in done.stderr
    said = [turn["text"] for turn in json.loads(done.stdout)["transcript"]["touches"][0]["turns"]]
    assert "When do you need them filled by?" in said


def test_bytes_that_are_no_text_break_nothing() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "roleplay.cli.main", "practice", "--json"],
        input=b"Caf\xe9 \x1b[31m\x00 or so?\n",
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["transcript"]["touches"][0]["turns"][1]["text"] == "Caf\ufffd [31m or so?"


def test_a_session_is_tried_again_from_a_turn_on_and_compared() -> None:
    weak = "Hi Dana, this is Jen Ortiz.\nWhat isn't getting done with nobody in those seats?\nOkay.\n"
    first = run("practice", "first-call-cto", "--plain", "--seed", "1", given=weak)
    session = first.stdout.rpartition("roleplay sessions ")[2].strip()
    again = run("practice", "--again", f"{session}:t1.6", given="When do you need them filled by?\n")
    assert again.returncode == 0, again.stderr
    assert "You: Okay." not in again.stdout
    assert f"Against the first try ({session}), from t1.6 on: " in again.stdout
    assert "Get a date: missed before, met now." in again.stdout
    for wrong in (f"{session}:t9.9", f"{session}:t1.1", "nobody:t1.2", "t1.2", session):
        refused = run("practice", "--again", wrong)
        assert refused.returncode == 2
        assert one_line(refused.stderr), refused.stderr
    both = run("practice", "first-call-cto", "--again", f"{session}:t1.2")
    assert both.returncode == 2
    assert "leave the scenario" in both.stderr


def test_what_looks_like_a_command_is_never_said_and_an_unknown_one_is_named() -> None:
    lines = ["/brief", "/email dana Hello.", "/help", "Why is it open?", "/hangup", "Not said."]
    played = run("practice", "first-call-cto", "--seed", "1", given="\n".join([*lines, ""]))
    assert played.returncode == 0, played.stderr
    assert "There is no /brief. A line is one turn. /hint says what your scorecard still misses, /end " in played.stdout
    assert "There is no /email. A line is one turn." in played.stdout
    assert "There is no /help" not in played.stdout
    assert [line for line in played.stdout.splitlines() if line.startswith("You: ")] == ["You: Why is it open?"]


def test_an_exam_offers_no_hint_and_no_second_try_from_a_turn_on() -> None:
    played = run("practice", "first-call-cto", "--exam", "--seed", "1", given="/hint\n/brief\nWhy is it open?\n/end\n")
    assert played.returncode == 0, played.stderr
    assert "There is no /brief. A line is one turn. /end hangs up" in played.stdout
    assert "An exam: no hints" in played.stdout
    assert "this is an exam: there are no hints" in played.stdout
    assert "Played as an exam." in played.stdout
    session = re.findall(r"roleplay sessions (\S+)", played.stdout)[-1]
    again = run("practice", "--again", f"{session}:t1.2", given="")
    assert again.returncode == 2
    assert again.stderr.startswith(f"roleplay: session '{session}' is an exam")
    assert one_line(again.stderr)
    resumed = run("practice", "--exam", "--resume", given="")
    assert resumed.returncode == 2
    assert "--exam is for a new session" in resumed.stderr
