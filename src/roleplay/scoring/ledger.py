"""The reveal ledger: each hidden fact of a case, how it was learned, or from where on it could have been. Pure."""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Final

from roleplay.content.acts import Channel
from roleplay.content.case import Case
from roleplay.content.difficulty import TEMPERAMENTS
from roleplay.content.scenario import Fact
from roleplay.record.events import Event, FactEarned, FactGivenAway, SessionStarted, TurnHeard
from roleplay.values import Value
from roleplay.world.fold import apply, initial_state
from roleplay.world.gates import is_earned
from roleplay.world.state import State

GAIN: Final = 1
"""What a good question adds to rapport in the turn that asks it."""


class Missing(StrEnum):
    """What kept a fact shut even to the right question, to the end."""

    NO_TALK = "no_talk"
    """Nobody who knew it was ever spoken to."""
    CLOSED = "closed"
    """A confidence was broken; nothing was told any more."""
    ANSWER = "answer"
    """It comes only after another answer."""
    ACT = "act"
    """It comes only after another question."""
    PROMISE = "promise"
    """It is told off the record only."""
    VOICE = "voice"
    """It is told by voice only."""
    WARMTH = "warmth"
    """They hadn't warmed to the caller."""


class LedgerEntry(Value):
    """A hidden fact of the case: learned at `turn`, or never; then the words that would have earned it."""

    fact: str
    says: str
    by: str
    """Who could have told it: first names."""
    turn: str | None
    ask: str | None
    is_given: bool = False
    """Whether it was told unasked."""
    from_turn: str | None = None
    """The recruiter's first turn in which the right question would have been answered with it; None: there was none."""
    missing: Missing | None = None
    """What kept it shut, where there was none."""
    last_met: str = ""
    """Of those who knew, the first name of whom the recruiter spoke with last; only where something kept it shut."""


def ledger_of(case: Case, events: Sequence[Event]) -> tuple[LedgerEntry, ...]:
    """Return the hidden facts in the author's order."""
    learned = {event.fact: event.turn for event in events if isinstance(event, FactEarned | FactGivenAway)}
    given = {event.fact for event in events if isinstance(event, FactGivenAway)}
    chances = _Chances(case)
    for event in events:
        chances.see(event)
    entries = []
    for fact_id, fact in case.scenario.facts.items():
        if not fact.hidden:
            continue
        is_shut = fact_id not in learned and fact_id not in chances.first
        missing, role = chances.missing(fact) if is_shut else (None, None)
        entries.append(
            LedgerEntry(
                fact=fact_id,
                says=fact.says,
                by=", ".join(case.personas[role].first_name for role in fact.known_by),
                turn=learned.get(fact_id),
                ask=fact.ask,
                is_given=fact_id in given,
                from_turn=chances.first.get(fact_id),
                missing=missing,
                last_met="" if role is None else case.personas[role].first_name,
            )
        )
    return tuple(entries)


class _Chances:
    """Finds, as a record is folded, the first turn in which each fact could have been had."""

    def __init__(self, case: Case) -> None:
        self.first: dict[str, str] = {}
        self._case = case
        self._state = initial_state(case)
        self._temperament = TEMPERAMENTS[self._state.difficulty]
        self._met: list[tuple[str, State]] = []
        """Who was spoken to, and how things stood."""

    def see(self, event: Event) -> None:
        """Take the next event."""
        self._state = apply(self._state, event)
        if isinstance(event, SessionStarted):
            self._temperament = TEMPERAMENTS[event.difficulty]
        if not isinstance(event, TurnHeard) or self._state.channel is Channel.VOICEMAIL:
            return  # nobody is there to answer
        for role in self._state.roles:
            self._met.append((role, self._state))
            for fact_id, fact in self._case.facts_of(role).items():
                if fact_id not in self.first and self._opens(fact, role, self._state):
                    self.first[fact_id] = event.turn

    def missing(self, fact: Fact) -> tuple[Missing, str | None]:
        """What kept a fact shut, as things stood when somebody who knows it was last spoken to, and who that was."""
        met = [(role, state) for role, state in self._met if role in fact.known_by]
        if not met:
            return Missing.NO_TALK, None
        role, state = next((entry for entry in reversed(met) if entry[1].channel.is_live), met[-1])
        return next(self._obstacles(fact, role, state), Missing.WARMTH), role

    def _opens(self, fact: Fact, role: str, state: State) -> bool:
        if not state.channel.is_live:
            return False  # whoever writes back asks for a call, or refuses; no fact is told in writing
        contact = state.contacts[role]
        return is_earned(fact, contact, fact.earned_by.any_of, contact.rapport + GAIN, state.channel, self._temperament)

    def _obstacles(self, fact: Fact, role: str, state: State) -> Iterator[Missing]:
        contact, gate = state.contacts[role], fact.earned_by
        if contact.is_closed:
            yield Missing.CLOSED
        if any(earlier not in contact.told for earlier in gate.after):
            yield Missing.ANSWER
        if any(not contact.heard.get(act, 0) for act in gate.all_of):
            yield Missing.ACT
        if gate.promise and not contact.is_promised:
            yield Missing.PROMISE
        if (gate.channels and state.channel not in gate.channels) or not state.channel.is_live:
            yield Missing.VOICE
