"""What a recruiter's turn costs and gains with the person who hears it."""

from dataclasses import dataclass
from typing import Final

from roleplay.content.acts import TOPIC_OF_ACT, Act, Topic
from roleplay.content.case import Case
from roleplay.record.events import RECRUITER
from roleplay.record.specifics import specifics_of, specifics_of_all, words_of
from roleplay.world.state import ContactState, State

LONG_TURN_COST: Final = 2
EMPTY_TURNS_FREE: Final = 2
"""An introduction and a pleasantry cost nothing; after that a turn that asks nothing does."""
GAINS_PER_TURN: Final = 2
FREE_ASKS: Final = 2
"""A question that was turned aside may be asked once more before it grates."""

COSTS: Final[dict[Act, tuple[int, int]]] = {
    Act.PITCH: (2, 1),
    Act.PRESSURE: (3, 2),
    Act.DISPARAGE: (3, 2),
}
"""Patience and rapport lost by the act."""

WELCOME: Final = frozenset({*TOPIC_OF_ACT, Act.REQUEST_OFF_RECORD, Act.BRIEF_ASK, Act.RESTATE_REASON})
"""Acts that show interest or respect: they gain rapport while they are new."""

REASON_TOPICS: Final = frozenset({Topic.PAIN, Topic.CONSEQUENCE, Topic.SLIP, Topic.DATE})
"""What can be played back to a person as their own reason."""


@dataclass(frozen=True)
class Effect:
    """Changes to patience and rapport, and why, in the recruiter's acts."""

    patience: int
    rapport: int
    because: tuple[str, ...]


def effect_of(
    case: Case, role: str, contact: ContactState, acts: tuple[Act, ...], *, is_long: bool, is_empty: bool
) -> Effect:
    """Weigh a turn with `acts`; `contact` has already heard it.

    `is_long`: it went on after they cut in. `is_empty`: it asks nothing.
    """
    cost = _cost_of(case, role, contact, acts, is_long, is_empty)
    return cost if cost.because else _gain_of(case, role, contact, acts)


def _cost_of(
    case: Case, role: str, contact: ContactState, acts: tuple[Act, ...], is_long: bool, is_empty: bool
) -> Effect:
    patience, rapport = 0, 0
    because: list[str] = []
    for act in acts:
        if act in COSTS:
            lost, cooled = COSTS[act]
            patience -= lost + case.personas[role].sore_points.get(act, 0)
            rapport -= cooled
            because.append(act.value)
    if is_long:
        patience -= LONG_TURN_COST
        because.append("long_turn")
    if is_empty and contact.empty_turns > EMPTY_TURNS_FREE:
        patience -= 1
        because.append("asks_nothing")
    return Effect(patience, rapport, tuple(because))


def _gain_of(case: Case, role: str, contact: ContactState, acts: tuple[Act, ...]) -> Effect:
    patience, rapport = 0, 0
    because: list[str] = []
    for act in acts:
        if act not in WELCOME:
            continue
        if is_welcome(case, role, contact, act):
            rapport += 1
            because.append(act.value)
        elif is_worn(case, role, contact, act):
            patience -= 1
            because.append(f"repeats_{act.value}")
    if rapport and patience == 0:
        patience = 1
    return Effect(patience, min(rapport, GAINS_PER_TURN), tuple(because))


def is_welcome(case: Case, role: str, contact: ContactState, act: Act) -> bool:
    """Whether `act`, just heard, still gains something: it is new, or follows up on what isn't told yet."""
    if act is Act.RESTATE_REASON:
        return contact.heard[act] <= FREE_ASKS and has_given_a_reason(case, role, contact)
    times = contact.heard[act]
    return times == 1 or (times <= FREE_ASKS and _has_more_on(case, role, contact, act))


def is_worn(case: Case, role: str, contact: ContactState, act: Act) -> bool:
    """Whether `act` asks once more for what was told or turned aside often enough."""
    if act is Act.ASK_OPEN or act not in TOPIC_OF_ACT:
        return False
    return contact.heard[act] > FREE_ASKS or not _has_more_on(case, role, contact, act)


def has_given_a_reason(case: Case, role: str, contact: ContactState) -> bool:
    """Whether the contact ever gave a reason that can be played back, in this session or in the history."""
    told = any(case.scenario.facts[fact_id].topic in REASON_TOPICS for fact_id in contact.told)
    return told or any(past.speaker == role for past in case.scenario.history)


def names_untold(case: Case, state: State, role: str, text: str) -> bool:
    """Whether `text` names what only facts name that `role` hasn't told: a reason that they never gave."""
    heard = [turn.text for turn in state.known_to(role) if turn.speaker != RECRUITER]
    heard += [past.text for past in case.scenario.history if past.speaker == role]
    heard += [case.scenario.company, case.scenario.case.get(role, ""), *(each.name for each in case.personas.values())]
    told = state.contacts[role].told
    facts = case.scenario.facts
    untold = specifics_of_all(line for fact_id, fact in facts.items() if fact_id not in told for line in fact.texts)
    values = specifics_of(text).values - specifics_of_all(heard).values
    names = words_of(text).difference(*(words_of(line) for line in heard))
    return bool(values & untold.values or names & untold.names)


def _has_more_on(case: Case, role: str, contact: ContactState, act: Act) -> bool:
    topic = TOPIC_OF_ACT.get(act)
    return any(fact.topic is topic and fact_id not in contact.told for fact_id, fact in case.facts_of(role).items())
