"""The app around the screens: where it begins, where the words go, what its keys and commands do."""

import asyncio
from pathlib import Path

import pytest
from pydantic import SecretStr

from roleplay.errors import NotFoundError
from roleplay.settings import Endpoint, Settings
from roleplay.store.sql import SqlStore
from roleplay.tui.app import PracticeApp, Start, run
from roleplay.tui.brief import BriefScreen
from roleplay.tui.call import CallScreen
from roleplay.tui.debrief import DebriefScreen
from roleplay.tui.home import HomeScreen
from roleplay.tui.panels import ReadingScreen
from roleplay.tui.theme import DARK_NAME, LIGHT_NAME
from tests.doubles import FakeClock, PieceActor, play
from tests.tui.support import (
    FakeStudio,
    KeywordListener,
    app_of,
    screen_text,
    small_library,
    studio_with,
    wait_for_text,
    wait_until,
)


async def test_it_begins_in_a_session_that_was_left(store: SqlStore) -> None:
    studio = studio_with(store)
    practice = await studio.start("first-call")
    app = app_of(studio, Start(resume=practice.id))
    async with app.run_test() as pilot:
        await wait_for_text(pilot, "Your turn.")
        assert isinstance(app.screen, CallScreen)


async def test_it_begins_with_the_debrief_of_a_session_that_is_over(store: SqlStore) -> None:
    studio = studio_with(store)
    practice = await studio.start("first-call")
    await play(practice, ["What hurts"])
    app = app_of(studio, Start(resume=practice.id))
    async with app.run_test() as pilot:
        await wait_until(pilot, lambda: isinstance(app.screen, DebriefScreen))
        await wait_for_text(pilot, "pass mark")
        await pilot.press("a")
        await wait_until(pilot, lambda: isinstance(app.screen, CallScreen))
        await wait_for_text(pilot, "Your turn.")
        screen = app.screen
        assert isinstance(screen, CallScreen)
        assert screen.practice.id != practice.id


@pytest.mark.parametrize("begin", [Start(scenario="no-such"), Start(resume="no-such")])
async def test_what_isnt_there_is_told_before_the_screen_opens(own_home: Path, begin: Start) -> None:
    with pytest.raises(NotFoundError, match="no-such"):
        await run({"ROLEPLAY_HOME": str(own_home)}, begin)


async def test_home_says_where_the_words_go(store: SqlStore) -> None:
    endpoint = Endpoint(base_url="http://[::1]:8080/v1", api_key=SecretStr("hush"), model="[b]tiny")
    studio = FakeStudio(
        Settings(home=Path("/nowhere"), endpoint=endpoint),
        small_library(),
        store,
        KeywordListener(),
        FakeClock(),
        voice=PieceActor(["Yes?"]),
    )
    app = app_of(studio)
    async with app.run_test() as pilot:
        await wait_for_text(pilot, "Personas are voiced by [b]tiny at localhost:1: your words go there.")
        assert "hush" not in screen_text(app)


async def test_the_scenario_is_placed_once_however_often_enter_is_pressed(store: SqlStore) -> None:
    app = app_of(studio_with(store), Start(scenario="first-call"))
    async with app.run_test() as pilot:
        await wait_until(pilot, lambda: isinstance(app.screen, BriefScreen))
        await wait_for_text(pilot, "Enter calls")
        await pilot.press("enter", "enter", "enter")
        await wait_until(pilot, lambda: isinstance(app.screen, CallScreen))
        await wait_for_text(pilot, "Your turn.")
        assert len(await store.sessions()) == 1


class NotReadyActor(PieceActor):
    """Has a mistake in it."""

    async def prepare(self) -> None:
        """Make the mistake."""
        raise KeyError("[/secret]")


async def test_a_mistake_of_the_program_before_a_call_is_one_line_and_enter_tries_again(store: SqlStore) -> None:
    app = app_of(studio_with(store, voice=NotReadyActor(["Yes?"])), Start(scenario="first-call"))
    async with app.run_test(notifications=True) as pilot:
        await wait_for_text(pilot, "Enter calls")
        await pilot.press("enter")
        await wait_for_text(pilot, "KeyError")
        assert "secret" not in screen_text(app)
        await wait_for_text(pilot, "Enter calls")
        assert isinstance(app.screen, BriefScreen)


class WaitingActor(PieceActor):
    """Gets ready when it is let go."""

    def __init__(self) -> None:
        super().__init__(["Yes?"])
        self.is_asked = asyncio.Event()
        self.may_go_on = asyncio.Event()

    async def prepare(self) -> None:
        """Wait."""
        self.is_asked.set()
        await self.may_go_on.wait()


async def test_who_goes_back_while_a_call_is_being_placed_stays_there(store: SqlStore) -> None:
    voice = WaitingActor()
    app = app_of(studio_with(store, voice=voice), Start(scenario="first-call"))
    async with app.run_test() as pilot:
        await wait_for_text(pilot, "Enter calls")
        await pilot.press("enter")
        await voice.is_asked.wait()
        await pilot.press("escape")
        await wait_until(pilot, lambda: isinstance(app.screen, HomeScreen))
        voice.may_go_on.set()
        await wait_until(pilot, lambda: voice.is_closed)
        assert isinstance(app.screen, HomeScreen)


async def test_help_over_a_call_that_is_being_placed_gives_way_to_the_call(store: SqlStore) -> None:
    voice = WaitingActor()
    app = app_of(studio_with(store, voice=voice), Start(scenario="first-call"))
    async with app.run_test() as pilot:
        await wait_for_text(pilot, "Enter calls")
        await pilot.press("enter")
        await voice.is_asked.wait()
        await pilot.press("f1")
        await wait_until(pilot, lambda: isinstance(app.screen, ReadingScreen))
        voice.may_go_on.set()
        await wait_until(pilot, lambda: isinstance(app.screen, CallScreen))
        assert [type(screen) for screen in app.screen_stack[1:]] == [CallScreen]


async def test_help_names_the_keys_of_the_screen_and_goes_away(store: SqlStore) -> None:
    app = app_of(studio_with(store))
    async with app.run_test() as pilot:
        await wait_for_text(pilot, "not played yet")
        await pilot.press("question_mark")
        await wait_for_text(pilot, "Calls that you played, and debriefs")
        await pilot.press("escape")
        await wait_until(pilot, lambda: isinstance(app.screen, HomeScreen))


async def test_the_palette_offers_what_the_screen_can_do(store: SqlStore) -> None:
    app = app_of(studio_with(store))
    async with app.run_test() as pilot:
        await wait_for_text(pilot, "not played yet")
        titles = [command.title for command in app.get_system_commands(app.screen)]
        assert titles == ["Brief", "Sessions", "Real call", "Drills", "Help", "Light or dark", "Quit"]
        await pilot.press("ctrl+p")
        await wait_for_text(pilot, "Light or dark")
        await pilot.press(*"Light", "enter")
        await wait_until(pilot, lambda: app.theme == LIGHT_NAME)
        await pilot.press("f3")
        await wait_until(pilot, lambda: app.theme == DARK_NAME)


async def test_everything_can_be_read_without_colour(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    studio = studio_with(store)
    practice = await studio.start("first-call")
    await play(practice, ["What hurts", "You must decide"])
    app = PracticeApp(studio, Start(resume=practice.id))
    async with app.run_test(size=(80, 60)) as pilot:
        await wait_for_text(pilot, "not passed")
        await wait_for_text(pilot, "✓ met")
        await wait_for_text(pilot, "✗ missed")
        await wait_for_text(pilot, "! broken")


async def test_a_scenario_that_is_gone_is_told_in_one_line(store: SqlStore) -> None:
    practice = await studio_with(store).start("first-call")
    await play(practice, ["What hurts"])
    emptied = small_library()
    without = type(emptied)(personas=emptied.personas, scenarios={}, scorecards=emptied.scorecards)
    app = app_of(studio_with(store, library=without), Start(resume=practice.id))
    async with app.run_test(notifications=True) as pilot:
        await wait_for_text(pilot, "pass mark")
        await pilot.press("a")
        await wait_for_text(pilot, "no scenario 'first-call'")
        await pilot.press("h")
        await wait_until(pilot, lambda: isinstance(app.screen, HomeScreen))
