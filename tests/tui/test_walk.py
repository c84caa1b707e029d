"""A recruiter's way through the program, by keyboard alone."""

from roleplay.store.sql import SqlStore
from roleplay.tui.brief import BriefScreen
from roleplay.tui.call import CallScreen
from roleplay.tui.debrief import DebriefScreen
from roleplay.tui.home import HomeScreen
from roleplay.tui.sessions import SessionsScreen
from tests.tui.support import app_of, say, screen_text, studio_with, wait_for_text, wait_until


async def test_a_call_is_played_from_home_to_debrief_and_home_again_by_keyboard(store: SqlStore) -> None:
    app = app_of(studio_with(store))
    async with app.run_test(size=(80, 24)) as pilot:
        await wait_for_text(pilot, "not played yet")
        assert isinstance(app.screen, HomeScreen)
        assert "Words stay on this machine." in screen_text(app)
        await pilot.press("enter")
        await wait_until(pilot, lambda: isinstance(app.screen, BriefScreen))
        await wait_for_text(pilot, "You call Nora Lind, Head of Operations, Halden Freight.")
        await pilot.press("enter")
        await wait_until(pilot, lambda: isinstance(app.screen, CallScreen))
        await wait_for_text(pilot, "Your turn.")
        await say(pilot, "What hurts")
        await wait_for_text(pilot, "night shift runs with two people short")
        await wait_for_text(pilot, "3 turns")
        await say(pilot, "What do you lose")
        await wait_for_text(pilot, "harbour contract ends")
        await wait_for_text(pilot, "Your turn.")
        await say(pilot, "Goodbye")
        await wait_for_text(pilot, "The call is over.")
        await pilot.press("enter")
        await wait_until(pilot, lambda: isinstance(app.screen, DebriefScreen))
        await wait_for_text(pilot, "passed. The pass mark is 60.")
        await pilot.press("h")
        await wait_for_text(pilot, "played once:")
        assert isinstance(app.screen, HomeScreen)
        await pilot.press("s")
        await wait_until(pilot, lambda: isinstance(app.screen, SessionsScreen))
        await wait_for_text(pilot, "of 100, passed")
        await pilot.press("enter")
        await wait_until(pilot, lambda: isinstance(app.screen, DebriefScreen))
        await pilot.press("escape")
        await wait_until(pilot, lambda: isinstance(app.screen, SessionsScreen))
