"""What every face says alike of the audit trail, a line for each thing that was done."""

from collections.abc import Mapping, Sequence

from roleplay.roster.events import (
    AssignmentMade,
    AssignmentWithdrawn,
    CommentMade,
    PersonAdded,
    PersonChanged,
    PersonErased,
    PersonExported,
    PersonRemoved,
    RetentionSet,
    SentBack,
    SessionsExpired,
    SessionSubmitted,
    SignedOff,
    TeamEvent,
    VerdictDisputed,
    VerdictOverruled,
    VerdictsAccepted,
)
from roleplay.team.remarks import GONE
from roleplay.wording import count, when

NOBODY = "the program"
FOUNDER = "whoever set the team up"
MOST_NAMED = 3
"""So many criteria are named; of more, only how many there are."""
FIELD_WORDS = {"is_on_board": "place on the leader board"}


def trail_words(event: TeamEvent, names: Mapping[str, str]) -> str:
    """When it was done, by whom, and what. `names`: of people and assignments, by their ids."""
    nobody = FOUNDER if isinstance(event, PersonAdded) else NOBODY
    by = nobody if event.by is None else names.get(event.by, GONE)
    return f"{when(event.at)}  {by} {_done(event, names)}"


def keeping_words(days: int | None) -> str:
    """For how long sessions are kept."""
    return "keeps sessions for good" if days is None else f"keeps sessions for {count(days, 'day')}"


def _done(event: TeamEvent, names: Mapping[str, str]) -> str:
    match event:
        case PersonAdded() | PersonChanged() | PersonRemoved() | PersonExported() | PersonErased():
            return _about_person(event, names.get(event.person, GONE))
        case SessionsExpired():
            return f"deleted {count(event.sessions, 'session')} older than {count(event.days, 'day')}"
        case RetentionSet():
            return keeping_words(event.days)
        case AssignmentMade():
            people = _several(event.people, names)
            return f"assigned {names.get(event.assignment, event.assignment)} to {people}"
        case AssignmentWithdrawn():
            return f"withdrew {names.get(event.assignment, event.assignment)}"
        case _:
            return _about_session(event)


def _about_person(event: PersonAdded | PersonChanged | PersonRemoved | PersonExported | PersonErased, whom: str) -> str:
    match event:
        case PersonAdded():
            return f"added {whom}, {event.duty}"
        case PersonChanged():
            return f"changed {whom}: {', '.join(FIELD_WORDS.get(each, each) for each in event.what)}"
        case PersonRemoved():
            return f"removed {whom}"
        case PersonExported():
            return f"gave out what is held on {whom}"
        case PersonErased():
            return f"erased somebody, with {count(event.sessions, 'session')}"


def _about_session(
    event: SessionSubmitted
    | CommentMade
    | VerdictOverruled
    | VerdictsAccepted
    | VerdictDisputed
    | SignedOff
    | SentBack,
) -> str:
    session = event.session
    match event:
        case SessionSubmitted():
            return f"handed in {session}"
        case CommentMade():
            return f"wrote about {session}{'' if event.turn is None else f' at {event.turn}'}"
        case VerdictOverruled():
            said = "took a word back" if event.verdict is None else f"decided {event.verdict}"
            return f"{said} on {event.criterion} in {session}"
        case VerdictsAccepted():
            named = ", ".join(event.criteria)
            told = named if len(event.criteria) <= MOST_NAMED else count(len(event.criteria), "verdict")
            return f"let {told} stand in {session}"
        case VerdictDisputed():
            return f"disputed {event.criterion} in {session}"
        case SignedOff():
            return f"signed off {session}"
        case SentBack():
            return f"sent {session} back"


def _several(people: Sequence[str], names: Mapping[str, str]) -> str:
    return ", ".join(names.get(person, GONE) for person in people)
