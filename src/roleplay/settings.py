"""Settings, from the environment: where data lives, and which endpoint, if any, voices the personas."""

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from platformdirs import user_data_path
from pydantic import Field, SecretStr

from roleplay.errors import SettingsError
from roleplay.values import Value

OPENAI_URL = "https://api.openai.com/v1"
OPENAI_MODEL = "gpt-5.4-mini"
"""What is asked of OpenAI where ROLEPLAY_MODEL names nothing: small and quick, in openai 3.54's list of chat models."""
LOCAL_KEY = "local"
"""What is sent as a key to a server that wants none; the client insists on one."""


class Endpoint(Value):
    """An OpenAI-compatible server that voices the personas."""

    base_url: str
    api_key: SecretStr
    model: str | None = None
    """The model's name; None: the first that the server lists."""

    @property
    def host(self) -> str:
        """Where the words go, as shown to the user: host, and port where there is one."""
        return urlsplit(self.base_url).netloc.rpartition("@")[2]


class Settings(Value):
    """Everything that a composition root needs. Read once, handed down."""

    home: Path
    """The folder with the user's data: sessions, and content of their own."""
    endpoint: Endpoint | None = Field(default=None)
    asks_model: bool = True
    """Whether the endpoint's model, if there is one, is asked about turns that the local reading is unsure of."""
    recruiter: str | None = None

    @property
    def database(self) -> Path:
        """The file that holds the sessions."""
        return self.home / "sessions.sqlite3"

    @property
    def own_content(self) -> Path:
        """The folder with the user's own personas, scenarios and scorecards."""
        return self.home / "content"


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Read settings from environment variables.

    `ROLEPLAY_HOME`: the data folder. `OPENAI_API_KEY`, `OPENAI_BASE_URL`: either of them sets an endpoint.
    `ROLEPLAY_MODEL`: its model. `ROLEPLAY_EAR=local`: it voices the personas, but is asked about no turn.
    `ROLEPLAY_NAME`: the recruiter's name.

    Raises:
        SettingsError: a value can't be used.
    """
    given = environment.get("ROLEPLAY_HOME", "").strip()
    try:
        home = Path(given).expanduser() if given else user_data_path("roleplay", appauthor=False)
    except RuntimeError as error:
        raise SettingsError(f"ROLEPLAY_HOME is {given!r}: {error}; give it a folder's whole path") from error
    ear = environment.get("ROLEPLAY_EAR", "").strip().lower()
    if ear not in {"", "local", "model"}:
        raise SettingsError(f"ROLEPLAY_EAR is {ear!r}; it is local, or model (which is what it is when it isn't set)")
    return Settings(
        home=home.absolute(),
        endpoint=_endpoint(environment),
        asks_model=ear != "local",
        recruiter=environment.get("ROLEPLAY_NAME", "").strip() or None,
    )


def _endpoint(environment: Mapping[str, str]) -> Endpoint | None:
    key = environment.get("OPENAI_API_KEY", "").strip()
    url = environment.get("OPENAI_BASE_URL", "").strip()
    if not key and not url:
        return None
    base_url = url or OPENAI_URL
    try:
        parts = urlsplit(base_url)
        is_url = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        is_url = False
    if not is_url:
        raise SettingsError(
            f"OPENAI_BASE_URL is {base_url!r}, which is no web address; it looks like http://localhost:8080/v1"
        )
    model = environment.get("ROLEPLAY_MODEL", "").strip() or None
    if model is None and base_url.rstrip("/") == OPENAI_URL:
        model = OPENAI_MODEL
    return Endpoint(base_url=base_url.rstrip("/"), api_key=SecretStr(key or LOCAL_KEY), model=model)
