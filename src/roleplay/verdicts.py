"""What faces say of verdicts beside points and reason: who else found what, and where in the talk. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from roleplay.scoring.calibration import CriterionAgreement
from roleplay.scoring.debrief import Debrief, Row
from roleplay.scoring.moments import Mark, MarkKind
from roleplay.scoring.remarks import Remark, Remarks
from roleplay.scoring.result import CriterionResult, Evidence, ScorersVerdict, Verdict
from roleplay.wording import count, score_words, verdict_words, when


@dataclass(frozen=True)
class Beside:
    """One thing that stands below a verdict."""

    sign: str
    words: str
    evidence: tuple[Evidence, ...] = ()


def beside(row: Row) -> Iterator[Beside]:
    """What stands below a verdict: a line for next time, the scorer's own, what coaches said, what a judge finds."""
    result = row.result
    if result.verdict is Verdict.MISSED:
        yield Beside("→", f"Next time: “{row.say[0]}”")
    if result.overruled is not None:
        yield _scorers(result, result.overruled)
    for word in result.words if result.overruled is None else result.words[:-1]:
        said = "took that back" if word.verdict is None else f"said: {verdict_words(word.verdict)[1]}"
        why = f". {word.because}" if word.because else "."
        yield Beside("·", f"{when(word.at)}, {word.by or 'a coach'} {said}{why}", word.evidence)
    if result.second is not None:
        second = result.second
        yield Beside("≠", f"Second opinion: {verdict_words(second.verdict)[1]}. {second.reason}", second.evidence)
    if row.coach_decides is not None and result.overruled is None:
        yield Beside("!", coach_decides_words(row.coach_decides))
    if row.disputed is not None:
        yield Beside("?", f"Disputed by {remark_words(row.disputed)}")
    elif row.is_doubtful:
        yield Beside("?", "Not sure: look at this one.")
    elif row.is_settled and result.overruled is None:
        yield Beside("·", "A coach lets it stand.")


def remark_words(remark: Remark) -> str:
    """Who said what, and when."""
    return f"{remark.by}, {when(remark.at)}: {remark.words}"


def review_lines(remarks: Remarks) -> Iterator[str]:
    """How far a session's review is, and what was said about all of it."""
    if remarks.submitted_at is not None:
        yield f"Handed in {when(remarks.submitted_at)}."
    if remarks.sent_back is not None:
        yield f"Sent back by {remark_words(remarks.sent_back)}"
        if remarks.drill is not None:
            yield f"To do: roleplay drill {remarks.drill}"
        if remarks.scenario is not None:
            yield f"To play: {remarks.scenario}"
    if remarks.signed_off is not None:
        yield f"Signed off by {remarks.signed_off.by}, {when(remarks.signed_off.at)}."
    yield from (f"» {remark_words(remark)}" for remark in remarks.on_all)


def _scorers(result: CriterionResult, own: ScorersVerdict) -> Beside:
    """The scorer's own verdict; its quotes where they don't stand above already."""
    evidence = () if own.evidence == result.evidence else own.evidence
    return Beside("·", f"The scorer: {verdict_words(own.verdict)[1]}. {own.reason}", evidence)


def kept_words(debrief: Debrief) -> str:
    """What a session comes to once a coach's word was kept."""
    return f"Kept. {score_words(debrief.result, debrief.pass_mark)}"


def judged_words(debrief: Debrief) -> str:
    """What came of a judge's reading, in one sentence."""
    differ = sum(row.result.second is not None for row in debrief.rows)
    if not differ:
        return "The model has read it, and hears nothing otherwise."
    return f"The model has read it, and hears {differ} of {len(debrief.rows)} criteria otherwise: see ≠."


def asking_words(host: str) -> str:
    """What is said while a judge reads."""
    return f"Asking the model at {host}, where the words go …"


def coach_decides_words(agreement: CriterionAgreement) -> str:
    """Why a criterion's verdict shouldn't stand without a coach's."""
    figures = f"κ {kappa_text(agreement.kappa)}, {count(agreement.cases, 'case')}"
    return f"A coach decides: scorer and coaches agree too little here ({figures})."


def kappa_text(kappa: float | None) -> str:
    """Cohen's κ with two decimals; a dash where chance alone would agree always."""
    return "-" if kappa is None else f"{kappa:.2f}"


def mark_words(mark: Mark) -> str:
    """What stands beside a turn of a scored transcript."""
    if mark.kind is MarkKind.PATIENCE:
        return f"◂ {mark.title}'s patience ran out"
    if mark.verdict is None:
        return f"◂ could have come here: {mark.title}"
    symbol, word = verdict_words(mark.verdict)
    return f"◂ {mark.title} {symbol} {word}"
