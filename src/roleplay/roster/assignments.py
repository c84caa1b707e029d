"""Assignments: what somebody is to practise, by when, and how far they are. Pure."""

from collections.abc import Collection, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final

from pydantic import Field

from roleplay.content.base import Slug
from roleplay.content.difficulty import Difficulty
from roleplay.content.mode import Mode
from roleplay.roster.people import PersonId
from roleplay.values import Value

MOST_ATTEMPTS: Final = 10
AssignmentId = Annotated[str, Field(pattern=r"^a-[0-9a-z-]+$")]


class Assignment(Value):
    """A scenario with its scorecard as they were when it was made, for some people."""

    id: AssignmentId
    title: str
    scenario_id: Slug
    scorecard_id: Slug
    case_digest: str
    """The case, with the pass mark that was asked for; later changes of the content change nothing."""
    pass_mark: float = Field(ge=0, le=100)
    due_at: datetime
    zone: str
    """The IANA time zone in which the due time was given."""
    attempts: int = Field(default=3, ge=1, le=MOST_ATTEMPTS)
    mode: Mode = Mode.COACHED
    difficulty: Difficulty = Difficulty.NORMAL
    after: tuple[AssignmentId, ...] = ()
    """What must be passed before."""
    people: tuple[PersonId, ...] = Field(min_length=1)
    by: PersonId
    made_at: datetime
    withdrawn_at: datetime | None = None


class Attempt(Value):
    """A session that was played for an assignment."""

    session: str
    assignment: AssignmentId
    person: PersonId
    started_at: datetime
    is_over: bool
    submitted_at: datetime | None = None
    score: float | None = None
    passed: bool = False
    is_void: bool = False
    """Whether its result doesn't count, since the other side's voice didn't keep to its part."""

    @property
    def counts(self) -> bool:
        """Whether it uses up an attempt: it was submitted, and nothing but the recruiter decided how it went."""
        return self.submitted_at is not None and not self.is_void


class Status(StrEnum):
    """How far somebody is with an assignment."""

    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    PASSED = "passed"
    FAILED = "failed"
    """All attempts are used up."""
    OVERDUE = "overdue"


class Standing(Value):
    """One person's standing with one assignment."""

    assignment: Assignment
    person: PersonId
    status: Status
    used: int
    """Attempts that count."""
    best: float | None = None
    latest: float | None = None
    is_late: bool = False
    """Whether it was passed after it was due."""
    open_session: str | None = None
    """A session that isn't over, to go on with."""
    unsubmitted: tuple[str, ...] = ()
    """Sessions that are over and not submitted yet, the latest first."""
    waits_for: tuple[AssignmentId, ...] = ()
    """What must be passed before it can begin."""

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to do."""
        return self.status in {Status.PASSED, Status.FAILED}


def standing_of(
    assignment: Assignment,
    person: PersonId,
    attempts: Sequence[Attempt],
    passed: Collection[AssignmentId],
    now: datetime,
) -> Standing:
    """How far `person` is. `attempts`: theirs at this assignment; `passed`: the assignments that they have passed."""
    counting = sorted((each for each in attempts if each.counts), key=lambda each: each.submitted_at or now)
    won = next((each for each in counting if each.passed), None)
    scores = [each.score for each in counting if each.score is not None]
    waiting = [each for each in attempts if each.is_over and each.submitted_at is None]
    return Standing(
        assignment=assignment,
        person=person,
        status=_status(assignment, attempts, len(counting), now, has_passed=won is not None),
        used=len(counting),
        best=max(scores, default=None),
        latest=scores[-1] if scores else None,
        is_late=won is not None and won.submitted_at is not None and won.submitted_at > assignment.due_at,
        open_session=next((each.session for each in attempts if not each.is_over), None),
        unsubmitted=tuple(
            each.session for each in sorted(waiting, key=lambda each: each.started_at, reverse=True) if not each.is_void
        ),
        waits_for=tuple(each for each in assignment.after if each not in passed),
    )


def _status(
    assignment: Assignment, attempts: Sequence[Attempt], used: int, now: datetime, *, has_passed: bool
) -> Status:
    if has_passed:
        return Status.PASSED
    if used >= assignment.attempts:
        return Status.FAILED
    if now > assignment.due_at:
        return Status.OVERDUE
    return Status.IN_PROGRESS if attempts else Status.NOT_STARTED


def hindrance(standing: Standing) -> str | None:
    """Why no new attempt can begin; None where one can."""
    if standing.assignment.withdrawn_at is not None:
        return "it was withdrawn"
    if standing.status is Status.PASSED:
        return "it is passed"
    if standing.status is Status.FAILED:
        return f"all {standing.assignment.attempts} attempts are used up"
    if standing.waits_for:
        return f"{', '.join(standing.waits_for)} must be passed first"
    if standing.open_session is not None and standing.assignment.mode is Mode.EXAM:
        return f"an attempt is under way: roleplay practice --resume {standing.open_session}"
    return None
