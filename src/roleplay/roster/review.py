"""A session's review: a view of what was done about it. Pure."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from roleplay.roster.assignments import AssignmentId
from roleplay.roster.events import (
    CommentMade,
    SentBack,
    SessionSubmitted,
    SignedOff,
    TeamEvent,
    VerdictDisputed,
    VerdictOverruled,
    VerdictsAccepted,
)
from roleplay.values import Value


class Review(Value):
    """How far a coach is with a session."""

    session: str
    submitted_at: datetime | None = None
    assignment: AssignmentId | None = None
    comments: tuple[CommentMade, ...] = ()
    settled: frozenset[str] = frozenset()
    """Criteria that a coach has decided or let stand since they were last disputed."""
    disputes: tuple[VerdictDisputed, ...] = ()
    """Those that nobody has answered: the latest of each criterion."""
    signed_off: SignedOff | None = None
    sent_back: SentBack | None = None

    @property
    def is_open(self) -> bool:
        """Whether it waits for a coach."""
        return self.submitted_at is not None and (self.signed_off is None or bool(self.disputes))


def review_of(session: str, events: Iterable[TeamEvent]) -> Review:
    """Fold what was done about `session`, in the order in which it was done.

    A coach's word on a criterion, or letting it stand, answers its dispute. What is sent back is done with, too.
    """
    review = Review(session=session)
    for event in events:
        if getattr(event, "session", None) == session:
            review = review.model_copy(update=_change(review, event))
    return review


def _change(review: Review, event: TeamEvent) -> dict[str, object]:
    match event:
        case SessionSubmitted():
            return {"submitted_at": event.at, "assignment": event.assignment}
        case CommentMade():
            return {"comments": (*review.comments, event)}
        case VerdictOverruled():
            return _settled(review, {event.criterion})
        case VerdictsAccepted():
            return _settled(review, set(event.criteria))
        case VerdictDisputed():
            others = tuple(each for each in review.disputes if each.criterion != event.criterion)
            return {"disputes": (*others, event), "settled": review.settled - {event.criterion}}
        case SignedOff():
            return {"signed_off": event}
        case SentBack():
            return {"sent_back": event}
        case _:
            return {}


def _settled(review: Review, criteria: set[str]) -> dict[str, object]:
    return {
        "settled": review.settled | criteria,
        "disputes": tuple(each for each in review.disputes if each.criterion not in criteria),
    }


class Why(StrEnum):
    """Why something stands in a coach's queue."""

    DISPUTED = "disputed"
    LOW_FIDELITY = "low_fidelity"
    """The voice didn't keep to its part, so the score doesn't count."""
    SUBMITTED = "submitted"
    OVERDUE = "overdue"


class Queued(Value):
    """An entry of a coach's queue: a session, or an assignment that somebody is late with."""

    why: Why
    person: str
    """The person's name."""
    title: str
    since: datetime
    session: str | None = None
    assignment: AssignmentId | None = None
    score: float | None = None
    passed: bool | None = None
