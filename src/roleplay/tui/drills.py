"""The drills: decks of single lines, with what is due in each."""

from collections.abc import Mapping
from datetime import UTC
from typing import ClassVar, Final

from textual.binding import Binding, BindingType
from textual.content import Content

from roleplay.drill.sitting import CARDS, DeckState, Sitting
from roleplay.drill_wording import all_decks_words, deck_words
from roleplay.practice.clock import Clock
from roleplay.tui.list_screen import ListScreen
from roleplay.tui.literal import one_line
from roleplay.tui.messages import DeckChosen

ALL_DECKS: Final = ""
"""The value of the entry that stands for all decks; no deck's id is empty."""
MIX: Final = f"{CARDS} cards of all decks: what is due, then what you miss most."


class DrillsScreen(ListScreen):
    """Each entry leads to some cards: of all decks, or of one."""

    HEADING = "Drills"
    ABOUT = "One line, one answer, scored at once. No answer leaves this machine."
    HELP = "Enter asks you up to ten cards. A card comes again before you forget it."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "Start", id="drills.start", tooltip="Answer up to ten cards"),
        Binding("escape", "back", "Back", id="drills.back", tooltip="Back to home"),
    ]

    def __init__(self, sitting: Sitting, clock: Clock) -> None:
        """`sitting`: of all decks."""
        super().__init__()
        self._sitting = sitting
        self._clock = clock

    async def entries(self) -> tuple[str, Mapping[str, Content]]:
        """The decks, with what is due by now: some cards may have been answered meanwhile."""
        await self._sitting.open()
        decks = self._sitting.decks(self._clock.now().astimezone(UTC))
        return self.ABOUT, {ALL_DECKS: _mix(decks)} | {deck.deck: _entry(deck) for deck in decks}

    def action_open(self) -> None:
        """Ask cards of what is under the cursor."""
        if self.current is not None:
            self.post_message(DeckChosen(None if self.current == ALL_DECKS else self.current))


def _mix(decks: list[DeckState]) -> Content:
    return Content("\n").join(
        [Content.styled("What is due", "bold"), Content(MIX), one_line(all_decks_words(decks), "$muted")]
    )


def _entry(deck: DeckState) -> Content:
    return Content("\n").join(
        [one_line(deck.title, "bold"), one_line(deck.about), one_line(deck_words(deck), "$muted")]
    )
