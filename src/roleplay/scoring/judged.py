"""Verdicts from a judge's checks: of judged criteria, and as a second opinion on what the listener found. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from roleplay.content.acts import Act
from roleplay.content.scorecard import (
    ActCriterion,
    Check,
    Criterion,
    JudgedCriterion,
    NeverCriterion,
    OrderCriterion,
    OwnAct,
    SequenceCriterion,
)
from roleplay.listener.codebook import label_rows
from roleplay.listener.rows import Group
from roleplay.scoring.ballot import CheckResult, Standing
from roleplay.scoring.findings import Finding
from roleplay.scoring.hearing import Hearing
from roleplay.scoring.result import SecondOpinion, Source, Verdict

HEARD_BY_ACTS: Final = (ActCriterion, SequenceCriterion, OrderCriterion, NeverCriterion)
"""Kinds on which a judge may give a second opinion: whether the recruiter did one of the acts at all."""


@dataclass(frozen=True)
class Judgement:
    """What a judge found in one transcript."""

    checks: Mapping[str, tuple[CheckResult, ...]] = field(default_factory=dict)
    """By judged criterion, its checks in their order."""
    seconds: Mapping[str, CheckResult] = field(default_factory=dict)
    """By criterion that the listener finds, whether one of its acts was done."""
    failure: str | None = None
    """Why nothing was judged, as part of a sentence."""
    was_asked: bool = True
    withheld: tuple[str, ...] = ()
    """Turns with words to whoever scores; the judge didn't get to read those."""


def finding_of(criterion_id: str, criterion: JudgedCriterion, judgement: Judgement | None) -> Finding:
    """Find a judged criterion's verdict by how many of its checks hold."""
    if judgement is None:
        return Finding(Verdict.NOT_JUDGED, None, "Needs a language model; none was asked.")
    if judgement.failure is not None:
        return Finding(Verdict.NOT_JUDGED, None, f"{judgement.failure}.", is_open=judgement.was_asked)
    results = judgement.checks[criterion_id]
    held = sum(result.standing is Standing.HOLDS for result in results)
    left_open = sum(result.standing is Standing.OPEN for result in results)
    lowest, highest = _verdict(criterion, held), _verdict(criterion, held + left_open)
    reason = _reason(criterion, results, held) + _withheld_words(judgement.withheld)
    if lowest is not highest:
        passing = " For passing it counts as missed." if lowest is Verdict.MISSED else ""
        return Finding(Verdict.NOT_JUDGED, None, f"{reason}{passing}", is_open=True)
    evidence = tuple(
        dict.fromkeys(
            result.evidence
            for check, result in zip(criterion.checks, results, strict=True)
            if result.evidence is not None
        )
    )
    return Finding(lowest, Source.JUDGE, reason, evidence)


def _verdict(criterion: JudgedCriterion, held: int) -> Verdict:
    if held >= criterion.met_from:
        return Verdict.MET
    return Verdict.PARTIAL if held >= criterion.partial_from else Verdict.MISSED


def _reason(criterion: JudgedCriterion, results: Sequence[CheckResult], held: int) -> str:
    told = [f"{held} of {len(results)} checks hold."]
    for check, result in zip(criterion.checks, results, strict=True):
        if result.standing is Standing.FAILS:
            why = "" if result.why is None else f" ({result.why})"
            told.append(f"Not: {check.asks}{why}" if check.yes_is == "good" else f"But: {check.asks}{why}")
        elif result.standing is Standing.OPEN:
            told.append(f"Open: {check.asks} ({result.why})")
        if result.is_split and result.standing is not Standing.OPEN:
            told.append(f"Unsure, the votes were split: {check.asks}")
    return " ".join(told)


def _withheld_words(turns: tuple[str, ...]) -> str:
    return f" Left out were words to whoever scores this, in {', '.join(turns[:5])}." if turns else ""


def second_checks(criteria: Mapping[str, Criterion], own_acts: Mapping[str, OwnAct]) -> dict[str, Check]:
    """By criterion, what a judge is asked as a second opinion."""
    return {
        criterion_id: Check(id="second", asks=_did(criterion.acts, own_acts))
        for criterion_id, criterion in criteria.items()
        if isinstance(criterion, HEARD_BY_ACTS)
    }


def _did(acts: Sequence[str], own_acts: Mapping[str, OwnAct]) -> str:
    rows = label_rows(Group.RECRUITER)
    does = [own_acts[act].does if act in own_acts else rows[Act(act).value].does for act in acts]
    return f"Is there a turn in which the recruiter {', or '.join(does)}?"[:400]


def second_opinion(criterion: Criterion, hearing: Hearing, result: CheckResult | None) -> SecondOpinion | None:
    """What a judge finds where it differs from the listener; None where it doesn't, or can't be told."""
    if result is None or result.standing is Standing.OPEN or not isinstance(criterion, HEARD_BY_ACTS):
        return None
    to = criterion.to if isinstance(criterion, ActCriterion) else ()
    is_done = result.standing is Standing.HOLDS
    if is_done == bool(hearing.with_act(criterion.acts, to)):
        return None
    evidence = () if result.evidence is None else (result.evidence,)
    if isinstance(criterion, NeverCriterion):
        verdict = Verdict.VIOLATED if is_done else Verdict.MET
        return SecondOpinion(verdict=verdict, evidence=evidence, reason=_SECOND[is_done])
    verdict = Verdict.MET if is_done else Verdict.MISSED
    return SecondOpinion(verdict=verdict, evidence=evidence, reason=_SECOND[is_done])


_SECOND: Final = {True: "A language model finds it here.", False: "A language model doesn't find it."}
