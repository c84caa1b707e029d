"""What a persona may say in one turn, and what stays closed: from the case, the record and the direction. Pure."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from roleplay.content.acts import CounterpartAct
from roleplay.content.case import Case
from roleplay.content.persona import Persona, Situation
from roleplay.content.scenario import Fact
from roleplay.record.events import RECRUITER, AnswerDirected, BeatKind
from roleplay.record.likeness import stems_of
from roleplay.record.specifics import Specifics, specifics_of, specifics_of_all, words_of
from roleplay.world.state import State

TOLD_KINDS: Final = frozenset({BeatKind.DISCLOSE, BeatKind.VOLUNTEER, BeatKind.REPEAT, BeatKind.CLASH})
"""Beats that tell something."""
ANSWERLESS: Final = frozenset(
    {
        Situation.GO_ON,
        Situation.DONT_KNOW,
        Situation.TOLD_ALREADY,
        Situation.NOTHING_NEW,
        Situation.RUNNING_OUT,
        Situation.ONE_AT_A_TIME,
        Situation.INTERRUPT,
        Situation.PITCHED,
        Situation.PRESSURED,
        Situation.DISPARAGED,
        Situation.RESTATED_FALSE,
        Situation.CLOSED,
        Situation.OFF_RECORD_ACCEPTED,
        Situation.OFF_RECORD_DECLINED,
    }
)
"""Situations in which nothing is answered: who promises silence says yes to that alone."""
SETTLING: Final = frozenset({CounterpartAct.ACCEPTS, CounterpartAct.DECLINES})
"""What says yes or no to a proposal."""
CLOSED_STEMS: Final = 3
"""So many content words of one closed fact in a sentence are that fact; fewer, where they are half of its words."""
FEW_CLOSED_STEMS: Final = 2
NEW_STEMS: Final = 2
"""So many content words of nobody's, and half of a sentence, are something made up."""
LARGEST_HOUR: Final = 12
LENGTH_OVER: Final = 1.5
LENGTH_FREE_WORDS: Final = 14
MORE_SENTENCES: Final = 2
"""An answer may be so much longer than its authored lines, in words and in sentences."""


@dataclass(frozen=True)
class ClosedFact:
    """A fact that isn't told in this turn: what only it names, and its own content words."""

    specifics: Specifics
    stems: frozenset[str]


@dataclass(frozen=True)
class Bounds:
    """The bounds of one answer."""

    open: Specifics
    """What may be named."""
    open_words: frozenset[str]
    open_stems: frozenset[str]
    """Content words that the persona says to anybody, and the caller's."""
    closed: tuple[ClosedFact, ...]
    asked: Specifics
    """What the caller named that the persona may not take up: a guess, or an invention."""
    asks_closed: bool
    """Whether the caller's words are those of a closed fact."""
    tells: frozenset[CounterpartAct]
    """What may be told: now, or before."""
    lines: tuple[str, ...]
    """The authored lines of this answer."""
    told: tuple[Specifics, ...]
    told_stems: tuple[frozenset[str], ...]
    """What the lines, and this persona's turns before, name and speak of."""
    is_weighty: bool
    """Whether this answer tells something, hides it, or takes a stand."""
    asks: bool
    """Whether the caller asks something."""
    is_unanswered: bool
    """Whether this answer neither tells nor settles anything."""
    settles: bool
    """Whether this answer says yes or no to what was proposed."""
    most_words: int
    most_sentences: int

    @classmethod
    def of(cls, case: Case, state: State, direction: AnswerDirected) -> "Bounds":
        """Work out what `direction.role` may say."""
        role = direction.role
        lines = tuple(beat.line for beat in direction.beats)
        said = [turn.text for turn in state.known_to(role) if turn.speaker != RECRUITER]
        own = [turn.text for turn in state.known_to(role) if turn.speaker == role]
        public_specifics, public_words, public_stems = _public(case, role)
        texts = [*lines, *said, state.recruiter or ""]
        known = specifics_of_all(texts)
        open_specifics = Specifics(public_specifics.values | known.values, public_specifics.names | known.names)
        open_words = public_words.union(*(words_of(text) for text in texts))
        open_stems = public_stems.union(*(stems_of(text) for text in texts))
        told = _told(state, direction)
        closed = tuple(
            _closed(fact, open_specifics, open_words, open_stems)
            for fact_id, fact in case.scenario.facts.items()
            if fact_id not in told
        )
        asked = state.turns[-1].text if state.turns and state.turns[-1].speaker == RECRUITER else ""
        return cls(
            open=open_specifics,
            open_words=open_words,
            open_stems=public_stems | stems_of(asked),
            is_weighty=any(beat.kind is not BeatKind.SITUATION for beat in direction.beats),
            closed=closed,
            asked=specifics_of(asked).without(open_specifics, open_words),
            asks_closed=_is_of_any(asked, closed),
            tells=_may_tell(case, told, direction),
            lines=lines,
            told=tuple(specifics_of(text) for text in (*lines, *own)),
            told_stems=tuple(stems_of(text) for text in (*lines, *own)),
            asks="?" in asked,
            is_unanswered=all(beat.kind is BeatKind.DEFLECT or beat.about in ANSWERLESS for beat in direction.beats),
            settles=any(SETTLING & set(beat.tells) for beat in direction.beats if beat.about not in ANSWERLESS),
            most_sentences=sum(_sentences(line) for line in lines) + MORE_SENTENCES,
            most_words=round(LENGTH_OVER * sum(len(line.split()) for line in lines)) + LENGTH_FREE_WORDS,
        )

    def unknown_in(self, text: str) -> Specifics:
        """Return what `text` names and the persona may not."""
        return specifics_of(text).without(self.open, self.open_words)

    def is_known(self, text: str) -> bool:
        """Whether `text` is about what this answer tells, or what this persona has told: it shares a name, or words."""
        named = specifics_of(text)
        if any(named.values & each.values or named.names & each.names for each in self.told):
            return True
        stems = stems_of(text)
        return any(4 * len(stems & each) >= len(stems) for each in self.told_stems)

    def is_of_lines(self, text: str) -> bool:
        """Whether `text` says what the authored lines do, by most of its content words."""
        stems = stems_of(text)
        return bool(stems) and 2 * len(stems & stems_of(" ".join(self.lines))) >= len(stems)

    def adds(self, text: str) -> bool:
        """Whether `text` is mostly about something of its own, in an answer that matters."""
        stems = stems_of(text)
        new = stems.difference(self.open_stems, *self.told_stems)
        return self.is_weighty and len(new) >= NEW_STEMS and 2 * len(new) >= len(stems)

    def closes(self, text: str) -> bool:
        """Whether `text` says something of a closed fact."""
        return _is_of_any(text, self.closed)


def _sentences(line: str) -> int:
    return len(re.findall(r"[.!?…]+(?=\s|$)", line)) or 1


def _told(state: State, direction: AnswerDirected) -> frozenset[str]:
    """Facts that this persona has told, or tells now; what others told in their hearing is open by its words."""
    now = {beat.about for beat in direction.beats if beat.kind in TOLD_KINDS}
    return frozenset(now).union(state.contacts[direction.role].told)


def _may_tell(case: Case, told: Iterable[str], direction: AnswerDirected) -> frozenset[CounterpartAct]:
    facts = case.scenario.facts
    before = [act for fact_id in told if fact_id in facts for act in facts[fact_id].amounts_to]
    return frozenset((*before, *(act for beat in direction.beats for act in beat.tells)))


def _closed(fact: Fact, known: Specifics, words: frozenset[str], stems: frozenset[str]) -> ClosedFact:
    return ClosedFact(specifics_of_all(fact.texts).without(known, words), _stems_of_all(fact.texts) - stems)


@lru_cache(maxsize=512)
def _stems_of_all(texts: tuple[str, ...]) -> frozenset[str]:
    return frozenset[str]().union(*(stems_of(text) for text in texts))


def _is_of_any(text: str, facts: Iterable[ClosedFact]) -> bool:
    """Whether `text` names what only one of `facts` names, or speaks in its words; an hour alone is no name."""
    values = {value for value in specifics_of(text).values if not _is_small(value)}
    words, stems = words_of(text), stems_of(text)
    return any(
        values & fact.specifics.values or words & fact.specifics.names or _overlaps(stems, fact) for fact in facts
    )


def _is_small(value: str) -> bool:
    kind, _, number = value.partition(":")
    return kind == "number" and float(number) <= LARGEST_HOUR


def _overlaps(stems: frozenset[str], fact: ClosedFact) -> bool:
    shared = len(stems & fact.stems)
    return shared >= CLOSED_STEMS or (shared >= FEW_CLOSED_STEMS and 2 * shared >= len(stems))


def _public(case: Case, role: str) -> tuple[Specifics, frozenset[str], frozenset[str]]:
    """What anybody may hear of this persona: specifics, words, and the content words of what they say to anybody."""
    persona, scenario = case.personas[role], case.scenario
    texts = (
        *_persona_texts(persona),
        *(other.name for other in case.personas.values()),
        scenario.company,
        scenario.case.get(role, ""),
        f"{scenario.openings or ''} openings",
        *(past.text for past in scenario.history if past.speaker in {role, RECRUITER}),
    )
    return _of_public(texts, tuple(_small_talk(case, role)))


@lru_cache(maxsize=64)
def _of_public(texts: tuple[str, ...], small_talk: tuple[str, ...]) -> tuple[Specifics, frozenset[str], frozenset[str]]:
    words = frozenset[str]().union(*(words_of(text) for text in texts))
    return specifics_of_all(texts), words, _stems_of_all((*texts, *small_talk))


def _persona_texts(persona: Persona) -> tuple[str, ...]:
    return (persona.name, persona.title, persona.about, persona.style, *persona.never)


def _small_talk(case: Case, role: str) -> Iterator[str]:
    """The lines that tell no fact."""
    persona = case.personas[role]
    for lines in (*persona.lines.values(), *case.scenario.lines.get(role, {}).values(), *persona.deflections.values()):
        yield from lines
    for objection in persona.objections.values():
        yield from (*objection.lines, *objection.resolved)
