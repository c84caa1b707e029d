"""Servers on this machine: who is found, who is taken for one, and what they are sent."""

import asyncio
import json
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest

from roleplay.llm.discovery import FoundServer, ServerKind, find_servers
from roleplay.settings import LOCAL_KEY
from tests.llm.llama_server import llama_server, small_model
from tests.llm.stand_in import StandInServer

PATIENT_S = 5.0
"""Long enough for a machine that runs other tests; who takes longer is a test of its own."""


@asynccontextmanager
async def answering(said: bytes | None) -> AsyncGenerator[tuple[int, list[bytes]], None]:
    """A server that gives everybody the same answer, or none; yields its port and what it was sent."""
    heads: list[bytes] = []
    leaving = asyncio.Event()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            heads.append(await reader.readuntil(b"\r\n\r\n"))
            if said is None:
                await leaving.wait()
            else:
                writer.write(said)
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1], heads
        leaving.set()


def said(body: str, *, status: int = 200, more: str = "") -> bytes:
    head = f"HTTP/1.1 {status} Said\r\nContent-Type: application/json\r\nConnection: close\r\n{more}\r\n"
    return (head + body).encode()


def listing(*models: str, owner: str = "somebody") -> str:
    data = [{"id": name, "object": "model", "created": 1, "owned_by": owner, "more": {}} for name in models]
    return json.dumps({"object": "list", "data": data})


async def found_with(body: bytes | None, look_s: float = PATIENT_S) -> FoundServer | None:
    async with answering(body) as (port, _):
        found = await find_servers((port,), look_s=look_s)
        return found[0] if found else None


async def test_all_ports_are_asked_at_once_and_only_for_their_models() -> None:
    async with StandInServer(models=("one", "two")) as first, StandInServer(models=("three",)) as second:
        ports = [int(server.host.partition(":")[2]) for server in (second, first)]
        found = await find_servers(ports, look_s=PATIENT_S)
        assert [(server.host, server.models) for server in found] == [
            (second.host, ("three",)),
            (first.host, ("one", "two")),
        ]
        assert [*first.paths, *second.paths] == ["/v1/models", "/v1/models"]
        assert not first.requests
        assert "authorization" not in first.headers[0]
        endpoint = found[1].endpoint()
        assert (endpoint.base_url, endpoint.model, endpoint.host) == (first.base_url, "one", first.host)
        assert endpoint.api_key.get_secret_value() == LOCAL_KEY


@pytest.mark.parametrize(
    ("owner", "more", "kind"),
    [
        ("llamacpp", "", ServerKind.LLAMA_CPP),
        ("", "Server: llama.cpp\r\n", ServerKind.LLAMA_CPP),
        ("vllm", "Server: uvicorn\r\n", ServerKind.VLLM),
        ("organization_owner", "", ServerKind.LM_STUDIO),
        ("library", "", ServerKind.OLLAMA),
        ("somebody", "", ServerKind.OTHER),
    ],
)
async def test_a_server_is_told_by_what_it_says_of_itself(owner: str, more: str, kind: ServerKind) -> None:
    server = await found_with(said(listing("m", owner=owner), more=more))
    assert server is not None
    assert server.kind is kind


async def test_models_that_cant_chat_or_run_elsewhere_are_left_out() -> None:
    names = (
        "nomic-embed-text:latest",
        "text-embedding-bge-m3",
        "gpt-oss:120b-cloud",
        "kimi-k2:cloud",
        "qwen3-reranker",
        "gemma-4-E4B-it",
        "begemot-7b",
    )
    server = await found_with(said(listing(*names)))
    assert server is not None
    assert server.models == ("gemma-4-E4B-it", "begemot-7b")


async def test_an_ollama_without_models_is_found_without_models() -> None:
    server = await found_with(said('{"object": "list", "data": null}'))
    assert server is not None
    assert server.models == ()


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(said("<html>Jenkins</html>"), id="a page"),
        pytest.param(said('{"data": [{"id": "1"}]}'), id="a web app's list"),
        pytest.param(said('{"object": "list", "data": [{"id": 7}]}'), id="numbers for names"),
        pytest.param(said('{"object": "list", "data": [{"id": "a", "object": "customer"}]}'), id="other things"),
        pytest.param(said('{"object": "list", "data": {"id": "a"}}'), id="no list"),
        pytest.param(said(listing("m"), status=401), id="wants a key"),
        pytest.param(said("", status=302, more="Location: http://127.0.0.1:1/v1/models\r\n"), id="sends elsewhere"),
        pytest.param(said(listing("m" * 2_000_000)), id="endless"),
        pytest.param(said("[" * 100_000), id="deep"),
        pytest.param(b"220 mail.example ESMTP\r\n", id="another protocol"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{", id="cut"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\nx", id="not what it says"),
        pytest.param(b"\xff\xfe\x00", id="noise"),
        pytest.param(b"", id="hangs up"),
    ],
)
async def test_what_isnt_a_model_server_is_not_taken_for_one(answer: bytes) -> None:
    assert await found_with(answer) is None


async def test_who_hangs_or_isnt_there_holds_nobody_up() -> None:
    await find_servers((1,))  # loads the library, which the limit doesn't count
    async with answering(None) as (hanging, heads), answering(None) as (other, _), StandInServer() as server:
        port = int(server.host.partition(":")[2])
        started = time.monotonic()
        found = await find_servers((hanging, 1, other, port), look_s=2)
        spent_s = time.monotonic() - started
        assert [each.port for each in found] == [port]
        assert heads, "the hanging one was asked"
        assert spent_s < 3.8, "two that hang take no longer than one"


async def test_nobody_is_asked_where_nobody_is_to_be() -> None:
    assert await find_servers(()) == ()


async def test_no_proxy_stands_between(monkeypatch: pytest.MonkeyPatch) -> None:
    async with StandInServer() as proxy, StandInServer(models=("direct",)) as server:
        monkeypatch.setenv("HTTP_PROXY", f"http://{proxy.host}")
        (found,) = await find_servers((int(server.host.partition(":")[2]),), look_s=PATIENT_S)
        assert found.models == ("direct",)
        assert not proxy.paths


@pytest.mark.real_model
async def test_a_real_llama_cpp_server_is_known() -> None:
    async with llama_server(small_model()) as address:
        (found,) = await find_servers((int(address.rpartition(":")[2]),), look_s=PATIENT_S)
        assert found.kind is ServerKind.LLAMA_CPP
        assert len(found.models) == 1


async def test_a_file_is_shown_by_its_name_and_asked_for_by_its_path() -> None:
    server = await found_with(said(listing("/home/jo/models/Tiny-1B.gguf")))
    assert server is not None
    assert server.shown_model == "Tiny-1B.gguf"
    assert server.endpoint().model == "/home/jo/models/Tiny-1B.gguf"
