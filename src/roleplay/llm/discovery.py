"""Finds model servers on this machine, by one request each: GET /v1/models. No word of anybody's is in it.

What tells the servers apart, as their own sources have it: llama.cpp says `owned_by: llamacpp` and names itself in the
header `Server`, vLLM says `owned_by: vllm`, LM Studio `organization_owner`; Ollama says `library`, or the account that
a model is from. All four answer with `object: list`, which tells them from a web page that happens to be on that port.
"""

import asyncio
import importlib
import re
import sys
from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from roleplay.settings import LOCAL_KEY, LOOK_S, PORTS, Endpoint
from roleplay.values import Value

if TYPE_CHECKING:
    import httpx2

HOST: Final = "127.0.0.1"
MAX_ANSWER_BYTES: Final = 1_000_000
NAME_LENGTH: Final = 120
_NO_CHAT = re.compile(r"embed|rerank|minilm|whisper|colbert|(?<![a-z])(bge|gte|e5|tts|clip)(?![a-z])", re.IGNORECASE)
_ELSEWHERE = re.compile(r"[-:]cloud$", re.IGNORECASE)
"""Ollama's models that run at ollama.com: words would leave the machine."""


class ServerKind(StrEnum):
    """What a server is, as its users call it."""

    OLLAMA = "Ollama"
    LM_STUDIO = "LM Studio"
    LLAMA_CPP = "llama.cpp"
    VLLM = "vLLM"
    OTHER = "A model server"


_KIND_OF_OWNER: Final = {
    "llamacpp": ServerKind.LLAMA_CPP,
    "vllm": ServerKind.VLLM,
    "organization_owner": ServerKind.LM_STUDIO,
    "library": ServerKind.OLLAMA,
}
_KIND_OF_PORT: Final = dict(
    zip(PORTS, (ServerKind.OLLAMA, ServerKind.LM_STUDIO, ServerKind.LLAMA_CPP, ServerKind.VLLM), strict=True)
)


class FoundServer(Value):
    """A model server that answered."""

    kind: ServerKind
    port: int
    models: tuple[str, ...]
    """Those that can chat on this machine, in the server's order; there may be none."""

    @property
    def host(self) -> str:
        """Host and port, as shown and remembered."""
        return f"{HOST}:{self.port}"

    @property
    def base_url(self) -> str:
        """What goes into OPENAI_BASE_URL."""
        return f"http://{self.host}/v1"

    @property
    def shown_model(self) -> str:
        """The first model's name on one line; of a file, its name without the folders. There must be one."""
        name = " ".join(self.models[0].split())
        if name.endswith(".gguf"):
            name = name.replace("\\", "/").rpartition("/")[2]
        return name[:NAME_LENGTH]

    def endpoint(self) -> Endpoint:
        """The server's first chat model as an endpoint; there must be one."""
        return Endpoint(base_url=self.base_url, api_key=SecretStr(LOCAL_KEY), model=self.models[0])


class _Listed(BaseModel):
    """What is read of a listed model; servers add fields of their own."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)

    id: str = Field(min_length=1)
    object: Literal["model"] = "model"
    owned_by: str = ""


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)

    object: Literal["list"]
    data: list[_Listed] | None


async def find_servers(ports: Sequence[int] = PORTS, *, look_s: float = LOOK_S) -> tuple[FoundServer, ...]:
    """Ask all `ports` of this machine at once; returns who answered as a model server does, in the order of ports.

    Takes `look_s` at most, once the HTTP library is loaded. Never raises.
    """
    if not ports:
        return ()
    if "httpx2" not in sys.modules:
        await asyncio.to_thread(importlib.import_module, "httpx2")  # takes a moment, and no screen waits for it
    import httpx2

    # No proxy stands between the program and this machine, and nobody sends it elsewhere.
    async with httpx2.AsyncClient(trust_env=False, follow_redirects=False, timeout=look_s) as client:
        answers = await asyncio.gather(*(_asked(client, port, look_s) for port in dict.fromkeys(ports)))
    return tuple(server for server in answers if server is not None)


async def _asked(client: "httpx2.AsyncClient", port: int, look_s: float) -> FoundServer | None:
    import httpx2

    try:
        async with asyncio.timeout(look_s), client.stream("GET", f"http://{HOST}:{port}/v1/models") as response:
            if response.status_code != 200:
                return None
            said = bytearray()
            async for piece in response.aiter_bytes():
                said += piece
                if len(said) > MAX_ANSWER_BYTES:
                    return None
        return _server(port, bytes(said), response.headers.get("server", ""))
    except (httpx2.HTTPError, httpx2.InvalidURL, OSError, ValueError):
        return None


def _server(port: int, said: bytes, named: str) -> FoundServer | None:
    try:
        listed = _Answer.model_validate_json(said).data or []
    except ValidationError:
        return None
    owners = {model.owned_by for model in listed}
    kind = ServerKind.LLAMA_CPP if named.startswith("llama.cpp") else None
    kind = kind or next((_KIND_OF_OWNER[owner] for owner in owners if owner in _KIND_OF_OWNER), None)
    kind = kind or _KIND_OF_PORT.get(port, ServerKind.OTHER)
    return FoundServer(kind=kind, port=port, models=tuple(model.id for model in listed if _can_chat_here(model.id)))


def _can_chat_here(name: str) -> bool:
    return not _NO_CHAT.search(name) and not _ELSEWHERE.search(name)
