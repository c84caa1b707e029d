"""The state of a session, as `world.fold` makes it of the record, and nothing else."""

import hashlib
import json
from enum import StrEnum

from pydantic import Field

from roleplay.content.acts import Act, Channel, Topic
from roleplay.content.difficulty import TEMPERAMENTS, Difficulty, Temperament
from roleplay.content.job_order import JobOrder
from roleplay.record.events import DAY_BEGINS, AnswerDirected, EndReason, Reaction, TurnHeard, Way
from roleplay.values import Value


class Mood(StrEnum):
    """How a contact sounds, as far as the screen and an actor may know."""

    OPEN = "open"
    NEUTRAL = "neutral"
    COOL = "cool"
    IMPATIENT = "impatient"


class SpokenTurn(Value):
    """A turn as it was said."""

    turn: str
    speaker: str
    text: str
    known_to: tuple[str, ...]
    """Whom it has reached, by whatever way."""
    channel: Channel = Channel.CALL

    @property
    def touch(self) -> str:
        """The touch that it belongs to."""
        return self.turn.partition(".")[0]

    @property
    def words(self) -> int:
        """How many words it has."""
        return len(self.text.split())


class TouchEntry(Value):
    """A touch as it stands in the calendar."""

    touch: str
    day: int
    minute: int
    channel: Channel
    roles: tuple[str, ...]
    by: str


class Grievance(Value):
    """Words of the recruiter's that came to a contact by others, and that they haven't brought up yet."""

    turn: str
    quote: str
    way: Way
    who: str
    """The role that it was written or said to, or that told it."""


class ContactState(Value):
    """Where one contact stands with this recruiter."""

    patience: int
    patience_at_start: int
    rapport: int
    told: tuple[str, ...] = ()
    """Facts told, in order."""
    repeats: dict[str, int] = Field(default_factory=dict)
    """How often a fact was told again."""
    reached_for: dict[Topic, int] = Field(default_factory=dict)
    """How often the recruiter reached for a topic."""
    last_topic: Topic | None = None
    """What the recruiter reached for last."""
    heard: dict[Act, int] = Field(default_factory=dict)
    """How often the recruiter did an act."""
    objections: dict[str, bool] = Field(default_factory=dict)
    """Objections raised; True where resolved."""
    empty_turns: int = 0
    """Turns of the recruiter that asked nothing and moved nothing."""
    given: tuple[str, ...] = ()
    """Of the facts told, those that were told unasked."""
    touches: int = 0
    """How often the recruiter has turned up."""
    silent_since: int | None = None
    """The day of the first touch that is still unanswered."""
    voicemails: int = 0
    """Voicemails since they last answered."""
    is_promised: bool = False
    """Whether it was agreed to talk off the record."""
    is_closed: bool = False
    """Whether a confidence was broken: nothing is told any more."""
    has_shut_door: bool = False
    """Whether they answer nothing any more."""
    is_back: bool = False
    """Whether they came back after it was taken away."""
    agreed_joint_call: bool = False
    """Whether they will get the parties on one call."""
    grudge: int = 0
    """Patience that a new call doesn't give back."""
    grievances: tuple[Grievance, ...] = ()

    @property
    def mood(self) -> Mood:
        """How they sound."""
        if self.patience <= 2:
            return Mood.IMPATIENT
        if self.rapport >= 3:
            return Mood.OPEN
        return Mood.COOL if self.rapport < 0 else Mood.NEUTRAL


class State(Value):
    """A session as it stands."""

    seed: int = 0
    recruiter: str | None = None
    voice: str = "scripted"
    touch: str | None = None
    """The touch that is under way, if any."""
    day: int = 0
    minute: int = DAY_BEGINS
    """Of the day, from midnight."""
    difficulty: Difficulty = Difficulty.NORMAL
    agenda: tuple[Reaction, ...] = ()
    """What contacts have set out to do, in the order in which it was planned."""
    reactions: int = 0
    """How many were ever planned."""
    reaction: Reaction | None = None
    """What the touch under way is, where a contact began it."""
    calendar: tuple[TouchEntry, ...] = ()
    page: JobOrder | None = None
    """The recruiter's map, as last filled in."""
    channel: Channel = Channel.CALL
    roles: tuple[str, ...] = ()
    contacts: dict[str, ContactState]
    turns: tuple[SpokenTurn, ...] = ()
    said: frozenset[str] = frozenset()
    """Authored lines that are used up."""
    touches: int = 0
    turns_in_touch: int = 0
    unanswered: str | None = None
    """The recruiter's turn that nobody has answered yet."""
    heard: TurnHeard | None = None
    """The reading of that turn, once there is one."""
    direction: AnswerDirected | None = None
    """What the other side has set out to say and hasn't said whole."""
    has_opened: bool = False
    """Whether the other side has spoken in this touch."""
    ended_because: EndReason | None = None
    is_over: bool = False

    @property
    def temperament(self) -> Temperament:
        """What the session's difficulty adds to everybody."""
        return TEMPERAMENTS[self.difficulty]

    @property
    def recruiter_touches(self) -> int:
        """How many touches the recruiter began."""
        return sum(entry.by == "recruiter" for entry in self.calendar)

    def turn(self, turn_id: str) -> SpokenTurn:
        """Return a turn by its id; KeyError where there is none."""
        for turn in self.turns:
            if turn.turn == turn_id:
                return turn
        raise KeyError(turn_id)

    @property
    def digest(self) -> str:
        """SHA-256 of the whole state, in hexadecimal."""
        data = self.model_dump(mode="json")
        data["said"] = sorted(self.said)
        return hashlib.sha256(json.dumps(data, sort_keys=True, ensure_ascii=False).encode()).hexdigest()

    @property
    def words_in_touch(self) -> int:
        """Words of both sides in the touch under way, or the last one."""
        prefix = f"t{self.touches}."
        return sum(turn.words for turn in self.turns if turn.turn.startswith(prefix))

    @property
    def next_turn(self) -> str:
        """The id that the next turn gets."""
        return f"{self.touch}.{self.turns_in_touch + 1}"

    def known_to(self, role: str) -> tuple[SpokenTurn, ...]:
        """The turns that `role` has heard, oldest first."""
        return tuple(turn for turn in self.turns if role in turn.known_to)
