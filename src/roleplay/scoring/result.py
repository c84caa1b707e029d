"""Results, `roleplay-result/1`: verdicts with their evidence, and the points that follow from them."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from roleplay.values import Value


class Verdict(StrEnum):
    """What a criterion came to."""

    MET = "met"
    PARTIAL = "partial"
    MISSED = "missed"
    VIOLATED = "violated"
    NOT_APPLICABLE = "not_applicable"
    NOT_JUDGED = "not_judged"


class Source(StrEnum):
    """Who or what found a verdict."""

    LISTENER = "listener"
    JUDGE = "judge"
    MEASURE = "measure"
    RECORD = "record"
    MAP = "map"
    COACH = "coach"


class Evidence(Value):
    """Words that stand in a turn, character for character."""

    turn: str
    quote: Annotated[str, Field(min_length=1)]


class SecondOpinion(Value):
    """What a language model finds where the listener finds something else; the listener's verdict stands."""

    verdict: Verdict
    evidence: tuple[Evidence, ...] = ()
    reason: str


class Overruling(Value):
    """A coach's word on a verdict."""

    criterion: str
    verdict: Verdict | None
    """None takes back what was said before."""
    because: str
    by: str | None
    """The coach's name."""
    at: datetime
    evidence: tuple[Evidence, ...] = ()


class ScorersVerdict(Value):
    """What the scorer found, where a coach's word stands instead."""

    verdict: Verdict
    source: Source | None
    evidence: tuple[Evidence, ...] = ()
    reason: str


class CriterionResult(Value):
    """One criterion's verdict, why, and what it is worth."""

    id: str
    verdict: Verdict
    points: float | None
    """None where the criterion was not judged or not applicable; it then leaves the total."""
    max_points: float
    source: Source | None
    evidence: tuple[Evidence, ...] = ()
    reason: str
    second: SecondOpinion | None = None
    """Only where a judge was asked, and differs."""
    is_open: bool = False
    """Not judged though a judge was asked; for passing it counts as missed."""
    overruled: ScorersVerdict | None = None
    """Only where a coach's word stands; the verdict may be the same."""
    words: tuple[Overruling, ...] = ()
    """All that coaches said, the last one last; it stands, unless it takes back."""


class Rung(StrEnum):
    """A step of the talk about a deadline; each stands on the one before."""

    DATE = "date"
    """The other side named a date, or a need in time."""
    BUMP = "bump"
    """The recruiter moved it out."""
    COST = "cost"
    """The other side said what that does."""


class Step(Value):
    """One rung, and the words that reached it; none where nobody did."""

    rung: Rung
    turn: str | None = None
    """None of what was said before the session, too."""
    quote: str = ""
    is_early: bool = False
    """Whether a date was moved out before one was known: the rung isn't reached, and the words are shown."""

    @property
    def is_reached(self) -> bool:
        """Whether somebody reached it."""
        return bool(self.quote) and not self.is_early


class Result(Value):
    """A scored session or transcript."""

    format: Literal["roleplay-result/1"] = "roleplay-result/1"
    scorecard: str
    score: float = Field(ge=0, le=100)
    """Points earned of those that could be, in percent, over the criteria judged and applicable."""
    passed: bool
    void: str | None = None
    """Why the score doesn't count, which is no fault of the recruiter's; None where it does."""
    criteria: tuple[CriterionResult, ...]
    ladder: tuple[Step, ...] = ()
    """How far the talk about a deadline got, as it was heard for the verdicts; empty where nobody knows."""

    def criterion(self, criterion_id: str) -> CriterionResult:
        """Return one criterion's result by its id; KeyError where there is none."""
        for criterion in self.criteria:
            if criterion.id == criterion_id:
                return criterion
        raise KeyError(criterion_id)
