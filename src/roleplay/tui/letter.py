"""Where a message is written: nothing leaves before it is sent, and a half-written one can be put away."""

from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.getters import query_one
from textual.screen import ModalScreen
from textual.widgets import Static

from roleplay.tui.fields import TextField, once_typed
from roleplay.tui.literal import one_line


@dataclass(frozen=True)
class Letter:
    """What was written, and whether it goes out now."""

    text: str
    is_sent: bool


class LetterScreen(ModalScreen[Letter]):
    """Dismissed with what was written, sent or put away."""

    CSS_PATH = "panels.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s,f4", "send", "Send", priority=True, id="letter.send", tooltip="Send it"),
        Binding("escape", "drop", "Put away", id="letter.drop", tooltip="Keep it for later"),
    ]

    words = query_one("#letter", TextField)

    def __init__(self, head: str, begun: str = "") -> None:
        super().__init__()
        self._head = head
        self._begun = begun

    def compose(self) -> ComposeResult:
        """To whom, the text, the keys."""
        with Vertical(classes="panel -tall"):
            yield Static(one_line(self._head, "bold $accent"), classes="panel-words")
            yield TextField(self._begun, id="letter", soft_wrap=True, tab_behavior="focus", show_line_numbers=False)
            keys = Content.assemble(("Ctrl+S", "bold $accent"), " sends    ", ("Esc", "bold $accent"), " puts it away")
            yield Static(keys, classes="panel-keys")

    def on_mount(self) -> None:
        """Type at once."""
        self.words.focus()
        self.words.move_cursor(self.words.document.end)

    def action_send(self) -> None:
        """Send what stands there."""
        once_typed(self, lambda: self.dismiss(Letter(self.words.text, is_sent=True)))

    def action_drop(self) -> None:
        """Send nothing; what is written stays for the next time."""
        self.dismiss(Letter(self.words.text, is_sent=False))
