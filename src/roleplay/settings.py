"""Settings: where data lives, and who voices the personas.

The voice comes from the first of these that names one: the command line, the choice that `roleplay voice use` keeps,
the environment. A choice made for this program beats variables that may be there for other programs. Where none
names one, a server on this machine may, once the user allowed it; that is for `studio` to find out.
"""

import re
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from platformdirs import user_data_path
from pydantic import Field, SecretStr

from roleplay.errors import SettingsError
from roleplay.keys import KeyStore
from roleplay.remembered import Remembered, read_remembered
from roleplay.values import Value

OPENAI_URL = "https://api.openai.com/v1"
OPENAI_MODEL = "gpt-5.4-mini"
"""What is asked of OpenAI where ROLEPLAY_MODEL names nothing: small and quick, in openai 3.54's list of chat models."""
LOCAL_KEY = "local"
"""What is sent as a key to a server that wants none; the client insists on one."""
INSIDE: Final = "this program"
"""The host of a model that runs inside the program: words go nowhere."""
SCRIPT: Final = "script"
GGUF: Final = "gguf:"
CONTEXT_TOKENS: Final = 8192
"""The longest session of the shipped scenarios, prompt and all, with room to spare."""
PORTS: Final = (11434, 1234, 8080, 8000)
"""Where Ollama, LM Studio, llama.cpp and vLLM listen unless they are told otherwise."""
NO_PORTS: Final = "none"
LOOK_S: Final = 0.3
"""How long servers on this machine have to answer, all at once; they take a few milliseconds."""


class Source(StrEnum):
    """Who named the voice."""

    COMMAND_LINE = "the command line"
    REMEMBERED = "roleplay voice use"
    ENVIRONMENT = "the environment"
    FOUND = "a server on this machine that you allowed"
    NOBODY = "nobody"


class Endpoint(Value):
    """An OpenAI-compatible server that voices the personas."""

    base_url: str
    api_key: SecretStr
    model: str | None = None
    """The model's name; None: the first that the server lists."""

    @property
    def host(self) -> str:
        """Where the words go, as shown to the user: host, and port where there is one."""
        return host_of(self.base_url)


class ModelFile(Value):
    """A GGUF file whose model runs inside the program."""

    path: Path
    context_tokens: int = CONTEXT_TOKENS

    @property
    def host(self) -> str:
        """Words stay where they are."""
        return INSIDE


class Wanted(Value):
    """What the command line says of the voice."""

    voice: str | None = None
    """A server's address, `gguf:PATH` or `script`."""
    model: str | None = None


class Settings(Value):
    """Everything that a composition root needs. Read once, handed down."""

    home: Path
    """The folder with the user's data: sessions, and content of their own."""
    shared: SecretStr | None = None
    """The address of a database that others use, too; it may hold a password. None: a file in the data folder."""
    endpoint: Endpoint | None = Field(default=None)
    model_file: ModelFile | None = None
    """A model inside; never beside an endpoint. With neither, the script speaks."""
    source: Source = Source.NOBODY
    ports: tuple[int, ...] = ()
    """The ports of this machine that are looked at for a server where nobody named a voice."""
    look_s: float = LOOK_S
    """How long that may take."""
    asks_model: bool = True
    """Whether the endpoint's model, if there is one, is asked about turns that the local reading is unsure of."""
    recruiter: str | None = None
    budget: str | None = None
    """ROLEPLAY_BUDGET as it was given; `llm.budget` reads it."""
    price: str | None = None
    """ROLEPLAY_PRICE as it was given."""

    @property
    def database(self) -> Path:
        """The file that holds the sessions, where no database is shared."""
        return self.home / "sessions.sqlite3"

    @property
    def sessions(self) -> Path | str:
        """Where the sessions are: a file, or a server's database by its address."""
        return self.database if self.shared is None else self.shared.get_secret_value()

    @property
    def abilities(self) -> Path:
        """The file that remembers what servers can do."""
        return self.home / "servers.json"

    @property
    def own_content(self) -> Path:
        """The folder with the user's own personas, scenarios and scorecards."""
        return self.home / "content"

    def voiced_by(self, endpoint: Endpoint, source: Source) -> "Settings":
        """The same with another voice."""
        return self.model_copy(update={"endpoint": endpoint, "model_file": None, "source": source})


class _Voice(Value):
    endpoint: Endpoint | None = None
    model_file: ModelFile | None = None
    source: Source = Source.NOBODY


def read_settings(
    environment: Mapping[str, str], wanted: Wanted | None = None, *, keys: KeyStore | None = None
) -> Settings:
    """Read settings from the command line, what is remembered, and environment variables.

    `ROLEPLAY_HOME`: the data folder. `ROLEPLAY_DB`: a PostgreSQL database that a team shares. `OPENAI_API_KEY`,
    `OPENAI_BASE_URL`: either of them sets an endpoint.
    `ROLEPLAY_MODEL`: its model, or `gguf:PATH`, a model inside. `ROLEPLAY_CONTEXT`: its context in tokens.
    `ROLEPLAY_PORTS`, `ROLEPLAY_LOOK_S`: where to look for servers, or `none`, and how long. `ROLEPLAY_EAR=local`: a
    model voices the personas, but is asked about no turn. `ROLEPLAY_NAME`: the recruiter's name. `ROLEPLAY_BUDGET`,
    `ROLEPLAY_PRICE`: see docs/voices.md. Without `keys` no keyring is asked.

    Raises:
        SettingsError: a value can't be used.
    """
    home = read_home(environment)
    ear = environment.get("ROLEPLAY_EAR", "").strip().lower()
    if ear not in {"", "local", "model"}:
        raise SettingsError(f"ROLEPLAY_EAR is {ear!r}; it is local, or model (which is what it is when it isn't set)")
    voice = _VoiceReader(environment, read_remembered(home), keys).read(wanted or Wanted())
    shared = environment.get("ROLEPLAY_DB", "").strip()
    return Settings(
        home=home,
        shared=SecretStr(shared) if shared else None,
        endpoint=voice.endpoint,
        model_file=voice.model_file,
        source=voice.source,
        ports=_ports(environment),
        look_s=_look_s(environment),
        asks_model=ear != "local",
        recruiter=environment.get("ROLEPLAY_NAME", "").strip() or None,
        budget=environment.get("ROLEPLAY_BUDGET", "").strip() or None,
        price=environment.get("ROLEPLAY_PRICE", "").strip() or None,
    )


def read_home(environment: Mapping[str, str]) -> Path:
    """The data folder.

    Raises:
        SettingsError: ROLEPLAY_HOME can't be used.
    """
    given = environment.get("ROLEPLAY_HOME", "").strip()
    try:
        home = Path(given).expanduser() if given else user_data_path("roleplay", appauthor=False)
    except RuntimeError as error:
        raise SettingsError(f"ROLEPLAY_HOME is {given!r}: {error}; give it a folder's whole path") from error
    return home.absolute()


def host_of(base_url: str) -> str:
    """The host of an address, with its port where there is one."""
    return urlsplit(base_url).netloc.rpartition("@")[2].lower()


class _VoiceReader:
    """Finds out who voices the personas."""

    def __init__(self, environment: Mapping[str, str], remembered: Remembered, keys: KeyStore | None) -> None:
        self._remembered = remembered
        self._keys = keys
        self._key = environment.get("OPENAI_API_KEY", "").strip()
        self._url = environment.get("OPENAI_BASE_URL", "").strip()
        self._model = environment.get("ROLEPLAY_MODEL", "").strip()
        self._context_tokens = _context(environment)

    def read(self, wanted: Wanted) -> _Voice:
        if wanted.voice is not None:
            return self._named(wanted.voice, wanted.model, "--voice", Source.COMMAND_LINE)
        if self._remembered.voice is not None:
            model = wanted.model or self._remembered.model
            return self._named(self._remembered.voice, model, "roleplay voice use", Source.REMEMBERED)
        voice = self._from_environment(wanted.model)
        if voice.endpoint is None and wanted.model is not None:
            raise SettingsError("--model names a model of a server, and no server is set; --voice URL names one")
        return voice

    def _named(self, voice: str, model: str | None, where: str, source: Source) -> _Voice:
        """The voice of `--voice` and of `roleplay voice use`."""
        if voice != SCRIPT and not voice.startswith(GGUF):
            base_url = checked_url(voice, where, is_kept=True)
            return _Voice(endpoint=self._endpoint(base_url, model), source=source)
        if model is not None:
            raise SettingsError(f"--model names a model of a server; leave it out beside {voice!r}")
        model_file = None if voice == SCRIPT else self._model_file(voice, where)
        return _Voice(model_file=model_file, source=source)

    def _from_environment(self, model: str | None) -> _Voice:
        if self._model.startswith(GGUF) and model is None:
            return _Voice(model_file=self._model_file(self._model, "ROLEPLAY_MODEL"), source=Source.ENVIRONMENT)
        if not self._key and not self._url:
            return _Voice()
        base_url = checked_url(self._url or OPENAI_URL, "OPENAI_BASE_URL")
        return _Voice(endpoint=self._endpoint(base_url, model or self._model or None), source=Source.ENVIRONMENT)

    def _model_file(self, voice: str, where: str) -> ModelFile:
        path = voice.removeprefix(GGUF).strip()
        if not path:
            raise SettingsError(f"{where} is {voice!r}; after gguf: stands the path of a model's file")
        try:
            return ModelFile(path=Path(path).expanduser().absolute(), context_tokens=self._context_tokens)
        except RuntimeError as error:
            raise SettingsError(f"{where} is {voice!r}: {error}; give the file's whole path") from error

    def _endpoint(self, base_url: str, model: str | None) -> Endpoint:
        if model is None and base_url == OPENAI_URL:
            model = OPENAI_MODEL
        return Endpoint(base_url=base_url, api_key=SecretStr(self._key_for(host_of(base_url))), model=model)

    def _key_for(self, host: str) -> str:
        """The environment's key goes to the environment's host alone; for others the keyring is asked."""
        if self._key and host == host_of(self._url or OPENAI_URL):
            return self._key
        if self._keys is None or host not in self._remembered.keys:
            return LOCAL_KEY
        return self._keys.get(host) or LOCAL_KEY


def checked_url(given: str, where: str, *, is_kept: bool = False) -> str:
    """A server's address without a slash at its end; one that is kept has no key in it, and a path.

    Raises:
        SettingsError: it is none.
    """
    try:
        parts = urlsplit(given)
        is_url = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        is_url = False
    if not is_url:
        shown = re.sub(r"//[^/@]*@", "//…@", given)
        raise SettingsError(f"{where} is {shown!r}, which is no web address; it looks like http://localhost:8080/v1")
    if not is_kept:
        return given.rstrip("/")
    parts = urlsplit(given)
    if parts.username is not None or parts.query or parts.fragment:
        raise SettingsError(f"{where} takes an address without a key in it; roleplay voice key HOST keeps a key")
    return given.rstrip("/") if parts.path.strip("/") else f"{given.rstrip('/')}/v1"


def _context(environment: Mapping[str, str]) -> int:
    given = environment.get("ROLEPLAY_CONTEXT", "").strip()
    if not given:
        return CONTEXT_TOKENS
    if not given.isascii() or not given.isdigit() or not 512 <= int(given) <= 1_000_000:
        raise SettingsError(f"ROLEPLAY_CONTEXT is {given!r}; it is a number of tokens from 512 to 1000000")
    return int(given)


def _look_s(environment: Mapping[str, str]) -> float:
    given = environment.get("ROLEPLAY_LOOK_S", "").strip()
    if not given:
        return LOOK_S
    try:
        look_s = float(given)
    except ValueError:
        look_s = 0
    if not 0 < look_s <= 60:
        raise SettingsError(f"ROLEPLAY_LOOK_S is {given!r}; it is seconds, up to 60")
    return look_s


def _ports(environment: Mapping[str, str]) -> tuple[int, ...]:
    given = environment.get("ROLEPLAY_PORTS", "").strip().lower()
    if not given:
        return PORTS
    if given == NO_PORTS:
        return ()
    ports = [part.strip() for part in given.split(",")]
    if not all(port.isascii() and port.isdigit() and 0 < int(port) < 65536 for port in ports):
        raise SettingsError(f"ROLEPLAY_PORTS is {given!r}; it is ports with commas between, or none")
    return tuple(int(port) for port in ports)
