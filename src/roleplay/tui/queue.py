"""What waits for a coach."""

from collections.abc import Sequence
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
from roleplay.roster.review import Queued
from roleplay.team.together import Team
from roleplay.team_wording import queued_words, waiting_words
from roleplay.tui.choices import Choice, Choices
from roleplay.tui.literal import one_line
from roleplay.tui.messages import AssignWanted, BackWanted, ProgressWanted, SessionChosen
from roleplay.wording import fault_words


class QueueScreen(Screen[None]):
    """Disputes first, then what came in, then who is late."""

    CSS_PATH = "sessions.tcss"
    HELP = "Enter opens a session to review it. What you sign off or send back leaves the list."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "Review", id="queue.open", tooltip="Read it, with its verdicts"),
        Binding("n", "assign", "Assign", id="queue.assign", tooltip="Assign a scenario to people or teams"),
        Binding("g", "progress", "Progress", id="queue.progress", tooltip="Everybody's skills side by side"),
        Binding("escape", "back", "Back", id="queue.back", tooltip="Back to home"),
    ]

    choices = query_one("#sessions", Choices)
    line = query_one("#sessions-line", Static)

    def __init__(self, team: Team, me: Person) -> None:
        super().__init__()
        self._team = team
        self._me = me
        self._queue: Sequence[Queued] = ()
        self._current: str | None = None

    def compose(self) -> ComposeResult:
        """A heading and the list."""
        yield Static(Content.styled("To review", "bold $accent"), id="heading")
        yield Static(id="sessions-line")
        yield Choices(id="sessions")
        yield Footer()

    def on_screen_resume(self, _: ScreenResume) -> None:
        """Read the list anew."""
        self.run_worker(self._load(), name="load queue", group="load", exclusive=True, exit_on_error=False)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """An error that nobody foresaw: one line."""
        if event.state is WorkerState.ERROR:
            self.log.error(event.worker.error)
            self.line.update(one_line(fault_words(event.worker.error), "$error"))

    async def _load(self) -> None:
        try:
            standings = await self._team.assigning.all(self._me)
            self._queue = await self._team.reviewing.queue(self._me, standings)
        except RoleplayError as error:
            self.line.update(one_line(str(error), "$error"))
            return
        self.line.update(one_line(waiting_words(len(self._queue)), "$muted"))
        await self.choices.remove_children()
        await self.choices.mount_all(Choice(str(at), _entry(each)) for at, each in enumerate(self._queue))
        self.choices.focus_first()

    def on_choice_taken(self, message: Choice.Taken) -> None:
        """Open it."""
        self._current = message.value
        self.action_open()

    def on_choice_reached(self, message: Choice.Reached) -> None:
        """Remember the entry under the cursor."""
        self._current = message.value

    def action_open(self) -> None:
        """Open the session under the cursor; of somebody who is late, there is none."""
        if self._current is None:
            return
        queued = self._queue[int(self._current)]
        if queued.session is not None:
            self.post_message(SessionChosen(queued.session))
        else:
            self.post_message(ProgressWanted(queued.person))

    def action_assign(self) -> None:
        """Assign something."""
        self.post_message(AssignWanted())

    def action_progress(self) -> None:
        """See everybody's skills."""
        self.post_message(ProgressWanted())

    def action_back(self) -> None:
        """Back to home."""
        self.post_message(BackWanted())


def _entry(queued: Queued) -> Content:
    head, rest = queued_words(queued)
    return Content("\n").join([one_line(head, "bold"), one_line(rest, "$muted")])
