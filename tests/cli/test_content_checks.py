"""`roleplay check`: what it warns of beside mistakes, and what it plays."""

from pathlib import Path

from tests.cli.test_commands import run

SCORECARD = """\
title: Two acts that are one
about: Tests.
pass_mark: 50
acts:
  ask_the_date:
    does: asks by when the position must be filled
    examples:
      - When do you need this filled by?
      - By when do you need somebody?
      - What's the latest date they could start?
      - When must they be there?
      - What's the deadline for this hire?
      - By what date does it have to be filled?
  ask_the_start:
    does: asks when somebody must start
    examples:
      - When does somebody have to start?
      - What date do they have to begin?
      - When do they need to be in the seat by?
      - By when must somebody be at the desk?
      - What's the last day for them to start?
      - When is it that you need them there?
criteria:
  date:
    title: Ask for the date
    kind: act
    acts: [ask_the_date, ask_the_start]
    weight: 10
    why: A date is a date.
    say:
      - When do you need this filled by?
      - By when?
"""


def test_acts_that_cannot_be_told_apart_are_warned_of_with_their_line(tmp_path: Path) -> None:
    path = tmp_path / "scorecards" / "two-in-one.yaml"
    path.parent.mkdir()
    path.write_text(SCORECARD, encoding="utf-8")
    done = run("check", str(path))
    assert done.returncode == 0, "a warning is no mistake"
    assert "1 file, no mistakes" in done.stdout
    assert f"{path}:5: acts.ask_the_date: warning:" in done.stderr
    assert "are heard as 'ask_deadline', an act of the codebook" in done.stderr
    assert "are as like those of" in done.stderr


def test_shipped_acts_of_scorecards_raise_no_warning() -> None:
    done = run("check")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""


def test_check_deep_plays_what_it_checks() -> None:
    done = run("check", "--deep", "--n", "1")
    assert done.returncode in {0, 1}, done.stderr
    assert "Traceback" not in done.stderr
    for line in done.stderr.splitlines():
        assert "is won by saying" not in line
