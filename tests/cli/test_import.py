"""`roleplay import`, as a user runs it."""

import json
import os
import subprocess
import sys
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path

import pytest

from roleplay.cli.import_ import imported
from roleplay.errors import TranscriptError
from roleplay.exchange.reading import read_bytes, read_file
from roleplay.record.transcript import Transcript, read_transcript
from roleplay.scoring.result import Result
from tests.cli.test_terminal import at_a_terminal

FILES = Path(__file__).parents[1] / "exchange" / "files"
CALL = """\
Jen: What isn't getting done with nobody in that seat?
Dana: Two of my seniors are on nights because of it.
Jen: When do you need them by?
Dana: By the March launch.
Jen: And what if it takes a month longer?
Dana: Then we launch without payments, and lose the quarter.
"""
BOTH = ("--speakers", "Jen=recruiter,Dana=cto")


@pytest.fixture
def call(tmp_path: Path) -> Path:
    path = tmp_path / "Tuesday's call.txt"
    path.write_text(CALL, encoding="utf-8")
    return path


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "roleplay.cli.main", *(str(each) for each in arguments)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env=dict(os.environ),
        timeout=120,
        check=False,
    )


def options(**given: object) -> Namespace:
    defaults = {"file": Path("call.txt"), "speakers": None, "channel": None, "title": None, "openings": None}
    return Namespace(**defaults | given)


def take(text: str, **given: object) -> Transcript:
    return imported(read_bytes(text.encode(), "call.txt"), options(**given), None)


def test_a_call_is_imported_written_and_scored(call: Path, tmp_path: Path) -> None:
    out = tmp_path / "call.json"
    done = run("import", call, *BOTH, "--openings", "11", "-o", out)
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"{out}: 1 × call, from plain text; 6 turns (recruiter 3, cto 3)\n"
    scored = run("score", out, "--json")
    result = Result.model_validate_json(scored.stdout)
    verdicts = {each.id: each.verdict for each in result.criteria}
    assert (verdicts["pain"], verdicts["deadline"], verdicts["month_longer"]) == ("met", "met", "met")
    assert read_transcript(out).context.openings == 11

    at_once = run("import", call, *BOTH, "--openings", "11", "--scorecard", "discovery-call", "--json")
    assert (at_once.stdout, at_once.returncode) == (scored.stdout, scored.returncode)
    assert run("import", call, *BOTH, "--scorecard", "discovery-call").stdout.startswith(
        "Tuesday's call, by discovery-call: "
    )


def test_without_a_file_to_write_the_transcript_is_printed(call: Path) -> None:
    done = run("import", call, *BOTH, "--channel", "voicemail", "--title", "Dana, once more")
    printed = json.loads(done.stdout)
    assert printed["format"] == "roleplay-transcript/1"
    assert printed["title"] == "Dana, once more"
    assert printed["touches"][0]["channel"] == "voicemail"
    assert printed["touches"][0]["turns"][0] == {
        "id": "t1.1",
        "speaker": "recruiter",
        "text": "What isn't getting done with nobody in that seat?",
    }


def test_times_are_kept_and_read_again(tmp_path: Path) -> None:
    out = tmp_path / "call.json"
    assert run("import", FILES / "voices.vtt", "--speakers", "jen=recruiter,tomas=cto", "-o", out).returncode == 0
    turns = [turn for _, turn in read_transcript(out).turns()]
    assert (turns[0].start_s, turns[0].end_s) == (3.12, 8.04)
    assert "end_s" not in json.loads(out.read_text(encoding="utf-8"))["touches"][0]["turns"][2]


def test_what_import_wrote_can_be_imported_again() -> None:
    first = imported(read_file(FILES / "thread.mbox"), options(speakers="Jen=recruiter,Dana=cto"), None)
    again = take(json.dumps(first.to_json()))
    assert again == first
    renamed = take(json.dumps(first.to_json()), speakers="cto=hr", openings=3)
    assert [touch.with_ for touch in renamed.touches] == [("hr",)] * 3
    assert renamed.context.openings == 3


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        ((), "who are Jen and Dana? Give --speakers 'Jen=ROLE,Dana=ROLE', one of them recruiter"),
        (("--speakers", "Jen=recruiter"), "who is Dana? Give --speakers 'Jen=recruiter,Dana=ROLE'"),
        (("--speakers", "Jen=recruiter,Dana=recruiter"), "Jen and Dana can't both be the recruiter"),
        (("--speakers", "Jen=hr,Dana=cto"), "nobody is the recruiter; give one of Jen, Dana that role"),
        (("--speakers", "Jen=recruiter,Dana=skip"), "only Jen speaks in it"),
        (("--speakers", "Jen=recruiter,Dan=cto"), "nobody is called 'Dan'; the speakers are Jen, Dana"),
        (("--speakers", "Jen"), "no role in 'Jen'; write Jen=recruiter,Dana=cto"),
        (("--speakers", "=cto"), "no name before '=cto'"),
        (("--speakers", "Jen=?"), "'?' is no role"),
        ((*BOTH, "--channel", "fax"), "invalid choice: 'fax'"),
        ((*BOTH, "-o", "no/such/folder.json"), "no/such/folder.json: can't be written"),
        ((*BOTH, "--scorecard", "discovery"), "no scorecard 'discovery'"),
    ],
)
def test_what_is_not_known_is_told_in_one_line(call: Path, arguments: tuple[str, ...], wanted: str) -> None:
    done = run("import", call, *arguments)
    assert done.returncode == 2
    assert wanted in done.stderr
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""


def test_three_cannot_all_be_the_recruiter() -> None:
    with pytest.raises(TranscriptError, match=r"Jen, Dana and Tom can't all be the recruiter; .* the others roles of"):
        take(f"{CALL}Tom: Hello.\n", speakers="Jen=recruiter,Dana=recruiter,Tom=recruiter")


def test_score_says_how_to_import_what_is_no_transcript_yet(call: Path) -> None:
    done = run("score", call.rename(call.with_name("call.vtt")))
    path = call.with_name("call.vtt")
    assert done.returncode == 2
    assert done.stderr == f"roleplay: {path}: not a roleplay-transcript/1 file yet; use roleplay import {path}\n"


def test_the_file_itself_is_not_overwritten(call: Path) -> None:
    done = run("import", call, *BOTH, "-o", call)
    assert done.returncode == 2
    assert "would overwrite" in done.stderr
    assert call.read_text(encoding="utf-8") == CALL


def test_turns_without_a_name_are_counted_aloud(tmp_path: Path) -> None:
    path = tmp_path / "call.vtt"
    path.write_text("WEBVTT\n\n00:01.000 --> 00:02.000\nHello?\n\n00:02.000 --> 00:03.000\n<v Jen>Hi.\n"
                    "\n00:04.000 --> 00:05.000\n<v Dana>Jen?\n", encoding="utf-8")  # fmt: skip
    done = run("import", path, *BOTH)
    assert done.stderr == f"roleplay: {path}: 1 turn without a speaker's name left out\n"
    assert len(json.loads(done.stdout)["touches"][0]["turns"]) == 2


def test_a_name_can_be_short_or_hold_a_comma() -> None:
    text = "Jen Ortiz: Who signs?\nPullman, Greg: I do.\nJen Ortiz: Thanks.\nPullman, Greg: Bye.\n"
    transcript = take(text, speakers="jen=recruiter,Pullman, Greg=HR Director")
    assert transcript.touches[0].with_ == ("hr_director",)


def test_a_name_that_two_have_is_not_guessed() -> None:
    text = "Jen Ortiz: Who signs?\nDana West: I do.\nDana Roe: Me too.\n"
    with pytest.raises(TranscriptError, match="'Dana' could be Dana West or Dana Roe; give the whole name"):
        take(text, speakers="Jen=recruiter,Dana=cto")


def test_who_is_skipped_is_left_out_and_two_others_make_it_a_joint_call() -> None:
    text = "Jen: Who\nNotetaker: I am recording.\nJen: signs?\nDana: I do.\nGreg: After me.\n"
    transcript = take(text, speakers="Jen=recruiter,Dana=cto,Greg=hr,Notetaker=skip")
    [touch] = transcript.touches
    assert (touch.channel, touch.with_) == ("joint_call", ("cto", "hr"))
    assert [turn.text for turn in touch.turns] == ["Who signs?", "I do.", "After me."]


def test_a_voicemail_needs_no_answer() -> None:
    [touch] = take("Jen: Dana, could I have three minutes?\n", speakers="Jen=recruiter", channel="voicemail").touches
    assert [turn.text for turn in touch.turns] == ["Dana, could I have three minutes?"]


def test_what_is_not_known_is_asked_until_the_answer_is_one(capsys: pytest.CaptureFixture[str]) -> None:
    answers = iter(["?", "recruiter", "Hiring manager", "fax", "", "many", "4"])
    asked: list[str] = []

    def ask(question: str) -> str:
        asked.append(question)
        return next(answers)

    transcript = imported(read_bytes(CALL.encode(), "call.txt"), options(), ask)
    assert next(answers, None) is None
    assert len(asked) == 7
    assert (transcript.touches[0].with_, transcript.touches[0].channel) == (("hiring_manager",), "call")
    assert transcript.context.openings == 4
    assert "Jen (3 turns, “What isn't getting done" in capsys.readouterr().out


def test_an_end_of_input_while_asking_is_one_line() -> None:
    def ask(question: str) -> str:
        raise EOFError

    with pytest.raises(TranscriptError, match=r"call\.txt: the input ended before all was answered"):
        imported(read_bytes(CALL.encode(), "call.txt"), options(), ask)


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_at_a_terminal_it_asks(call: Path, tmp_path: Path) -> None:
    out = tmp_path / "call.json"
    with at_a_terminal("import", str(call), "-o", str(out)) as terminal:
        for question, answer in _conversation():
            terminal.wait_for(question)
            terminal.type(f"{answer}\n")
        assert terminal.exit_code() == 0
    assert [touch.with_ for touch in read_transcript(out).touches] == [("cto",)]
    scored = run("score", out, "--scorecard", "discovery-call")
    assert scored.stdout.startswith("Tuesday's call, by discovery-call: "), scored.stderr
    assert "t1.5  “And what if it takes a month longer?”" in scored.stdout


def _conversation() -> Iterator[tuple[str, str]]:
    yield "Jen is: recruiter, cto,", "recruiter"
    yield "Dana is: recruiter, cto,", "cto"
    yield "Channel (", ""
    yield "How many openings", "11"
