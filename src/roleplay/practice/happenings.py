"""What a practice loop tells a face, in the order in which it happens."""

from dataclasses import dataclass

from roleplay.record.events import EndReason


@dataclass(frozen=True)
class TouchOpened:
    """A call begins: who is on the line."""

    touch: str
    role: str
    name: str
    title: str


@dataclass(frozen=True)
class TurnKept:
    """The recruiter's turn is durable; nobody has answered it yet."""

    turn: str
    text: str


@dataclass(frozen=True)
class WordsSpoken:
    """The next piece of the other side's turn."""

    turn: str
    role: str
    piece: str


@dataclass(frozen=True)
class TurnFinished:
    """The other side's turn, whole and durable. Replaces the pieces shown before."""

    turn: str
    role: str
    text: str


@dataclass(frozen=True)
class NoticeRaised:
    """Something that the recruiter must know, in one line."""

    text: str


@dataclass(frozen=True)
class TouchClosed:
    """The call is over, and why."""

    touch: str
    role: str
    reason: EndReason


Happening = TouchOpened | TurnKept | WordsSpoken | TurnFinished | NoticeRaised | TouchClosed
