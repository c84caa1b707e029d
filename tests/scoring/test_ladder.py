"""The deadline ladder shows how far the talk about a date got, with the words."""

import pytest

from roleplay.content.library import Library
from roleplay.scoring.ladder import Rung, ladder_of
from roleplay.store.memory import MemoryStore
from roleplay.wording import ladder_words
from tests.doubles import happenings_of, start

WARM = "[ask_pain] Why is it open?"
DATE = "[ask_deadline] By when do you need them?"
BUMP = "[ask_slip] And if it takes a month longer?"


async def reached(library: Library, *turns: str) -> dict[Rung, str | None]:
    practice = await start(library.case("first-call-cto"), MemoryStore())
    await happenings_of(practice.begin())
    for turn in turns:
        await happenings_of(practice.say(turn))
    return {step.rung: step.turn for step in ladder_of(practice.case, practice.events)}


@pytest.mark.parametrize(
    ("turns", "rungs"),
    [
        ((), (None, None, None)),
        ((WARM, BUMP), (None, None, None)),
        ((WARM, DATE), ("t1.5", None, None)),
        ((BUMP, WARM, DATE), ("t1.7", None, None)),
    ],
)
async def test_a_rung_counts_only_on_the_one_before(
    library: Library, turns: tuple[str, ...], rungs: tuple[str | None, ...]
) -> None:
    assert tuple((await reached(library, *turns)).values()) == rungs


async def test_the_whole_ladder_is_told_with_the_words(library: Library) -> None:
    practice = await start(library.case("first-call-cto"), MemoryStore())
    await happenings_of(practice.begin())
    for turn in (WARM, DATE, "[ask_priority] Which first?", BUMP, "[challenge_perfect] Will good do?", BUMP):
        await happenings_of(practice.say(turn))
    steps = {step.rung: step for step in ladder_of(practice.case, practice.events)}
    assert steps[Rung.DATE].quote == practice.state.turn("t1.5").text
    assert steps[Rung.BUMP].turn == "t1.8"
    cost = steps[Rung.COST].turn
    assert cost is not None
    assert steps[Rung.COST].quote == practice.state.turn(cost).text
    first, second, third = ladder_words(ladder_of(practice.case, practice.events))
    assert first.startswith("By when: “")
    assert second.startswith("And later: “")
    assert third.startswith("What that costs: “")


async def test_the_ladder_is_told_down_to_the_rung_that_is_missing(library: Library) -> None:
    practice = await start(library.case("first-call-cto"), MemoryStore())
    await happenings_of(practice.begin())
    for turn in (WARM, DATE):
        await happenings_of(practice.say(turn))
    lines = ladder_words(ladder_of(practice.case, practice.events))
    assert lines[1:] == ["And later: you didn't move it out."]
