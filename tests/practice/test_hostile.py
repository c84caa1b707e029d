"""Whatever a server does, nobody's turn is lost, every turn is answered, and the cause is one line in plain words.

Each behaviour is met in a session, on the command line, and some on the screen; voice and ear are at the same server.
"""

import io
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import pytest

from roleplay.actor.model import ModelActor
from roleplay.cli.main import main
from roleplay.content.library import Library
from roleplay.listener.ear import ModelEar
from roleplay.listener.learned import LearnedListener
from roleplay.llm.client import OpenAIChatModel
from roleplay.llm.connection import Bounds, Connection
from roleplay.practice.happenings import Happening, NoticeRaised, TurnFinished
from roleplay.practice.loop import Practice
from roleplay.record.events import RECRUITER, SessionEnded, TurnSpoken, VoiceFailed
from roleplay.settings import Endpoint
from roleplay.store.sql import SqlStore
from roleplay.tui.app import Start
from roleplay.tui.call import CallScreen
from tests.doubles import FakeClock, happenings_of
from tests.figures import FIGURES
from tests.listener.test_ear import SetModel
from tests.llm.hostile import Hostility, hostilities, misshapes
from tests.llm.stand_in import KEY, StandInServer, serving
from tests.tui.support import app_of, hang_up, say, screen_text, studio_with, wait_for_text, wait_until

TURNS: Final = (
    "Hi Dana, this is Jen Ruiz. Thanks for making the time.",
    "How are your teams set up today?",
    "And what isn't getting done while those seats are empty?",
)
EVERY: Final = (*hostilities(), *misshapes())
ON_SCREEN: Final = ("refused", "reset in the middle", "hangs after its head", "malformed event", "escapes and markup")
NOTICE_CHARS: Final = 260
OUTLIVED: Final = "hostile behaviours"


def named(hostility: Hostility) -> str:
    return hostility.name


def check_notices(happened: list[Happening]) -> list[str]:
    """The notices: each one line, in words, without what nobody else may read."""
    notices = [each.text for each in happened if isinstance(each, NoticeRaised)]
    for notice in notices:
        assert len(notice.splitlines()) == 1
        assert len(notice) <= NOTICE_CHARS
        assert notice.isprintable()
        assert KEY not in notice
        assert not any(turn in notice for turn in TURNS)
        assert "Error" not in notice and "Traceback" not in notice
    return notices


@pytest.mark.parametrize("hostility", EVERY, ids=named)
async def test_a_session_goes_on_and_ends(
    hostility: Hostility, library: Library, store: SqlStore, record_property: Callable[[str, object], None]
) -> None:
    async with StandInServer(hostility.behaviour) as server:
        endpoint = server.endpoint()
        if hostility.is_away:
            await server.__aexit__(None, None, None)
        voice, heard = (OpenAIChatModel(endpoint, bounds=hostility.bounds, max_retries=0) for _ in range(2))
        ear = ModelEar(heard)
        practice = await Practice.start(
            library.case("first-call-cto"),
            seed=1,
            recruiter="Jen Ruiz",
            store=store,
            listener=LearnedListener(SetModel(ask_open=0.6), ear),
            actor=ModelActor(voice),
            clock=FakeClock(),
        )
        happened = await happenings_of(practice.begin())
        for turn in TURNS:
            answered = await happenings_of(practice.say(turn))
            assert practice.state.unanswered is None
            assert any(isinstance(each, TurnFinished) and each.text for each in answered)
            happened += answered
        assert not practice.is_over
        happened += await happenings_of(practice.leave())
        await practice.aclose()
        await heard.aclose()

    notices = check_notices(happened)
    _, events = await store.read(practice.id)
    spoken = [event for event in events if isinstance(event, TurnSpoken)]
    assert [turn.text for turn in spoken if turn.speaker == RECRUITER] == list(TURNS)
    assert len(spoken) == 1 + 2 * len(TURNS)
    assert all(turn.text for turn in spoken)
    assert isinstance(events[-1], SessionEnded)
    if hostility.cause is not None:
        assert any(hostility.cause in event.cause for event in events if isinstance(event, VoiceFailed))
        assert any(hostility.cause in notice for notice in notices)
    record_property(FIGURES, {"table": OUTLIVED, "row": "in a session", "outlived": 1})


@pytest.mark.parametrize("hostility", EVERY, ids=named)
def test_the_command_line_goes_on_and_ends_well(
    hostility: Hostility,
    library: Library,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    record_property: Callable[[str, object], None],
) -> None:
    """All of it is what a user runs, but for content that is read once, shorter limits, and no asking again."""

    def impatient(endpoint: Endpoint, bounds: Bounds, max_retries: int) -> Connection:
        return Connection(endpoint, hostility.bounds, 0)

    monkeypatch.setattr("roleplay.studio.library_of", lambda settings: library)
    monkeypatch.setattr("roleplay.llm.client.Connection", impatient)
    monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{turn}\n" for turn in TURNS)))
    with address_of(hostility) as base_url:
        monkeypatch.setenv("OPENAI_BASE_URL", base_url)
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        monkeypatch.setenv("ROLEPLAY_MODEL", "stand-in-1")
        code = main(["practice", "first-call-cto", "--plain", "--seed", "1"])
    out, err = capsys.readouterr()
    assert code == 0
    assert err == ""
    assert "Traceback" not in out
    assert KEY not in out
    assert "\x1b" not in out
    for turn in TURNS:
        assert f"You: {turn}" in out
    assert out.count("\nDana Whitfield: ") == 1 + len(TURNS)
    assert "DEBRIEF" in out
    if hostility.cause is not None:
        assert hostility.cause in out
    record_property(FIGURES, {"table": OUTLIVED, "row": "on the command line", "outlived": 1})


@contextmanager
def address_of(hostility: Hostility) -> Iterator[str]:
    """The address of a server that behaves so."""
    with serving(StandInServer(hostility.behaviour)) as server:
        base_url = server.base_url
        if not hostility.is_away:
            yield base_url
    if hostility.is_away:
        yield base_url


@pytest.mark.parametrize("hostility", [each for each in EVERY if each.name in ON_SCREEN], ids=named)
async def test_the_screen_goes_on_and_ends_well(
    hostility: Hostility, store: SqlStore, record_property: Callable[[str, object], None]
) -> None:
    async with StandInServer(hostility.behaviour) as server:
        endpoint = server.endpoint()
        if hostility.is_away:
            await server.__aexit__(None, None, None)
        voice = ModelActor(OpenAIChatModel(endpoint, bounds=hostility.bounds, max_retries=0))
        app = app_of(studio_with(store, voice=voice), Start(scenario="first-call"))
        async with app.run_test(size=(80, 24)) as pilot:
            await wait_for_text(pilot, "Enter calls")
            await pilot.press("enter")
            await wait_until(pilot, lambda: isinstance(app.screen, CallScreen))
            await wait_for_text(pilot, "Your turn.")
            if hostility.cause is not None:
                await wait_for_text(pilot, hostility.cause)
            for number in range(1, 3):
                await say(pilot, "Hi")
                await wait_for_text(pilot, f"{2 * number + 1} turns")
                await wait_for_text(pilot, "Your turn.")
            assert "mistake" not in screen_text(app)
            await hang_up(pilot)
            await wait_for_text(pilot, "You ended the call.")
    record_property(FIGURES, {"table": OUTLIVED, "row": "on the screen", "outlived": 1})


def test_the_behaviours_are_many_and_each_is_its_own() -> None:
    names = [hostility.name for hostility in EVERY]
    assert len(names) == len(set(names)) >= 50
