"""The call: the talk, what you type, and how it stands. Drives the practice loop from one worker at a time."""

from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.getters import query_one
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Footer, Static, TextArea
from textual.worker import Worker, WorkerCancelled, WorkerFailed, WorkerState

from roleplay.errors import RoleplayError
from roleplay.practice.happenings import (
    Happening,
    NoticeRaised,
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
from roleplay.tui.messages import CallLeft, CallOver
from roleplay.tui.panels import QuestionScreen, ReadingScreen
from roleplay.tui.status import CallStatus
from roleplay.tui.turns import TranscriptView, TurnLine
from roleplay.wording import ending_words, fault_words

YOU: Final = "You"


class CallScreen(Screen[None]):
    """One call under way. What it drives is durable turn by turn, so leaving it loses nothing."""

    CSS_PATH = "call.tcss"
    HELP = "Type what you would say and press Enter. They answer when they have heard you out."
    AUTO_FOCUS = "#composer"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "debrief", "Debrief", id="call.debrief", tooltip="See how it went"),
        Binding(
            "ctrl+g,f10",
            "hang_up",
            "Hang up",
            priority=True,
            id="call.hang_up",
            tooltip="End the call and have it scored",
        ),
        Binding("f2", "brief", "Brief", id="call.brief", tooltip="Read the brief again"),
        Binding("escape", "leave", "Leave for now", id="call.leave", tooltip="Go home; the call can be resumed"),
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

    @dataclass
    class Happened(Message):
        """The loop told something; `run` is the run of the worker that it belongs to."""

        run: int
        happening: Happening

    @dataclass
    class Quieted(Message):
        """The loop has nothing more to tell until the recruiter speaks."""

        run: int

    @dataclass
    class Stumbled(Message):
        """The loop stopped with an error, told in `words`."""

        run: int
        words: str

    composer = query_one("#composer", Composer)
    transcript = query_one("#transcript", TranscriptView)
    status = query_one(CallStatus)
    hint = query_one("#hint", Static)

    def __init__(self, practice: Practice, draft: str = "") -> None:
        super().__init__()
        self.practice = practice
        self._first_name = practice.case.personas[practice.case.scenario.calls].first_name
        self._draft = "" if _was_said(practice, draft) else draft
        self._worker: Worker[None] | None = None
        self._run = 0
        self._unkept: str | None = None
        """What was sent and isn't durable yet."""
        self._held: str | None = None
        """What goes out as soon as the other side has finished; it stands in the composer meanwhile."""
        self._is_leaving = False
        self._goes_to_debrief = False

    def compose(self) -> ComposeResult:
        """Status on top, the talk, the composer; beside them the brief where there is room."""
        case = self.practice.case
        yield CallStatus(case, self.practice.voice_goes_to)
        with Horizontal(id="middle"):
            with Vertical(id="talk"):
                yield TranscriptView()
                yield Static(id="hint")
                yield Composer(self._draft)
            with VerticalScroll(id="notes", can_focus=False):
                yield Static(goal_words(case))
                yield Static(situation_words(case))
        yield Footer()

    def on_mount(self) -> None:
        """Show what was said already, then place the call or go on with it."""
        self.transcript.begin_with(self._line(turn.turn, turn.speaker, turn.text) for turn in self.practice.state.turns)
        self.composer.move_cursor(self.composer.document.end)
        self._drive(self.practice.begin())

    # What the user does

    def on_composer_sent(self, message: Composer.Sent) -> None:
        """Send now, or as soon as the other side has finished."""
        if self.practice.is_over:
            self.action_debrief()
        elif self._worker is not None:
            self._hold(message.text)
        elif self._is_half_done:
            self._hold(message.text)
            self._drive(self.practice.begin())
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

    def action_hang_up(self) -> None:
        """End the call, after a question."""
        if self.practice.is_over:
            self.action_debrief()
            return
        question = one_line(f"Hang up on {self._first_name}? The call ends here and is scored.")
        self.app.push_screen(QuestionScreen(question, "Hang up", "Stay on the line"), self._hang_up)

    async def _hang_up(self, is_sure: bool | None) -> None:
        if not is_sure or self._is_leaving:
            return
        if self.practice.is_over:
            self.action_debrief()
            return
        await self.stop()
        self._goes_to_debrief = True
        self._drive(self.practice.leave())

    async def action_leave(self) -> None:
        """Go home. The session stays as it is and can be resumed; of one that is over, the debrief is kept too."""
        if self._is_leaving:
            return
        self._is_leaving = True
        draft = self.draft()
        await self.close_down()
        self.post_message(CallLeft(self.practice.id, draft))

    def action_debrief(self) -> None:
        """See how it went, once it is over."""
        if self.practice.is_over and not self._is_leaving:
            self._is_leaving = True
            self.post_message(CallOver(self.practice))

    def debrief_failed(self) -> None:
        """The debrief couldn't be made: it may be tried again."""
        self._is_leaving = False

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Offer the debrief when the call is over, and hanging up while it isn't."""
        if action == "debrief":
            return self.practice.is_over
        return action != "hang_up" or not self.practice.is_over

    def draft(self) -> str:
        """What stands unsent, with what was sent and isn't durable yet."""
        return "\n".join(text for text in (self._unkept, self.composer.text) if text)

    # Driving the loop

    async def stop(self) -> None:
        """Stop the loop where it is and wait until it has stopped; what it still has to tell is dropped."""
        worker, self._worker = self._worker, None
        self._run += 1
        if worker is not None:
            worker.cancel()
            with suppress(WorkerCancelled, WorkerFailed):
                await worker.wait()

    async def close_down(self) -> None:
        """Stop, and let go of the voice. Before the screen goes or the program ends."""
        await self.stop()
        await self.practice.aclose()

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
        self._drive(self.practice.say(text))

    def _drive(self, happenings: AsyncIterator[Happening]) -> None:
        self._run += 1
        self._worker = self.run_worker(
            self._read(self._run, happenings),
            name=f"call run {self._run}",
            group="call",
            exclusive=True,
            exit_on_error=False,
        )
        self._refresh()

    async def _read(self, run: int, happenings: AsyncIterator[Happening]) -> None:
        """Tell the screen what happens. Waits for nothing but the loop, so a cancel always ends the loop itself."""
        try:
            async for happening in happenings:
                self.post_message(self.Happened(run, happening))
        except RoleplayError as error:
            self.post_message(self.Stumbled(run, str(error)))
        else:
            self.post_message(self.Quieted(run))

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """An error that nobody foresaw: one line, and the call goes on from what was kept."""
        if event.state is WorkerState.ERROR and event.worker is self._worker:
            self.log.error(event.worker.error)
            self.post_message(self.Stumbled(self._run, fault_words(event.worker.error)))

    @property
    def _is_half_done(self) -> bool:
        """Whether the loop stopped before the other side had answered."""
        state = self.practice.state
        return state.touch is None or not state.has_opened or state.unanswered is not None

    # What happens

    def on_call_screen_happened(self, message: Happened) -> None:
        """Show it, unless the run that it belongs to was stopped."""
        if message.run != self._run:
            return
        match message.happening:
            case TouchOpened():
                pass
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
            case TouchClosed(_, _, reason):
                self._close_talk(reason)
        self._refresh()

    def on_call_screen_quieted(self, message: Quieted) -> None:
        """The recruiter's turn: what was held goes out now."""
        if message.run != self._run:
            return
        self._worker = None
        if self.practice.is_over:
            self._refresh()
            if self._goes_to_debrief:
                self.action_debrief()
        elif self._held is not None and self._held == self.composer.text:
            self._held = None
            self._send(self.composer.take())
        self._refresh()

    def on_call_screen_stumbled(self, message: Stumbled) -> None:
        """Say what is wrong; give back what isn't durable."""
        if message.run != self._run:
            return
        self._worker = None
        self._held, self._goes_to_debrief = None, False
        for turn in self.transcript.live_turns():
            self.transcript.forget(turn)
        if self._unkept is not None:
            self.composer.put_back(self._unkept)
            self._unkept = None
        self._tell(message.words, "$error")
        self._refresh()

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
        is_over = self.practice.is_over
        self.status.show(self.practice.state)
        self.hint.update(one_line(self._hint_words()))
        self.set_class(is_over, "-over")
        if is_over and not self.composer.disabled:
            self.composer.disabled = True
            self.transcript.focus()
        self.refresh_bindings()

    def _hint_words(self) -> str:
        if self.practice.is_over:
            return "The call is over. Enter opens the debrief."
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
