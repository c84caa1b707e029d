"""Workers as programs: started on the command line, fed by a coach, stopped by a signal."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from roleplay.cli.main import main
from tests.cli.test_team import DEADLINE_S, Run, assign, people, play, refused, run, team
from tests.firm import Firm, on_both

__all__ = ["people", "run", "team"]  # fixtures


@contextmanager
def worker(firm: Firm, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A worker process, stopped as a system stops it."""
    started = subprocess.Popen(
        [sys.executable, "-m", "roleplay.cli.main", "worker", *arguments],
        env={**os.environ, **firm.environment("robot")},
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield started
    finally:
        started.send_signal(signal.SIGTERM)
        started.communicate(timeout=DEADLINE_S)


@pytest.mark.parametrize("firm", ["postgresql"], indirect=True)
def test_a_coach_has_everything_scored_again_by_a_worker(team: Run, firm: Firm, own_home: Path) -> None:
    call = assign(team, "--to", "Jen")
    sessions = [play(team, "Jen", call) for _ in range(2)]
    team("submit", sessions[0], me="Jen")
    with worker(firm) as working:
        told = team("score", "--all", "--scorecard", "unstick", "--json", me="Cora").told
        assert [each["session"] for each in told["scored"]] == sessions[:1], "what wasn't handed in isn't a coach's"
        again = team("score", "--all", "--scorecard", "unstick", "--json", me="Cora").told
        assert (again["scored"], again["skipped"]) == ([], sessions[:1])
        working.send_signal(signal.SIGTERM)
        _, log = working.communicate(timeout=DEADLINE_S)
    assert working.returncode == 0, log
    lines = [json.loads(line) for line in log.splitlines()]
    assert [line["event"] for line in lines] == ["worker_started", "job_done", "worker_stopped"]
    assert lines[1]["session"] == sessions[0]
    assert "Dana" not in log


@pytest.mark.parametrize("firm", ["postgresql"], indirect=True)
def test_where_no_worker_runs_that_is_told_and_the_jobs_wait(team: Run, firm: Firm) -> None:
    call = assign(team, "--to", "Jen")
    team("submit", play(team, "Jen", call), me="Jen")
    waiting = subprocess.Popen(
        [sys.executable, "-m", "roleplay.cli.main", "--as", "Cora", "score", "--all", "--scorecard", "unstick"],
        env={**os.environ, **firm.environment()},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert waiting.stderr is not None
    ends = time.monotonic() + DEADLINE_S
    told = ""
    while "no worker runs" not in told:
        assert time.monotonic() < ends, told
        told += waiting.stderr.readline()
    waiting.send_signal(signal.SIGINT)
    _, rest = waiting.communicate(timeout=DEADLINE_S)
    assert waiting.returncode == 130
    assert "Traceback" not in told + rest
    assert "0 workers; 1 waiting" in team("doctor", me="Cora").out
    with worker(firm, "--until-empty") as working:
        working.wait(DEADLINE_S)
    assert "0 waiting" in team("doctor", me="Cora").out


@on_both
def test_what_is_not_a_workers_is_one_line(
    firm: Firm, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in firm.environment().items():
        monkeypatch.setenv(name, value)
    assert main(["worker"]) == 2
    told = capsys.readouterr().err
    assert ("ROLEPLAY_DB names it" if firm.running is None else "is no worker's") in told
    assert "Traceback" not in told


@pytest.mark.parametrize("firm", ["postgresql"], indirect=True)
def test_what_a_recruiter_has_scored_again_is_their_own_and_needs_no_worker(team: Run) -> None:
    session = play(team, "Jen", assign(team, "--to", "Jen"))
    told = team("score", "--all", "--scorecard", "unstick", "--json", me="Jen").told
    assert [each["session"] for each in told["scored"]] == [session]
    refused(team("score", session, me="Sam"), "is somebody else's")
