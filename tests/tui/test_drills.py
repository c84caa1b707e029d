"""Drills with keys only: which decks there are, a card after another, what came of it."""

import asyncio
from dataclasses import replace

import pytest
from textual.pilot import Pilot

from roleplay.content.acts import Channel
from roleplay.content.drill import Drill
from roleplay.content.library import Library
from roleplay.drill.sitting import MAX_ANSWER_CHARACTERS
from roleplay.listener.ear import Answer, Question
from roleplay.listener.learned import LearnedListener
from roleplay.listener.reading import Reading, Utterance
from roleplay.store.base import SessionStore
from roleplay.store.sql import SqlStore
from roleplay.tui.composer import Composer
from roleplay.tui.drill import DrillScreen
from roleplay.tui.drills import DrillsScreen
from roleplay.tui.home import HomeScreen
from tests.doubles import FakeClock
from tests.tui.support import (
    SIZES,
    FakeStudio,
    KeywordListener,
    app_of,
    burst,
    say,
    screen_text,
    small_library,
    studio_with,
    wait_for_text,
    wait_until,
)

BOTH_SIZES = pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
LOSE_DATE = "Nothing was heard that asks for the date."


def decks() -> dict[str, Drill]:
    """Three cards on the phone, and an e-mail."""

    def deck(title: str, kind: str, whos: tuple[str, ...]) -> Drill:
        card = {
            "situation": "A first call, [bold]ten[/bold] minutes in.",
            "says": "We need them soon.",
            "model": "By when?",
            "fails": "I see.",
            "known": ["The depot is short of drivers."],
        }
        return Drill.model_validate(
            {
                "title": title,
                "about": "Soon is no date.",
                "kind": kind,
                "does": "asks for the date",
                "trains": ["date"],
                "wanted": ["ask_deadline"],
                "cards": {who.lower(): {**card, "who": f"{who}, owner"} for who in whos},
            }
        )

    return {
        "dates": deck("The date", "reply", ("Ann", "Bo", "Cy")),
        "letters": deck("The letter", "rewrite", ("Di",)),
    }


def with_drills(
    store: SessionStore, drills: dict[str, Drill] | None = None, clock: FakeClock | None = None
) -> FakeStudio:
    library = replace(small_library(), drills=decks() if drills is None else drills)
    return studio_with(store, library=library, clock=clock)


async def open_drills(pilot: Pilot[None], deck: int = 0) -> DrillScreen:
    """From home to the first card of the entry that stands `deck` places down."""
    await wait_for_text(pilot, "not played yet")
    await pilot.press("d")
    await wait_until(pilot, lambda: isinstance(pilot.app.screen, DrillsScreen) and pilot.app.focused is not None)
    await pilot.press(*["down"] * deck)
    return await start(pilot)


async def start(pilot: Pilot[None]) -> DrillScreen:
    """Start what is under the cursor."""
    await pilot.press("enter")
    await wait_until(pilot, lambda: isinstance(pilot.app.screen, DrillScreen))
    screen = pilot.app.screen
    assert isinstance(screen, DrillScreen)
    return screen


@BOTH_SIZES
async def test_cards_are_answered_well_badly_or_not_and_none_of_them_comes_again_at_once(
    store: SqlStore, size: tuple[int, int]
) -> None:
    app = app_of(with_drills(store))
    async with app.run_test(size=size) as pilot:
        await open_drills(pilot, deck=1)
        for words in ("1/3 The date", "[bold]ten[/bold] minutes in", "You know: The depot is short of drivers."):
            await wait_for_text(pilot, words)
        await wait_for_text(pilot, "Ann, owner “We need them soon.”")
        await say(pilot, "By when?")
        await wait_for_text(pilot, "You: By when? ✓ “By when” asks for the date. One way: “By when?”")
        await pilot.press("enter")
        await wait_for_text(pilot, "2/3 The date")
        assert "By when" not in screen_text(app)
        await say(pilot, "I see.")
        await wait_for_text(pilot, f"You: I see. ✗ {LOSE_DATE} One way: “By when?”")
        await pilot.press("enter")
        await wait_for_text(pilot, "3/3 The date")
        await pilot.press("escape")
        await wait_for_text(pilot, "4 cards, 0 due, 2 new")
        await wait_for_text(pilot, "3 cards, 0 due, 1 new")
        await start(pilot)
        await wait_for_text(pilot, "1/1 The date")
        await wait_for_text(pilot, "Cy, owner")
        await pilot.press("ctrl+n")
        await wait_for_text(pilot, "✗ Skipped. One way: “By when?”")
        await pilot.press("enter")
        await wait_for_text(pilot, "0 of 1 passed, 1 skipped. ✗ The date · Cy, owner Skipped.")
        await pilot.press("escape", "escape")
        await wait_until(pilot, lambda: isinstance(app.screen, HomeScreen))
    assert set(await store.drill_cards("")) == {"dates/ann", "dates/bo", "dates/cy"}


@BOTH_SIZES
async def test_what_is_due_mixes_the_decks_and_the_end_says_what_failed(store: SqlStore, size: tuple[int, int]) -> None:
    clock = FakeClock()
    app = app_of(with_drills(store, clock=clock))
    async with app.run_test(size=size) as pilot:
        await open_drills(pilot)
        seen = []
        for number in range(1, 5):
            await wait_for_text(pilot, f"{number}/4 ")
            seen.append("letter" if "The letter" in screen_text(app) else "date")
            await say(pilot, "No." if number == 1 else "By when?")
            await wait_for_text(pilot, "One way")
            await pilot.press("enter")
        assert sorted(seen) == ["date", "date", "date", "letter"]
        await wait_for_text(pilot, f"3 of 4 passed, 0 skipped. ✗ The date · Ann, owner {LOSE_DATE}")
        await pilot.press("a")
        await wait_for_text(pilot, "Nothing is due before 2 Mar 2026, 09:01.")
        await pilot.press("escape")
        await wait_for_text(pilot, "4 cards, 0 due, 0 new, the next 2 Mar 2026, 09:01")
        clock.move(days=0.01)
        await start(pilot)
        await wait_for_text(pilot, "Ann, owner")


async def test_an_answer_typed_faster_than_it_is_taken_in_is_scored_whole(store: SqlStore) -> None:
    app = app_of(with_drills(store))
    async with app.run_test(size=(80, 24)) as pilot:
        await open_drills(pilot, deck=1)
        await wait_for_text(pilot, "1/3")
        burst(pilot, *"By whenn", "backspace", "?", "enter")
        await wait_for_text(pilot, "You: By when? ✓ “By when” asks for the date.")
        await pilot.press("enter")
        await wait_for_text(pilot, "2/3")
        burst(pilot, *"No", "ctrl+n")
        await wait_for_text(pilot, "✗ Skipped.")
        await pilot.press("enter")
        await wait_for_text(pilot, "3/3")
        assert pilot.app.screen.query_one("#composer", Composer).text == ""


async def test_an_e_mail_is_rewritten_on_several_lines(store: SqlStore) -> None:
    app = app_of(with_drills(store))
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await open_drills(pilot, deck=2)
        await wait_for_text(pilot, "Your e-mail")
        await pilot.press(*"Hello", "ctrl+j", *"by", "space", *"when")
        assert screen.composer.text == "Hello\nby when"
        await pilot.press("enter")
        await wait_for_text(pilot, "✓ “by when” asks for the date.")


async def test_what_is_no_answer_is_told_and_the_card_stays(store: SqlStore) -> None:
    app = app_of(with_drills(store))
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await open_drills(pilot)
        await wait_for_text(pilot, "1/4")
        await pilot.press("space", "enter")
        await wait_for_text(pilot, "There is no answer yet.")
        long = "why " * MAX_ANSWER_CHARACTERS
        screen.composer.text = long
        await pilot.press("enter")
        await wait_for_text(pilot, f"That answer has 7999 characters; say at most {MAX_ANSWER_CHARACTERS}.")
        assert screen.composer.text == long
        await wait_for_text(pilot, "1/4")
    assert await store.drill_cards("") == {}


async def test_a_half_typed_answer_is_there_when_the_card_comes_back(store: SqlStore) -> None:
    app = app_of(with_drills(store))
    async with app.run_test(size=(80, 24)) as pilot:
        await open_drills(pilot)
        await wait_for_text(pilot, "1/4")
        await pilot.press(*"half", "escape")
        await wait_until(pilot, lambda: isinstance(app.screen, DrillsScreen))
        screen = await start(pilot)
        await wait_until(pilot, lambda: screen.composer.text == "half")
        await pilot.press("ctrl+n")
        await wait_for_text(pilot, "Skipped.")
        await pilot.press("enter")
        await wait_for_text(pilot, "2/4")
        assert screen.composer.text == ""


class SlowListener(KeywordListener):
    """Hears nothing until it is let."""

    def __init__(self) -> None:
        self.let = asyncio.Event()

    async def read(self, utterance: Utterance) -> Reading:
        """Wait, then find the words."""
        await self.let.wait()
        return await super().read(utterance)


async def test_while_an_answer_is_scored_it_stands_there_and_is_taken_once(store: SqlStore) -> None:
    studio, slow = with_drills(store), SlowListener()
    studio.listener = slow
    app = app_of(studio)
    async with app.run_test(size=(80, 24)) as pilot:
        await open_drills(pilot)
        await wait_for_text(pilot, "1/4")
        await say(pilot, "By when?")
        await pilot.press("enter", "ctrl+n")
        await wait_for_text(pilot, "You: By when? Scoring…")
        slow.let.set()
        await wait_for_text(pilot, "✓ “By when”")
        await wait_for_text(pilot, "1/4")
    assert set(await store.drill_cards("")) == {"dates/ann"}


@pytest.mark.parametrize("key", ["escape", "ctrl+q"])
async def test_an_answer_that_was_sent_is_kept_although_one_leaves_at_once(store: SqlStore, key: str) -> None:
    studio, slow = with_drills(store), SlowListener()
    studio.listener = slow
    app = app_of(studio)
    async with app.run_test(size=(80, 24)) as pilot:
        await open_drills(pilot)
        await wait_for_text(pilot, "1/4")
        await say(pilot, "By when?")
        await wait_for_text(pilot, "Scoring…")
        asyncio.get_running_loop().call_soon(slow.let.set)
        await pilot.press(key)
        await wait_until(pilot, lambda: isinstance(app.screen, DrillsScreen) or not app.is_running)
    assert set(await store.drill_cards("")) == {"dates/ann"}


async def test_an_answer_that_cannot_be_kept_is_one_line_and_stands_there_to_be_sent_again(store: SqlStore) -> None:
    app = app_of(with_drills(store))
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await open_drills(pilot)
        await wait_for_text(pilot, "1/4")
        await store.aclose()
        await say(pilot, "By when?")
        await wait_for_text(pilot, "closed")
        await wait_until(pilot, lambda: screen.composer.text == "By when?")
        assert screen.composer.has_focus
        assert "One way" not in screen_text(app)


async def test_without_drills_home_says_where_they_go(store: SqlStore) -> None:
    app = app_of(with_drills(store, {}))
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await wait_for_text(pilot, "not played yet")
        await pilot.press("d")
        await wait_for_text(pilot, "no drills; put one into drills/")
        assert isinstance(app.screen, HomeScreen)


class RememberingEar:
    """A language model that is asked where the local listener is unsure."""

    name = "model at models.example"

    def __init__(self) -> None:
        self.asked: list[Question] = []

    async def ask(self, question: Question) -> Answer:
        """Remember what was asked, and say nothing."""
        self.asked.append(question)
        return Answer()


async def test_no_answer_to_a_drill_goes_to_the_model_that_is_set(store: SqlStore, library: Library) -> None:
    ear = RememberingEar()
    studio = studio_with(store, library=library)
    studio.listener = LearnedListener(ear=ear)
    sitting = studio.sitting()
    await sitting.open()
    refs = sitting.deal(40, studio.clock.now())
    said = [(ref, sitting.card(ref)[1].fails) for ref in refs]
    for ref, words in said:
        await sitting.answer(ref, words, studio.clock.now())
    assert ear.asked == []
    for _, words in said:
        await studio.listener.read(Utterance(text=words, channel=Channel.CALL))
    assert ear.asked, "in a call, the model would have been asked about some of them"
