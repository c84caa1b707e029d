"""The question about a server on this machine: asked once, answered by key, and home tells the truth after."""

from pathlib import Path

import pytest

from roleplay.remembered import Remembered, read_remembered, write_remembered
from roleplay.settings import Settings, Source
from roleplay.store.sql import SqlStore
from roleplay.studio import Studio
from roleplay.tui.app import Start
from roleplay.tui.brief import BriefScreen
from roleplay.tui.home import HomeScreen
from roleplay.tui.panels import VoiceQuestion
from tests.doubles import FakeClock
from tests.llm.stand_in import StandInServer, stalls
from tests.tui.support import KeywordListener, app_of, screen_text, small_library, wait_for_text, wait_until

LOCAL = "Words stay on this machine."


def studio_at(home: Path, store: SqlStore, *servers: StandInServer, source: Source = Source.NOBODY) -> Studio:
    """A studio that looks at these servers' ports."""
    ports = tuple(int(server.host.partition(":")[2]) for server in servers)
    settings = Settings(home=home, ports=ports, look_s=10, source=source)
    return Studio(settings, small_library(), store, KeywordListener(), FakeClock())


async def test_yes_makes_the_server_the_voice_and_is_remembered(own_home: Path, store: SqlStore) -> None:
    async with StandInServer(models=("tiny [b]1b",)) as server:
        studio = studio_at(own_home, store, server)
        app = app_of(studio)
        async with app.run_test() as pilot:
            await wait_for_text(pilot, f"A model server runs on this machine ({server.host},")
            await wait_for_text(pilot, "model tiny [b]1b). Let it voice the other side?")
            assert isinstance(app.screen, VoiceQuestion)
            assert server.paths == ["/v1/models"]
            await pilot.press("enter")
            assert isinstance(app.screen, VoiceQuestion), "Enter is home's, and says no yes"
            await pilot.press("y")
            await wait_for_text(pilot, f"Personas are voiced by tiny [b]1b at {server.host}: your words go there.")
            assert isinstance(app.screen, HomeScreen)
        assert read_remembered(own_home).answers == {server.host: True}
        assert studio.settings.source is Source.FOUND
        assert not server.requests, "nothing is sent before a call"
        await studio.aclose()


@pytest.mark.parametrize(("key", "answers"), [("n", False), ("escape", None)])
async def test_no_is_remembered_and_later_is_not(
    own_home: Path, store: SqlStore, key: str, answers: bool | None
) -> None:
    async with StandInServer() as server:
        studio = studio_at(own_home, store, server)
        app = app_of(studio)
        async with app.run_test() as pilot:
            await wait_until(pilot, lambda: isinstance(app.screen, VoiceQuestion))
            await pilot.press(key)
            await wait_until(pilot, lambda: isinstance(app.screen, HomeScreen))
            if answers is not None:
                await wait_until(pilot, lambda: read_remembered(own_home).answers == {server.host: answers})
            await wait_for_text(pilot, LOCAL)
            await pilot.press("enter")
            await wait_until(pilot, lambda: isinstance(app.screen, BriefScreen))
            await pilot.press("escape")
            await wait_for_text(pilot, LOCAL)
            assert isinstance(app.screen, HomeScreen), "it isn't asked twice"
        assert studio.settings.endpoint is None
        assert read_remembered(own_home).answers == ({} if answers is None else {server.host: answers})


async def test_a_server_that_was_allowed_speaks_without_a_question(own_home: Path, store: SqlStore) -> None:
    async with StandInServer() as refused, StandInServer() as server:
        write_remembered(own_home, Remembered(answers={refused.host: False, server.host: True}))
        studio = studio_at(own_home, store, refused, server)
        app = app_of(studio)
        async with app.run_test() as pilot:
            await wait_for_text(pilot, f"Personas are voiced by stand-in-1 at {server.host}: your words go there.")
            assert isinstance(app.screen, HomeScreen)
        await studio.aclose()


async def test_who_chose_a_voice_is_asked_nothing(own_home: Path, store: SqlStore) -> None:
    async with StandInServer() as server:
        app = app_of(studio_at(own_home, store, server, source=Source.REMEMBERED))
        async with app.run_test() as pilot:
            await wait_for_text(pilot, "not played yet")
            await app.workers.wait_for_complete()
            assert isinstance(app.screen, HomeScreen)
            assert not server.paths


async def test_a_question_waits_until_the_user_is_home(own_home: Path, store: SqlStore) -> None:
    async with StandInServer() as server:
        app = app_of(studio_at(own_home, store, server), Start(scenario="first-call"))
        async with app.run_test() as pilot:
            await wait_until(pilot, lambda: isinstance(app.screen, BriefScreen | VoiceQuestion))
            if isinstance(app.screen, BriefScreen):
                await wait_until(pilot, lambda: bool(server.paths))
                await pilot.press("escape")
            await wait_until(pilot, lambda: isinstance(app.screen, VoiceQuestion))


async def test_a_server_that_hangs_holds_home_up_for_nobody(own_home: Path, store: SqlStore) -> None:
    async with StandInServer(stalls("")) as server:
        app = app_of(studio_at(own_home, store, server))
        async with app.run_test() as pilot:
            await pilot.press("enter")
            await wait_until(pilot, lambda: not isinstance(app.screen, HomeScreen))


@pytest.fixture
def broken_home(own_home: Path) -> Path:
    """A home whose file of answers is broken."""
    own_home.mkdir()
    (own_home / "voice.json").write_text("{")
    return own_home


async def test_a_broken_file_of_answers_is_one_line_at_home(broken_home: Path, store: SqlStore) -> None:
    async with StandInServer() as server:
        app = app_of(studio_at(broken_home, store, server))
        async with app.run_test(size=(140, 40), notifications=True) as pilot:
            await wait_for_text(pilot, "is broken;")
            assert LOCAL in screen_text(app)
