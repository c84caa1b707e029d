"""Settings: from the command line, what is remembered, and the environment."""

from pathlib import Path

import pytest

from roleplay.errors import SettingsError
from roleplay.remembered import Remembered, read_remembered, write_remembered
from roleplay.settings import LOCAL_KEY, OPENAI_MODEL, OPENAI_URL, PORTS, Source, Wanted, read_settings


def test_with_nothing_set_no_word_leaves_the_machine() -> None:
    assert read_settings({}).endpoint is None
    assert read_settings({"OPENAI_API_KEY": " ", "OPENAI_BASE_URL": "", "ROLEPLAY_MODEL": "x"}).endpoint is None


def test_a_key_alone_means_openai() -> None:
    endpoint = read_settings({"OPENAI_API_KEY": "sk-secret"}).endpoint
    assert endpoint is not None
    assert (endpoint.base_url, endpoint.model, endpoint.host) == (OPENAI_URL, OPENAI_MODEL, "api.openai.com")


def test_a_server_of_ones_own_needs_no_key() -> None:
    endpoint = read_settings({"OPENAI_BASE_URL": "http://localhost:8080/v1/"}).endpoint
    assert endpoint is not None
    assert (endpoint.base_url, endpoint.model, endpoint.host) == ("http://localhost:8080/v1", None, "localhost:8080")
    assert endpoint.api_key.get_secret_value()


def test_a_key_is_never_shown() -> None:
    settings = read_settings({"OPENAI_API_KEY": "sk-secret", "OPENAI_BASE_URL": "https://me:pw@host.example/v1"})
    assert "sk-secret" not in f"{settings!r} {settings} {settings.model_dump_json()}"
    assert settings.endpoint is not None
    assert settings.endpoint.host == "host.example"


@pytest.mark.parametrize("url", ["localhost", "ftp://x/v1", "http://", "http://x:99999/v1", "http://[::1"])
def test_what_is_no_web_address_is_refused_in_one_line(url: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read_settings({"OPENAI_BASE_URL": url})
    assert "OPENAI_BASE_URL" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_data_lives_where_roleplay_home_says(tmp_path: Path) -> None:
    settings = read_settings({"ROLEPLAY_HOME": str(tmp_path), "ROLEPLAY_NAME": " Jen "})
    assert settings.database.parent == settings.own_content.parent == tmp_path
    assert settings.recruiter == "Jen"


def chosen(environment: dict[str, str], home: Path, wanted: Wanted | None = None) -> tuple[Source, str | None]:
    """Who chose, and the address or file that speaks."""
    settings = read_settings({"ROLEPLAY_HOME": str(home), **environment}, wanted)
    assert settings.endpoint is None or settings.model_file is None
    if settings.model_file is not None:
        return settings.source, str(settings.model_file.path)
    return settings.source, None if settings.endpoint is None else settings.endpoint.base_url


def test_the_command_line_beats_the_remembered_choice_which_beats_the_environment(tmp_path: Path) -> None:
    environment: dict[str, str] = {}
    assert chosen(environment, tmp_path) == (Source.NOBODY, None)
    environment["OPENAI_BASE_URL"] = "http://of-the-environment/v1"
    assert chosen(environment, tmp_path) == (Source.ENVIRONMENT, "http://of-the-environment/v1")
    write_remembered(tmp_path, Remembered(voice="http://remembered/v1", model="m"))
    assert chosen(environment, tmp_path) == (Source.REMEMBERED, "http://remembered/v1")
    assert chosen(environment, tmp_path, Wanted(voice="http://given")) == (Source.COMMAND_LINE, "http://given/v1")
    assert chosen(environment, tmp_path, Wanted(voice="gguf:/m/x.gguf")) == (Source.COMMAND_LINE, "/m/x.gguf")
    assert chosen(environment, tmp_path, Wanted(voice="script")) == (Source.COMMAND_LINE, None)
    write_remembered(tmp_path, Remembered(voice="script"))
    assert chosen(environment, tmp_path) == (Source.REMEMBERED, None)


def test_a_model_inside_is_named_by_roleplay_model(tmp_path: Path) -> None:
    environment = {"ROLEPLAY_MODEL": "gguf:/m/x.gguf", "OPENAI_API_KEY": "sk-other", "ROLEPLAY_CONTEXT": "4096"}
    assert chosen(environment, tmp_path) == (Source.ENVIRONMENT, "/m/x.gguf")
    model_file = read_settings({"ROLEPLAY_HOME": str(tmp_path), **environment}).model_file
    assert model_file is not None
    assert model_file.context_tokens == 4096


def test_the_command_lines_model_is_asked_of_the_server_that_is_set(tmp_path: Path) -> None:
    environment = {"ROLEPLAY_HOME": str(tmp_path), "OPENAI_BASE_URL": "http://x/v1", "ROLEPLAY_MODEL": "a"}
    endpoint = read_settings(environment, Wanted(model="b")).endpoint
    assert endpoint is not None
    assert endpoint.model == "b"


class FakeKeys:
    """A keyring with a key for everybody; remembers who was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def get(self, host: str) -> str | None:
        """A key with the host's name."""
        self.asked.append(host)
        return f"sk-of-{host}"


@pytest.mark.parametrize(
    ("environment", "voice", "key", "asked"),
    [
        ({"OPENAI_API_KEY": "sk-env"}, None, "sk-env", []),
        ({"OPENAI_API_KEY": "sk-env"}, "https://api.openai.com/v1", "sk-env", []),
        ({"OPENAI_API_KEY": "sk-env"}, "https://known.example/v1", "sk-of-known.example", ["known.example"]),
        ({"OPENAI_API_KEY": "sk-env"}, "https://other.example/v1", LOCAL_KEY, []),
        ({"OPENAI_BASE_URL": "https://Known.example/v1"}, None, "sk-of-known.example", ["known.example"]),
    ],
)
def test_a_key_goes_to_its_own_host_alone(
    tmp_path: Path, environment: dict[str, str], voice: str | None, key: str, asked: list[str]
) -> None:
    write_remembered(tmp_path, Remembered(keys=("known.example",)))
    keys = FakeKeys()
    settings = read_settings({"ROLEPLAY_HOME": str(tmp_path), **environment}, Wanted(voice=voice), keys=keys)
    assert settings.endpoint is not None
    assert settings.endpoint.api_key.get_secret_value() == key
    assert keys.asked == asked


@pytest.mark.parametrize(
    ("environment", "wanted", "says"),
    [
        ({}, Wanted(voice="localhost"), "--voice is 'localhost', which is no web address"),
        ({}, Wanted(voice="https://me:sk-secret@host/v1"), "roleplay voice key"),
        ({}, Wanted(voice="https://me:sk-secret@/v1"), "no web address"),
        ({}, Wanted(voice="https://host/v1?key=sk-secret"), "roleplay voice key"),
        ({}, Wanted(voice="gguf:"), "path of a model's file"),
        ({}, Wanted(voice="script", model="x"), "leave it out"),
        ({}, Wanted(model="x"), "no server is set"),
        ({"ROLEPLAY_CONTEXT": "many"}, Wanted(), "ROLEPLAY_CONTEXT"),
        ({"ROLEPLAY_PORTS": "80,x"}, Wanted(), "ROLEPLAY_PORTS"),
        ({"ROLEPLAY_LOOK_S": "soon"}, Wanted(), "ROLEPLAY_LOOK_S"),
        ({"ROLEPLAY_LOOK_S": "nan"}, Wanted(), "ROLEPLAY_LOOK_S"),
    ],
)
def test_what_cant_be_used_is_told_in_one_line_without_a_key(
    tmp_path: Path, environment: dict[str, str], wanted: Wanted, says: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        read_settings({"ROLEPLAY_HOME": str(tmp_path), **environment}, wanted)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "sk-secret" not in str(caught.value)


def test_the_ports_that_are_looked_at_can_be_set(tmp_path: Path) -> None:
    home = {"ROLEPLAY_HOME": str(tmp_path)}
    assert read_settings(home).ports == PORTS
    assert read_settings(home | {"ROLEPLAY_PORTS": "8081, 9000"}).ports == (8081, 9000)
    assert read_settings(home | {"ROLEPLAY_PORTS": "none"}).ports == ()


def test_what_is_remembered_is_written_for_its_owner_only(tmp_path: Path) -> None:
    home = tmp_path / "new"
    write_remembered(home, Remembered(voice="script", answers={"127.0.0.1:8080": False}))
    assert read_remembered(home).answers == {"127.0.0.1:8080": False}
    assert [path.name for path in home.iterdir()] == ["voice.json"]
    assert (home / "voice.json").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("content", ["", "{", "[]", '{"voice": 7}', '{"key": "sk-secret"}', "\x00"])
def test_a_broken_file_of_what_is_remembered_is_one_clear_line(tmp_path: Path, content: str) -> None:
    (tmp_path / "voice.json").write_text(content)
    with pytest.raises(SettingsError) as caught:
        read_remembered(tmp_path)
    assert str(caught.value) == f"{tmp_path / 'voice.json'} is broken; roleplay voice forget starts it anew"


def test_a_folder_that_cant_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match=r"voice\.json can't be written: .*; check ROLEPLAY_HOME"):
        write_remembered(tmp_path / "file", Remembered())
