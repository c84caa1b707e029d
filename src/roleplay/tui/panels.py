"""Small screens on top of another: a question, a text to read, help."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.getters import query_one
from textual.screen import ModalScreen
from textual.widgets import Static


class QuestionScreen(ModalScreen[bool]):
    """Asks one question; dismissed with the answer."""

    CSS_PATH = "panels.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,y", "answer(True)", "Yes", id="question.yes"),
        Binding("escape,n", "answer(False)", "No", id="question.no"),
    ]

    def __init__(self, question: Content, yes: str, no: str) -> None:
        super().__init__()
        self._question = question
        self._keys = Content.assemble(("Enter", "bold $accent"), f" {yes}    ", ("Esc", "bold $accent"), f" {no}")

    def compose(self) -> ComposeResult:
        """The question and its two keys."""
        with Vertical(classes="panel"):
            yield Static(self._question, classes="panel-words")
            yield Static(self._keys)

    def action_answer(self, is_yes: bool) -> None:
        """Give the answer."""
        self.dismiss(is_yes)


class ReadingScreen(ModalScreen[None]):
    """Shows texts over what is under way; any of the closing keys puts it away."""

    CSS_PATH = "panels.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter,q,f1,f2", "close", "Close", id="reading.close"),
    ]

    words = query_one(".panel-scroll", VerticalScroll)

    def __init__(self, texts: Sequence[Content]) -> None:
        super().__init__()
        self._texts = texts

    def compose(self) -> ComposeResult:
        """The texts, and how to close them."""
        with Vertical(classes="panel -tall"):
            with VerticalScroll(classes="panel-scroll"):
                for text in self._texts:
                    yield Static(text, classes="panel-words")
            yield Static(Content.assemble(("Esc", "bold $accent"), " closes · arrows scroll"), classes="panel-keys")

    def on_mount(self) -> None:
        """Let the arrow keys scroll."""
        self.words.focus()

    def action_close(self) -> None:
        """Put it away."""
        self.dismiss(None)
