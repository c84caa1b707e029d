"""What a real call came to: its debrief, and a key that saves the transcript."""

import shlex
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.getters import query_one
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from roleplay.errors import RoleplayError
from roleplay.exchange.reading import path_typed
from roleplay.exchange.saving import check_target, path_beside, write_transcript
from roleplay.scoring.debrief import Debrief
from roleplay.tui.debrief import DebriefScreen
from roleplay.tui.literal import literal, one_line
from roleplay.tui.panels import QuestionScreen
from roleplay.tui.path_input import PathInput


class ImportedScreen(DebriefScreen):
    """A real call's debrief; nothing of it is kept but what is saved."""

    HELP = (
        "Read what to keep and the one thing to fix. s saves the transcript; roleplay score reads that file. "
        "Esc goes back: with another scorecard, or another role, it is scored anew."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "save", "Save", id="imported.save", tooltip="Save the transcript, for roleplay score"),
        Binding("escape", "back", "Back", id="debrief.back", tooltip="Back to the scorecards"),
    ]

    def __init__(self, debrief: Debrief, source: Path) -> None:
        """`source`: the file that it came from."""
        super().__init__(debrief)
        self._source = source

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A real call isn't played again."""
        return action != "again" and super().check_action(action, parameters)

    def action_save(self) -> None:
        """Ask where to, and save it."""
        self.app.push_screen(SaveScreen(path_beside(self._source), self._source), self._save)

    def _save(self, path: Path | None) -> None:
        if path is None:
            return
        if path.exists():
            question = literal(f"{path} is there already. Overwrite it?")
            asking = QuestionScreen(question, "overwrites it", "leaves it")
            self.app.push_screen(asking, lambda may: self._write(path, may_replace=True) if may else None)
        else:
            self._write(path, may_replace=False)

    def _write(self, path: Path, *, may_replace: bool) -> None:
        try:
            write_transcript(self._debrief.transcript, path, may_replace=may_replace)
        except RoleplayError as error:
            self.say(str(error), is_trouble=True)
        else:
            self.say(f"Saved. To score it again: {shlex.join(['roleplay', 'score', str(path)])}")


class SaveScreen(ModalScreen[Path | None]):
    """Asks where a transcript is to go; dismissed with the path."""

    CSS_PATH = "panels.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "drop", "Put away", id="save.drop", tooltip="Save nothing"),
    ]

    path = query_one("#save-path", Input)
    problem = query_one("#problem", Static)

    def __init__(self, proposed: Path, source: Path) -> None:
        super().__init__()
        self._proposed = proposed
        self._source = source

    def compose(self) -> ComposeResult:
        """The path, and the keys."""
        accent = "bold $accent"
        with Vertical(classes="panel -tall"):
            yield Static(Content.styled("Save the transcript", accent), classes="panel-head")
            yield Static(id="problem")
            yield Static("As a roleplay-transcript/1 file", classes="field")
            yield PathInput(str(self._proposed), id="save-path")
            yield Static(
                Content.assemble(("Enter", accent), " saves it   ", ("Esc", accent), " puts it away"),
                classes="panel-keys",
            )

    def on_mount(self) -> None:
        """Type at once."""
        self.path.focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Save it there, unless that is the imported file itself."""
        try:
            path = path_typed(event.value)
            check_target(path, self._source)
        except RoleplayError as error:
            self.problem.update(one_line(str(error), "$error"))
        else:
            self.dismiss(path)

    def action_drop(self) -> None:
        """Save nothing."""
        self.dismiss(None)
