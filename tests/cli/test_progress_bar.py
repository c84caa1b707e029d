"""A long command tells how far it is: on a real terminal by a bar, elsewhere by a line or not at all."""

import json
from pathlib import Path

import pytest

from tests.cli.test_commands import SKILLED, run
from tests.cli.test_terminal import at_a_terminal

pytestmark = pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")

COUNTING = """
from roleplay.cli.progress_bar import progress_shown
with progress_shown(has_end_line=True) as tell:
    for done in range(1, 4):
        print(f"result {done}", flush=True)
        tell(done, 2000)
    input()
    tell(2000, 2000)
print("after it")
"""
UNSEEN = Path(__file__).parents[1] / "scoring" / "unseen"


def test_at_a_terminal_a_bar_tells_how_many_how_fast_and_how_long_yet() -> None:
    with at_a_terminal(program=("-c", COUNTING)) as terminal:
        for words in ("result 1", "result 3", "3 of 2000", "a second", "left"):
            terminal.wait_for(words)
        terminal.type("\r")
        terminal.wait_for("2000 of 2000")
        terminal.wait_for("after it")
        assert terminal.exit_code() == 0


def test_at_a_terminal_sessions_are_listed_and_counted() -> None:
    session = json.loads(run("practice", "--json", given=SKILLED).stdout)["session"]
    with at_a_terminal("score", "--all", "--scorecard", "unstick") as terminal:
        terminal.wait_for(f"{session} unstick")
        terminal.wait_for("1 of 1")
        terminal.wait_for("Scored 1 session")
        assert terminal.exit_code() == 0


def test_calibrating_counts_at_a_terminal_and_is_quiet_elsewhere(tmp_path: Path) -> None:
    for path in UNSEEN.glob("discovery-bakery*.json"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    done = run("calibrate", str(tmp_path), "--json", "--bar", "0", "--criterion-bar", "0")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["cases"] > 0
    assert done.stderr == ""
    with at_a_terminal("calibrate", str(tmp_path), "--bar", "0", "--criterion-bar", "0") as terminal:
        terminal.wait_for("1 of 1")
        terminal.wait_for("verdicts agree")
        assert terminal.exit_code() == 0
