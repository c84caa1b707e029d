"""The reveal ledger says from where on a fact could have been had, and what kept it shut."""

from roleplay.content.acts import Channel
from roleplay.content.library import Library
from roleplay.practice.loop import Practice
from roleplay.scoring.ledger import LedgerEntry, Missing, ledger_of
from roleplay.store.memory import MemoryStore
from roleplay.wording import chance_words
from tests.doubles import happenings_of, start


async def ledger(practice: Practice, *turns: str) -> dict[str, LedgerEntry]:
    for turn in turns:
        await happenings_of(practice.say(turn))
    return {entry.fact: entry for entry in ledger_of(practice.case, practice.events)}


async def call(library: Library) -> Practice:
    practice = await start(library.case("first-call-cto"), MemoryStore())
    await happenings_of(practice.begin())
    return practice


async def test_a_fact_that_was_told_stands_with_its_turn(library: Library) -> None:
    found = await ledger(await call(library), "[ask_pain] Why is it open?")
    assert found["fridays"].turn == "t1.3"
    assert found["fridays"].missing is None


async def test_what_the_right_question_would_have_earned_stands_with_the_first_turn_for_it(library: Library) -> None:
    practice = await call(library)
    found = await ledger(practice, "[greeting] Hi.", "[ask_pain] Why?", "[ask_priority] Which first?")
    assert found["in-seats"].from_turn == "t1.2", "a good question would have been answered at once"
    assert chance_words(found["in-seats"]) == "You could have had it from t1.2 on."
    budget = found["my-budget"].from_turn
    assert budget is not None
    assert budget > "t1.2", "it takes somebody who has warmed to the caller"


async def test_the_question_is_answered_in_the_turn_that_the_ledger_names(library: Library) -> None:
    """Put the question there, and it is."""
    practice = await call(library)
    named = (await ledger(practice, "[greeting] Hi.", "[ask_pain] Why?", "[ask_priority] Which first?"))["my-budget"]
    turns = ["[greeting] Hi.", "[ask_pain] Why?", "[ask_priority] Which first?"]
    at = [2, 4, 6].index(int((named.from_turn or "").partition(".")[2]))
    again = await call(library)
    found = await ledger(again, *turns[:at], "[ask_budget_owner] Your budget, or HR's?")
    assert found["my-budget"].turn is not None


async def test_what_comes_only_after_another_answer_says_so(library: Library) -> None:
    found = await ledger(await call(library), "[greeting] Hi.")
    assert found["my-face"].from_turn is None
    assert found["my-face"].missing is Missing.ANSWER


async def test_somebody_who_was_never_spoken_to_could_not_tell(library: Library) -> None:
    practice = await start(library.case("hr-says-no-role"), MemoryStore())
    found = await ledger(practice)
    assert {entry.missing for entry in found.values()} == {Missing.NO_TALK}


async def test_nobody_could_have_answered_a_voicemail(library: Library) -> None:
    """She picks nothing up; of what she knows, the recruiter could have asked nothing."""
    practice = await start(library.case("gone-quiet"), MemoryStore())
    await happenings_of(practice.call("coo"))
    assert practice.state.channel is Channel.VOICEMAIL
    found = await ledger(practice, "[ask_status] Where does it stand?")
    assert {entry.from_turn for entry in found.values()} == {None}
    assert {entry.missing for entry in found.values()} == {Missing.NO_TALK}


async def test_no_fact_was_to_be_had_in_writing(library: Library) -> None:
    """Whoever writes back asks for a call, or refuses."""
    practice = await start(library.case("hr-says-no-role"), MemoryStore())
    await happenings_of(practice.write(("cto",), Channel.EMAIL, "[ask_status] Where does it stand?"))
    found = await ledger(practice)
    known = [found[name] for name, fact in practice.case.facts_of("cto").items() if fact.hidden]
    assert {entry.from_turn for entry in known} == {None}
    assert Missing.WARMTH not in {entry.missing for entry in known}


async def test_who_had_not_warmed_is_called_by_name(library: Library) -> None:
    entry = (await ledger(await call(library), "[greeting] Hi."))["my-budget"]
    assert (entry.missing, entry.last_met) == (Missing.WARMTH, "Dana")
    assert chance_words(entry) == "Dana hadn't warmed to you."


async def test_what_is_told_by_voice_only_is_not_to_be_had_in_writing(library: Library) -> None:
    practice = await start(library.case("hr-says-no-role"), MemoryStore())
    await happenings_of(practice.write(("cto",), Channel.EMAIL, "[ask_pain] Why is it open?"))
    found = await ledger(practice)
    voice_only = [name for name, fact in practice.case.facts_of("cto").items() if fact.voice_only and fact.hidden]
    assert all(found[name].from_turn is None for name in voice_only)
    assert Missing.VOICE in {found[name].missing for name in voice_only}
