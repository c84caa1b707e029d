"""The learned listener behind the `Listener` protocol."""

import asyncio
import re
from collections.abc import Sequence
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from roleplay.content.acts import TOPIC_OF_ACT, Act, Channel, CounterpartAct, Sensitive
from roleplay.listener.cues import cues_of
from roleplay.listener.learned.inputs import Group
from roleplay.listener.learned.model import Evidence, Model, Text
from roleplay.listener.learned.playback import was_said
from roleplay.listener.learned.spans import span_of
from roleplay.listener.reading import CounterpartReading, HeardAct, HeardCounterpartAct, Reading, Span, Utterance

READ_IN_PLACE_CHARS: Final = 400
"""A longer text is read in a thread, so that a screen isn't held up."""
_READABLE: Final = re.compile(r"[^\W_]")


class HeardSensitive(BaseModel):
    """One sensitive category in a written message, how sure the listener is, and the words that carried it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    category: Sensitive
    confidence: float = Field(ge=0, le=1)
    span: Span


class LearnedListener:
    """Hears acts with a small fine-tuned encoder; deterministic, some milliseconds a turn, loaded at first use."""

    _NAME: Final = "learned/1"

    def __init__(self, model: Model | None = None) -> None:
        """Take the shipped model unless another is given."""
        self._model = model or Model()

    @property
    def name(self) -> str:
        """What a reading is recorded under."""
        return self._NAME

    def load(self) -> None:
        """Load the model now rather than at the first turn."""
        self._model.load()

    async def prepare(self) -> None:
        """Load the model where it doesn't hold up a screen."""
        await asyncio.to_thread(self._model.load)

    async def read(self, utterance: Utterance) -> Reading:
        """Read a recruiter's turn."""
        text = utterance.text
        evidence = await self._evidence(Group.RECRUITER, text, utterance.channel, utterance.before)
        heard = [
            HeardAct(
                act=Act(each.label),
                confidence=round(each.probability, 4),
                span=span_of(text, each.given, asks=Act(each.label) in TOPIC_OF_ACT),
            )
            for each in evidence
        ]
        acts = tuple(
            sorted((each for each in heard if _stands(each, utterance)), key=lambda each: (each.span.start, each.act))
        )
        return Reading(acts=acts, cues=cues_of(text, {each.act for each in acts}))

    async def read_counterpart(self, utterance: Utterance) -> CounterpartReading:
        """Read a turn of the other side; `before` is then the recruiter's last turn."""
        text = utterance.text
        evidence = await self._evidence(Group.COUNTERPART, text, utterance.channel, utterance.before)
        heard = [
            HeardCounterpartAct(
                act=CounterpartAct(each.label), confidence=round(each.probability, 4), span=span_of(text, each.given)
            )
            for each in evidence
        ]
        return CounterpartReading(acts=tuple(sorted(heard, key=lambda each: (each.span.start, each.act))))

    async def read_written(self, text: str, channel: Channel, known: Sequence[str]) -> tuple[HeardSensitive, ...]:
        """Return the sensitive categories of a written message, given what the recruiter had been told."""
        evidence = await self._evidence(Group.WRITTEN, text, channel, None, tuple(known))
        heard = (
            HeardSensitive(
                category=Sensitive(each.label), confidence=round(each.probability, 4), span=span_of(text, each.given)
            )
            for each in evidence
        )
        return tuple(sorted(heard, key=lambda each: (each.span.start, each.category)))

    async def _evidence(
        self, group: Group, text: str, channel: Channel, before: str | None, known: tuple[str, ...] = ()
    ) -> list[Evidence]:
        """Return the evidence for what was heard; a text without a letter or digit says nothing."""
        if not _READABLE.search(text):
            return []
        texts = [Text(group, text, channel.value, before, known)]
        is_short = len(text) <= READ_IN_PLACE_CHARS
        [evidence] = self._model.read(texts) if is_short else await asyncio.to_thread(self._model.read, texts)
        return [each for each in evidence if each.probability >= each.threshold]


def _stands(heard: HeardAct, utterance: Utterance) -> bool:
    """Whether what a restatement plays back was said; every other act passes."""
    if heard.act is not Act.RESTATE_REASON:
        return True
    return was_said(heard.span.of(utterance.text), utterance.by_counterpart)
