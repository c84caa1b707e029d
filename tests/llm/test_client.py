"""The client against a real HTTP server on loopback."""

import asyncio
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager

import pytest
from pydantic import SecretStr

from roleplay.errors import VoiceError
from roleplay.llm.base import ChatMessage, ChatRole
from roleplay.llm.client import Bounds, OpenAIChatModel
from roleplay.settings import Endpoint
from tests.llm.stand_in import (
    KEY,
    Answering,
    Behaviour,
    StandInServer,
    chunk,
    cuts,
    fails,
    messages_of,
    says,
    sends,
    sends_bytes,
    stalls,
)

SECRET_WORDS = "the water company may leave"
PROMPT = (
    ChatMessage(role=ChatRole.SYSTEM, text="You are Dana."),
    ChatMessage(role=ChatRole.USER, text=SECRET_WORDS),
    ChatMessage(role=ChatRole.SYSTEM, text="Say hello."),
)


@asynccontextmanager
async def chatting(server: StandInServer, bounds: Bounds | None = None) -> AsyncIterator[OpenAIChatModel]:
    model = OpenAIChatModel(server.endpoint(), bounds=bounds, max_retries=0)
    try:
        yield model
    finally:
        await model.aclose()


async def pieces_of(model: OpenAIChatModel, pieces: list[str] | None = None) -> list[str]:
    said = [] if pieces is None else pieces
    async with aclosing(model.stream(PROMPT, max_tokens=50)) as reply:
        async for piece in reply:
            said.append(piece)
    return said


async def test_a_whole_answer_arrives_piece_by_piece() -> None:
    async with StandInServer(says("Yes, November first.")) as server, chatting(server) as model:
        assert await pieces_of(model) == ["Yes,", " November", " first."]
        assert model.name == "stand-in-1"
        assert model.host == server.host


async def test_an_answer_that_used_up_its_room_counts() -> None:
    async with StandInServer(says("Yes, November", "length")) as server, chatting(server) as model:
        assert "".join(await pieces_of(model)) == "Yes, November"


async def test_nothing_is_waited_for_once_the_answer_has_its_end() -> None:
    async def ends_and_stays(answering: Answering) -> None:
        await answering.head()
        await answering.words("Yes.")
        await answering.event(chunk({}, "stop"))
        await answering.until_client_leaves()

    async with StandInServer(ends_and_stays) as server, chatting(server) as model:
        assert await pieces_of(model) == ["Yes."]


@pytest.mark.parametrize(
    ("behaviour", "cause"),
    [
        pytest.param(fails(400), "refused the request (400)", id="400"),
        pytest.param(fails(400, code="exceed_context_size_error"), "context is shorter", id="too long"),
        pytest.param(sends_bytes(b"data: [1, 2]\n\n", after="I"), "isn't a chat answer", id="a list"),
        pytest.param(sends_bytes(b'data: "hello"\n\n', after="I"), "isn't a chat answer", id="a text"),
        pytest.param(sends({"choices": 5}), "isn't a chat answer", id="choices of another type"),
        pytest.param(sends(chunk({"content": " \n"}), chunk({}, "stop")), "said nothing", id="blank"),
        pytest.param(sends(chunk({}, "length")), "thought until", id="thought only"),
        pytest.param(sends(chunk({"content": "I"}), chunk({}, "error")), "stopped in the middle", id="ends in error"),
    ],
)
async def test_each_failure_is_one_plain_line_also_where_it_is_a_rare_one(behaviour: Behaviour, cause: str) -> None:
    async with StandInServer(behaviour) as server, chatting(server) as model:
        with pytest.raises(VoiceError) as failure:
            await pieces_of(model)
        line = str(failure.value)
        assert line.startswith(server.host)
        assert cause in line
        assert len(line.splitlines()) == 1
        assert KEY not in line
        assert SECRET_WORDS not in line


async def test_what_arrived_before_a_failure_was_yielded() -> None:
    async with StandInServer(cuts("I was about to")) as server, chatting(server) as model:
        pieces: list[str] = []
        with pytest.raises(VoiceError):
            await pieces_of(model, pieces)
        assert "".join(pieces) == "I was about to"


async def test_a_client_works_on_after_a_failure() -> None:
    async with StandInServer(fails(500), says("Back.")) as server, chatting(server) as model:
        with pytest.raises(VoiceError):
            await pieces_of(model)
        assert await pieces_of(model) == ["Back."]


async def test_a_server_that_is_away_refuses() -> None:
    async with StandInServer() as server:
        endpoint = server.endpoint()
    model = OpenAIChatModel(endpoint, max_retries=0)
    with pytest.raises(VoiceError, match=r"^127\.0\.0\.1:\d+ refused the connection; start the server"):
        await pieces_of(model)
    await model.aclose()


async def test_a_host_that_does_not_exist_is_not_found(monkeypatch: pytest.MonkeyPatch) -> None:
    async def no_such_host(*args: object, **kwargs: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", no_such_host)
    endpoint = Endpoint(base_url="http://nowhere.invalid/v1", api_key=SecretStr(KEY), model="m")
    model = OpenAIChatModel(endpoint, max_retries=0)
    with pytest.raises(VoiceError, match=r"^nowhere\.invalid can't be found: no such host"):
        await pieces_of(model)
    await model.aclose()


async def test_plain_http_behind_https_is_told() -> None:
    async with StandInServer() as server:
        url = server.base_url.replace("http://", "https://")
        model = OpenAIChatModel(Endpoint(base_url=url, api_key=SecretStr(KEY), model="m"), max_retries=0)
        with pytest.raises(VoiceError, match="http or https"):
            await pieces_of(model)
        await model.aclose()


async def test_a_host_that_does_not_answer_the_door_is_unreachable() -> None:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        door.listen(0)
        with socket.create_connection(door.getsockname()):  # the one place in the queue is taken
            url = f"http://127.0.0.1:{door.getsockname()[1]}/v1"
            endpoint = Endpoint(base_url=url, api_key=SecretStr(KEY), model="m")
            model = OpenAIChatModel(endpoint, bounds=Bounds(connect_s=0.05), max_retries=0)
            with pytest.raises(VoiceError, match="can't be reached"):
                await pieces_of(model)
            await model.aclose()


@pytest.mark.parametrize("key", ["sk-né", "sk-\ud83d"])
async def test_a_key_that_no_header_can_hold_is_told(key: str) -> None:
    async with StandInServer() as server:
        model = OpenAIChatModel(server.endpoint(key=key), max_retries=0)
        with pytest.raises(VoiceError, match="check the key") as failure:
            await pieces_of(model)
        assert key not in str(failure.value)
        await model.aclose()


@pytest.mark.parametrize("bounds", [Bounds(between_s=0.2), Bounds(total_s=1)], ids=["a piece", "the whole answer"])
async def test_a_server_that_stalls_is_left(bounds: Bounds) -> None:
    async with StandInServer(says("Yes."), stalls("I was")) as server, chatting(server, bounds) as model:
        await pieces_of(model)
        pieces: list[str] = []
        with pytest.raises(VoiceError, match="took too long to answer"):
            async with asyncio.timeout(10):
                await pieces_of(model, pieces)
        assert pieces == ["I", " was"]
        await asyncio.wait_for(server.client_left.wait(), 5)


async def test_cancelling_closes_the_stream_at_once() -> None:
    async with StandInServer(stalls("I was")) as server, chatting(server) as model:
        has_begun = asyncio.Event()

        async def listen() -> None:
            async with aclosing(model.stream(PROMPT, max_tokens=50)) as reply:
                async for _ in reply:
                    has_begun.set()

        task = asyncio.create_task(listen())
        await asyncio.wait_for(has_begun.wait(), 5)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.wait_for(server.client_left.wait(), 5)


async def test_closing_the_generator_closes_the_stream_at_once() -> None:
    async with StandInServer(stalls("I was")) as server, chatting(server) as model:
        async with aclosing(model.stream(PROMPT, max_tokens=50)) as reply:
            async for _ in reply:
                break
        await asyncio.wait_for(server.client_left.wait(), 5)


async def test_the_client_asks_again_before_an_answer_began_and_only_then() -> None:
    async with StandInServer(fails(503, more="retry-after-ms: 1\r\n"), cuts("I was")) as server:
        model = OpenAIChatModel(server.endpoint(), max_retries=2)
        with pytest.raises(VoiceError, match="stopped in the middle"):
            await pieces_of(model)
        assert len(server.requests) == 2
        await model.aclose()


async def test_a_compatible_server_gets_max_tokens_and_one_leading_system_message() -> None:
    async with StandInServer() as server, chatting(server) as model:
        async with aclosing(model.stream(PROMPT, max_tokens=50, stop=["\nUser:"])) as reply:
            assert [piece async for piece in reply]
        (request,) = server.requests
        assert messages_of(request) == [("system", "You are Dana."), ("user", f"{SECRET_WORDS}\n\nSay hello.")]
        assert {name: value for name, value in request.items() if name != "messages"} == {
            "model": "stand-in-1",
            "stream": True,
            "stream_options": {"include_usage": True},
            "max_tokens": 50,
            "stop": ["\nUser:"],
        }


async def test_without_a_configured_model_the_first_listed_is_asked_for_once() -> None:
    async with StandInServer(models=("/models/Tiny-1B.gguf", "other")) as server:
        model = OpenAIChatModel(server.endpoint(model=None), max_retries=0)
        assert model.name == f"model at {server.host}"
        assert await pieces_of(model)
        assert await pieces_of(model)
        assert model.name == "Tiny-1B.gguf"
        assert [request["model"] for request in server.requests] == ["/models/Tiny-1B.gguf"] * 2
        assert [path for path in server.paths if path.endswith("/models")] == ["/v1/models"]
        await model.aclose()


async def test_preparing_makes_the_name_final() -> None:
    async with StandInServer() as server:
        model = OpenAIChatModel(server.endpoint(model=None), max_retries=0)
        await model.prepare()
        assert model.name == "stand-in-1"
        assert not server.requests
        await model.aclose()


async def test_a_server_without_models_is_told() -> None:
    async with StandInServer(models=()) as server:
        model = OpenAIChatModel(server.endpoint(model=None), max_retries=0)
        with pytest.raises(VoiceError, match="lists no model; load one, or name one"):
            await model.prepare()
        await model.aclose()


async def test_openai_itself_needs_a_model_named() -> None:
    endpoint = Endpoint(base_url="https://api.openai.com/v1", api_key=SecretStr(KEY))
    with pytest.raises(VoiceError, match="name one that can"):
        await OpenAIChatModel(endpoint).prepare()


async def test_no_proxy_stands_between_the_program_and_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    async with StandInServer() as proxy, StandInServer(says("Direct.")) as server:
        monkeypatch.setenv("HTTP_PROXY", f"http://{proxy.host}")
        async with chatting(server) as model:
            assert await pieces_of(model) == ["Direct."]
        assert not proxy.requests


def test_importing_the_client_does_not_import_openai() -> None:
    code = "import sys, roleplay.llm.client; print('openai' in sys.modules, 'httpx2' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["False", "False"]
