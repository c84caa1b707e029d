"""What a debrief says in short, and beside each verdict: it doesn't contradict itself, and holds nothing made up."""

import pytest

from roleplay.content.library import Library
from roleplay.practice.loop import Practice
from roleplay.scoring.comparing import Comparison
from roleplay.scoring.debrief import Debrief, debrief_of, debrief_of_transcript
from roleplay.scoring.findings import once
from roleplay.scoring.result import Evidence, Result, Verdict
from roleplay.scoring.scorer import score_session, score_transcript
from roleplay.store.memory import MemoryStore
from roleplay.verdicts import beside
from roleplay.wording import against_words
from tests.doubles import TaggedListener, play, start
from tests.scoring.calls import call

BLAME = "R [ask_pain disparage] What hurts, with HR asleep?"
PAIN = "C [tells_pain] The nights."


async def debrief_of_call(library: Library, *turns: str) -> Debrief:
    transcript, scorecard = call(*turns, openings=2), library.scorecard("discovery-call")
    result = await score_transcript(transcript, "discovery-call", scorecard, TaggedListener())
    return debrief_of_transcript(transcript, scorecard, result, {})


async def played(library: Library, scenario: str) -> tuple[Practice, Result]:
    practice = await start(library.case(scenario), MemoryStore())
    await play(practice, ["[greeting] Hello."])
    return practice, await score_session(practice.case, practice.events, TaggedListener())


async def test_what_is_to_keep_is_no_turn_that_broke_something(library: Library) -> None:
    debrief = await debrief_of_call(library, BLAME, PAIN, "R [ask_deadline] By when?", "C [tells_date] By May.")
    assert debrief.fix is not None
    assert debrief.fix.criterion == "no_disparaging"
    assert debrief.keep is not None
    assert (debrief.keep.criterion, debrief.keep.quote) == ("deadline", "[ask_deadline] By when?")


async def test_where_every_good_turn_broke_something_there_is_nothing_to_keep(library: Library) -> None:
    debrief = await debrief_of_call(library, BLAME, PAIN)
    assert any(row.result.verdict is Verdict.MET and row.result.evidence for row in debrief.rows)
    assert debrief.keep is None


def test_each_quote_is_shown_once() -> None:
    whole, part = Evidence(turn="t1", quote="HR is asleep, all of them"), Evidence(turn="t1", quote="HR is asleep")
    other = Evidence(turn="t2", quote="HR is asleep")
    assert once((part, whole, whole, other)) == (whole, other)


async def test_where_the_scorecard_is_met_it_names_what_is_left_to_learn(library: Library) -> None:
    practice, result = await played(library, "first-call-cto")
    all_met = tuple(
        each.model_copy(update={"verdict": Verdict.MET, "points": each.max_points}) for each in result.criteria
    )
    perfect = result.model_copy(update={"score": 100.0, "passed": True, "criteria": all_met})
    debrief = debrief_of(practice.case, practice.events, perfect)
    left = debrief.never_learned
    assert debrief.fix is not None
    assert f"{len(left)} of {len(debrief.ledger)} hidden facts are still to be learned" in debrief.fix.why
    assert len(debrief.fix.say) == 2
    assert set(debrief.fix.say) <= {entry.ask for entry in left}


@pytest.mark.parametrize("scenario", ["first-call-cto", "gone-quiet"])
async def test_each_missed_criterion_has_a_line_for_next_time(library: Library, scenario: str) -> None:
    practice, result = await played(library, scenario)
    rows = debrief_of(practice.case, practice.events, result).rows
    assert any(row.result.verdict is Verdict.MISSED for row in rows)
    for row in rows:
        lines = [told.words for told in beside(row) if told.sign == "→"]
        assert lines == ([f"Next time: “{row.say[0]}”"] if row.result.verdict is Verdict.MISSED else [])


async def test_a_reason_to_give_back_is_the_one_in_the_history(library: Library) -> None:
    practice, result = await played(library, "gone-quiet")
    debrief = debrief_of(practice.case, practice.events, result)
    (row,) = [row for row in debrief.rows if row.result.id == "restate_reason"]
    told = " ".join(past.text for past in practice.case.scenario.history if past.speaker == "coo")
    given_back = [line.partition("“")[2].partition("”")[0] for line in row.say]
    assert all("Frances" in line for line in row.say)
    assert given_back[0].startswith("Second of March. There's a second cement train coming. If there's nobody")
    for words in (given_back[0].removeprefix("Second of March. "), given_back[1]):
        assert words in told, "her own words, as she said them"


async def test_what_was_told_in_confidence_is_in_no_line_for_next_time(library: Library) -> None:
    practice, result = await played(library, "iron-it-out")
    (row,) = [
        row for row in debrief_of(practice.case, practice.events, result).rows if row.result.id == "restate_reason"
    ]
    assert "funded" not in " ".join(row.say)
    assert row.say[0].startswith("Dana, you told me: “Three releases planned")


async def test_without_a_reason_in_the_history_the_scorecards_lines_stand(library: Library) -> None:
    practice, result = await played(library, "first-call-cto")
    criteria = practice.case.scorecard.criteria
    for row in debrief_of(practice.case, practice.events, result).rows:
        assert row.say == criteria[row.result.id].say


def test_scores_are_rounded_alike_where_two_tries_are_compared() -> None:
    (said,) = against_words(Comparison(session="s", turn="t1.2", score_before=51.9, score_after=60.2, changes=()))
    assert "60 of 100, and 52 before." in said
