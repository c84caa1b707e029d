"""What must never happen on a screen: foreign text acts, or an unearned fact shows."""

from pathlib import Path

import pytest
from textual.pilot import Pilot

from roleplay.content.case import Case
from roleplay.content.library import Library
from roleplay.listener.learned import LearnedListener
from roleplay.practice.clock import Clock
from roleplay.settings import Settings
from roleplay.store.sql import SqlStore
from roleplay.tui.app import Start
from roleplay.tui.call import CallScreen
from roleplay.tui.debrief import DebriefScreen
from roleplay.tui.literal import literal, paragraphs, plain
from tests.doubles import FakeClock, PieceActor
from tests.tui.support import (
    FakeStudio,
    app_of,
    say,
    screen_text,
    small_library,
    studio_with,
    wait_for_text,
    wait_until,
)

PLANTED = "[/nope][@click=app.quit]x[/] $a [b"


@pytest.mark.parametrize("size", [(80, 24), (140, 40)])
async def test_markup_in_names_titles_lines_and_typed_words_is_shown_as_it_stands(
    store: SqlStore, size: tuple[int, int]
) -> None:
    voice = PieceActor([PLANTED, " and \x1b[2J more"])
    app = app_of(studio_with(store, library=small_library(PLANTED), voice=voice))
    async with app.run_test(size=size, notifications=True) as pilot:
        await wait_for_text(pilot, f"{PLANTED}A first call to a depot")
        assert_no_action_is_planted(pilot)
        await pilot.press("enter")
        await wait_for_text(pilot, f"You call {PLANTED}Nora Lind")
        assert_no_action_is_planted(pilot)
        await pilot.press("enter")
        await wait_for_text(pilot, "Your turn.")
        await wait_for_text(pilot, f"{PLANTED} and [2J more")
        screen = app.screen
        assert isinstance(screen, CallScreen)
        screen.composer.text = f"{PLANTED} what hurts"
        await pilot.press("enter")
        await wait_for_text(pilot, f"{PLANTED} what hurts")
        assert_no_action_is_planted(pilot)
        await wait_until(pilot, lambda: screen._worker is None)
        await pilot.press("f2")
        await wait_for_text(pilot, "closes · arrows scroll")
        await pilot.press("escape", "ctrl+g")
        await wait_for_text(pilot, "Hang up on [/nope]")
        await pilot.press("enter")
        await wait_until(pilot, lambda: isinstance(app.screen, DebriefScreen))
        await wait_for_text(pilot, "pass mark")
        assert_no_action_is_planted(pilot)
        await pilot.press("t", "n", "p", "h", "s")
        await wait_for_text(pilot, "of 100,")
        assert_no_action_is_planted(pilot)
    assert app.return_code in (0, None)


def assert_no_action_is_planted(pilot: Pilot[None]) -> None:
    """No character on the screen carries an action of its own, but for the footer's keys."""
    for strip in pilot.app.screen._compositor.render_strips()[:-1]:
        for segment in strip:
            meta = segment.style.meta if segment.style is not None else {}
            assert "@click" not in meta, meta


def test_what_a_terminal_would_obey_is_left_out() -> None:
    assert plain("a\x1b[31mb\x07\x9b\u202ec\ud800\nd\te") == "a[31mbc\ufffd\nd\te"
    assert literal("[b]x[/b]").plain == "[b]x[/b]"
    assert not literal("[b]x[/b]").spans


def test_a_line_break_inside_a_paragraph_is_the_editors_not_the_authors() -> None:
    assert paragraphs("One [b]line\nand more.\n \nThe  next.\n").plain == "One [b]line and more.\n\nThe next."


def hidden_texts(case: Case) -> list[str]:
    """Everything that tells a fact, in one line each."""
    texts = [fact.says for fact in case.scenario.facts.values()]
    texts += [line for fact in case.scenario.facts.values() for told in fact.lines.values() for line in told]
    return [" ".join(text.split()) for text in texts]


async def test_no_unearned_fact_is_on_any_screen_before_the_debrief(store: SqlStore) -> None:
    app = app_of(studio_with(store))
    case = small_library().case("first-call")
    async with app.run_test(size=(140, 60)) as pilot:

        def assert_nothing_told(earned: str = "") -> None:
            shown = " ".join(screen_text(app).split())
            for text in hidden_texts(case):
                assert text not in shown or (earned and earned in text), text

        await wait_for_text(pilot, "not played yet")
        assert_nothing_told()
        await pilot.press("enter")
        await wait_for_text(pilot, "Enter calls Nora.")
        assert_nothing_told()
        await pilot.press("enter")
        await wait_for_text(pilot, "Your turn.")
        assert_nothing_told()
        await pilot.press("f2")
        await wait_for_text(pilot, "closes · arrows scroll")
        assert_nothing_told()
        await pilot.press("escape")
        for words in ("Hello", "You must decide", "Tell me everything", "What hurts"):
            screen = app.screen
            assert isinstance(screen, CallScreen)
            before = len(screen.practice.state.turns)
            await say(pilot, words)
            await wait_until(pilot, lambda at=before, on=screen: len(on.practice.state.turns) >= at + 2)  # type: ignore[misc]
            await wait_until(pilot, lambda on=screen: on._worker is None)  # type: ignore[misc]
            assert_nothing_told("night shift")
        await wait_for_text(pilot, "The night shift runs with two people short.")


async def test_the_shipped_cases_show_no_fact_on_home_and_brief(store: SqlStore, library: Library) -> None:
    clock: Clock = FakeClock()
    for scenario_id in library.scenarios:
        studio = FakeStudio(Settings(home=Path("/nowhere")), library, store, LearnedListener(), clock)
        app = app_of(studio, Start(scenario=scenario_id))
        async with app.run_test(size=(140, 90)) as pilot:
            await wait_for_text(pilot, "What is scored")
            shown = " ".join(screen_text(app).split())
            await pilot.press("escape")
            await wait_for_text(pilot, "How it goes")
            shown += " ".join(screen_text(app).split())
            told = [text for text in hidden_texts(library.case(scenario_id)) if text in shown]
            assert told == []
