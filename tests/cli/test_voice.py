"""`roleplay voice`, asking about a server that was found, and what the doctor says of a voice."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend

from roleplay.cli.main import main
from tests.llm.stand_in import STAND_IN_MODEL, StandInServer, says, serving, stalls

KEY = "sk-never-to-be-seen"


class FakeKeyring(KeyringBackend):
    """A keyring in memory."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        """The key, if there is one."""
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep a key."""
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        """Forget a key."""
        del self.kept[service, username]


@pytest.fixture
def fake_keyring() -> Iterator[FakeKeyring]:
    """The keyring that the program finds."""
    before, fake = keyring.get_keyring(), FakeKeyring()
    keyring.set_keyring(fake)
    yield fake
    keyring.set_keyring(before)


def run(*arguments: str, given: str = "", env: dict[str, str] | None = None) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "roleplay.cli.main", *arguments],
        input=given,
        env={**os.environ, **(env or {})},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def looking_at(server: StandInServer) -> dict[str, str]:
    """An environment in which this server is found, on a busy machine too."""
    return {"ROLEPLAY_PORTS": server.host.partition(":")[2], "ROLEPLAY_LOOK_S": "20"}


def shown(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, str]:
    """What `roleplay voice --json` prints."""
    assert main(["voice", "--json", *arguments]) == 0
    printed: dict[str, str] = json.loads(capsys.readouterr().out)
    return printed


def test_a_choice_is_remembered_shown_and_forgotten(capsys: pytest.CaptureFixture[str], own_home: Path) -> None:
    assert shown(capsys)["chosen"] == "nobody chose; the script speaks"
    used = shown(capsys, "use", "http://localhost:8080", "--model", "m")
    assert (used["voice"], used["chosen"]) == ("m at http://localhost:8080/v1", "roleplay voice use")
    assert shown(capsys)["words"] == "Personas are voiced by m at localhost:8080: your words go there."
    assert shown(capsys, "use", "script")["voice"] == "the script"
    (own_home / "voice.json").write_text("{")
    assert main(["voice"]) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert shown(capsys, "forget")["chosen"] == "nobody chose; the script speaks"


def test_a_models_file_is_remembered_by_its_whole_path(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tiny.gguf").write_bytes(b"GGUF")
    used = shown(capsys, "use", "gguf:tiny.gguf")
    assert used["voice"] == str(tmp_path / "tiny.gguf")
    assert used["words"] == "Personas are voiced by tiny.gguf inside this program. Words stay on this machine."
    assert main(["voice", "use", "gguf:none.gguf"]) == 2
    assert "none.gguf isn't there" in capsys.readouterr().err


def test_a_key_is_kept_in_the_keyring_and_nowhere_else(
    capsys: pytest.CaptureFixture[str], own_home: Path, fake_keyring: FakeKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    main(["voice", "use", "https://models.example/v1"])
    monkeypatch.setattr("sys.stdin", StringIO(f"{KEY}\n"))
    assert main(["voice", "key"]) == 0
    assert fake_keyring.kept == {("roleplay", "models.example"): KEY}
    assert "The key for models.example is in the system's keyring." in capsys.readouterr().out
    assert shown(capsys)["key"] == "in the system's keyring"
    assert main(["voice", "key", "models.example", "--delete"]) == 0
    assert fake_keyring.kept == {}
    assert main(["voice", "key", "models.example", "--delete"]) == 1
    written = "".join(path.read_text(errors="replace") for path in own_home.rglob("*") if path.is_file())
    told = capsys.readouterr()
    assert KEY not in written + told.out + told.err


def test_a_key_from_the_keyring_is_sent_to_its_host_alone(
    capsys: pytest.CaptureFixture[str], fake_keyring: FakeKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (
        serving(StandInServer(says("One two three."))) as server,
        serving(StandInServer(says("One two three."))) as other,
    ):
        monkeypatch.setattr("sys.stdin", StringIO(f"{KEY}\n"))
        assert main(["voice", "key", server.host]) == 0
        for each in (server, other):
            main(["doctor", "--voice", each.base_url])
        assert {headers["authorization"] for headers in server.headers} == {f"Bearer {KEY}"}
        assert {headers["authorization"] for headers in other.headers} == {"Bearer local"}
    told = capsys.readouterr()
    assert KEY not in told.out + told.err


def test_without_the_extra_it_is_told_what_to_install(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    monkeypatch.setattr("sys.stdin", StringIO(f"{KEY}\n"))
    assert main(["voice", "key", "models.example"]) == 2
    told = capsys.readouterr().err
    assert told == "roleplay: the system's keyring needs an extra: pip install 'roleplay-practice[keyring]'\n"


def test_a_keyring_that_fails_is_one_line_without_the_key() -> None:
    done = run("voice", "key", "models.example", given=f"{KEY}\n")  # the tests' environment sets a backend that fails
    assert done.returncode == 2
    assert done.stderr.startswith("roleplay: the system's keyring can't be used (NoKeyringError)")
    assert KEY not in done.stderr + done.stdout


def test_where_nobody_can_answer_the_script_speaks_and_a_line_says_that_a_server_is_there() -> None:
    with serving(StandInServer()) as server:
        done = run("practice", given="Hi Dana.\n", env=looking_at(server))
        assert done.returncode == 0
        assert "Words stay on this machine." in done.stdout
        assert done.stderr == (
            f"roleplay: A model server runs on this machine ({server.host}) and isn't used; the script speaks. "
            f"To have it voice the other side: roleplay voice use {server.base_url}\n"
        )
        assert set(server.paths) == {"/v1/models"}, "nothing else is sent before somebody said yes"
        assert not server.requests


def test_a_voice_that_somebody_chose_is_not_looked_past() -> None:
    with serving(StandInServer()) as server:
        done = run("practice", "--voice", "script", given="Hi.\n", env=looking_at(server))
        assert (done.returncode, done.stderr) == (0, "")
        assert not server.paths


def test_a_server_that_was_allowed_speaks_without_being_asked_about_again(own_home: Path) -> None:
    with serving(StandInServer(says("Dana here, good morning to you."))) as server:
        own_home.mkdir()
        (own_home / "voice.json").write_text(json.dumps({"answers": {server.host: True}}))
        done = run("practice", given="Hi Dana.\n", env=looking_at(server))
        assert done.returncode == 0, done.stderr
        assert f"Personas are voiced by {STAND_IN_MODEL} at {server.host}: your words go there." in done.stdout
        assert server.requests


def test_a_server_that_was_refused_is_neither_used_nor_named(own_home: Path) -> None:
    with serving(StandInServer()) as server:
        own_home.mkdir()
        (own_home / "voice.json").write_text(json.dumps({"answers": {server.host: False}}))
        done = run("practice", given="Hi Dana.\n", env=looking_at(server))
        assert (done.returncode, done.stderr) == (0, "")
        assert not server.requests


def findings(*arguments: str) -> tuple[int, dict[str, dict[str, str | bool]]]:
    done = run("doctor", "--json", *arguments)
    assert done.stderr == ""
    return done.returncode, {finding["about"]: finding for finding in json.loads(done.stdout)}


def test_the_doctor_measures_a_voice() -> None:
    with serving(StandInServer(says("One, two, three."))) as server:
        _, found = findings("--voice", server.base_url, "--model", "tiny-1b")
        assert found["voice"]["says"] == f"tiny-1b at {server.base_url}, chosen by the command line"
        assert "the server lists 1 model" in str(found["round trip"]["says"])
        assert str(found["speech"]["says"]).startswith("tiny-1b: first token after ")
        assert {"words", "servers", "budget", "form"} <= set(found)


def test_the_doctor_says_in_one_line_what_fails() -> None:
    code, found = findings("--voice", "http://127.0.0.1:9/v1")
    assert code == 1
    assert [about for about, finding in found.items() if not finding["is_well"]] == ["round trip"]
    assert "refused the connection" in str(found["round trip"]["says"])


def test_the_doctor_is_not_held_up_by_a_server_that_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    from roleplay.cli import voice_check
    from roleplay.llm.connection import Bounds

    monkeypatch.setattr(voice_check, "REPLY_LIMITS", Bounds(first_s=0.3, between_s=0.3, total_s=1))
    with serving(StandInServer(stalls(""))) as server:
        assert main(["doctor", "--voice", server.base_url, "--model", "m"]) == 1


def test_the_doctor_tells_of_a_model_that_isnt_there(tmp_path: Path) -> None:
    code, found = findings("--voice", f"gguf:{tmp_path}/none.gguf")
    assert code == 1
    assert "none.gguf isn't there" in str(found["loading"]["says"])
