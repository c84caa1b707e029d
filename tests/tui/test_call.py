"""The call screen: nothing typed and nothing said is lost, whatever happens meanwhile."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from textual.pilot import Pilot

from roleplay.errors import StoreError
from roleplay.record.events import RECRUITER
from roleplay.store.sql import SqlStore
from roleplay.tui.app import PracticeApp, Start
from roleplay.tui.call import CallScreen
from roleplay.tui.debrief import DebriefScreen
from roleplay.tui.home import HomeScreen
from roleplay.tui.turns import TURNS_SHOWN, TurnLine
from tests.doubles import PieceActor
from tests.tui.support import (
    FakeStudio,
    GatedActor,
    app_of,
    burst,
    hang_up,
    say,
    screen_text,
    studio_with,
    wait_for_text,
    wait_until,
)

GREETING_WORDS = 5
"""How many words the greeting of the tests' own persona has."""


async def place_call(pilot: Pilot[None]) -> CallScreen:
    """Open a call from the brief."""
    await wait_for_text(pilot, "Enter calls")
    await pilot.press("enter")
    await wait_until(pilot, lambda: isinstance(pilot.app.screen, CallScreen))
    screen = pilot.app.screen
    assert isinstance(screen, CallScreen)
    await wait_until(pilot, lambda: screen.is_mounted and screen.composer.has_focus)
    return screen


def app_at_brief(studio: FakeStudio) -> PracticeApp:
    return app_of(studio, Start(scenario="first-call"))


async def test_typing_goes_on_while_they_speak_and_enter_holds_the_words_until_they_have_finished(
    store: SqlStore,
) -> None:
    voice = GatedActor()
    app = app_at_brief(studio_with(store, voice=voice))
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await place_call(pilot)
        voice.let(2)
        await wait_for_text(pilot, "Greeting, said")
        await wait_for_text(pilot, "Nora is speaking.")
        await say(pilot, "What hurts")
        await wait_for_text(pilot, "Held until Nora has finished.")
        assert screen.composer.text == "What hurts"
        assert [turn.speaker for turn in screen.practice.state.turns] == []
        voice.let_all()
        await wait_for_text(pilot, "night shift runs with two people short")
        await wait_for_text(pilot, "Your turn.")
        assert screen.composer.text == ""
        assert [turn.text for turn in screen.practice.state.turns if turn.speaker == RECRUITER] == ["What hurts"]
        await screen.close_down()


async def test_changing_held_words_takes_them_back(store: SqlStore) -> None:
    voice = GatedActor()
    app = app_at_brief(studio_with(store, voice=voice))
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await place_call(pilot)
        voice.let(1)
        await wait_for_text(pilot, "Nora is speaking.")
        await say(pilot, "What")
        await wait_for_text(pilot, "Held until")
        await pilot.press("x")
        await wait_for_text(pilot, "Nora is speaking.")
        voice.let_all()
        await wait_for_text(pilot, "Your turn.")
        assert screen.composer.text == "Whatx"
        assert len(screen.practice.state.turns) == 1
        await screen.close_down()


async def test_a_turn_is_streamed_in_one_line_and_replaced_by_the_whole(store: SqlStore) -> None:
    app = app_at_brief(studio_with(store, voice=PieceActor(["Hel", "lo  ", "there."])))
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await place_call(pilot)
        await wait_for_text(pilot, "Your turn.")
        lines = list(screen.query(TurnLine))
        assert [line.text for line in lines] == ["Hello there."]
        assert not lines[0].has_class("-live")
        await screen.close_down()


async def test_leaving_in_mid_call_keeps_the_session_and_the_draft_and_resuming_goes_on(store: SqlStore) -> None:
    voice = GatedActor()
    studio = studio_with(store, voice=voice)
    app = app_at_brief(studio)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await place_call(pilot)
        voice.let(GREETING_WORDS)
        await wait_for_text(pilot, "Your turn.")
        await say(pilot, "What hurts")
        await wait_for_text(pilot, "Nora is listening")
        await pilot.press("n", "o", "t", "e", "escape")
        await wait_until(pilot, lambda: isinstance(app.screen, HomeScreen))
        assert voice.is_closed
        await wait_for_text(pilot, "Unfinished: A first call to a depot, 2 turns")
        voice.let_all()
        await pilot.press("r")
        await wait_until(pilot, lambda: isinstance(app.screen, CallScreen))
        await wait_for_text(pilot, "night shift runs with two people short")
        resumed = app.screen
        assert isinstance(resumed, CallScreen)
        assert resumed is not screen
        await wait_for_text(pilot, "Your turn.")
        assert resumed.composer.text == "note"
        assert [turn.text for turn in resumed.practice.state.turns if turn.speaker == RECRUITER] == ["What hurts"]
        await resumed.close_down()


async def test_quitting_while_they_speak_keeps_what_was_said(store: SqlStore) -> None:
    voice = GatedActor()
    app = app_at_brief(studio_with(store, voice=voice))
    async with app.run_test(size=(80, 24)) as pilot:
        await place_call(pilot)
        voice.let(GREETING_WORDS)
        await wait_for_text(pilot, "Your turn.")
        await say(pilot, "What hurts")
        await wait_for_text(pilot, "2 turns")
        voice.let(1)
        await wait_for_text(pilot, "Nora is speaking.")
        await pilot.press("ctrl+q")
    assert voice.is_closed
    left = await store.last_unfinished()
    assert left is not None
    assert left.turns == 2


async def test_hanging_up_asks_first_and_leads_to_the_debrief(store: SqlStore) -> None:
    app = app_at_brief(studio_with(store))
    async with app.run_test(size=(80, 24)) as pilot:
        await place_call(pilot)
        await wait_for_text(pilot, "Your turn.")
        await pilot.press("ctrl+g")
        await wait_for_text(pilot, "Hang up on Nora?")
        await pilot.press("escape")
        await wait_for_text(pilot, "Your turn.")
        assert isinstance(app.screen, CallScreen)
        await pilot.press("f10")
        await wait_for_text(pilot, "Hang up on Nora?")
        await pilot.press("enter")
        await wait_until(pilot, lambda: isinstance(app.screen, DebriefScreen))
        await wait_for_text(pilot, "You ended the call.")


async def test_hanging_up_while_they_speak_keeps_the_half_said_turn(store: SqlStore) -> None:
    voice = GatedActor()
    app = app_at_brief(studio_with(store, voice=voice))
    async with app.run_test(size=(80, 24)) as pilot:
        await place_call(pilot)
        voice.let(2)
        await wait_for_text(pilot, "Greeting, said")
        await pilot.press("ctrl+g")
        await wait_for_text(pilot, "Hang up on Nora?")
        await pilot.press("y")
        await wait_until(pilot, lambda: isinstance(app.screen, DebriefScreen))
        await wait_for_text(pilot, "You ended the call.")
        await pilot.press("t")
        await wait_for_text(pilot, "Greeting, said…")


async def test_a_contact_who_hangs_up_ends_the_composer_and_enter_leads_to_the_debrief(store: SqlStore) -> None:
    app = app_at_brief(studio_with(store))
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await place_call(pilot)
        await wait_for_text(pilot, "Your turn.")
        while not screen.practice.is_over:
            turns = len(screen.practice.state.turns)
            await say(pilot, "You must decide")
            await wait_until(pilot, lambda before=turns: len(screen.practice.state.turns) >= before + 2)  # type: ignore[misc]
            await wait_until(pilot, lambda: screen._worker is None)
        await wait_for_text(pilot, "Nora hung up on you.")
        await wait_for_text(pilot, "The call is over. Enter opens the debrief.")
        assert screen.composer.disabled
        await pilot.press("enter")
        await wait_until(pilot, lambda: isinstance(app.screen, DebriefScreen))
        await wait_for_text(pilot, "not passed")


class FullStore(SqlStore):
    """A store whose disk is full while `is_full`."""

    is_full = False

    async def append(self, session_id: str, expected: int, events) -> None:  # type: ignore[no-untyped-def]
        """Fail while the disk is full."""
        if self.is_full:
            raise StoreError("the disk is [full]; free some space")
        await super().append(session_id, expected, events)


@pytest.fixture
async def full_store(tmp_path: Path) -> AsyncIterator[FullStore]:
    opened = await FullStore.open(tmp_path / "full.sqlite3")
    assert isinstance(opened, FullStore)
    yield opened
    await opened.aclose()


async def test_words_that_could_not_be_kept_come_back_and_can_be_sent_again(full_store: FullStore) -> None:
    app = app_at_brief(studio_with(full_store))
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await place_call(pilot)
        await wait_for_text(pilot, "Your turn.")
        full_store.is_full = True
        await say(pilot, "What hurts")
        await wait_for_text(pilot, "the disk is [full]; free some space")
        assert screen.composer.text == "What hurts"
        full_store.is_full = False
        await pilot.press("enter")
        await wait_for_text(pilot, "night shift runs with two people short")
        assert [turn.text for turn in screen.practice.state.turns if turn.speaker == RECRUITER] == ["What hurts"]


async def test_a_failed_voice_shows_one_line_and_the_script_goes_on(store: SqlStore) -> None:
    voice = PieceActor(["Well, "], failure="the [/endpoint] is gone")
    app = app_at_brief(studio_with(store, voice=voice))
    async with app.run_test(size=(80, 24)) as pilot:
        await place_call(pilot)
        await wait_for_text(pilot, "the [/endpoint] is gone; Nora goes on from the script")
        await wait_for_text(pilot, "words go to localhost:1")


class BrokenActor(PieceActor):
    """Has a mistake in it."""

    async def speak(self, case, state, direction):  # type: ignore[no-untyped-def]
        """Make the mistake."""
        raise KeyError("[/secret]")
        yield ""


async def test_a_mistake_in_the_program_shows_one_line_and_the_call_can_be_left(store: SqlStore) -> None:
    app = app_at_brief(studio_with(store, voice=BrokenActor([])))
    async with app.run_test(size=(80, 24)) as pilot:
        await place_call(pilot)
        await wait_for_text(pilot, "The program made a mistake (KeyError).")
        assert "secret" not in screen_text(app)
        await wait_for_text(pilot, "Enter tries again.")
        await pilot.press("escape")
        await wait_until(pilot, lambda: isinstance(app.screen, HomeScreen))


async def test_words_too_long_to_be_said_stay_in_the_composer(store: SqlStore) -> None:
    app = app_at_brief(studio_with(store))
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await place_call(pilot)
        await wait_for_text(pilot, "Your turn.")
        screen.composer.text = "a " * 10_001
        await pilot.press("enter")
        await wait_for_text(pilot, "longer than anybody could say")
        assert len(screen.composer.text) == 20_002


async def test_keys_pressed_in_one_burst_keep_their_order(store: SqlStore) -> None:
    app = app_at_brief(studio_with(store))
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await place_call(pilot)
        await wait_for_text(pilot, "Your turn.")
        burst(pilot, "a", "ctrl+j", "b", "x", "backspace", "enter", "c", "d")
        await wait_for_text(pilot, "3 turns")
        await wait_until(pilot, lambda: screen.composer.text == "cd")
        assert [turn.text for turn in screen.practice.state.turns if turn.speaker == RECRUITER] == ["a b"]


async def test_a_new_line_is_begun_without_sending(store: SqlStore) -> None:
    app = app_at_brief(studio_with(store))
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await place_call(pilot)
        await wait_for_text(pilot, "Your turn.")
        await pilot.press("a", "ctrl+j", "b", "shift+enter", "c")
        await wait_until(pilot, lambda: screen.composer.text == "a\nb\nc")


async def test_a_long_talk_keeps_a_bounded_number_of_widgets(store: SqlStore) -> None:
    app = app_at_brief(studio_with(store))
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await place_call(pilot)
        await wait_for_text(pilot, "Your turn.")
        for number in range(2, TURNS_SHOWN + 30):
            screen.transcript.add(TurnLine(f"t1.{number}", "You", f"Turn {number}.", is_own=True))
        await wait_for_text(pilot, f"Turn {TURNS_SHOWN + 29}.")
        await wait_until(pilot, lambda: len(screen.query(TurnLine)) <= TURNS_SHOWN)
        await pilot.press("tab")
        screen.transcript.scroll_home(animate=False)
        await wait_for_text(pilot, "40 earlier turns; the debrief has them all.")


async def test_a_hint_is_a_key_away_and_stands_in_the_debrief(store: SqlStore) -> None:
    app = app_at_brief(studio_with(store))
    async with app.run_test(size=(80, 24)) as pilot:
        await place_call(pilot)
        await wait_for_text(pilot, "Your turn.")
        await pilot.press("f4")
        await wait_for_text(pilot, "Hint: Asked what hurts.")
        await wait_for_text(pilot, "Your turn.")
        await hang_up(pilot)
        await wait_for_text(pilot, "You asked for 1 hint: Asked what hurts.")
