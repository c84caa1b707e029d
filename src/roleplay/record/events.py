"""The events of a session, append-only: what was said, heard and decided. Everything else is a view of them.

An event never holds content that wasn't spoken or decided to be spoken; the case that a session is played with
is kept beside the record, by its digest.
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from roleplay.content.acts import Act, Channel, CounterpartAct, Sensitive, Topic
from roleplay.content.base import Role, Slug
from roleplay.content.difficulty import Difficulty
from roleplay.content.job_order import JobOrder
from roleplay.content.mode import Mode
from roleplay.values import Value

RECRUITER = "recruiter"
SCRIPTED = "scripted"
"""The voice that says authored lines as they stand."""

TurnId = Annotated[str, Field(pattern=r"^t\d+\.\d+$")]
TouchId = Annotated[str, Field(pattern=r"^t\d+$")]
ReactionId = Annotated[str, Field(pattern=r"^r\d+$")]
DAY_BEGINS = 540
"""Nine o'clock, in minutes from midnight."""


class BeatKind(StrEnum):
    """What one part of the other side's turn does."""

    DISCLOSE = "disclose"
    """Tells a fact for the first time."""
    VOLUNTEER = "volunteer"
    """Tells a fact unasked."""
    CLASH = "clash"
    """Contradicts somebody else on the call."""
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
    RANG_OUT = "rang_out"
    """Nobody picked up, and no message was left."""
    MESSAGE_LEFT = "message_left"
    """A voicemail was recorded."""
    SENT = "sent"
    """A message was written and sent."""


class SessionEnd(StrEnum):
    """Why a session ended."""

    CALL_OVER = "call_over"
    """It was one call, and that is over."""
    RECRUITER_DONE = "recruiter_done"
    """The recruiter called it a day."""
    DAYS_UP = "days_up"
    """The scenario's days are over."""
    TOUCHES_UP = "touches_up"
    """The recruiter has turned up more often than anybody's patience allows."""


class Way(StrEnum):
    """How words reach somebody whom they weren't meant for."""

    FORWARDED = "forwarded"
    TOLD = "told"
    OVERHEARD = "overheard"


class ReactionKind(StrEnum):
    """What a contact will do, some days after a touch."""

    CALL_BACK = "call_back"
    """Rings: they had been asked for a few private minutes."""
    COME_BACK = "come_back"
    """Rings: it had been taken away, and they want it."""
    WRITE = "write"
    """Answers a message."""
    PASS_ON = "pass_on"
    """Forwards a message, or tells what was said, to somebody else."""
    CONFRONT = "confront"
    """Writes about words that came to them by others."""
    COLD_TEXT = "cold_text"
    """Writes that this is enough voicemails."""
    SHUT_DOOR = "shut_door"
    """Writes that this is the end of it."""
    CONFIRM_DEAD = "confirm_dead"
    """Writes that the role is dead indeed."""


class GuardCheck(StrEnum):
    """What was wrong with words that a language model was going to say."""

    SPECIFIC = "specific"
    """A date, a sum, a number or a name that the case doesn't give here."""
    CLOSED = "closed"
    """What this persona has not been asked for in the right way, in other words."""
    TELLS = "tells"
    """A pain, a consequence, a date, a budget or a priority that this answer wasn't to tell."""
    CONFIRMS = "confirms"
    """A yes or no to something that the caller guesses at."""
    CONTRADICTS = "contradicts"
    """Agrees where the answer was no."""
    RECITES = "recites"
    """Its own instructions."""
    ASSISTANT = "assistant"
    """What a program says, and nobody else."""
    ROLE_SWAP = "role_swap"
    """Speaks as the caller, or for them."""
    STAGE = "stage"
    """Describes what is done instead of saying something."""
    NO_SPEECH = "no_speech"
    """What nobody says on the phone: codes, markup, another language."""
    REPEATS = "repeats"
    """What it has just said."""
    LENGTH = "length"
    """More than the answer needs."""
    LEFT_OUT = "left_out"
    """What this answer was to tell is missing."""


class GuardOutcome(StrEnum):
    """What became of the answer."""

    DROPPED = "dropped"
    """The words were left out, and nothing was missing."""
    REPAIRED = "repaired"
    """The model was asked for the rest once more."""
    SCRIPTED = "scripted"
    """The script said the rest."""


class Heard(Value):
    """An act that was heard in a turn, and how sure the listener was."""

    act: Act
    confidence: float
    quote: str


class HeardCategory(Value):
    """Sensitive content that was found in a recruiter's message, and how sure the listener was."""

    category: Sensitive
    confidence: float
    quote: str


class Reaction(Value):
    """What a contact will do when the day has come."""

    id: ReactionId
    role: Role
    kind: ReactionKind
    day: int
    minute: int
    about: TurnId
    """The recruiter's turn that it answers, or that is passed on."""
    because: str
    """Why, in the program's words: an act, a category, a habit."""
    channel: Channel | None = None
    """By which channel they write."""
    situation: str | None = None
    """What they will say, where that is decided."""
    to: Role | None = None
    """To whom words are passed on, or about whose words they write."""
    way: Way | None = None
    quote: str = ""
    categories: tuple[Sensitive, ...] = ()


class TriedBefore(Value):
    """A turn of an earlier session, from which on it is played again."""

    session: str
    turn: TurnId


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
    difficulty: Difficulty = Difficulty.NORMAL
    mode: Mode = Mode.COACHED
    voice: str
    """Who voices the personas: `scripted`, or a model's name and host."""
    assignment: str | None = None
    """The id of the assignment that it is played for."""
    tried_before: TriedBefore | None = None
    """What it is another try at; the record then begins with what was played until there."""


class TouchStarted(_Event):
    """A call, a voicemail or a message began."""

    kind: Literal["touch_started"] = "touch_started"
    touch: TouchId
    day: int
    minute: int = DAY_BEGINS
    """Of the day, from midnight."""
    channel: Channel
    roles: tuple[Role, ...]
    by: str = RECRUITER
    """Who began it."""
    reaction: ReactionId | None = None
    """The reaction that it is, where a contact began it."""


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
    prompt: str | None = None
    """The version of the prompt that a model's words answered."""
    is_cut: bool = False
    """Whether the recruiter hung up on it: what it would have done isn't done."""


class TurnHeard(_Event):
    """The listener's reading of a recruiter's turn; of a turn that was cut short, only the part that was heard."""

    kind: Literal["turn_heard"] = "turn_heard"
    turn: TurnId
    heard: tuple[Heard, ...]
    cues: tuple[str, ...] = ()
    sensitive: tuple[HeardCategory, ...] = ()
    """What should not have been written; only of written turns."""


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
    then_role: Role | None = None
    """Who speaks right after, on a call with several people."""
    then_beats: tuple[Beat, ...] = ()


class FactEarned(_Event):
    """The other side has told a fact."""

    kind: Literal["fact_earned"] = "fact_earned"
    fact: Slug
    role: Role
    turn: TurnId


class FactGivenAway(_Event):
    """The other side has told a fact unasked: known, but not earned."""

    kind: Literal["fact_given_away"] = "fact_given_away"
    fact: Slug
    role: Role
    turn: TurnId


class TimePassed(_Event):
    """It is now `minute` of `day`."""

    kind: Literal["time_passed"] = "time_passed"
    day: int
    minute: int = DAY_BEGINS


class ReactionPlanned(_Event):
    """A contact has made up their mind; the recruiter will see on the day."""

    kind: Literal["reaction_planned"] = "reaction_planned"
    reaction: Reaction


class ReactionDropped(_Event):
    """A contact does not do after all what they had set out to do."""

    kind: Literal["reaction_dropped"] = "reaction_dropped"
    reaction: ReactionId
    because: str


class WordsPassedOn(_Event):
    """Words of the recruiter's reached somebody whom they weren't meant for."""

    kind: Literal["words_passed_on"] = "words_passed_on"
    turn: TurnId
    by: Role
    to: Role
    way: Way
    day: int
    quote: str
    categories: tuple[Sensitive, ...] = ()
    reaction: ReactionId | None = None


class PromiseBroken(_Event):
    """A contact has learned that what they said in confidence was repeated; their facts are closed for good."""

    kind: Literal["promise_broken"] = "promise_broken"
    role: Role
    by: Role
    """Who came to them with it."""
    turn: TurnId
    quote: str


class DoorShut(_Event):
    """A contact answers nothing any more."""

    kind: Literal["door_shut"] = "door_shut"
    role: Role
    turn: TurnId
    because: str


class MapFilled(_Event):
    """The recruiter wrote down how they see the job order; the last page counts."""

    kind: Literal["map_filled"] = "map_filled"
    page: JobOrder


class HintGiven(_Event):
    """The recruiter asked what to do, and was told what the scorecard still misses."""

    kind: Literal["hint_given"] = "hint_given"
    criterion: str


class WordsHeldBack(_Event):
    """A model was going to say what its persona wouldn't, or couldn't know; nobody has heard it."""

    kind: Literal["words_held_back"] = "words_held_back"
    role: Role
    turn: TurnId
    check: GuardCheck
    outcome: GuardOutcome
    words: str
    """The words, shortened; empty where something was missing."""


class TokensSpent(_Event):
    """What a language model was asked since this was last kept, by voice and ear together."""

    kind: Literal["tokens_spent"] = "tokens_spent"
    requests: int
    prompt_tokens: int
    cached_tokens: int
    """Of `prompt_tokens`, those that the server still had."""
    completion_tokens: int
    money: float
    """By the prices that were set then; 0 where there were none."""
    estimated_requests: int
    """Of `requests`, those whose tokens the server didn't tell."""


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
    """The session is over; nothing follows but what judging it costs."""

    kind: Literal["session_ended"] = "session_ended"
    reason: SessionEnd = SessionEnd.CALL_OVER
    state_digest: str | None = None
    """SHA-256 of the state right before, so that a replay can show that it is the same."""


Event = Annotated[
    SessionStarted
    | TouchStarted
    | TurnSpoken
    | TurnHeard
    | AnswerDirected
    | FactEarned
    | FactGivenAway
    | TimePassed
    | ReactionPlanned
    | ReactionDropped
    | WordsPassedOn
    | PromiseBroken
    | DoorShut
    | MapFilled
    | HintGiven
    | WordsHeldBack
    | TokensSpent
    | VoiceFailed
    | TouchEnded
    | SessionEnded,
    Field(discriminator="kind"),
]

EVENT: TypeAdapter[Event] = TypeAdapter(Event)
"""Reads and writes one event as JSON."""
