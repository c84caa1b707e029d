"""The prompt that voices one turn: what the persona is and has heard, and what the director decided. Pure.

Only three things get in: what is public (persona, case, history), the turns that the persona has heard, and this
turn's beats. No fact of the scenario is read here, so none that is unearned can be told.

The prompt of a turn starts with the whole prompt of the turn before, but for that one's direction: a server reuses
what it has read.
"""

import re
from functools import cache
from importlib.resources import files
from string import Template
from typing import Final

from roleplay.actor.tokens import without_tokens
from roleplay.content.acts import Channel
from roleplay.content.case import Case
from roleplay.llm.base import ChatMessage, ChatRole
from roleplay.record.events import RECRUITER, AnswerDirected
from roleplay.record.words import heard_of, plain_words
from roleplay.world.state import SpokenTurn, State

PROMPT_VERSION: Final = "1"
"""Changes whenever a file in `prompts` does."""
RINGS: Final = "(The phone rings. You pick up.)"
"""Stands where the recruiter has said nothing yet: many servers want a user's message first."""

_SPOKEN: Final = str.maketrans("[]", "()")
"""Square brackets mark a direction, and nobody says them."""
_SECTION: Final = re.compile(r"^# (\w+)\n(.*?)(?=^# |\Z)", re.MULTILINE | re.DOTALL)


def build_prompt(case: Case, state: State, direction: AnswerDirected) -> tuple[ChatMessage, ...]:
    """Build the messages: the character, the talk as it was heard, the direction, which no later prompt holds."""
    role = direction.role
    return (
        ChatMessage(role=ChatRole.SYSTEM, text=_character(case, state, role)),
        *_talk(state, role),
        ChatMessage(role=ChatRole.SYSTEM, text=_direction(case, state, direction)),
    )


def _character(case: Case, state: State, role: str) -> str:
    persona, scenario = case.personas[role], case.scenario
    name = _spoken(state.recruiter or "")
    return _template("character").substitute(
        name=persona.name,
        title=persona.title,
        about=persona.about,
        style=persona.style,
        never="\n".join(f"- {habit}" for habit in persona.never),
        case=scenario.case.get(role, f"You work for {scenario.company}."),
        caller=f"The caller is {name}, a recruiter." if name else "The caller is a recruiter.",
        history=_history(case, role),
    )


def _history(case: Case, role: str) -> str:
    """What was said before the scenario began, by the recruiter and by this persona."""
    speakers = {RECRUITER: "The caller", role: "You"}
    turns = [f"{speakers[past.speaker]}: {past.text}" for past in case.scenario.history if past.speaker in speakers]
    return _template("history").substitute(turns="\n".join(turns)) if turns else ""


def _talk(state: State, role: str) -> tuple[ChatMessage, ...]:
    """The turns that `role` has heard; user and assistant take turns, the user first."""
    messages: list[ChatMessage] = []
    touch = ""
    for turn in state.known_to(role):
        if turn.turn.partition(".")[0] != touch:
            touch = turn.turn.partition(".")[0]
            _append(messages, ChatRole.USER, RINGS)
        speaker = ChatRole.ASSISTANT if turn.speaker == role else ChatRole.USER
        _append(messages, speaker, _heard(turn, state.channel))
    if state.touch is not None and touch != state.touch:
        _append(messages, ChatRole.USER, RINGS)
    return tuple(messages)


def _append(messages: list[ChatMessage], role: ChatRole, text: str) -> None:
    if messages and messages[-1].role is role:
        messages[-1] = ChatMessage(role=role, text=f"{messages[-1].text}\n{text}")
    else:
        messages.append(ChatMessage(role=role, text=text))


def _heard(turn: SpokenTurn, channel: Channel) -> str:
    """A turn's words as far as they were heard."""
    words = _spoken(turn.text)
    heard = heard_of(words, channel) if turn.speaker == RECRUITER else words
    return words if heard == words else f"{heard} …"


def _spoken(text: str) -> str:
    """Foreign words on one line, with nothing in them that passes for a direction or a chat template's mark."""
    return plain_words(without_tokens(text).translate(_SPOKEN))


def _direction(case: Case, state: State, direction: AnswerDirected) -> str:
    how, mood = _sections("beats"), state.contacts[direction.role].mood
    beats = "\n".join(
        f"{number}. {how[beat.kind.value]} “{beat.line}”" for number, beat in enumerate(direction.beats, start=1)
    )
    return _template("direction").substitute(
        name=case.personas[direction.role].first_name,
        mood=_sections("moods")[mood.value],
        beats=beats,
        ending=_sections("endings")["goes_on" if direction.ends is None else "ends"],
    )


@cache
def _template(name: str) -> Template:
    return Template(_read(name))


@cache
def _sections(name: str) -> dict[str, str]:
    """A prompt file's sections: the text under each `# heading`, by heading."""
    return {heading: text.strip() for heading, text in _SECTION.findall(_read(name))}


def _read(name: str) -> str:
    return (files("roleplay.actor") / "prompts" / f"{name}.md").read_text(encoding="utf-8")
