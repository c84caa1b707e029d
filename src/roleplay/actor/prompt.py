"""The prompt that voices one turn: what the persona is and has heard, and what the director decided. Pure.

Only three things get in: what is public (persona, case, history), the turns that the persona has heard, and this
turn's beats. No fact of the scenario is read here, so none that is unearned can be told.

The prompt of a turn starts with the whole prompt of the turn before, but for that one's direction: a server reuses
what it has read.
"""

import hashlib
import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from string import Template
from typing import Final, NamedTuple

from roleplay.actor.tokens import without_tokens
from roleplay.content.acts import Channel
from roleplay.content.case import Case
from roleplay.llm.base import ChatMessage, ChatRole
from roleplay.record.events import RECRUITER, AnswerDirected, GuardCheck
from roleplay.record.words import heard_of, plain_words
from roleplay.world.state import SpokenTurn, State

PROMPTS: Final = (
    "beats",
    "character",
    "closed",
    "direction",
    "endings",
    "history",
    "moods",
    "passed_on",
    "repair",
    "topics",
)
RINGS: Final = "(The phone rings. You pick up.)"
"""Stands where the recruiter has said nothing yet: many servers want a user's message first."""

_SPOKEN: Final = str.maketrans("[]", "()")
"""Square brackets mark a direction, and nobody says them."""
_SECTION: Final = re.compile(r"^# (\w+)\n(.*?)(?=^# |\Z)", re.MULTILINE | re.DOTALL)


class Repair(NamedTuple):
    """An answer that was stopped: what of it was said, and why the rest wasn't."""

    said: str
    check: GuardCheck
    what: str


@cache
def prompt_version() -> str:
    """The digest of the prompt files, in eight hexadecimal digits: what a turn's prompt is recorded under."""
    return hashlib.sha256("\0".join(_read(name) for name in PROMPTS).encode()).hexdigest()[:8]


def instructions(case: Case, state: State, direction: AnswerDirected) -> str:
    """Everything in a prompt that tells how to play, and that nobody would say."""
    character = _character(case, state, direction.role, has_case=False)
    return "\n".join((character, _direction(case, state, direction, has_lines=False), *_sections("repair").values()))


def beat_labels() -> tuple[str, ...]:
    """What stands before a direction's lines, and those of a repair."""
    repairs = [text.partition(": “") for text in _sections("repair").values()]
    return (
        *(label.rstrip(":") for label in _sections("beats").values()),
        *(before for before, mark, _ in repairs if mark),
    )


def build_prompt(
    case: Case, state: State, direction: AnswerDirected, repair: Repair | None = None
) -> tuple[ChatMessage, ...]:
    """Build the messages: the character, the talk as it was heard, the direction, which no later prompt holds.

    An answer that is to be mended has why, after the same words as before.
    """
    role = direction.role
    directed = _direction(case, state, direction)
    return (
        ChatMessage(role=ChatRole.SYSTEM, text=_character(case, state, role)),
        *_talk(case, state, role),
        ChatMessage(role=ChatRole.SYSTEM, text=directed if repair is None else f"{directed}\n{_repair(repair)}"),
    )


def _character(case: Case, state: State, role: str, *, has_case: bool = True) -> str:
    persona, scenario = case.personas[role], case.scenario
    name = _spoken(state.recruiter or "")
    return _template("character").substitute(
        name=persona.name,
        title=persona.title,
        about=persona.about,
        style=persona.style,
        never="\n".join(f"- {habit}" for habit in persona.never),
        case=scenario.case.get(role, f"You work for {scenario.company}.") if has_case else "",
        caller=f"The caller is {name}, a recruiter." if name else "The caller is a recruiter.",
        history=_history(case, role) if has_case else "",
    )


def _history(case: Case, role: str) -> str:
    """What was said before the scenario began, by the recruiter and by this persona."""
    speakers = {RECRUITER: "The caller", role: "You"}
    turns = [f"{speakers[past.speaker]}: {past.text}" for past in case.scenario.history if past.speaker in speakers]
    return _template("history").substitute(turns="\n".join(turns)) if turns else ""


def _talk(case: Case, state: State, role: str) -> tuple[ChatMessage, ...]:
    """The turns that have reached `role`, by whatever way; user and assistant take turns, the user first."""
    messages: list[ChatMessage] = []
    touch = ""
    for turn in state.known_to(role):
        if turn.touch != touch:
            touch = turn.touch
            _append(messages, ChatRole.USER, _opening(case, state, role, touch))
        if turn.speaker == role:
            _append(messages, ChatRole.ASSISTANT, _heard(turn, state))
        else:
            _append(messages, ChatRole.USER, f"{_who_speaks(case, turn)}{_heard(turn, state)}")
    if state.touch is not None and touch != state.touch:
        _append(messages, ChatRole.USER, _opening(case, state, role, state.touch))
    return tuple(messages)


def _opening(case: Case, state: State, role: str, touch: str) -> str:
    """What stands before a touch: how it came about, for `role`."""
    entry = next(each for each in state.calendar if each.touch == touch)
    if role not in entry.roles:
        return _template("passed_on").substitute(to=_names(case, entry.roles)).strip()
    if entry.by == role:
        return "(You ring the caller.)" if entry.channel.is_live else "(You write to the caller.)"
    return {
        Channel.CALL: RINGS,
        Channel.JOINT_CALL: f"(A call with several people: the caller, {_names(case, entry.roles)}.)",
        Channel.VOICEMAIL: "(You play a voicemail from the caller.)",
        Channel.EMAIL: "(You read an e-mail from the caller.)",
        Channel.TEXT: "(You read a text from the caller.)",
    }[entry.channel]


def _who_speaks(case: Case, turn: SpokenTurn) -> str:
    """Somebody else on the call, by name; the caller's words stand by themselves."""
    return "" if turn.speaker == RECRUITER else f"({case.personas[turn.speaker].first_name} says:) "


def _names(case: Case, roles: Sequence[str]) -> str:
    return " and ".join(case.personas[role].first_name for role in roles)


def _append(messages: list[ChatMessage], role: ChatRole, text: str) -> None:
    if messages and messages[-1].role is role:
        messages[-1] = ChatMessage(role=role, text=f"{messages[-1].text}\n{text}")
    else:
        messages.append(ChatMessage(role=role, text=text))


def _heard(turn: SpokenTurn, state: State) -> str:
    """A turn's words as far as they were heard."""
    words = _spoken(turn.text)
    is_callers = turn.speaker == RECRUITER
    heard = heard_of(words, turn.channel, state.temperament.heard_words) if is_callers else words
    return words if heard == words else f"{heard} …"


def _spoken(text: str) -> str:
    """Foreign words on one line, with nothing in them that passes for a direction or a chat template's mark."""
    return plain_words(without_tokens(text).translate(_SPOKEN))


def _direction(case: Case, state: State, direction: AnswerDirected, *, has_lines: bool = True) -> str:
    how, mood = _sections("beats"), state.contacts[direction.role].mood
    ending = _sections("endings")["goes_on" if direction.ends is None else "ends"]
    beats = [f"{how[beat.kind.value]} “{beat.line if has_lines else ' . '}”" for beat in direction.beats]
    return _template("direction").substitute(
        name=case.personas[direction.role].first_name,
        mood=_sections("moods")[mood.value],
        beats="\n".join(beats),
        ending=f" {ending}" if ending else "",
        words=_words(direction),
        closed=_closed(case, state, direction),
    )


def _words(direction: AnswerDirected) -> int:
    """How many words the answer may have, in round numbers."""
    said = sum(len(beat.line.split()) for beat in direction.beats)
    return max(15, 5 * round((said + 8) / 5))


def _closed(case: Case, state: State, direction: AnswerDirected) -> str:
    """The topics, by name alone, that the caller reaches for and on which this persona has something untold."""
    names = _sections("topics")
    told = {*state.contacts[direction.role].told, *(beat.about for beat in direction.beats)}
    untold = {fact.topic.value for fact_id, fact in case.facts_of(direction.role).items() if fact_id not in told}
    asked = {*(topic.value for topic in direction.topics), *(beat.about for beat in direction.beats)}
    topics = sorted(untold & asked)
    if not topics:
        return ""
    return f" {_template('closed').substitute(topics=', '.join(names[topic] for topic in topics)).strip()}"


def _repair(repair: Repair) -> str:
    texts = _sections("repair")
    why = Template(texts[repair.check.value]).substitute(what=repair.what)
    frame = texts["anew"] if not repair.said else Template(texts["goes_on"]).substitute(said=_spoken(repair.said))
    return f"{why} {frame}"


@cache
def _template(name: str) -> Template:
    return Template(_read(name))


@cache
def _sections(name: str) -> dict[str, str]:
    """A prompt file's sections: the text under each `# heading`, by heading."""
    return {heading: text.strip() for heading, text in _SECTION.findall(_read(name))}


def _read(name: str) -> str:
    return (files("roleplay.actor") / "prompts" / f"{name}.md").read_text(encoding="utf-8")
