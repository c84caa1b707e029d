"""How a model kept to its part is counted from the record, and a session that it spoilt doesn't count."""

from collections.abc import Sequence

from roleplay.content.library import Library
from roleplay.practice.loop import Practice
from roleplay.record.events import Event, GuardCheck, GuardOutcome, TurnSpoken, WordsHeldBack
from roleplay.scoring.debrief import debrief_of
from roleplay.scoring.fidelity import FEWEST_TURNS, Fidelity, fidelity_of
from roleplay.scoring.scorer import score_session
from roleplay.store.memory import MemoryStore
from roleplay.wording import fidelity_words, score_words
from tests.doubles import FakeClock, PieceActor, TaggedListener, happenings_of, start

ASKED = ("[greeting] Hi.", "[ask_pain] Why?", "[ask_deadline] By when?", "[ask_slip] And a month later?")


async def played(library: Library) -> Practice:
    practice = await start(library.case("first-call-cto"), MemoryStore(), actor=PieceActor(["Right. Go on."]))
    await happenings_of(practice.begin())
    for turn in ASKED:
        await happenings_of(practice.say(turn))
    await happenings_of(practice.leave())
    return practice


def held_back(turn: str, outcome: GuardOutcome, check: GuardCheck = GuardCheck.SPECIFIC) -> WordsHeldBack:
    at = FakeClock().now()
    return WordsHeldBack(at=at, role="cto", turn=turn, check=check, outcome=outcome, words="By March.")


def voiced(events: Sequence[Event]) -> list[str]:
    return [event.turn for event in events if isinstance(event, TurnSpoken) and event.speaker != "recruiter"]


async def test_a_session_of_the_scripts_has_no_fidelity(library: Library) -> None:
    practice = await start(library.case("first-call-cto"), MemoryStore())
    await happenings_of(practice.begin())
    assert fidelity_of(practice.events) is None


async def test_a_turn_counts_by_the_worst_that_became_of_it(library: Library) -> None:
    events = (await played(library)).events
    first, second, third, *_ = turns = voiced(events)
    told = [
        held_back(first, GuardOutcome.DROPPED, GuardCheck.STAGE),
        held_back(second, GuardOutcome.REPAIRED),
        held_back(third, GuardOutcome.REPAIRED),
        held_back(third, GuardOutcome.SCRIPTED, GuardCheck.CONFIRMS),
    ]
    found = fidelity_of((*events, *told))
    assert found == Fidelity(
        turns=len(turns),
        as_directed=len(turns) - 2,
        repaired=1,
        scripted=1,
        failures=0,
        hits={GuardCheck.STAGE: 1, GuardCheck.SPECIFIC: 2, GuardCheck.CONFIRMS: 1},
        agreement=round((len(turns) - 1.5) / len(turns), 3),
    )
    assert not found.is_void
    assert "something made up (2)" in fidelity_words(found)


async def test_a_session_that_its_voice_spoilt_is_void_and_says_so(library: Library) -> None:
    practice = await played(library)
    turns = voiced(practice.events)
    assert len(turns) >= FEWEST_TURNS
    told = [held_back(turn, GuardOutcome.SCRIPTED) for turn in turns]
    events = (*practice.events, *told)
    result = await score_session(practice.case, events, TaggedListener())
    assert result.void == "the voice kept to its part in only 0% of its turns"
    assert not result.passed
    sound = await score_session(practice.case, practice.events, TaggedListener())
    assert sound.void is None
    assert sound.score == result.score, "what the words came to is still told"
    words = score_words(debrief_of(practice.case, events, result).result, practice.case.scorecard.pass_mark)
    assert words.startswith("This session doesn't count, and that isn't your doing")


async def test_a_session_that_does_not_count_is_listed_as_such(library: Library) -> None:
    practice = await played(library)
    store = MemoryStore()
    await store.create(practice.id, practice.case, practice.events)
    result = await score_session(practice.case, practice.events, TaggedListener())
    await store.keep_result(practice.id, result.model_dump_json(), result.score, result.passed)
    (listed,) = await store.sessions()
    assert not listed.is_void
    void = result.model_copy(update={"void": "why"})
    await store.keep_result(practice.id, void.model_dump_json(), void.score, void.passed)
    (listed,) = await store.sessions()
    assert listed.is_void
