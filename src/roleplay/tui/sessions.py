"""Past sessions, newest first."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import ScreenResume
from textual.getters import query_one
from textual.screen import Screen
from textual.widgets import Footer, Static
from textual.worker import Worker, WorkerState

from roleplay.errors import RoleplayError
from roleplay.roster.people import Person
from roleplay.store.base import SessionStore, StoredSession
from roleplay.tui.choices import Choice, Choices
from roleplay.tui.literal import one_line
from roleplay.tui.messages import BackWanted, SessionChosen
from roleplay.wording import fault_words, session_words

SESSIONS_SHOWN = 100


class SessionsScreen(Screen[None]):
    """Calls that were played: each leads to its debrief, or goes on where it was left."""

    CSS_PATH = "sessions.tcss"
    HELP = "Enter opens a session's debrief, or goes on with a call that isn't over."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "Open", id="sessions.open", tooltip="The debrief, or the call where it isn't over"),
        Binding("escape", "back", "Back", id="sessions.back", tooltip="Back to home"),
    ]

    choices = query_one("#sessions", Choices)
    line = query_one("#sessions-line", Static)

    def __init__(self, store: SessionStore, me: Person | None = None) -> None:
        """`me`: who sits here, where there is a team; their own sessions are shown."""
        super().__init__()
        self._store = store
        self._recruiter = None if me is None else me.name
        self._current: str | None = None

    def compose(self) -> ComposeResult:
        """A heading and the list."""
        yield Static(Content.styled("Past sessions", "bold $accent"), id="heading")
        yield Static(id="sessions-line")
        yield Choices(id="sessions")
        yield Footer()

    def on_screen_resume(self, _: ScreenResume) -> None:
        """Read the list anew."""
        self.run_worker(self._load(), name="load sessions", group="load", exclusive=True, exit_on_error=False)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """An error that nobody foresaw: one line."""
        if event.state is WorkerState.ERROR:
            self.log.error(event.worker.error)
            self.line.update(one_line(fault_words(event.worker.error), "$error"))

    async def _load(self) -> None:
        try:
            sessions = await self._store.sessions(SESSIONS_SHOWN, recruiter=self._recruiter)
        except RoleplayError as error:
            self.line.update(one_line(str(error), "$error"))
            return
        words = f"The latest {SESSIONS_SHOWN}." if len(sessions) == SESSIONS_SHOWN else ""
        self.line.update(one_line(words if sessions else "None yet. Play a scenario first.", "$muted"))
        await self.choices.remove_children()
        await self.choices.mount_all(Choice(session.id, _entry(session)) for session in sessions)
        self.choices.focus_first()

    def on_choice_taken(self, message: Choice.Taken) -> None:
        """Open it."""
        self.post_message(SessionChosen(message.value))

    def on_choice_reached(self, message: Choice.Reached) -> None:
        """Remember the session under the cursor."""
        self._current = message.value

    def action_open(self) -> None:
        """Open the session under the cursor."""
        if self._current is not None:
            self.post_message(SessionChosen(self._current))

    def action_back(self) -> None:
        """Back to home."""
        self.post_message(BackWanted())


def _entry(session: StoredSession) -> Content:
    return Content("\n").join(
        [one_line(session.title, "bold"), one_line(f"{session_words(session)} · {session.id}", "$muted")]
    )
