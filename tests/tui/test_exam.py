"""An exam in the terminal: chosen at the brief, nothing to look up, no second try from a turn on."""

from roleplay.store.sql import SqlStore
from roleplay.tui.app import Start
from roleplay.tui.call import CallScreen
from roleplay.tui.debrief import DebriefScreen
from tests.tui.support import app_of, hang_up, say, screen_text, studio_with, wait_for_text, wait_until


async def test_an_exam_shows_neither_brief_nor_hint_and_is_played_once(store: SqlStore) -> None:
    app = app_of(studio_with(store), Start(scenario="first-call"))
    async with app.run_test(size=(140, 40)) as pilot:
        await wait_for_text(pilot, "Enter calls")
        await pilot.press("x")
        await wait_for_text(pilot, "An exam: no hints")
        await pilot.press("enter")
        await wait_for_text(pilot, "Your turn.")
        screen = app.screen
        assert isinstance(screen, CallScreen)
        assert "Your goal" not in screen_text(app)
        assert "exam" in screen_text(app)
        await pilot.press("f2", "f4")
        await say(pilot, "What hurts?")
        await wait_for_text(pilot, "3 turns")
        assert app.screen is screen, "F2 opened something"
        assert "Hint:" not in screen_text(app)
        await wait_for_text(pilot, "Your turn.")
        await hang_up(pilot)
        await wait_for_text(pilot, "Played as an exam.")
        await pilot.press("n", "f")
        assert isinstance(app.screen, DebriefScreen)
        await pilot.press("a")
        await wait_until(pilot, lambda: isinstance(app.screen, CallScreen))
        again = app.screen
        assert isinstance(again, CallScreen)
        assert not again.practice.is_exam
    assert len(await store.sessions()) == 2


async def test_the_brief_goes_back_from_exam_to_coached(store: SqlStore) -> None:
    app = app_of(studio_with(store), Start(scenario="first-call"))
    async with app.run_test(size=(80, 24)) as pilot:
        await wait_for_text(pilot, "Enter calls")
        await pilot.press("x")
        await wait_for_text(pilot, "An exam")
        await pilot.press("x")
        await wait_until(pilot, lambda: "An exam" not in screen_text(app))
        await pilot.press("enter")
        await wait_for_text(pilot, "Your turn.")
        assert isinstance(app.screen, CallScreen)
        assert not app.screen.practice.is_exam
