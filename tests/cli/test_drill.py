"""`roleplay drill`, as a user runs it: in a process of its own."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from roleplay.content.library import Library, shipped_root

BUMP = "And say it's a month later than that, what happens then?"


def run(*arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "roleplay.cli.main", *arguments],
        input=given,
        capture_output=True,
        text=True,
        env=dict(os.environ),
        timeout=120,
        check=False,
    )


def test_a_deck_is_played_with_one_line_an_answer() -> None:
    done = run("drill", "the-bump", "--n", "3", given=f"{BUMP}\nWhose budget pays my fee?\n\n")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert "Rob Ellery, operations manager: “First of March." in done.stdout
    assert f"You: {BUMP}" in done.stdout
    assert "✓ “And say it's a month later than that, what happens then?” moves the date out." in done.stdout
    assert "✗ “Whose budget pays my fee?” asks whose budget pays; nothing was heard" in done.stdout
    assert "✗ Skipped." in done.stdout
    assert done.stdout.count("One way: “") == 3
    assert done.stdout.endswith("1 of 3 passed, 1 skipped.\n")


def test_what_was_answered_does_not_come_again_at_once() -> None:
    run("drill", "the-bump", "--n", "1", given=f"{BUMP}\n")
    assert "Rob Ellery" not in run("drill", "the-bump", given="/end\n").stdout
    listed = {deck["deck"]: deck for deck in json.loads(run("drill", "--list", "--json").stdout)}
    assert (listed["the-bump"]["new"], listed["whose-budget"]["new"]) == (8, 9)
    assert "the-bump        The bump: 9 cards, 0 due, 8 new\n" in run("drill", "--list").stdout
    assert "Rob Ellery" in run("drill", "the-bump", "--as", "Sam", given="/end\n").stdout


def test_when_nothing_is_due_the_day_is_told() -> None:
    run("drill", "the-bump", given=f"{BUMP}\n" * 9)
    done = run("drill", "the-bump")
    assert done.returncode == 0
    assert re.fullmatch(r"Nothing is due before \d+ \w{3} \d{4}, \d\d:\d\d\.\n", done.stdout)


def test_json_is_all_that_stands_on_standard_output() -> None:
    done = run("drill", "the-bump", "--n", "2", "--json", given=f"{BUMP}\n\n")
    told = json.loads(done.stdout)
    assert (told["cards"], told["passed"], told["skipped"]) == (2, 1, 1)
    assert [answer["answer"] for answer in told["answers"]] == [BUMP, None]
    assert "1 of 2 passed" in done.stderr


def test_input_may_end_early() -> None:
    assert run("drill", "--n", "4").stdout.endswith("0 of 0 passed, 0 skipped.\n")


def test_every_model_answer_passes_when_it_is_typed(library: Library) -> None:
    for deck, drill in library.drills.items():
        lines = "".join(f"{card.model}\n" for card in drill.cards.values())
        told = json.loads(run("drill", deck, "--json", given=lines).stdout)
        assert told["passed"] == told["cards"] == len(drill.cards)


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("/stop\n", "'/stop' is no command; /end stops, an empty line skips."),
        ("why " * 2000 + "\n", "characters; say at most"),
    ],
)
def test_a_line_that_is_no_answer_is_told_and_the_card_stays(given: str, wanted: str) -> None:
    done = run("drill", "the-bump", "--n", "1", given=given + f"{BUMP}\n")
    assert wanted in done.stdout
    assert done.stdout.endswith("1 of 1 passed, 0 skipped.\n")


@pytest.mark.parametrize("arguments", [("no-such-deck",), ("--n", "0"), ("--n", "ten")])
def test_wrong_use_is_one_line(arguments: tuple[str, ...]) -> None:
    done = run("drill", *arguments)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("roleplay")


def test_escape_sequences_are_not_shown() -> None:
    done = run("drill", "the-bump", "--n", "1", given="\x1b[31mred\x07\n")
    assert "\x1b" not in done.stdout
    assert "\x07" not in done.stdout


def test_a_deck_of_ones_own_is_checked(tmp_path: Path) -> None:
    path = tmp_path / "drills" / "mine.yaml"
    path.parent.mkdir()
    text = (shipped_root() / "drills" / "the-bump.yaml").read_text(encoding="utf-8")
    path.write_text(text.replace("model: Okay, first of March. And say", "model: Fine. Thanks. #"), encoding="utf-8")
    done = run("check", str(path))
    assert done.returncode == 0
    assert "cards.cold-store.model: warning: doesn't pass: Nothing was heard" in done.stderr
    path.write_text(text.replace("trains: [month_longer", "trains: [month_lnger"), encoding="utf-8")
    done = run("check", str(path))
    assert done.returncode == 2
    assert done.stderr.startswith(f"{path}:4: trains.0: no criterion 'month_lnger' in a scorecard; allowed:")
    assert done.stderr.count("\n") == 1
