"""A long transcript in few widgets: some for every turn of it would hold the keys up."""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from textual.content import Content
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static

from roleplay.tui.literal import one_line

MANY_TURNS: Final = 200
"""From here on a transcript is long."""
BLOCK_TURNS: Final = 40


class ShownTurn(NamedTuple):
    """A turn as it is shown."""

    id: str
    who: Content
    words: Content
    """With what stands beside them."""


class WordsBlock(Static):
    """Some turns, one below the other."""

    def __init__(self, turns: Sequence[ShownTurn]) -> None:
        self._turns = tuple(turns)
        self._marked: str | None = None
        super().__init__(self._all(), classes="words-block", markup=False)

    def mark(self, turn: str) -> int | None:
        """Mark a turn, and give the line that it begins on; where it isn't here, mark none."""
        ids = [each.id for each in self._turns]
        marked = turn if turn in ids else None
        if marked != self._marked:
            self._marked = marked
            self.update(self._all())
        if marked is None:
            return None
        above = self._turns[: ids.index(marked)]
        return sum(self._one(each).get_height({}, self.content_size.width) for each in above)

    def _all(self) -> Content:
        return Content("\n").join(self._one(turn) for turn in self._turns)

    def _one(self, turn: ShownTurn) -> Content:
        sign = ("▌ ", "$accent") if turn.id == self._marked else ""
        return Content.assemble(sign, one_line(turn.id, "$muted"), "  ", turn.who, "\n", turn.words, "\n")


def blocks_of(turns: Sequence[ShownTurn]) -> Iterator[Widget]:
    """The turns in blocks."""
    for start in range(0, len(turns), BLOCK_TURNS):
        yield WordsBlock(turns[start : start + BLOCK_TURNS])


def show_turn(screen: Screen[None], turn: str, widget_id: str) -> None:
    """Bring a turn of the transcript into sight, and mark it; `widget_id` is its own where it has one."""
    for said in screen.query(".said"):
        said.set_class(said.id == widget_id, "-current")
        if said.id == widget_id:
            said.scroll_visible(animate=False, top=True)
    for block in screen.query(WordsBlock):
        line = block.mark(turn)
        if line is not None:
            _scroll_to(block, line)


def _scroll_to(block: WordsBlock, line: int) -> None:
    """Bring a line of a block to the top of what scrolls it."""
    scrolling = [node for node in block.ancestors if isinstance(node, Widget) and node.max_scroll_y]
    for node in scrolling[:1]:
        top = block.region.y - node.content_region.y + round(node.scroll_y)
        node.scroll_to(y=top + line, animate=False)
