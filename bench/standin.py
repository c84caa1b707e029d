"""A stand-in for a model's endpoint, in a process of its own: `PYTHONPATH=. python -m bench.standin`.

Real HTTP on loopback with OpenAI's wire format, streamed. It says the lines that the prompt's last direction quotes,
as a good model does, a word at a time: the first `FIRST_S` after the request was read, then `PER_S` a second. Every
answer is on a connection of its own. It prints its address, and ends when its input does.
"""

import asyncio
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from tests.llm.stand_in import Answering, StandInServer, chunk, messages_of

FIRST_S: Final = 0.4
PER_S: Final = 30
LISTENING: Final = "I'm listening."
"""Said where nothing is quoted."""
_QUOTED: Final = re.compile("“([^”]*)”")


def scheduled_s(words: int) -> float:
    """How long an answer takes until its so many words were sent."""
    return FIRST_S + max(0, words - 1) / PER_S


async def answer(answering: Answering) -> None:
    """Wait, then stream."""
    loop = asyncio.get_running_loop()
    asked = loop.time()
    _, direction = messages_of(answering.server.requests.pop())[-1]
    words = " ".join(_QUOTED.findall(direction)) or LISTENING
    await answering.head()
    for at, word in enumerate(words.split()):
        await asyncio.sleep(max(0.0, asked + scheduled_s(at + 1) - loop.time()))
        await answering.event(chunk({"content": word if at == 0 else f" {word}"}))
    await answering.finish()


async def serve() -> None:
    """Answer until the input ends."""
    async with StandInServer(answer) as server:
        print(server.base_url, flush=True)
        await asyncio.to_thread(sys.stdin.read)


@contextmanager
def stand_in() -> Iterator[str]:
    """Run one beside the caller; gives its address."""
    command = [sys.executable, "-m", "bench.standin"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.stdin.close()


if __name__ == "__main__":
    asyncio.run(serve())
