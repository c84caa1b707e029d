"""Scoring: a transcript and a scorecard in, verdicts with checked quotes and points out."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from roleplay.content.acts import TOLD_BY_TOPIC
from roleplay.content.case import Case
from roleplay.content.difficulty import TEMPERAMENTS
from roleplay.content.scorecard import (
    Criterion,
    JudgedCriterion,
    MeasureCriterion,
    NeverCriterion,
    Scorecard,
    WrittenCriterion,
)
from roleplay.listener.reading import Listener
from roleplay.record.events import (
    SCRIPTED,
    Event,
    FactEarned,
    SessionStarted,
    TimePassed,
    TouchStarted,
    TurnHeard,
    TurnSpoken,
)
from roleplay.record.transcript import Transcript, transcript_of
from roleplay.scoring.criteria import Recorded, find
from roleplay.scoring.fidelity import fidelity_of
from roleplay.scoring.findings import Finding, once
from roleplay.scoring.hearing import Hearing, hear
from roleplay.scoring.job_map import mapped_in
from roleplay.scoring.judge import Judge
from roleplay.scoring.judged import Judgement, finding_of, second_opinion
from roleplay.scoring.ladder import ladder_of
from roleplay.scoring.result import CriterionResult, Result, Source, Verdict

VERSION: Final = "scorer/3"
"""Goes up with every change of a rule that can change a verdict or a point; results keep it."""
CONDUCT: Final = (NeverCriterion, WrittenCriterion, MeasureCriterion)
"""Kinds that are kept by doing nothing."""
NO_OCCASION: Final = Finding(Verdict.NOT_APPLICABLE, Source.RECORD, "It has no occasion in this scenario.")
WORTH: Final[Mapping[Verdict, float | None]] = {
    Verdict.MET: 1.0,
    Verdict.PARTIAL: 0.5,
    Verdict.MISSED: 0.0,
    Verdict.VIOLATED: 0.0,
    Verdict.NOT_APPLICABLE: None,
    Verdict.NOT_JUDGED: None,
}
"""The share of its weight that a criterion earns by its verdict; None leaves the total."""
_PROPORTION: Final = re.compile(
    r" (?:Counts as far as the rest did: [\d.]+ of [\d.]+"
    r"|Worth \d+% of its points, since you earned \d+% of the rest)\.$"
)


async def score_transcript(
    transcript: Transcript, scorecard_id: str, scorecard: Scorecard, listener: Listener, judge: Judge | None = None
) -> Result:
    """Score a transcript of which only the words are known; without a judge, judged criteria aren't."""
    hearing = await hear(transcript, listener, own_acts=scorecard.acts)
    judgement = None if judge is None else await judge.judge(hearing, scorecard)
    return _score(scorecard_id, scorecard, hearing, None, judgement=judgement)


async def score_session(case: Case, events: Sequence[Event], listener: Listener, judge: Judge | None = None) -> Result:
    """Score a session by its case's scorecard; without a judge, judged criteria aren't.

    What an authored line of the other side does is known; a model's words are read like anybody's. Where a model played
    its part too badly, the result is void.
    """
    tells = {event.turn: event.tells for event in events if isinstance(event, TurnSpoken) and event.voice == SCRIPTED}
    sensitive = {
        event.turn: {found.category: found.quote for found in event.sensitive}
        for event in events
        if isinstance(event, TurnHeard)
    }
    started = next(event for event in events if isinstance(event, SessionStarted))
    recorded = Recorded(
        {event.fact: event.turn for event in events if isinstance(event, FactEarned)}, mapped_in(case, events)
    )
    hearing = await hear(
        transcript_of(case, events),
        listener,
        tells,
        own_acts=case.scorecard.acts,
        past_tells={
            at: TOLD_BY_TOPIC[past.topic]
            for at, past in enumerate(case.scenario.history)
            if past.topic is not None and past.topic in TOLD_BY_TOPIC
        },
        sensitive=sensitive,
        heard_words=TEMPERAMENTS[started.difficulty].heard_words,
        last_day=max((event.day for event in events if isinstance(event, TouchStarted | TimePassed)), default=None),
    )
    judgement = None if judge is None else await judge.judge(hearing, case.scorecard)
    scored = _score(case.scorecard_id, case.scorecard, hearing, recorded, case.scenario.leaves_out, judgement=judgement)
    result = scored.model_copy(update={"ladder": ladder_of(case, events, hearing)})
    fidelity = fidelity_of(events)
    if fidelity is None or not fidelity.is_void:
        return result
    reason = f"the voice kept to its part in only {fidelity.agreement:.0%} of its turns"
    return result.model_copy(update={"passed": False, "void": reason})


def _score(
    scorecard_id: str,
    scorecard: Scorecard,
    hearing: Hearing,
    recorded: Recorded | None,
    leaves_out: Collection[str] = (),
    *,
    judgement: Judgement | None = None,
) -> Result:
    transcript = hearing.transcript
    texts = {turn.id: turn.text for _, turn in transcript.turns()}
    findings = {
        criterion_id: NO_OCCASION
        if criterion_id in leaves_out
        else _checked(
            criterion,
            finding_of(criterion_id, criterion, judgement)
            if isinstance(criterion, JudgedCriterion)
            else find(criterion, hearing, recorded),
            texts,
        )
        for criterion_id, criterion in scorecard.criteria.items()
    }
    criteria = _with_seconds(weigh(scorecard, findings), scorecard, hearing, judgement)
    return Result(scorecard=scorecard_id, score=total(criteria), passed=passes(scorecard, criteria), criteria=criteria)


def passes(scorecard: Scorecard, criteria: Sequence[CriterionResult]) -> bool:
    """Whether the pass mark is reached with open criteria at nothing, and no criterion blocks."""
    is_blocked = any(
        getattr(scorecard.criteria[each.id], "blocks", False) and each.verdict is Verdict.VIOLATED for each in criteria
    )
    nothing_earned = [each.model_copy(update={"points": 0.0}) if each.is_open else each for each in criteria]
    return total(nothing_earned) >= scorecard.pass_mark and not is_blocked


def _with_seconds(
    criteria: tuple[CriterionResult, ...], scorecard: Scorecard, hearing: Hearing, judgement: Judgement | None
) -> tuple[CriterionResult, ...]:
    """Set a judge's second opinions beside the verdicts that they differ from."""
    if judgement is None or not judgement.seconds:
        return criteria
    return tuple(
        each.model_copy(
            update={
                "second": None
                if each.verdict in {Verdict.NOT_APPLICABLE, Verdict.NOT_JUDGED}
                else second_opinion(scorecard.criteria[each.id], hearing, judgement.seconds.get(each.id))
            }
        )
        for each in criteria
    )


def _checked(criterion: Criterion, finding: Finding, texts: Mapping[str, str]) -> Finding:
    """Void a verdict whose quotes don't stand in their turns, character for character; the others stand once."""
    is_quoted = all(item.quote in texts.get(item.turn, "") for item in finding.evidence)
    can_be_kept = is_conduct(criterion) or finding.source is Source.MAP  # a map is in the record, and in no turn
    needs_quote = finding.verdict is Verdict.VIOLATED or (finding.verdict is Verdict.MET and not can_be_kept)
    if is_quoted and (finding.evidence or not needs_quote):
        return replace(finding, evidence=once(finding.evidence))
    return Finding(Verdict.NOT_JUDGED, None, "The words that it rests on don't stand in the transcript.")


def earned_share(scorecard: Scorecard, verdicts: Mapping[str, Verdict]) -> float:
    """What was earned of all that couldn't be had by doing nothing, from 0 to 1."""
    earning = {
        criterion_id: criterion.weight * worth
        for criterion_id, criterion in scorecard.criteria.items()
        if not is_conduct(criterion) and (worth := WORTH[verdicts[criterion_id]]) is not None
    }
    could_earn = sum(scorecard.criteria[criterion_id].weight for criterion_id in earning)
    return sum(earning.values()) / could_earn if could_earn else 0.0


def weigh(scorecard: Scorecard, findings: Mapping[str, Finding]) -> tuple[CriterionResult, ...]:
    """Turn verdicts into points.

    A "must not" and a measure are worth their weight in proportion to what the other criteria earned, so that
    somebody who did nothing gets nothing for it. The first of them says so.
    """
    share = earned_share(scorecard, {name: finding.verdict for name, finding in findings.items()})
    results: list[CriterionResult] = []
    is_told = False
    for criterion_id, criterion in scorecard.criteria.items():
        finding = findings[criterion_id]
        worth = WORTH[finding.verdict]
        factor = share if is_conduct(criterion) else 1.0
        points = None if worth is None else round(criterion.weight * worth * factor, 2)
        reason = finding.reason
        if points is not None and worth and factor != 1 and not is_told:
            reason, is_told = f"{reason} {in_proportion(points, criterion.weight)}", True
        results.append(
            CriterionResult(
                id=criterion_id,
                verdict=finding.verdict,
                points=points,
                max_points=criterion.weight,
                source=finding.source,
                evidence=finding.evidence,
                reason=reason,
                is_open=finding.is_open,
            )
        )
    return tuple(results)


def in_proportion(points: float, most: float) -> str:
    """Why a "must not" or a measure that was kept isn't worth its whole weight."""
    return f"Counts as far as the rest did: {round(points, 1):g} of {most:g}."


def without_proportion(reason: str) -> str:
    """A reason as it was found, without what `weigh` wrote beside it, now or in results that were kept before."""
    return _PROPORTION.sub("", reason)


def is_conduct(criterion: Criterion) -> bool:
    """Whether it is kept by doing nothing."""
    return isinstance(criterion, CONDUCT) or (isinstance(criterion, JudgedCriterion) and criterion.is_kept_by_silence)


def total(criteria: Iterable[CriterionResult]) -> float:
    """Points earned of those that could be, in percent, over the criteria judged and applicable."""
    counted = [(criterion.points, criterion.max_points) for criterion in criteria if criterion.points is not None]
    could = sum(most for _, most in counted)
    return round(100 * sum(points for points, _ in counted) / could, 1) if could else 0.0
