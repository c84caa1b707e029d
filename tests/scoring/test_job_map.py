"""The map is held against its key: roles and grade as they stand, a deadline by its date."""

import pytest

from roleplay.content.job_order import Grade, JobOrder
from roleplay.content.library import Library
from roleplay.content.scorecard import MapCriterion
from roleplay.practice.loop import Practice
from roleplay.scoring.debrief import debrief_of
from roleplay.scoring.job_map import Mapped, is_right, map_finding
from roleplay.scoring.result import CriterionResult, Source, Verdict
from roleplay.scoring.scorer import score_session, score_transcript
from roleplay.store.memory import MemoryStore
from tests.doubles import TaggedListener, happenings_of, start
from tests.scoring.calls import call

KEY = JobOrder(
    why_open="Walter has retired.",
    deadline="On the floor by the tenth of June; from the first of May very good is good enough.",
    fee_payer="hr",
    signer="owner",
    blocker="owner",
    grade=Grade.WORK,
)


@pytest.mark.parametrize(
    ("written", "right"),
    [
        ("10 June", True),
        ("by June 10th", True),
        ("June", True),
        ("10 June, and from the first of May very good will do", True),
        ("the first of May", False),
        ("10 July", False),
        ("soon", False),
        (None, None),
    ],
)
def test_a_deadline_is_right_by_its_date(written: str | None, right: bool | None) -> None:
    assert is_right("deadline", JobOrder(deadline=written), KEY) is right


def test_a_key_without_a_date_makes_no_date_right() -> None:
    none_holds = JobOrder(deadline="None that holds. Easter has passed, and October is the fourth.")
    assert is_right("deadline", JobOrder(deadline="October"), none_holds) is None


def test_free_words_are_not_compared() -> None:
    assert is_right("why_open", JobOrder(why_open="Walter has retired."), KEY) is None


def criterion() -> MapCriterion:
    return MapCriterion(
        kind="map",
        title="Map it",
        weight=8,
        why="To know what to ask.",
        say=("Who signs?", "Who pays?"),
        fields=("deadline", "fee_payer", "signer", "grade"),
        met_from=3,
        partial_from=2,
    )


@pytest.mark.parametrize(
    ("page", "verdict", "reason"),
    [
        (
            JobOrder(deadline="10 June", fee_payer="hr", signer="owner", grade=Grade.LEAVE),
            Verdict.MET,
            "3 of 4 fields of your map are right; wrong: grade.",
        ),
        (
            JobOrder(fee_payer="hr", signer="owner"),
            Verdict.PARTIAL,
            "2 of 4 fields of your map are right; left empty: by when, grade.",
        ),
        (
            JobOrder(fee_payer="owner", signer="owner"),
            Verdict.MISSED,
            "1 of 4 fields of your map are right; wrong: who pays the fee; left empty: by when, grade.",
        ),
        (JobOrder(), Verdict.MISSED, "You left your map empty."),
    ],
)
def test_the_verdict_counts_what_is_right(page: JobOrder, verdict: Verdict, reason: str) -> None:
    finding = map_finding(criterion(), Mapped(page=page, key=KEY))
    assert (finding.verdict, finding.source, finding.reason) == (verdict, Source.MAP, reason)


async def finished(library: Library, page: JobOrder | None) -> tuple[Practice, CriterionResult]:
    practice = await start(library.case("five-good-people"), MemoryStore())
    await happenings_of(practice.begin())
    if page is not None:
        await practice.fill_map(page)
    await happenings_of(practice.finish())
    result = await score_session(practice.case, practice.events, TaggedListener())
    return practice, result.criterion("job_map")


async def test_a_session_is_scored_by_the_page_that_was_filled_in_last(library: Library) -> None:
    practice, found = await finished(library, KEY)
    assert (found.verdict, found.points, found.source) == (Verdict.MET, found.max_points, Source.MAP)
    result = await score_session(practice.case, practice.events, TaggedListener())
    rows = {row.result.id: row for row in debrief_of(practice.case, practice.events, result).rows}
    assert rows["job_map"].moment is None
    assert (await finished(library, None))[1].verdict is Verdict.MISSED


async def test_a_transcript_holds_no_map(library: Library) -> None:
    card = library.scorecard("perfect-and-proper")
    result = await score_transcript(call("R Who signs?", "C I do."), "perfect-and-proper", card, TaggedListener())
    assert result.criterion("job_map").verdict is Verdict.NOT_JUDGED


async def test_a_scenario_of_one_call_has_no_map(library: Library) -> None:
    case = library.case("first-call-cto")
    scorecard = case.scorecard.model_copy(update={"criteria": {**case.scorecard.criteria, "job_map": criterion()}})
    practice = await start(case.model_copy(update={"scorecard": scorecard}), MemoryStore())
    await happenings_of(practice.begin())
    await happenings_of(practice.leave())
    result = await score_session(practice.case, practice.events, TaggedListener())
    assert result.criterion("job_map").verdict is Verdict.NOT_APPLICABLE
