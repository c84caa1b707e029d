"""The debrief: short first, then why, then everything."""

from collections.abc import Callable, Coroutine
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.getters import query_one
from textual.screen import Screen
from textual.widgets import Footer, Static
from textual.worker import Worker, WorkerState

from roleplay.errors import RoleplayError
from roleplay.scoring.debrief import Debrief
from roleplay.tui.aftermath import aftermath_widgets
from roleplay.tui.debrief_rows import fact_widgets, said_id, scorecard_widgets, short_widgets, transcript_widgets
from roleplay.tui.literal import one_line
from roleplay.tui.long_words import show_turn
from roleplay.tui.messages import AgainWanted, BackWanted, CallPlaced, HomeWanted, JudgeWanted, VerdictOverruled
from roleplay.tui.overruling import CoachsWord, OverruleScreen
from roleplay.tui.pages import Pages
from roleplay.wording import fault_words

OF_SESSIONS: Final = frozenset({"from_here", "overrule", "judge"})
"""What can be done only where the session is kept."""


class DebriefScreen(Screen[None]):
    """How a session went. Reveals the case's hidden facts: only for a session that is over."""

    CSS_PATH = "debrief.tcss"
    HELP = "Read what to keep and the one thing to fix, then play it again. Arrows and Page keys scroll."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "again", "Again", id="debrief.again", tooltip="The same scenario in a new call"),
        Binding("n", "criterion(1)", "Next", id="debrief.next", tooltip="To the next criterion"),
        Binding(
            "p", "criterion(-1)", "Previous", id="debrief.previous", show=False, tooltip="To the previous criterion"
        ),
        Binding("m", "moment", "Moment", id="debrief.moment", tooltip="To where the marked criterion was decided"),
        Binding("f", "from_here", "Redo", id="debrief.from_here", tooltip="Try again from that moment on"),
        Binding("t", "transcript", "Words", id="debrief.transcript", tooltip="To the words of the call"),
        Binding("o", "overrule", "Overrule", id="debrief.overrule", tooltip="A coach's word on the marked criterion"),
        Binding("j", "judge", "Judge", id="debrief.judge", tooltip="Have the language model that is set read it too"),
        Binding("h", "home", "Home", id="debrief.home", show=False, tooltip="Back to the list of scenarios"),
        Binding("escape", "back", "Back", id="debrief.back", show=False, tooltip="Back to where you came from"),
    ]

    everything = query_one("#everything", Pages)
    line = query_one("#debrief-line", Static)

    def __init__(self, debrief: Debrief, session_id: str = "") -> None:
        """Without a session's id, nothing can be tried again from a moment on, overruled or judged."""
        super().__init__()
        self._debrief = debrief
        self._session_id = session_id
        self._at: int | None = None
        self._is_leaving = False
        self._drafts: dict[str, CoachsWord] = {}
        """What a coach was writing on each criterion, until it is kept."""

    @property
    def session_id(self) -> str:
        """The session's id; empty where it isn't kept."""
        return self._session_id

    def compose(self) -> ComposeResult:
        """What counts on the left or on top; the rest beside or below it."""
        debrief = self._debrief
        with Pages(id="debrief", can_focus=False):  # scrolls where the screen is narrow
            with Pages(id="short"):
                yield from short_widgets(debrief)
            with Pages(id="everything"):
                yield from scorecard_widgets(debrief)
                if debrief.aftermath is not None:
                    yield from aftermath_widgets(debrief.aftermath)
                yield from fact_widgets(debrief)
                yield from transcript_widgets(debrief)
        yield Static(id="debrief-line")
        yield Footer(show_command_palette=False)  # its hint would push keys out at 80 columns; help tells of it

    def on_mount(self) -> None:
        """Let the arrow keys scroll."""
        self.everything.focus(scroll_visible=False)

    def on_screen_resume(self) -> None:
        """Back from a second try: another may be begun."""
        self._is_leaving = False

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """An exam isn't tried again from a turn on; what isn't kept can't be worked on."""
        if action == "from_here" and self._debrief.is_exam:
            return False
        return action not in OF_SESSIONS or bool(self._session_id)

    def action_criterion(self, steps: int) -> None:
        """Go to the next or the previous criterion and mark it."""
        last = len(self._debrief.rows) - 1
        if last < 0:
            return
        if self._at is None:
            self._at = 0 if steps > 0 else last
        else:
            self._at = max(0, min(last, self._at + steps))
        self._mark()

    def _mark(self) -> None:
        """Show which criterion is marked."""
        for at, row in enumerate(self.query(".row")):
            row.set_class(at == self._at, "-current")
            if at == self._at:
                row.scroll_visible(animate=False, top=True)

    def action_moment(self) -> None:
        """Go to the words where the marked criterion was decided, or could have been."""
        if (moment := self._moment()) is not None:
            self.show_turn(moment)

    def show_turn(self, turn: str) -> None:
        """Bring a turn of the transcript into sight, and mark it."""
        show_turn(self, turn, said_id(turn))

    def action_from_here(self) -> None:
        """Try again from the marked criterion's moment on."""
        moment = self._moment()
        if moment is not None and self._session_id and not self._is_leaving:
            self._is_leaving = True
            title = self._debrief.rows[self._current()].title
            self.post_message(AgainWanted(self._session_id, moment, title))

    def _current(self) -> int:
        """Which criterion is marked; the one to fix, where none is."""
        fix = self._debrief.fix
        named = [at for at, row in enumerate(self._debrief.rows) if fix is not None and row.result.id == fix.criterion]
        return self._at if self._at is not None else next(iter(named), 0)

    def _moment(self) -> str | None:
        """The moment of the marked criterion."""
        row = self._debrief.rows[self._current()]
        if row.moment is None:
            self.notify(f"“{row.title}” had no moment here.", markup=False)
        return row.moment

    def action_transcript(self) -> None:
        """Go to the transcript."""
        self.query_one("#transcript-heading").scroll_visible(animate=False, top=True)

    def action_overrule(self) -> None:
        """Let a coach say what the marked criterion came to."""
        self._at = self._current()
        self._mark()
        row = self._debrief.rows[self._at]
        turns = [turn.id for _, turn in self._debrief.transcript.turns()]
        self.app.push_screen(OverruleScreen(row, turns, self._drafts.get(row.result.id)), self._overruled)

    def _overruled(self, word: CoachsWord | None) -> None:
        if word is None:
            return
        self._drafts[word.criterion] = word
        if word.is_given:
            given = VerdictOverruled(self._session_id, word.criterion, word.verdict, word.because, word.turn)
            self.post_message(given)

    def action_judge(self) -> None:
        """Have the language model that is set read it too."""
        self.post_message(JudgeWanted(self._session_id))

    def await_new(
        self, group: str, coming: Coroutine[None, None, Debrief], told: Callable[[Debrief], str], words: str = ""
    ) -> None:
        """Show another debrief of the session in place once it has come; `words` meanwhile, and then what is `told`.

        One of a group at a time: what comes meanwhile is dropped.
        """
        if any(worker.group == group and worker.node is self and not worker.is_finished for worker in self.workers):
            coming.close()
            return
        self.say(words)
        self.run_worker(self._show_new(coming, told), name=f"{group} anew", group=group, exit_on_error=False)

    async def _show_new(self, coming: Coroutine[None, None, Debrief], told: Callable[[Debrief], str]) -> None:
        try:
            debrief = await coming
        except RoleplayError as error:
            self.say(f"{str(error).rstrip('.')}.", is_trouble=True)
            return
        self._debrief = debrief
        self._drafts = {name: word for name, word in self._drafts.items() if not word.is_given}
        await self.recompose()
        self.everything.focus(scroll_visible=False)
        self.say(told(debrief))
        self.call_after_refresh(self._mark)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """An error that nobody foresaw: one line."""
        if event.state is WorkerState.ERROR:
            self.log.error(event.worker.error)
            self.say(fault_words(event.worker.error), is_trouble=True)

    def say(self, words: str, *, is_trouble: bool = False) -> None:
        """Put a line below everything; none where there are no words."""
        self.line.update(one_line(words, "$error" if is_trouble else ""))
        self.line.set_class(bool(words), "-shown")

    def action_again(self) -> None:
        """Play the same scenario in a new call; once, however often the key is pressed."""
        if not self._is_leaving:
            self._is_leaving = True
            self.post_message(CallPlaced(self._debrief.scenario_id))

    def not_placed(self) -> None:
        """The call couldn't be placed: it may be tried again."""
        self._is_leaving = False

    def action_home(self) -> None:
        """Back to the list of scenarios."""
        self.post_message(HomeWanted())

    def action_back(self) -> None:
        """Back to where one came from."""
        self.post_message(BackWanted())
