"""A coach's word on the scorer's verdicts: what it may be, what a result comes to with it, how far both agree. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from roleplay.content.scorecard import (
    ActCriterion,
    Criterion,
    FactCriterion,
    JudgedCriterion,
    MapCriterion,
    NeverCriterion,
    Scorecard,
    SequenceCriterion,
    WrittenCriterion,
)
from roleplay.scoring.calibration import Compared, CriterionAgreement
from roleplay.scoring.findings import Finding
from roleplay.scoring.result import CriterionResult, Overruling, Result, ScorersVerdict, Source, Verdict
from roleplay.scoring.scorer import passes, total, weigh, without_proportion

KAPPA_BAR: Final = 0.6
"""Below this a coach decides."""
LEAST_CASES: Final = 20
"""With fewer cases κ says too little."""
MOST_CHARACTERS: Final = 2_000
"""Of a coach's reason."""


def possible_verdicts(criterion: Criterion) -> tuple[Verdict, ...]:
    """The verdicts that a criterion can have; a coach judges, so `not_judged` is none of them."""
    match criterion:
        case NeverCriterion() | WrittenCriterion():
            return (Verdict.MET, Verdict.VIOLATED, Verdict.NOT_APPLICABLE)
        case ActCriterion():
            has_partial = criterion.can_be_partial
        case SequenceCriterion():
            has_partial = criterion.too_early == "partial"
        case FactCriterion():
            has_partial = len(criterion.facts) > 1
        case JudgedCriterion() | MapCriterion():
            has_partial = criterion.partial_from < criterion.met_from
        case _:
            has_partial = True
    partial = (Verdict.PARTIAL,) if has_partial else ()
    return (Verdict.MET, *partial, Verdict.MISSED, Verdict.NOT_APPLICABLE)


def overrule(scorecard: Scorecard, result: Result, words: Sequence[Overruling]) -> Result:
    """Put coaches' words, in the order in which they were said, over the scorer's own result.

    Points, score and pass follow by the scorer's rules. A result that doesn't count still doesn't.
    """
    if not words:
        return result
    said = {each.id: tuple(word for word in words if word.criterion == each.id) for each in result.criteria}
    scorers = _findings(result)
    standing = {name: latest for name, spoken in said.items() if (latest := _standing(spoken)) is not None}
    findings = {
        name: _overruled(finding, standing[name]) if name in standing else finding for name, finding in scorers.items()
    }
    before = {each.id: each for each in result.criteria}
    criteria = tuple(
        each.model_copy(
            update={
                "second": before[each.id].second,
                "words": said[each.id],
                "overruled": _scorers_verdict(before[each.id]) if each.id in standing else None,
            }
        )
        for each in weigh(scorecard, findings)
    )
    is_passed = passes(scorecard, criteria) and result.void is None
    return result.model_copy(update={"score": total(criteria), "passed": is_passed, "criteria": criteria})


def standing_verdicts(result: Result, words: Sequence[Overruling]) -> dict[str, Verdict]:
    """The verdicts that count, by criterion: coaches' words over the scorer's own, without points."""
    verdicts = {each.id: each.verdict for each in result.criteria}
    for name in verdicts:
        word = _standing(word for word in words if word.criterion == name)
        if word is not None and word.verdict is not None:
            verdicts[name] = word.verdict
    return verdicts


def compared(name: str, result: Result, words: Sequence[Overruling]) -> Iterator[Compared]:
    """The scorer's own verdicts beside the coach's, where a coach looked; what the scorer left open is no case."""
    for each in result.criteria:
        word = _standing(word for word in words if word.criterion == each.id)
        if word is None or word.verdict is None or each.verdict is Verdict.NOT_JUDGED:
            continue
        yield Compared(
            name=name,
            scorecard=result.scorecard,
            criterion=each.id,
            gold=word.verdict,
            ours=each.verdict,
            reason=each.reason,
            evidence=each.evidence,
            gold_evidence=tuple(item.turn for item in word.evidence),
        )


def coach_decides(agreement: CriterionAgreement) -> bool:
    """Whether scorer and coaches agree so little that the scorer's verdict shouldn't stand alone."""
    return agreement.cases >= LEAST_CASES and agreement.kappa is not None and agreement.kappa < KAPPA_BAR


def _standing(words: Iterable[Overruling]) -> Overruling | None:
    """The last word, unless it takes back."""
    latest = None
    for word in words:
        latest = word
    return None if latest is None or latest.verdict is None else latest


def _findings(result: Result) -> Mapping[str, Finding]:
    """What the scorer found, without what it wrote beside the points."""
    return {
        each.id: Finding(
            each.verdict, each.source, without_proportion(each.reason), each.evidence, is_open=each.is_open
        )
        for each in result.criteria
    }


def _overruled(finding: Finding, word: Overruling) -> Finding:
    """A coach's finding. The scorer's quotes stay where both find the same."""
    assert word.verdict is not None, "a word that takes back doesn't stand"
    kept = finding.evidence if word.verdict is finding.verdict else ()
    coach = "Coach" if word.by is None else f"Coach {word.by}"
    return Finding(word.verdict, Source.COACH, f"{coach}: {word.because}", word.evidence or kept)


def _scorers_verdict(result: CriterionResult) -> ScorersVerdict:
    reason = without_proportion(result.reason)
    return ScorersVerdict(verdict=result.verdict, source=result.source, evidence=result.evidence, reason=reason)
