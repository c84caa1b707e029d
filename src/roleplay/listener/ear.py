"""The model's ear: a language model is asked about the labels that the local reading is unsure of.

What it said is kept by content, so that a turn that is read again is read the same; where it takes too long or fails,
the local reading stands and the reading says why.
"""

import asyncio
import hashlib
import json
import time
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple, Protocol

from pydantic import Field, TypeAdapter, ValidationError, create_model

from roleplay.content.acts import Channel
from roleplay.errors import VoiceError, VoiceRestingError
from roleplay.listener.codebook import LabelRow
from roleplay.llm.base import ChatMessage, ChatRole, StructuredModel
from roleplay.values import Value

TIME_BOX_S: Final = 1.5
"""How long a turn waits for the model's word."""
REST_S: Final = 60.0
"""How long nobody is asked after `PATIENCE` failures in a row."""
PATIENCE: Final = 3
MAX_CHARS: Final = 6_000
"""Of a longer text the model isn't asked: it would take too long."""
TOKENS_A_LABEL: Final = 120


class Opinion(Value):
    """What the model says of one label."""

    stands: bool
    quote: str = Field(description="The words that carry it, letter by letter; empty where it doesn't stand.")


class Question(NamedTuple):
    """One text with the labels that are in doubt."""

    speaker: str
    """Who says it, in words."""
    channel: Channel
    before: str | None
    known: tuple[str, ...]
    text: str
    labels: tuple[tuple[str, LabelRow], ...]


class Answer(NamedTuple):
    """What came back: opinions by label, and why there are none."""

    opinions: Mapping[str, Opinion] = {}
    failure: str | None = None


class Ear(Protocol):
    """Gives a second opinion."""

    @property
    def name(self) -> str:
        """Who it is: a model's name and host."""
        ...

    async def ask(self, question: Question) -> Answer:
        """Answer a question; a failure is an answer without opinions."""
        ...


class Opinions(Protocol):
    """Keeps what was said, by a digest of all that was asked."""

    async def opinion(self, digest: str) -> str | None:
        """Return what was kept under `digest`."""
        ...

    async def keep_opinion(self, digest: str, opinion_json: str) -> None:
        """Keep it."""
        ...


class KeptInMemory:
    """Opinions for as long as the program runs."""

    def __init__(self) -> None:
        self._kept: dict[str, str] = {}

    async def opinion(self, digest: str) -> str | None:
        """Return what was kept under `digest`."""
        return self._kept.get(digest)

    async def keep_opinion(self, digest: str, opinion_json: str) -> None:
        """Keep it."""
        self._kept[digest] = opinion_json


class ModelEar:
    """Asks a language model, in one structured request a turn."""

    def __init__(
        self,
        model: StructuredModel,
        kept: Opinions | None = None,
        *,
        time_box_s: float = TIME_BOX_S,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._model = model
        self._kept = kept or KeptInMemory()
        self.time_box_s = time_box_s
        self._monotonic = monotonic
        self._failures = 0
        self._rests_until = 0.0

    @property
    def name(self) -> str:
        """The model's name and host."""
        return f"{self._model.name} at {self._model.host}"

    def with_time_box(self, time_box_s: float) -> "ModelEar":
        """Return an ear at the same model that waits longer, or less."""
        return ModelEar(self._model, self._kept, time_box_s=time_box_s, monotonic=self._monotonic)

    async def ask(self, question: Question) -> Answer:
        """Answer from what was kept, or ask within the time box."""
        if len(question.text) > MAX_CHARS:
            return Answer()
        messages = messages_of(question)
        shape = shape_of(tuple(label for label, _ in question.labels))
        kept = await self._kept.opinion(_digest(self._model.name, messages))
        if kept is not None and (opinions := _opinions(kept)) is not None:
            return Answer(opinions)
        if self._monotonic() < self._rests_until:
            return Answer()
        try:
            async with asyncio.timeout(self.time_box_s):
                said = await self._model.ask(messages, shape, max_tokens=TOKENS_A_LABEL * len(question.labels))
        except TimeoutError:
            return self._failed(f"{self._model.host} took longer than {self.time_box_s:g} s to read a turn")
        except VoiceRestingError:
            return Answer()  # why was told when it failed
        except VoiceError as error:
            return self._failed(str(error))
        self._failures = 0
        opinions = {label: getattr(said, label) for label, _ in question.labels}
        digest = _digest(self._model.name, messages)  # one that wasn't named has its name by now
        await self._kept.keep_opinion(digest, _OPINIONS.dump_json(opinions).decode())
        return Answer(opinions)

    def _failed(self, cause: str) -> Answer:
        self._failures += 1
        if self._failures >= PATIENCE:
            self._failures = 0
            self._rests_until = self._monotonic() + REST_S
        return Answer(failure=cause)


_OPINIONS: Final = TypeAdapter(dict[str, Opinion])


@cache
def shape_of(labels: tuple[str, ...]) -> type[Value]:
    """Return the model of a reply: an opinion for each label."""
    fields = dict.fromkeys(labels, (Opinion, ...))
    return create_model("Reading", __base__=Value, **fields)  # type: ignore[call-overload,no-any-return]


def messages_of(question: Question) -> tuple[ChatMessage, ...]:
    """Return the prompt: the same instruction always, then the labels' rows, then the turn as fenced data."""
    rows = "\n\n".join(_row(label, row) for label, row in question.labels)
    turn: dict[str, object] = {"by": question.speaker, "channel": question.channel.value}
    if question.known:
        turn["the_recruiter_had_been_told"] = question.known
    turn |= {"words_before": question.before, "turn": question.text}
    asked = f"The labels:\n\n{rows}\n\nThe turn, as JSON:\n\n{json.dumps(turn, ensure_ascii=False)}"
    return (
        ChatMessage(role=ChatRole.SYSTEM, text=_instruction()),
        ChatMessage(role=ChatRole.USER, text=asked),
    )


@cache
def _instruction() -> str:
    return (Path(__file__).parent / "prompts" / "ear.md").read_text(encoding="utf-8").strip()


def _row(label: str, row: LabelRow) -> str:
    lines = [f"`{label}`: the turn {row.does}.", *(f"- counts: {words}" for words in row.counts)]
    lines += [f"- doesn't count: {words}" for words in row.looks_like]
    return "\n".join(lines)


def _digest(model: str, messages: tuple[ChatMessage, ...]) -> str:
    whole = json.dumps([model, *(message.text for message in messages)], ensure_ascii=False)
    return hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()


def _opinions(kept: str) -> dict[str, Opinion] | None:
    """Return what was kept; None where an older program kept something else."""
    try:
        return _OPINIONS.validate_json(kept)
    except ValidationError:
        return None
