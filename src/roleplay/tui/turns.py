"""What was said, as widgets: finished turns, the one that is being spoken, notices between them."""

from collections.abc import Iterable
from typing import Final

from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from roleplay.tui.literal import literal, one_line
from roleplay.wording import count

TURNS_SHOWN: Final = 100
"""Turns kept as widgets in a running call; each costs time at every layout."""
TURNS_DROPPED: Final = 20
"""How many go at once, so that it happens seldom."""


class TurnLine(Horizontal):
    """One turn: who, and the words."""

    def __init__(self, turn: str, who: str, text: str, *, is_own: bool, is_live: bool = False) -> None:
        super().__init__(classes="turn")
        self.turn = turn
        self.text = text
        self._who = who
        self._words = Static(literal(text), classes="turn-words")
        self.set_class(is_own, "-own")
        self.set_class(is_live, "-live")

    def compose(self) -> ComposeResult:
        """The name in the gutter, the words beside it."""
        yield Static(one_line(self._who), classes="turn-who")
        yield self._words

    def say(self, text: str) -> None:
        """Show `text` as the turn's words so far."""
        self.text = text
        self._words.update(literal(text))

    def finish(self, text: str) -> None:
        """The turn is whole."""
        self.say(text)
        self.remove_class("-live")


class TranscriptView(VerticalScroll):
    """The call so far, kept at its end unless somebody scrolls up."""

    def __init__(self) -> None:
        super().__init__(id="transcript")
        self._turns: dict[str, TurnLine] = {}
        self._dropped = 0
        self._dropped_line = Static(id="dropped")

    def compose(self) -> ComposeResult:
        """Only the line that stands for turns no longer shown."""
        yield self._dropped_line

    def on_mount(self) -> None:
        """Follow the talk."""
        self._dropped_line.display = False
        self.anchor()

    def begin_with(self, lines: Iterable[TurnLine]) -> None:
        """Show the end of a talk that is under way already."""
        everything = list(lines)
        shown = everything[-TURNS_SHOWN:]
        self._dropped = len(everything) - len(shown)
        self._turns = {line.turn: line for line in shown}
        self.mount_all(shown)
        self._tell_dropped()

    def has(self, turn: str) -> bool:
        """Whether `turn` is shown."""
        return turn in self._turns

    def add(self, line: TurnLine) -> None:
        """Show one more turn; the oldest go where there are too many."""
        self._turns[line.turn] = line
        self.mount(line)
        if len(self._turns) > TURNS_SHOWN:
            for old in list(self._turns)[:TURNS_DROPPED]:
                self._turns.pop(old).remove()
            self._dropped += TURNS_DROPPED
            self._tell_dropped()

    def speak(self, turn: str, piece: str) -> None:
        """The next words of a turn that is shown."""
        line = self._turns[turn]
        line.say(line.text + piece)

    def finish(self, turn: str, text: str) -> None:
        """A shown turn's whole text."""
        self._turns[turn].finish(text)

    def forget(self, turn: str) -> None:
        """Take away a turn that was never finished."""
        self._turns.pop(turn).remove()

    def live_turns(self) -> list[str]:
        """Ids of turns still being spoken; one at the most."""
        return [turn for turn, line in self._turns.items() if line.has_class("-live")]

    def tell(self, words: Content) -> None:
        """A line that nobody said."""
        self.mount(Static(words, classes="notice"))

    def _tell_dropped(self) -> None:
        self._dropped_line.display = self._dropped > 0
        self._dropped_line.update(
            Content.styled(f"{count(self._dropped, 'earlier turn')}; the debrief has them all.", "$muted")
        )
