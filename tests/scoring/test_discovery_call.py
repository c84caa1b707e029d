"""The `discovery-call` scorecard, row by row as the codebook has it, on transcripts whose turns say what they do."""

import pytest

from roleplay.content.library import Library
from roleplay.listener.reading import Reading, Utterance
from roleplay.record.transcript import Transcript
from roleplay.scoring.result import Result, Verdict
from roleplay.scoring.scorer import score_transcript
from tests.doubles import TaggedListener
from tests.scoring.calls import call

MET, PARTIAL, MISSED = Verdict.MET, Verdict.PARTIAL, Verdict.MISSED
VIOLATED, NOT_APPLICABLE = Verdict.VIOLATED, Verdict.NOT_APPLICABLE


def transcript(*turns: str, openings: int | None = 11, history: tuple[str, ...] = ()) -> Transcript:
    """A call about eleven openings, where nothing else is said."""
    return call(*turns, openings=openings, history=history)


async def score(library: Library, given: Transcript, scorecard: str = "discovery-call") -> Result:
    return await score_transcript(given, scorecard, library.scorecard(scorecard), TaggedListener())


ROWS = {
    "asked and answered": ("pain", MET, ["R [ask_pain] Why?", "C [tells_pain] Nights."]),
    "answered later": ("pain", MET, ["R [ask_pain] Why?", "C Hm.", "R Okay.", "C [tells_pain] Nights."]),
    "vague, let go": ("pain", PARTIAL, ["R [ask_pain] Why?", "C [vague] Growth.", "R [ask_deadline] When?"]),
    "vague, asked again": ("pain", MET, ["R [ask_pain] Why?", "C [vague] Eh.", "R [ask_pain] But why?"]),
    "vague, followed up openly": ("pain", MET, ["R [ask_pain] Why?", "C [vague] Eh.", "R [ask_open] How so?"]),
    "no answer at all": ("pain", PARTIAL, ["R [ask_pain] Why?"]),
    "told without asking": ("pain", MISSED, ["C [tells_pain] Nights.", "R I see."]),
    "never asked": ("pain", MISSED, ["R Hello.", "C Hello."]),
    "consequence": ("consequence", MET, ["R [ask_consequence] If not?", "C [tells_consequence] A fine."]),
    "consequence, vague": ("consequence", PARTIAL, ["R [ask_consequence] If not?", "C [vague] Bad."]),
    "a bump is no consequence": ("consequence", MISSED, ["C [tells_date] May.", "R [ask_slip] June?"]),
    "a date": ("deadline", MET, ["R [ask_deadline] When?", "C [tells_date] May."]),
    "no date, no second try": ("deadline", PARTIAL, ["R [ask_deadline] When?", "C [vague] Soon."]),
    "no date, second try": (
        "deadline",
        MET,
        ["R [ask_deadline] When?", "C [vague] Soon.", "R [ask_deadline] But when?"],
    ),
    "bumped after the date": ("month_longer", MET, ["C [tells_date] May.", "R [ask_slip] June?"]),
    "bumped before any date": ("month_longer", PARTIAL, ["R [ask_slip] A month longer?", "C [tells_date] May."]),
    "bumped early and again": (
        "month_longer",
        MET,
        ["R [ask_slip] A month longer?", "C [tells_date] May.", "R [ask_slip] And June?"],
    ),
    "never bumped": ("month_longer", MISSED, ["C [tells_date] May.", "R Okay."]),
    "budget": ("budget_owner", MET, ["R [ask_budget_owner] Whose?", "C [vague] Hm."]),
    "no budget": ("budget_owner", MISSED, ["R Okay."]),
    "priority": ("priority", MET, ["R [ask_priority] Which?"]),
    "no priority": ("priority", MISSED, ["R Okay."]),
    "perfect challenged": ("perfect_candidate", MET, ["C [prefers_perfect] The best.", "R [challenge_perfect] Never?"]),
    "perfect let stand": ("perfect_candidate", MISSED, ["C [prefers_perfect] The best.", "R Sure."]),
    "perfect challenged too early": (
        "perfect_candidate",
        MISSED,
        ["R [challenge_perfect] Never?", "C [prefers_perfect] The best."],
    ),
    "perfect never said": ("perfect_candidate", NOT_APPLICABLE, ["R [challenge_perfect] Never?"]),
    "agreement": ("agreement", MET, ["R [require_agreement] Paper first.", "C [trust_me] Trust me."]),
    "no agreement": ("agreement", MISSED, ["R Okay."]),
    "next step accepted": ("next_step", MET, ["R [propose_next_step] Tuesday?", "C [accepts] Works."]),
    "next step not refused": ("next_step", MET, ["R [propose_next_step] Tuesday?", "C Hm."]),
    "next step refused": ("next_step", MISSED, ["R [propose_next_step] Tuesday?", "C [declines] No."]),
    "one refused, another agreed": (
        "next_step",
        MET,
        ["R [propose_next_step] Monday?", "C [declines] No.", "R [propose_next_step] Friday?", "C [accepts] Fine."],
    ),
    "next step with no day": ("next_step", PARTIAL, ["R [vague_next_step] Talk soon.", "C Sure."]),
    "no next step": ("next_step", MISSED, ["R Okay."]),
    "nobody run down": ("no_disparaging", MET, ["R Okay."]),
    "somebody run down": ("no_disparaging", VIOLATED, ["R [disparage] HR is slow."]),
    "little talk": ("listening", MET, ["R one two", "C one two three four"]),
    "much talk": ("listening", PARTIAL, ["R one two three", "C one two"]),
    "too much talk": ("listening", MISSED, ["R one two three four", "C one"]),
}


@pytest.mark.parametrize("rule", ROWS)
async def test_row(library: Library, rule: str) -> None:
    criterion, verdict, turns = ROWS[rule]
    assert (await score(library, transcript(*turns))).criterion(criterion).verdict is verdict


WEDNESDAY = "Can I get you Wednesday, say two o'clock?"
TAKEN = "Perfect, Thursday at two it is."


@pytest.mark.parametrize(
    ("turns", "quoted"),
    [
        ([f"R [propose_next_step] {WEDNESDAY}", "C [accepts] Fine."], "t1.1"),
        (
            [
                f"R [propose_next_step] {WEDNESDAY}",
                "C [accepts] Wednesday's bad. Thursday at two?",
                f"R [propose_next_step] {TAKEN}",
            ],
            "t1.3",
        ),
        ([f"R [propose_next_step] {WEDNESDAY}", "C [accepts] Wednesday's bad. Thursday at two?", f"R {TAKEN}"], "t1.3"),
        ([f"R [propose_next_step] {WEDNESDAY}", "C Wednesday's bad. Thursday at two?", f"R {TAKEN}"], "t1.3"),
        (
            [
                f"R [propose_next_step] {WEDNESDAY}",
                "C [declines] Wednesday's bad. Thursday at two?",
                f"R [propose_next_step] {TAKEN}",
                "C [accepts] Good.",
            ],
            "t1.3",
        ),
        (
            [
                "R [propose_next_step] Tuesday?",
                "C [accepts] Fine.",
                "R [propose_next_step] Or Monday?",
                "C [declines] No.",
            ],
            "t1.1",
        ),
        (["R [propose_next_step] Tuesday?", "C [accepts] Fine, I'm away on Friday.", "R Enjoy it."], "t1.1"),
        (["R [propose_next_step] Tuesday?", "C [accepts] Fine.", "R [propose_next_step] Monday.", "C Hm."], "t1.1"),
    ],
)
async def test_the_quote_of_a_next_step_is_what_was_agreed(library: Library, turns: list[str], quoted: str) -> None:
    given = transcript(*turns)
    found = (await score(library, given)).criterion("next_step")
    assert found.verdict is MET
    assert [item.turn for item in found.evidence] == [quoted]
    assert found.evidence[0].quote in {turn.id: turn.text for _, turn in given.turns()}[quoted]


class UnsureListener(TaggedListener):
    """Isn't sure of what is said with a `maybe`."""

    async def read(self, utterance: Utterance) -> Reading:
        """Read the tags, with less confidence."""
        reading = await super().read(utterance)
        sure = 0.4 if "maybe" in utterance.text else 1.0
        return Reading(acts=tuple(heard.model_copy(update={"confidence": sure}) for heard in reading.acts))


@pytest.mark.parametrize(
    ("criterion", "turns", "quoted"),
    [
        ("budget_owner", ["R [ask_budget_owner] Yours, maybe?", "C Hm.", "R [ask_budget_owner] Who pays?"], ["t1.3"]),
        ("budget_owner", ["R [ask_budget_owner] Yours?", "C Hm.", "R [ask_budget_owner] Who pays?"], ["t1.1"]),
        (
            "pain",
            ["R [ask_pain] Maybe, or maybe not?", "C Hm.", "R [ask_pain] What hurts?", "C [tells_pain] Nights."],
            ["t1.3", "t1.4"],
        ),
        (
            "pain",
            ["R [ask_pain] It hurts, maybe?", "C [tells_pain] Nights.", "R [ask_pain] What hurts?"],
            ["t1.1", "t1.2"],
        ),
        (
            "month_longer",
            ["R [ask_slip] May?", "C [tells_date] May.", "R [ask_slip] June, maybe?", "C Hm.", "R [ask_slip] July?"],
            ["t1.5"],
        ),
    ],
)
async def test_of_turns_that_bear_a_verdict_out_the_clearest_is_quoted(
    library: Library, criterion: str, turns: list[str], quoted: list[str]
) -> None:
    scorecard = library.scorecard("discovery-call")
    result = await score_transcript(transcript(*turns), "discovery-call", scorecard, UnsureListener())
    assert result.criterion(criterion).verdict is MET
    assert [item.turn for item in result.criterion(criterion).evidence] == quoted


@pytest.mark.parametrize(
    ("share", "verdict"), [((55, 45), MET), ((56, 44), PARTIAL), ((70, 30), PARTIAL), ((71, 29), MISSED)]
)
async def test_the_bounds_of_listening(library: Library, share: tuple[int, int], verdict: Verdict) -> None:
    given = transcript("R " + "a " * share[0], "C " + "b " * share[1])
    assert (await score(library, given)).criterion("listening").verdict is verdict


@pytest.mark.parametrize("openings", [1, None])
async def test_priority_does_not_apply_without_two_openings(library: Library, openings: int | None) -> None:
    result = await score(library, transcript("R Okay.", openings=openings))
    assert result.criterion("priority").verdict is NOT_APPLICABLE
    assert result.criterion("priority").points is None


async def test_a_date_from_before_counts_for_the_bump(library: Library) -> None:
    given = transcript("R [ask_slip] And December?", history=("[tells_date] By November.",))
    assert (await score(library, given)).criterion("month_longer").verdict is MET


async def test_evidence_stands_in_its_turn(library: Library) -> None:
    given = transcript(*(turn for _, _, turns in ROWS.values() for turn in turns))
    texts = {turn.id: turn.text for _, turn in given.turns()}
    result = await score(library, given)
    for criterion in result.criteria:
        for evidence in criterion.evidence:
            assert evidence.quote in texts[evidence.turn]
        if criterion.verdict is VIOLATED or (criterion.verdict is MET and criterion.source != "measure"):
            assert criterion.evidence or criterion.id == "no_disparaging"


async def test_nothing_asked_is_worth_nothing(library: Library) -> None:
    result = await score(library, transcript("C Hello?", "R Mm.", "C Are you there?"))
    assert result.criterion("no_disparaging").verdict is MET
    assert result.criterion("listening").verdict is MET
    assert result.score == 0
    assert not result.passed


async def test_everything_asked_is_worth_everything(library: Library) -> None:
    result = await score(
        library,
        transcript(
            "R [ask_pain] Why?",
            "C [tells_pain] Two of my people are on nights, every week, since the spring.",
            "R [ask_consequence] If not?",
            "C [tells_consequence] We lose the audit.",
            "R [ask_deadline] When?",
            "C [tells_date] In May.",
            "R [ask_slip] June?",
            "C [tells_consequence] A fine.",
            "R [ask_budget_owner ask_priority] Whose? Which?",
            "C [tells_priority] Two of them.",
            "R [require_agreement propose_next_step] Paper. Tuesday?",
            "C [accepts] Fine.",
        ),
    )
    assert result.score == 100
    assert result.passed
    assert all(criterion.points == criterion.max_points for criterion in result.criteria if criterion.points)


async def test_conduct_counts_as_far_as_the_rest_does(library: Library) -> None:
    result = await score(library, transcript("R [ask_budget_owner] Whose?", "C I couldn't say."))
    earning = [c for c in result.criteria if c.id not in {"no_disparaging", "listening"} and c.points is not None]
    share = sum(c.points or 0 for c in earning) / sum(c.max_points for c in earning)
    kept = result.criterion("no_disparaging")
    assert kept.points == pytest.approx(kept.max_points * share, abs=0.01)
    assert result.score == pytest.approx(100 * share, abs=0.1)
    told = [c.reason for c in result.criteria if "as far as the rest did" in c.reason]
    worth = f"{round(kept.points or 0, 1):g} of {kept.max_points:g}"
    assert told == [f"You never did. Counts as far as the rest did: {worth}."], "it is said once"


async def test_a_quote_that_is_not_there_voids_the_verdict(library: Library) -> None:
    from roleplay.scoring.findings import Finding
    from roleplay.scoring.result import Evidence, Source
    from roleplay.scoring.scorer import _checked

    criterion = library.scorecard("discovery-call").criteria["pain"]
    invented = Finding(MET, Source.JUDGE, "…", (Evidence(turn="t1.1", quote="never said"),))
    assert _checked(criterion, invented, {"t1.1": "something else"}).verdict is Verdict.NOT_JUDGED
    assert _checked(criterion, Finding(MET, Source.JUDGE, "…"), {}).verdict is Verdict.NOT_JUDGED


async def test_an_empty_transcript_is_scored(library: Library) -> None:
    result = await score(library, Transcript(touches=()))
    assert result.score == 0
    assert result.criterion("listening").verdict is NOT_APPLICABLE
