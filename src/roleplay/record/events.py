"""The events of a session, append-only: what was said, heard and decided. Everything else is a view of them.

An event never holds content that wasn't spoken or decided to be spoken; the case that a session is played with
is kept beside the record, by its digest.
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from roleplay.content.acts import Act, Channel, CounterpartAct, Topic
from roleplay.content.base import Role, Slug
from roleplay.values import Value

RECRUITER = "recruiter"
SCRIPTED = "scripted"
"""The voice that says authored lines as they stand."""

TurnId = Annotated[str, Field(pattern=r"^t\d+\.\d+$")]
TouchId = Annotated[str, Field(pattern=r"^t\d+$")]


class BeatKind(StrEnum):
    """What one part of the other side's turn does."""

    DISCLOSE = "disclose"
    """Tells a fact for the first time."""
    REPEAT = "repeat"
    """Says a fact again in other words."""
    DEFLECT = "deflect"
    """Turns a question aside."""
    OBJECT = "object"
    """Raises an objection."""
    YIELD = "yield"
    """Gives up an objection."""
    SITUATION = "situation"
    """One of the persona's situations: greeting, being pitched to, hanging up …"""


class Beat(Value):
    """One part of a turn of the other side, with the authored line that says it."""

    kind: BeatKind
    about: str
    """The fact's, objection's or situation's id, or the topic that is turned aside."""
    line: str
    """The authored words, ready to be said."""
    tells: tuple[CounterpartAct, ...] = ()
    """What saying it amounts to."""


class EndReason(StrEnum):
    """Why a touch ended."""

    RECRUITER_LEFT = "recruiter_left"
    """The recruiter hung up, or the input ended."""
    GOODBYE = "goodbye"
    """Both said goodbye."""
    HUNG_UP = "hung_up"
    """The other side's patience was gone."""
    TIME_UP = "time_up"
    """The time that the other side had was over."""
    NOTHING_NEW = "nothing_new"
    """The talk went in circles."""


class Heard(Value):
    """An act that was heard in a turn, and how sure the listener was."""

    act: Act
    confidence: float
    quote: str


class _Event(Value):
    at: datetime


class SessionStarted(_Event):
    """A recruiter sat down to a scenario."""

    kind: Literal["session_started"] = "session_started"
    scenario_id: Slug
    case_digest: str
    seed: int
    recruiter: str | None
    listener: str
    voice: str
    """Who voices the personas: `scripted`, or a model's name and host."""


class TouchStarted(_Event):
    """A call began."""

    kind: Literal["touch_started"] = "touch_started"
    touch: TouchId
    day: int
    channel: Channel
    roles: tuple[Role, ...]


class TurnSpoken(_Event):
    """Somebody said something, whole."""

    kind: Literal["turn_spoken"] = "turn_spoken"
    turn: TurnId
    speaker: str
    text: str
    known_to: tuple[Role, ...]
    voice: str | None = None
    """Whose words they are where it isn't the recruiter: `scripted`, a model's name, or both where one finished
    the other's sentence."""
    tells: tuple[CounterpartAct, ...] = ()
    """What the other side's turn did."""


class TurnHeard(_Event):
    """The listener's reading of a recruiter's turn; of a turn that was cut short, only the part that was heard."""

    kind: Literal["turn_heard"] = "turn_heard"
    turn: TurnId
    heard: tuple[Heard, ...]
    cues: tuple[str, ...] = ()


class AnswerDirected(_Event):
    """The director decided what the other side does about `answers` (None: opens the talk)."""

    kind: Literal["answer_directed"] = "answer_directed"
    answers: TurnId | None
    role: Role
    beats: tuple[Beat, ...]
    patience_change: int = 0
    rapport_change: int = 0
    because: tuple[str, ...] = ()
    topics: tuple[Topic, ...] = ()
    """The topics that the recruiter reached for in this turn."""
    ends: EndReason | None = None


class FactEarned(_Event):
    """The other side has told a fact."""

    kind: Literal["fact_earned"] = "fact_earned"
    fact: Slug
    role: Role
    turn: TurnId


class VoiceFailed(_Event):
    """A model's endpoint failed; the scripted actor finished the turn."""

    kind: Literal["voice_failed"] = "voice_failed"
    role: Role
    cause: str


class TouchEnded(_Event):
    """A call ended."""

    kind: Literal["touch_ended"] = "touch_ended"
    touch: TouchId
    reason: EndReason


class SessionEnded(_Event):
    """The session is over; nothing follows."""

    kind: Literal["session_ended"] = "session_ended"


Event = Annotated[
    SessionStarted
    | TouchStarted
    | TurnSpoken
    | TurnHeard
    | AnswerDirected
    | FactEarned
    | VoiceFailed
    | TouchEnded
    | SessionEnded,
    Field(discriminator="kind"),
]

EVENT: TypeAdapter[Event] = TypeAdapter(Event)
"""Reads and writes one event as JSON."""
