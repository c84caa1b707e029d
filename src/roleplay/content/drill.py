"""Drills: decks of single lines, each with one answer to give at once."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from roleplay.content.acts import Act, Channel
from roleplay.content.base import Content, Slug, Words


class DrillKind(StrEnum):
    """What the answer to a card is."""

    REPLY = "reply"
    """A turn on a call, in answer to a line."""
    VOICEMAIL = "voicemail"
    """What is said after the beep."""
    REWRITE = "rewrite"
    """An e-mail, written again so that it can hurt nobody."""

    @property
    def channel(self) -> Channel:
        """How the answer is given."""
        return _CHANNELS[self]


_CHANNELS = {
    DrillKind.REPLY: Channel.CALL,
    DrillKind.VOICEMAIL: Channel.VOICEMAIL,
    DrillKind.REWRITE: Channel.EMAIL,
}


class DrillCard(Content):
    """One line, the situation that it is said in, and an answer that does."""

    situation: Words
    """One sentence: where the recruiter is, with whom."""
    who: Words
    """Who says the line, with what they do; for an e-mail, whom it goes to."""
    says: Words
    """Their line; the greeting before the beep; the risky draft."""
    known: tuple[Words, ...] = ()
    """What the recruiter had been told before, and how."""
    wanted: tuple[Act, ...] = ()
    """One of these has to be heard; the deck's, if none is given."""
    keeps: tuple[Annotated[tuple[Words, ...], Field(min_length=1)], ...] = ()
    """What the answer must still say: of each group one of the words, as the start of a word."""
    omits: tuple[Words, ...] = ()
    """Words that give away what isn't for others, as the start of a word; beside what the listener finds."""
    model: Words
    """An answer that passes."""
    fails: Words
    """An answer that must not pass. It is shown to nobody, and tests the card."""


class Drill(Content):
    """A deck of cards that train one thing."""

    title: Words
    about: Words
    kind: DrillKind = DrillKind.REPLY
    does: Words
    """What a good answer does, to stand after “nothing that …”."""
    trains: Annotated[tuple[str, ...], Field(min_length=1)]
    """Criteria of scorecards; who misses them is dealt more of this deck."""
    wanted: Annotated[tuple[Act, ...], Field(min_length=1)]
    """One of these has to be heard."""
    heard_alone: tuple[Act, ...] = ()
    """One of these must be heard in the answer by itself too, without the line before it; none, if none is given.

    So words that only repeat that line don't pass.
    """
    unwanted: tuple[Act, ...] = (Act.PITCH, Act.DISPARAGE, Act.PRESSURE)
    """None of these may be heard."""
    max_words: int | None = Field(default=None, ge=1)
    cards: Annotated[dict[Slug, DrillCard], Field(min_length=1)]

    def wanted_of(self, card: DrillCard) -> tuple[Act, ...]:
        """The acts of which one has to be heard in an answer to `card`."""
        return card.wanted or self.wanted

    @model_validator(mode="after")
    def _wants_no_unwanted(self) -> Self:
        every = {act for card in self.cards.values() for act in self.wanted_of(card)}
        if both := sorted(every & set(self.unwanted)):
            raise ValueError(f"{', '.join(both)} can't be wanted and unwanted")
        return self
