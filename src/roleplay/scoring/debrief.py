"""The debrief: what a recruiter reads after a session. A pure view of the record, the case and the result."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from pydantic import Field

from roleplay.content.case import Case
from roleplay.content.mode import Mode
from roleplay.content.scorecard import Scorecard
from roleplay.record.events import (
    RECRUITER,
    AnswerDirected,
    DoorShut,
    EndReason,
    Event,
    SessionEnd,
    SessionEnded,
    SessionStarted,
    TouchEnded,
    TurnSpoken,
)
from roleplay.record.transcript import Transcript, transcript_of
from roleplay.scoring.aftermath import Aftermath, aftermath_of
from roleplay.scoring.calibration import CriterionAgreement
from roleplay.scoring.comparing import Comparison, compare
from roleplay.scoring.fidelity import Fidelity, fidelity_of
from roleplay.scoring.hints import hints_in
from roleplay.scoring.ledger import LedgerEntry, ledger_of
from roleplay.scoring.measures import talk_share
from roleplay.scoring.moments import Mark, chances_of, marks_of, moment_of, patience_ran_out, quoted_moment
from roleplay.scoring.next_time import lines_for
from roleplay.scoring.overruling import possible_verdicts
from roleplay.scoring.remarks import Remark, Remarks
from roleplay.scoring.result import CriterionResult, Result, Step, Verdict
from roleplay.values import Value

COSTS_IN_WORDS: Final = {
    "pitch": "selling",
    "pressure": "pushing",
    "disparage": "running somebody down",
    "long_turn": "talking on for over 90 words",
    "asks_nothing": "a turn that asked nothing",
}
"""What a turn costs patience for, by the record's cause; other causes are repeated questions."""


class Advice(Value):
    """One thing to fix: which criterion, why it matters, and what to say next time."""

    criterion: str
    """Empty where the scorecard is met, and only facts are left to learn."""
    title: str
    why: str
    say: tuple[str, ...]


class Praise(Value):
    """One thing to keep doing: which criterion, and the recruiter's words that met it."""

    criterion: str
    title: str
    quote: str


class Row(Value):
    """One line of the scorecard."""

    title: str
    why: str
    say: tuple[str, ...]
    result: CriterionResult
    moment: str | None = None
    """The recruiter's turn to go back to; known of sessions."""
    disputed: Remark | None = None
    """What the recruiter sees otherwise, where no coach has answered yet."""
    is_settled: bool = False
    """Whether a coach decided it or let it stand."""
    is_doubtful: bool = False
    """Whether a coach should look at it; only where a coach reads it."""
    verdicts: tuple[Verdict, ...] = ()
    """Those that a coach can choose from."""
    coach_decides: CriterionAgreement | None = None
    """How little scorer and coaches agree on the criterion; None where they agree enough, or nobody knows."""


class Debrief(Value):
    """Everything that is shown once a session is over."""

    scenario_id: str
    """Empty of a real call, of which only the words are known."""
    title: str
    company: str
    """Empty of a real call."""
    with_name: str
    ending: str
    """How it ended, in one sentence."""
    result: Result
    pass_mark: float
    keep: Praise | None
    """The one thing to keep; None where nothing was met by words."""
    fix: Advice | None
    """The one thing to fix; None where all that could be met was met, and nothing is left to learn."""
    rows: tuple[Row, ...]
    ledger: tuple[LedgerEntry, ...]
    ladder: tuple[Step, ...] = ()
    """Date, bump and cost, where the case has a date and the result knows them."""
    talk_share: float | None
    """The recruiter's share of the words, 0 to 1; None where nothing was said."""
    transcript: Transcript
    fidelity: Fidelity | None = None
    """How a language model kept to its part; None where the script played it."""
    names: dict[str, str] = Field(default_factory=dict)
    """First names by role."""
    aftermath: Aftermath | None = None
    """Of a session over several days."""
    hints: tuple[str, ...] = ()
    """Titles of the criteria that hints were asked for, in order."""
    is_exam: bool = False
    marks: dict[str, tuple[Mark, ...]] = Field(default_factory=dict)
    """By turn, what stands beside it."""
    remarks: Remarks = Remarks()
    """What others said about it."""
    against: Comparison | None = None
    """Of another try: how it compares with the first."""

    @property
    def is_real(self) -> bool:
        """Whether it is of a real call: nobody knows what there was to find out."""
        return not self.scenario_id

    @property
    def learned(self) -> tuple[LedgerEntry, ...]:
        """Hidden facts that the recruiter earned."""
        return tuple(entry for entry in self.ledger if entry.turn is not None)

    @property
    def never_learned(self) -> tuple[LedgerEntry, ...]:
        """Hidden facts that the recruiter didn't earn."""
        return tuple(entry for entry in self.ledger if entry.turn is None)


def debrief_of(
    case: Case,
    events: Sequence[Event],
    result: Result,
    first: Result | None = None,
    coach_decides: Mapping[str, CriterionAgreement] | None = None,
) -> Debrief:
    """Gather a finished session's debrief. Reveals hidden facts, so only once the session is over.

    `first`: the result of the session that this is another try at. `coach_decides`: the criteria on which scorer and
    coaches agree too little.
    """
    transcript = transcript_of(case, events)
    ledger = ledger_of(case, events)
    rows = tuple(
        row.model_copy(
            update={
                "say": lines_for(case, case.scorecard.criteria[row.result.id]),
                "moment": moment_of(case, row.result, ledger, transcript),
                "coach_decides": (coach_decides or {}).get(row.result.id),
            }
        )
        for row in rows_of(case.scorecard, result)
    )
    chances = chances_of(case, result.criteria, ledger, transcript)
    aftermath = aftermath_of(case, events)
    calls = case.personas[case.scenario.calls]
    called = [calls] if aftermath is None else list(case.personas.values())
    return Debrief(
        scenario_id=case.scenario_id,
        title=case.scenario.title,
        company=case.scenario.company,
        with_name=", ".join(persona.name for persona in called),
        ending=_ending(calls.first_name, events) if aftermath is None else _campaign_ending(case, events, aftermath),
        result=result,
        pass_mark=case.scorecard.pass_mark,
        keep=_keep(rows, transcript),
        fix=_fix(rows) or _still_to_learn(ledger),
        rows=rows,
        ledger=ledger,
        ladder=result.ladder,
        talk_share=talk_share(transcript),
        transcript=transcript,
        fidelity=fidelity_of(events),
        names={role: persona.first_name for role, persona in case.personas.items()},
        aftermath=aftermath,
        hints=tuple(case.scorecard.criteria[name].title for name in hints_in(events)),
        is_exam=any(isinstance(event, SessionStarted) and event.mode is Mode.EXAM for event in events),
        marks=marks_of(((row.title, row.result) for row in rows), chances, patience_ran_out(case, events)),
        against=None if first is None else _against(case.scorecard, events, first, result),
    )


def debrief_of_transcript(
    transcript: Transcript, scorecard: Scorecard, result: Result, names: Mapping[str, Sequence[str]]
) -> Debrief:
    """Gather the debrief of a real call, of which only the words are known.

    `names`: whole names of all who share a role, as far as they are known.
    """
    own = {turn.id for _, turn in transcript.turns() if turn.is_recruiters}
    rows = tuple(
        row.model_copy(update={"moment": quoted_moment(row.result, own)}) for row in rows_of(scorecard, result)
    )
    roles = [role for touch in transcript.touches for role in touch.with_]
    roles += [turn.speaker for _, turn in transcript.turns() if not turn.is_recruiters]
    people = {role: names.get(role, ()) or (role.replace("_", " "),) for role in roles}
    recruiter = {RECRUITER: names[RECRUITER]} if names.get(RECRUITER) else {}
    return Debrief(
        scenario_id="",
        title=transcript.title or "A real call",
        company="",
        with_name=", ".join(name for shared in people.values() for name in shared),
        ending=_extent(transcript),
        result=result,
        pass_mark=scorecard.pass_mark,
        keep=_keep(rows, transcript),
        fix=_fix(rows),
        rows=rows,
        ledger=(),
        talk_share=talk_share(transcript),
        transcript=transcript,
        names={role: "/".join(map(_called, shared)) for role, shared in (people | recruiter).items()},
        marks=marks_of((row.title, row.result) for row in rows),
    )


def with_remarks(debrief: Debrief, remarks: Remarks) -> Debrief:
    """Set what others said about a session beside its rows."""
    rows = tuple(
        row.model_copy(
            update={
                "disputed": remarks.disputes.get(row.result.id),
                "is_settled": row.result.id in remarks.settled,
                "is_doubtful": row.result.id in remarks.doubts,
            }
        )
        for row in debrief.rows
    )
    return debrief.model_copy(update={"rows": rows, "remarks": remarks})


def _against(scorecard: Scorecard, events: Sequence[Event], first: Result, result: Result) -> Comparison | None:
    started = next((event for event in events if isinstance(event, SessionStarted)), None)
    if started is None or started.tried_before is None:
        return None
    titles = [(name, criterion.title) for name, criterion in scorecard.criteria.items()]
    return compare(started.tried_before.session, started.tried_before.turn, first, result, titles)


def rows_of(scorecard: Scorecard, result: Result) -> tuple[Row, ...]:
    """Set each result beside its criterion's words, in the scorecard's order."""
    return tuple(
        Row(
            title=criterion.title,
            why=criterion.why,
            say=criterion.say,
            result=result.criterion(criterion_id),
            verdicts=possible_verdicts(criterion),
        )
        for criterion_id, criterion in scorecard.criteria.items()
    )


def _ending(name: str, events: Sequence[Event]) -> str:
    ended = next((event for event in reversed(events) if isinstance(event, TouchEnded)), None)
    turns = sum(isinstance(event, TurnSpoken) for event in events)
    cost = _cost_words(name, events)
    how = {
        None: "The call was left open.",
        EndReason.RECRUITER_LEFT: "You ended the call.",
        EndReason.GOODBYE: "You said goodbye to each other.",
        EndReason.HUNG_UP: f"{name} hung up on you.",
        EndReason.TIME_UP: f"{name}'s time was up.",
        EndReason.NOTHING_NEW: f"{name} ended a call that went in circles.",
    }[None if ended is None else ended.reason]
    return f"{how} {turns} turns.{cost}"


def _campaign_ending(case: Case, events: Sequence[Event], aftermath: Aftermath) -> str:
    """How a session over several days went, in two sentences."""
    ended = next((event.reason for event in reversed(events) if isinstance(event, SessionEnded)), None)
    how = {
        None: "It was left open.",
        SessionEnd.CALL_OVER: "It is over.",
        SessionEnd.RECRUITER_DONE: "You called it a day.",
        SessionEnd.DAYS_UP: "The days were over.",
        SessionEnd.TOUCHES_UP: "You had turned up more often than anybody's patience allows.",
    }[ended]
    shut = [case.personas[event.role].first_name for event in events if isinstance(event, DoorShut)]
    told = f" {' and '.join(shut)} shut the door." if shut else ""
    touches = "one touch" if aftermath.touches == 1 else f"{aftermath.touches} touches"
    return f"{how} {touches[0].upper()}{touches[1:]}, up to day {aftermath.days}.{told}"


def _extent(transcript: Transcript) -> str:
    """How much was said, in one sentence."""
    turns = sum(1 for _ in transcript.turns())
    said = "One turn" if turns == 1 else f"{turns} turns"
    touches = len(transcript.touches)
    return f"{said}." if touches < 2 else f"{said}, in {touches} touches up to day {transcript.touches[-1].day}."


def _called(name: str) -> str:
    """A name as a caller would use it; `Houston, Ben` is Ben."""
    return (name.partition(", ")[2] or name).split()[0]


def _cost_words(name: str, events: Sequence[Event]) -> str:
    """What used up the other side's patience, where it was used up; the commonest first."""
    if not any(isinstance(event, TouchEnded) and event.reason is EndReason.HUNG_UP for event in events):
        return ""
    causes = Counter(
        COSTS_IN_WORDS.get(cause, "asking again for what was answered or turned aside")
        for event in events
        if isinstance(event, AnswerDirected) and event.patience_change < 0
        for cause in event.because
    )
    said = [cause if times == 1 else f"{cause} ({times} times)" for cause, times in causes.most_common()]
    return f" What used up {name}'s patience: {', '.join(said)}." if said else ""


def _keep(rows: Sequence[Row], transcript: Transcript) -> Praise | None:
    """The heaviest criterion that was met by the recruiter's own words; none of a turn that broke something."""
    own = {turn.id for _, turn in transcript.turns() if turn.is_recruiters}
    own -= {item.turn for row in rows if row.result.verdict is Verdict.VIOLATED for item in row.result.evidence}
    met = [
        (row, quotes)
        for row in rows
        if row.result.verdict is Verdict.MET
        and (quotes := [item.quote for item in row.result.evidence if item.turn in own])
    ]
    if not met:
        return None
    best, quotes = max(met, key=lambda entry: entry[0].result.max_points)
    return Praise(criterion=best.result.id, title=best.title, quote=quotes[0])


def _fix(rows: Sequence[Row]) -> Advice | None:
    """The criterion that cost the most; a violation before all else."""
    lost = [
        (row.result.verdict is Verdict.VIOLATED, row.result.max_points - row.result.points, -index, row)
        for index, row in enumerate(rows)
        if row.result.points is not None
        and row.result.points < row.result.max_points
        and row.result.verdict is not Verdict.MET
    ]
    if not lost:
        return None
    row = max(lost, key=lambda entry: entry[:3])[3]
    return Advice(criterion=row.result.id, title=row.title, why=row.why, say=row.say)


def _still_to_learn(ledger: Sequence[LedgerEntry]) -> Advice | None:
    """What is left where the scorecard is met: the facts that nobody told, and the first questions for them."""
    left = [entry for entry in ledger if entry.turn is None]
    asks = [entry.ask for entry in sorted(left, key=lambda entry: entry.from_turn is None) if entry.ask is not None]
    if not asks:
        return None
    facts = "one hidden fact is" if len(left) == 1 else f"{len(left)} of {len(ledger)} hidden facts are"
    why = f"All that could be met was; {facts} still to be learned."
    return Advice(criterion="", title="Learn what is left", why=why, say=tuple(asks[:2]))
