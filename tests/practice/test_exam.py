"""An exam is played from the head, and once."""

import pytest

from roleplay.content.library import Library
from roleplay.content.mode import Mode
from roleplay.errors import MoveError
from roleplay.practice.happenings import NoticeRaised
from roleplay.practice.loop import Practice
from roleplay.record.events import HintGiven
from roleplay.scoring.debrief import debrief_of
from roleplay.scoring.scorer import score_session
from roleplay.store.sql import SqlStore
from tests.doubles import FakeClock, TaggedListener, happenings_of, start


async def examined(library: Library, store: SqlStore) -> Practice:
    practice = await start(library.case("first-call-cto"), store, mode=Mode.EXAM)
    await happenings_of(practice.begin())
    await happenings_of(practice.say("[ask_pain] Why is it open?"))
    return practice


async def test_there_are_no_hints_in_an_exam(library: Library, store: SqlStore) -> None:
    practice = await examined(library, store)
    (happening,) = await happenings_of(practice.hint())
    assert isinstance(happening, NoticeRaised)
    assert "exam" in happening.text
    assert not any(isinstance(event, HintGiven) for event in practice.events)


async def test_an_exam_is_resumed_as_an_exam(library: Library, store: SqlStore) -> None:
    practice = await examined(library, store)
    resumed = await Practice.resume(
        practice.id, store=store, listener=TaggedListener(), actor=practice._actor, clock=FakeClock()
    )
    assert resumed.is_exam


async def test_an_exam_is_not_tried_again_from_a_turn_on(library: Library, store: SqlStore) -> None:
    practice = await examined(library, store)
    with pytest.raises(MoveError, match="is an exam"):
        await Practice.again(
            practice.id, "t1.2", store=store, listener=TaggedListener(), actor=practice._actor, clock=FakeClock()
        )
    assert len(await store.sessions()) == 1


async def test_the_debrief_says_that_it_was_an_exam_and_the_score_is_as_ever(library: Library, store: SqlStore) -> None:
    exam = await examined(library, store)
    coached = await start(library.case("first-call-cto"), store, clock=_later())
    await happenings_of(coached.begin())
    await happenings_of(coached.say("[ask_pain] Why is it open?"))
    results = []
    for practice in (exam, coached):
        await happenings_of(practice.leave())
        results.append(await score_session(practice.case, practice.events, TaggedListener()))
    assert results[0] == results[1]
    assert debrief_of(exam.case, exam.events, results[0]).is_exam
    assert not debrief_of(coached.case, coached.events, results[1]).is_exam


def _later() -> FakeClock:
    clock = FakeClock()
    clock.new_id()
    return clock
