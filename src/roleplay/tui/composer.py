"""Where the recruiter types what they say."""

from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.events import Key
from textual.message import Message

from roleplay.tui.fields import TextField


class Composer(TextField):
    """Several lines of text. Enter sends; Ctrl+J or Shift+Enter begins a new line."""

    @dataclass
    class Sent(Message):
        """Enter was pressed on `text`, which is no longer in the composer."""

        text: str

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "ctrl+j,shift+enter", "new_line", "New line", show=False, id="call.new_line", tooltip="Begin a new line"
        ),
    ]

    def __init__(self, text: str = "") -> None:
        super().__init__(text, id="composer", soft_wrap=True, tab_behavior="focus", show_line_numbers=False)
        self.highlight_cursor_line = False
        self.cursor_blink = False

    async def on_key(self, event: Key) -> None:
        """Send at once: a binding would run only after the keys that were pressed next."""
        if event.key == "enter":
            event.stop()
            event.prevent_default()
            self.post_message(self.Sent(self.take()))

    def action_new_line(self) -> None:
        """Begin a new line where the cursor is."""
        self.insert("\n")

    def take(self) -> str:
        """Return the text and empty the composer."""
        text = self.text
        self.clear()
        return text

    def put_back(self, text: str) -> None:
        """Put `text` before what was typed meanwhile."""
        self.text = f"{text}\n{self.text}" if self.text else text
        self.move_cursor(self.document.end)
