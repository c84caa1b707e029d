"""A scenario over several days, with keys alone: write, wait, call, fill in the map, read the debrief."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot

from roleplay.actor.scripted import ScriptedActor
from roleplay.content.acts import Channel, Sensitive
from roleplay.content.library import Library
from roleplay.content.persona import CallHabit
from roleplay.errors import StoreError
from roleplay.listener.reading import HeardSensitive, Listener, Span, WrittenReading
from roleplay.practice.loop import Practice
from roleplay.record.events import MapFilled, WordsPassedOn
from roleplay.settings import Settings
from roleplay.store.sql import SqlStore
from roleplay.tui.app import PracticeApp, Start
from roleplay.tui.call import CallScreen
from roleplay.tui.debrief import DebriefScreen
from roleplay.tui.desk import MAP_BEFORE_THE_END, DeskScreen
from roleplay.tui.letter import LetterScreen
from roleplay.tui.map_page import MapScreen
from tests.doubles import FakeClock, TaggedListener
from tests.tui.support import (
    FakeStudio,
    KeywordListener,
    app_of,
    burst,
    screen_text,
    wait_for_text,
    wait_until,
)

SCENARIO = "hr-says-no-role"


class LeakyListener(KeywordListener):
    """Finds a broken confidence where HR is in the dark."""

    async def read_written(self, text: str, channel: Channel, known: Sequence[str]) -> WrittenReading:
        """Find it."""
        at = text.find("HR has no idea")
        span = Span(start=max(0, at), end=len(text))
        found = HeardSensitive(category=Sensitive.OFF_RECORD, confidence=1, span=span)
        return WrittenReading(categories=(found,) if at >= 0 else ())


def desk_app(
    store: SqlStore, library: Library, scenario: str = SCENARIO, listener: Listener | None = None
) -> PracticeApp:
    hears = listener or LeakyListener()
    studio = FakeStudio(Settings(home=Path("/nowhere")), library, store, hears, FakeClock(), voice=ScriptedActor())
    return app_of(studio, Start(scenario=scenario, recruiter="Jen Ortiz"))


def where_nobody_picks_up(library: Library) -> Library:
    """The same content, but a call always rings out."""
    habit = CallHabit(morning=0, midday=0, afternoon=0)
    personas = {
        name: persona.model_copy(update={"habits": persona.habits.model_copy(update={"call": habit})})
        for name, persona in library.personas.items()
    }
    return replace(library, personas=personas)


async def begin(pilot: Pilot[None]) -> None:
    """From the brief to the desk."""
    await wait_for_text(pilot, "Enter begins day 0")
    await pilot.press("enter")
    await wait_for_text(pilot, "Contacts")


async def place_call(pilot: Pilot[None], key: str = "c") -> CallScreen:
    """Call whoever is under the cursor, or by `o` everybody."""
    await pilot.press(key)
    await wait_until(pilot, lambda: isinstance(pilot.app.screen, CallScreen))
    screen = pilot.app.screen
    assert isinstance(screen, CallScreen)
    return screen


async def leave_voicemail(pilot: Pilot[None], words: str) -> CallScreen:
    """Call Dana, who doesn't pick up, and leave a message."""
    screen = await place_call(pilot)
    await wait_for_text(pilot, "Their voicemail is recording.")
    screen.composer.insert(words)
    await pilot.press("enter")
    await wait_for_text(pilot, "Your message is recorded.")
    return screen


async def open_letter(pilot: Pilot[None], key: str) -> LetterScreen:
    """Begin a message to whoever is under the cursor: `e` an e-mail, `x` a text."""
    await pilot.press(key)
    await wait_until(pilot, lambda: isinstance(pilot.app.screen, LetterScreen))
    screen = pilot.app.screen
    assert isinstance(screen, LetterScreen)
    return screen


def practice_of(app: PracticeApp) -> Practice:
    return next(screen.practice for screen in app.screen_stack if isinstance(screen, DeskScreen))


async def test_a_whole_game_with_keys_alone(store: SqlStore, library: Library) -> None:
    app = desk_app(store, library)
    async with app.run_test(size=(80, 24)) as pilot:
        await begin(pilot)
        for name in ("Dana Whitfield", "Greg Pullman", "Priya Raman"):
            assert name in screen_text(app)
        letter = await open_letter(pilot, "e")
        letter.words.insert("HR has no idea that it is funded.")
        await pilot.press("ctrl+s")
        await wait_for_text(pilot, "your e-mail to Dana")
        for day in range(1, 5):
            await wait_until(pilot, lambda: isinstance(app.screen, DeskScreen))
            await pilot.press("w")
            await wait_until(pilot, lambda day=day: practice_of(app).state.day >= day)  # type: ignore[misc]
        assert any(isinstance(event, WordsPassedOn) for event in practice_of(app).events)
        await wait_for_text(pilot, "e-mail from Greg")
        assert "HR has no idea that it is funded." in " ".join(screen_text(app).split())
        await pilot.press("ctrl+g")
        await wait_for_text(pilot, "Is that it?")
        await pilot.press("enter")
        await wait_until(pilot, lambda: isinstance(app.screen, MapScreen))
        await wait_for_text(pilot, MAP_BEFORE_THE_END)
        await pilot.press("escape")
        await wait_until(pilot, lambda: isinstance(app.screen, DebriefScreen))
        whole = "\n".join(str(static.content) for static in app.screen.query("Static"))  # type: ignore[attr-defined]
        assert "forwarded to Greg" in whole
        assert "HR has no idea that it is funded." in whole


async def test_a_call_from_the_desk_comes_back_to_it(store: SqlStore, library: Library) -> None:
    app = desk_app(store, library)
    async with app.run_test(size=(80, 24)) as pilot:
        await begin(pilot)
        await pilot.press("down", "c")
        await wait_until(pilot, lambda: isinstance(app.screen, CallScreen))
        screen = app.screen
        assert isinstance(screen, CallScreen)
        await wait_until(pilot, lambda: practice_of(app).state.touch is not None)
        assert "Greg Pullman" in screen_text(app)
        await wait_until(pilot, lambda: "recording" in screen_text(app) or "Your turn" in screen_text(app))
        screen.composer.insert("Hello, it's Jen.")
        await pilot.press("enter")
        await wait_until(pilot, lambda: len(practice_of(app).state.turns) > 0)
        if practice_of(app).state.touch is not None:
            await wait_for_text(pilot, "Your turn")
            await pilot.press("ctrl+g")
            await wait_for_text(pilot, "Hang up on Greg?")
        await pilot.press("enter")
        await wait_until(pilot, lambda: isinstance(app.screen, DeskScreen))
        await wait_for_text(pilot, "to Greg")


async def test_the_map_is_kept_and_says_what_cannot_stand(store: SqlStore, library: Library) -> None:
    app = desk_app(store, library)
    async with app.run_test(size=(80, 40)) as pilot:
        await begin(pilot)
        await pilot.press("m")
        await wait_until(pilot, lambda: isinstance(app.screen, MapScreen))
        assert "debrief" not in screen_text(app), "this one ends nothing"
        app.screen.query_one("#map-blocker").value = "Bob"  # type: ignore[attr-defined]
        await pilot.press("ctrl+s")
        await wait_for_text(pilot, "Who blocks: Dana, Greg, Priya or nobody")
        app.screen.query_one("#map-blocker").value = "greg"  # type: ignore[attr-defined]
        app.screen.query_one("#map-grade").value = "perhaps"  # type: ignore[attr-defined]
        await pilot.press("ctrl+s")
        await wait_for_text(pilot, "Grade: work, match, leave")
        app.screen.query_one("#map-grade").value = "work"  # type: ignore[attr-defined]
        await pilot.press("ctrl+s")
        await wait_for_text(pilot, "Your map is kept.")
        [filled] = [event for event in practice_of(app).events if isinstance(event, MapFilled)]
        assert filled.page.blocker == "hr"


async def test_left_and_taken_up_again_nothing_is_lost(store: SqlStore, library: Library) -> None:
    app = desk_app(store, library)
    async with app.run_test(size=(140, 40)) as pilot:
        await begin(pilot)
        letter = await open_letter(pilot, "x")
        letter.words.insert("Could you ring me?")
        await pilot.press("ctrl+s")
        await wait_for_text(pilot, "your text to Dana")
        await pilot.press("escape")
        await wait_for_text(pilot, "Unfinished")
        await pilot.press("r")
        await wait_for_text(pilot, "Could you ring me?")
        assert isinstance(app.screen, DeskScreen)


async def test_a_message_put_away_is_there_again_even_after_going_home(store: SqlStore, library: Library) -> None:
    app = desk_app(store, library)
    async with app.run_test(size=(140, 40)) as pilot:
        await begin(pilot)
        await open_letter(pilot, "e")
        await pilot.press("D", "a", "n", "a", "escape")
        await wait_for_text(pilot, "put away, unsent")
        await open_letter(pilot, "x")
        await pilot.press("H", "i", "ctrl+s")
        await wait_for_text(pilot, "your text to Dana")
        await pilot.press("escape")
        await wait_for_text(pilot, "Unfinished")
        await pilot.press("r")
        await wait_until(pilot, lambda: isinstance(app.screen, DeskScreen))
        await wait_for_text(pilot, "Contacts")
        letter = await open_letter(pilot, "e")
        assert letter.words.text == "Dana"
        await pilot.press("ctrl+s")
        await wait_for_text(pilot, "your e-mail to Dana")
        letter = await open_letter(pilot, "e")
        assert not letter.words.text


async def test_a_message_that_could_not_be_kept_is_still_there(
    store: SqlStore, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = desk_app(store, library)
    async with app.run_test(size=(140, 40)) as pilot:
        await begin(pilot)
        await open_letter(pilot, "e")
        await pilot.press("D", "a", "n", "a")

        async def full(*_: object, **__: object) -> None:
            raise StoreError("the disk is full")

        with monkeypatch.context() as patch:
            patch.setattr(store, "append", full)
            await pilot.press("ctrl+s")
            await wait_for_text(pilot, "the disk is full")
        letter = await open_letter(pilot, "e")
        assert letter.words.text == "Dana"


async def test_what_was_typed_on_a_call_is_there_when_the_session_is_taken_up(
    store: SqlStore, library: Library
) -> None:
    app = desk_app(store, library)
    async with app.run_test(size=(140, 40)) as pilot:
        await begin(pilot)
        await open_letter(pilot, "x")
        await pilot.press("H", "i", "ctrl+s")
        await wait_for_text(pilot, "your text to Dana")
        await pilot.press("c")
        await wait_until(pilot, lambda: isinstance(app.screen, CallScreen))
        await wait_until(pilot, lambda: "recording" in screen_text(app) or "Your turn" in screen_text(app))
        await pilot.press("w", "h", "y", "escape")
        await wait_for_text(pilot, "Unfinished")
        await pilot.press("r")
        await wait_until(pilot, lambda: isinstance(app.screen, CallScreen))
        screen = app.screen
        assert isinstance(screen, CallScreen)
        await wait_until(pilot, lambda: screen.is_mounted)
        assert screen.composer.text == "why"


@pytest.mark.parametrize("width", [80, 100])
async def test_the_head_says_which_day_it_is_of_how_many(store: SqlStore, library: Library, width: int) -> None:
    app = desk_app(store, library)
    async with app.run_test(size=(width, 24)) as pilot:
        await begin(pilot)
        await wait_for_text(pilot, "Day 0, 9:00 of 21 · 0 of about")


async def test_a_joint_call_that_nobody_agreed_to_is_one_line_at_the_desk(store: SqlStore, library: Library) -> None:
    app = desk_app(store, library)
    async with app.run_test(size=(140, 40)) as pilot:
        await begin(pilot)
        await pilot.press("o")
        await wait_for_text(pilot, "nobody has agreed to a joint call yet; ask one of them to set it up")
        assert isinstance(app.screen, DeskScreen)
        await place_call(pilot)


async def test_a_call_that_could_not_begin_leads_back_to_the_desk_which_says_why(
    store: SqlStore, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = desk_app(store, library)
    async with app.run_test(size=(140, 40)) as pilot:
        await begin(pilot)

        async def full(*_: object, **__: object) -> None:
            raise StoreError("the disk is full")

        with monkeypatch.context() as patch:
            patch.setattr(store, "append", full)
            await pilot.press("c")
            await wait_until(pilot, lambda: isinstance(app.screen, DeskScreen) and "disk is full" in screen_text(app))
        await place_call(pilot)
        await wait_until(pilot, lambda: practice_of(app).state.touch is not None)


async def test_a_joint_call_is_held_with_all_of_them_and_hung_up_on_nobody(store: SqlStore, library: Library) -> None:
    app = desk_app(store, library, "iron-it-out")
    async with app.run_test(size=(140, 40)) as pilot:
        await begin(pilot)
        await place_call(pilot, "o")
        await wait_for_text(pilot, "Your turn.")
        await pilot.press("ctrl+g")
        await wait_for_text(pilot, "Hang up? The call ends here.")
        await pilot.press("enter")
        await wait_for_text(pilot, "your joint call with Dana, Greg and Priya")


async def test_after_a_voicemail_the_footer_says_that_enter_leads_to_the_desk(
    store: SqlStore, library: Library
) -> None:
    app = desk_app(store, where_nobody_picks_up(library))
    async with app.run_test(size=(80, 24)) as pilot:
        await begin(pilot)
        await leave_voicemail(pilot, "Hello, it's Jen.")
        await wait_for_text(pilot, "Enter goes back to your desk.")
        await wait_for_text(pilot, "Enter Desk")
        assert "Debrief" not in screen_text(app)
        await pilot.press("enter")
        await wait_until(pilot, lambda: isinstance(app.screen, DeskScreen))


async def test_the_phone_rings_before_the_caller_speaks(store: SqlStore, library: Library) -> None:
    app = desk_app(store, where_nobody_picks_up(library), listener=TaggedListener())
    async with app.run_test(size=(80, 24)) as pilot:
        await begin(pilot)
        await leave_voicemail(pilot, "[request_off_record brief_ask] Three private minutes? I have an idea.")
        await pilot.press("enter")
        await wait_until(pilot, lambda: isinstance(app.screen, DeskScreen))
        desk = app.screen
        assert isinstance(desk, DeskScreen)
        while desk.practice.state.touch is None:
            assert desk.practice.state.day < 5, "she never rang"
            await pilot.press("w")
            await wait_until(pilot, lambda: desk._worker is None)
        await wait_until(pilot, lambda: isinstance(app.screen, CallScreen))
        await wait_for_text(pilot, "Your turn.")
        before, rings, after = screen_text(app).partition("The phone rings: Dana.")
        first_words = " ".join(practice_of(app).state.turns[-1].text.split()[:3])
        assert rings
        assert first_words in after
        assert first_words not in before
        assert "The phone rings" not in after


async def test_a_message_typed_faster_than_it_is_taken_in_is_sent_whole_and_nothing_after_it(
    store: SqlStore, library: Library
) -> None:
    app = desk_app(store, library)
    async with app.run_test(size=(140, 40)) as pilot:
        await begin(pilot)
        await open_letter(pilot, "e")
        burst(pilot, *"Fast, and every word", "x", "backspace", *" of it.", "ctrl+s", "ctrl+s", "w")
        await wait_for_text(pilot, "your e-mail to Dana")
        [sent] = practice_of(app).state.turns
        assert sent.text == "Fast, and every word of it."
        assert isinstance(app.screen, DeskScreen), "the second Ctrl+S had nothing left to send"


async def test_a_page_typed_faster_than_it_is_taken_in_is_kept_whole(store: SqlStore, library: Library) -> None:
    app = desk_app(store, library)
    async with app.run_test(size=(80, 40)) as pilot:
        await begin(pilot)
        await pilot.press("m")
        await wait_until(pilot, lambda: isinstance(app.screen, MapScreen) and app.focused is not None)
        burst(pilot, *"Nobody does itt", "backspace", "f4")
        await wait_for_text(pilot, "Your map is kept.")
        [filled] = [event for event in practice_of(app).events if isinstance(event, MapFilled)]
        assert filled.page.why_open == "Nobody does it"
