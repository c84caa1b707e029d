"""Gets an answer in a given shape from any server: by JSON Schema, else by JSON mode, else by asking nicely.

Who refuses what: DeepSeek knows no JSON Schema ("This response_format type is unavailable now"), LM Studio no JSON mode
("'response_format.type' must be 'json_schema' or 'text'"), llama.cpp some schemas ("failed to parse grammar"), and many
ignore `response_format` altogether.
"""

import json
from collections.abc import Awaitable, Callable, Iterator, Sequence
from enum import StrEnum
from typing import Final, Generic, NamedTuple

from pydantic import ValidationError

from roleplay.llm.base import ChatMessage, ChatRole, Shape
from roleplay.values import Value

MOST_CHARS: Final = 200_000
"""Of a longer reply only so much is looked through for JSON."""
MOST_TRIES: Final = 40
"""How many opening braces are tried."""
QUOTED_CHARS: Final = 2_000
"""So much of a reply is shown to its model when it is asked to mend it."""
MOST_MISTAKES: Final = 5
REFUSING: Final = frozenset({400, 404, 422, 500, 501})
"""Statuses with which servers refuse a form of reply."""
_FORM_WORDS: Final = ("response_format", "response format", "json_schema", "json_object", "json schema", "grammar")


class StructuredMode(StrEnum):
    """How an answer in a given shape is had."""

    SCHEMA = "schema"
    """The server holds the model to a JSON Schema."""
    JSON = "json"
    """The server holds it to JSON; the prompt tells the schema."""
    PROMPT = "prompt"
    """The prompt asks for it, and the JSON is cut out of the reply."""


class Completion(NamedTuple):
    """A whole reply."""

    text: str
    has_room: bool = True
    """Whether it ended by itself, and not because its tokens were used up."""


class FormRefusedError(Exception):
    """The server doesn't take this form of reply."""


class MisshapenError(Exception):
    """No way brought an answer in the shape."""


Complete = Callable[[Sequence[ChatMessage], StructuredMode], Awaitable[Completion]]
"""Sends messages with a form of reply; raises FormRefusedError where the server takes no such form."""


class Shaped(NamedTuple, Generic[Shape]):
    """An answer in its shape."""

    value: Shape
    mode: StructuredMode
    """The way that worked; worth remembering."""


async def shaped(
    complete: Complete, messages: Sequence[ChatMessage], shape: type[Shape], known: StructuredMode | None
) -> Shaped[Shape]:
    """Try one way after the other, then have the last reply mended once; a `known` way alone, unless it is refused.

    Raises:
        MisshapenError: none of them worked.
    """
    ways = [known, *(mode for mode in StructuredMode if mode is not known)] if known else list(StructuredMode)
    while ways:
        mode = ways.pop(0)
        asked = messages if mode is StructuredMode.SCHEMA else told_the_form(messages, shape)
        try:
            reply = await complete(asked, mode)
        except FormRefusedError:
            continue
        found = read_as(reply.text, shape)
        if not isinstance(found, Mistake):
            return Shaped(found, mode)
        if not reply.has_room:
            break
        if ways and mode is not known:
            continue
        return Shaped(await _mended(complete, asked, shape, mode, reply.text, found), mode)
    raise MisshapenError


async def _mended(
    complete: Complete,
    asked: Sequence[ChatMessage],
    shape: type[Shape],
    mode: StructuredMode,
    reply: str,
    mistake: "Mistake",
) -> Shape:
    """Show the model its reply and what is wrong with it."""
    try:
        mended = read_as((await complete(asking_to_mend(asked, reply, mistake), mode)).text, shape)
    except FormRefusedError:
        raise MisshapenError from None
    if isinstance(mended, Mistake):
        raise MisshapenError
    return mended


class Mistake(Value):
    """What is wrong with a reply, as its model is told."""

    words: str


def read_as(text: str, shape: type[Shape]) -> Shape | Mistake:
    """Find the JSON in a reply, whatever stands round it, that has the shape; else say what is wrong."""
    mistake: Mistake | None = None
    for candidate in _objects_in(text[:MOST_CHARS]):
        try:
            return shape.model_validate_json(candidate)
        except ValidationError as error:
            mistake = mistake or Mistake(words=_mistakes(error))
    return mistake or Mistake(words="there is no whole JSON object in it")


def _objects_in(text: str) -> Iterator[str]:
    """Each whole JSON object that isn't within another, in order."""
    decoder, at = json.JSONDecoder(), 0
    for _ in range(MOST_TRIES):
        start = text.find("{", at)
        if start < 0:
            return
        try:
            _, end = decoder.raw_decode(text, start)
        except (ValueError, RecursionError):
            at = start + 1
        else:
            yield text[start:end]
            at = end


def _mistakes(error: ValidationError) -> str:
    found = error.errors(include_input=False, include_url=False, include_context=False)[:MOST_MISTAKES]
    return "; ".join(f"{'.'.join(str(part) for part in each['loc']) or 'the whole'}: {each['msg']}" for each in found)


def told_the_form(messages: Sequence[ChatMessage], shape: type[Shape]) -> tuple[ChatMessage, ...]:
    """The messages, and the schema after them."""
    schema = json.dumps(shape.model_json_schema(), ensure_ascii=False)
    text = f"Answer with one JSON object and nothing else: no words round it, no code fence. Its JSON Schema:\n{schema}"
    return (*messages, ChatMessage(role=ChatRole.SYSTEM, text=text))


def asking_to_mend(messages: Sequence[ChatMessage], reply: str, mistake: Mistake) -> tuple[ChatMessage, ...]:
    """The messages, the reply to them, and what is wrong with it."""
    text = f"That can't be used: {mistake.words}. Answer again with the JSON object alone."
    return (
        *messages,
        ChatMessage(role=ChatRole.ASSISTANT, text=reply[:QUOTED_CHARS] or "{}"),
        ChatMessage(role=ChatRole.USER, text=text),
    )


def refuses_form(status: int, said: str) -> bool:
    """Whether an error's status and words mean that the server doesn't take the form of reply that was asked for."""
    return status in REFUSING and any(words in said.lower() for words in _FORM_WORDS)
