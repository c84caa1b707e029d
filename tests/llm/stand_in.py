"""A stand-in for a model's server: real HTTP on loopback, with OpenAI's wire format, that does as it is told.

    async with StandInServer(says("Dana here."), cuts("I was ab")) as server:
        model = OpenAIChatModel(server.endpoint())
        …
        assert "secret" not in server.sent_text

Each chat request takes the next behaviour; the last one stays. `requests` holds every chat request's body.
"""

import asyncio
import json
import socket
import struct
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from types import TracebackType

from pydantic import JsonValue, SecretStr

from roleplay.settings import Endpoint

STAND_IN_MODEL = "stand-in-1"
KEY = "sk-not-to-be-seen"
TLS_HELLO = b"\x16"
"""The first byte of somebody who speaks https to a server that doesn't."""


class Answering:
    """One request being answered."""

    def __init__(self, server: "StandInServer", reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.server = server
        self._reader = reader
        self._writer = writer

    async def send(self, data: bytes) -> None:
        """Send bytes as they are."""
        self._writer.write(data)
        await self._writer.drain()

    async def head(self, status: int = 200, content_type: str = "text/event-stream", *, more: str = "") -> None:
        """Send the head of an answer whose body lasts until the connection closes."""
        lines = f"HTTP/1.1 {status} Said\r\nContent-Type: {content_type}\r\nConnection: close\r\n{more}\r\n"
        await self.send(lines.encode())

    async def event(self, data: JsonValue) -> None:
        """Send one event."""
        await self.send(b"data: " + json.dumps(data).encode() + b"\n\n")

    async def words(self, text: str) -> None:
        """Send `text` word by word."""
        for index, word in enumerate(text.split(" ")):
            await self.event(chunk({"content": word if index == 0 else f" {word}"}))

    async def finish(self, reason: str = "stop") -> None:
        """Send the end that a whole answer has."""
        await self.event(chunk({}, reason))
        await self.event({"id": "x", "object": "chat.completion.chunk", "choices": [], "usage": {"total_tokens": 9}})
        await self.send(b"data: [DONE]\n\n")

    async def until_client_leaves(self) -> None:
        """Wait until the client closes its end."""
        while await self._reader.read(1024):
            pass

    def reset(self) -> None:
        """Break the connection, as a killed server does."""
        sock = self._writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._writer.transport.abort()


Behaviour = Callable[[Answering], Awaitable[None]]


class StandInServer:
    """Speaks chat completions on a free loopback port, and remembers what it was sent."""

    def __init__(self, *behaviours: Behaviour, models: tuple[str, ...] = (STAND_IN_MODEL,)) -> None:
        self._behaviours = list(behaviours) or [says("Dana here.")]
        self._models = models
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._writers: set[asyncio.StreamWriter] = set()
        self.requests: list[dict[str, JsonValue]] = []
        self.paths: list[str] = []
        self.headers: list[Mapping[str, str]] = []
        self.asked = asyncio.Event()
        """Set when the first chat request has come."""
        self.client_left = asyncio.Event()
        """Set when a client left an answer that was still under way."""

    async def __aenter__(self) -> "StandInServer":
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()
        for writer in self._writers:
            writer.transport.abort()
        await asyncio.gather(*self._tasks)
        await self._server.wait_closed()

    @property
    def host(self) -> str:
        """Host and port."""
        assert self._server is not None, "enter the server first"
        return f"127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    @property
    def base_url(self) -> str:
        """What goes into OPENAI_BASE_URL."""
        return f"http://{self.host}/v1"

    @property
    def sent_text(self) -> str:
        """Everything that chat requests said, as one text."""
        return "\n".join(content for request in self.requests for _, content in messages_of(request))

    def endpoint(self, model: str | None = STAND_IN_MODEL, key: str = KEY) -> Endpoint:
        """The server as an endpoint."""
        return Endpoint(base_url=self.base_url, api_key=SecretStr(key), model=model)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self._writers.add(writer)
        try:
            await self._answer(reader, writer)
        except ConnectionError:
            self.client_left.set()
        except asyncio.IncompleteReadError:
            pass
        finally:
            self._tasks.discard(task)
            self._writers.discard(writer)
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first = await reader.readexactly(1)
        if first == TLS_HELLO:
            writer.write(b"HTTP/1.1 400 This is plain HTTP\r\nConnection: close\r\n\r\n")
            return
        head = (first + await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        self.paths.append(head[0].split()[1])
        self.headers.append(headers)
        answering = Answering(self, reader, writer)
        if self.paths[-1].endswith("/models"):
            data: JsonValue = [{"id": name, "object": "model", "created": 0, "owned_by": "x"} for name in self._models]
            await answering.head(content_type="application/json")
            await answering.send(json.dumps({"object": "list", "data": data}).encode())
            return
        self.requests.append(json.loads(body))
        self.asked.set()
        behaviour = self._behaviours.pop(0) if len(self._behaviours) > 1 else self._behaviours[0]
        await behaviour(answering)


@contextmanager
def serving(server: StandInServer) -> Iterator[StandInServer]:
    """Run a server beside a test that has no loop of its own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        asyncio.run_coroutine_threadsafe(server.__aenter__(), loop).result()
        try:
            yield server
        finally:
            asyncio.run_coroutine_threadsafe(server.__aexit__(None, None, None), loop).result()
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def messages_of(request: Mapping[str, JsonValue]) -> list[tuple[str, str]]:
    """A chat request's messages: role and text of each."""
    messages = request["messages"]
    assert isinstance(messages, list)
    return [(str(message["role"]), str(message["content"])) for message in messages if isinstance(message, dict)]


def chunk(delta: dict[str, JsonValue], finish: str | None = None) -> dict[str, JsonValue]:
    """One chunk of an answer, as the wire has it."""
    choice: dict[str, JsonValue] = {"index": 0, "delta": delta, "finish_reason": finish}
    return {"id": "x", "object": "chat.completion.chunk", "created": 0, "model": "x", "choices": [choice]}


def replies(content: str, finish: str | None = "stop", *, refusal: str | None = None) -> Behaviour:
    """A whole answer in one piece, as a request that doesn't stream gets it."""

    async def answer(answering: Answering) -> None:
        message: dict[str, JsonValue] = {"role": "assistant", "content": content, "refusal": refusal}
        choice: dict[str, JsonValue] = {"index": 0, "message": message, "finish_reason": finish}
        await answering.head(content_type="application/json")
        whole: JsonValue = {"id": "x", "object": "chat.completion", "created": 0, "model": "x", "choices": [choice]}
        await answering.send(json.dumps(whole).encode())

    return answer


def says(text: str, finish: str = "stop") -> Behaviour:
    """A whole answer."""

    async def answer(answering: Answering) -> None:
        await answering.head()
        await answering.event(chunk({"role": "assistant", "content": None}))
        await answering.words(text)
        await answering.finish(finish)

    return answer


def sends(*events: JsonValue) -> Behaviour:
    """These events, and then the end of the connection."""

    async def answer(answering: Answering) -> None:
        await answering.head()
        for event in events:
            await answering.event(event)

    return answer


def sends_bytes(data: bytes, content_type: str = "text/event-stream", after: str = "") -> Behaviour:
    """The words `after`, and then bytes as they are."""

    async def answer(answering: Answering) -> None:
        await answering.head(content_type=content_type)
        if after:
            await answering.words(after)
        await answering.send(data)

    return answer


def fails(status: int, *, code: str | None = None, more: str = "", says: str = "no good") -> Behaviour:
    """An error status, whose text repeats the key and the last words, as careless servers' do."""

    async def answer(answering: Answering) -> None:
        said = messages_of(answering.server.requests[-1])[-1][1]
        message = f"{says}: {answering.server.headers[-1].get('authorization')} {said}"
        await answering.head(status, "application/json", more=more)
        await answering.send(json.dumps({"error": {"message": message, "code": code, "type": "bad"}}).encode())

    return answer


def cuts(text: str) -> Behaviour:
    """Words, and then the end of the connection without an end of the answer, and without an error."""
    return sends_bytes(b"", after=text)


def breaks_off(text: str) -> Behaviour:
    """Words, and then a broken connection."""

    async def answer(answering: Answering) -> None:
        await answering.head()
        await answering.words(text)
        answering.reset()

    return answer


def breaks_before() -> Behaviour:
    """A connection that breaks before an answer."""

    async def answer(answering: Answering) -> None:
        answering.reset()

    return answer


def stalls(text: str) -> Behaviour:
    """Words, and then nothing more until the client leaves."""

    async def answer(answering: Answering) -> None:
        await answering.head()
        if text:
            await answering.words(text)
        await answering.until_client_leaves()
        answering.server.client_left.set()

    return answer


def by_form(
    *,
    streamed: Behaviour | None = None,
    schema: Behaviour | None = None,
    json_mode: Behaviour | None = None,
    plain: Behaviour | None = None,
) -> Behaviour:
    """Another behaviour for each form of reply that a request may ask for; those not given find a plain answer."""

    async def answer(answering: Answering) -> None:
        request = answering.server.requests[-1]
        form = request.get("response_format")
        kind = form.get("type") if isinstance(form, dict) else None
        if request.get("stream"):
            behaviour = streamed or says("Dana here.")
        else:
            behaviour = {"json_schema": schema, "json_object": json_mode}.get(str(kind), plain) or replies("{}")
        await behaviour(answering)

    return answer


def errs(text: str = "") -> Behaviour:
    """Words, and then an error within the stream."""

    async def answer(answering: Answering) -> None:
        await answering.head()
        if text:
            await answering.words(text)
        await answering.event({"error": {"message": f"boom {KEY}", "type": "server_error", "code": "oops"}})

    return answer
