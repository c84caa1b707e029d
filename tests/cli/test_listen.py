"""`roleplay listen` and `roleplay doctor`, as a user runs them."""

import asyncio
import json
from pathlib import Path

import pytest

from tests.cli.test_commands import one_line, run
from tests.llm.stand_in import StandInServer, fails, replies, says

TURNS = (
    {
        "id": "a",
        "before": "Dana: We need her by November.",
        "text": "And if it takes a month longer?",
        "acts": ["ask_slip"],
    },
    {"id": "b", "text": "Whose budget does my fee come out of?", "acts": ["ask_budget_owner"]},
    {"id": "c", "text": "Ha, it rained here too.", "acts": []},
    {"id": "d", "text": "Ha, it rained here as well.", "acts": ["ask_pain"]},
)


@pytest.fixture
def turns(tmp_path: Path) -> str:
    path = tmp_path / "turns.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in TURNS), encoding="utf-8")
    return str(path)


def test_a_line_a_row_with_acts_and_scores(turns: str) -> None:
    done = run("listen", turns)
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["id"] for line in lines] == ["a", "b", "c", "d"]
    assert [line["acts"] for line in lines[:3]] == [["ask_slip"], ["ask_budget_owner"], []]
    assert len(lines[0]["scores"]) == 20
    assert all(0 <= score <= 1 for score in lines[0]["scores"].values())


def test_figures_against_labels_with_the_worst_rows(turns: str) -> None:
    done = run("listen", turns, "--eval")
    assert done.returncode == 0, done.stderr
    assert "4 rows, 3 heard one and all" in done.stdout
    assert "d: missed ask_pain" in done.stdout
    figures = json.loads(run("listen", turns, "--eval", "--json").stdout)
    assert figures["labels"]["ask_slip"] == {"precision": 1.0, "recall": 1.0, "f1": 1.0, "support": 1}
    assert [row["id"] for row in figures["worst"]] == ["d"]


def test_written_messages_and_the_other_side(tmp_path: Path) -> None:
    written = tmp_path / "written.jsonl"
    known = ["HR doesn't know yet that the role is funded (told by the CTO, off the record)"]
    text = "As you told me privately, the role is funded and HR has no idea."
    written.write_text(json.dumps({"id": "w", "channel": "email", "known": known, "text": text}), encoding="utf-8")
    [line] = [json.loads(each) for each in run("listen", str(written), "--written").stdout.splitlines()]
    assert "off_record" in line["sensitive"]
    assert len(line["scores"]) == 6
    other = tmp_path / "other.jsonl"
    other.write_text(
        json.dumps({"id": "o", "before": "Jen: When?", "text": "Before the March launch."}), encoding="utf-8"
    )
    [line] = [json.loads(each) for each in run("listen", str(other), "--other").stdout.splitlines()]
    assert line["acts"] == ["tells_date"]


def test_bad_rows_and_missing_labels_are_one_line(tmp_path: Path, turns: str) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text('{"id": "a", "text": "Hm."}\n{"id":', encoding="utf-8")
    for arguments in (("listen", str(path)), ("listen", str(tmp_path / "none")), ("listen", turns, "--written")):
        done = run(*arguments)
        assert done.returncode == 2
        assert one_line(done.stderr), done.stderr
    path.write_text('{"id": "a", "text": "Hm."}', encoding="utf-8")
    done = run("listen", str(path), "--eval")
    assert (done.returncode, done.stdout) == (2, "")
    assert "row 'a' has no labels" in done.stderr


def test_an_ear_needs_an_endpoint(turns: str) -> None:
    done = run("listen", turns, "--ear")
    assert done.returncode == 2
    assert one_line(done.stderr)
    assert "OPENAI_BASE_URL" in done.stderr


def test_the_doctor_says_who_listens_and_where_words_go(own_home: Path) -> None:
    done = run("doctor")
    assert done.returncode == 0, done.stderr
    assert "Words stay on this machine." in done.stdout
    assert "learned/6 on this machine" in done.stdout
    assert "the local listener alone" in done.stdout
    assert str(own_home) in done.stdout


async def test_the_doctor_asks_the_model_that_is_set(own_home: Path) -> None:
    answer = json.dumps({"ask_slip": {"stands": True, "quote": ""}})
    well_behaved = says("One, two, three."), replies('{"colour": "green"}'), replies(answer)
    async with StandInServer(*well_behaved, fails(401)) as server:
        host = server.host
        env = {"OPENAI_BASE_URL": server.base_url, "ROLEPLAY_MODEL": "tiny", "OPENAI_API_KEY": "sk-hush"}
        well = await asyncio.to_thread(run, "doctor", env=env)
        ill = await asyncio.to_thread(run, "doctor", "--json", env=env)
        alone = await asyncio.to_thread(run, "doctor", env=env | {"ROLEPLAY_EAR": "local"})
    assert well.returncode == 0, well.stderr
    assert f"tiny at {host}, where the local listener is unsure" in well.stdout
    assert "judged a plain turn right" in well.stdout
    assert "your words go there" in well.stdout
    assert ill.returncode == 1
    (fault,) = [finding for finding in json.loads(ill.stdout) if not finding["is_well"]]
    assert fault["about"] == "speech"
    assert "refused the key" in fault["says"]
    assert "sk-hush" not in well.stdout + ill.stdout + well.stderr + ill.stderr
    assert "since ROLEPLAY_EAR is local" in alone.stdout
    assert len(server.requests) == 5, "who failed at speaking isn't asked about turns"


def test_a_wrong_ear_is_told() -> None:
    done = run("doctor", env={"ROLEPLAY_EAR": "loud"})
    assert done.returncode == 2
    assert one_line(done.stderr)
