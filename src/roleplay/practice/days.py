"""The days between touches: time passes, and what contacts have set out to do comes about."""

from collections.abc import AsyncGenerator
from typing import Final

from roleplay.actor.scripted import scripted_words
from roleplay.content.acts import Channel
from roleplay.director.availability import is_silent, voicemail_greeting
from roleplay.director.consequences import pass_on
from roleplay.director.writing import write
from roleplay.practice.happenings import (
    DayCame,
    Happening,
    MessageCame,
    RangOut,
    SessionClosed,
    TouchClosed,
    TouchOpened,
)
from roleplay.practice.talk import Talk
from roleplay.record.events import (
    DAY_BEGINS,
    RECRUITER,
    SCRIPTED,
    DoorShut,
    EndReason,
    Event,
    Reaction,
    ReactionDropped,
    ReactionKind,
    SessionEnd,
    TimePassed,
    TouchEnded,
    TouchStarted,
    TurnSpoken,
)

DAY_ENDS: Final = 17 * 60 + 30
WORDS_A_MINUTE: Final = 150
MINUTES: Final = {Channel.CALL: 10, Channel.JOINT_CALL: 20, Channel.VOICEMAIL: 5, Channel.EMAIL: 20, Channel.TEXT: 5}
"""What a touch takes beside the words spoken."""
LATER_MINUTES: Final = (12 * 60, 14 * 60)
"""Where a wait for no whole day goes on until: midday, the afternoon, else the next morning."""
CALLS: Final = frozenset({ReactionKind.CALL_BACK, ReactionKind.COME_BACK})
BREAKS_SILENCE: Final = frozenset({ReactionKind.COME_BACK, ReactionKind.SHUT_DOOR, ReactionKind.CONFIRM_DEAD})
"""What even somebody does who answers nothing."""


class Days(Talk):
    """A session's touches in their days."""

    async def _start_touch(
        self, channel: Channel, roles: tuple[str, ...], by: str = RECRUITER, reaction: str | None = None
    ) -> None:
        await self._keep(self._touch(channel, roles, by, reaction))

    def _touch(
        self, channel: Channel, roles: tuple[str, ...], by: str = RECRUITER, reaction: str | None = None
    ) -> TouchStarted:
        """The beginning of a touch, now."""
        return TouchStarted(
            at=self._clock.now(),
            touch=f"t{self.state.touches + 1}",
            day=self.state.day,
            minute=self.state.minute,
            channel=channel,
            roles=roles,
            by=by,
            reaction=reaction,
        )

    async def _take_up(self) -> AsyncGenerator[Happening, None]:
        """Show the touch under way, and go on with what it still lacks."""
        state, role = self.state, self.state.roles[0]
        assert state.touch is not None
        persona = self.case.personas[role]
        if state.channel is Channel.VOICEMAIL:
            if state.unanswered is None:
                yield RangOut(state.touch, role, persona.name, voicemail_greeting(self.case, state, role))
                return
        elif state.channel.is_live:
            by = state.calendar[-1].by
            yield TouchOpened(state.touch, role, persona.name, persona.title, by, state.channel, state.roles)
        async for happening in self._answer_turn():
            yield happening

    async def _answer_turn(self) -> AsyncGenerator[Happening, None]:
        """Answer live, or let what was recorded or written have its consequences."""
        answering = self._answer_live() if self.state.channel.is_live else self._answer_later()
        async for happening in answering:
            yield happening

    async def _answer_live(self) -> AsyncGenerator[Happening, None]:
        state = self.state
        if not state.has_opened or state.unanswered is not None or state.direction is not None:
            async for happening in self._respond():
                yield happening
        if self.state.touch is None:
            async for happening in self._after_touch():
                yield happening

    async def _answer_later(self) -> AsyncGenerator[Happening, None]:
        turn, is_voicemail = self.state.unanswered, self.state.channel is Channel.VOICEMAIL
        if turn is None:
            return
        if self.state.heard is None:
            async for happening in self._hear_aloud(turn):
                yield happening
        async for happening in self._close(EndReason.MESSAGE_LEFT if is_voicemail else EndReason.SENT):
            yield happening

    async def _close(self, reason: EndReason) -> AsyncGenerator[Happening, None]:
        touch, role = self.state.touch, self.state.roles[0]
        assert touch is not None
        await self._keep(*self._ending(reason))
        yield TouchClosed(touch, role, reason)
        async for happening in self._after_touch():
            yield happening

    async def _after_touch(self) -> AsyncGenerator[Happening, None]:
        """Time that the touch took; then whatever the scenario's bounds say."""
        campaign = self.case.scenario.campaign
        if campaign is None or self.is_over:
            return
        spent = MINUTES[self.state.channel]
        if self.state.channel.is_live:
            spent += self.state.words_in_touch // WORDS_A_MINUTE
        minute = self.state.minute + spent
        if minute >= DAY_ENDS:
            async for happening in self._let_pass(self.state.day + 1, DAY_BEGINS):
                yield happening
        else:
            async for happening in self._let_pass(self.state.day, minute):
                yield happening

    async def _go_on(self) -> AsyncGenerator[Happening, None]:
        """Taken up between touches: what was left right after one still takes its time, and meets the bounds."""
        last, entry = self._events[-1], self.state.calendar[-1:]
        takes_time = bool(entry) and (entry[0].by == RECRUITER or entry[0].channel.is_live)
        going = self._after_touch() if isinstance(last, TouchEnded) and takes_time else self._check_bounds()
        async for happening in going:
            yield happening

    async def _check_bounds(self) -> AsyncGenerator[Happening, None]:
        campaign = self.case.scenario.campaign
        if campaign is None or self.is_over or self.state.touch is not None:
            return
        reason = None
        if self.state.day > campaign.days:
            reason = SessionEnd.DAYS_UP
        elif self.state.recruiter_touches >= campaign.touches and not self.state.agenda:
            reason = SessionEnd.TOUCHES_UP
        if reason is not None:
            await self._end_session(reason)
            yield SessionClosed(reason)

    def _until(self, days: int | None) -> tuple[int, int]:
        """The day and minute that a wait goes on until."""
        campaign = self.case.scenario.campaign
        assert campaign is not None
        if days is not None:
            return min(self.state.day + max(1, days), campaign.days + 1), DAY_BEGINS
        later = next((minute for minute in LATER_MINUTES if minute > self.state.minute), None)
        return (self.state.day, later) if later is not None else (self.state.day + 1, DAY_BEGINS)

    async def _let_pass(self, day: int, minute: int) -> AsyncGenerator[Happening, None]:
        """Let time pass, and what contacts have set out to do come about in its order, until the phone rings."""
        campaign = self.case.scenario.campaign
        assert campaign is not None
        while not self.is_over:
            due = min(self.state.agenda, key=lambda each: (each.day, each.minute, each.id), default=None)
            if due is None or (due.day, due.minute) > (day, minute) or due.day > campaign.days:
                break
            async for happening in self._move_clock(max((due.day, due.minute), (self.state.day, self.state.minute))):
                yield happening
            async for happening in self._come_about(due):
                yield happening
            if self.state.touch is not None:
                return
        async for happening in self._move_clock((day, minute)):
            yield happening
        async for happening in self._check_bounds():
            yield happening

    async def _move_clock(self, to: tuple[int, int]) -> AsyncGenerator[Happening, None]:
        day_before = self.state.day
        if to > (self.state.day, self.state.minute):
            await self._keep(TimePassed(at=self._clock.now(), day=to[0], minute=to[1]))
        if to[0] > day_before:
            yield DayCame(to[0])

    async def _come_about(self, reaction: Reaction) -> AsyncGenerator[Happening, None]:
        """One reaction, on its day."""
        if reaction.kind is ReactionKind.PASS_ON:
            await self._keep(*pass_on(self.case, self.state, reaction, self._clock.now()))
            return
        if self._is_settled(reaction):
            dropped = ReactionDropped(at=self._clock.now(), reaction=reaction.id, because="they have talked meanwhile")
            await self._keep(dropped)
            return
        if reaction.kind in CALLS:
            await self._start_touch(Channel.CALL, (reaction.role,), reaction.role, reaction.id)
            async for happening in self._take_up():
                yield happening
            return
        async for happening in self._write_back(reaction):
            yield happening

    def _is_settled(self, reaction: Reaction) -> bool:
        """Whether a call between them has made it needless, or a shut door impossible."""
        contact = self.state.contacts[reaction.role]
        if reaction.kind is ReactionKind.CONFRONT and not is_silent(self.case, self.state, reaction.role):
            return not any(grievance.turn == reaction.about for grievance in contact.grievances)
        about = reaction.about.partition(".")[0]
        touches = [entry.touch for entry in self.state.calendar]
        since = self.state.calendar[touches.index(about) + 1 :]
        have_talked = any(reaction.role in entry.roles and entry.channel.is_live for entry in since)
        is_answer = reaction.kind in {*CALLS, ReactionKind.WRITE, ReactionKind.COLD_TEXT}
        is_quiet = is_silent(self.case, self.state, reaction.role) and reaction.kind not in BREAKS_SILENCE
        return contact.has_shut_door or is_quiet or (have_talked and is_answer)

    async def _write_back(self, reaction: Reaction) -> AsyncGenerator[Happening, None]:
        """A contact writes: the script's words to the letter, since they may quote the recruiter. Kept all at once."""
        now = self._clock.now()
        direction = write(self.case, self.state, reaction, now)
        if direction is None:
            await self._keep(ReactionDropped(at=now, reaction=reaction.id, because="nothing left to say"))
            return
        channel = reaction.channel or Channel.EMAIL
        started = self._touch(channel, (reaction.role,), reaction.role, reaction.id)
        turn, text = f"{started.touch}.1", scripted_words(direction)
        spoken = TurnSpoken(
            at=now,
            turn=turn,
            speaker=reaction.role,
            text=text,
            known_to=(reaction.role,),
            voice=SCRIPTED,
            tells=tuple(dict.fromkeys(act for beat in direction.beats for act in beat.tells)),
        )
        events: list[Event] = [started, direction, spoken]
        events.append(TouchEnded(at=now, touch=started.touch, reason=EndReason.SENT))
        if reaction.kind is ReactionKind.SHUT_DOOR:
            events.append(DoorShut(at=now, role=reaction.role, turn=reaction.about, because=reaction.because))
        await self._keep(*events)
        yield MessageCame(turn, reaction.role, channel, text)
