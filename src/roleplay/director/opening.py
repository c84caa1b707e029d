"""How the other side begins: picks up, calls back, comes onto a call, or brings up what has come to them."""

from datetime import datetime
from typing import Final

from roleplay.content.acts import Channel
from roleplay.content.case import Case
from roleplay.content.persona import Situation
from roleplay.director.lines import LinePicker
from roleplay.record.events import RECRUITER, AnswerDirected, Beat, ReactionKind, Way
from roleplay.world.state import ContactState, State

_CALLS: Final = {ReactionKind.CALL_BACK: Situation.CALLS_BACK, ReactionKind.COME_BACK: Situation.COMES_BACK}


def open_touch(case: Case, state: State, at: datetime) -> AnswerDirected:
    """Decide the first words on a call."""
    role = state.roles[0]
    pick = LinePicker(case, state, role)
    situation, beat = _first(case, state, role, pick)
    beats = [beat, *_given_away(case, state, role, situation, pick)]
    direction = AnswerDirected(at=at, answers=None, role=role, beats=tuple(beats))
    if state.channel is Channel.JOINT_CALL and len(state.roles) > 1:
        joins = LinePicker(case, state, state.roles[1]).situation(Situation.JOINS)
        if joins is not None:
            return direction.model_copy(update={"then_role": state.roles[1], "then_beats": (joins,)})
    return direction


def name_of(case: Case, role: str) -> str:
    """A role's first name."""
    return "you" if role == RECRUITER or role not in case.personas else case.personas[role].first_name


def grievance_beat(case: Case, contact: ContactState, pick: LinePicker, situation: Situation) -> Beat | None:
    """A beat that brings up the oldest grievance in its own words."""
    oldest = contact.grievances[0]
    return pick.situation(situation, quote=oldest.quote, who=name_of(case, oldest.who))


def _first(case: Case, state: State, role: str, pick: LinePicker) -> tuple[Situation, Beat]:
    contact = state.contacts[role]
    for situation in _situations(state, contact):
        quoting = contact.grievances and situation in {
            Situation.BETRAYED,
            Situation.SAW_MESSAGE,
            Situation.HEARD_BLAME,
        }
        beat = grievance_beat(case, contact, pick, situation) if quoting else pick.situation(situation)
        if beat is not None:
            return situation, beat
    situation = Situation.GREETING
    lines = case.lines_of(role, situation)
    return situation, pick.again(situation, lines[state.touches % len(lines)])


def _situations(state: State, contact: ContactState) -> list[Situation]:
    """What fits, the most pressing first; a greeting always does."""
    wanted = []
    if contact.grievances:
        is_written = contact.grievances[0].way is Way.FORWARDED
        wanted.append(Situation.SAW_MESSAGE if is_written else Situation.HEARD_BLAME)
    if contact.grievances and contact.is_closed:
        wanted.insert(0, Situation.BETRAYED)
    if state.reaction is not None and state.reaction.kind in _CALLS:
        wanted.append(_CALLS[state.reaction.kind])
    if state.channel is Channel.JOINT_CALL:
        wanted.append(Situation.JOINS)
    return [*wanted, Situation.GREETING]


def _given_away(case: Case, state: State, role: str, situation: Situation, pick: LinePicker) -> list[Beat]:
    """Facts that are told unasked, by somebody who has nothing against the recruiter."""
    contact = state.contacts[role]
    if contact.is_closed or contact.grievances:
        return []
    told = [
        pick.volunteered(fact_id, fact)
        for fact_id, fact in case.facts_of(role).items()
        if situation in fact.given_away_on and fact_id not in contact.told
    ]
    return [beat for beat in told if beat is not None]
