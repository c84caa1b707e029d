"""How each kind of criterion finds its verdict, by the codebook's tables."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from roleplay.content.acts import Act, CounterpartAct
from roleplay.content.scorecard import (
    ActCriterion,
    Criterion,
    FactCriterion,
    FirstTouchCriterion,
    JudgedCriterion,
    MapCriterion,
    Measure,
    MeasureCriterion,
    NeverCriterion,
    NextStepCriterion,
    OrderCriterion,
    SequenceCriterion,
    TakeAwayCriterion,
    WrittenCriterion,
)
from roleplay.listener.playback import sources_of
from roleplay.listener.reading import Cue
from roleplay.record.specifics import specifics_of
from roleplay.scoring import touches
from roleplay.scoring.findings import Finding, short
from roleplay.scoring.hearing import HeardTurn, Hearing, clearest
from roleplay.scoring.job_map import Mapped, dates_in, map_finding
from roleplay.scoring.measures import measure
from roleplay.scoring.result import Evidence, Source, Verdict


@dataclass(frozen=True)
class Recorded:
    """What the record of a session knows beside the words."""

    earned: Mapping[str, str]
    """Facts with the turns that told them."""
    mapped: Mapped | None = None
    """The recruiter's map beside its key; None in a scenario without one."""


def find(criterion: Criterion, hearing: Hearing, recorded: Recorded | None) -> Finding:  # noqa: C901 - one case a kind
    """Find one criterion's verdict.

    `recorded`: what is known beside the words; None for an imported transcript, of which nobody knows more.
    """
    match criterion:
        case ActCriterion():
            return _act(criterion, hearing)
        case SequenceCriterion():
            return _sequence(criterion, hearing)
        case OrderCriterion():
            return touches.order(criterion, hearing)
        case FirstTouchCriterion():
            return touches.first_touch(criterion, hearing)
        case WrittenCriterion():
            return touches.written(criterion, hearing)
        case TakeAwayCriterion():
            return touches.take_away(criterion, hearing)
        case NextStepCriterion():
            return _next_step(hearing)
        case FactCriterion():
            return _fact(criterion, hearing, recorded)
        case NeverCriterion():
            return _never(criterion, hearing)
        case MeasureCriterion():
            return _measure(criterion, hearing)
        case MapCriterion():
            return _map(criterion, recorded)
        case JudgedCriterion():
            return Finding(Verdict.NOT_JUDGED, None, "Needs a language model; none was asked.")


def _act(criterion: ActCriterion, hearing: Hearing) -> Finding:
    done = hearing.with_act(criterion.acts, criterion.to)
    verb = "asked" if _is_question(criterion.acts) else "said"
    if not done:
        openings = hearing.transcript.context.openings
        if criterion.needs_openings is not None and (openings is None or openings < criterion.needs_openings):
            return Finding(
                Verdict.NOT_APPLICABLE,
                Source.LISTENER,
                f"Fewer than {criterion.needs_openings} openings were known.",
            )
        return Finding(Verdict.MISSED, Source.LISTENER, "You never asked." if verb == "asked" else "You never said it.")
    if criterion.if_vague == "partial":
        return _played_back(hearing, done)
    if not criterion.answered_by:
        return Finding(Verdict.MET, Source.LISTENER, f"You {verb} it.", _clearest(done, criterion.acts))
    first, quote = done[0]
    evidence = (first.evidence(quote),)
    for heard, words in hearing.telling(criterion.answered_by, with_past=False):
        if heard.position > first.position:
            asked = [entry for entry in done if entry[0].position < heard.position]
            answered = (*_clearest(asked, criterion.acts), heard.evidence(short(words)))
            return Finding(Verdict.MET, Source.LISTENER, "You asked, and the answer was specific.", answered)
    follow_up = _follow_up(hearing, done)
    if follow_up is not None:
        reason = "You asked, got nothing specific back, and followed up."
        return Finding(Verdict.MET, Source.LISTENER, reason, (*evidence, follow_up))
    reason = "You asked, got nothing specific back, and let it go."
    return Finding(Verdict.PARTIAL, Source.LISTENER, reason, evidence)


def _clearest(done: list[tuple[HeardTurn, str]], acts: Collection[str]) -> tuple[Evidence]:
    heard, quote = clearest(done, acts)
    return (heard.evidence(quote),)


def _played_back(hearing: Hearing, done: list[tuple[HeardTurn, str]]) -> Finding:
    """Partial where all that was given back had been vague; taken at its word where nobody knows when it was said."""
    given_back = [entry for entry in done if _gives_back_a_reason(hearing, *entry)]
    if given_back:
        return Finding(Verdict.MET, Source.LISTENER, "You said it.", _clearest(given_back, (Act.RESTATE_REASON,)))
    heard, quote = done[0]
    reason = "You gave them back something that they had left vague."
    return Finding(Verdict.PARTIAL, Source.LISTENER, reason, (heard.evidence(quote),))


def _gives_back_a_reason(hearing: Hearing, heard: HeardTurn, quote: str) -> bool:
    told = hearing.told_before(heard)
    sources = sources_of(heard.words_from(quote), [text for text, _ in told])
    return not sources or any(_is_specific(*told[at]) for at in sources)


def _is_specific(text: str, told: Mapping[CounterpartAct, str]) -> bool:
    return any(act.startswith("tells_") for act in told) or bool(specifics_of(text).values)


def _follow_up(hearing: Hearing, done: list[tuple[HeardTurn, str]]) -> Evidence | None:
    """A second try: the same question later, or an open one right after."""
    if len(done) > 1:
        again, quote = done[1]
        return again.evidence(quote)
    following = hearing.next_by_recruiter(done[0][0])
    if following is not None and Act.ASK_OPEN in following.acts:
        return following.evidence(following.acts[Act.ASK_OPEN])
    return None


def _sequence(criterion: SequenceCriterion, hearing: Hearing) -> Finding:
    before = hearing.telling(criterion.after, with_past=True)
    if criterion.applies == "when_said" and not before:
        return Finding(Verdict.NOT_APPLICABLE, Source.LISTENER, "It never came up.")
    done = hearing.with_act(criterion.acts)
    if not done:
        return Finding(Verdict.MISSED, Source.LISTENER, "You let it stand." if before else "You never asked.")
    in_time = [entry for entry in done if before and entry[0].position > before[0][0].position]
    if in_time:
        evidence = _clearest(in_time, criterion.acts)
        return Finding(Verdict.MET, Source.LISTENER, "You asked, at the right moment.", evidence)
    heard, quote = done[0]
    evidence = (heard.evidence(quote),)
    if criterion.too_early == "partial":
        reason = "You asked before you knew what to hold it against."
        return Finding(Verdict.PARTIAL, Source.LISTENER, reason, evidence)
    return Finding(Verdict.MISSED, Source.LISTENER, "You said it before it came up, not when it did.")


def _next_step(hearing: Hearing) -> Finding:
    proposals = hearing.with_act((Act.PROPOSE_NEXT_STEP,))
    standing = [entry for entry in proposals if not _is_refused(hearing, entry[0])]
    accepted = [entry for entry in standing if _reply_does(hearing, entry[0], CounterpartAct.ACCEPTS)]
    if accepted:
        evidence = (_agreed_on(hearing, *accepted[-1]),)
        return Finding(Verdict.MET, Source.LISTENER, "You agreed a dated next step.", evidence)
    if proposals:
        last, quote = proposals[-1]
        if standing and standing[-1][0] is last:
            reason = "You ended with a dated next step that they didn't refuse."
            return Finding(Verdict.MET, Source.LISTENER, reason, (_agreed_on(hearing, last, quote),))
        reason = "The next step that you proposed was refused."
        return Finding(Verdict.MISSED, Source.LISTENER, reason, (last.evidence(quote),))
    vague = [heard for heard in hearing.recruiters() if Cue.VAGUE_NEXT_STEP in heard.cues]
    if vague:
        assert vague[-1].turn is not None
        evidence = (vague[-1].evidence(short(vague[-1].turn.text)),)
        return Finding(Verdict.PARTIAL, Source.LISTENER, "You proposed to go on, with no day or time.", evidence)
    return Finding(Verdict.MISSED, Source.LISTENER, "You proposed no next step.")


def _agreed_on(hearing: Hearing, proposal: HeardTurn, quote: str) -> Evidence:
    """The proposal; where another day came back and the recruiter took it, the turn that takes it."""
    taking = hearing.next_by_recruiter(proposal)
    if taking is None or _is_refused(hearing, taking):
        return proposal.evidence(quote)
    came_back = frozenset[str]().union(*(_days_of(reply) for reply in hearing.reply_to(proposal)))
    if not (came_back - _days_of(proposal)) & _days_of(taking):
        return proposal.evidence(quote)
    assert taking.turn is not None
    return taking.evidence(taking.acts.get(Act.PROPOSE_NEXT_STEP) or short(taking.turn.text))


def _days_of(heard: HeardTurn) -> frozenset[str]:
    """The days that a turn names; a number alone may be of anything."""
    named = frozenset[str]() if heard.turn is None else dates_in(heard.turn.text)
    return frozenset(value for value in named if not value.startswith("number:"))


def _is_refused(hearing: Hearing, proposal: HeardTurn) -> bool:
    return _reply_does(hearing, proposal, CounterpartAct.DECLINES)


def _reply_does(hearing: Hearing, proposal: HeardTurn, act: CounterpartAct) -> bool:
    return any(act in reply.told for reply in hearing.reply_to(proposal))


def _fact(criterion: FactCriterion, hearing: Hearing, recorded: Recorded | None) -> Finding:
    if recorded is None:
        return Finding(Verdict.NOT_JUDGED, None, "Needs a session: a transcript doesn't say what was hidden.")
    told = [recorded.earned[fact_id] for fact_id in criterion.facts if fact_id in recorded.earned]
    if not told:
        return Finding(Verdict.MISSED, Source.RECORD, "You didn't get them to tell you.")
    texts = {turn.id: turn.text for _, turn in hearing.transcript.turns()}
    evidence = tuple(Evidence(turn=turn, quote=short(texts[turn])) for turn in told)
    if len(told) < len(criterion.facts):
        return Finding(Verdict.PARTIAL, Source.RECORD, f"You got {len(told)} of {len(criterion.facts)}.", evidence)
    return Finding(Verdict.MET, Source.RECORD, "They told you.", evidence)


def _map(criterion: MapCriterion, recorded: Recorded | None) -> Finding:
    if recorded is None:
        return Finding(Verdict.NOT_JUDGED, None, "Needs a session: a transcript holds no map.")
    if recorded.mapped is None:
        return Finding(Verdict.NOT_APPLICABLE, Source.RECORD, "A scenario of one call has no map.")
    return map_finding(criterion, recorded.mapped)


def _never(criterion: NeverCriterion, hearing: Hearing) -> Finding:
    done = hearing.with_act(criterion.acts)
    if not done:
        return Finding(Verdict.MET, Source.LISTENER, "You never did.")
    evidence = tuple(heard.evidence(quote) for heard, quote in done)
    times = "once" if len(done) == 1 else f"{len(done)} times"
    return Finding(Verdict.VIOLATED, Source.LISTENER, f"You did it {times}.", evidence)


def _measure(criterion: MeasureCriterion, hearing: Hearing) -> Finding:
    measured = measure(criterion.measure, hearing)
    if isinstance(measured, str):
        return Finding(Verdict.NOT_APPLICABLE, Source.MEASURE, measured)
    met, partial = criterion.bounds
    more_is_better = criterion.measure.more_is_better
    reached = [measured.value >= bound if more_is_better else measured.value <= bound for bound in (met, partial)]
    verdict = Verdict.MET if reached[0] else Verdict.PARTIAL if reached[1] else Verdict.MISSED
    reason = f"{measured.words}; {_bound_words(criterion.measure, met)}."
    return Finding(verdict, Source.MEASURE, reason, measured.evidence)


def _bound_words(wanted: Measure, met: float) -> str:
    """What would have been met."""
    if wanted is Measure.TALK_SHARE:
        return f"up to {met:.0%} is listening"
    return f"{'from' if wanted.more_is_better else 'up to'} {f'{met:.0%}' if wanted.is_share else f'{met:g}'} is good"


def _is_question(acts: Collection[str]) -> bool:
    return all(act.startswith("ask") for act in acts)
