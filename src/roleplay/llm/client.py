"""The one client for every OpenAI-compatible endpoint; nothing else speaks to `openai`."""

import asyncio
import importlib
import ipaddress
import sys
import time
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, TypedDict
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, ValidationError

from roleplay.errors import VoiceError
from roleplay.llm.base import ChatMessage, ChatRole, Shape
from roleplay.llm.causes import (
    CUT,
    DECLINED,
    MALFORMED,
    MISSHAPEN,
    MODEL_NOT_CHOSEN,
    NO_MODELS,
    SILENT,
    THOUGHT_ONLY,
    cause_of,
)
from roleplay.llm.dialect import dialect_of, fold_late_system
from roleplay.settings import Endpoint
from roleplay.values import Value

if TYPE_CHECKING:
    from openai import AsyncOpenAI, AsyncStream
    from openai.types.chat import ChatCompletionChunk, ChatCompletionMessageParam
    from openai.types.shared_params.response_format_json_schema import JSONSchema

MAX_RETRIES: Final = 2
"""How often the client itself asks again, before a reply began; nothing here does."""
NAME_LENGTH: Final = 120


class Bounds(Value):
    """How long to wait, in seconds."""

    connect_s: float = 5
    read_s: float = 30
    """Between two pieces, and before the first."""
    total_s: float = 60
    """For a whole reply, the client's retries within it."""


class _Lenient(BaseModel):
    """What is read of an answer; servers add fields of their own."""

    model_config = ConfigDict(frozen=True, extra="ignore", from_attributes=True)


class _Delta(_Lenient):
    content: str | None = None
    refusal: str | None = None


class _Choice(_Lenient):
    delta: _Delta | None = None
    message: _Delta | None = None
    finish_reason: str | None = None


class _Chunk(_Lenient):
    choices: tuple[_Choice, ...] | None = None


class _Model(_Lenient):
    id: str


class _Models(_Lenient):
    data: tuple[_Model, ...]


class _Limit(TypedDict, total=False):
    max_tokens: int
    max_completion_tokens: int


class OpenAIChatModel:
    """A chat model behind an endpoint. Connects when it is first asked."""

    def __init__(self, endpoint: Endpoint, *, bounds: Bounds | None = None, max_retries: int = MAX_RETRIES) -> None:
        self._endpoint = endpoint
        self._dialect = dialect_of(endpoint.base_url)
        self._bounds = bounds or Bounds()
        self._max_retries = max_retries
        self._model = endpoint.model
        self._client: AsyncOpenAI | None = None

    @property
    def name(self) -> str:
        """The model's name; `model at HOST` where none is configured and nobody has asked for it yet."""
        return f"model at {self.host}" if self._model is None else _shown(self._model)

    @property
    def host(self) -> str:
        """Where the words go."""
        return self._endpoint.host

    async def prepare(self) -> None:
        """Get ready for the first request, and ask the server for its first model where none is configured.

        Raises:
            VoiceError: it can't be asked, or lists none.
        """
        await self._choose_model(time.monotonic() + self._bounds.total_s)

    async def stream(
        self, messages: Sequence[ChatMessage], *, max_tokens: int, stop: Sequence[str] = ()
    ) -> AsyncGenerator[str, None]:
        """Yield the reply piece by piece. Closing the generator, or cancelling, closes the request at once.

        Raises:
            VoiceError: no reply, or one without an end; what was yielded so far stands.
        """
        deadline = time.monotonic() + self._bounds.total_s
        model = await self._choose_model(deadline)
        has_words, has_answered, finish = False, False, None
        async with await self._open(model, messages, max_tokens, stop, deadline) as chunks:
            while finish is None and (choices := await self._next(chunks, deadline)) is not None:
                has_answered = True
                for choice in choices[:1]:
                    delta, finish = choice.delta or _Delta(), choice.finish_reason
                    if delta.refusal:
                        raise self._failure(DECLINED)
                    if delta.content:
                        has_words = has_words or not delta.content.isspace()
                        yield delta.content
        self._check_end(finish, has_words=has_words, has_answered=has_answered)

    async def ask(self, messages: Sequence[ChatMessage], shape: type[Shape], *, max_tokens: int) -> Shape:
        """Return the whole reply as a `shape`, which the server is sent as a strict JSON Schema.

        Raises:
            VoiceError: no reply, or one that has another shape.
        """
        deadline = time.monotonic() + self._bounds.total_s
        model = await self._choose_model(deadline)
        schema: JSONSchema = {"name": shape.__name__, "schema": shape.model_json_schema(), "strict": True}
        with self._translated(model):
            async with _until(deadline):
                sent = await self._connected().chat.completions.create(
                    model=model,
                    messages=self._sent(messages),
                    response_format={"type": "json_schema", "json_schema": schema},
                    **self._limit(max_tokens),
                )
            choices = _Chunk.model_validate(sent).choices or ()
        if not choices:
            raise self._failure(MALFORMED)
        message, finish = choices[0].message or _Delta(), choices[0].finish_reason
        if message.refusal or finish == "content_filter":
            raise self._failure(DECLINED)
        try:
            return shape.model_validate_json(message.content or "")
        except ValidationError as error:
            raise self._failure(CUT if finish is None else MISSHAPEN) from error

    async def aclose(self) -> None:
        """Close the connections; the next request would open new ones."""
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    def _check_end(self, finish: str | None, *, has_words: bool, has_answered: bool) -> None:
        if not has_answered:
            raise self._failure(MALFORMED)
        if finish == "content_filter":
            raise self._failure(DECLINED)
        if finish is None or finish == "error":
            raise self._failure(CUT)
        if not has_words:
            raise self._failure(THOUGHT_ONLY if finish == "length" else SILENT)

    async def _choose_model(self, deadline: float) -> str:
        await _load_library()
        if self._model is None:
            if not self._dialect.lists_only_chat_models:
                raise self._failure(MODEL_NOT_CHOSEN)
            with self._translated(None):
                async with _until(deadline):
                    listed = _Models.model_validate(await self._connected().models.list())
            if not listed.data:
                raise self._failure(NO_MODELS)
            self._model = listed.data[0].id
        return self._model

    async def _open(
        self,
        model: str,
        messages: Sequence[ChatMessage],
        max_tokens: int,
        stop: Sequence[str],
        deadline: float,
    ) -> "AsyncStream[ChatCompletionChunk]":
        from openai import omit

        with self._translated(model):
            async with _until(deadline):
                return await self._connected().chat.completions.create(
                    model=model,
                    messages=self._sent(messages),
                    stream=True,
                    stop=list(stop) if stop and self._dialect.takes_stop else omit,
                    **self._limit(max_tokens),
                )

    def _sent(self, messages: Sequence[ChatMessage]) -> "list[ChatCompletionMessageParam]":
        """The messages as this server takes them."""
        taken = messages if self._dialect.takes_late_system else fold_late_system(messages)
        return [_wire(message) for message in taken]

    def _limit(self, max_tokens: int) -> "_Limit":
        """The reply's bound, under the name that this server knows."""
        if self._dialect.limit_field == "max_tokens":
            return {"max_tokens": max_tokens}
        return {"max_completion_tokens": max_tokens}

    async def _next(self, chunks: "AsyncStream[ChatCompletionChunk]", deadline: float) -> tuple[_Choice, ...] | None:
        """The next chunk's choices; None where the stream is over."""
        with self._translated(self._model):
            try:
                async with _until(deadline):
                    chunk = await anext(chunks)
            except StopAsyncIteration:
                return None
            return _Chunk.model_validate(chunk).choices or ()

    def _connected(self) -> "AsyncOpenAI":
        if self._client is None:
            import httpx2
            from openai import AsyncOpenAI, DefaultAsyncHttpx2Client

            bounds = self._bounds
            self._client = AsyncOpenAI(
                api_key=self._endpoint.api_key.get_secret_value(),
                base_url=self._endpoint.base_url,
                max_retries=self._max_retries,
                timeout=httpx2.Timeout(bounds.read_s, connect=bounds.connect_s),
                # The user was told one host: words follow no redirect, and reach this machine by no proxy.
                http_client=DefaultAsyncHttpx2Client(
                    follow_redirects=False, trust_env=not _is_this_machine(self._endpoint.base_url)
                ),
            )
        return self._client

    @contextmanager
    def _translated(self, model: str | None) -> Iterator[None]:
        import httpx2
        import openai

        try:
            yield
        except (openai.OpenAIError, httpx2.HTTPError, httpx2.InvalidURL, OSError, ValueError) as error:
            raise self._failure(cause_of(error, model)) from error

    def _failure(self, cause: str) -> VoiceError:
        return VoiceError(f"{self.host} {cause}")


async def _load_library() -> None:
    """Import `openai`, which takes a second, where it doesn't hold up a screen."""
    if "openai" not in sys.modules:
        await asyncio.to_thread(importlib.import_module, "openai")


def _until(deadline: float) -> asyncio.Timeout:
    return asyncio.timeout(max(0.0, deadline - time.monotonic()))


def _wire(message: ChatMessage) -> "ChatCompletionMessageParam":
    match message.role:
        case ChatRole.SYSTEM:
            return {"role": "system", "content": message.text}
        case ChatRole.USER:
            return {"role": "user", "content": message.text}
        case ChatRole.ASSISTANT:
            return {"role": "assistant", "content": message.text}


def _shown(model: str) -> str:
    """A model's name on one line; of a llama.cpp server's file, the file's name."""
    name = " ".join(model.split())
    if name.endswith(".gguf"):
        name = name.replace("\\", "/").rpartition("/")[2]
    return name[:NAME_LENGTH]


def _is_this_machine(base_url: str) -> bool:
    host = urlsplit(base_url).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
