"""`roleplay export`, as a user runs it: in a process of its own."""

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from roleplay.record.transcript import Transcript
from roleplay.scoring.result import Result
from tests.reports.record_store import KEY, RecordStoreServer, serving

SAYS = "Hi Dana, it's Jen.\nWhen do you need them filled by?\n"


def run(*arguments: str, given: str = "", env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "roleplay.cli.main", *arguments],
        input=given.encode(),
        capture_output=True,
        env={**os.environ, **(env or {})},
        timeout=120,
        check=False,
    )


def is_one_line(text: bytes) -> bool:
    return text.count(b"\n") == 1 and b"Traceback" not in text


@pytest.fixture
def session() -> str:
    """A finished session's id."""
    done = run("practice", "--json", "--seed", "1", "--as", "../Jen; =1+1", given=SAYS)
    return str(json.loads(done.stdout)["session"])


def test_text_goes_to_standard_output_and_nothing_else_does(session: str) -> None:
    done = run("export", session)
    assert (done.returncode, done.stderr) == (0, b"")
    (told,) = json.loads(done.stdout)["sessions"]
    assert told["session"] == session
    assert Transcript.model_validate(told["transcript"]).scenario == "first-call-cto"
    assert Result.model_validate_json(json.dumps(told["result"])).scorecard == "discovery-call"
    for wanted, begins in (
        ("md", b"# First call"),
        ("html", b"<!DOCTYPE html>"),
        ("csv", b'"session"'),
        ("xapi", b"["),
    ):
        done = run("export", session, "--format", wanted)
        assert (done.returncode, done.stderr) == (0, b"")
        assert done.stdout.startswith(begins)


def test_a_file_is_written_where_it_was_named_and_never_over_another(session: str, tmp_path: Path) -> None:
    path = tmp_path / "Jen's table.csv"
    assert run("export", session, "--format", "csv", "-o", str(path)).returncode == 0
    text = path.read_text(encoding="utf-8-sig")
    assert next(csv.DictReader(io.StringIO(text, newline="")))["recruiter"] == "../Jen;' =1+1"
    path.write_text("mine", encoding="utf-8")
    refused = run("export", session, "--format", "csv", "-o", str(path))
    assert refused.returncode == 2
    assert b"--force" in refused.stderr
    assert is_one_line(refused.stderr)
    assert path.read_text(encoding="utf-8") == "mine"
    assert run("export", session, "--format", "csv", "-o", str(path), "--force").returncode == 0
    assert path.read_text(encoding="utf-8-sig") == text
    assert [each.name for each in tmp_path.glob("*.csv")] == [path.name]
    assert not list(tmp_path.glob(".roleplay-*"))


def test_in_a_folder_the_file_gets_a_harmless_name(session: str, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    assert run("export", session, "--format", "html", "-o", str(folder)).returncode == 0
    assert [path.name for path in folder.iterdir()] == [f"roleplay-{session}-jen-1-1.html"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("no-such-session",), b"no-such-session"),
        (("{}", "--format", "docx"), b"docx"),
        (("{}", "-o", "{no}/x.json"), b"can't be written"),
        (("{}", "--post", "-o", "x.json"), b"--format"),
        (("{}", "--post"), b"ROLEPLAY_LRS_URL"),
        (("{}", "--post", "nonsense"), b"no web address"),
    ],
)
def test_bad_input_is_one_line(session: str, tmp_path: Path, arguments: tuple[str, ...], words: bytes) -> None:
    done = run("export", *(each.format(session, no=tmp_path / "no") for each in arguments))
    assert done.returncode == 2
    assert words in done.stderr
    assert is_one_line(done.stderr)
    assert done.stdout == b""


def test_an_unfinished_session_cant_be_exported() -> None:
    code = (
        "import asyncio, os\nfrom roleplay.studio import Studio\n"
        "async def main():\n    studio = await Studio.open(os.environ)\n"
        "    practice = await studio.start('first-call-cto')\n    print(practice.id)\n    await studio.aclose()\n"
        "asyncio.run(main())\n"
    )
    begun = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    done = run("export", begun.stdout.strip())
    assert done.returncode == 2
    assert b"isn't over" in done.stderr
    assert is_one_line(done.stderr)


def test_statements_are_posted_where_it_was_said_once_it_goes(session: str) -> None:
    with serving(RecordStoreServer(503, 503)) as store:
        settings = {"ROLEPLAY_LRS_URL": store.url, "ROLEPLAY_LRS_AUTH": KEY}
        done = run("export", session, "--post", env=settings)
        assert done.returncode == 0, done.stderr
        assert done.stdout == b""
        assert store.url.split("/")[2].encode() in done.stderr
        assert f"took {len(store.kept)} statements".encode() in done.stderr
        printed = json.loads(run("export", session, "--format", "xapi", env=settings).stdout)
        assert printed == list(store.kept.values())
        assert len(store.versions) == 3, "without --post nothing is sent, whatever is set"


def test_a_store_that_refuses_is_told_in_one_line_more(session: str) -> None:
    with serving(RecordStoreServer()) as store:
        done = run("export", session, "--post", store.url, env={"ROLEPLAY_LRS_AUTH": "key:wrong"})
    assert done.returncode == 2
    assert b"401" in done.stderr.splitlines()[-1]
    assert len(done.stderr.splitlines()) == 2
    assert b"wrong" not in done.stderr
