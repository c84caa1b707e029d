"""Text that is longer than the screen."""

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll


class Pages(VerticalScroll):
    """Scrolled by arrows, Page keys, Home, End and Space; where it has nothing to scroll, what lies around it is."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "page_down", "Further down", show=False, id="pages.down", tooltip="A page down"),
    ]
