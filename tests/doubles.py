"""Stand-ins that tests share."""

import re
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count

from roleplay.content.acts import Act, Channel, CounterpartAct, Sensitive
from roleplay.content.case import Case
from roleplay.content.mode import Mode
from roleplay.content.scorecard import OwnAct
from roleplay.errors import VoiceError
from roleplay.listener.reading import (
    CounterpartReading,
    Cue,
    HeardAct,
    HeardCounterpartAct,
    HeardOwnAct,
    HeardSensitive,
    Reading,
    Span,
    Utterance,
    WrittenReading,
)
from roleplay.practice.happenings import Happening
from roleplay.practice.loop import Practice
from roleplay.record.events import AnswerDirected
from roleplay.store.base import SessionStore
from roleplay.world.state import State

TAGS = re.compile(r"^\[(?P<tags>[a-z_ ]*)\]")


class DeafListener:
    """Hears nothing; doubles hear what they override."""

    name = "deaf/1"

    async def prepare(self) -> None:
        """Always ready."""

    async def read(self, utterance: Utterance) -> Reading:
        """Hear nothing."""
        return Reading()

    async def read_counterpart(self, utterance: Utterance) -> CounterpartReading:
        """Hear nothing."""
        return CounterpartReading()

    async def read_written(self, text: str, channel: Channel, known: Sequence[str]) -> WrittenReading:
        """Find nothing."""
        return WrittenReading()

    async def read_own(self, utterance: Utterance, acts: Mapping[str, OwnAct]) -> tuple[HeardOwnAct, ...]:
        """Hear nothing."""
        return ()


class TaggedListener(DeafListener):
    """Hears what a turn says of itself: `[ask_pain greeting] Why is it open?`."""

    name = "tagged/1"

    async def read(self, utterance: Utterance) -> Reading:
        """Read the tags that are acts of a recruiter, or cues."""
        tags = _tags(utterance.text)
        heard = [act for tag in tags for act in Act if act == tag]
        acts = [
            HeardAct(act=act, confidence=1, span=span)
            for act, span in zip(heard, _spans(utterance.text, len(heard)), strict=True)
        ]
        return Reading(acts=tuple(acts), cues=tuple(cue for tag in tags for cue in Cue if cue == tag))

    async def read_counterpart(self, utterance: Utterance) -> CounterpartReading:
        """Read the tags that are acts of the other side."""
        span = Span(start=0, end=len(utterance.text))
        acts = [
            HeardCounterpartAct(act=act, confidence=1, span=span)
            for tag in _tags(utterance.text)
            for act in CounterpartAct
            if act == tag
        ]
        return CounterpartReading(acts=tuple(acts))

    async def read_written(self, text: str, channel: Channel, known: Sequence[str]) -> WrittenReading:
        """Read the tags that are sensitive categories; the words after them carried them."""
        match = TAGS.match(text)
        span = Span(start=match.end() + 1 if match else 0, end=len(text))
        kinds = [kind for tag in _tags(text) for kind in Sensitive if kind == tag]
        return WrittenReading(
            categories=tuple(HeardSensitive(category=kind, confidence=1, span=span) for kind in kinds)
        )

    async def read_own(self, utterance: Utterance, acts: Mapping[str, OwnAct]) -> tuple[HeardOwnAct, ...]:
        """Read the tags that are acts of the scorecard's own."""
        span = Span(start=0, end=len(utterance.text))
        return tuple(HeardOwnAct(act=tag, confidence=1, span=span) for tag in _tags(utterance.text) if tag in acts)


def _spans(text: str, wanted: int) -> list[Span]:
    """A question each for as many acts, or the whole text for each where there are fewer questions."""
    questions = [Span(start=match.start(), end=match.end()) for match in re.finditer(r"\w[^?]*\?", text)]
    whole = Span(start=0, end=len(text))
    return questions[:wanted] if len(questions) >= wanted > 1 else [whole] * wanted


def _tags(text: str) -> list[str]:
    match = TAGS.match(text)
    return match["tags"].split() if match else []


class FakeClock:
    """A clock that goes on a second at each look, and ids that count."""

    def __init__(self) -> None:
        self._now = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
        self._ids = count(1)

    def now(self) -> datetime:
        """The next second."""
        self._now += timedelta(seconds=1)
        return self._now

    def new_id(self) -> str:
        """The next id."""
        return f"20260302-{next(self._ids):05}"

    def move(self, days: float) -> None:
        """Let time pass."""
        self._now += timedelta(days=days)


class PieceActor:
    """Says given pieces, then fails if it is told to. Remembers what it was directed to do."""

    goes_to: str | None = "localhost:1"
    prompt: str | None = None

    def __init__(self, pieces: Sequence[str], failure: str | None = None) -> None:
        self.name = "piece-model"
        self.directions: list[AnswerDirected] = []
        self.is_closed = False
        self._pieces = pieces
        self._failure = failure

    async def prepare(self) -> None:
        """Always ready."""

    async def speak(self, case: Case, state: State, direction: AnswerDirected) -> AsyncGenerator[str, None]:
        """Yield the pieces; then fail, if so told."""
        self.directions.append(direction)
        for piece in self._pieces:
            yield piece
        if self._failure is not None:
            raise VoiceError(self._failure)

    async def aclose(self) -> None:
        """Remember that it was closed."""
        self.is_closed = True


async def happenings_of(stream: AsyncIterator[Happening]) -> list[Happening]:
    """Everything that happens until it is quiet."""
    return [happening async for happening in stream]


async def connect(practice: Practice, role: str | None = None) -> list[Happening]:
    """Get on the phone: the call of a scenario of one call, else whoever picks up within some days."""
    happened = await happenings_of(practice.begin())
    for _ in range(40):
        if not practice.is_campaign or practice.is_over or (practice.state.channel.is_live and practice.state.touch):
            break
        for each in [role] if role else practice.case.personas:
            if practice.state.touch is None and not practice.is_over:
                happened += await happenings_of(practice.call(each))
            if practice.state.touch is not None and not practice.state.channel.is_live:
                happened += await happenings_of(practice.leave())
        if practice.state.touch is None and not practice.is_over:
            happened += await happenings_of(practice.wait())
    return happened


async def play(practice: Practice, turns: Sequence[str]) -> list[Happening]:
    """Play a whole session: get on the phone, say each turn, hang up; over several days, write and hear what comes."""
    happened = await connect(practice)
    for turn in turns:
        happened += await happenings_of(practice.say(turn))
    happened += await happenings_of(practice.leave())
    if practice.is_campaign and not practice.is_over:
        happened += await happenings_of(practice.write((practice.case.scenario.calls,), Channel.EMAIL, turns[0]))
        happened += await happenings_of(practice.wait(5))
        happened += await happenings_of(practice.finish())
    return happened


async def start(
    case: Case,
    store: SessionStore,
    *,
    seed: int = 1,
    recruiter: str | None = None,
    actor: PieceActor | None = None,
    clock: FakeClock | None = None,
    mode: Mode = Mode.COACHED,
) -> Practice:
    """Start a session with the tagged listener."""
    from roleplay.actor.scripted import ScriptedActor

    return await Practice.start(
        case,
        seed=seed,
        recruiter=recruiter,
        store=store,
        listener=TaggedListener(),
        actor=actor or ScriptedActor(),
        clock=clock or FakeClock(),
        mode=mode,
    )
