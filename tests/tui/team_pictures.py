"""Pictures of a team's screens, for looking at: `python -m tests.tui.team_pictures FOLDER`; see `pictures`."""

import asyncio
import os
import sys
import tempfile
from pathlib import Path

from textual.pilot import Pilot

from roleplay.content.library import load_library, shipped_root
from roleplay.store.sql import SqlStore
from tests.doubles import FakeClock
from tests.team.office import GOOD, POOR, Office
from tests.tui.pictures import Camera, convert
from tests.tui.support import SIZES, app_of, studio_with, wait_for_text


async def office_with_work(store: SqlStore) -> Office:
    """A coach, three recruiters, an assignment, sessions handed in, a dispute, comments."""
    office = Office(store, load_library([shipped_root()]), FakeClock())
    _, cora, jen, sam, _ = await office.hire("Jen Ortiz", "Sam Field", "Priya Nair")
    await office.assign(cora, jen, sam, due="2026-03-20", attempts=3)
    await office.assign(cora, sam, due="2026-03-04", title="Seven minutes, before Thursday", mode="exam")
    for turns in (POOR, GOOD[:4], GOOD):
        for person in (jen, sam):
            session, _ = await office.play(person, turns)
            session = await office.hand_in(person, session)
            if turns is POOR:
                await office.seen_by(cora).reviewing.comment(cora, session, "You sold before you asked.", "t1.4")
                await office.seen_by(person).reviewing.dispute(person, session, "pain", "I asked it in my second turn.")
        office.clock.move(days=1.2)
    return office


async def shoot(folder: Path, size: tuple[int, int]) -> None:
    """Take every screen once."""
    with tempfile.TemporaryDirectory() as home:
        store = await SqlStore.open(Path(home) / "sessions.sqlite3")
        office = await office_with_work(store)
        people = {person.name.split()[0]: person for person in await office.team.people.all()}
        camera = Camera(folder, size, "")
        library = office.library
        app = app_of(studio_with(store, library=library, me=people["Sam"], clock=office.clock))
        async with app.run_test(size=size) as pilot:
            await wait_for_text(pilot, "Assigned")
            await camera.take(pilot, "1-home-assigned")
            await pilot.press("enter")
            await wait_for_text(pilot, "Enter calls")
            await camera.take(pilot, "2-brief-assigned")
            await pilot.press("escape", "g")
            await wait_for_text(pilot, "Skills")
            await camera.take(pilot, "3-page")
        app = app_of(studio_with(store, library=library, me=people["Cora"], clock=office.clock))
        async with app.run_test(size=size) as pilot:
            await coach(pilot, camera)
        await store.aclose()


async def coach(pilot: Pilot[None], camera: Camera) -> None:
    """A coach's screens."""
    await wait_for_text(pilot, "Review")
    await pilot.press("v")
    await wait_for_text(pilot, "wait.")
    await camera.take(pilot, "4-queue")
    await pilot.press("enter")
    await wait_for_text(pilot, "By ")
    await camera.take(pilot, "5-review")
    await pilot.press("d")
    await camera.take(pilot, "5-review-doubt")
    await pilot.press("c")
    await camera.take(pilot, "5-review-comment")
    await pilot.press("b")
    await camera.take(pilot, "5-review-back")
    await pilot.press("escape", "escape", "n")
    await wait_for_text(pilot, "What is to be practised?")
    await camera.take(pilot, "6-assign-1")
    await pilot.press("enter")
    await wait_for_text(pilot, "Who is")
    await pilot.press("space")
    await camera.take(pilot, "6-assign-2")
    await pilot.press("ctrl+s")
    await wait_for_text(pilot, "On which terms?")
    await camera.take(pilot, "6-assign-3")
    await pilot.press("escape", "escape", "escape", "g")
    await wait_for_text(pilot, "Skills of the team")
    await camera.take(pilot, "7-skills")


def main() -> None:
    """Take all pictures at both sizes."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    os.environ["TZ"] = "UTC"
    for size in SIZES:
        asyncio.run(shoot(folder, size))
    convert(folder)


if __name__ == "__main__":
    main()
