"""The four screens as plain text. `UPDATE_SNAPSHOTS=1 pytest tests/tui/test_snapshots.py` writes them anew."""

import os
from pathlib import Path

import pytest

from roleplay.store.sql import SqlStore
from roleplay.tui.debrief import DebriefScreen
from tests.tui.support import SIZES, app_of, say, screen_text, studio_with, wait_for_text, wait_until

FOLDER = Path(__file__).parent / "snapshots"


def assert_snapshot(name: str, text: str) -> None:
    """Compare with what is stored, or store it where that was asked for."""
    path = FOLDER / f"{name}.txt"
    if os.environ.get("UPDATE_SNAPSHOTS") == "1":
        path.write_text(text, encoding="utf-8")
    assert path.is_file(), f"{path} isn't there; UPDATE_SNAPSHOTS=1 writes it"
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_the_screens_look_as_they_did(store: SqlStore, size: tuple[int, int]) -> None:
    suffix = f"{size[0]}x{size[1]}"
    app = app_of(studio_with(store))
    async with app.run_test(size=size) as pilot:
        await wait_for_text(pilot, "not played yet")
        await wait_for_text(pilot, "F1 Help")
        assert_snapshot(f"home-{suffix}", screen_text(app))
        await pilot.press("enter")
        await wait_for_text(pilot, "Enter calls Nora.")
        await wait_for_text(pilot, "Enter Place the call")
        assert_snapshot(f"brief-{suffix}", screen_text(app))
        await pilot.press("enter")
        await wait_for_text(pilot, "Your turn.")
        for number, words in enumerate(("What hurts", "What do you lose", "You must decide"), start=1):
            await say(pilot, words)
            await wait_for_text(pilot, f"{2 * number + 1} turns")
            await wait_for_text(pilot, "Your turn.")
        await pilot.press("T", "h", "e", "n")
        await wait_for_text(pilot, "Then")
        assert_snapshot(f"call-{suffix}", screen_text(app))
        await pilot.press("ctrl+g")
        await wait_for_text(pilot, "Hang up on Nora?")
        await pilot.press("enter")
        await wait_until(pilot, lambda: isinstance(app.screen, DebriefScreen))
        await wait_for_text(pilot, "pass mark")
        await wait_for_text(pilot, "a Again")
        assert_snapshot(f"debrief-{suffix}", screen_text(app))
