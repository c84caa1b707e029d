"""A coach's word over the scorer's: what counts, what stays, and how far both agree."""

from datetime import UTC, datetime, timedelta

import pytest

from roleplay.content.scorecard import Scorecard
from roleplay.scoring.calibration import CriterionAgreement, calibrate
from roleplay.scoring.findings import Finding
from roleplay.scoring.overruling import coach_decides, compared, overrule, possible_verdicts
from roleplay.scoring.result import Evidence, Overruling, Result, Source, Verdict
from roleplay.scoring.scorer import passes, total, weigh

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LINES = {"why": "It matters.", "say": ("Say this.", "Or this.")}
CARD = Scorecard.model_validate(
    {
        "title": "Three things",
        "about": "A short call.",
        "pass_mark": 60,
        "criteria": {
            "pain": {
                "kind": "act",
                "title": "Ask what hurts",
                "weight": 40,
                "acts": ["ask_pain"],
                "answered_by": ["tells_pain"],
                **LINES,
            },
            "date": {"kind": "act", "title": "Ask by when", "weight": 40, "acts": ["ask_deadline"], **LINES},
            "blame": {
                "kind": "never",
                "title": "Run nobody down",
                "weight": 20,
                "acts": ["disparage"],
                "blocks": True,
                **LINES,
            },
        },
    }
)
DATE_WORDS = Evidence(turn="t1.4", quote="And by when is that?")


def scored(*, date: Verdict = Verdict.MISSED, blame: Verdict = Verdict.MET, is_open: bool = False) -> Result:
    """What the scorer made of a call: pain met, the rest as given."""
    blamed = (Evidence(turn="t1.6", quote="They are useless."),) if blame is Verdict.VIOLATED else ()
    findings = {
        "pain": Finding(Verdict.MET, Source.LISTENER, "You asked.", (Evidence(turn="t1.2", quote="What hurts?"),)),
        "date": Finding(date, Source.LISTENER, "You never asked.", is_open=is_open),
        "blame": Finding(blame, Source.LISTENER, "You never did.", blamed),
    }
    criteria = weigh(CARD, findings)
    return Result(scorecard="three", score=total(criteria), passed=passes(CARD, criteria), criteria=criteria)


def word(
    criterion: str,
    verdict: Verdict | None,
    *,
    days: int = 0,
    by: str | None = "Mia",
    because: str = "I heard it so.",
    evidence: tuple[Evidence, ...] = (),
) -> Overruling:
    return Overruling(
        criterion=criterion,
        verdict=verdict,
        because=because,
        by=by,
        at=MONDAY + timedelta(days=days),
        evidence=evidence,
    )


def test_a_coachs_word_wins_in_points_score_and_pass() -> None:
    before = scored()
    assert (before.score, before.passed) == (50.0, False)
    after = overrule(CARD, before, [word("date", Verdict.MET, evidence=(DATE_WORDS,))])
    assert (after.score, after.passed) == (100.0, True)
    assert after.score == scored(date=Verdict.MET).score, "by the scorer's own rules"
    date = after.criterion("date")
    assert (date.verdict, date.points, date.source) == (Verdict.MET, 40, Source.COACH)
    assert date.reason == "Coach Mia: I heard it so."
    assert date.evidence == (DATE_WORDS,)
    assert date.overruled is not None
    assert (date.overruled.verdict, date.overruled.reason) == (Verdict.MISSED, "You never asked.")


def test_what_is_kept_by_doing_nothing_follows_the_new_share() -> None:
    before = scored()
    assert before.criterion("blame").reason == "You never did. Counts as far as the rest did: 10 of 20."
    after = overrule(CARD, before, [word("date", Verdict.MET)])
    assert (after.criterion("blame").points, after.criterion("blame").reason) == (20, "You never did.")
    lower = overrule(CARD, before, [word("pain", Verdict.PARTIAL)])
    assert lower.criterion("blame").points == 5
    assert lower.criterion("blame").reason == "You never did. Counts as far as the rest did: 5 of 20."


def test_what_an_older_scorer_wrote_beside_the_points_goes_too() -> None:
    old = "You never did. Worth 50% of its points, since you earned 50% of the rest."
    before = scored()
    kept = tuple(each.model_copy(update={"reason": old}) if each.id == "blame" else each for each in before.criteria)
    words = [word("date", Verdict.MET), word("blame", Verdict.MET)]
    blame = overrule(CARD, before.model_copy(update={"criteria": kept}), words).criterion("blame")
    assert blame.overruled is not None
    assert blame.overruled.reason == "You never did."
    after = overrule(CARD, before.model_copy(update={"criteria": kept}), words[:1])
    assert after.criterion("blame").reason == "You never did."


def test_a_blocking_criterion_blocks_by_a_coachs_word_and_no_longer_by_one() -> None:
    good = scored(date=Verdict.MET)
    assert good.passed
    assert not overrule(CARD, good, [word("blame", Verdict.VIOLATED)]).passed
    blocked = scored(date=Verdict.MET, blame=Verdict.VIOLATED)
    assert not blocked.passed
    assert overrule(CARD, blocked, [word("blame", Verdict.MET)]).passed


def test_a_later_word_wins_and_the_earlier_stays() -> None:
    words = [word("date", Verdict.MET), word("date", Verdict.MISSED, days=1, by="Tom", because="Only half said.")]
    date = overrule(CARD, scored(), words).criterion("date")
    assert (date.verdict, date.reason) == (Verdict.MISSED, "Coach Tom: Only half said.")
    assert date.words == tuple(words)


def test_a_word_taken_back_leaves_the_scorers_result_and_its_trace() -> None:
    before = scored()
    words = [word("date", Verdict.MET), word("date", None, days=1, because="")]
    after = overrule(CARD, before, words)
    assert (after.score, after.passed) == (before.score, before.passed)
    date = after.criterion("date")
    assert date.model_copy(update={"words": ()}) == before.criterion("date")
    assert date.words == tuple(words)
    again = overrule(CARD, before, [*words, word("date", Verdict.MET, days=2)])
    assert again.criterion("date").verdict is Verdict.MET


def test_a_confirmed_verdict_keeps_its_quotes_and_says_that_a_coach_looked() -> None:
    before = scored()
    pain = overrule(CARD, before, [word("pain", Verdict.MET, by=None)]).criterion("pain")
    assert pain.evidence == before.criterion("pain").evidence
    assert (pain.source, pain.reason) == (Source.COACH, "Coach: I heard it so.")


def test_a_verdict_that_differs_does_not_keep_the_scorers_quotes() -> None:
    pain = overrule(CARD, scored(), [word("pain", Verdict.MISSED)]).criterion("pain")
    assert pain.evidence == ()
    assert pain.overruled is not None
    assert pain.overruled.evidence[0].quote == "What hurts?"


def test_what_a_judge_left_open_wins_no_pass_until_a_coach_decides() -> None:
    left_open = scored(date=Verdict.NOT_JUDGED, is_open=True)
    assert (left_open.score, left_open.passed) == (100.0, True)
    strict = CARD.model_copy(update={"pass_mark": 80})
    untouched = overrule(strict, left_open, [word("pain", Verdict.MET)])
    assert not untouched.passed, "60 of 100 where the open one earns nothing"
    assert overrule(strict, left_open, [word("date", Verdict.MET)]).passed


def test_a_session_that_does_not_count_still_does_not() -> None:
    void = scored().model_copy(update={"void": "the voice strayed"})
    after = overrule(CARD, void, [word("date", Verdict.MET)])
    assert (after.score, after.passed, after.void) == (100.0, False, "the voice strayed")


def test_without_words_nothing_changes() -> None:
    assert overrule(CARD, scored(), []) == scored()


@pytest.mark.parametrize(
    ("criterion", "verdicts"),
    [
        ("pain", "met partial missed not_applicable"),
        ("date", "met missed not_applicable"),
        ("blame", "met violated not_applicable"),
    ],
)
def test_a_criterion_has_only_verdicts_of_its_kind(criterion: str, verdicts: str) -> None:
    assert " ".join(possible_verdicts(CARD.criteria[criterion])) == verdicts


def test_only_what_a_coach_looked_at_is_a_case() -> None:
    words = [
        word("date", Verdict.MET),
        word("pain", Verdict.MET),
        word("blame", Verdict.MET),
        word("blame", None),
    ]
    cases = list(compared("s1", scored(), words))
    assert [(case.criterion, case.gold, case.ours) for case in cases] == [
        ("pain", Verdict.MET, Verdict.MET),
        ("date", Verdict.MET, Verdict.MISSED),
    ]


def test_what_the_scorer_did_not_judge_is_no_case() -> None:
    left_open, words = scored(date=Verdict.NOT_JUDGED), [word("date", Verdict.MET)]
    assert overrule(CARD, left_open, words).criterion("date").points == 40
    assert list(compared("s1", left_open, words)) == []


def agreement(agreed_met: int, agreed_missed: int, differ: int) -> CriterionAgreement:
    """A calibration's line over so many sessions: both met, both missed, and coach met where the scorer missed."""
    met, missed = scored(date=Verdict.MET), scored()
    pairs = [(met, Verdict.MET)] * agreed_met + [(missed, Verdict.MISSED)] * agreed_missed
    pairs += [(missed, Verdict.MET)] * differ
    cases = [case for result, verdict in pairs for case in compared("s", result, [word("date", verdict)])]
    (criterion,) = calibrate(cases).criteria
    return criterion


def test_a_coach_decides_under_kappa_0_6_over_twenty_cases_or_more() -> None:
    poor = agreement(8, 7, 5)
    assert poor.cases == 20
    assert poor.kappa == pytest.approx((0.75 - 0.47) / (1 - 0.47)), "by chance: (13 * 8 + 7 * 12) of 400"
    assert coach_decides(poor)
    assert not coach_decides(agreement(8, 6, 5)), "19 cases are too few"
    assert not coach_decides(agreement(10, 9, 1))
    assert not coach_decides(agreement(20, 0, 0)), "both always said the same"
