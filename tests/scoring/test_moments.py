"""What stands beside the turns of a scored session."""

from roleplay.record.events import EndReason, TouchEnded
from roleplay.scoring.debrief import Debrief
from roleplay.scoring.moments import Mark, MarkKind
from roleplay.scoring.result import Verdict
from roleplay.store.memory import MemoryStore
from tests.doubles import happenings_of
from tests.tui.support import studio_with


async def debrief_after(*said: str) -> Debrief:
    """A call with Nora, scored."""
    studio = studio_with(MemoryStore())
    practice = await studio.start("first-call")
    await happenings_of(practice.begin())
    for words in said:
        if not practice.is_over:
            await happenings_of(practice.say(words))
    await happenings_of(practice.leave())
    debrief = await studio.finish(practice)
    ended = [event.reason for event in practice.events if isinstance(event, TouchEnded)]
    assert (ended == [EndReason.HUNG_UP]) == any(mark.kind is MarkKind.PATIENCE for mark in marks(debrief))
    return debrief


def marks(debrief: Debrief) -> list[Mark]:
    return [mark for beside in debrief.marks.values() for mark in beside]


async def test_a_quoted_turn_says_what_was_decided_there() -> None:
    debrief = await debrief_after("Well", "What hurts?", "You must decide")
    assert debrief.marks["t1.4"] == (Mark(kind=MarkKind.DECIDED, title="Asked what hurts", verdict=Verdict.MET),)
    assert debrief.marks["t1.6"][0].verdict is Verdict.VIOLATED


async def test_a_missed_question_is_marked_where_it_would_first_have_been_answered() -> None:
    debrief = await debrief_after("Well", "What hurts?")
    chances = {mark.title: turn for turn, beside in debrief.marks.items() for mark in beside if mark.verdict is None}
    first = {entry.ask: entry.from_turn for entry in debrief.never_learned}
    assert chances == {"Asked what it costs": first["What do you lose?"], "Got a date": first["By when?"]}


async def test_what_was_kept_by_doing_nothing_has_no_mark() -> None:
    assert all(mark.title != "Put nobody under pressure" for mark in marks(await debrief_after("What hurts?")))


async def test_the_turn_at_which_they_hung_up_says_so() -> None:
    debrief = await debrief_after(*["You must decide"] * 12)
    (turn,) = [turn for turn, beside in debrief.marks.items() if any(m.kind is MarkKind.PATIENCE for m in beside)]
    own = [turn.id for _, turn in debrief.transcript.turns() if turn.is_recruiters]
    assert turn == own[-1]
    assert debrief.marks[turn][-1].title == "Nora"
