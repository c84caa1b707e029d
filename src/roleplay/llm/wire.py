"""What goes over the wire and comes back: messages as a server takes them, answers read with caution."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Final, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from roleplay.llm.base import ChatMessage, ChatRole, Usage

if TYPE_CHECKING:
    from openai.types.chat import ChatCompletionMessageParam

CHARS_A_TOKEN: Final = 4
"""By which tokens are estimated: what English comes to with the usual vocabularies, or a little more."""
MOST_CHARS_A_TOKEN: Final = 16
"""A reply with more characters for each of its tokens has run over its limit, whatever its server thinks."""
MOST_TOKENS: Final = 20_000_000
"""No request takes more; a server that says so is wrong."""
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


class Lenient(BaseModel):
    """What is read of an answer; servers add fields of their own."""

    model_config = ConfigDict(frozen=True, extra="ignore", from_attributes=True)


class Delta(Lenient):
    """A message, or what it grows by."""

    content: str | None = None
    refusal: str | None = None
    reasoning_content: object = None
    """What a model thinks before it speaks; DeepSeek's name, which llama.cpp and others took over."""
    reasoning: object = None
    """The same, as OpenRouter, Ollama and vLLM call it."""
    tool_calls: object = None


class Choice(Lenient):
    """One of the answers; only the first is read."""

    index: int | None = None
    delta: Delta | None = None
    message: Delta | None = None
    finish_reason: str | None = None


class Chunk(Lenient):
    """A piece of an answer, or a whole one."""

    choices: tuple[Choice, ...] | None = None
    usage: object = None
    timings: object = None
    """What llama.cpp tells beside, or instead of, the usage."""

    @property
    def first(self) -> Choice | None:
        """The first answer's part of it; servers may send several answers' parts in turns."""
        return next((choice for choice in self.choices or () if not choice.index), None)


class ModelEntry(Lenient):
    """A model on a server's list."""

    id: str


class ModelList(Lenient):
    """A server's list of models."""

    data: tuple[ModelEntry, ...]


Told = TypeVar("Told", bound=Lenient)
_Count = Annotated[int, Field(strict=True, ge=0, le=MOST_TOKENS)]


class _Details(Lenient):
    cached_tokens: _Count | None = None


class _Usage(Lenient):
    prompt_tokens: _Count
    completion_tokens: _Count
    prompt_tokens_details: object = None
    prompt_cache_hit_tokens: object = None


class _Timings(Lenient):
    """Of llama.cpp: a prompt's tokens are those it had (`cache_n`) and those it had to read (`prompt_n`)."""

    cache_n: _Count = 0
    prompt_n: _Count
    predicted_n: _Count


class _CacheHit(Lenient):
    """DeepSeek's name for cached tokens."""

    prompt_cache_hit_tokens: _Count


def usage_of(chunk: Chunk) -> Usage | None:
    """Read what a server says that an answer took; None where it says nothing, or nonsense."""
    timings = _read(_Timings, chunk.timings)
    told = _read(_Usage, chunk.usage)
    if told is None:
        if timings is None:
            return None
        return Usage(
            prompt_tokens=timings.cache_n + timings.prompt_n,
            cached_tokens=timings.cache_n,
            completion_tokens=timings.predicted_n,
        )
    details, hit = _read(_Details, told.prompt_tokens_details), _read(_CacheHit, chunk.usage)
    cached = details.cached_tokens if details is not None else None
    if cached is None and hit is not None:
        cached = hit.prompt_cache_hit_tokens
    if cached is None and timings is not None:
        cached = timings.cache_n
    return Usage(
        prompt_tokens=told.prompt_tokens,
        cached_tokens=min(cached or 0, told.prompt_tokens),
        completion_tokens=told.completion_tokens,
    )


def _read(kind: type[Told], given: object) -> Told | None:
    if given is None:
        return None
    try:
        return kind.model_validate(given)
    except ValidationError:
        return None


def estimated(messages: Sequence[ChatMessage], answered_chars: int = 0) -> Usage:
    """Guess what a request took from its characters."""
    asked = sum(len(message.text) for message in messages)
    return Usage(
        prompt_tokens=-(-asked // CHARS_A_TOKEN),
        completion_tokens=-(-answered_chars // CHARS_A_TOKEN),
        is_estimated=True,
    )


class Reply:
    """A streamed answer as far as it has come."""

    def __init__(self, messages: Sequence[ChatMessage], max_tokens: int) -> None:
        self._messages = messages
        self._most_chars = max_tokens * MOST_CHARS_A_TOKEN
        self._chars = 0
        self._told: Usage | None = None
        self.has_answered = False
        self.has_words = False
        self.asked_for_tool = False
        self.is_refusal = False
        self.finish: str | None = None
        self.is_overlong = False
        """Whether its server went on after its limit; then its end isn't waited for."""

    @property
    def usage(self) -> Usage:
        """What it took: as the server said, else by its characters, thoughts included."""
        return self._told or estimated(self._messages, self._chars)

    def take(self, chunk: Chunk) -> str | None:
        """Take the next chunk, return its words; None where it holds no sign of life, words or thoughts."""
        if chunk.choices is not None:
            self.has_answered = True
        self.take_usage(chunk)
        if (choice := chunk.first) is None:
            return None
        delta = choice.delta or Delta()
        self.finish = choice.finish_reason or self.finish
        self.is_refusal = self.is_refusal or bool(delta.refusal)
        self.asked_for_tool = self.asked_for_tool or bool(delta.tool_calls)
        thoughts = [each for each in (delta.reasoning_content, delta.reasoning) if isinstance(each, str)]
        self._chars += sum(map(len, thoughts)) + len(delta.content or "")
        if self.finish is None and self._chars >= self._most_chars:
            self.finish, self.is_overlong = "length", True
        if delta.content:
            self.has_words = self.has_words or not delta.content.isspace()
            return whole_characters(delta.content)
        return "" if any(thoughts) or delta.tool_calls else None

    def take_usage(self, chunk: Chunk) -> None:
        """Take what a chunk says of usage, and nothing else."""
        self._told = usage_of(chunk) or self._told


def whole_characters(text: str) -> str:
    """Return `text` with halves of characters replaced, which no database and no terminal takes."""
    return text if text.isascii() else _SURROGATE.sub("\ufffd", text)


def wire(message: ChatMessage) -> "ChatCompletionMessageParam":
    """A message as it is sent."""
    text = whole_characters(message.text)
    match message.role:
        case ChatRole.SYSTEM:
            return {"role": "system", "content": text}
        case ChatRole.USER:
            return {"role": "user", "content": text}
        case ChatRole.ASSISTANT:
            return {"role": "assistant", "content": text}
