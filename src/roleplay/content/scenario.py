"""Scenarios: a case, its cast, and the facts that a recruiter may or may not earn."""

from typing import Annotated

from pydantic import BeforeValidator, Field

from roleplay.content.acts import TOLD_BY_TOPIC, Act, Channel, CounterpartAct, Sensitive, Topic
from roleplay.content.base import Content, Role, Slug, Words
from roleplay.content.persona import Situation

WORDS_PER_MINUTE = 150
"""Conversational English runs at about 150 words a minute (both sides together); call time is counted in words."""


def _as_tuple(value: object) -> object:
    return (value,) if isinstance(value, str) else value


Acts = Annotated[tuple[Act, ...], BeforeValidator(_as_tuple)]


class Gate(Content):
    """What must hold before a fact is told. Every part that is given must hold."""

    any_of: Acts = Field(default=(), description="One of these acts, in this turn.")
    all_of: Acts = Field(default=(), description="All of these acts, some time in this touch.")
    rapport: int = Field(default=-99, ge=-99, le=9, description="A floor for rapport, counted after this turn.")
    channels: tuple[Channel, ...] = Field(default=(), description="Only by these channels; empty: any.")
    after: tuple[Slug, ...] = Field(default=(), description="Facts earned from this contact before.")


class Fact(Content):
    """Something true in the case, told to who earns it."""

    known_by: tuple[Role, ...] = Field(min_length=1, description="Who can tell it.")
    topic: Topic = Field(description="Which question reaches for it.")
    says: Words = Field(description="The fact in one plain sentence, for the debrief.")
    lines: dict[Role, tuple[Words, ...]] = Field(description="Three or more ways in which each who knows it says it.")
    earned_by: Gate
    tells: tuple[CounterpartAct, ...] | None = Field(
        default=None, description="What telling it amounts to; by default it follows from the topic."
    )
    voice_only: bool = Field(default=False, description="Never told in writing.")
    sensitive: Sensitive | None = Field(default=None, description="What repeating it in writing would be.")
    hidden: bool = Field(default=True, description="Shown in the debrief as something to uncover.")
    ask: Words | None = Field(default=None, description="Words that would have earned it, for the debrief.")

    @property
    def amounts_to(self) -> tuple[CounterpartAct, ...]:
        """What the other side's turn does when it tells this fact."""
        if self.tells is not None:
            return self.tells
        told = TOLD_BY_TOPIC.get(self.topic)
        return () if told is None else (told,)


class PastTurn(Content):
    """Something said before the scenario starts, that both sides remember."""

    speaker: Role
    text: Words


class Scenario(Content):
    """One situation to practise: who is called, what is known on day 0, what is hidden."""

    title: Words
    summary: Words = Field(description="One line for the list: who, and what for.")
    brief: Words = Field(description="What the recruiter knows on day 0.")
    goal: Words = Field(description="What a good outcome of this call is, for the recruiter.")
    openings: int | None = Field(default=None, ge=0, description="How many openings the recruiter knows of.")
    company: Words = Field(description="The client's name.")
    cast: dict[Role, Slug] = Field(min_length=1, description="Roles, and the persona that plays each.")
    calls: Role = Field(description="Who is called.")
    scorecard: Slug
    minutes: int = Field(
        default=20,
        ge=1,
        le=120,
        description="How long the other side stays; 150 words of both sides are a minute.",
    )
    time_is_short: bool = Field(default=False, description="Shown in the brief and counted down on the screen.")
    case: dict[Role, Words] = Field(
        description="The case as each contact would tell a stranger: public, no fact in it; a model gets it."
    )
    history: tuple[PastTurn, ...] = ()
    facts: dict[Slug, Fact] = Field(min_length=1)
    lines: dict[Role, dict[Situation, tuple[Words, ...]]] = Field(
        default_factory=dict, description="Lines for this case, taken before the persona's own."
    )

    @property
    def time_words(self) -> int:
        """The call's length in words of both sides."""
        return self.minutes * WORDS_PER_MINUTE
