"""The loop that joins the parts: the only thing that a face drives.

In a scenario of one call the moves are `begin`, `say` and `leave`. Over several days there are `call`, `join`, `write`
and `wait` besides, `fill_map` at any time, and `finish`.
"""

from collections.abc import AsyncGenerator, Sequence
from typing import Final

from roleplay.actor.base import Actor
from roleplay.content.acts import Channel
from roleplay.content.case import Case
from roleplay.content.difficulty import Difficulty
from roleplay.content.job_order import JobOrder
from roleplay.content.mode import Mode
from roleplay.director.availability import is_silent, picks_up
from roleplay.errors import MoveError
from roleplay.listener.reading import Listener
from roleplay.llm.budget import Meter
from roleplay.practice.again import events_until, mode_of
from roleplay.practice.clock import Clock
from roleplay.practice.days import Days
from roleplay.practice.happenings import (
    Beeped,
    Happening,
    HintOffered,
    MessageSent,
    NoticeRaised,
    SessionClosed,
    TurnKept,
)
from roleplay.record.events import (
    RECRUITER,
    EndReason,
    HintGiven,
    MapFilled,
    SessionEnd,
    SessionEnded,
    SessionStarted,
    TurnSpoken,
)
from roleplay.record.words import VOICEMAIL_WORDS, first_words, plain_words
from roleplay.scoring.hints import hints_in, next_hint
from roleplay.scoring.scorer import score_session
from roleplay.store.base import SessionStore

JOINT_CALL_AT: Final = 10 * 60
"""On the day after it is called."""
MAX_TURN_CHARACTERS = 20_000
"""A turn longer than this is not something that anybody said; a face refuses it."""


class Practice(Days):
    """One session, live. Drive it from one task; each method yields what happens and returns when it is quiet."""

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
        difficulty: Difficulty = Difficulty.NORMAL,
        mode: Mode = Mode.COACHED,
        assignment: str | None = None,
        meter: Meter | None = None,
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
            difficulty=difficulty,
            mode=mode,
            assignment=assignment,
            voice=actor.name,
        )
        await store.create(session_id, case, [started])
        return cls(session_id, case, [started], store=store, listener=listener, actor=actor, clock=clock, meter=meter)

    @classmethod
    async def resume(
        cls,
        session_id: str,
        *,
        store: SessionStore,
        listener: Listener,
        actor: Actor,
        clock: Clock,
        meter: Meter | None = None,
    ) -> "Practice":
        """Take up a session where its record ends.

        Raises:
            NotFoundError: no such session.
        """
        case, events = await store.read(session_id)
        return cls(session_id, case, events, store=store, listener=listener, actor=actor, clock=clock, meter=meter)

    @classmethod
    async def again(
        cls,
        session_id: str,
        turn: str,
        *,
        store: SessionStore,
        listener: Listener,
        actor: Actor,
        clock: Clock,
        meter: Meter | None = None,
    ) -> "Practice":
        """Try again from the recruiter's `turn` on, in a session of its own; the first one stays as it is.

        Raises:
            NotFoundError: no such session, or no such turn of the recruiter's.
            MoveError: it was an exam, which is played once.
        """
        case, events = await store.read(session_id)
        begun = events_until(session_id, events, turn, at=clock.now(), voice=actor.name)
        new_id = clock.new_id()
        await store.create(new_id, case, begun)
        return cls(new_id, case, begun, store=store, listener=listener, actor=actor, clock=clock, meter=meter)

    @property
    def is_exam(self) -> bool:
        """Whether it is played without hints and without the brief."""
        return mode_of(self.events) is Mode.EXAM

    @property
    def assignment(self) -> str | None:
        """The id of the assignment that it is an attempt at."""
        return next(event.assignment for event in self.events if isinstance(event, SessionStarted))

    @property
    def voice_goes_to(self) -> str | None:
        """The host that the words go to; None where they stay on this machine."""
        return self._actor.goes_to

    @property
    def voice_name(self) -> str:
        """Who voices the personas: `scripted`, or a model's name."""
        return self._actor.name

    # One call, or any touch under way

    async def begin(self) -> AsyncGenerator[Happening, None]:
        """Place the call, or go on with what was left half done; over several days, nothing happens by itself."""
        await self._settle()
        if self.is_over:
            return
        if self.state.touch is None and self.is_campaign:
            async for happening in self._go_on():
                yield happening
            return
        if self.state.touch is None and self.state.touches:
            await self._keep(SessionEnded(at=self._clock.now()))
            return
        if self.state.touch is None:
            await self._start_touch(Channel.CALL, (self.case.scenario.calls,))
        async for happening in self._take_up():
            yield happening

    async def say(self, text: str) -> AsyncGenerator[Happening, None]:
        """The recruiter says `text`; it is durable before anybody answers. Ignored once the call is over."""
        await self._settle()
        words = plain_words(text)
        if self.is_over or self.state.touch is None or not words:
            return
        is_recorded = self.state.channel is Channel.VOICEMAIL
        kept = first_words(words, VOICEMAIL_WORDS) if is_recorded else words
        turn = self.state.next_turn
        await self._keep(
            TurnSpoken(at=self._clock.now(), turn=turn, speaker=RECRUITER, text=kept, known_to=(*self.state.roles,))
        )
        yield TurnKept(turn, kept)
        if is_recorded and kept != words:
            yield Beeped(turn, kept)
        async for happening in self._answer_turn():
            yield happening

    async def hint(self) -> AsyncGenerator[Happening, None]:
        """Say what the scorecard still misses. It costs nothing, and the debrief lists it; in an exam there is none."""
        await self._settle()
        if self.is_over:
            return
        if self.is_exam:
            yield NoticeRaised("this is an exam: there are no hints")
            return
        result = await score_session(self.case, self.events, self._listener)
        hint = next_hint(self.case.scorecard, result, hints_in(self.events))
        if hint is None:
            yield NoticeRaised("nothing that your scorecard asks for is missing")
            return
        await self._keep(HintGiven(at=self._clock.now(), criterion=hint.criterion))
        yield HintOffered(hint.title, hint.why, hint.say)

    async def leave(self) -> AsyncGenerator[Happening, None]:
        """The recruiter hangs up. A session of one call ends with it."""
        await self._settle()
        if self.is_over:
            return
        if self.state.touch is not None and self.state.unanswered is not None:
            async for happening in self._hear_out():
                yield happening
        if self.state.touch is not None:
            await self._keep_half_said()
            is_voicemail = self.state.channel is Channel.VOICEMAIL
            async for happening in self._close(EndReason.RANG_OUT if is_voicemail else EndReason.RECRUITER_LEFT):
                yield happening
        elif not self.is_campaign:
            await self._keep(SessionEnded(at=self._clock.now()))

    # Moves over several days

    async def call(self, role: str) -> AsyncGenerator[Happening, None]:
        """Ring somebody: they pick up, or it rings out to their voicemail.

        Raises:
            MoveError: it can't be done now.
        """
        await self._settle()
        self._check_free((role,))
        channel = Channel.CALL if picks_up(self.case, self.state, role) else Channel.VOICEMAIL
        await self._start_touch(channel, (role,))
        async for happening in self._take_up():
            yield happening

    async def join(self, roles: Sequence[str] = ()) -> AsyncGenerator[Happening, None]:
        """Hold the call with several people, everybody if none is named.

        Raises:
            MoveError: nobody has agreed to it, or it can't be done now.
        """
        await self._settle()
        joining = self.check_join(roles)
        campaign = self.case.scenario.campaign
        assert campaign is not None
        if not campaign.joint_call_is_set:  # they find a slot; it is never the same day
            async for happening in self._let_pass(self.state.day + 1, JOINT_CALL_AT):
                yield happening
            if self.is_over or self.state.touch is not None:
                return
        await self._start_touch(Channel.JOINT_CALL, joining)
        async for happening in self._take_up():
            yield happening

    async def write(self, roles: Sequence[str], channel: Channel, text: str) -> AsyncGenerator[Happening, None]:
        """Send an e-mail or a text.

        Raises:
            MoveError: it can't be done now, or there is nothing in it.
        """
        await self._settle()
        to = tuple(dict.fromkeys(roles))
        self._check_free(to)
        words = written_words(text)
        if not words or not channel.is_written:
            raise MoveError("nothing was written, so nothing was sent")
        started = self._touch(channel, to)
        turn = f"{started.touch}.1"
        await self._keep(started, TurnSpoken(at=started.at, turn=turn, speaker=RECRUITER, text=words, known_to=to))
        yield MessageSent(turn, to, channel, words)
        async for happening in self._answer_turn():
            yield happening

    async def wait(self, days: int | None = None) -> AsyncGenerator[Happening, None]:
        """Let `days` pass, or the rest of this part of the day; stops early when the phone rings.

        Raises:
            MoveError: it can't be done now.
        """
        await self._settle()
        self._check_free(())
        day, minute = self._until(days)
        async for happening in self._let_pass(day, minute):
            yield happening

    async def fill_map(self, page: JobOrder) -> None:
        """Keep the recruiter's page about the job order; the last one counts."""
        await self._settle()
        if not self.is_over:
            await self._keep(MapFilled(at=self._clock.now(), page=page))

    async def finish(self) -> AsyncGenerator[Happening, None]:
        """The recruiter calls it a day: any touch ends, and so does the session."""
        async for happening in self.leave():
            yield happening
        if not self.is_over:
            await self._end_session(SessionEnd.RECRUITER_DONE)
            yield SessionClosed(SessionEnd.RECRUITER_DONE)

    async def aclose(self) -> None:
        """Wait for what is still being written, and let go of the voice's connections."""
        await self._settle()
        await self._actor.aclose()

    # Within

    def check_move(self, roles: Sequence[str] = ()) -> None:
        """Whether a move to `roles` can be made now.

        Raises:
            MoveError: it can't, and why.
        """
        self._check_free(roles)

    def check_join(self, roles: Sequence[str] = ()) -> tuple[str, ...]:
        """Who would be on a call with several people, its host first; everybody if none is named.

        Raises:
            MoveError: nobody has agreed to it, or it can't be done now.
        """
        wanted = tuple(dict.fromkeys(roles)) or tuple(self.case.personas)
        self._check_free(wanted)
        campaign = self.case.scenario.campaign
        agreed = [role for role, contact in self.state.contacts.items() if contact.agreed_joint_call]
        assert campaign is not None
        if not agreed and not campaign.joint_call_is_set:
            raise MoveError("nobody has agreed to a joint call yet; ask one of them to set it up")
        away = [role for role in wanted if is_silent(self.case, self.state, role)]
        if away and roles:
            raise MoveError(f"{self.case.personas[away[0]].first_name} doesn't answer, and won't join")
        wanted = tuple(role for role in wanted if role not in away)
        if len(wanted) < 2:
            raise MoveError("a joint call is one with two of them or more, and the others don't answer")
        host = next((role for role in (*agreed, *campaign.joint_call_by) if role in wanted), wanted[0])
        return (host, *(role for role in wanted if role != host))

    async def _hear_out(self) -> AsyncGenerator[Happening, None]:
        """Have the last turn heard: hanging up on an answer doesn't unsay it, and a recording is as good as left."""
        if not self.state.channel.is_live:
            async for happening in self._answer_later():
                yield happening
        elif self.state.heard is None and self.state.unanswered is not None:
            async for happening in self._hear_aloud(self.state.unanswered):
                yield happening

    def _check_free(self, roles: Sequence[str]) -> None:
        if not self.is_campaign:
            raise MoveError("this scenario is one call")
        if self.is_over:
            raise MoveError("the session is over")
        if self.state.touch is not None:
            raise MoveError("you are on the phone; hang up first")
        unknown = [role for role in roles if role not in self.case.personas]
        if unknown:
            raise MoveError(f"nobody is {unknown[0]!r}; there are {', '.join(self.case.personas)}")


def written_words(text: str) -> str:
    """A message as it is kept: its lines, without what a terminal would obey."""
    lines = [plain_words(line) for line in text.splitlines()]
    return "\n".join(lines).strip()
