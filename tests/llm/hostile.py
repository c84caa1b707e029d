"""Everything bad that a server has been seen to do, or might: what it does, and what a recruiter is told.

Each entry is one behaviour of the stand-in server, which is real HTTP; `cause` is a piece of the line that the client
must say, and None where what arrives is an answer all the same.
"""

import asyncio
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Final

from pydantic import JsonValue

from roleplay.llm.client import Bounds
from tests.llm.stand_in import (
    Answering,
    Behaviour,
    breaks_before,
    breaks_off,
    by_form,
    chunk,
    cuts,
    errs,
    fails,
    replies,
    says,
    sends,
    sends_bytes,
    stalls,
)

SHORT: Final = Bounds(connect_s=2, first_s=0.1, between_s=0.1, total_s=0.2)
"""Time limits for servers that never answer."""
PACE_S: Final = 0.02
"""How often a server that keeps a connection alive sends something."""
FLOOD_TOKENS: Final = 50_000
LINE: Final = "Right. Go on."


@dataclass(frozen=True)
class Hostility:
    """One behaviour."""

    name: str
    behaviour: Behaviour
    cause: str | None
    is_slow: bool = False
    """Whether only a time limit ends it."""
    is_away: bool = False
    """Whether nobody listens at the address at all."""

    @property
    def bounds(self) -> Bounds:
        """Limits by which it is soon known, and which a busy machine doesn't reach with the others."""
        return SHORT if self.is_slow else Bounds()


async def hangs(answering: Answering) -> None:
    """No answer at all."""
    await answering.until_client_leaves()
    answering.server.client_left.set()


def keeps_alive(beat: bytes, after: str = "") -> Behaviour:
    """A head, some words, and then the same bytes for ever."""

    async def answer(answering: Answering) -> None:
        await answering.head()
        if after:
            await answering.words(after)
        while True:
            await answering.send(beat)
            await asyncio.sleep(PACE_S)

    return answer


def event_of(data: JsonValue) -> bytes:
    """An event as it is sent."""
    return b"data: " + json.dumps(data).encode() + b"\n\n"


async def floods(answering: Answering) -> None:
    """An answer without end, whatever limit was asked for."""
    await answering.head()
    for at in range(0, FLOOD_TOKENS, 500):
        await answering.send(b"".join(event_of(chunk({"content": f" word{n}."})) for n in range(at, at + 500)))
        await asyncio.sleep(0)
    await answering.finish()


def ends_with(usage: JsonValue, *, stays: bool = False) -> Behaviour:
    """An answer with this for its usage; without one where it is None."""

    async def answer(answering: Answering) -> None:
        await answering.head()
        await answering.words(LINE)
        await answering.event(chunk({}, "stop"))
        if usage is not None:
            await answering.event({"id": "x", "object": "chat.completion.chunk", "choices": [], "usage": usage})
        if stays:
            await answering.until_client_leaves()
            answering.server.client_left.set()
        else:
            await answering.send(b"data: [DONE]\n\n")

    return answer


async def interleaves(answering: Answering) -> None:
    """Two answers' pieces in turns, the second one first."""
    await answering.head()
    for word in LINE.split():
        for index in (1, 0):
            piece = chunk({"content": f"{word} " if index == 0 else "NO "})
            choices = piece["choices"]
            assert isinstance(choices, list) and isinstance(choices[0], dict)
            choices[0]["index"] = index
            await answering.event(piece)
    await answering.finish()


async def sends_gzip_garbage(answering: Answering) -> None:
    """A body that isn't what its head says."""
    await answering.head(more="Content-Encoding: gzip\r\n")
    await answering.send(b"\x1f\x8b\x08\x00" + b"not gzip at all" * 20)


async def sends_head_only(answering: Answering) -> None:
    """A head that promises nothing, and nothing."""
    await answering.head(more="Content-Length: 0\r\n")


async def answers_at_once(answering: Answering) -> None:
    """A whole answer as plain JSON where a stream was asked for."""
    message: JsonValue = {"role": "assistant", "content": LINE}
    await answering.head(content_type="application/json")
    await answering.send(json.dumps({"choices": [{"index": 0, "message": message, "finish_reason": "stop"}]}).encode())


def _tool_call() -> dict[str, JsonValue]:
    return {"tool_calls": [{"index": 0, "id": "a", "type": "function", "function": {"name": "x", "arguments": "{}"}}]}


def _asks_to_wait(minutes: int) -> Behaviour:
    """Asked too often, until a date: counted from when it is asked."""

    async def answer(answering: Answering) -> None:
        await fails(429, more=f"Retry-After: {_date_in(minutes)}\r\n")(answering)

    return answer


def _date_in(minutes: int) -> str:
    return format_datetime(datetime.now(UTC) + timedelta(minutes=minutes), usegmt=True)


_NONSENSE_USAGE: Final[JsonValue] = {"prompt_tokens": "many", "completion_tokens": -5, "prompt_tokens_details": 7}
_ESCAPES: Final = "Right.\x1b[2J\x07 [@click=app.quit]Go[/] [/nope] on.\x00"


def hostilities() -> tuple[Hostility, ...]:
    """All of them; new ones each time, since some hold a date."""
    return (*_refusals(), *_silences(), *_breakages(), *_oddities())


def misshapes() -> tuple[Hostility, ...]:
    """What goes wrong with an answer in a given shape, while streamed ones are well."""
    wrong = {
        "not JSON": replies("yes, it does"),
        "not the schema": replies('{"ask_open": {"stands": "perhaps"}}'),
        "JSON that is cut": replies('{"ask_open": {"sta', finish="length"),
        "JSON without an end": replies('{"ask_open": {"sta', finish=None),
        "no shape wanted": fails(400, says="response_format is not supported"),
        "no shape for now": fails(501, says="grammar"),
        "refused shape": replies("", refusal="I won't."),
        "no choices": sends_bytes(b'{"choices": []}', "application/json"),
        "cut JSON body": sends_bytes(b'{"choices": [{"ind', "application/json"),
    }
    streamed = says(LINE)
    return tuple(
        Hostility(name, by_form(streamed=streamed, schema=each, json_mode=each, plain=each), None)
        for name, each in wrong.items()
    )


def _refusals() -> tuple[Hostility, ...]:
    return (
        Hostility("refused", breaks_before(), "refused the connection", is_away=True),
        Hostility("401", fails(401), "refused the key (401)"),
        Hostility("403", fails(403), "refused access with this key (403)"),
        Hostility("404 model", fails(404, code="model_not_found"), "has no model"),
        Hostility("429", fails(429), "is asked too often"),
        Hostility("429 for a moment", fails(429, more="Retry-After: 1\r\n"), "is asked too often"),
        Hostility("429 for an hour", fails(429, more="Retry-After: 3600\r\n"), "left alone for 60 min"),
        Hostility("429 until a date", _asks_to_wait(10), "left alone for 10 min"),
        Hostility("429 for nonsense", fails(429, more="Retry-After: soon\r\n"), "is asked too often"),
        Hostility("no credit", fails(429, code="insufficient_quota"), "has no credit left"),
        Hostility("500", fails(500), "failed by itself (500)"),
        Hostility("503", fails(503), "failed by itself (503)"),
        Hostility(
            "redirect", fails(307, more="Location: http://127.0.0.1:9/v1\r\n"), "points to another address (307)"
        ),
        Hostility("too long", fails(400, code="context_length_exceeded"), "context is shorter than this call"),
        Hostility("refusal", sends(chunk({"refusal": "I won't."})), "declined to play the part"),
        Hostility("filtered", sends(chunk({"content": "I"}), chunk({}, "content_filter")), "declined to play the part"),
    )


def _silences() -> tuple[Hostility, ...]:
    empty, thought = event_of(chunk({"content": ""})), event_of(chunk({"reasoning_content": "hm "}))
    return (
        Hostility("hangs before its head", hangs, "took too long", is_slow=True),
        Hostility("hangs after its head", stalls(""), "took too long", is_slow=True),
        Hostility("stalls in the middle", stalls("I was"), "took too long", is_slow=True),
        Hostility("comments for ever", keeps_alive(b": ping\n\n"), "took too long", is_slow=True),
        Hostility("comments after words", keeps_alive(b": ping\n\n", "I was"), "took too long", is_slow=True),
        Hostility("empty pieces for ever", keeps_alive(empty), "took too long", is_slow=True),
        Hostility("thinks for ever", keeps_alive(thought), "took too long", is_slow=True),
        Hostility("a line without end", keeps_alive(b"data: " + b"x" * 500), "took too long", is_slow=True),
        Hostility("header only", sends_head_only, "isn't a chat answer"),
        Hostility("empty", sends(chunk({}, "stop")), "said nothing"),
        Hostility("thought only", sends(chunk({"reasoning_content": "hm"}), chunk({}, "length")), "thought until"),
        Hostility("tool calls", sends(chunk(_tool_call()), chunk({}, "tool_calls")), "asked for a tool"),
    )


def _breakages() -> tuple[Hostility, ...]:
    return (
        Hostility("reset before", breaks_before(), "stopped in the middle"),
        Hostility("reset in the middle", breaks_off("I was"), "stopped in the middle"),
        Hostility("cut without an end", cuts("I was"), "stopped in the middle"),
        Hostility("error in the stream", errs("I was"), "broke off with an error"),
        Hostility("malformed event", sends_bytes(b"data: {not json\n\n", after="I"), "isn't a chat answer"),
        Hostility("deep event", sends_bytes(b"data: " + b"[" * 200_000 + b"\n\n", after="I"), "isn't a chat answer"),
        Hostility("invalid UTF-8", sends_bytes(b"data: \xff\xfe\n\n", after="I"), "isn't a chat answer"),
        Hostility("a web page", sends_bytes(b"<html>no</html>", "text/html"), "isn't a chat answer"),
        Hostility("no stream", answers_at_once, "isn't a chat answer"),
        Hostility("gzip garbage", sends_gzip_garbage, "isn't a chat answer"),
        Hostility("wrong types", sends({"choices": [{"delta": {"content": 5}}]}), "isn't a chat answer"),
    )


def _oddities() -> tuple[Hostility, ...]:
    half: JsonValue = "Right. \ud83d Go on."
    return (
        Hostility("50,000 tokens", floods, None),
        Hostility("usage missing", ends_with(None), None),
        Hostility("usage nonsense", ends_with(_NONSENSE_USAGE), None),
        Hostility("usage a text", ends_with("lots"), None),
        Hostility("never closes", by_form(streamed=ends_with(None, stays=True)), None),
        Hostility("two answers in turns", interleaves, None),
        Hostility("half a character", sends(chunk({"content": half}), chunk({}, "stop")), None),
        Hostility("escapes and markup", says(_ESCAPES), None),
    )
