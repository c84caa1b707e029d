"""A list to choose from with the keyboard: each entry is several lines of content."""

from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.events import Click, Focus
from textual.message import Message
from textual.widgets import Static


class Choice(Static, can_focus=True):
    """One entry. Where the focus is, a bar stands at its left, so that it shows without colour too."""

    @dataclass
    class Reached(Message):
        """The entry got the focus."""

        value: str

    @dataclass
    class Taken(Message):
        """The entry was clicked; with the keyboard, its screen's Enter chooses the one with the focus."""

        value: str

    def __init__(self, value: str, content: Content) -> None:
        super().__init__(content, markup=False)
        self.value = value

    def on_focus(self, _: Focus) -> None:
        """Tell that the entry is the current one."""
        self.post_message(self.Reached(self.value))

    def on_click(self, event: Click) -> None:
        """A click chooses."""
        event.stop()
        self.focus()
        self.post_message(self.Taken(self.value))


class Choices(VerticalScroll, can_focus=False):
    """Entries, one of which has the focus."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "move(1)", "Next", show=False),
        Binding("up,k", "move(-1)", "Previous", show=False),
        Binding("pagedown", "move(5)", "Further", show=False),
        Binding("pageup", "move(-5)", "Back", show=False),
        Binding("home", "move(-10000)", "First", show=False),
        Binding("end", "move(10000)", "Last", show=False),
    ]

    @property
    def entries(self) -> list[Choice]:
        """The entries from top to bottom."""
        return list(self.query_children(Choice))

    def action_move(self, steps: int) -> None:
        """Move the focus by `steps` entries; it stops at the ends."""
        entries = self.entries
        if not entries:
            return
        now = next((at for at, entry in enumerate(entries) if entry.has_focus), 0)
        entries[max(0, min(len(entries) - 1, now + steps))].focus()

    def show(self, value: str, content: Content) -> None:
        """Put new content into the entry of `value`."""
        for entry in self.entries:
            if entry.value == value:
                entry.update(content)

    def focus_first(self) -> None:
        """Put the focus on the first entry, if there is one."""
        for entry in self.entries[:1]:
            entry.focus()
