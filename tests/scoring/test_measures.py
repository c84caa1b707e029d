"""Measures, counted by hand."""

import pytest
from pydantic import ValidationError

from roleplay.content.scorecard import Measure, MeasureCriterion, Scorecard
from roleplay.record.transcript import Transcript
from roleplay.scoring.result import CriterionResult, Verdict
from roleplay.scoring.scorer import score_transcript
from tests.doubles import TaggedListener

MET, PARTIAL, MISSED, NOT_APPLICABLE = Verdict.MET, Verdict.PARTIAL, Verdict.MISSED, Verdict.NOT_APPLICABLE
Said = tuple[str, str] | tuple[str, str, float, float]
"""Speaker, text, and when it began and ended."""


def criterion(measure: Measure, met: float, partial: float) -> MeasureCriterion:
    side = "from" if measure.more_is_better else "up_to"
    bounds = {f"met_{side}": met, f"partial_{side}": partial}
    texts = {"title": "Count", "why": "It counts.", "say": ("One.", "Two.")}
    return MeasureCriterion.model_validate({"kind": "measure", "measure": measure, "weight": 10, **bounds, **texts})


async def measured(
    measure: Measure, met: float, partial: float, *turns: Said, channel: str = "call"
) -> CriterionResult:
    card = Scorecard(title="Card", about="Talk.", pass_mark=50, criteria={"it": criterion(measure, met, partial)})
    data = [
        {"id": f"t1.{at}", "speaker": "recruiter" if said[0] == "R" else "cto", "text": said[1]}
        | ({"start_s": said[2], "end_s": said[3]} if len(said) == 4 else {})
        for at, said in enumerate(turns, 1)
    ]
    touch = {"id": "t1", "day": 0, "channel": channel, "with": ["cto"], "turns": data}
    result = await score_transcript(Transcript.model_validate({"touches": [touch]}), "card", card, TaggedListener())
    return result.criterion("it")


@pytest.mark.parametrize(("met", "verdict"), [(5, MET), (4, PARTIAL), (2, MISSED)])
async def test_the_longest_turn_is_counted_in_words_and_quoted(met: float, verdict: Verdict) -> None:
    turns: list[Said] = [("R", "Hello there."), ("C", "Well, what a long day it was."), ("R", "So tell me about it.")]
    result = await measured(Measure.LONGEST_MONOLOGUE, met, 4.5 if met < 4 else 5, *turns)
    assert result.verdict is verdict
    assert "5 words" in result.reason
    assert [(item.turn, item.quote) for item in result.evidence] == [("t1.3", "So tell me about it.")]


async def test_a_letter_is_no_monologue() -> None:
    result = await measured(Measure.LONGEST_MONOLOGUE, 5, 9, ("R", "Dear Dana, " + "and " * 200), channel="email")
    assert result.verdict is NOT_APPLICABLE


@pytest.mark.parametrize(
    ("turns", "reason"),
    [
        (["R [ask_pain] Why is it open? Is it new?"], "1 of 2 (50%)"),
        (["R [ask_pain ask_deadline] Why is it open? By when? Is it new?"], "2 of 3 (67%)"),
        (["R [ask_pain ask_consequence] Why, and what does it cost?"], "1 of 1 (100%)"),
        (["R [ask_open] Walk me through it."], "1 of 1 (100%)"),
        (["R Is it new? Do you like it? Is it late?"], "0 of 3 (0%)"),
        (["R [propose_next_step] Does Tuesday at ten work?", "R Is it new?"], "0 of 1 (0%)"),
        (["R How was your weekend?", "R [ask_pain] Why is it open?"], "1 of 1 (100%)"),
        (["C Is it new? Is it late?", "R [ask_pain] Why is it open?"], "1 of 1 (100%)"),
    ],
)
async def test_open_questions_are_those_of_the_codebook(turns: list[str], reason: str) -> None:
    result = await measured(Measure.OPEN_TO_CLOSED, 0.5, 0.3, *((turn[0], turn[2:]) for turn in turns))
    assert reason in result.reason
    assert result.verdict is (MISSED if "(0%)" in reason else MET)


async def test_somebody_who_asks_nothing_has_no_share_of_open_questions() -> None:
    result = await measured(Measure.OPEN_TO_CLOSED, 0.5, 0.3, ("R", "I see."), ("C", "Is it new?"))
    assert result.verdict is NOT_APPLICABLE
    assert result.points is None


@pytest.mark.parametrize(("met", "partial", "verdict"), [(120, 150, MET), (110, 130, PARTIAL), (100, 110, MISSED)])
async def test_speed_is_words_over_the_recruiters_own_time(met: float, partial: float, verdict: Verdict) -> None:
    turns: list[Said] = [
        ("R", "One two three four five six.", 0.0, 3.0),
        ("C", "Quick quick quick quick quick.", 3.0, 4.0),
        ("R", "Seven eight.", 4.0, 5.0),
        ("R", "No times here, so this isn't counted."),
    ]
    result = await measured(Measure.WORDS_PER_MINUTE, met, partial, *turns)
    assert "120 words a minute" in result.reason
    assert result.verdict is verdict


@pytest.mark.parametrize("measure", [Measure.WORDS_PER_MINUTE, Measure.INTERRUPTIONS])
async def test_without_times_it_is_not_applicable(measure: Measure) -> None:
    result = await measured(measure, 1, 2, ("C", "Hello."), ("R", "Hello."))
    assert result.verdict is NOT_APPLICABLE
    assert "no times" in result.reason


@pytest.mark.parametrize(("met", "partial", "verdict"), [(1, 2, MET), (0.5, 1, PARTIAL), (0.2, 0.5, MISSED)])
async def test_an_interruption_begins_before_the_other_has_ended(met: float, partial: float, verdict: Verdict) -> None:
    turns: list[Said] = [
        ("C", "We had a", 0.0, 2.0),
        ("R", "Right, right.", 1.0, 2.5),
        ("C", "We had a bad year.", 2.0, 4.0),  # they cut in: not the recruiter's doing
        ("R", "How so?", 3.9, 5.0),  # closer than what records times can tell
    ]
    result = await measured(Measure.INTERRUPTIONS, met, partial, *turns)
    assert "1 time before" in result.reason
    assert [item.turn for item in result.evidence] == ["t1.2"]
    assert result.verdict is verdict


async def test_never_to_cut_in_can_be_asked_for() -> None:
    timed: list[Said] = [("C", "We had", 0.0, 2.0), ("R", "How so?", 2.1, 3.0)]
    result = await measured(Measure.INTERRUPTIONS, 0, 1, *timed)
    assert result.verdict is MET
    assert "0 times before" in result.reason
    assert result.evidence == ()


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Um, well, uh, erm, hmm.", 4),
        ("It's, you know, sort of a big job, I mean, basically huge.", 4),
        ("It was, like, huge.", 1),
        ("What kind of person do you like, and do you know, roughly, when?", 0),
        ("As you know, I mean what I say, and you know him.", 0),
        ("Umbrellas hum; her term ended.", 0),
    ],
)
async def test_fillers_are_counted_in_a_hundred_words(text: str, count: int) -> None:
    words = len(text.split())
    result = await measured(Measure.FILLER_WORDS, 5, 10, ("R", text), ("C", "Um, um, um."))
    assert f"{count} filler" in result.reason
    assert f"{100 * count / words:.1f} in a hundred" in result.reason
    assert len(result.evidence) == count
    assert all(item.quote in text for item in result.evidence)


async def test_talk_share_says_what_it_is() -> None:
    result = await measured(Measure.TALK_SHARE, 0.55, 0.7, ("R", "One two three."), ("C", "Four five."))
    assert result.verdict is PARTIAL
    assert "60.0% of the words were yours" in result.reason


@pytest.mark.parametrize(
    ("measure", "bounds", "told"),
    [
        ("open_to_closed", {"met_up_to": 0.5, "partial_up_to": 0.6}, "takes met_from and partial_from"),
        ("talk_share", {"met_from": 0.5, "partial_from": 0.4}, "takes met_up_to and partial_up_to"),
        ("talk_share", {"met_up_to": 0.5, "partial_up_to": 0.7, "met_from": 0}, "takes met_up_to and partial_up_to"),
        ("talk_share", {"met_up_to": 0.5}, "takes met_up_to and partial_up_to"),
        ("talk_share", {"met_up_to": 0.5, "partial_up_to": 70}, "is a share"),
        ("talk_share", {"met_up_to": 0.7, "partial_up_to": 0.5}, "must not be above"),
        ("open_to_closed", {"met_from": 0.3, "partial_from": 0.5}, "must not be below"),
        ("loudness", {"met_up_to": 1, "partial_up_to": 2}, "talk_share"),
    ],
)
def test_bounds_that_make_no_sense_are_told(measure: str, bounds: dict[str, float], told: str) -> None:
    texts = {"title": "Count", "why": "It counts.", "say": ["One.", "Two."]}
    with pytest.raises(ValidationError, match=told):
        MeasureCriterion.model_validate({"kind": "measure", "measure": measure, "weight": 1, **bounds, **texts})
