"""How long a server is waited for, when it is asked again, and how a hang-up ends a request."""

import asyncio
import socket
import time
from collections.abc import Callable, Coroutine
from typing import Final

import pytest
from pydantic import SecretStr

from roleplay.errors import VoiceError
from roleplay.llm.causes import retry_after_s
from roleplay.llm.client import Bounds, OpenAIChatModel
from roleplay.settings import Endpoint
from roleplay.values import Value
from tests.llm.asking import PROMPT, reply_of
from tests.llm.hostile import event_of, hangs, keeps_alive
from tests.llm.stand_in import KEY, Answering, Behaviour, StandInServer, chunk, fails, says, stalls

LIMIT_S: Final = 0.4


class Answer(Value):
    """A shape."""

    stands: bool


@pytest.mark.parametrize(
    ("behaviour", "bounds"),
    [
        pytest.param(hangs, Bounds(first_s=LIMIT_S), id="no head: first_s"),
        pytest.param(stalls(""), Bounds(first_s=LIMIT_S), id="no token: first_s"),
        pytest.param(keeps_alive(b": ping\n\n"), Bounds(first_s=LIMIT_S), id="comments are no token"),
        pytest.param(keeps_alive(event_of(chunk({"content": ""}))), Bounds(first_s=LIMIT_S), id="nor are empty pieces"),
        pytest.param(stalls("I was"), Bounds(between_s=LIMIT_S), id="a stall: between_s"),
        pytest.param(keeps_alive(b": ping\n\n", "I was"), Bounds(between_s=LIMIT_S), id="comments after words"),
        pytest.param(keeps_alive(event_of(chunk({"content": "a "}))), Bounds(total_s=LIMIT_S), id="words: total_s"),
        pytest.param(keeps_alive(event_of(chunk({"reasoning": "a"}))), Bounds(total_s=LIMIT_S), id="thoughts: total_s"),
    ],
)
async def test_each_limit_ends_what_it_is_for(behaviour: Behaviour, bounds: Bounds) -> None:
    async with StandInServer(behaviour) as server:
        model = OpenAIChatModel(server.endpoint(), bounds=bounds, max_retries=0)
        await model.prepare()
        started = time.monotonic()
        with pytest.raises(VoiceError, match="took too long to answer"):
            await reply_of(model)
        assert LIMIT_S <= time.monotonic() - started < 5
        await asyncio.wait_for(server.client_left.wait(), 5)
        await model.aclose()


async def test_a_model_that_thinks_for_longer_than_the_first_token_may_take_is_alive() -> None:
    async def thinks_first(answering: Answering) -> None:
        await answering.head()
        for _ in range(8):
            await answering.event(chunk({"reasoning_content": "hm "}))
            await asyncio.sleep(0.1)
        await answering.words("Right.")
        await answering.finish()

    async with StandInServer(thinks_first) as server:
        model = OpenAIChatModel(server.endpoint(), bounds=Bounds(first_s=0.5, between_s=0.5), max_retries=0)
        assert await reply_of(model) == "Right."
        await model.aclose()


@pytest.mark.parametrize(
    ("wish", "told"),
    [
        ("Retry-After: 3600\r\n", "60 min"),
        ("Retry-After: 45\r\n", "45 s"),
        ("retry-after-ms: 40000\r\n", "40 s"),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
async def test_a_wish_beyond_all_patience_fails_at_once_and_is_told(status: int, wish: str, told: str) -> None:
    async with StandInServer(fails(status, more=wish)) as server:
        model = OpenAIChatModel(server.endpoint(), bounds=Bounds(first_s=30), max_retries=2)
        await model.prepare()
        started = time.monotonic()
        with pytest.raises(VoiceError, match=rf"\({status}\) and wants to be left alone for {told}; wait that long"):
            await reply_of(model)
        assert time.monotonic() - started < 5
        assert len(server.requests) == 1
        await model.aclose()


async def test_a_short_wish_is_respected_and_asked_again_after() -> None:
    async with StandInServer(fails(429, more="Retry-After: 0.3\r\n"), says("Back.")) as server:
        model = OpenAIChatModel(server.endpoint())
        await model.prepare()
        started = time.monotonic()
        assert await reply_of(model) == "Back."
        assert time.monotonic() - started >= 0.3
        await model.aclose()


async def test_retries_end_with_the_patience_and_the_servers_last_word_is_told() -> None:
    async with StandInServer(fails(500)) as server:
        model = OpenAIChatModel(server.endpoint(), bounds=Bounds(first_s=1), max_retries=50)
        await model.prepare()
        started = time.monotonic()
        with pytest.raises(VoiceError, match=r"failed by itself \(500\)"):
            await reply_of(model)
        assert time.monotonic() - started < 1
        assert len(server.requests) == 2
        await model.aclose()


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "30"}, 30),
        ({"retry-after-ms": "1500", "retry-after": "30"}, 1.5),
        ({"retry-after": "Mon, 02 Mar 2026 09:01:00 GMT"}, 60),
        ({"retry-after": "Mon, 02 Mar 2026 08:00:00 GMT"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "nan"}, None),
        ({}, None),
    ],
)
def test_a_servers_wish_is_read(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after_s(headers, 1772442000.0) == seconds  # 2 March 2026, 09:00 UTC


async def streamed(model: OpenAIChatModel) -> None:
    await reply_of(model)


async def asked(model: OpenAIChatModel) -> None:
    await model.ask(PROMPT, Answer, max_tokens=5)


@pytest.mark.parametrize("request_to", [streamed, asked])
@pytest.mark.parametrize("behaviour", [hangs, stalls("")], ids=["before the head", "before the first token"])
async def test_a_hang_up_ends_a_request_at_once(
    request_to: Callable[[OpenAIChatModel], Coroutine[None, None, None]], behaviour: Behaviour
) -> None:
    async with StandInServer(behaviour) as server:
        model = OpenAIChatModel(server.endpoint())
        await model.prepare()
        task = asyncio.create_task(request_to(model))
        await asyncio.wait_for(server.asked.wait(), 5)
        started = time.monotonic()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.wait_for(server.client_left.wait(), 5)
        assert time.monotonic() - started < 1
        await model.aclose()


async def test_a_hang_up_ends_a_connect_at_once() -> None:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        door.listen(0)
        with socket.create_connection(door.getsockname()):  # the one place in the queue is taken
            url = f"http://127.0.0.1:{door.getsockname()[1]}/v1"
            model = OpenAIChatModel(Endpoint(base_url=url, api_key=SecretStr(KEY), model="m"))
            await model.prepare()
            started = time.monotonic()
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.2):
                    await reply_of(model)
            assert time.monotonic() - started < 1
            await model.aclose()
