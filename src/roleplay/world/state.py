"""The state of a session: a pure fold of its events, and nothing else."""

from collections.abc import Iterable
from enum import StrEnum
from functools import reduce
from typing import Final

from pydantic import Field

from roleplay.content.acts import Act, Channel, Topic
from roleplay.content.case import Case
from roleplay.record.events import (
    RECRUITER,
    AnswerDirected,
    BeatKind,
    EndReason,
    Event,
    FactEarned,
    SessionEnded,
    SessionStarted,
    TouchEnded,
    TouchStarted,
    TurnHeard,
    TurnSpoken,
)
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

    @property
    def words(self) -> int:
        """How many words it has."""
        return len(self.text.split())


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


PATIENCE_JITTER: Final = (-1, 0, 0, 1)
"""How a contact's day may differ from their usual one, by seed."""


def initial_state(case: Case) -> State:
    """The state before anything happened: every contact at their usual temper."""
    return State(
        contacts={
            role: ContactState(
                patience=persona.temper.patience,
                patience_at_start=persona.temper.patience,
                rapport=persona.temper.warmth,
            )
            for role, persona in case.personas.items()
        }
    )


def fold(case: Case, events: Iterable[Event]) -> State:
    """Fold a whole record into its state."""
    return reduce(apply, events, initial_state(case))


def apply(state: State, event: Event) -> State:
    """Return the state after `event`. Pure: the same events give the same state."""
    match event:
        case SessionStarted():
            return _session_started(state, event)
        case TouchStarted():
            return state.model_copy(
                update={
                    "touch": event.touch,
                    "day": event.day,
                    "channel": event.channel,
                    "roles": event.roles,
                    "touches": state.touches + 1,
                    "turns_in_touch": 0,
                    "has_opened": False,
                    "ended_because": None,
                }
            )
        case TurnSpoken():
            return _turn_spoken(state, event)
        case TurnHeard():
            return _turn_heard(state, event)
        case AnswerDirected():
            return _answer_directed(state, event)
        case FactEarned():
            contact = state.contacts[event.role]
            told = contact.told if event.fact in contact.told else (*contact.told, event.fact)
            return _with_contact(state, event.role, {"told": told})
        case TouchEnded():
            return state.model_copy(
                update={
                    "touch": None,
                    "unanswered": None,
                    "heard": None,
                    "direction": None,
                    "ended_because": event.reason,
                }
            )
        case SessionEnded():
            return state.model_copy(update={"is_over": True})
        case _:
            return state


def _session_started(state: State, event: SessionStarted) -> State:
    jittered = {}
    for index, (role, contact) in enumerate(sorted(state.contacts.items())):
        patience = max(1, contact.patience + PATIENCE_JITTER[(event.seed + index) % len(PATIENCE_JITTER)])
        jittered[role] = contact.model_copy(update={"patience": patience, "patience_at_start": patience})
    return state.model_copy(
        update={"seed": event.seed, "recruiter": event.recruiter, "voice": event.voice, "contacts": jittered}
    )


def _turn_spoken(state: State, event: TurnSpoken) -> State:
    turn = SpokenTurn(turn=event.turn, speaker=event.speaker, text=event.text, known_to=event.known_to)
    update: dict[str, object] = {"turns": (*state.turns, turn), "turns_in_touch": state.turns_in_touch + 1}
    if event.speaker == RECRUITER:
        update["unanswered"] = event.turn
        return state.model_copy(update=update)
    update |= {"unanswered": None, "heard": None, "direction": None, "has_opened": True}
    if state.direction is None:
        return state.model_copy(update=update)
    direction = state.direction
    update["said"] = state.said | {beat.line for beat in direction.beats}
    contact = state.contacts[direction.role]
    objections, repeats = dict(contact.objections), dict(contact.repeats)
    for beat in direction.beats:
        if beat.kind in {BeatKind.OBJECT, BeatKind.YIELD}:
            objections[beat.about] = beat.kind is BeatKind.YIELD
        elif beat.kind is BeatKind.REPEAT:
            repeats[beat.about] = repeats.get(beat.about, 0) + 1
    return _with_contact(
        state.model_copy(update=update), direction.role, {"objections": objections, "repeats": repeats}
    )


def _turn_heard(state: State, event: TurnHeard) -> State:
    after = state.model_copy(update={"heard": event})
    for role in state.roles:
        contact = after.contacts[role]
        heard = dict(contact.heard)
        for act in {heard_act.act for heard_act in event.heard}:
            heard[act] = heard.get(act, 0) + 1
        empty = contact.empty_turns + (0 if event.heard else 1)
        after = _with_contact(after, role, {"heard": heard, "empty_turns": empty})
    return after


def _answer_directed(state: State, event: AnswerDirected) -> State:
    contact = state.contacts[event.role]
    reached = dict(contact.reached_for)
    for topic in event.topics:
        reached[topic] = reached.get(topic, 0) + 1
    update: dict[str, object] = {
        "patience": max(0, min(contact.patience_at_start, contact.patience + event.patience_change)),
        "rapport": max(-9, min(9, contact.rapport + event.rapport_change)),
        "reached_for": reached,
        "last_topic": event.topics[-1] if event.topics else contact.last_topic,
    }
    return _with_contact(state.model_copy(update={"direction": event}), event.role, update)


def _with_contact(state: State, role: str, update: dict[str, object]) -> State:
    contact = state.contacts[role].model_copy(update=update)
    return state.model_copy(update={"contacts": {**state.contacts, role: contact}})
