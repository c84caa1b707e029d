"""Fields to type in, in which every key counts in the order in which it was pressed, however fast they come."""

from collections.abc import Callable
from typing import TypeVar

from textual.events import Key
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input, TextArea

Answer = TypeVar("Answer")


def once_typed(screen: Screen[Answer], act: Callable[[], object]) -> None:
    """Do `act` when the field with the cursor has taken in what was typed before; nothing, where `screen` is gone then.

    The app works off a priority binding at once, while keys that were pressed before it still wait at the field.
    """

    def act_there() -> None:
        if screen.is_active:
            act()

    field = screen.focused
    if field is None or not field.call_later(act_there):
        screen.call_later(act_there)


class InOrder(Widget):
    """Does what a key is bound to here at once: as a binding it would come after characters typed later."""

    async def on_key(self, event: Key) -> None:
        """Do it."""
        active = None if event.is_printable else self.screen.active_bindings.get(event.key)
        if active is not None and active.node is self and await self.app.run_action(active.binding.action, self):
            event.stop()
            event.prevent_default()


class LineField(Input, InOrder):
    """One line."""


class TextField(TextArea, InOrder):
    """Several lines."""
