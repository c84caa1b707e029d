"""A session is scored by what its record holds, and debriefed with what it doesn't."""

from roleplay.content.library import Library
from roleplay.record.events import FactEarned
from roleplay.scoring.debrief import debrief_of
from roleplay.scoring.result import Verdict
from roleplay.scoring.scorer import score_session
from roleplay.store.sql import SqlStore
from tests.doubles import TaggedListener, play, start

TURNS = (
    "[greeting] Hello.",
    "[ask_pain] Why are they open?",
    "[ask_deadline] By when?",
    "[ask_slip] And a month later?",
    "[disparage] HR is asleep.",
)


async def test_what_the_other_side_told_is_known_from_the_record(library: Library, store: SqlStore) -> None:
    practice = await start(library.case("first-call-cto"), store)
    await play(practice, TURNS)
    result = await score_session(practice.case, practice.events, TaggedListener())
    verdicts = {criterion.id: criterion.verdict for criterion in result.criteria}
    assert verdicts["pain"] is Verdict.MET
    assert verdicts["deadline"] is Verdict.MET
    assert verdicts["month_longer"] is Verdict.MET
    assert verdicts["no_disparaging"] is Verdict.VIOLATED
    assert verdicts["budget_owner"] is Verdict.MISSED


async def test_the_debrief_sets_what_was_learned_against_what_was_not(library: Library, store: SqlStore) -> None:
    practice = await start(library.case("first-call-cto"), store)
    await play(practice, TURNS)
    result = await score_session(practice.case, practice.events, TaggedListener())
    debrief = debrief_of(practice.case, practice.events, result)
    earned = {event.fact for event in practice.events if isinstance(event, FactEarned)}
    hidden = {fact_id for fact_id, fact in practice.case.scenario.facts.items() if fact.hidden}
    assert {entry.fact for entry in debrief.learned} == earned & hidden
    assert {entry.fact for entry in debrief.never_learned} == hidden - earned
    assert all(entry.ask for entry in debrief.never_learned)
    assert debrief.keep is not None
    assert "[ask_pain] Why are they open?" in debrief.keep.quote


async def test_the_one_thing_to_fix_is_a_violation_first(library: Library, store: SqlStore) -> None:
    practice = await start(library.case("first-call-cto"), store)
    await play(practice, TURNS)
    result = await score_session(practice.case, practice.events, TaggedListener())
    fix = debrief_of(practice.case, practice.events, result).fix
    assert fix is not None
    assert fix.criterion == "no_disparaging"
    assert len(fix.say) == 2


async def test_without_a_violation_it_is_what_cost_the_most(library: Library, store: SqlStore) -> None:
    practice = await start(library.case("first-call-cto"), store)
    await play(practice, TURNS[:-1])
    result = await score_session(practice.case, practice.events, TaggedListener())
    fix = debrief_of(practice.case, practice.events, result).fix
    assert fix is not None
    assert fix.criterion == "consequence"


async def test_what_an_author_calls_a_reason_is_no_vague_one(library: Library, store: SqlStore) -> None:
    case = library.case("iron-it-out")
    reason = next(past for past in case.scenario.history if past.speaker == "cto" and past.topic is not None)
    practice = await start(case, store)
    await play(practice, ["[greeting] Hello.", f"[restate_reason] You told me: {reason.text}"])
    result = await score_session(practice.case, practice.events, TaggedListener())
    assert result.criterion("restate_reason").verdict is Verdict.MET
