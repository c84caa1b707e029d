"""What a listener makes of a turn: values that everything behind the listener reads."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Protocol

from pydantic import Field

from roleplay.content.acts import Act, Channel, CounterpartAct, Sensitive
from roleplay.content.scorecard import OwnAct
from roleplay.values import Value


class Span(Value):
    """Characters `start` to `end` (exclusive) of a turn's text: the words that carried an act."""

    start: int = Field(ge=0)
    end: int = Field(ge=0)

    def of(self, text: str) -> str:
        """Return the words of `text` that the span covers."""
        return text[self.start : self.end]


class Cue(StrEnum):
    """What a turn shows beside the codebook's acts, needed by a director or a verdict."""

    CLOSING = "closing"
    """Says goodbye: the call is over for the speaker."""
    VAGUE_NEXT_STEP = "vague_next_step"
    """Proposes to go on, with no day, time or deadline (`next_step` is then partial at best)."""
    QUESTION = "question"
    """Asks for an answer, whether or not an act names what for."""
    GREETING = "greeting"
    """Greets, or introduces oneself."""
    PLEASANTRY = "pleasantry"
    """Asks how somebody is, or after their weekend."""


class HeardAct(Value):
    """One act in a recruiter's turn, how sure the listener is (0 to 1), and the words that carried it."""

    act: Act
    confidence: float = Field(ge=0, le=1)
    span: Span


class Reading(Value):
    """What was heard in one recruiter's turn; acts in the order in which they stand in the text."""

    acts: tuple[HeardAct, ...] = ()
    cues: tuple[Cue, ...] = ()
    ear_failure: str | None = None
    """Why a language model that was asked for a second opinion gave none; the local reading then stands."""

    def has(self, act: Act) -> bool:
        """Whether the turn carries `act`."""
        return any(heard.act is act for heard in self.acts)

    def find(self, act: Act) -> HeardAct | None:
        """Return the first occurrence of `act`, or None."""
        return next((heard for heard in self.acts if heard.act is act), None)


class HeardCounterpartAct(Value):
    """One act in a turn of the other side."""

    act: CounterpartAct
    confidence: float = Field(ge=0, le=1)
    span: Span


class CounterpartReading(Value):
    """What was heard in one turn of the other side."""

    acts: tuple[HeardCounterpartAct, ...] = ()
    ear_failure: str | None = None

    def has(self, act: CounterpartAct) -> bool:
        """Whether the turn carries `act`."""
        return any(heard.act is act for heard in self.acts)

    def find(self, act: CounterpartAct) -> HeardCounterpartAct | None:
        """Return the first occurrence of `act`, or None."""
        return next((heard for heard in self.acts if heard.act is act), None)


class HeardSensitive(Value):
    """One sensitive category in a written message, how sure the listener is, and the words that carried it."""

    category: Sensitive
    confidence: float = Field(ge=0, le=1)
    span: Span


class WrittenReading(Value):
    """What was found in a written message; categories in the order in which they stand in the text."""

    categories: tuple[HeardSensitive, ...] = ()
    ear_failure: str | None = None

    def find(self, category: Sensitive) -> HeardSensitive | None:
        """Return the first occurrence of `category`, or None."""
        return next((heard for heard in self.categories if heard.category is category), None)


class HeardOwnAct(Value):
    """One act that a scorecard defines, by its name there."""

    act: str
    confidence: float = Field(ge=0, le=1)
    span: Span


class Utterance(Value):
    """A turn as a listener gets it: the words, and what was said before them, oldest first."""

    text: str
    channel: Channel = Channel.CALL
    before: str | None = None
    """The last turn before this one by anybody else, without the speaker's name."""
    earlier: tuple[str, ...] = ()
    """All words said before `before`, by either side, oldest first; empty where no history is at hand."""
    by_counterpart: tuple[str, ...] = ()
    """Of those and `before`, the other side's words: what may be played back to them."""


class Listener(Protocol):
    """Reads turns. An implementation is deterministic for the same input unless it says otherwise."""

    @property
    def name(self) -> str:
        """What the reading is recorded under, with its version: `learned/1`."""
        ...

    async def prepare(self) -> None:
        """Load what it takes to read, so that the first turn needn't wait."""
        ...

    async def read(self, utterance: Utterance) -> Reading:
        """Read a recruiter's turn."""
        ...

    async def read_counterpart(self, utterance: Utterance) -> CounterpartReading:
        """Read a turn of the other side; `before` is then the recruiter's last turn."""
        ...

    async def read_written(self, text: str, channel: Channel, known: Sequence[str]) -> WrittenReading:
        """Read a written message for sensitive content; `known` is what the recruiter had been told, and how."""
        ...

    async def read_own(self, utterance: Utterance, acts: Mapping[str, OwnAct]) -> tuple[HeardOwnAct, ...]:
        """Hear acts that a scorecard defines, by their names, in a recruiter's turn."""
        ...
