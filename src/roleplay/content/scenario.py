"""Scenarios: a case, its cast, and the facts that a recruiter may or may not earn."""

from typing import Annotated

from pydantic import BeforeValidator, Field

from roleplay.content.acts import TOLD_BY_TOPIC, Act, Channel, CounterpartAct, Sensitive, Topic
from roleplay.content.base import Content, Role, Slug, Words
from roleplay.content.job_order import JobOrder
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
    promise: bool = Field(default=False, description="Only to somebody with whom it was agreed to talk off the record.")


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
    given_away_on: tuple[Situation, ...] = Field(
        default=(), description="Told unasked in these situations; then it is given away, not earned."
    )

    @property
    def texts(self) -> tuple[str, ...]:
        """Every wording of it that an author wrote."""
        return (self.says, *(line for lines in self.lines.values() for line in lines))

    @property
    def amounts_to(self) -> tuple[CounterpartAct, ...]:
        """What the other side's turn does when it tells this fact."""
        if self.tells is not None:
            return self.tells
        told = TOLD_BY_TOPIC.get(self.topic)
        return () if told is None else (told,)


class PastTurn(Content):
    """Something said before the scenario starts, that the speaker and the recruiter remember."""

    speaker: Role
    text: Words
    topic: Topic | None = Field(default=None, description="What it is about, where it can be played back as a reason.")
    off_record: bool = Field(default=False, description="Said in confidence: repeating it in writing breaks that.")


class Clash(Content):
    """On a call with several people: one contradicts another, once."""

    topic: Topic = Field(description="When the talk is about this …")
    against: Role = Field(description="… and this one has spoken,")
    by: Role = Field(description="this one speaks against it.")
    lines: tuple[Words, ...] = Field(min_length=2)
    tells: tuple[CounterpartAct, ...] = ()


class Campaign(Content):
    """A scenario over several days, contacts and channels."""

    days: int = Field(ge=1, le=60, description="The horizon: after so many days it is over.")
    touches: int = Field(ge=3, le=60, description="How many touches patience allows, all contacts together.")
    role_exists: bool = Field(default=True, description="Whether there is something to win, or it is really dead.")
    silent: tuple[Role, ...] = Field(
        default=(), description="Who answers nothing at all until it has been taken away from them, rightly."
    )
    joint_call_by: tuple[Role, ...] = Field(default=(), description="Who can get the parties on one call.")
    joint_call_is_set: bool = Field(default=False, description="The call with everybody has been agreed already.")
    forwards: dict[Sensitive, Role] = Field(
        default_factory=dict,
        description="To whom a message with such content is forwarded; to hr, if there is one, where nothing is said.",
    )
    clashes: tuple[Clash, ...] = ()
    key: JobOrder = Field(description="The job order as it really is; the recruiter's own map is held against it.")


class Scenario(Content):
    """One situation to practise: who is called, what is known on day 0, what is hidden."""

    title: Words
    summary: Words = Field(description="One line for the list: who, and what for.")
    brief: Words = Field(description="What the recruiter knows on day 0.")
    goal: Words = Field(description="What a good outcome of this call is, for the recruiter.")
    openings: int | None = Field(default=None, ge=0, description="How many openings the recruiter knows of.")
    company: Words = Field(description="The client's name.")
    cast: dict[Role, Slug] = Field(min_length=1, description="Roles, and the persona that plays each.")
    calls: Role = Field(description="Who is called; over several days, who comes to mind first.")
    scorecard: Slug
    leaves_out: tuple[str, ...] = Field(default=(), description="Criteria of the scorecard that have no occasion here.")
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
    campaign: Campaign | None = Field(default=None, description="Makes it a scenario over several days.")

    @property
    def time_words(self) -> int:
        """The call's length in words of both sides."""
        return self.minutes * WORDS_PER_MINUTE
