"""A hint says what the scorecard still misses, in the scorecard's words, and is listed."""

from collections.abc import AsyncIterator

from roleplay.content.library import Library
from roleplay.practice.happenings import Happening, HintOffered, NoticeRaised
from roleplay.practice.loop import Practice
from roleplay.record.events import HintGiven
from roleplay.scoring.debrief import debrief_of
from roleplay.scoring.scorer import score_session
from roleplay.store.memory import MemoryStore
from roleplay.wording import hints_words
from tests.doubles import TaggedListener, happenings_of, start


async def call(library: Library) -> Practice:
    practice = await start(library.case("first-call-cto"), MemoryStore())
    await happenings_of(practice.begin())
    return practice


async def told(hints: AsyncIterator[Happening]) -> str:
    (happening,) = await happenings_of(hints)
    assert isinstance(happening, HintOffered)
    return happening.title


async def test_the_next_thing_that_is_missing_is_told_and_then_the_one_after(library: Library) -> None:
    practice = await call(library)
    first = await told(practice.hint())
    second = await told(practice.hint())
    assert first == "Ask what hurts"
    assert second != first
    await happenings_of(practice.say("[ask_pain] Why is it open?"))
    assert await told(practice.hint()) not in {first}


async def test_a_hint_holds_no_fact_and_changes_nothing(library: Library) -> None:
    practice = await call(library)
    before = practice.state
    (hint,) = await happenings_of(practice.hint())
    assert isinstance(hint, HintOffered)
    assert practice.state == before
    words = f"{hint.title} {hint.why} {hint.say}"
    for fact in practice.case.scenario.facts.values():
        assert all(line not in words for lines in fact.lines.values() for line in lines)
        assert fact.says not in words
    criterion = practice.case.scorecard.criteria["pain"]
    assert (hint.title, hint.why) == (criterion.title, criterion.why)
    assert hint.say in criterion.say


async def test_hints_cost_nothing_and_are_listed(library: Library) -> None:
    plain, hinted = await call(library), await call(library)
    await happenings_of(hinted.hint())
    for practice in (plain, hinted):
        await happenings_of(practice.say("[ask_pain] Why is it open?"))
        await happenings_of(practice.leave())
    scores = [await score_session(practice.case, practice.events, TaggedListener()) for practice in (plain, hinted)]
    assert scores[0] == scores[1]
    debrief = debrief_of(hinted.case, hinted.events, scores[1])
    assert debrief.hints == ("Ask what hurts",)
    assert hints_words(debrief.hints) == "You asked for 1 hint: Ask what hurts."
    assert not debrief_of(plain.case, plain.events, scores[0]).hints


async def test_where_nothing_is_missing_that_is_said(library: Library) -> None:
    practice = await call(library)
    met = {"pain": "ask_pain", "deadline": "ask_deadline"}
    criteria = {name: practice.case.scorecard.criteria[name] for name in met}
    card = practice.case.scorecard.model_copy(update={"criteria": criteria})
    practice.case = practice.case.model_copy(update={"scorecard": card})
    for act in met.values():
        await happenings_of(practice.say(f"[{act}] Well?"))
    (happening,) = await happenings_of(practice.hint())
    assert happening == NoticeRaised("nothing that your scorecard asks for is missing")


async def test_after_the_end_there_is_none(library: Library) -> None:
    practice = await call(library)
    await happenings_of(practice.leave())
    assert not await happenings_of(practice.hint())
    assert not any(isinstance(event, HintGiven) for event in practice.events)
