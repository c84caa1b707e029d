"""Criteria that look across touches: what came first, what was written, what was taken away."""

from typing import Final

from roleplay.content.acts import Act, Sensitive
from roleplay.content.scorecard import FirstTouchCriterion, OrderCriterion, TakeAwayCriterion, WrittenCriterion
from roleplay.scoring.findings import Finding, short
from roleplay.scoring.hearing import HeardTurn, Hearing
from roleplay.scoring.result import Source, Verdict
from roleplay.scoring.silences import Silences

SENSITIVE_WORDS: Final = {
    Sensitive.OFF_RECORD: "what was said in confidence",
    Sensitive.BYPASS_HR: "a way around HR",
    Sensitive.CRITICISM: "blame",
    Sensitive.FEE_POLITICS: "who pays, or how much",
    Sensitive.CANDIDATE_PRIVATE: "a candidate's private matters",
    Sensitive.COMPANY_CONFIDENTIAL: "the client's own business",
}


def order(criterion: OrderCriterion, hearing: Hearing) -> Finding:
    """Find whether something was asked before the rest was laid out."""
    done, later = hearing.with_act(criterion.acts), hearing.with_act(criterion.before)
    if not done:
        return Finding(Verdict.MISSED, Source.LISTENER, "You never asked.")
    first, quote = done[0]
    if later and later[0][0].position < first.position:
        evidence = (first.evidence(quote), later[0][0].evidence(later[0][1]))
        return Finding(Verdict.PARTIAL, Source.LISTENER, "You asked, but only after you had laid it out.", evidence)
    return Finding(Verdict.MET, Source.LISTENER, "You asked first.", (first.evidence(quote),))


def first_touch(criterion: FirstTouchCriterion, hearing: Hearing) -> Finding:
    """Find whether the first touch was by voice, and asked for little."""
    own = hearing.recruiters()
    if not own:
        return Finding(Verdict.MISSED, Source.LISTENER, "You never got in touch.")
    touch = own[0].touch
    assert touch is not None
    opening = own[0].evidence(short(_text_of(own[0])))
    if touch.channel.is_written:
        return Finding(Verdict.MISSED, Source.RECORD, "You began in writing.", (opening,))
    for heard, quote in hearing.with_act(criterion.acts):
        if heard.touch is touch:
            return Finding(
                Verdict.MET, Source.LISTENER, "You began by voice, and asked for little.", (heard.evidence(quote),)
            )
    reason = "You began by voice, without asking for a private or a short talk."
    return Finding(Verdict.PARTIAL, Source.LISTENER, reason, (opening,))


def written(criterion: WrittenCriterion, hearing: Hearing) -> Finding:
    """Find whether anything sensitive was put in writing."""
    written = [heard for heard in hearing.recruiters() if heard.touch is not None and heard.touch.channel.is_written]
    if not written:
        return Finding(Verdict.NOT_APPLICABLE, Source.RECORD, "You wrote nothing.")
    evidence = tuple(
        heard.evidence(heard.sensitive[category])
        for heard in written
        for category in criterion.categories
        if category in heard.sensitive
    )
    if evidence:
        kinds = {category for heard in written for category in criterion.categories if category in heard.sensitive}
        told = ", ".join(sorted(SENSITIVE_WORDS[kind] for kind in kinds))
        return Finding(Verdict.VIOLATED, Source.LISTENER, f"You put in writing {told}.", evidence)
    return Finding(Verdict.MET, Source.LISTENER, "Nothing that you wrote can hurt anybody.")


def take_away(criterion: TakeAwayCriterion, hearing: Hearing) -> Finding:
    """Find whether it was taken away, by voice, after long enough a silence."""
    silences = Silences.of(hearing)
    taken = hearing.with_act((Act.TAKE_AWAY,))
    best: Finding | None = None
    for heard, quote in taken:
        assert heard.touch is not None
        days = silences.before(heard)
        if days >= criterion.days and not heard.touch.channel.is_written:
            reason = f"After {days} days without an answer you took it away, by voice."
            return Finding(Verdict.MET, Source.LISTENER, reason, (heard.evidence(quote),))
        why = "in writing" if heard.touch.channel.is_written else f"after {days} days of silence"
        best = best or Finding(Verdict.PARTIAL, Source.LISTENER, f"You took it away {why}.", (heard.evidence(quote),))
    if best is not None:
        return best
    if silences.longest >= criterion.days:
        reason = f"{silences.longest} days went by without an answer, and you never took it away."
        return Finding(Verdict.MISSED, Source.RECORD, reason)
    return Finding(
        Verdict.NOT_APPLICABLE, Source.RECORD, f"Nobody left you without an answer for {criterion.days} days."
    )


def _text_of(heard: HeardTurn) -> str:
    assert heard.turn is not None
    return heard.turn.text
