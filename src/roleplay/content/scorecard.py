"""Scorecards: what a session is measured by. A criterion's kind says how its verdict is found."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from roleplay.content.acts import Act, CounterpartAct, Sensitive
from roleplay.content.base import Content, Role, Slug, Words

CriterionId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


OwnActId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
RecruiterAct = Annotated[Act | OwnActId, Field(union_mode="left_to_right")]
"""An act of the codebook, or one that the scorecard defines."""


class OwnAct(Content):
    """An act of the recruiter's that the codebook doesn't have; it is heard by its likeness to the examples."""

    does: Words = Field(description='What a turn does that carries it: "asks who has left the team in the last year".')
    examples: tuple[Words, ...] = Field(
        min_length=6,
        max_length=60,
        description="Six or more ways to say it, as different as can be; it learns from these.",
    )
    counter_examples: tuple[Words, ...] = Field(default=(), max_length=60, description="What sounds like it and isn't.")


class _Criterion(Content):
    title: Words = Field(description="What it is called on the scorecard.")
    weight: int = Field(ge=1, le=100, description="Points at the most.")
    why: Words = Field(description="Why it matters, in one or two sentences.")
    say: tuple[Words, Words] = Field(description="Two model lines.")


class ActCriterion(_Criterion):
    """Met where the recruiter did one of `acts`; what came back may be asked for too."""

    kind: Literal["act"]
    acts: tuple[RecruiterAct, ...] = Field(min_length=1)
    answered_by: tuple[CounterpartAct, ...] = Field(
        default=(),
        description="If given: met only with one of these as the answer, or with a follow-up; else partial.",
    )
    needs_openings: int | None = Field(default=None, description="Not applicable unless this many openings are known.")
    to: tuple[Role, ...] = Field(
        default=(), description="Only what was said to one of these counts; empty: to anybody."
    )


class SequenceCriterion(_Criterion):
    """Met where one of `acts` came after something the other side said; earlier it is worth `too_early`."""

    kind: Literal["sequence"]
    acts: tuple[RecruiterAct, ...] = Field(min_length=1)
    after: tuple[CounterpartAct, ...] = Field(min_length=1)
    too_early: Literal["partial", "missed"] = "missed"
    applies: Literal["always", "when_said"] = Field(
        default="always", description="`when_said`: not applicable unless the other side said it."
    )


class OrderCriterion(_Criterion):
    """Met where one of `acts` came before any of `before`, in any touch; partial where it came after."""

    kind: Literal["order"]
    acts: tuple[RecruiterAct, ...] = Field(min_length=1)
    before: tuple[RecruiterAct, ...] = Field(min_length=1)


class FirstTouchCriterion(_Criterion):
    """Met where the first touch is by voice and does one of `acts`; partial by voice without; missed in writing."""

    kind: Literal["first_touch"]
    acts: tuple[RecruiterAct, ...] = Field(min_length=1)


class WrittenCriterion(_Criterion):
    """Violated where something sensitive was written; not applicable where nothing was written."""

    kind: Literal["written"]
    categories: tuple[Sensitive, ...] = Field(default=tuple(Sensitive), min_length=1)
    blocks: bool = Field(default=False, description="Violated, nothing else helps: the session isn't passed.")


class TakeAwayCriterion(_Criterion):
    """Met where, after `days` or more without an answer, it was taken away by voice; partial earlier, or in writing."""

    kind: Literal["take_away"]
    days: int = Field(default=10, ge=0, description="0: whenever it is right to leave it.")


class NextStepCriterion(_Criterion):
    """Met where a dated next step was agreed, or the last one not refused; partial with no day or time."""

    kind: Literal["next_step"]


class FactCriterion(_Criterion):
    """Met where a fact was earned (not volunteered); known only for a session, not for an imported transcript."""

    kind: Literal["fact"]
    facts: tuple[Slug, ...] = Field(min_length=1)


class NeverCriterion(_Criterion):
    """Violated by any of `acts`; kept, it counts in proportion to what the other criteria earned."""

    kind: Literal["never"]
    acts: tuple[RecruiterAct, ...] = Field(min_length=1)
    blocks: bool = Field(default=False, description="Violated, nothing else helps: the session isn't passed.")


class MeasureCriterion(_Criterion):
    """A number against two bounds; counts in proportion to what the other criteria earned."""

    kind: Literal["measure"]
    measure: Literal["talk_share"]
    met_up_to: float = Field(gt=0, le=1)
    partial_up_to: float = Field(gt=0, le=1)

    @model_validator(mode="after")
    def _bounds_rise(self) -> Self:
        if self.met_up_to > self.partial_up_to:
            raise ValueError("met_up_to must not be above partial_up_to")
        return self


Criterion = Annotated[
    ActCriterion
    | SequenceCriterion
    | OrderCriterion
    | FirstTouchCriterion
    | WrittenCriterion
    | TakeAwayCriterion
    | NextStepCriterion
    | FactCriterion
    | NeverCriterion
    | MeasureCriterion,
    Field(discriminator="kind"),
]


class Scorecard(Content):
    """Criteria in the order in which they are shown."""

    title: Words
    about: Words = Field(description="What kind of talk it is for.")
    pass_mark: float = Field(ge=0, le=100)
    acts: dict[OwnActId, OwnAct] = Field(
        default={}, description="Acts of this scorecard's own, beside the codebook's; criteria name them."
    )
    criteria: dict[CriterionId, Criterion] = Field(min_length=1)
