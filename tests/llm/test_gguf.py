"""A model inside: what it does with a real file, and what it says of one that can't be used."""

import asyncio
import os
import sys
import threading
import time
from collections.abc import Callable
from contextlib import aclosing
from pathlib import Path

import pytest

from roleplay.errors import VoiceError
from roleplay.llm.base import ChatMessage, ChatRole
from roleplay.llm.gguf import GgufModel, Lent, LlamaServer, Request, Take
from roleplay.settings import INSIDE, ModelFile
from roleplay.values import Value
from tests.llm.llama_server import small_model

SYSTEM = ChatMessage(role=ChatRole.SYSTEM, text="You are Dana, a CTO, on the phone.")
PROMPT = (SYSTEM, ChatMessage(role=ChatRole.USER, text="Hi Dana, how are you?"))
DEADLINE_S = 60


class FakeServer:
    """Answers with given events; remembers requests, and how many events were wanted."""

    def __init__(self, *events: Request, gate: threading.Event | None = None) -> None:
        self.requests: list[Request] = []
        self.taken = 0
        self._events = events
        self._gate = gate

    def handle_chat_completions(self, prompt: Request, callback: Take) -> None:
        """Give every event to the callback until it has enough."""
        self.requests.append(prompt)
        for nth, event in enumerate(self._events):
            if nth and len(self.requests) > 1 and self._gate is not None:
                self._gate.wait(DEADLINE_S)  # the first request is the loading's own
            self.taken += 1
            if callback(event):
                return


def says(text: str, finish: str | None = None) -> Request:
    return {"choices": [{"index": 0, "delta": {"content": text}, "finish_reason": finish}]}


def a_file(tmp_path: Path, content: bytes = b"GGUF and more") -> ModelFile:
    path = tmp_path / "tiny.gguf"
    path.write_bytes(content)
    return ModelFile(path=path)


def model_of(tmp_path: Path, server: LlamaServer) -> GgufModel:
    return GgufModel(a_file(tmp_path), lambda file, folder: server)


async def words_of(model: GgufModel) -> list[str]:
    async with aclosing(model.stream(PROMPT, max_tokens=20)) as reply:
        return [piece async for piece in reply]


def soon(condition: Callable[[], bool]) -> bool:
    """Whether `condition` holds within a second: the kernel takes a moment to let go of a thread that has ended."""
    ends = time.monotonic() + 1
    while not condition() and time.monotonic() < ends:
        pass
    return condition()


def listening_ports() -> set[str]:
    """The TCP sockets on which this process listens."""
    own = set()
    for entry in Path("/proc/self/fd").iterdir():
        try:
            own.add(str(entry.readlink()))
        except FileNotFoundError:
            continue
    rows = [line.split() for kind in ("tcp", "tcp6") for line in Path(f"/proc/net/{kind}").read_text().splitlines()[1:]]
    return {row[1] for row in rows if row[3] == "0A" and f"socket:[{row[9]}]" in own}


def threads_here() -> set[str]:
    """This process's threads, whoever started them."""
    return {entry.name for entry in Path("/proc/self/task").iterdir()}


async def test_what_the_model_says_comes_piece_by_piece(tmp_path: Path) -> None:
    server = FakeServer({"choices": [], "prompt_progress": {"processed": 1}}, says("Hi "), says("there.", "stop"))
    model = model_of(tmp_path, server)
    assert (model.name, model.host, model.load_s) == ("tiny.gguf", INSIDE, None)
    assert await words_of(model) == ["Hi ", "there."]
    assert model.load_s is not None
    request = server.requests[-1]
    assert request["messages"] == [{"role": str(each.role), "content": each.text} for each in PROMPT]
    assert request["max_tokens"] == 20
    await model.aclose()


@pytest.mark.parametrize(
    ("events", "cause"),
    [
        ((says("I was ab"),), "tiny.gguf stopped in the middle of the answer"),
        ((), "tiny.gguf stopped in the middle of the answer"),
        ((says(" ", "stop"),), "tiny.gguf said nothing"),
        (
            ({"error": {"code": 400, "type": "exceed_context_size_error", "message": "x"}},),
            "set ROLEPLAY_CONTEXT higher",
        ),
        (({"error": {"code": 500, "message": "Hi Dana"}},), "broke off with an error of its own"),
        (({"choices": "none"},), "isn't a chat answer"),
    ],
)
async def test_a_failure_is_one_plain_line(tmp_path: Path, events: tuple[Request, ...], cause: str) -> None:
    model = model_of(tmp_path, FakeServer(*events))
    with pytest.raises(VoiceError) as caught:
        await words_of(model)
    assert cause in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "Hi Dana" not in str(caught.value), "no transcript in an error"
    await model.aclose()


async def test_closing_a_reply_stops_the_model_at_its_next_token(tmp_path: Path) -> None:
    gate = threading.Event()
    server = FakeServer(*[says(f"{number} ") for number in range(50)], gate=gate)
    model = model_of(tmp_path, server)
    await model.prepare()
    server.taken = 0
    async with aclosing(model.stream(PROMPT, max_tokens=50)) as reply:
        assert await anext(reply) == "0 "
    gate.set()
    await model.aclose()
    assert server.taken <= 2, "the token that was under way is the last"


async def test_a_reply_that_nobody_waits_for_any_more_is_never_begun(tmp_path: Path) -> None:
    gate = threading.Event()
    server = FakeServer(says("One."), says("Two.", "stop"), gate=gate)
    model = model_of(tmp_path, server)
    await model.prepare()
    first = model.stream(PROMPT, max_tokens=5)
    assert await anext(first) == "One."
    second = asyncio.ensure_future(words_of(model))
    await asyncio.sleep(0)
    second.cancel()
    await asyncio.wait([second])
    await first.aclose()
    gate.set()
    await model.aclose()
    assert len(server.requests) == 2, "the loading's own, and the first"


async def test_who_stops_waiting_for_the_loading_does_not_stop_it(tmp_path: Path) -> None:
    gate, server = threading.Event(), FakeServer(says("Hi.", "stop"))
    loads: list[Path] = []
    loop, has_begun = asyncio.get_running_loop(), asyncio.Event()

    def load(file: ModelFile, folder: Path) -> LlamaServer:
        loads.append(folder)
        loop.call_soon_threadsafe(has_begun.set)
        gate.wait(DEADLINE_S)
        return server

    model = GgufModel(a_file(tmp_path), load)
    waiting = asyncio.ensure_future(model.prepare())
    await has_begun.wait()
    waiting.cancel()
    await asyncio.wait([waiting])
    gate.set()
    assert await words_of(model) == ["Hi."]
    assert len(loads) == 1
    folder = loads[0]
    assert folder.stat().st_mode & 0o077 == 0, "nobody else may look into it"
    await model.aclose()
    assert not folder.exists()


async def test_a_call_gives_the_model_back_loaded(tmp_path: Path) -> None:
    model = model_of(tmp_path, FakeServer(says("Hi.", "stop")))
    lent = Lent(model)
    await lent.prepare()
    await lent.aclose()
    assert model.load_s is not None
    await model.aclose()
    assert model.load_s is None


@pytest.mark.parametrize(
    ("content", "cause"), [(None, "isn't there"), (b"", "is no GGUF file"), (b"PK\x03\x04", "is no GGUF file")]
)
async def test_what_is_no_model_is_told(tmp_path: Path, content: bytes | None, cause: str) -> None:
    file = ModelFile(path=tmp_path / "none.gguf") if content is None else a_file(tmp_path, content)
    model = GgufModel(file)
    with pytest.raises(VoiceError, match=cause):
        await model.prepare()
    await model.aclose()


async def test_a_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(VoiceError, match="can't be read: Is a directory"):
        await GgufModel(ModelFile(path=tmp_path)).prepare()


async def test_a_file_larger_than_the_memory_is_told_before_it_is_read(tmp_path: Path) -> None:
    file = a_file(tmp_path)
    os.truncate(file.path, 1 << 43)  # eight terabytes, none of them written
    with pytest.raises(VoiceError, match=r"has 8796 GB, and this machine \d+ GB of memory"):
        await GgufModel(file).prepare()


async def test_without_the_extra_it_is_told_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "xllamacpp", None)
    with pytest.raises(VoiceError, match=r"pip install 'roleplay-practice\[local\]'"):
        await GgufModel(a_file(tmp_path)).prepare()


@pytest.mark.real_model
async def test_a_file_that_is_cut_short_is_told_and_a_whole_one_can_be_loaded_after(tmp_path: Path) -> None:
    path = tmp_path / "cut.gguf"
    with small_model().open("rb") as whole:
        path.write_bytes(whole.read(3_000_000))
    model = GgufModel(ModelFile(path=path))
    with pytest.raises(VoiceError, match="can't be loaded: it isn't whole") as caught:
        await model.prepare()
    assert "\n" not in str(caught.value)
    path.unlink()
    path.symlink_to(small_model())
    await model.prepare()
    await model.aclose()


class Shaped(Value):
    """An answer."""

    is_question: bool


@pytest.mark.real_model
@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
async def test_a_real_model_answers_stops_and_leaves_nothing_behind(capfd: pytest.CaptureFixture[str]) -> None:
    threads, ports = threads_here(), listening_ports()
    model = GgufModel(ModelFile(path=small_model(), context_tokens=2048))
    assert "".join(await words_of(model)).strip()
    assert listening_ports() == ports, "no port"
    assert isinstance(await model.ask(PROMPT, Shaped, max_tokens=40), Shaped)
    long = (SYSTEM, ChatMessage(role=ChatRole.USER, text="Tell me a very long story."))
    async with aclosing(model.stream(long, max_tokens=1500)) as reply:
        await anext(reply)
    left = time.monotonic()
    assert await words_of(model)
    assert time.monotonic() - left < DEADLINE_S, "1,500 tokens would take longer"
    with pytest.raises(VoiceError, match="ROLEPLAY_CONTEXT"):
        endless = (ChatMessage(role=ChatRole.USER, text="hi " * 4000),)
        async with aclosing(model.stream(endless, max_tokens=5)) as reply:
            await anext(reply)
    await model.aclose()
    assert soon(lambda: threads_here() <= threads)
    assert capfd.readouterr() == ("", ""), "it would be written over the screen"
