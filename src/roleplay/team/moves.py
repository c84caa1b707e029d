"""What somebody does about one session that is theirs to see, as values that a face can hand on."""

from dataclasses import dataclass

from roleplay.roster.people import Person
from roleplay.scoring.result import Verdict
from roleplay.store.base import StoredSession
from roleplay.team.together import Team


@dataclass(frozen=True)
class HandIn:
    """The recruiter hands it in."""


@dataclass(frozen=True)
class Comment:
    """Somebody writes about a turn, or about all of it."""

    words: str
    turn: str | None = None


@dataclass(frozen=True)
class Dispute:
    """The recruiter sees a verdict otherwise."""

    criterion: str
    words: str


@dataclass(frozen=True)
class Overrule:
    """A coach's word on a verdict; None takes the last one back."""

    criterion: str
    verdict: Verdict | None
    because: str
    turn: str | None = None


@dataclass(frozen=True)
class Accept:
    """A coach lets verdicts stand; None: all that the scorer is sure of."""

    criteria: tuple[str, ...] | None = None


@dataclass(frozen=True)
class SignOff:
    """A coach is done with it."""


@dataclass(frozen=True)
class SendBack:
    """A coach asks for more practice."""

    words: str
    drill: str | None = None
    scenario: str | None = None


SessionMove = HandIn | Comment | Dispute | Overrule | Accept | SignOff | SendBack


async def make(team: Team, me: Person, session: StoredSession, move: SessionMove) -> str:
    """Do it; returns what to tell, in a line.

    Raises:
        DutyError: it isn't for `me` to do.
        MoveError: it can't be done now.
        NotFoundError: no such turn or criterion, or a verdict that the criterion can't have.
    """
    reviewing = team.reviewing
    match move:
        case HandIn():
            await team.assigning.submit(me, session)
            return "Handed in. A coach sees it from now on."
        case Comment():
            await reviewing.comment(me, session, move.words, move.turn)
            return "Written down."
        case Dispute():
            await reviewing.dispute(me, session, move.criterion, move.words)
            return "Disputed. A coach decides."
        case Overrule():
            await reviewing.overrule(me, session, move.criterion, move.verdict, move.because, move.turn)
            return "Kept." if move.verdict is not None else "Taken back."
        case Accept():
            accepted = await reviewing.accept(me, session, move.criteria)
            return "One verdict may stand." if len(accepted) == 1 else f"{len(accepted)} verdicts may stand."
        case SignOff():
            await reviewing.sign_off(me, session)
            return "Signed off."
        case SendBack():
            await reviewing.send_back(me, session, move.words, drill=move.drill, scenario=move.scenario)
            return "Sent back."
