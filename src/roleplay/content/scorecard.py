"""Scorecards: what a session is measured by. A criterion's kind says how its verdict is found."""

from enum import StrEnum
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
    if_vague: Literal["met", "partial"] = Field(
        default="met", description="Only for `restate_reason`: what it is worth to give back words that were vague."
    )

    @property
    def can_be_partial(self) -> bool:
        """Whether something lies between met and missed."""
        return bool(self.answered_by) or self.if_vague == "partial"

    @model_validator(mode="after")
    def _vague_is_what_was_given_back(self) -> Self:
        if self.if_vague == "partial" and (set(self.acts) != {Act.RESTATE_REASON} or self.answered_by):
            raise ValueError(
                f"if_vague: partial goes with `acts: [{Act.RESTATE_REASON}]` alone, and not with answered_by"
            )
        return self


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


class Measure(StrEnum):
    """What can be counted. Shares run from 0 to 1."""

    TALK_SHARE = "talk_share"
    """The recruiter's share of the words."""
    LONGEST_MONOLOGUE = "longest_monologue"
    """Words in the recruiter's longest turn."""
    OPEN_TO_CLOSED = "open_to_closed"
    """Open questions as a share of the recruiter's questions."""
    WORDS_PER_MINUTE = "words_per_minute"
    """How fast the recruiter speaks; only where turns have times."""
    INTERRUPTIONS = "interruptions"
    """How often the recruiter cuts in; only where turns have times."""
    FILLER_WORDS = "filler_words"
    """Fillers in a hundred of the recruiter's words."""

    @property
    def is_share(self) -> bool:
        """Whether it runs from 0 to 1."""
        return self in {Measure.TALK_SHARE, Measure.OPEN_TO_CLOSED}

    @property
    def more_is_better(self) -> bool:
        """Whether it is bounded from below; the others are from above."""
        return self is Measure.OPEN_TO_CLOSED


class MeasureCriterion(_Criterion):
    """A number against two bounds; counts in proportion to what the other criteria earned."""

    kind: Literal["measure"]
    measure: Measure
    met_up_to: float | None = Field(default=None, ge=0, description="Met up to this; for `open_to_closed`, `met_from`.")
    partial_up_to: float | None = Field(default=None, ge=0, description="Partial up to this, missed above it.")
    met_from: float | None = Field(default=None, ge=0, description="Only for `open_to_closed`: met from this on.")
    partial_from: float | None = Field(default=None, ge=0, description="Partial from this on, missed below it.")

    @property
    def bounds(self) -> tuple[float, float]:
        """The bounds of met and of partial, on whichever side they are."""
        pairs = ((self.met_up_to, self.partial_up_to), (self.met_from, self.partial_from))
        met, partial = pairs[self.measure.more_is_better]
        assert met is not None and partial is not None, "checked when it was read"
        return met, partial

    @model_validator(mode="after")
    def _bounds_fit(self) -> Self:
        names = ("met_up_to", "partial_up_to"), ("met_from", "partial_from")
        wanted, unwanted = names[:: -1 if self.measure.more_is_better else 1]
        if any(getattr(self, name) is None for name in wanted) or any(
            getattr(self, name) is not None for name in unwanted
        ):
            raise ValueError(f"{self.measure} takes {wanted[0]} and {wanted[1]}, and no other bounds")
        met, partial = self.bounds
        if self.measure.is_share and max(met, partial) > 1:
            raise ValueError(f"{self.measure} is a share: its bounds are from 0 to 1")
        if self.measure.more_is_better and met < partial:
            raise ValueError("met_from must not be below partial_from")
        if not self.measure.more_is_better and met > partial:
            raise ValueError("met_up_to must not be above partial_up_to")
        return self


class MapCriterion(_Criterion):
    """Met where so many of the recruiter's own page about the job order are as the scenario's key has them."""

    kind: Literal["map"]
    fields: tuple[Literal["deadline", "fee_payer", "signer", "blocker", "grade"], ...] = Field(
        min_length=1, description="Fields of the page; those in free words can't be held against a key."
    )
    met_from: int = Field(ge=1, description="Met where so many fields are right.")
    partial_from: int = Field(ge=1, description="Partial where so many are.")

    @model_validator(mode="after")
    def _bounds_can_be_reached(self) -> Self:
        if len(set(self.fields)) < len(self.fields):
            raise ValueError("a field stands twice")
        if not self.partial_from <= self.met_from <= len(self.fields):
            raise ValueError("partial_from must not be above met_from, nor met_from above the number of fields")
        return self


class Check(Content):
    """A question to a language model that is answered with yes or no, and with a quote."""

    id: CriterionId
    asks: Words = Field(max_length=400, description="A question about what was said, answered by yes or no.")
    yes_is: Literal["good", "bad"] = Field(default="good", description="`bad`: the check holds where the answer is no.")
    quote: Literal["recruiter", "other", "any"] = Field(default="recruiter", description="Whose words show a yes.")
    acts: tuple[RecruiterAct, ...] = Field(
        default=(),
        description="A yes counts only where the listener hears one of these in the turn that is quoted; where a yes "
        "is bad, a no counts only where it hears none of them in any turn.",
    )
    tells: tuple[CounterpartAct, ...] = Field(default=(), description="The same for turns of the other side.")

    @model_validator(mode="after")
    def _acts_fit_the_quote(self) -> Self:
        if self.acts and self.quote != "recruiter":
            raise ValueError("acts are the recruiter's: they go with `quote: recruiter`")
        if self.tells and self.quote != "other":
            raise ValueError("tells are the other side's: they go with `quote: other`")
        return self


class JudgedCriterion(_Criterion):
    """Read by a language model: met from so many checks that hold on, partial from so many; not judged without one."""

    kind: Literal["judged"]
    checks: tuple[Check, ...] = Field(min_length=1, max_length=12)
    met_from: int = Field(ge=1, description="Met where so many checks hold.")
    partial_from: int = Field(ge=1, description="Partial where so many hold.")

    @property
    def is_kept_by_silence(self) -> bool:
        """Whether something is earned by doing nothing: enough of the checks hold where the answer is no."""
        return sum(check.yes_is == "bad" for check in self.checks) >= self.partial_from

    @model_validator(mode="after")
    def _bounds_can_be_reached(self) -> Self:
        if not self.partial_from <= self.met_from <= len(self.checks):
            raise ValueError("partial_from must not be above met_from, nor met_from above the number of checks")
        if len({check.id for check in self.checks}) < len(self.checks):
            raise ValueError("two checks have the same id")
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
    | MeasureCriterion
    | MapCriterion
    | JudgedCriterion,
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
