"""What was done in a team, append-only: the audit trail, of which reviews are a view.

People and sessions stand in it by their ids, so that nothing of somebody who was erased is left in it.
"""

from datetime import datetime
from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints, TypeAdapter

from roleplay.record.events import TurnId
from roleplay.roster.assignments import AssignmentId
from roleplay.roster.people import Duty, PersonId
from roleplay.values import Value

MAX_WORDS: Final = 2000
Words = Annotated[str, StringConstraints(min_length=1, max_length=MAX_WORDS)]
"""What somebody wrote."""


class _TeamEvent(Value):
    at: datetime
    by: PersonId | None
    """None: the program itself, or whoever set the team up."""


class PersonAdded(_TeamEvent):
    """Somebody joined."""

    kind: Literal["person_added"] = "person_added"
    person: PersonId
    duty: Duty


class PersonChanged(_TeamEvent):
    """Somebody's duty, teams, e-mail or place on the leader board changed."""

    kind: Literal["person_changed"] = "person_changed"
    person: PersonId
    what: tuple[str, ...]
    """Names of the fields; their contents aren't kept."""


class PersonRemoved(_TeamEvent):
    """Somebody left; their sessions stay."""

    kind: Literal["person_removed"] = "person_removed"
    person: PersonId


class PersonExported(_TeamEvent):
    """All that is held on somebody was given out."""

    kind: Literal["person_exported"] = "person_exported"
    person: PersonId


class PersonErased(_TeamEvent):
    """All that was held on somebody was deleted."""

    kind: Literal["person_erased"] = "person_erased"
    person: PersonId
    sessions: int


class SessionsExpired(_TeamEvent):
    """Sessions older than the policy allows were deleted."""

    kind: Literal["sessions_expired"] = "sessions_expired"
    days: int
    sessions: int


class RetentionSet(_TeamEvent):
    """For how long sessions are kept from now on."""

    kind: Literal["retention_set"] = "retention_set"
    days: int | None = Field(ge=1)
    """None: for good."""


class AssignmentMade(_TeamEvent):
    """Something was assigned."""

    kind: Literal["assignment_made"] = "assignment_made"
    assignment: AssignmentId
    people: tuple[PersonId, ...]


class AssignmentWithdrawn(_TeamEvent):
    """An assignment was taken back; what was played for it stays."""

    kind: Literal["assignment_withdrawn"] = "assignment_withdrawn"
    assignment: AssignmentId


class _OfSession(_TeamEvent):
    session: str


class SessionSubmitted(_OfSession):
    """A recruiter handed a session in: a coach sees it from now on, and it stays as it is."""

    kind: Literal["session_submitted"] = "session_submitted"
    assignment: AssignmentId | None = None


class CommentMade(_OfSession):
    """A coach or the recruiter wrote something about a turn, or about all of it."""

    kind: Literal["comment_made"] = "comment_made"
    turn: TurnId | None = None
    words: Words


class VerdictOverruled(_OfSession):
    """A coach's word on a verdict; the word itself is kept with the result."""

    kind: Literal["verdict_overruled"] = "verdict_overruled"
    criterion: str
    verdict: str | None
    """None: an earlier word was taken back."""


class VerdictsAccepted(_OfSession):
    """A coach let the scorer's verdicts stand."""

    kind: Literal["verdicts_accepted"] = "verdicts_accepted"
    criteria: tuple[str, ...]


class VerdictDisputed(_OfSession):
    """The recruiter sees a verdict otherwise."""

    kind: Literal["verdict_disputed"] = "verdict_disputed"
    criterion: str
    words: Words


class SignedOff(_OfSession):
    """A coach is done with it."""

    kind: Literal["signed_off"] = "signed_off"


class SentBack(_OfSession):
    """A coach asks for more practice."""

    kind: Literal["sent_back"] = "sent_back"
    words: Words
    drill: str | None = None
    scenario: str | None = None


TeamEvent = Annotated[
    PersonAdded
    | PersonChanged
    | PersonRemoved
    | PersonExported
    | PersonErased
    | SessionsExpired
    | RetentionSet
    | AssignmentMade
    | AssignmentWithdrawn
    | SessionSubmitted
    | CommentMade
    | VerdictOverruled
    | VerdictsAccepted
    | VerdictDisputed
    | SignedOff
    | SentBack,
    Field(discriminator="kind"),
]
TEAM_EVENT: Final[TypeAdapter[TeamEvent]] = TypeAdapter(TeamEvent)
