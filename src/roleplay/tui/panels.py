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

from roleplay.tui.literal import literal


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


class VoiceQuestion(ModalScreen[bool | None]):
    """Asks whether a server may voice the other side; dismissed with the answer, None: ask another time.

    Enter says nothing here: home, under it, opens a brief with that key, and a yes sends words.
    """

    CSS_PATH = "panels.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", "Yes", id="voice.yes"),
        Binding("n", "answer(False)", "No", id="voice.no"),
        Binding("escape,l", "later", "Ask me later", id="voice.later"),
    ]

    def __init__(self, question: str) -> None:
        super().__init__()
        self._question = literal(question)

    def compose(self) -> ComposeResult:
        """The question and its keys."""
        accent = "bold $accent"
        keys = Content.assemble(("y", accent), " Yes    ", ("n", accent), " No    ", ("Esc", accent), " Ask me later")
        with Vertical(classes="panel"):
            yield Static(self._question, classes="panel-words")
            yield Static(keys)

    def action_answer(self, may_voice: bool) -> None:
        """Give the answer."""
        self.dismiss(may_voice)

    def action_later(self) -> None:
        """Give none."""
        self.dismiss(None)


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
