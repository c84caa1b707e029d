"""What is longer than the screen is read with keys alone, however wide the screen is."""

import pytest
from textual.pilot import Pilot

from roleplay.store.sql import SqlStore
from roleplay.store.sql_team import SqlTeam
from roleplay.team.people import People, Wanted
from roleplay.tui.app import PracticeApp, Start
from roleplay.tui.debrief import DebriefScreen
from roleplay.tui.review import ReviewScreen
from tests.doubles import FakeClock, play
from tests.tui.support import app_of, screen_text, studio_with, wait_for_text, wait_until

SIZES = pytest.mark.parametrize("size", [(80, 24), (100, 30), (140, 24)], ids=lambda size: f"{size[0]}x{size[1]}")
SAID = ("What hurts?", "You must decide", "Well", "How soon?", "And then?")


async def at_rest(pilot: Pilot[None]) -> str:
    """The screen, once it has stopped changing: it scrolls in steps, and draws its footer last."""
    before, now = "", screen_text(pilot.app)
    while now != before:
        await pilot.pause(0.3)
        before, now = now, screen_text(pilot.app)
    return now


async def read_with_keys(pilot: Pilot[None]) -> None:
    """From the top, each key leads on; from the end, each leads back."""

    async def pressed(key: str) -> str:
        before = screen_text(pilot.app)
        await pilot.press(key)
        await wait_until(pilot, lambda: screen_text(pilot.app) != before, f"{key} to scroll")
        return await at_rest(pilot)

    await wait_until(pilot, lambda: pilot.app.focused is not None)
    await wait_for_text(pilot, "pass mark")
    await wait_until(pilot, lambda: bool(screen_text(pilot.app).splitlines()[-1].strip()), "the footer to be drawn")
    top = await at_rest(pilot)
    for key in ("down", "pagedown", "space"):
        await pressed(key)
        assert await pressed("home") == top
    end = await pressed("end")
    for key in ("up", "pageup"):
        await pressed(key)
        assert await pressed("end") == end


async def with_a_call(store: SqlStore) -> str:
    practice = await studio_with(store).start("first-call", recruiter="Jen Ortiz")
    await play(practice, SAID)
    return practice.id


def app_with(store: SqlStore, session: str) -> PracticeApp:
    return app_of(studio_with(store), Start(resume=session))


@SIZES
async def test_a_debrief_is_read_with_keys(store: SqlStore, size: tuple[int, int]) -> None:
    app = app_with(store, await with_a_call(store))
    async with app.run_test(size=size) as pilot:
        await wait_until(pilot, lambda: isinstance(app.screen, DebriefScreen))
        await read_with_keys(pilot)


@SIZES
async def test_a_coach_reads_a_session_with_keys(store: SqlStore, size: tuple[int, int]) -> None:
    clock = FakeClock()
    office = (Wanted(name="Cora Coach", duty="coach"), Wanted(name="Jen Ortiz"))
    cora, jen = await People(SqlTeam(store), clock).add(None, office)
    own = studio_with(store, me=jen, clock=clock)
    practice = await own.start("first-call")
    await play(practice, SAID)
    await own.finish(practice)
    await own.team.assigning.submit(jen, await own.store.session(practice.id))
    app = app_of(studio_with(store, me=cora, clock=clock), Start(resume=practice.id))
    async with app.run_test(size=size) as pilot:
        await wait_until(pilot, lambda: isinstance(app.screen, ReviewScreen))
        await read_with_keys(pilot)
