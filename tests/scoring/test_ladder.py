"""The deadline ladder shows how far the talk about a date got, with the words that the verdicts rest on."""

import pytest

from roleplay.content.acts import Channel, CounterpartAct
from roleplay.content.library import Library
from roleplay.listener.reading import CounterpartReading, HeardCounterpartAct, Span, Utterance
from roleplay.practice.loop import Practice
from roleplay.record.events import FactEarned
from roleplay.scoring.debrief import debrief_of
from roleplay.scoring.result import Result, Rung, Step
from roleplay.scoring.scorer import score_session
from roleplay.store.memory import MemoryStore
from roleplay.wording import ladder_words
from tests.doubles import TaggedListener, happenings_of, start

WARM = "[ask_pain] Why is it open?"
DATE = "[ask_deadline] By when do you need them?"
BUMP = "[ask_slip] And if it takes a month longer?"
GOOD_ENOUGH = "[challenge_perfect] Will good do?"


async def called(library: Library, *turns: str) -> Practice:
    practice = await start(library.case("first-call-cto"), MemoryStore())
    await happenings_of(practice.begin())
    for turn in turns:
        await happenings_of(practice.say(turn))
    return practice


async def wrote(library: Library, scenario: str, words: str) -> Practice:
    practice = await start(library.case(scenario), MemoryStore())
    await happenings_of(practice.write((practice.case.scenario.calls,), Channel.EMAIL, words))
    return practice


async def scored(practice: Practice) -> Result:
    return await score_session(practice.case, practice.events, TaggedListener())


@pytest.mark.parametrize(
    ("turns", "rungs"),
    [
        ((), (None, None, None)),
        ((WARM, BUMP), (None, None, None)),
        ((WARM, DATE), ("t1.5", None, None)),
    ],
)
async def test_a_rung_counts_only_on_the_one_before(
    library: Library, turns: tuple[str, ...], rungs: tuple[str | None, ...]
) -> None:
    ladder = (await scored(await called(library, *turns))).ladder
    assert tuple(step.turn for step in ladder) == rungs
    assert [step.is_reached for step in ladder] == [turn is not None for turn in rungs]


async def test_the_whole_ladder_is_told_with_the_words(library: Library) -> None:
    practice = await called(library, WARM, DATE, "[ask_priority] Which first?", BUMP, GOOD_ENOUGH, BUMP)
    result = await scored(practice)
    steps = {step.rung: step for step in result.ladder}
    assert steps[Rung.DATE].quote == practice.state.turn("t1.5").text
    assert steps[Rung.BUMP].turn == "t1.8"
    cost = steps[Rung.COST].turn
    assert cost is not None
    assert steps[Rung.COST].quote == practice.state.turn(cost).text
    first, second, third = ladder_words(debrief_of(practice.case, practice.events, result).ladder)
    assert first.startswith("By when: “")
    assert second.startswith("And later: “")
    assert third.startswith("What that costs: “")


async def test_the_ladder_is_told_down_to_the_rung_that_is_missing(library: Library) -> None:
    lines = ladder_words((await scored(await called(library, WARM, DATE))).ladder)
    assert lines[1:] == ["And later: you didn't move it out."]


async def test_a_bump_that_the_scorecard_quotes_is_never_said_to_be_missing(library: Library) -> None:
    result = await scored(await called(library, BUMP, WARM, DATE))
    quoted = result.criterion("month_longer").evidence[0]
    _, bump, cost = result.ladder
    assert (bump.turn, bump.quote, bump.is_reached) == (quoted.turn, quoted.quote, False)
    assert not cost.is_reached
    where = f"{quoted.turn}, before a date was known"
    assert ladder_words(result.ladder)[1:] == [f"And later: “{quoted.quote}” ({where})"]


async def test_a_date_from_the_history_is_known(library: Library) -> None:
    """In the scenario's history she said: the second of March."""
    result = await scored(await wrote(library, "gone-quiet", BUMP))
    date, bump, _ = result.ladder
    assert (date.turn, date.is_reached) == (None, True)
    assert date.quote.startswith("Second of March.")
    assert (bump.turn, bump.quote) == ("t1.1", result.criterion("cost_of_delay").evidence[0].quote)
    first, second, _ = ladder_words(result.ladder)
    assert first == f"By when: “{date.quote}” (said before)"
    assert second == f"And later: “{bump.quote}” (t1.1)"


class HalfListener(TaggedListener):
    """Hears a date in the last sentence alone."""

    async def read_counterpart(self, utterance: Utterance) -> CounterpartReading:
        """Find it where a turn names a Monday."""
        start = utterance.text.find("That's the Monday")
        if start < 0:
            return await super().read_counterpart(utterance)
        span = Span(start=start, end=len(utterance.text))
        return CounterpartReading(acts=(HeardCounterpartAct(act=CounterpartAct.TELLS_DATE, confidence=1, span=span),))


async def test_what_an_author_calls_a_date_is_quoted_with_the_date(library: Library) -> None:
    practice = await start(library.case("gone-quiet"), MemoryStore())
    ladder = (await score_session(practice.case, practice.events, HalfListener())).ladder
    assert ladder[0].quote.startswith("Second of March.")


async def test_tomorrow_is_no_deadline(library: Library) -> None:
    """He would take her tomorrow, he said."""
    practice = await start(library.case("the-kiln-engineer"), MemoryStore())
    assert ladder_words((await scored(practice)).ladder) == ["By when: nobody named a date."]


async def test_the_day_from_which_good_is_good_enough_is_no_deadline(library: Library) -> None:
    practice = await called(library, WARM, GOOD_ENOUGH, BUMP)
    assert {event.fact for event in practice.events if isinstance(event, FactEarned)} >= {"seven-of-ten"}
    assert (await scored(practice)).ladder == (), "whether there is another date nobody knows"
    practice = await called(library, WARM, GOOD_ENOUGH, DATE)
    (told,) = [event.turn for event in practice.events if isinstance(event, FactEarned) and event.fact == "in-seats"]
    assert (await scored(practice)).ladder[0].turn == told


async def test_nothing_is_said_where_the_history_may_have_named_a_date(library: Library) -> None:
    """The history speaks of New Year, and this listener doesn't hear whether that is a date."""
    practice = await start(library.case("role-was-filled"), MemoryStore())
    await happenings_of(practice.begin())
    assert (await scored(practice)).ladder == ()


async def test_a_result_from_before_ladders_were_kept_shows_none(library: Library) -> None:
    practice = await called(library, WARM, DATE)
    old = Result.model_validate((await scored(practice)).model_dump(exclude={"ladder"}))
    assert debrief_of(practice.case, practice.events, old).ladder == ()


def test_what_was_said_before_has_no_turn_and_counts() -> None:
    assert Step(rung=Rung.DATE, quote="By May.").is_reached
    assert not Step(rung=Rung.DATE).is_reached
