"""The call: the talk, what you type, and how it stands. Drives the practice loop from one worker at a time."""

from collections.abc import AsyncIterator
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.getters import query_one
from textual.widgets import Footer, Static, TextArea

from roleplay.content.acts import Channel
from roleplay.practice.happenings import (
    Beeped,
    Happening,
    HintOffered,
    NoticeRaised,
    RangOut,
    TouchClosed,
    TouchOpened,
    TurnFinished,
    TurnKept,
    WordsSpoken,
)
from roleplay.practice.loop import MAX_TURN_CHARACTERS, Practice
from roleplay.record.events import RECRUITER, EndReason
from roleplay.tui.brief import goal_words, scored_words, situation_words, who_words
from roleplay.tui.composer import Composer
from roleplay.tui.literal import one_line
from roleplay.tui.loop_screen import LoopScreen
from roleplay.tui.messages import CallLeft, CallOver, TouchOver
from roleplay.tui.panels import QuestionScreen, ReadingScreen
from roleplay.tui.status import CallStatus
from roleplay.tui.turns import TranscriptView, TurnLine
from roleplay.wording import ending_words, hint_words, spent_words

YOU: Final = "You"


class CallScreen(LoopScreen):
    """One call under way. What it drives is durable turn by turn, so leaving it loses nothing."""

    CSS_PATH = "call.tcss"
    HELP = "Type what you would say and press Enter. They answer when they have heard you out."
    AUTO_FOCUS = "#composer"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "debrief", "Debrief", id="call.debrief", tooltip="See how it went"),
        Binding("enter", "desk", "Desk", id="call.desk", tooltip="Back to your desk"),
        Binding(
            "ctrl+g,f10",
            "hang_up",
            "Hang up",
            priority=True,
            id="call.hang_up",
            tooltip="End the call and have it scored",
        ),
        Binding("f2", "brief", "Brief", id="call.brief", tooltip="Read the brief again"),
        Binding("f4", "hint", "Hint", id="call.hint", tooltip="What your scorecard still misses; the debrief lists it"),
        Binding("escape", "leave", "Leave", id="call.leave", tooltip="Leave; the call can be resumed"),
        Binding(
            "pageup", "scroll(-1)", "Scroll up", show=False, priority=True, id="call.up", tooltip="Earlier in the talk"
        ),
        Binding(
            "pagedown",
            "scroll(1)",
            "Scroll down",
            show=False,
            priority=True,
            id="call.down",
            tooltip="Later in the talk",
        ),
    ]

    composer = query_one("#composer", Composer)
    transcript = query_one("#transcript", TranscriptView)
    status = query_one(CallStatus)
    hint = query_one("#hint", Static)

    def __init__(
        self, practice: Practice, draft: str = "", opening: AsyncIterator[Happening] | None = None, again: str = ""
    ) -> None:
        """`again`: the title of the criterion that it is a second try for."""
        super().__init__(practice)
        self._opening = opening
        self._again = again
        self._draft = "" if _was_said(practice, draft) else draft
        self._unkept: str | None = None
        """What was sent and isn't durable yet."""
        self._held: str | None = None
        """What goes out as soon as the other side has finished; it stands in the composer meanwhile."""
        self._is_leaving = False
        self._goes_to_debrief = False
        self._has_begun = practice.state.touch is not None
        self._rung: str | None = None
        """The touch whose ringing was told."""

    @property
    def _first_name(self) -> str:
        """Who is on the line, or is being called."""
        state, case = self.practice.state, self.practice.case
        return case.personas[(state.roles or (case.scenario.calls,))[0]].first_name

    @property
    def _is_talk_over(self) -> bool:
        """Whether this call is over; over several days the session goes on."""
        return self.practice.is_over or (
            self.practice.is_campaign and self._has_begun and self.practice.state.touch is None
        )

    def compose(self) -> ComposeResult:
        """Status on top, the talk, the composer; beside them the brief where there is room."""
        case = self.practice.case
        yield CallStatus(case, self.practice.voice_goes_to, is_exam=self.practice.is_exam, again=self._again)
        with Horizontal(id="middle"):
            with Vertical(id="talk"):
                yield TranscriptView()
                yield Static(id="hint")
                yield Composer(self._draft)
            if not self.practice.is_exam:
                with VerticalScroll(id="notes", can_focus=False):
                    yield Static(goal_words(case))
                    yield Static(situation_words(case))
        yield Footer()

    def on_mount(self) -> None:
        """Show what was said already, then place the call or go on with it."""
        state, is_campaign = self.practice.state, self.practice.is_campaign
        for entry in state.calendar:
            if entry.touch == state.touch:
                self._begin_talk(entry.touch, entry.by)
        turns = [turn for turn in state.turns if not is_campaign or turn.touch == state.touch]
        self.transcript.begin_with(self._line(turn.turn, turn.speaker, turn.text) for turn in turns)
        self.composer.move_cursor(self.composer.document.end)
        self.drive(self.practice.begin() if self._opening is None else self._opening)

    # What the user does

    def on_composer_sent(self, message: Composer.Sent) -> None:
        """Send now, or as soon as the other side has finished."""
        if self._is_talk_over:
            self.action_debrief()
        elif self._worker is not None:
            self._hold(message.text)
        elif self._is_half_done:
            self._hold(message.text)
            self.drive(self.practice.begin())
        else:
            self._send(message.text)

    def on_text_area_changed(self, _: TextArea.Changed) -> None:
        """Who changes a held text wants to look at it again before it goes out."""
        if self._held is not None and self._held != self.composer.text:
            self._held = None
            self._refresh()

    def action_scroll(self, pages: int) -> None:
        """Move through the talk while the cursor stays in the composer."""
        if pages < 0:
            self.transcript.scroll_page_up(animate=False)
        else:
            self.transcript.scroll_page_down(animate=False)

    def action_brief(self) -> None:
        """Read the brief again."""
        case = self.practice.case
        texts = [who_words(case), goal_words(case), situation_words(case), scored_words(case)]
        self.app.push_screen(ReadingScreen(texts))

    def action_hint(self) -> None:
        """Ask what the scorecard still misses, where nobody speaks."""
        if self._worker is None and not self._is_half_done and not self._is_talk_over:
            self.drive(self.practice.hint())

    def action_hang_up(self) -> None:
        """End the call, after a question."""
        if self._is_talk_over:
            self.action_debrief()
            return
        after = "." if self.practice.is_campaign else " and is scored."
        whom = f" on {self._first_name}" if len(self.practice.state.roles) < 2 else ""
        question = one_line(f"Hang up{whom}? The call ends here{after}")
        self.app.push_screen(QuestionScreen(question, "Hang up", "Stay on the line"), self._hang_up)

    async def _hang_up(self, is_sure: bool | None) -> None:
        if not is_sure or self._is_leaving:
            return
        if self._is_talk_over:
            self.action_debrief()
            return
        await self.stop()
        self._goes_to_debrief = True
        self.drive(self.practice.leave())

    async def action_leave(self) -> None:
        """Leave. The session stays as it is and can be resumed; of one that is over, the debrief is kept too."""
        if self._is_leaving:
            return
        self._is_leaving = True
        draft = self.draft()
        await self.close_down()
        self.post_message(CallLeft(self.practice.id, draft))

    def action_debrief(self) -> None:
        """See how it went, once it is over; over several days, go back to the desk."""
        if self._is_talk_over and not self._is_leaving:
            self._is_leaving = True
            self.post_message(TouchOver() if self.practice.is_campaign else CallOver(self.practice))

    def action_desk(self) -> None:
        """Go back to the desk, where the scenario goes on after the call."""
        self.action_debrief()

    def debrief_failed(self) -> None:
        """The debrief couldn't be made: it may be tried again."""
        self._is_leaving = False

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer the debrief, or the desk, when the call is over, and hanging up while it isn't."""
        if action in {"debrief", "desk"}:
            return self._is_talk_over and self.practice.is_campaign is (action == "desk")
        if action == "hang_up":
            return not self._is_talk_over
        return super().check_action(action, parameters)

    def draft(self) -> str:
        """What stands unsent, with what was sent and isn't durable yet."""
        return "\n".join(text for text in (self._unkept, self.composer.text) if text)

    # Driving the loop

    def _hold(self, text: str) -> None:
        """Give `text` back to the composer, to go out as it stands when it is the recruiter's turn."""
        if text.strip():
            self.composer.put_back(text)
            self._held = text if self.composer.text == text else None
        self._refresh()

    def _send(self, text: str) -> None:
        if not text.strip():
            return
        if len(text) > MAX_TURN_CHARACTERS:
            self.composer.put_back(text)
            self._tell(f"That is longer than anybody could say: {MAX_TURN_CHARACTERS} characters at the most.")
            return
        self._unkept = text
        self.drive(self.practice.say(text))

    def drive(self, happenings: AsyncIterator[Happening]) -> None:
        """Have the loop go on, and show that it does."""
        super().drive(happenings)
        self._refresh()

    @property
    def _is_half_done(self) -> bool:
        """Whether the loop stopped before the other side had answered."""
        state = self.practice.state
        waits_for_them = state.channel.is_live and not state.has_opened
        return state.touch is None or waits_for_them or state.unanswered is not None

    # What happens

    def on_loop_screen_happened(self, message: LoopScreen.Happened) -> None:  # noqa: C901 - one case a happening
        """Show it, unless the run that it belongs to was stopped."""
        if message.run != self._run:
            return
        match message.happening:
            case TouchOpened(touch=touch, by=by):
                self._begin_talk(touch, by)
            case RangOut(_, _, name, greeting):
                self._has_begun = True
                self._tell(f"{name} doesn't pick up. Voicemail: {greeting}")
            case Beeped():
                self._tell("Beep. The rest wasn't recorded.")
            case TurnKept(turn, text):
                self._unkept = None
                self.transcript.add(self._line(turn, RECRUITER, text))
            case WordsSpoken(turn, role, piece):
                if not self.transcript.has(turn):
                    self.transcript.add(self._line(turn, role, "", is_live=True))
                self.transcript.speak(turn, piece)
            case TurnFinished(turn, role, text):
                if not self.transcript.has(turn):
                    self.transcript.add(self._line(turn, role, text))
                self.transcript.finish(turn, text)
            case NoticeRaised(text):
                self._tell(text)
            case HintOffered() as hint:
                self._tell(" ".join(hint_words(hint)))
            case TouchClosed(_, _, reason):
                self._close_talk(reason)
        self._refresh()

    def on_loop_screen_quieted(self, message: LoopScreen.Quieted) -> None:
        """The recruiter's turn: what was held goes out now."""
        if message.run != self._run:
            return
        self._worker = None
        if self._is_talk_over:
            self._refresh()
            if self._goes_to_debrief:
                self.action_debrief()
        elif self._held is not None and self._held == self.composer.text:
            self._held = None
            self._send(self.composer.take())
        self._refresh()

    def on_loop_screen_stumbled(self, message: LoopScreen.Stumbled) -> None:
        """Say what is wrong; give back what isn't durable. Where no call came about, the desk says it."""
        if message.run != self._run:
            return
        self._worker = None
        if self.practice.is_campaign and self.practice.state.touch is None and not self._has_begun:
            self.post_message(TouchOver(message.words))
            return
        self._held, self._goes_to_debrief = None, False
        for turn in self.transcript.live_turns():
            self.transcript.forget(turn)
        if self._unkept is not None:
            self.composer.put_back(self._unkept)
            self._unkept = None
        self._tell(message.words, "$error")
        self._refresh()

    def _begin_talk(self, touch: str, by: str) -> None:
        self._has_begun = True
        if by != RECRUITER and touch != self._rung:
            self._rung = touch
            self._tell(f"The phone rings: {self._first_name}.")
        if self.composer.disabled:  # another call, right after the one that was over
            self.composer.disabled = False
            self.composer.focus()

    def _close_talk(self, reason: EndReason) -> None:
        for turn in self.transcript.live_turns():
            self.transcript.forget(turn)
        for said in self.practice.state.turns:
            if said.turn.startswith(f"t{self.practice.state.touches}.") and not self.transcript.has(said.turn):
                self.transcript.add(self._line(said.turn, said.speaker, said.text))
        self._tell(ending_words(reason, self._first_name))

    # What is shown

    def _line(self, turn: str, speaker: str, text: str, *, is_live: bool = False) -> TurnLine:
        is_own = speaker == RECRUITER
        who = YOU if is_own else self.practice.case.personas[speaker].first_name
        return TurnLine(turn, who, text, is_own=is_own, is_live=is_live)

    def _tell(self, words: str, style: str = "$muted") -> None:
        self.transcript.tell(one_line(words, style))

    def _refresh(self) -> None:
        """Bring status, hint and keys up to how the call stands."""
        if not self.is_mounted:
            return
        is_over = self._is_talk_over
        self.status.show(self.practice.state, spent_words(self.practice.meter))
        self.hint.update(one_line(self._hint_words()))
        self.set_class(is_over, "-over")
        if is_over and not self.composer.disabled:
            self.composer.disabled = True
            self.transcript.focus()
        self.refresh_bindings()

    def _hint_words(self) -> str:
        if self._is_talk_over:
            after = "goes back to your desk" if self.practice.is_campaign else "opens the debrief"
            return f"The call is over. Enter {after}."
        if self.practice.state.touch is not None and self.practice.state.channel is Channel.VOICEMAIL:
            return "Their voicemail is recording. Enter leaves what you typed; Ctrl+G hangs up."
        if self._held is not None:
            return f"Held until {self._first_name} has finished. Change it to take it back."
        if self._worker is None and self._is_half_done:
            return "Enter tries again. Esc leaves; everything said so far is kept."
        if self._worker is None:
            return "Your turn. Enter sends, Ctrl+J begins a new line."
        if self.transcript.live_turns():
            return f"{self._first_name} is speaking. Type on; Enter sends when they have finished."
        return (
            f"Calling {self._first_name}…"
            if not self.practice.state.has_opened
            else f"{self._first_name} is listening…"
        )


def _was_said(practice: Practice, draft: str) -> bool:
    """Whether `draft` became durable after all, just before the call was left."""
    own = [turn.text for turn in practice.state.turns if turn.speaker == RECRUITER]
    return bool(own) and own[-1] == " ".join(draft.split())
