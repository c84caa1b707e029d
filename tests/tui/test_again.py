"""From the debrief one key goes to a criterion's moment, and one tries again from there on."""

from roleplay.store.sql import SqlStore
from roleplay.tui.app import Start
from roleplay.tui.call import CallScreen
from roleplay.tui.debrief import DebriefScreen
from tests.tui.support import app_of, hang_up, say, screen_text, studio_with, wait_for_text, wait_until


async def test_a_missed_criterion_is_tried_again_from_its_moment_and_compared(store: SqlStore) -> None:
    app = app_of(studio_with(store), Start(scenario="first-call"))
    async with app.run_test(size=(80, 24)) as pilot:
        await wait_for_text(pilot, "Enter calls")
        await pilot.press("enter")
        await wait_for_text(pilot, "Your turn.")
        for number, words in enumerate(("What hurts?", "You must decide", "Well"), start=1):
            await say(pilot, words)
            await wait_for_text(pilot, f"{2 * number + 1} turns")
            await wait_for_text(pilot, "Your turn.")
        await hang_up(pilot)
        debrief = app.screen
        assert isinstance(debrief, DebriefScreen)
        missed = [row for row in debrief._debrief.rows if row.result.verdict == "missed" and row.moment]
        assert missed
        at = debrief._debrief.rows.index(missed[0])
        await pilot.press(*"n" * (at + 1))
        await pilot.press("m")
        moment = missed[0].moment
        assert moment is not None
        said = debrief.query_one(f"#said-{moment.replace('.', '-')}")
        assert said.has_class("-current")
        await wait_until(pilot, lambda: said.region.overlaps(debrief.everything.region))
        await pilot.press("f")
        await wait_until(pilot, lambda: isinstance(app.screen, CallScreen))
        screen = app.screen
        assert isinstance(screen, CallScreen)
        await wait_until(pilot, lambda: screen.is_mounted and screen.composer.has_focus)
        turns = [turn.turn for turn in screen.practice.state.turns]
        assert moment not in turns
        await say(pilot, "By when do you need somebody?")
        await wait_until(pilot, lambda: moment in [turn.turn for turn in screen.practice.state.turns])
        await wait_for_text(pilot, "Your turn.")
        await hang_up(pilot)
        await pilot.pause()
        figures = app.screen.query_one("#figures")
        shown = str(getattr(figures, "content", ""))
        assert "Against the first try" in shown
        assert "missed before, met now." in shown, screen_text(app)
    sessions = await store.sessions()
    assert len(sessions) == 2


async def test_a_second_try_says_what_it_is_for_and_leads_back_to_the_debrief_that_it_came_from(
    store: SqlStore,
) -> None:
    app = app_of(studio_with(store), Start(scenario="first-call"))
    async with app.run_test(size=(80, 24)) as pilot:
        await wait_for_text(pilot, "Enter calls")
        await pilot.press("enter")
        await wait_for_text(pilot, "Your turn.")
        await say(pilot, "What hurts?")
        await wait_for_text(pilot, "3 turns")
        await wait_for_text(pilot, "Your turn.")
        await hang_up(pilot)
        debrief = app.screen
        await pilot.press("n", "n", "f")
        await wait_for_text(pilot, "Again: Asked what it costs")
        assert isinstance(app.screen, CallScreen)
        await wait_for_text(pilot, "Your turn.")
        await say(pilot, "Well")
        await wait_for_text(pilot, "3 turns")
        await wait_for_text(pilot, "Your turn.")
        await pilot.press(*"half", "escape")
        await wait_until(pilot, lambda: app.screen is debrief)
        await pilot.press("f")
        await wait_for_text(pilot, "Again: Asked what it costs")
        await wait_for_text(pilot, "Your turn.")
        await hang_up(pilot)
        assert app.screen is not debrief
        await pilot.press("escape")
        await wait_until(pilot, lambda: app.screen is debrief)
        await pilot.press("h")
        await wait_for_text(pilot, "Unfinished")
        await pilot.press("r")
        await wait_for_text(pilot, "Again: Asked what it costs")
        screen = app.screen
        assert isinstance(screen, CallScreen)
        await wait_until(pilot, lambda: screen.is_mounted and screen.composer.text == "half")
