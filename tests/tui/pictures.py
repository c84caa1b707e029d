"""Pictures of the screens, for looking at: `python -m tests.tui.pictures FOLDER` writes SVG, and PNG where
`rsvg-convert` is there. Plays the shipped first scenario with the script's voice."""

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from textual.pilot import Pilot

from roleplay.content.library import load_library, shipped_root
from roleplay.listener.learned import LearnedListener
from roleplay.settings import Settings
from roleplay.store.sql import SqlStore
from roleplay.tui.app import PracticeApp, Start
from roleplay.tui.call import CallScreen
from tests.doubles import FakeClock
from tests.tui.support import SIZES, FakeStudio, wait_for_text, wait_until

TALK = (
    "Hi Dana, it's Jo Ferris. Tom Berg put us in touch.",
    "You have eleven openings. What made you open them, and what isn't getting done while they're empty?",
    "If these are still empty in winter, what does the business lose?",
    "When do they have to be at their desks?",
    "And say it takes a month longer. What does that really do?",
)
END = (
    "If I could fill only two of the eleven, which two?",
    "I'd love to start. I begin the day the agreement is signed. Can we do Thursday at ten to go through it?",
    "Thank you, Dana. Goodbye.",
)


async def send(pilot: Pilot[None], words: str) -> None:
    """Put words into the composer and send them."""
    screen = pilot.app.screen
    assert isinstance(screen, CallScreen)
    before = len(screen.practice.state.turns)
    screen.composer.text = words
    await pilot.press("enter")
    await wait_until(pilot, lambda: len(screen.practice.state.turns) >= before + 2)
    await wait_until(pilot, lambda: "Your turn" in str(screen.hint.content) or screen.practice.is_over)


class Camera:
    """Saves the screen under a name, a size and a look."""

    def __init__(self, folder: Path, size: tuple[int, int], look: str) -> None:
        self._folder = folder
        self._suffix = f"{size[0]}x{size[1]}{look}"

    async def take(self, pilot: Pilot[None], name: str) -> None:
        """Save one picture."""
        await pilot.pause()
        svg = self._folder / f"{name}-{self._suffix}.svg"
        picture = pilot.app.export_screenshot().replace("<svg ", '<svg xml:space="preserve" ', 1)
        svg.write_text(picture, encoding="utf-8")


def convert(folder: Path) -> None:
    """Make a PNG of every SVG, where a converter is there."""
    converter = shutil.which("rsvg-convert")
    for svg in sorted(folder.glob("*.svg")) if converter is not None else ():
        subprocess.run([str(converter), str(svg), "-o", str(svg.with_suffix(".png"))], check=True)


async def shoot(folder: Path, size: tuple[int, int], look: str) -> None:
    """Play once and take every screen."""
    with tempfile.TemporaryDirectory() as home:
        store = await SqlStore.open(Path(home) / "sessions.sqlite3")
        library = load_library([shipped_root()])
        studio = FakeStudio(Settings(home=Path(home)), library, store, LearnedListener(), FakeClock())
        app = PracticeApp(studio, Start())
        app.animation_level = "none"
        camera = Camera(folder, size, look)
        async with app.run_test(size=size) as pilot:
            if look:
                app.action_look()
            await walk(pilot, camera)
        await store.aclose()


async def walk(pilot: Pilot[None], camera: Camera) -> None:
    """Home, brief, call, debrief, and what lies over and between them."""
    await wait_for_text(pilot, "not played yet")
    await camera.take(pilot, "1-home")
    await pilot.press("enter")
    await wait_for_text(pilot, "You call")
    await camera.take(pilot, "2-brief")
    await pilot.press("enter")
    await wait_for_text(pilot, "Your turn")
    for words in TALK:
        await send(pilot, words)
    await leave_in_mid_call(pilot, camera)
    await play_to_the_end(pilot, camera)
    await read_the_debrief(pilot, camera)


async def leave_in_mid_call(pilot: Pilot[None], camera: Camera) -> None:
    """A half-typed turn, what can lie over it, and home with the call unfinished."""
    screen = pilot.app.screen
    assert isinstance(screen, CallScreen)
    screen.composer.insert("So a month isn't a month, it's April. If I could fill only two")
    await camera.take(pilot, "3-call")
    await pilot.press("f1")
    await camera.take(pilot, "3-call-help")
    await pilot.press("escape", "f2")
    await camera.take(pilot, "3-call-brief")
    await pilot.press("escape", "ctrl+g")
    await camera.take(pilot, "3-call-hang-up")
    await pilot.press("escape", "escape")
    await wait_for_text(pilot, "Unfinished")
    await camera.take(pilot, "5-home-unfinished")


async def play_to_the_end(pilot: Pilot[None], camera: Camera) -> None:
    """Resume, and say goodbye or hang up."""
    await pilot.press("r")
    await wait_for_text(pilot, "Your turn")
    screen = pilot.app.screen
    assert isinstance(screen, CallScreen)
    for words in END:
        if not screen.practice.is_over:
            await send(pilot, words)
    await camera.take(pilot, "3-call-over")
    if "over" not in str(screen.hint.content):
        await pilot.press("ctrl+g", "enter")
    else:
        await pilot.press("enter")


async def read_the_debrief(pilot: Pilot[None], camera: Camera) -> None:
    """The debrief's parts, then home and the list of sessions."""
    await wait_for_text(pilot, "pass mark")
    await camera.take(pilot, "4-debrief")
    await pilot.press("n", "n", "n", "n", "n", "n", "n")
    await camera.take(pilot, "4-debrief-criterion")
    await pilot.press("o", "left")
    await camera.take(pilot, "4-debrief-overrule")
    await pilot.press("tab", *"heard", "tab", *"t1", "full_stop", "4", "ctrl+s")
    await wait_for_text(pilot, "Kept.")
    await camera.take(pilot, "4-debrief-overruled")
    await pilot.press("t")
    await camera.take(pilot, "4-debrief-transcript")
    await pilot.press("h")
    await wait_for_text(pilot, "played once")
    await camera.take(pilot, "7-home-played")
    await pilot.press("s")
    await wait_for_text(pilot, "Past sessions")
    await camera.take(pilot, "6-sessions")


def main() -> None:
    """Take all pictures at both sizes, dark and light."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    os.environ["TZ"] = "UTC"
    for size in SIZES:
        for look in ("", "-light"):
            asyncio.run(shoot(folder, size, look))
    convert(folder)


if __name__ == "__main__":
    main()
