"""Whether typing lags while a model talks fast: from a key to the frame that shows it.

    .venv/bin/python -m bench.voice_typing

A server on loopback streams a thousand tokens a second, which a model thinks before it speaks, so that the stream goes
on for as long as keys are typed into the call's composer; the program runs headless. The same is measured in silence,
in the same run. Frames are those that the program hands to the terminal.
"""

import asyncio
import inspect
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from textual.events import Key

from roleplay.actor.model import ModelActor
from roleplay.listener.learned import LearnedListener
from roleplay.llm.client import Bounds, OpenAIChatModel
from roleplay.store.sql import SqlStore
from roleplay.tui.app import PracticeApp, Start
from tests.llm.stand_in import Answering, StandInServer, chunk
from tests.tui.support import say, studio_with, wait_until
from tests.tui.test_call import place_call

KEYS = 200
PAUSE_S = 0.03
TOKENS_PER_S = 1000


async def answers(answering: Answering) -> None:
    """Greet at once; after that, think aloud until the client leaves."""
    await answering.head()
    if len(answering.server.requests) == 1:
        await answering.words("Nora here.")
        await answering.finish()
        return
    loop = asyncio.get_running_loop()
    due = loop.time()
    while True:
        due += 1 / TOKENS_PER_S
        if (ahead := due - loop.time()) > 0:
            await asyncio.sleep(ahead)
        await answering.event(chunk({"reasoning_content": " so"}))


class Framed(PracticeApp):
    """Notes when it hands a frame to the terminal."""

    CSS_PATH = [Path(inspect.getfile(PracticeApp)).with_name(name) for name in ("app.tcss", "home.tcss")]  # noqa: RUF012
    framed_at = 0.0

    def _display(self, *frame: Any) -> None:
        super()._display(*frame)
        self.framed_at = time.perf_counter()


async def type_keys(app: Framed) -> list[float]:
    """Type, and return the milliseconds from each key to the next frame that shows it."""
    composer = app.screen.query_one("#composer")
    assert hasattr(composer, "text")
    waits = []
    for _ in range(KEYS):
        before, pressed = len(composer.text), time.perf_counter()
        app.post_message(Key("a", "a"))
        while len(composer.text) == before or app.framed_at < pressed:  # noqa: ASYNC110 - a frame sets no event
            await asyncio.sleep(0.0002)
        waits.append(1000 * (app.framed_at - pressed))
        await asyncio.sleep(PAUSE_S)
    return waits


async def measure() -> None:
    """Type in silence and during the stream, and print."""
    with tempfile.TemporaryDirectory() as folder:
        store = await SqlStore.open(Path(folder) / "sessions.sqlite3")
        async with StandInServer(answers) as server:
            model = OpenAIChatModel(server.endpoint(), bounds=Bounds(first_s=600, between_s=600, total_s=600))
            studio = studio_with(store, voice=ModelActor(model, LearnedListener()))
            app = Framed(studio, start=Start(scenario="first-call"))
            app.animation_level = "none"
            async with app.run_test(size=(80, 24)) as pilot:
                screen = await place_call(pilot)
                await wait_until(pilot, lambda: bool(screen.practice.state.turns))
                silent = await type_keys(app)
                screen.composer.clear()
                await say(pilot, "by when?")
                await wait_until(pilot, lambda: len(server.requests) > 1)
                streaming = await type_keys(app)
        await store.aclose()
    print(f"{'milliseconds, key to frame':<30}{'p50':>8}{'p95':>8}")
    for name, values in {"in silence": silent, "at 1,000 tokens a second": streaming}.items():
        print(f"{name:<30}{statistics.median(values):>8.1f}{statistics.quantiles(values, n=20)[-1]:>8.1f}")


if __name__ == "__main__":
    asyncio.run(measure())
