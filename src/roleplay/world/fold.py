"""The fold of a record into its state: pure, the same events give the same state."""

from collections.abc import Iterable
from functools import reduce
from typing import Final

from roleplay.content.acts import Act, Channel
from roleplay.content.case import Case
from roleplay.content.difficulty import TEMPERAMENTS
from roleplay.content.persona import QUOTING, Situation
from roleplay.record.events import (
    RECRUITER,
    AnswerDirected,
    Beat,
    BeatKind,
    DoorShut,
    Event,
    FactEarned,
    FactGivenAway,
    MapFilled,
    PromiseBroken,
    ReactionDropped,
    ReactionKind,
    ReactionPlanned,
    SessionEnded,
    SessionStarted,
    TimePassed,
    TouchEnded,
    TouchStarted,
    TurnHeard,
    TurnSpoken,
    Way,
    WordsPassedOn,
)
from roleplay.world.state import ContactState, Grievance, SpokenTurn, State, TouchEntry

LEAST_PATIENCE: Final = 2
"""What a new call begins with at the least, whatever was before."""
PASSED_ON_COST: Final = 2
"""Rapport that words lose which came to somebody by others."""
GRUDGE: Final = 1
GRUDGED: Final = frozenset({Act.PRESSURE.value, Act.DISPARAGE.value, Act.PITCH.value})
"""What is held against the recruiter in the next call too."""
BRINGS_UP: Final = frozenset(situation.value for situation in QUOTING)
"""Situations in which a grievance is brought up."""
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


def apply(state: State, event: Event) -> State:  # noqa: C901, PLR0912 - one case an event
    """Return the state after `event`. Pure: the same events give the same state."""
    match event:
        case SessionStarted():
            return _session_started(state, event)
        case TouchStarted():
            return _touch_started(state, event)
        case TurnSpoken():
            return _turn_spoken(state, event)
        case TurnHeard():
            return _turn_heard(state, event)
        case AnswerDirected():
            return _answer_directed(state, event)
        case FactEarned():
            return _with_contact(state, event.role, {"told": _with(state.contacts[event.role].told, event.fact)})
        case FactGivenAway():
            contact = state.contacts[event.role]
            return _with_contact(
                state, event.role, {"told": _with(contact.told, event.fact), "given": _with(contact.given, event.fact)}
            )
        case TimePassed():
            return state.model_copy(update={"day": event.day, "minute": event.minute})
        case ReactionPlanned():
            agenda = (*state.agenda, event.reaction)
            return state.model_copy(update={"agenda": agenda, "reactions": state.reactions + 1})
        case ReactionDropped():
            return _without_reaction(state, event.reaction)
        case WordsPassedOn():
            return _words_passed_on(state, event)
        case PromiseBroken():
            grievance = Grievance(turn=event.turn, quote=event.quote, way=Way.FORWARDED, who=event.by)
            grievances = (grievance, *state.contacts[event.role].grievances)
            return _with_contact(state, event.role, {"is_closed": True, "is_promised": False, "grievances": grievances})
        case DoorShut():
            return _with_contact(state, event.role, {"has_shut_door": True})
        case MapFilled():
            return state.model_copy(update={"page": event.page})
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
        jitter = PATIENCE_JITTER[(event.seed + index) % len(PATIENCE_JITTER)]
        patience = max(1, contact.patience + jitter + TEMPERAMENTS[event.difficulty].patience)
        jittered[role] = contact.model_copy(update={"patience": patience, "patience_at_start": patience})
    return state.model_copy(
        update={
            "seed": event.seed,
            "recruiter": event.recruiter,
            "voice": event.voice,
            "difficulty": event.difficulty,
            "contacts": jittered,
        }
    )


def _touch_started(state: State, event: TouchStarted) -> State:
    """A touch begins; whoever is on it live, or began it, has answered."""
    entry = TouchEntry(
        touch=event.touch,
        day=event.day,
        minute=event.minute,
        channel=event.channel,
        roles=event.roles,
        by=event.by,
    )
    after = state.model_copy(
        update={
            "touch": event.touch,
            "day": event.day,
            "minute": event.minute,
            "channel": event.channel,
            "roles": event.roles,
            "calendar": (*state.calendar, entry),
            "touches": state.touches + 1,
            "turns_in_touch": 0,
            "has_opened": False,
            "reaction": None,
            "ended_because": None,
        }
    )
    if event.reaction is not None:
        came = next((each for each in state.agenda if each.id == event.reaction), None)
        after = _without_reaction(after, event.reaction).model_copy(update={"reaction": came})
    for role in event.roles:
        contact = after.contacts[role]
        kind = None if after.reaction is None else after.reaction.kind
        after = _with_contact(after, role, _touched(contact, event, kind))
    return after


def _touched(contact: ContactState, event: TouchStarted, kind: ReactionKind | None) -> dict[str, object]:
    is_recruiters = event.by == RECRUITER
    update: dict[str, object] = {"touches": contact.touches + is_recruiters}
    if kind is ReactionKind.COME_BACK:
        update["is_back"] = True
    if event.channel.is_live:
        patience = max(LEAST_PATIENCE, contact.patience_at_start - contact.grudge)
        update |= {"patience": patience, "heard": {}, "reached_for": {}, "last_topic": None, "empty_turns": 0}
    if event.channel.is_live or not is_recruiters:
        update |= {"silent_since": None, "voicemails": 0}
    else:
        update["silent_since"] = event.day if contact.silent_since is None else contact.silent_since
        update["voicemails"] = contact.voicemails + (event.channel is Channel.VOICEMAIL)
    return update


def _words_passed_on(state: State, event: WordsPassedOn) -> State:
    turns = tuple(
        turn.model_copy(update={"known_to": _with(turn.known_to, event.to)}) if turn.turn == event.turn else turn
        for turn in state.turns
    )
    after = state.model_copy(update={"turns": turns})
    if event.reaction is not None:
        after = _without_reaction(after, event.reaction)
    contact = after.contacts[event.to]
    grievance = Grievance(turn=event.turn, quote=event.quote, way=event.way, who=event.by)
    update: dict[str, object] = {"grievances": (*contact.grievances, grievance)}
    update["rapport"] = max(-9, contact.rapport - PASSED_ON_COST)
    return _with_contact(after, event.to, update)


def _without_reaction(state: State, reaction: str) -> State:
    return state.model_copy(update={"agenda": tuple(each for each in state.agenda if each.id != reaction)})


def _with(names: tuple[str, ...], name: str) -> tuple[str, ...]:
    return names if name in names else (*names, name)


def _turn_spoken(state: State, event: TurnSpoken) -> State:
    turn = SpokenTurn(
        turn=event.turn, speaker=event.speaker, text=event.text, known_to=event.known_to, channel=state.channel
    )
    update: dict[str, object] = {"turns": (*state.turns, turn), "turns_in_touch": state.turns_in_touch + 1}
    if event.speaker == RECRUITER:
        update["unanswered"] = event.turn
        return state.model_copy(update=update)
    update |= {"unanswered": None, "heard": None, "direction": None, "has_opened": True}
    direction = state.direction
    if direction is None or event.speaker != direction.role:
        return state.model_copy(update=update)
    update["said"] = state.said | {beat.line for beat in direction.beats}
    if direction.then_role is not None:
        update["direction"] = direction.model_copy(
            update={
                "role": direction.then_role,
                "beats": direction.then_beats,
                "then_role": None,
                "then_beats": (),
            }
        )
    if event.is_cut:
        return state.model_copy(update=update)
    return _with_contact(
        state.model_copy(update=update), direction.role, _after_beats(state.contacts[direction.role], direction.beats)
    )


def _after_beats(contact: ContactState, beats: tuple[Beat, ...]) -> dict[str, object]:
    """What saying beats changes in the one who said them."""
    objections, repeats = dict(contact.objections), dict(contact.repeats)
    update: dict[str, object] = {}
    for beat in beats:
        if beat.kind in {BeatKind.OBJECT, BeatKind.YIELD}:
            objections[beat.about] = beat.kind is BeatKind.YIELD
        elif beat.kind is BeatKind.REPEAT:
            repeats[beat.about] = repeats.get(beat.about, 0) + 1
        elif beat.about == Situation.OFF_RECORD_ACCEPTED:
            update["is_promised"] = not contact.is_closed
        elif beat.about == Situation.JOINT_CALL_ACCEPTED:
            update["agreed_joint_call"] = True
        elif beat.about in BRINGS_UP:
            update["grievances"] = contact.grievances[1:]
    return {**update, "objections": objections, "repeats": repeats}


def _turn_heard(state: State, event: TurnHeard) -> State:
    after = state.model_copy(update={"heard": event})
    for role in state.roles:
        contact = after.contacts[role]
        update: dict[str, object] = {}
        if state.channel is not Channel.JOINT_CALL:
            update |= heard_by(contact, event)
        if event.sensitive:  # they didn't want that in writing, or on a tape
            update["rapport"] = max(-9, contact.rapport - 1)
        after = _with_contact(after, role, update)
    return after


def heard_by(contact: ContactState, event: TurnHeard) -> dict[str, object]:
    """What hearing a turn changes in a contact; on a call with several, in the one who answers."""
    heard = dict(contact.heard)
    for act in {heard_act.act for heard_act in event.heard}:
        heard[act] = heard.get(act, 0) + 1
    return {"heard": heard, "empty_turns": contact.empty_turns + (0 if event.heard else 1)}


def _answer_directed(state: State, event: AnswerDirected) -> State:
    contact = state.contacts[event.role]
    if state.channel is Channel.JOINT_CALL and state.heard is not None and event.answers is not None:
        contact = contact.model_copy(update=heard_by(contact, state.heard))
    reached = dict(contact.reached_for)
    for topic in event.topics:
        reached[topic] = reached.get(topic, 0) + 1
    grudge = contact.grudge + (GRUDGE if set(event.because) & GRUDGED else 0)
    update: dict[str, object] = {
        "heard": contact.heard,
        "empty_turns": contact.empty_turns,
        "grudge": grudge,
        "patience": max(0, min(contact.patience_at_start, contact.patience + event.patience_change)),
        "rapport": max(-9, min(9, contact.rapport + event.rapport_change)),
        "reached_for": reached,
        "last_topic": event.topics[-1] if event.topics else contact.last_topic,
    }
    return _with_contact(state.model_copy(update={"direction": event}), event.role, update)


def _with_contact(state: State, role: str, update: dict[str, object]) -> State:
    contact = state.contacts[role].model_copy(update=update)
    return state.model_copy(update={"contacts": {**state.contacts, role: contact}})
