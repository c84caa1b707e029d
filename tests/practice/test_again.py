"""Another try from a turn on begins as the first one stood there, and leaves it as it is."""

import pytest

from roleplay.content.acts import Channel
from roleplay.content.library import Library
from roleplay.errors import NotFoundError
from roleplay.practice.loop import Practice
from roleplay.record.events import RECRUITER, SessionStarted, TouchEnded, TurnSpoken
from roleplay.store.sql import SqlStore
from roleplay.world.fold import fold
from tests.doubles import FakeClock, TaggedListener, happenings_of, start

TURNS = ("[greeting] Hi.", "[ask_pain] Why is it open?", "[pressure] Decide today.", "[closing] Bye.")


async def again(practice: Practice, store: SqlStore, turn: str) -> Practice:
    clock = FakeClock()
    clock.new_id()  # the first session's
    return await Practice.again(
        practice.id, turn, store=store, listener=TaggedListener(), actor=practice._actor, clock=clock
    )


async def played(library: Library, store: SqlStore) -> Practice:
    practice = await start(library.case("first-call-cto"), store)
    await happenings_of(practice.begin())
    for turn in TURNS:
        await happenings_of(practice.say(turn))
    assert practice.is_over
    return practice


async def test_patience_seed_and_what_was_told_are_as_they_were(library: Library, store: SqlStore) -> None:
    practice = await played(library, store)
    at = next(at for at, event in enumerate(practice.events) if isinstance(event, TurnSpoken) and event.turn == "t1.6")
    before = fold(practice.case, practice.events[:at])
    branch = await again(practice, store, "t1.6")
    assert branch.state == before
    assert branch.state.contacts["cto"].told == ("fridays",)
    assert [turn.text for turn in branch.state.turns] == [turn.text for turn in before.turns]
    assert not branch.is_over


async def test_the_same_words_give_the_same_session_and_others_another(library: Library, store: SqlStore) -> None:
    practice = await played(library, store)
    branch = await again(practice, store, "t1.6")
    await happenings_of(branch.begin())
    await happenings_of(branch.say(TURNS[2]))
    said = [turn.text for turn in practice.state.turns]
    assert [turn.text for turn in branch.state.turns] == said[: len(branch.state.turns)]
    await happenings_of(branch.say("[ask_deadline] And by when?"))
    assert [turn.text for turn in branch.state.turns] != said[: len(branch.state.turns)]


async def test_the_first_session_stays_and_the_second_says_where_it_came_from(
    library: Library, store: SqlStore
) -> None:
    practice = await played(library, store)
    branch = await again(practice, store, "t1.4")
    _, kept = await store.read(practice.id)
    assert tuple(kept) == practice.events
    _, (started, *_) = await store.read(branch.id)
    assert isinstance(started, SessionStarted)
    assert started.tried_before is not None
    assert (started.tried_before.session, started.tried_before.turn) == (practice.id, "t1.4")
    assert {session.id for session in await store.sessions()} == {practice.id, branch.id}


async def test_of_a_letter_not_even_the_touch_is_begun(library: Library, store: SqlStore) -> None:
    practice = await start(library.case("hr-says-no-role"), store)
    await happenings_of(practice.write(("cto",), Channel.EMAIL, "[off_record] It is funded and HR doesn't know."))
    (letter,) = [event.turn for event in practice.events if isinstance(event, TurnSpoken)]
    branch = await again(practice, store, letter)
    assert branch.state.touch is None
    assert not branch.state.turns
    await happenings_of(branch.call("cto"))
    assert branch.state.calendar[0].channel in {Channel.CALL, Channel.VOICEMAIL}


@pytest.mark.parametrize("turn", ["t1.3", "t9.9"])
async def test_only_a_turn_of_the_recruiters_can_be_said_again(library: Library, store: SqlStore, turn: str) -> None:
    practice = await played(library, store)
    with pytest.raises(NotFoundError, match=f"has no turn '{turn}' of yours; roleplay sessions"):
        await again(practice, store, turn)
    assert any(isinstance(event, TouchEnded) for event in practice.events)
    assert all(turn.speaker == RECRUITER for turn in practice.state.turns if turn.turn in {"t1.2", "t1.4"})
