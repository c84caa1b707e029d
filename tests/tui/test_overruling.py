"""The coach's word, the judge and what both differ on, in the debrief, with keys only."""

import asyncio
import json
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from roleplay.content.scorecard import Scorecard
from roleplay.llm.base import ChatMessage, ChatRole
from roleplay.record.events import TokensSpent
from roleplay.scoring.judge import Scope, asked_of
from roleplay.scoring.result import Verdict
from roleplay.store.base import SessionStore
from roleplay.store.sql import SqlStore
from roleplay.tui.app import PracticeApp
from roleplay.tui.debrief import DebriefScreen
from roleplay.tui.overruling import OverruleScreen
from tests.doubles import happenings_of
from tests.llm.stand_in import Answering, Behaviour, StandInServer, fails, messages_of, replies, stalls
from tests.scoring.judges import honest, paper_of
from tests.tui.support import SIZES, FakeStudio, app_of, burst, screen_text, studio_with, wait_for_text, wait_until

SAID = ("What hurts?", "You must decide", "How soon is it needed, then?")
BOTH_SIZES = pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")


async def played(studio: FakeStudio, *said: str) -> str:
    """A call with Nora that is over, and scored: 40 of 100."""
    practice = await studio.start("first-call")
    await happenings_of(practice.begin())
    for words in said or SAID:
        await happenings_of(practice.say(words))
    await happenings_of(practice.leave())
    await practice.aclose()
    await studio.finish(practice)
    return practice.id


async def open_the_latest(pilot: Pilot[None]) -> DebriefScreen:
    """From home to the debrief of the latest session."""
    await wait_for_text(pilot, "s Sessions")
    await pilot.press("s")
    await wait_for_text(pilot, "A first call to a depot")
    await wait_until(pilot, lambda: pilot.app.focused is not None)
    await pilot.press("enter")
    await wait_until(pilot, lambda: isinstance(pilot.app.screen, DebriefScreen))
    await wait_for_text(pilot, "o Overrule")
    screen = pilot.app.screen
    assert isinstance(screen, DebriefScreen)
    return screen


async def open_overruling(pilot: Pilot[None]) -> OverruleScreen:
    """Press the key and wait until one can choose."""
    await pilot.press("o")
    await wait_until(pilot, lambda: isinstance(pilot.app.screen, OverruleScreen) and pilot.app.focused is not None)
    screen = pilot.app.screen
    assert isinstance(screen, OverruleScreen)
    return screen


def marked(app: PracticeApp) -> str:
    """The criterion that is marked, as it stands on the screen."""
    return " ".join(str(part.content) for part in app.screen.query(".row.-current Static").results(Static))


@BOTH_SIZES
async def test_a_coach_overrules_and_takes_back_and_the_totals_follow(store: SqlStore, size: tuple[int, int]) -> None:
    studio = studio_with(store)
    studio.settings = studio.settings.model_copy(update={"recruiter": "Mia"})
    session = await played(studio)
    app = app_of(studio)
    async with app.run_test(size=size) as pilot:
        await open_the_latest(pilot)
        await wait_for_text(pilot, "40 of 100: not passed")
        await pilot.press("n", "n")
        assert "Asked what it costs" in marked(app)
        await open_overruling(pilot)
        await wait_for_text(pilot, "The scorer: missed.")
        await wait_for_text(pilot, "[✗ missed]")
        await pilot.press("left")
        await wait_for_text(pilot, "[✓ met]")
        await pilot.press("tab", *"heard", "tab", *"t1", "full_stop", "6", "ctrl+s")
        await wait_for_text(pilot, "Kept. 70 of 100: passed.")
        assert isinstance(app.screen, DebriefScreen)
        assert "Asked what it costs" in marked(app)
        for words in ("✓ met", "30 of 30", "Coach Mia: heard", "“How soon is it needed, then?”", "The scorer: missed."):
            assert words in marked(app)
        assert "70 of 100: passed" in str(app.screen.query_one("#head").render())
        (listed,) = await store.sessions()
        assert (listed.score, listed.passed) == (70, True)
        await open_overruling(pilot)
        await wait_for_text(pilot, "Ctrl+T takes it back")
        await pilot.press("ctrl+t")
        await wait_for_text(pilot, "Kept. 40 of 100: not passed.")
        for words in ("✗ missed", "0 of 30", "Mia said: met. heard", "Mia took that back"):
            assert words in marked(app)
    case, _ = await store.read(session)
    standing = await studio.results.standing(session, case)
    assert standing is not None
    assert [word.verdict for word in standing.criterion("loss").words] == [Verdict.MET, None]


async def test_where_nothing_is_marked_the_criterion_to_fix_is_overruled(store: SqlStore) -> None:
    studio = studio_with(store)
    await played(studio)
    app = app_of(studio)
    async with app.run_test(size=(80, 24)) as pilot:
        await open_the_latest(pilot)
        await open_overruling(pilot)
        await wait_for_text(pilot, "Put nobody under pressure")
        text = screen_text(app)
        assert "[! broken]" in text
        assert "partly" not in text, "what it can't be isn't offered"


async def test_a_word_without_a_reason_or_with_no_such_turn_is_not_kept_and_nothing_typed_is_lost(
    store: SqlStore,
) -> None:
    studio = studio_with(store)
    session = await played(studio)
    app = app_of(studio)
    async with app.run_test(size=(80, 24)) as pilot:
        await open_the_latest(pilot)
        await pilot.press("n")
        await open_overruling(pilot)
        await pilot.press("ctrl+t")
        assert isinstance(app.screen, OverruleScreen), "nothing stands that could be taken back"
        await pilot.press("ctrl+s")
        await wait_for_text(pilot, "Say why; the recruiter reads it beside the verdict.")
        await pilot.press(*"half", "tab", *"T9", "ctrl+s")
        await wait_for_text(pilot, "There is no turn 'T9' here; t1.1 to t1.7.")
        await pilot.press("escape")
        await wait_until(pilot, lambda: isinstance(app.screen, DebriefScreen))
        assert await store.overrulings(session) == []
        screen = await open_overruling(pilot)
        assert (screen.because.text, screen.turn.value) == ("half", "t9")


async def test_a_word_typed_faster_than_it_is_taken_in_is_kept_whole(store: SqlStore) -> None:
    studio = studio_with(store)
    await played(studio)
    app = app_of(studio)
    async with app.run_test(size=(80, 24)) as pilot:
        await open_the_latest(pilot)
        await pilot.press("n", "n")
        await open_overruling(pilot)
        await pilot.press("left", "tab")
        burst(pilot, *"heard it, all of itt", "backspace", "ctrl+s")
        await wait_for_text(pilot, "Kept. 70 of 100: passed.")
        assert "heard it, all of it" in marked(app)
        await open_overruling(pilot)
        await pilot.press("tab")
        burst(pilot, *" but not so", "ctrl+t")
        await wait_for_text(pilot, "Kept. 40 of 100: not passed.")
        assert "took that back. heard it, all of it but not so" in marked(app)


async def test_an_error_of_the_store_is_one_line_and_the_word_can_be_given_again(
    store: SqlStore, tmp_path: Path
) -> None:
    studio = studio_with(store)
    await played(studio)
    app = app_of(studio)
    async with app.run_test(size=(80, 24)) as pilot:
        await open_the_latest(pilot)
        gone = await SqlStore.open(tmp_path / "gone.sqlite3")
        await gone.aclose()
        studio.store = gone
        await open_overruling(pilot)
        await pilot.press("tab", *"so", "ctrl+s")
        await wait_until(pilot, lambda: bool(app.screen.query("#debrief-line.-shown")))
        assert "closed" in str(app.screen.query_one("#debrief-line").render())
        studio.store = store
        screen = await open_overruling(pilot)
        assert screen.because.text == "so"
        await pilot.press("ctrl+s")
        await wait_for_text(pilot, "Kept.")


def judges(scorecard: Scorecard, quotes: dict[str, str], gate: asyncio.Event | None = None) -> Behaviour:
    """A server whose model hears the criteria of `quotes` by their words, and nothing else; it waits for `gate`."""
    asked = asked_of(scorecard, Scope.ALL)
    words = {asked.by_name[asked.seconds[criterion]].asks: quote for criterion, quote in quotes.items()}

    async def answer(answering: Answering) -> None:
        if gate is not None:
            await gate.wait()
        said = [
            ChatMessage(role=ChatRole(role), text=text) for role, text in messages_of(answering.server.requests[-1])
        ]
        answers = [each.model_dump() for each in honest(words)(paper_of(said))]
        await replies(json.dumps({"answers": answers}))(answering)

    return answer


def with_judge(store: SessionStore, home: Path, server: StandInServer) -> FakeStudio:
    studio = studio_with(store)
    studio.settings = studio.settings.model_copy(update={"home": home, "endpoint": server.endpoint()})
    return studio


async def test_the_judge_reads_it_in_the_background_and_both_readings_are_shown(
    store: SqlStore, tmp_path: Path
) -> None:
    gate = asyncio.Event()
    card = studio_with(store).library.case("first-call").scorecard
    hears = judges(card, {"pain": "What hurts", "date": "How soon is it needed", "calm": "You must decide"}, gate)
    async with StandInServer(hears) as server:
        studio = with_judge(store, tmp_path, server)
        session = await played(studio)
        assert server.requests == [], "no criterion of this scorecard needs a judge"
        app = app_of(studio)
        async with app.run_test(size=(80, 24)) as pilot:
            await open_the_latest(pilot)
            await pilot.press("n", "n", "n", "j")
            await wait_for_text(pilot, f"Asking the model at {server.host}")
            await pilot.press("p", "j")
            assert "Asked what it costs" in marked(app), "keys go on working"
            await wait_until(pilot, server.asked.is_set)
            gate.set()
            await wait_for_text(pilot, "hears 1 of 4 criteria otherwise: see ≠.")
            await pilot.press("n")
            await wait_for_text(pilot, "≠ Second opinion: met.")
            for words in ("✗ missed", "Second opinion: met.", "“How soon is it needed”"):
                assert words in marked(app)
        assert len(server.requests) == 1, "the second key was pressed while the first was under way"
        (listed,) = await store.sessions()
        assert listed.score == 40, "the listener's verdict stands"
        _, events = await store.read(session)
        assert isinstance(events[-1], TokensSpent)
        assert [each.by.scorer for each in await store.results(session)][-1] == "scorer/3, keyword/1, judge all 1"


async def test_a_judge_that_fails_is_one_line_and_the_result_stands(store: SqlStore, tmp_path: Path) -> None:
    async with StandInServer(fails(401)) as server:
        studio = with_judge(store, tmp_path, server)
        session = await played(studio)
        app = app_of(studio)
        async with app.run_test(size=(80, 24)) as pilot:
            await open_the_latest(pilot)
            await pilot.press("j")
            await wait_for_text(pilot, "the result stands as it was.")
            assert "The language model gave no answer" in " ".join(screen_text(app).split())
        assert len(await store.results(session)) == 1


async def test_leaving_the_debrief_stops_the_judge_and_keeps_the_result(store: SqlStore, tmp_path: Path) -> None:
    async with StandInServer(stalls("")) as server:
        studio = with_judge(store, tmp_path, server)
        session = await played(studio)
        app = app_of(studio)
        async with app.run_test(size=(80, 24)) as pilot:
            await open_the_latest(pilot)
            await pilot.press("j")
            await wait_until(pilot, server.asked.is_set)
            await pilot.press("h")
            await wait_until(pilot, server.client_left.is_set)
            await wait_for_text(pilot, "played once: 40")
        assert len(await store.results(session)) == 1


async def test_without_a_server_the_judges_key_says_what_to_do(store: SqlStore) -> None:
    studio = studio_with(store)
    await played(studio)
    app = app_of(studio)
    async with app.run_test(size=(80, 24)) as pilot:
        await open_the_latest(pilot)
        await pilot.press("j")
        await wait_for_text(pilot, "none is set (roleplay voice use URL).")


@BOTH_SIZES
async def test_the_transcript_says_where_criteria_were_decided_and_where_they_could_have_been(
    store: SqlStore, size: tuple[int, int]
) -> None:
    studio = studio_with(store)
    await played(studio)
    app = app_of(studio)
    async with app.run_test(size=size) as pilot:
        await open_the_latest(pilot)
        await pilot.press("t")
        await wait_for_text(pilot, "◂ Asked what hurts ✓ met")
        lines = [line.rpartition("▕")[2].strip() for line in screen_text(app).splitlines()]
        at = next(at for at, line in enumerate(lines) if line.endswith("What hurts?"))
        assert lines[at + 1 : at + 4] == [
            "◂ Asked what hurts ✓ met",
            "◂ could have come here: Asked what it costs",
            "◂ could have come here: Got a date",
        ]
        at = next(at for at, line in enumerate(lines) if line.endswith("You must decide"))
        assert lines[at + 1] == "◂ Put nobody under pressure ! broken"
