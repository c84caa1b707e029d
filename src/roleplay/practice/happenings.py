"""What a practice loop tells a face, in the order in which it happens."""

from dataclasses import dataclass

from roleplay.content.acts import Channel
from roleplay.record.events import RECRUITER, EndReason, SessionEnd


@dataclass(frozen=True)
class TouchOpened:
    """A call begins: who is on the line."""

    touch: str
    role: str
    name: str
    title: str
    by: str = RECRUITER
    """Who rang."""
    channel: Channel = Channel.CALL
    roles: tuple[str, ...] = ()
    """Everybody on the line."""


@dataclass(frozen=True)
class RangOut:
    """Nobody picked up; their voicemail answers, and records what is said next."""

    touch: str
    role: str
    name: str
    greeting: str


@dataclass(frozen=True)
class Beeped:
    """The beep cut a voicemail: only `text` was recorded."""

    turn: str
    text: str


@dataclass(frozen=True)
class MessageSent:
    """The recruiter's message is on its way."""

    turn: str
    to: tuple[str, ...]
    channel: Channel
    text: str


@dataclass(frozen=True)
class MessageCame:
    """Somebody has written."""

    turn: str
    role: str
    channel: Channel
    text: str


@dataclass(frozen=True)
class DayCame:
    """A new day has begun."""

    day: int


@dataclass(frozen=True)
class SessionClosed:
    """A session over several days is over, and why."""

    reason: SessionEnd


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
class HintOffered:
    """What the scorecard still misses: a criterion's title, why it matters, and a line to say."""

    title: str
    why: str
    say: str


@dataclass(frozen=True)
class TouchClosed:
    """The call is over, and why."""

    touch: str
    role: str
    reason: EndReason


Happening = (
    TouchOpened
    | RangOut
    | Beeped
    | MessageSent
    | MessageCame
    | DayCame
    | TurnKept
    | WordsSpoken
    | TurnFinished
    | NoticeRaised
    | HintOffered
    | TouchClosed
    | SessionClosed
)
