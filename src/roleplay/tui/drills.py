"""The drills: decks of single lines, with what is due in each."""

from datetime import UTC
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import ScreenResume
from textual.getters import query_one
from textual.screen import Screen
from textual.widgets import Footer, Static
from textual.worker import Worker, WorkerState

from roleplay.drill.sitting import CARDS, DeckState, Sitting
from roleplay.drill_wording import all_decks_words, deck_words
from roleplay.errors import RoleplayError
from roleplay.practice.clock import Clock
from roleplay.tui.choices import Choice, Choices
from roleplay.tui.literal import one_line
from roleplay.tui.messages import BackWanted, DeckChosen
from roleplay.wording import fault_words

ALL_DECKS: Final = ""
"""The value of the entry that stands for all decks; no deck's id is empty."""
ABOUT: Final = "One line, one answer, scored at once. No answer leaves this machine."
MIX: Final = f"{CARDS} cards of all decks: what is due, then what you miss most."


class DrillsScreen(Screen[None]):
    """Each entry leads to some cards: of all decks, or of one."""

    CSS_PATH = "drills.tcss"
    HELP = "Enter asks you up to ten cards. A card comes again before you forget it."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "start", "Start", id="drills.start", tooltip="Answer up to ten cards"),
        Binding("escape", "back", "Back", id="drills.back", tooltip="Back to home"),
    ]

    choices = query_one("#decks", Choices)
    line = query_one("#decks-line", Static)

    def __init__(self, sitting: Sitting, clock: Clock) -> None:
        """`sitting`: of all decks."""
        super().__init__()
        self._sitting = sitting
        self._clock = clock
        self._current: str | None = None

    def compose(self) -> ComposeResult:
        """A heading and the list."""
        yield Static(Content.styled("Drills", "bold $accent"), id="heading")
        yield Static(Content.styled(ABOUT, "$muted"), id="decks-line")
        yield Choices(id="decks")
        yield Footer()

    def on_screen_resume(self, _: ScreenResume) -> None:
        """Read anew what is due: some cards may have been answered meanwhile."""
        self.run_worker(self._load(), name="load drills", group="load", exclusive=True, exit_on_error=False)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """An error that nobody foresaw: one line."""
        if event.state is WorkerState.ERROR:
            self.log.error(event.worker.error)
            self.line.update(one_line(fault_words(event.worker.error), "$error"))

    async def _load(self) -> None:
        try:
            await self._sitting.open()
        except RoleplayError as error:
            self.line.update(one_line(str(error), "$error"))
            return
        decks = self._sitting.decks(self._clock.now().astimezone(UTC))
        entries = {ALL_DECKS: _mix(decks)} | {deck.deck: _entry(deck) for deck in decks}
        if self.choices.entries:
            for value, content in entries.items():
                self.choices.show(value, content)
            return
        await self.choices.mount_all(Choice(value, content) for value, content in entries.items())
        self.choices.focus_first()

    def on_choice_taken(self, message: Choice.Taken) -> None:
        """Start it."""
        self._current = message.value
        self.action_start()

    def on_choice_reached(self, message: Choice.Reached) -> None:
        """Remember the deck under the cursor."""
        self._current = message.value

    def action_start(self) -> None:
        """Ask cards of what is under the cursor."""
        if self._current is not None:
            self.post_message(DeckChosen(None if self._current == ALL_DECKS else self._current))

    def action_back(self) -> None:
        """Back to home."""
        self.post_message(BackWanted())


def _mix(decks: list[DeckState]) -> Content:
    return Content("\n").join(
        [Content.styled("What is due", "bold"), Content(MIX), one_line(all_decks_words(decks), "$muted")]
    )


def _entry(deck: DeckState) -> Content:
    return Content("\n").join(
        [one_line(deck.title, "bold"), one_line(deck.about), one_line(deck_words(deck), "$muted")]
    )
