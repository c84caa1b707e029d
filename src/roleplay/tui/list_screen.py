"""What the screens that list something share: a heading, a line, and entries that are read anew whenever they show."""

from collections.abc import Mapping
from typing import ClassVar

from textual.app import ComposeResult
from textual.content import Content
from textual.events import ScreenResume
from textual.getters import query_one
from textual.screen import Screen
from textual.widgets import Footer, Static
from textual.worker import Worker, WorkerState

from roleplay.errors import RoleplayError
from roleplay.tui.choices import Choice, Choices
from roleplay.tui.literal import one_line
from roleplay.tui.messages import BackWanted
from roleplay.wording import fault_words


class ListScreen(Screen[None]):
    """A list, one entry of which is under the cursor."""

    CSS_PATH = "list_screen.tcss"
    HEADING: ClassVar[str] = ""
    ABOUT: ClassVar[str] = ""
    """What the line says until the list is there."""

    choices = query_one("#entries", Choices)
    line = query_one("#line", Static)

    def __init__(self) -> None:
        super().__init__()
        self.current: str | None = None
        """The value of the entry under the cursor."""

    def compose(self) -> ComposeResult:
        """A heading and the list."""
        yield Static(Content.styled(self.HEADING, "bold $accent"), id="heading")
        yield Static(Content.styled(self.ABOUT, "$muted"), id="line")
        yield Choices(id="entries")
        yield Footer()

    async def entries(self) -> tuple[str, Mapping[str, Content]]:
        """Read what is listed: what the line says, and the entries by their values.

        Raises:
            RoleplayError: it can't be read.
        """
        raise NotImplementedError

    def action_open(self) -> None:
        """Open the entry under the cursor."""
        raise NotImplementedError

    def on_screen_resume(self, _: ScreenResume) -> None:
        """Read the list anew."""
        self.run_worker(self._load(), name="load the list", group="load", exclusive=True, exit_on_error=False)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """An error that nobody foresaw: one line."""
        if event.state is WorkerState.ERROR:
            self.log.error(event.worker.error)
            self.line.update(one_line(fault_words(event.worker.error), "$error"))

    async def _load(self) -> None:
        try:
            words, entries = await self.entries()
        except RoleplayError as error:
            self.line.update(one_line(str(error), "$error"))
            return
        self.line.update(one_line(words, "$muted"))
        if [entry.value for entry in self.choices.entries] == list(entries):
            for value, content in entries.items():
                self.choices.show(value, content)
            return
        await self.choices.remove_children()
        await self.choices.mount_all(Choice(value, content) for value, content in entries.items())
        self.choices.focus_first()

    def on_choice_reached(self, message: Choice.Reached) -> None:
        """Remember the entry under the cursor."""
        self.current = message.value

    def on_choice_taken(self, message: Choice.Taken) -> None:
        """A click opens."""
        self.current = message.value
        self.action_open()

    def action_back(self) -> None:
        """Back to home."""
        self.post_message(BackWanted())
