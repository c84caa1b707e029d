"""Where a message is written: nothing leaves before it is sent, and a half-written one can be put away."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.getters import query_one
from textual.screen import ModalScreen
from textual.widgets import Static, TextArea

from roleplay.tui.literal import one_line


class LetterScreen(ModalScreen[str | None]):
    """Dismissed with the text, or None where it was put away."""

    CSS_PATH = "panels.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s,f4", "send", "Send", priority=True, id="letter.send", tooltip="Send it"),
        Binding("escape", "drop", "Put away", id="letter.drop", tooltip="Don't send it"),
    ]

    words = query_one("#letter", TextArea)

    def __init__(self, head: str) -> None:
        super().__init__()
        self._head = head

    def compose(self) -> ComposeResult:
        """To whom, the text, the keys."""
        with Vertical(classes="panel -tall"):
            yield Static(one_line(self._head, "bold $accent"), classes="panel-words")
            yield TextArea(id="letter", soft_wrap=True, tab_behavior="focus", show_line_numbers=False)
            keys = Content.assemble(("Ctrl+S", "bold $accent"), " sends    ", ("Esc", "bold $accent"), " puts it away")
            yield Static(keys, classes="panel-keys")

    def on_mount(self) -> None:
        """Type at once."""
        self.words.focus()

    def action_send(self) -> None:
        """Send what stands there."""
        self.dismiss(self.words.text)

    def action_drop(self) -> None:
        """Send nothing."""
        self.dismiss(None)
