"""The talk within a touch: hear, decide, speak; and the record that all of it goes through."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from functools import reduce
from typing import Final

from roleplay.actor.base import Actor, HeldBack, Spoken
from roleplay.actor.scripted import scripted_words, unsaid
from roleplay.content.acts import Channel
from roleplay.content.case import Case
from roleplay.director.opening import open_touch
from roleplay.director.policy import answer
from roleplay.director.reactions import reactions_to
from roleplay.errors import BudgetSpentError, VoiceError, VoiceRestingError
from roleplay.listener.context import Said, known_for, utterance_after
from roleplay.listener.reading import Listener
from roleplay.llm.budget import Meter
from roleplay.practice.ahead import Begun
from roleplay.practice.clock import Clock
from roleplay.practice.happenings import Happening, NoticeRaised, TouchClosed, TurnFinished, WordsSpoken
from roleplay.practice.spending import spent_in, tokens_spent
from roleplay.record.events import (
    RECRUITER,
    SCRIPTED,
    AnswerDirected,
    BeatKind,
    EndReason,
    Event,
    FactEarned,
    FactGivenAway,
    GuardOutcome,
    Heard,
    HeardCategory,
    ReactionPlanned,
    SessionEnd,
    SessionEnded,
    TouchEnded,
    TurnHeard,
    TurnSpoken,
    VoiceFailed,
    WordsHeldBack,
)
from roleplay.record.words import heard_of, plain_words
from roleplay.store.base import SessionStore
from roleplay.world.fold import apply, fold
from roleplay.world.knowledge import told_to_recruiter
from roleplay.world.state import State

RESTING: Final = "resting"
"""Stands among the failures told for a model that is left alone for a while."""


class Talk:
    """One session's record and state, and what happens in a touch. Drive it from one task."""

    def __init__(
        self,
        session_id: str,
        case: Case,
        events: Sequence[Event],
        *,
        store: SessionStore,
        listener: Listener,
        actor: Actor,
        clock: Clock,
        meter: Meter | None = None,
    ) -> None:
        self.id = session_id
        self.case = case
        self.state: State = fold(case, events)
        self._events = list(events)
        self._store = store
        self._listener = listener
        self._actor = actor
        self._clock = clock
        self.meter = meter or Meter()
        self.meter.begin(spent_in(events))
        self._half_said: WordsSpoken | None = None
        self._told_failures: set[str] = set()
        self._writing = asyncio.Lock()

    @property
    def events(self) -> Sequence[Event]:
        """The record so far."""
        return tuple(self._events)

    @property
    def is_over(self) -> bool:
        """Whether the session has ended."""
        return self.state.is_over

    @property
    def is_campaign(self) -> bool:
        """Whether it goes on after a touch: over several days and channels."""
        return self.case.scenario.campaign is not None

    async def _respond(self) -> AsyncGenerator[Happening, None]:
        """Hear, decide, speak: whichever of them the record still lacks. What was heard and decided is kept at once.

        The actor begins while it is being kept, and is heard after that.
        """
        state = self.state
        found: list[Event] = []
        failure = None
        if state.unanswered is not None and state.heard is None:
            found, failure = await self._hear(state.unanswered)
        state = reduce(apply, found, state)
        direction = state.direction
        if direction is None:
            decide = answer if state.unanswered is not None else open_touch
            direction = decide(self.case, state, self._clock.now())
            found.append(direction)
            state = apply(state, direction)
        keeping = self._begin_to_keep(found)
        async with aclosing(Begun(self._actor.speak(self.case, state, direction))) as words:
            await asyncio.shield(keeping)
            if (notice := self._notice_of(failure)) is not None:
                yield notice
            async for happening in self._speak(direction, words):
                yield happening
        while (direction := self.state.direction) is not None:  # whoever speaks right after, where several are there
            async with aclosing(self._actor.speak(self.case, self.state, direction)) as more:
                async for happening in self._speak(direction, more):
                    yield happening

    async def _hear_aloud(self, turn: str) -> AsyncGenerator[Happening, None]:
        """Have the listener read the turn, keep what it did, and say once what kept a model from being asked."""
        found, failure = await self._hear(turn)
        await self._keep(*found)
        if (notice := self._notice_of(failure)) is not None:
            yield notice

    def _notice_of(self, failure: str | None) -> NoticeRaised | None:
        """What is told of a model that couldn't be asked about a turn, once."""
        if failure is None or failure in self._told_failures:
            return None
        self._told_failures.add(failure)
        return NoticeRaised(f"{failure}; what you say is read on this machine alone")

    async def _hear(self, turn: str) -> tuple[list[Event], str | None]:
        """Have the listener read the turn: of one that gets interrupted, the part that was heard.

        Gives what it did, with what contacts set out to do because of it; and what kept a model from being asked,
        where one should have been.
        """
        spoken = self.state.turns[-1]
        channel = self.state.channel
        text = heard_of(spoken.text, channel, self.state.temperament.heard_words)
        present = {RECRUITER, *self.state.roles}
        past = [
            Said(turn.speaker, turn.text)
            for turn in self.case.scenario.history
            if turn.speaker in present or not self.is_campaign
        ]
        past += [Said(turn.speaker, turn.text) for turn in self.state.turns[:-1] if present.intersection(turn.known_to)]
        reading = await self._listener.read(utterance_after(past, Said(RECRUITER, text), channel))
        heard = tuple(
            Heard(act=found.act, confidence=found.confidence, quote=found.span.of(text)) for found in reading.acts
        )
        cues = tuple(cue.value for cue in reading.cues)
        sensitive, failure = await self._sensitive(text, channel)
        now = self._clock.now()
        event = TurnHeard(at=now, turn=turn, heard=heard, cues=cues, sensitive=sensitive)
        planned = reactions_to(self.case, apply(self.state, event))
        found: list[Event] = [event, *(ReactionPlanned(at=now, reaction=each) for each in planned)]
        return found, reading.ear_failure or failure

    async def _sensitive(self, text: str, channel: Channel) -> tuple[tuple[HeardCategory, ...], str | None]:
        """What should not have been put where it can be forwarded."""
        if not channel.is_written or not self.is_campaign:
            return (), None
        known = known_for(text, told_to_recruiter(self.case, self.state))
        reading = await self._listener.read_written(text, channel, known)
        found = tuple(
            HeardCategory(category=each.category, confidence=each.confidence, quote=each.span.of(text))
            for each in reading.categories
        )
        return found, reading.ear_failure

    async def _speak(self, direction: AnswerDirected, words: AsyncIterator[Spoken]) -> AsyncGenerator[Happening, None]:
        """Pass on the actor's words; what a failed endpoint left unsaid is finished from the script."""
        turn, role = self.state.next_turn, direction.role
        said, voice, cause, is_news = "", self._actor.name, None, True
        held: list[HeldBack] = []
        try:
            async for piece in words:
                if isinstance(piece, HeldBack):
                    held.append(piece)
                    voice = _voice_after(piece, voice, said)
                    continue
                said += piece
                self._half_said = WordsSpoken(turn, role, said)
                yield WordsSpoken(turn, role, piece)
        except VoiceError as error:
            cause = str(error)
            is_news = self._is_news(error)
        text = plain_words(said)
        if cause is not None or not text:
            cause = cause or "the model said nothing"
            voice = f"{voice}, {SCRIPTED}" if text else SCRIPTED
            rest = _finish(text, direction)
            yield WordsSpoken(turn, role, rest)
            text += rest
        touch = self.state.touch
        assert touch is not None
        await self._keep_spoken(direction, turn, text, voice, cause, held)
        yield TurnFinished(turn, role, text)
        if cause is None:
            self._told_failures.discard(RESTING)
        elif is_news:
            yield NoticeRaised(f"{cause}; {self.case.personas[role].first_name} goes on from the script")
        if direction.ends is not None:
            yield TouchClosed(touch, role, direction.ends)

    def _is_news(self, error: VoiceError) -> bool:
        """Whether a failure is to be told: that a model is left alone, or a budget used up, is told once."""
        told = RESTING if isinstance(error, VoiceRestingError) else str(error)
        is_known = told in self._told_failures
        if isinstance(error, VoiceRestingError | BudgetSpentError):
            self._told_failures.add(told)
        return not is_known

    async def _keep_spoken(
        self,
        direction: AnswerDirected,
        turn: str,
        text: str,
        voice: str,
        cause: str | None,
        held: Sequence[HeldBack],
    ) -> None:
        """Keep the other side's whole turn with what it did, and the end of the call if this ends it, all at once."""
        now, role = self._clock.now(), direction.role
        failed = [] if cause is None else [VoiceFailed(at=now, role=role, cause=cause)]
        kept_back = [
            WordsHeldBack(
                at=now, role=role, turn=turn, check=each.check, outcome=each.outcome, words=plain_words(each.words)
            )
            for each in held
        ]
        spoken = TurnSpoken(
            at=now,
            turn=turn,
            speaker=role,
            text=text,
            known_to=self.state.roles,
            voice=voice,
            tells=tuple(dict.fromkeys(act for beat in direction.beats for act in beat.tells)),
            prompt=None if voice == SCRIPTED else self._actor.prompt,
        )
        earned = [
            FactEarned(at=now, fact=beat.about, role=role, turn=turn)
            for beat in direction.beats
            if beat.kind is BeatKind.DISCLOSE
        ]
        given = [
            FactGivenAway(at=now, fact=beat.about, role=role, turn=turn)
            for beat in direction.beats
            if beat.kind is BeatKind.VOLUNTEER
        ]
        await self._keep(*kept_back, *failed, spoken, *earned, *given, *self._ending(direction.ends))
        self._half_said = None

    async def _keep_half_said(self) -> None:
        """Keep what the other side had said when the recruiter hung up on them; it tells nothing whole."""
        half = self._half_said
        if half is None or half.turn != self.state.next_turn or not plain_words(half.piece):
            return
        self._half_said = None
        text = plain_words(half.piece) + "…"
        await self._keep(
            TurnSpoken(
                at=self._clock.now(),
                turn=half.turn,
                speaker=half.role,
                text=text,
                known_to=self.state.roles,
                voice=self._actor.name,
                prompt=self._actor.prompt,
                is_cut=True,
            )
        )

    def _ending(self, reason: EndReason | None) -> list[Event]:
        """The events that end the touch, and the session where it was the only one; none without a reason to."""
        touch = self.state.touch
        if reason is None or touch is None:
            return []
        now = self._clock.now()
        ended: list[Event] = [TouchEnded(at=now, touch=touch, reason=reason)]
        return ended if self.is_campaign else [*ended, SessionEnded(at=now)]

    async def _end_session(self, reason: SessionEnd) -> None:
        """End the session, and keep what its state came to."""
        await self._keep(SessionEnded(at=self._clock.now(), reason=reason, state_digest=self.state.digest))

    async def _keep(self, *events: Event) -> None:
        """Make events durable, then let them count; both happen even if the caller is cancelled meanwhile."""
        await asyncio.shield(self._begin_to_keep(events))

    def _begin_to_keep(self, events: Sequence[Event]) -> asyncio.Task[None]:
        """Begin to make events durable; none is as good as kept. Wait for it behind a shield."""
        spent = tokens_spent(events[0].at, self.meter.take()) if events else []
        return asyncio.create_task(self._commit((*spent, *events)))

    async def _commit(self, events: Sequence[Event]) -> None:
        if not events:
            return
        async with self._writing:
            await self._store.append(self.id, len(self._events), events)
            self._events.extend(events)
            for event in events:
                self.state = apply(self.state, event)

    async def _settle(self) -> None:
        """Wait for what a cancelled task was still writing."""
        async with self._writing:
            pass


def _voice_after(held: HeldBack, voice: str, said: str) -> str:
    """Whose words a turn is once something was held back: the script's too, where it says the rest."""
    if held.outcome is not GuardOutcome.SCRIPTED:
        return voice
    return f"{voice}, {SCRIPTED}" if plain_words(said) else SCRIPTED


def _finish(said: str, direction: AnswerDirected) -> str:
    """What the scripted actor adds to a half-said turn: what is missing, after a break where words stand already."""
    if not said:
        return scripted_words(direction)
    if said[-1] not in ".?!…":
        return f"… — {scripted_words(direction)}"
    missing = unsaid(direction, said)
    return f" — {missing}" if missing else ""
