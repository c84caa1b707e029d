"""A call with several people: who speaks, and who speaks against it."""

import re
from typing import Final

from roleplay.content.acts import TOPIC_OF_ACT, Act
from roleplay.content.case import Case
from roleplay.director.lines import LinePicker
from roleplay.record.events import RECRUITER, AnswerDirected, BeatKind
from roleplay.world.gates import is_earned
from roleplay.world.state import State

SAYS_SOMETHING: Final = frozenset({BeatKind.DISCLOSE, BeatKind.REPEAT, BeatKind.OBJECT})
"""What there is something to say against."""


def speaker_of(case: Case, state: State) -> str:
    """Who answers the recruiter's unanswered turn.

    Who is spoken to by name; else who will tell something of what was asked for; else who has something on it; else who
    spoke last.
    """
    if len(state.roles) == 1:
        return state.roles[0]
    named = _named(case, state)
    if named is not None:
        return named
    assert state.heard is not None, "a turn is heard before it is answered"
    acts = tuple(dict.fromkeys(heard.act for heard in state.heard.heard))
    spoke_last = _spoke_last(state)
    ranked = sorted(state.roles, key=lambda role: (-_interest(case, state, role, acts), role != spoke_last))
    return ranked[0]


def with_second_voice(case: Case, state: State, direction: AnswerDirected) -> AnswerDirected:
    """Let somebody on the call contradict what was just said on a topic."""
    campaign = case.scenario.campaign
    says_something = any(beat.kind in SAYS_SOMETHING for beat in direction.beats)
    if campaign is None or direction.ends is not None or len(state.roles) == 1 or not says_something:
        return direction
    for clash in campaign.clashes:
        is_on = clash.topic in direction.topics and clash.against == direction.role and clash.by in state.roles
        if is_on and (beat := LinePicker(case, state, clash.by).clash(clash)) is not None:
            return direction.model_copy(update={"then_role": clash.by, "then_beats": (beat,)})
    return direction


def _named(case: Case, state: State) -> str | None:
    """Whom the turn speaks to by name ("Dana, would you tell Greg …"); else whom it names, the last of them."""
    text = state.turns[-1].text
    names = {role: re.escape(case.personas[role].first_name) for role in state.roles}
    spoken_to = {role: _last(rf"(?:^|[.!?…,;:–—-])\s*{name}(?=\s*[,;:.!?…–—]|$)", text) for role, name in names.items()}
    named = {role: _last(rf"\b{name}\b", text) for role, name in names.items()}
    for places in (spoken_to, named):
        role = max(state.roles, key=lambda each: places[each])
        if places[role] >= 0:
            return role
    return None


def _last(pattern: str, text: str) -> int:
    """Where a pattern stands for the last time; -1 where it doesn't."""
    return max((match.start() for match in re.finditer(pattern, text, re.IGNORECASE)), default=-1)


def _interest(case: Case, state: State, role: str, acts: tuple[Act, ...]) -> int:
    """2 where they would tell something, 1 where they have something on it, 0 else."""
    contact = state.contacts[role]
    untold = [fact for fact_id, fact in case.facts_of(role).items() if fact_id not in contact.told]
    wanted = {TOPIC_OF_ACT[act] for act in acts if act in TOPIC_OF_ACT}
    reached = [fact for fact in untold if fact.topic in wanted or any(act in fact.earned_by.any_of for act in acts)]
    if any(is_earned(fact, contact, acts, contact.rapport + 1, state.channel, state.temperament) for fact in reached):
        return 2
    return 1 if reached else 0


def _spoke_last(state: State) -> str | None:
    return next(
        (turn.speaker for turn in reversed(state.turns) if turn.touch == state.touch and turn.speaker != RECRUITER),
        None,
    )
