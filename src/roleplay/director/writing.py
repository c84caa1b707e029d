"""What a contact writes when the day of a reaction has come."""

from datetime import datetime
from typing import Final

from roleplay.content.case import Case
from roleplay.content.persona import Situation
from roleplay.director.lines import LinePicker
from roleplay.director.opening import grievance_beat
from roleplay.record.events import AnswerDirected, Reaction, ReactionKind
from roleplay.world.state import State

_SITUATIONS: Final = {
    ReactionKind.CONFRONT: Situation.WRITES_ABOUT_MESSAGE,
    ReactionKind.COLD_TEXT: Situation.COLD_TEXT,
    ReactionKind.SHUT_DOOR: Situation.DOOR_SHUT,
    ReactionKind.CONFIRM_DEAD: Situation.CONFIRMS_DEAD,
}


def write(case: Case, state: State, reaction: Reaction, at: datetime) -> AnswerDirected | None:
    """Decide the words of a written reaction; None where there is nothing (more) to write."""
    role = reaction.role
    pick = LinePicker(case, state, role)
    situation = _SITUATIONS.get(reaction.kind) or Situation(reaction.situation or Situation.WRITES_FORMAL)
    if situation is Situation.WRITES_ABOUT_MESSAGE:
        contact = state.contacts[role]
        beat = grievance_beat(case, contact, pick, situation) if contact.grievances else None
    else:
        beat = pick.situation(situation)
    return None if beat is None else AnswerDirected(at=at, answers=None, role=role, beats=(beat,))
