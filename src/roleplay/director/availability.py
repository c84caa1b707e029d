"""Whether somebody picks up the phone."""

import random
from typing import Final

from roleplay.content.case import Case
from roleplay.content.persona import Part, Situation
from roleplay.director.lines import LinePicker
from roleplay.record.events import ReactionKind
from roleplay.world.state import State

MIDDAY_BEGINS: Final = 12 * 60
AFTERNOON_BEGINS: Final = 14 * 60
EXPECTS_YOU: Final = 0.4
"""Added where they had set out to call back themselves."""
LIKES_YOU: Final = 0.1
"""Added for each point of rapport, up to three."""


def part_of_day(minute: int) -> Part:
    """Return the part of the day that a minute from midnight is in."""
    if minute < MIDDAY_BEGINS:
        return Part.MORNING
    return Part.MIDDAY if minute < AFTERNOON_BEGINS else Part.AFTERNOON


def is_silent(case: Case, state: State, role: str) -> bool:
    """Whether they answer nothing: the door is shut, or they have gone quiet and weren't brought back."""
    campaign, contact = case.scenario.campaign, state.contacts[role]
    has_gone_quiet = campaign is not None and role in campaign.silent and not contact.is_back
    return contact.has_shut_door or has_gone_quiet


def picks_up(case: Case, state: State, role: str) -> bool:
    """Whether `role` answers a call now. In a scenario of one call they always do."""
    if case.scenario.campaign is None:
        return True
    if is_silent(case, state, role):
        return False
    part = part_of_day(state.minute)
    chance: float = getattr(case.personas[role].habits.call, part.value) + state.temperament.pick_up
    if any(each.role == role and each.kind is ReactionKind.CALL_BACK for each in state.agenda):
        chance += EXPECTS_YOU
    chance += LIKES_YOU * max(0, min(3, state.contacts[role].rapport))
    return random.Random(f"{state.seed}|{role}|{state.day}|{part.value}|{state.touches}").random() < chance


def voicemail_greeting(case: Case, state: State, role: str) -> str:
    """What their voicemail says; always the same in a session."""
    lines = case.lines_of(role, Situation.VOICEMAIL_GREETING)
    return LinePicker(case, state, role).again(Situation.VOICEMAIL_GREETING, lines[state.seed % len(lines)]).line
