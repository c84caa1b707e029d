"""The loop that joins the parts: the only thing that a face drives."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

from roleplay.actor.base import Actor
from roleplay.actor.scripted import scripted_words
from roleplay.content.acts import Channel
from roleplay.content.case import Case
from roleplay.director.policy import answer, open_touch
from roleplay.errors import VoiceError
from roleplay.listener.context import Said, utterance_after
from roleplay.listener.reading import Listener
from roleplay.practice.clock import Clock
from roleplay.practice.happenings import (
    Happening,
    NoticeRaised,
    TouchClosed,
    TouchOpened,
    TurnFinished,
    TurnKept,
    WordsSpoken,
)
from roleplay.record.events import (
    RECRUITER,
    SCRIPTED,
    AnswerDirected,
    BeatKind,
    EndReason,
    Event,
    FactEarned,
    Heard,
    SessionEnded,
    SessionStarted,
    TouchEnded,
    TouchStarted,
    TurnHeard,
    TurnSpoken,
    VoiceFailed,
)
from roleplay.record.words import heard_of, plain_words
from roleplay.store.base import SessionStore
from roleplay.world.state import State, apply, fold

MAX_TURN_CHARACTERS = 20_000
"""A turn longer than this is not something that anybody said; a face refuses it."""


class Practice:
    """One session, live. Drive it from one task; each method yields what happens and returns when it is quiet."""

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
    ) -> None:
        self.id = session_id
        self.case = case
        self.state: State = fold(case, events)
        self._events = list(events)
        self._store = store
        self._listener = listener
        self._actor = actor
        self._clock = clock
        self._half_said: WordsSpoken | None = None
        self._told_failures: set[str] = set()
        self._writing = asyncio.Lock()

    @classmethod
    async def start(
        cls,
        case: Case,
        *,
        seed: int,
        recruiter: str | None,
        store: SessionStore,
        listener: Listener,
        actor: Actor,
        clock: Clock,
    ) -> "Practice":
        """Begin a new session; it is durable before this returns."""
        session_id = clock.new_id()
        recruiter = plain_words(recruiter or "") or None
        started = SessionStarted(
            at=clock.now(),
            scenario_id=case.scenario_id,
            case_digest=case.digest,
            seed=seed,
            recruiter=recruiter,
            listener=listener.name,
            voice=actor.name,
        )
        await store.create(session_id, case, [started])
        return cls(session_id, case, [started], store=store, listener=listener, actor=actor, clock=clock)

    @classmethod
    async def resume(
        cls, session_id: str, *, store: SessionStore, listener: Listener, actor: Actor, clock: Clock
    ) -> "Practice":
        """Take up a session where its record ends.

        Raises:
            NotFoundError: no such session.
        """
        case, events = await store.read(session_id)
        return cls(session_id, case, events, store=store, listener=listener, actor=actor, clock=clock)

    @property
    def events(self) -> Sequence[Event]:
        """The record so far."""
        return tuple(self._events)

    @property
    def is_over(self) -> bool:
        """Whether the session has ended."""
        return self.state.is_over

    @property
    def voice_goes_to(self) -> str | None:
        """The host that the words go to; None where they stay on this machine."""
        return self._actor.goes_to

    @property
    def voice_name(self) -> str:
        """Who voices the personas: `scripted`, or a model's name."""
        return self._actor.name

    async def begin(self) -> AsyncGenerator[Happening, None]:
        """Place the call, or go on with what was left half done."""
        await self._settle()
        if self.is_over:
            return
        if self.state.touch is None and self.state.touches:
            await self._keep(SessionEnded(at=self._clock.now()))
            return
        role = self.case.scenario.calls
        if self.state.touch is None:
            await self._keep(
                TouchStarted(
                    at=self._clock.now(),
                    touch=f"t{self.state.touches + 1}",
                    day=self.state.day,
                    channel=Channel.CALL,
                    roles=(role,),
                )
            )
        persona = self.case.personas[role]
        assert self.state.touch is not None
        yield TouchOpened(self.state.touch, role, persona.name, persona.title)
        if not self.state.has_opened or self.state.unanswered is not None:
            async for happening in self._respond():
                yield happening

    async def say(self, text: str) -> AsyncGenerator[Happening, None]:
        """The recruiter says `text`; it is durable before anybody answers. Ignored once the call is over."""
        await self._settle()
        words = plain_words(text)
        if self.is_over or self.state.touch is None or not words:
            return
        turn = self.state.next_turn
        await self._keep(
            TurnSpoken(at=self._clock.now(), turn=turn, speaker=RECRUITER, text=words, known_to=(*self.state.roles,))
        )
        yield TurnKept(turn, words)
        async for happening in self._respond():
            yield happening

    async def leave(self) -> AsyncGenerator[Happening, None]:
        """The recruiter hangs up; the session ends."""
        await self._settle()
        if self.is_over:
            return
        if self.state.touch is not None:
            await self._keep_half_said()
            async for happening in self._close(EndReason.RECRUITER_LEFT):
                yield happening
        else:
            await self._keep(SessionEnded(at=self._clock.now()))

    async def aclose(self) -> None:
        """Wait for what is still being written, and let go of the voice's connections."""
        await self._settle()
        await self._actor.aclose()

    async def _respond(self) -> AsyncGenerator[Happening, None]:
        """Hear, decide, speak: whichever of them the record still lacks."""
        state = self.state
        if state.unanswered is not None and state.heard is None:
            failure = await self._hear(state.unanswered)
            if failure is not None and failure not in self._told_failures:
                self._told_failures.add(failure)
                yield NoticeRaised(f"{failure}; what you say is read on this machine alone")
        direction = self.state.direction
        if direction is None:
            decide = answer if self.state.unanswered is not None else open_touch
            direction = decide(self.case, self.state, self._clock.now())
            await self._keep(direction)
        async for happening in self._speak(direction):
            yield happening

    async def _hear(self, turn: str) -> str | None:
        """Have the listener read the turn: of one that gets interrupted, the part that was heard.

        Returns why a model that should have been asked wasn't heard, if so.
        """
        spoken = self.state.turns[-1]
        text = heard_of(spoken.text, self.state.channel)
        role = self.state.roles[0]
        past = [Said(turn.speaker, turn.text) for turn in self.case.scenario.history]
        past += [Said(turn.speaker, turn.text) for turn in self.state.known_to(role)[:-1]]
        utterance = utterance_after(past, Said(RECRUITER, text), self.state.channel)
        reading = await self._listener.read(utterance)
        heard = tuple(
            Heard(act=found.act, confidence=found.confidence, quote=found.span.of(text)) for found in reading.acts
        )
        cues = tuple(cue.value for cue in reading.cues)
        await self._keep(TurnHeard(at=self._clock.now(), turn=turn, heard=heard, cues=cues))
        return reading.ear_failure

    async def _speak(self, direction: AnswerDirected) -> AsyncGenerator[Happening, None]:
        """Have the actor say the direction; what a failed endpoint left unsaid is finished from the script."""
        turn, role = self.state.next_turn, direction.role
        said, voice, cause = "", self._actor.name, None
        try:
            async with aclosing(self._actor.speak(self.case, self.state, direction)) as pieces:
                async for piece in pieces:
                    said += piece
                    self._half_said = WordsSpoken(turn, role, said)
                    yield WordsSpoken(turn, role, piece)
        except VoiceError as error:
            cause = str(error)
        text = plain_words(said)
        if cause is not None or not text:
            cause = cause or "the model said nothing"
            voice = f"{voice}, {SCRIPTED}" if text else SCRIPTED
            rest = _finish(text, scripted_words(direction))
            yield WordsSpoken(turn, role, rest)
            text += rest
        touch = self.state.touch
        assert touch is not None
        await self._keep_spoken(direction, turn, text, voice, cause)
        yield TurnFinished(turn, role, text)
        if cause is not None:
            yield NoticeRaised(f"{cause}; {self.case.personas[role].first_name} goes on from the script")
        if direction.ends is not None:
            yield TouchClosed(touch, role, direction.ends)

    async def _keep_spoken(
        self, direction: AnswerDirected, turn: str, text: str, voice: str, cause: str | None
    ) -> None:
        """Keep the other side's whole turn with what it did, and the end of the call if this ends it, all at once."""
        now, role = self._clock.now(), direction.role
        failed = [] if cause is None else [VoiceFailed(at=now, role=role, cause=cause)]
        spoken = TurnSpoken(
            at=now,
            turn=turn,
            speaker=role,
            text=text,
            known_to=self.state.roles,
            voice=voice,
            tells=tuple(dict.fromkeys(act for beat in direction.beats for act in beat.tells)),
        )
        earned = [
            FactEarned(at=now, fact=beat.about, role=role, turn=turn)
            for beat in direction.beats
            if beat.kind is BeatKind.DISCLOSE
        ]
        await self._keep(*failed, spoken, *earned, *self._ending(direction.ends))
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
            )
        )

    async def _close(self, reason: EndReason) -> AsyncGenerator[Happening, None]:
        touch, role = self.state.touch, self.state.roles[0]
        assert touch is not None
        await self._keep(*self._ending(reason))
        yield TouchClosed(touch, role, reason)

    def _ending(self, reason: EndReason | None) -> list[Event]:
        """The events that end the call and the session; none where there is no reason to."""
        touch = self.state.touch
        if reason is None or touch is None:
            return []
        now = self._clock.now()
        return [TouchEnded(at=now, touch=touch, reason=reason), SessionEnded(at=now)]

    async def _keep(self, *events: Event) -> None:
        """Make events durable, then let them count; both happen even if the caller is cancelled meanwhile."""
        await asyncio.shield(self._commit(events))

    async def _commit(self, events: Sequence[Event]) -> None:
        async with self._writing:
            await self._store.append(self.id, len(self._events), events)
            self._events.extend(events)
            for event in events:
                self.state = apply(self.state, event)

    async def _settle(self) -> None:
        """Wait for what a cancelled task was still writing."""
        async with self._writing:
            pass


def _finish(said: str, script: str) -> str:
    """What the scripted actor adds to a half-said turn: the line, after a break where words stand already."""
    if not said:
        return script
    return f" — {script}" if said[-1] in ".?!…" else f"… — {script}"
