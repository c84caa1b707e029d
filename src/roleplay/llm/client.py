"""The one client for every OpenAI-compatible endpoint; nothing else speaks to `openai`."""

import asyncio
import time
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, Literal, TypedDict

from roleplay.errors import VoiceError, VoiceRestingError
from roleplay.llm.abilities import Abilities, Remembered, RememberedInMemory
from roleplay.llm.base import ChatMessage, ChatRole, Shape
from roleplay.llm.breaker import Breaker
from roleplay.llm.budget import Meter
from roleplay.llm.causes import (
    CUT,
    DECLINED,
    MALFORMED,
    MISSHAPEN,
    MODEL_NOT_CHOSEN,
    NO_MODELS,
    SILENT,
    THOUGHT_ONLY,
    WANTED_TOOL,
    EndpointError,
    Fault,
)
from roleplay.llm.connection import MAX_RETRIES, Bounds, Connection, Patience, until
from roleplay.llm.dialect import dialect_of, fold_late_system
from roleplay.llm.structured import (
    Completion,
    FormRefusedError,
    MisshapenError,
    StructuredMode,
    refuses_form,
    shaped,
)
from roleplay.llm.wire import Chunk, Delta, ModelList, Reply, estimated, usage_of, whole_characters, wire
from roleplay.settings import Endpoint
from roleplay.values import Value

if TYPE_CHECKING:
    from openai import AsyncStream, Omit
    from openai.types.chat import ChatCompletionChunk, ChatCompletionMessageParam
    from openai.types.chat.completion_create_params import ResponseFormat

__all__ = ["MAX_RETRIES", "NAME_LENGTH", "Bounds", "OpenAIChatModel"]

NAME_LENGTH: Final = 120
USAGE_S: Final = 0.25
"""How long a finished answer is read on for its usage and for the end that lets the connection be used again."""
PROBE_TOKENS: Final = 600
"""A word takes a few; the rest is for models that think first."""
_USAGE_WORDS: Final = ("stream_options", "include_usage")


class Probe(Value):
    """The small answer by which is found out how answers in a shape are had."""

    colour: Literal["red", "green", "blue"]


PROBE_QUESTION: Final = (
    ChatMessage(role=ChatRole.USER, text="Which colour has fresh grass? Answer in JSON: colour is red, green or blue."),
)


class _Limit(TypedDict, total=False):
    max_tokens: int
    max_completion_tokens: int


class OpenAIChatModel:
    """A chat model behind an endpoint. Connects when it is first asked.

    A breaker and a meter may be shared by the models of one endpoint. Closing a stream after words came says that they
    were enough; cancelling says nothing about the server.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        bounds: Bounds | None = None,
        max_retries: int = MAX_RETRIES,
        breaker: Breaker | None = None,
        meter: Meter | None = None,
        remembered: Remembered | None = None,
    ) -> None:
        self._connection = Connection(endpoint, bounds or Bounds(), max_retries)
        self._dialect = dialect_of(endpoint.base_url)
        self._breaker = breaker or Breaker()
        self._meter = meter or Meter()
        self._remembered = remembered or RememberedInMemory()
        self._model = endpoint.model
        self._known: Abilities | None = None

    @property
    def name(self) -> str:
        """The model's name; `model at HOST` where none is configured and nobody has asked for it yet."""
        return f"model at {self.host}" if self._model is None else _shown(self._model)

    @property
    def host(self) -> str:
        """Where the words go."""
        return self._connection.host

    async def prepare(self) -> None:
        """Get ready for the first request, and ask the server for its first model where none is configured.

        Raises:
            VoiceError: it can't be asked, or lists none.
        """
        if self._model is not None:
            await self._connection.begin()
            return
        with self._watched():
            await self._choose_model(await self._connection.begin())

    async def stream(
        self, messages: Sequence[ChatMessage], *, max_tokens: int, stop: Sequence[str] = ()
    ) -> AsyncGenerator[str, None]:
        """Yield the reply piece by piece. Closing the generator, or cancelling, closes the request at once.

        Raises:
            VoiceError: no reply, or one without an end; what was yielded so far stands.
        """
        reply = Reply(messages, max_tokens)
        self._meter.check()
        with self._watched(reply):
            patience = await self._connection.begin()
            model = await self._choose_model(patience)
            async with await self._open(model, messages, max_tokens, stop, patience) as chunks:
                try:
                    while reply.finish is None and (chunk := await self._next(chunks, patience.next)) is not None:
                        if (piece := reply.take(chunk)) is not None:
                            patience.token_came()
                        if reply.is_refusal:
                            raise self._connection.failure(DECLINED, Fault.ELSEWHERE)
                        if piece:
                            yield piece
                    if reply.finish is not None and not reply.is_overlong:
                        await self._read_out(chunks, reply, patience)
                finally:
                    self._meter.count(reply.usage)
            self._check_end(reply)

    async def ask(self, messages: Sequence[ChatMessage], shape: type[Shape], *, max_tokens: int) -> Shape:
        """Return the whole reply as a `shape`, in the way that this server is known to manage, or else the first found.

        Raises:
            VoiceError: no reply, or one that has another shape.
        """
        self._meter.check()
        with self._watched():
            patience = await self._connection.begin()
            model = await self._choose_model(patience)
            return await self._shaped(model, messages, shape, max_tokens, patience.end, self._abilities.structured)

    async def probe(self) -> StructuredMode | None:
        """Find out anew how answers in a given shape are had from this server; None where no way works.

        Raises:
            VoiceError: the server can't be asked.
        """
        self._meter.check()
        with self._watched():
            patience = await self._connection.begin()
            model = await self._choose_model(patience)
            self._remember(structured=None)
            try:
                await self._shaped(model, PROBE_QUESTION, Probe, PROBE_TOKENS, patience.end, None)
            except EndpointError as error:
                if error.fault is not Fault.ELSEWHERE:
                    raise
            return self._abilities.structured

    async def aclose(self) -> None:
        """Close the connections; the next request would open new ones."""
        await self._connection.aclose()

    @contextmanager
    def _watched(self, reply: Reply | None = None) -> Iterator[None]:
        """Send nothing while the server is left alone, and see how it went."""
        if (rest := self._breaker.rest) is not None:
            raise VoiceRestingError(f"{self.host} {rest.words}")
        attempt = self._breaker.begin()
        try:
            yield
        except EndpointError as error:
            if error.fault is Fault.ELSEWHERE:
                attempt.succeeded()
            else:
                attempt.failed(retry_after_s=error.retry_after_s, is_lasting=error.fault is Fault.LASTING)
            raise
        except GeneratorExit:
            if reply is not None and reply.has_words:
                attempt.succeeded()
            else:
                attempt.left()
            raise
        except BaseException:
            attempt.left()
            raise
        attempt.succeeded()

    async def _shaped(
        self,
        model: str,
        messages: Sequence[ChatMessage],
        shape: type[Shape],
        max_tokens: int,
        end: float,
        known: StructuredMode | None,
    ) -> Shape:
        async def complete(asked: Sequence[ChatMessage], mode: StructuredMode) -> Completion:
            return await self._complete(model, asked, _form(mode, shape), max_tokens, end)

        try:
            found = await shaped(complete, messages, shape, known)
        except MisshapenError:
            raise self._connection.failure(MISSHAPEN, Fault.ELSEWHERE) from None
        if found.mode is not known:
            self._remember(structured=found.mode)
        return found.value

    async def _complete(
        self,
        model: str,
        messages: Sequence[ChatMessage],
        form: "ResponseFormat | Omit",
        max_tokens: int,
        end: float,
    ) -> Completion:
        """One reply as a whole."""
        self._meter.check()
        try:
            with self._connection.translated(model), self._given_up(messages):
                async with until(end):
                    sent = await self._connection.client.chat.completions.create(
                        model=model, messages=self._sent(messages), response_format=form, **self._limit(max_tokens)
                    )
                answer = Chunk.model_validate(sent)
        except EndpointError as error:
            if refuses_form(*_status_and_words(error)):
                raise FormRefusedError from error
            raise
        message = answer.first.message if answer.first else None
        text = (message or Delta()).content or ""
        self._meter.count(usage_of(answer) or estimated(messages, len(text)))
        if answer.first is None:
            raise self._connection.failure(MALFORMED)
        finish = answer.first.finish_reason
        if finish == "content_filter" or (message and message.refusal):
            raise self._connection.failure(DECLINED, Fault.ELSEWHERE)
        if finish is None and not text.rstrip().endswith("}"):
            raise self._connection.failure(CUT)
        return Completion(whole_characters(text), has_room=finish != "length")

    async def _choose_model(self, patience: Patience) -> str:
        if self._model is None:
            if not self._dialect.lists_only_chat_models:
                raise self._connection.failure(MODEL_NOT_CHOSEN, Fault.LASTING)
            with self._connection.translated(None):
                async with until(patience.next):
                    listed = ModelList.model_validate(await self._connection.client.models.list())
            if not listed.data:
                raise self._connection.failure(NO_MODELS)
            self._model = listed.data[0].id
        return self._model

    async def _open(
        self,
        model: str,
        messages: Sequence[ChatMessage],
        max_tokens: int,
        stop: Sequence[str],
        patience: Patience,
    ) -> "AsyncStream[ChatCompletionChunk]":
        """Begin a streamed answer; asks for its usage unless this server is known to refuse that."""
        from openai import omit

        async def create(asks_usage: bool) -> "AsyncStream[ChatCompletionChunk]":
            with self._connection.translated(model), self._given_up(messages):
                async with until(patience.next):
                    return await self._connection.client.chat.completions.create(
                        model=model,
                        messages=self._sent(messages),
                        stream=True,
                        stream_options={"include_usage": True} if asks_usage else omit,
                        stop=list(stop) if stop and self._dialect.takes_stop else omit,
                        **self._limit(max_tokens),
                    )

        if not self._abilities.tells_usage:
            return await create(asks_usage=False)
        try:
            return await create(asks_usage=True)
        except EndpointError as error:
            status, words = _status_and_words(error)
            if status not in {400, 422} or not any(each in words for each in _USAGE_WORDS):
                raise
        self._remember(tells_usage=False)
        return await create(asks_usage=False)

    async def _next(self, chunks: "AsyncStream[ChatCompletionChunk]", end: float) -> Chunk | None:
        """The next chunk; None where the stream is over."""
        with self._connection.translated(self._model):
            async with until(end):
                chunk = await anext(chunks, None)
            return None if chunk is None else Chunk.model_validate(chunk)

    async def _read_out(self, chunks: "AsyncStream[ChatCompletionChunk]", reply: Reply, patience: Patience) -> None:
        """Read a finished answer on for its usage, and to its end; whatever goes wrong now, it is an answer."""
        end = min(time.monotonic() + USAGE_S, patience.end)
        try:
            while (chunk := await self._next(chunks, end)) is not None:
                reply.take_usage(chunk)
        except VoiceError:
            return

    def _check_end(self, reply: Reply) -> None:
        """Whether it is an answer."""
        if not reply.has_answered:
            raise self._connection.failure(MALFORMED)
        if reply.finish == "content_filter":
            raise self._connection.failure(DECLINED, Fault.ELSEWHERE)
        if reply.finish is None or reply.finish == "error":
            raise self._connection.failure(CUT)
        if not reply.has_words:
            cause = WANTED_TOOL if reply.asked_for_tool else THOUGHT_ONLY if reply.finish == "length" else SILENT
            raise self._connection.failure(cause, Fault.ELSEWHERE)

    @contextmanager
    def _given_up(self, messages: Sequence[ChatMessage]) -> Iterator[None]:
        """Count a request that nobody waited for as read by the server."""
        try:
            yield
        except (TimeoutError, asyncio.CancelledError):
            self._meter.count(estimated(messages))
            raise

    @property
    def _abilities(self) -> Abilities:
        """What is known of the server, looked up once."""
        if self._known is None:
            self._known = self._remembered.get(self._connection.endpoint.base_url, self._model or "") or Abilities()
        return self._known

    def _remember(self, **found: object) -> None:
        base_url, model = self._connection.endpoint.base_url, self._model or ""
        latest = self._remembered.get(base_url, model) or Abilities()
        self._known = Abilities.model_validate({**latest.model_dump(), **found})
        self._remembered.keep(base_url, model, self._known)

    def _sent(self, messages: Sequence[ChatMessage]) -> "list[ChatCompletionMessageParam]":
        """The messages as this server takes them."""
        taken = messages if self._dialect.takes_late_system else fold_late_system(messages)
        return [wire(message) for message in taken]

    def _limit(self, max_tokens: int) -> "_Limit":
        """The reply's bound, under the name that this server knows."""
        if self._dialect.limit_field == "max_tokens":
            return {"max_tokens": max_tokens}
        return {"max_completion_tokens": max_tokens}


def _form(mode: StructuredMode, shape: type[Value]) -> "ResponseFormat | Omit":
    """The form of reply that the server is asked for."""
    from openai import omit

    match mode:
        case StructuredMode.SCHEMA:
            schema = shape.model_json_schema()
            return {
                "type": "json_schema",
                "json_schema": {"name": shape.__name__, "schema": schema, "strict": True},
            }
        case StructuredMode.JSON:
            return {"type": "json_object"}
        case StructuredMode.PROMPT:
            return omit


def _status_and_words(error: EndpointError) -> tuple[int, str]:
    """What the server itself said of a failure; never shown."""
    import openai

    cause = error.__cause__
    if not isinstance(cause, openai.APIStatusError):
        return 0, ""
    return cause.status_code, f"{cause.message} {cause.body}"


def _shown(model: str) -> str:
    """A model's name on one line; of a llama.cpp server's file, the file's name."""
    printable = "".join(character if character.isprintable() else " " for character in model)
    name = " ".join(printable.split())
    if name.endswith(".gguf"):
        name = name.replace("\\", "/").rpartition("/")[2]
    return name[:NAME_LENGTH]
