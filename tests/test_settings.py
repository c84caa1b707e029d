"""Settings from the environment."""

from pathlib import Path

import pytest

from roleplay.errors import SettingsError
from roleplay.settings import OPENAI_MODEL, OPENAI_URL, read_settings


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
