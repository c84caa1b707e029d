"""A model inside: a GGUF file, run in this process by llama.cpp through `xllamacpp`, which is an extra.

What was measured with xllamacpp 2026.10, and what follows:

- Its server always listens. It gets a Unix socket in a folder of the user's own instead of a port; on Windows a free
  loopback port. Either wants a key that is drawn anew each time; nobody connects to it.
- Its constructor holds the interpreter's lock, so a screen stands still while a model is loaded, thread or no thread.
  Reading the file before, leaving its weights as they lie, and not looking for what fits keep that to about a second.
- Letting go of it before its loop runs waits for ever. So it says one token before it counts as loaded.
- A reply is stopped from its callback. Reading a prompt calls back after each batch, so small batches stop soon.
"""

import asyncio
import importlib
import os
import secrets
import sys
import tempfile
import threading
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from pathlib import Path
from typing import Any, Final, Protocol

from pydantic import BaseModel, ConfigDict, JsonValue, ValidationError

from roleplay.errors import VoiceError
from roleplay.llm.base import ChatMessage, Shape
from roleplay.llm.dialect import fold_late_system
from roleplay.settings import INSIDE, ModelFile

INSTALL: Final = "a model inside needs an extra: pip install 'roleplay-practice[local]'"
MAGIC: Final = b"GGUF"
BATCH_TOKENS: Final = 128
"""How much of a prompt is read between two looks at whether it is still wanted."""
BLOCK_BYTES: Final = 8 * 1024 * 1024
GIGABYTE: Final = 1_000_000_000
BROKE: Final = "broke off with an error of its own; try again, or try another file"
_TOO_LONG: Final = "exceed_context_size_error"

Request = dict[str, JsonValue]
FIRST: Final[Request] = {"messages": [{"role": "user", "content": "Hello"}], "max_tokens": 1, "stream": True}
Take = Callable[[Request], bool]
"""Takes an event; True stops the answer."""


class LlamaServer(Protocol):
    """What is used of `xllamacpp.Server`. Letting go of it unloads the model."""

    def handle_chat_completions(self, prompt: Request, callback: Take) -> None:
        """Answer; every event goes to the callback."""
        ...


Load = Callable[[ModelFile, Path], LlamaServer]
"""Loads a model; the folder is for the server's socket."""


class _Lenient(BaseModel):
    """What is read of an event; llama.cpp adds fields of its own."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class _Delta(_Lenient):
    content: str | None = None


class _Choice(_Lenient):
    delta: _Delta = _Delta()
    finish_reason: str | None = None


class _Fault(_Lenient):
    type: str = ""


class _Event(_Lenient):
    choices: tuple[_Choice, ...] = ()
    error: _Fault | None = None


class GgufModel:
    """A chat model inside this program. Loads when it is first asked. One reply at a time; the next one waits."""

    def __init__(self, file: ModelFile, load: Load | None = None) -> None:
        self._engine = _Engine(file, load or load_server)
        self._file = file
        self._thread: ThreadPoolExecutor | None = None
        """One thread for everything that the engine does, in its order."""
        self._loading: asyncio.Future[None] | None = None

    @property
    def name(self) -> str:
        """The file's name."""
        return self._file.path.name

    @property
    def host(self) -> str:
        """Words stay where they are."""
        return INSIDE

    @property
    def load_s(self) -> float | None:
        """How long loading took; None where nothing is loaded."""
        return self._engine.load_s

    async def prepare(self) -> None:
        """Load the model. Who stops waiting doesn't stop the loading.

        Raises:
            VoiceError: the extra isn't installed, or the file can't be loaded.
        """
        if self._thread is None:
            self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="model-inside")
        if self._loading is None:
            self._loading = asyncio.get_running_loop().run_in_executor(self._thread, self._engine.load)
        try:
            await asyncio.shield(self._loading)
        except VoiceError:
            self._loading = None
            raise

    async def stream(
        self, messages: Sequence[ChatMessage], *, max_tokens: int, stop: Sequence[str] = ()
    ) -> AsyncGenerator[str, None]:
        """Yield the reply piece by piece. Closing the generator, or cancelling, stops the model at its next token.

        Raises:
            VoiceError: no reply, or one without an end; what was yielded so far stands.
        """
        has_words = False
        async with aclosing(self._answer(messages, {"max_tokens": max_tokens, "stop": list(stop)})) as pieces:
            async for piece in pieces:
                has_words = has_words or not piece.isspace()
                yield piece
        if not has_words:
            raise self._failure("said nothing; choose another model (roleplay voice)")

    async def ask(self, messages: Sequence[ChatMessage], shape: type[Shape], *, max_tokens: int) -> Shape:
        """Return the whole reply as a `shape`, to whose JSON Schema llama.cpp holds the model.

        Raises:
            VoiceError: no reply, or one that has another shape.
        """
        schema: JsonValue = {"name": shape.__name__, "schema": shape.model_json_schema(), "strict": True}
        form: JsonValue = {"type": "json_schema", "json_schema": schema}
        async with aclosing(self._answer(messages, {"max_tokens": max_tokens, "response_format": form})) as pieces:
            said = "".join([piece async for piece in pieces])
        try:
            return shape.model_validate_json(said)
        except ValidationError as error:
            raise self._failure("doesn't keep to the form it is asked for; choose another model") from error

    async def aclose(self) -> None:
        """Unload the model, after what is under way has stopped; the next request would load it anew."""
        thread, self._thread, self._loading = self._thread, None, None
        if thread is not None:
            self._engine.is_unwanted.set()
            await asyncio.get_running_loop().run_in_executor(thread, self._engine.unload)
            thread.shutdown()
            self._engine.is_unwanted.clear()

    async def _answer(self, messages: Sequence[ChatMessage], more: Request) -> AsyncGenerator[str, None]:
        await self.prepare()
        assert self._thread is not None
        said: JsonValue = [{"role": str(each.role), "content": each.text} for each in fold_late_system(messages)]
        request: Request = {"messages": said, "stream": True, "return_progress": True, **more}
        loop, stopped = asyncio.get_running_loop(), threading.Event()
        events: asyncio.Queue[Request | None] = asyncio.Queue()

        def take(event: Request) -> bool:
            if not stopped.is_set():
                loop.call_soon_threadsafe(events.put_nowait, event)
            return stopped.is_set()

        answering = loop.run_in_executor(self._thread, self._engine.answer, request, take, stopped)
        answering.add_done_callback(lambda done: _end(done, events))
        finish = None
        try:
            while (event := await events.get()) is not None:
                for choice in self._choices(event):
                    finish = choice.finish_reason or finish
                    if choice.delta.content:
                        yield choice.delta.content
            await answering
        finally:
            stopped.set()
        if finish is None:
            raise self._failure("stopped in the middle of the answer; try again")

    def _choices(self, event: Request) -> tuple[_Choice, ...]:
        try:
            read = _Event.model_validate(event)
        except ValidationError as error:
            raise self._failure("gave something that isn't a chat answer; try another file") from error
        if read.error is not None and read.error.type == _TOO_LONG:
            raise self._failure("has a context that is shorter than this call; set ROLEPLAY_CONTEXT higher")
        if read.error is not None:
            raise self._failure(BROKE)
        return read.choices[:1]

    def _failure(self, cause: str) -> VoiceError:
        return VoiceError(f"{self.name} {cause}")


class Lent:
    """A model inside, as a call has it: the call's end leaves it loaded."""

    def __init__(self, model: GgufModel) -> None:
        self._model = model

    @property
    def name(self) -> str:
        """The file's name."""
        return self._model.name

    @property
    def host(self) -> str:
        """Words stay where they are."""
        return self._model.host

    async def prepare(self) -> None:
        """Load the model where it isn't.

        Raises:
            VoiceError: it can't be.
        """
        await self._model.prepare()

    def stream(
        self, messages: Sequence[ChatMessage], *, max_tokens: int, stop: Sequence[str] = ()
    ) -> AsyncGenerator[str, None]:
        """Yield the reply piece by piece.

        Raises:
            VoiceError: no reply, or one without an end.
        """
        return self._model.stream(messages, max_tokens=max_tokens, stop=stop)

    async def aclose(self) -> None:
        """Give it back."""


class _Engine:
    """The model itself; everything here runs in one thread, off the event loop."""

    def __init__(self, file: ModelFile, load: Load) -> None:
        self._file = file
        self._load = load
        self._server: LlamaServer | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self.load_s: float | None = None
        self.is_unwanted = threading.Event()
        """Set by who leaves while the file is still being read."""

    def load(self) -> None:
        """Load the model.

        Raises:
            VoiceError: it can't be.
        """
        _check(self._file.path)
        self._folder = tempfile.TemporaryDirectory(prefix="roleplay-")
        started = time.monotonic()
        self._warm()
        try:
            self._server = self._load(self._file, Path(self._folder.name))
            self._server.handle_chat_completions(FIRST, lambda _: False)
        except (RuntimeError, MemoryError, ValueError) as error:
            self.unload()
            raise VoiceError(
                f"{self._file.path} can't be loaded: it isn't whole, llama.cpp doesn't know its kind, or memory is "
                "short; try a smaller model, or a lower ROLEPLAY_CONTEXT"
            ) from error
        except BaseException:
            self.unload()
            raise
        self.load_s = time.monotonic() - started

    def _warm(self) -> None:
        """Read the file through, which frees the interpreter meanwhile, so that loading finds it in memory."""
        block = bytearray(BLOCK_BYTES)
        with self._file.path.open("rb", buffering=0) as file:
            while not self.is_unwanted.is_set() and file.readinto(block):
                pass

    def answer(self, request: Request, take: Take, stopped: threading.Event) -> None:
        """Answer a request that is still wanted.

        Raises:
            VoiceError: llama.cpp failed.
        """
        if stopped.is_set() or self._server is None:
            return
        try:
            self._server.handle_chat_completions(request, take)
        except (RuntimeError, MemoryError, ValueError) as error:
            raise VoiceError(f"{self._file.path.name} {BROKE}") from error

    def unload(self) -> None:
        """Let go of everything."""
        self._server = self.load_s = None
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None


def load_server(file: ModelFile, folder: Path) -> LlamaServer:
    """Load a model with xllamacpp.

    Raises:
        VoiceError: the extra isn't installed.
        RuntimeError: the file can't be loaded.
    """
    try:
        xllamacpp: Any = importlib.import_module("xllamacpp")
    except ImportError as error:
        raise VoiceError(INSTALL) from error
    params = xllamacpp.CommonParams()
    params.model.path = str(file.path)
    params.fit_params = False  # looking for what fits takes longer than loading
    params.n_ctx = file.context_tokens
    params.n_parallel = 1
    params.n_batch = params.n_ubatch = BATCH_TOKENS
    params.cache_ram_mib = 0  # one conversation at a time: its cache is the context itself
    params.no_extra_bufts = True  # leaves the weights as they lie in the file
    params.warmup = False
    # Its threads turn while they wait for each other: more of them than free cores, and everything stands.
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = max(1, (os.cpu_count() or 2) // 2)
    params.cpuparams.poll = params.cpuparams_batch.poll = 0  # waits without turning, so that others get on
    params.verbosity = -1  # its log would be written over the screen
    params.ui = False
    params.n_threads_http = 1
    params.api_keys = [secrets.token_hex()]
    if sys.platform != "win32":
        params.hostnames = [str(folder / "inside.sock")]
    server: LlamaServer = xllamacpp.Server(params)
    return server


def _end(answering: asyncio.Future[None], events: asyncio.Queue[Request | None]) -> None:
    """Mark the end of an answer, whether or not anybody still waits for it."""
    if not answering.cancelled():
        answering.exception()
    events.put_nowait(None)


def _check(path: Path) -> None:
    """Refuse what llama.cpp would refuse without saying why.

    Raises:
        VoiceError: no file, no GGUF file, or one that is larger than the memory.
    """
    try:
        with path.open("rb") as file:
            magic, size = file.read(len(MAGIC)), os.fstat(file.fileno()).st_size
    except FileNotFoundError as error:
        raise VoiceError(f"{path} isn't there; name another model (roleplay voice)") from error
    except OSError as error:
        raise VoiceError(f"{path} can't be read: {error.strerror}; check it, or choose another model") from error
    if magic != MAGIC:
        raise VoiceError(f"{path} is no GGUF file; choose another, whose name usually ends in .gguf")
    memory = _memory_bytes()
    if memory is not None and size > memory:
        raise VoiceError(
            f"{path} has {size / GIGABYTE:.0f} GB, and this machine {memory / GIGABYTE:.0f} GB of memory; "
            "choose a smaller model"
        )


def _memory_bytes() -> int | None:
    """This machine's memory; None where the system doesn't say."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return None
