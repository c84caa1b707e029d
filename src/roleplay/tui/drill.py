"""Some drill cards, one after another: a line, an answer, what was heard in it, a way to say it."""

from collections.abc import Coroutine, MutableMapping
from contextlib import suppress
from datetime import UTC, datetime
from enum import StrEnum
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.getters import query_one
from textual.screen import Screen
from textual.widgets import Footer, Static
from textual.worker import Worker, WorkerCancelled, WorkerFailed, WorkerState

from roleplay.content.drill import DrillCard, DrillKind
from roleplay.drill.deck import CardRef
from roleplay.drill.sitting import CARDS, Answered, Sitting, Tally
from roleplay.drill_wording import PROMPTS, nothing_due_words, passed_sign, tally_words, too_long_words
from roleplay.errors import RoleplayError
from roleplay.practice.clock import Clock
from roleplay.record.words import plain_words
from roleplay.tui.composer import Composer
from roleplay.tui.fields import once_typed
from roleplay.tui.literal import literal, one_line, paragraphs
from roleplay.tui.messages import BackWanted
from roleplay.wording import fault_words


class Stage(StrEnum):
    """Where a card stands."""

    ASKING = "asking"
    SCORING = "scoring"
    TOLD = "told"
    """What came of the answer is shown."""
    OVER = "over"
    """No card is left."""


STAGE_OF: Final = {"skip": Stage.ASKING, "next": Stage.TOLD, "another": Stage.OVER}
"""When an action can be done; those that aren't here, always."""
ASKING_WORDS: Final = "Enter answers. Ctrl+J begins a new line, Ctrl+N skips the card."
EMPTY_WORDS: Final = "There is no answer yet. Ctrl+N skips the card."


class DrillScreen(Screen[None]):
    """Every answer is scored and kept at once, so leaving loses nothing."""

    CSS_PATH = "drill.tcss"
    HELP = "Answer as you would there and then, and press Enter. It is scored at once, on this machine."
    AUTO_FOCUS = None
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "next", "Go on", id="drill.next", tooltip="The next card, or how it went"),
        Binding("a", "another", "More cards", id="drill.another", tooltip="Answer some more"),
        Binding(
            "ctrl+n,f10", "skip", "Skip", priority=True, id="drill.skip", tooltip="No answer; the card comes again soon"
        ),
        Binding("escape", "leave", "Leave", id="drill.leave", tooltip="Back to the drills; what you answered is kept"),
        Binding("pageup", "scroll(-1)", "Scroll up", show=False, priority=True, id="drill.up", tooltip="Further up"),
        Binding(
            "pagedown", "scroll(1)", "Scroll down", show=False, priority=True, id="drill.down", tooltip="Further down"
        ),
    ]

    head = query_one("#drill-head", Static)
    view = query_one("#drill-view", VerticalScroll)
    card = query_one("#drill-card", Static)
    told = query_one("#drill-told", Static)
    hint = query_one("#hint", Static)
    composer = query_one("#composer", Composer)

    def __init__(self, sitting: Sitting, clock: Clock, drafts: MutableMapping[str, str]) -> None:
        """`sitting`: opened. `drafts`: what was typed and not sent, by card, for the next time."""
        super().__init__()
        self._sitting = sitting
        self._clock = clock
        self._drafts = drafts
        self._refs: list[CardRef] = []
        self._at = 0
        self._tally = Tally()
        self._stage = Stage.OVER
        self._sent = ""
        """What is being scored."""
        self._worker: Worker[None] | None = None

    def compose(self) -> ComposeResult:
        """Where one is, the card with what came of it, the composer."""
        yield Static(id="drill-head")
        with VerticalScroll(id="drill-view"):
            yield Static(id="drill-card")
            yield Static(id="drill-told")
        yield Static(id="hint")
        yield Composer()
        yield Footer()

    def on_mount(self) -> None:
        """Ask the first card."""
        self._deal()

    # What the user does

    def on_composer_sent(self, message: Composer.Sent) -> None:
        """Score the answer, if it is one."""
        words = plain_words(message.text)
        if self._stage is not Stage.ASKING:
            return  # a second Enter, pressed before the first was worked off
        if not words:
            self._say(EMPTY_WORDS)
        elif (trouble := too_long_words(words)) is not None:
            self.composer.put_back(message.text)
            self._say(trouble, "$error")
        else:
            self.told.update(_sent_words(message.text))
            self._take(message.text, self._sitting.answer(self._ref, words, self._now()))

    def action_skip(self) -> None:
        """Give no answer."""
        once_typed(self, self._skip)

    def _skip(self) -> None:
        if self._stage is Stage.ASKING:
            self._take(self.composer.take(), self._sitting.skip(self._ref, self._now()))

    def action_next(self) -> None:
        """Go on to the next card."""
        self._at += 1
        self._ask()

    def action_another(self) -> None:
        """Ask more cards."""
        self._deal()

    def action_scroll(self, pages: int) -> None:
        """Move through the card while the cursor stays in the composer."""
        if pages < 0:
            self.view.scroll_page_up(animate=False)
        else:
            self.view.scroll_page_down(animate=False)

    async def action_leave(self) -> None:
        """Back to the drills, with what was answered and what was typed kept."""
        if self._stage is Stage.ASKING and self.composer.text.strip():
            self._drafts[self._ref.key] = self.composer.text
        await self.close_down()
        self.post_message(BackWanted())

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Offer what can be done now."""
        return STAGE_OF.get(action, self._stage) is self._stage

    async def close_down(self) -> None:
        """Wait until an answer that was sent is kept. Before the screen goes or the program ends."""
        if self._worker is not None:
            with suppress(WorkerCancelled, WorkerFailed):
                await self._worker.wait()

    # A card's stages

    @property
    def _ref(self) -> CardRef:
        return self._refs[self._at]

    def _now(self) -> datetime:
        return self._clock.now().astimezone(UTC)

    def _deal(self) -> None:
        self._refs, self._at, self._tally = self._sitting.deal(CARDS, self._now()), 0, Tally()
        self._ask()

    def _ask(self) -> None:
        """Show the card that comes, or, where none does, how it went."""
        self.told.update("")
        self.view.scroll_home(animate=False)
        if self._at == len(self._refs):
            self._finish()
            return
        drill, card = self._sitting.card(self._ref)
        self._go_to(Stage.ASKING)
        self.head.update(_head(f"{self._at + 1}/{len(self._refs)}", drill.title))
        self.card.update(_card_words(card))
        self.composer.text = self._drafts.pop(self._ref.key, "")
        self.composer.move_cursor(self.composer.document.end)
        self.composer.border_title = PROMPTS[drill.kind]
        self.composer.set_class(drill.kind is DrillKind.REWRITE, "-letter")
        self._say(ASKING_WORDS)

    def _take(self, sent: str, taking: Coroutine[None, None, Answered]) -> None:
        """Have it scored and kept."""
        self._sent = sent
        self._go_to(Stage.SCORING)
        self._say("Scoring…")
        scoring = self._score(taking)
        self._worker = self.run_worker(scoring, name="score an answer", group="score", exit_on_error=False)

    async def _score(self, taking: Coroutine[None, None, Answered]) -> None:
        try:
            answered = await taking
        except RoleplayError as error:
            self._take_back(str(error))
        else:
            self._tell(answered)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """An error that nobody foresaw: one line, and the answer can be sent again."""
        if event.state is WorkerState.ERROR:
            self.log.error(event.worker.error)
            self._take_back(fault_words(event.worker.error))

    def _take_back(self, words: str) -> None:
        self._go_to(Stage.ASKING)
        self.told.update("")
        self.composer.put_back(self._sent)
        self._say(words, "$error")

    def _tell(self, answered: Answered) -> None:
        """Show what came of it."""
        self._tally = self._tally.and_then(answered)
        self._go_to(Stage.TOLD)
        said = [] if answered.answer is None else [_sent_words(self._sent), Content("")]
        self.told.update(Content("\n").join([*said, *_told(answered)]))
        is_last = self._at + 1 == len(self._refs)
        self._say("Enter shows how it went." if is_last else "Enter shows the next card.", "bold $accent")
        self.call_after_refresh(self.view.scroll_end, animate=False)

    def _finish(self) -> None:
        self._go_to(Stage.OVER)
        self.head.update(_head("", "How it went" if self._refs else "Nothing is due"))
        if not self._refs:
            due = self._sitting.next_due()
            assert due is not None, "a deck has cards; where none is new, each has a day"
            self.card.update(one_line(nothing_due_words(due)))
            self._say("")
            return
        failed = [each for each in self._tally.answers if not each.passed]
        self.card.update(Content("\n\n").join([one_line(tally_words(self._tally), "bold"), *map(self._failed, failed)]))
        self._say("a asks more cards. Those that failed come again soon." if failed else "a asks more cards.")

    def _failed(self, answered: Answered) -> Content:
        drill, card = self._sitting.card(CardRef(deck=answered.deck, card=answered.card))
        head = one_line(f"{passed_sign(passed=False)} {drill.title} · {card.who}")
        return Content("\n").join([head, one_line(f"  {answered.feedback}", "$muted")])

    def _go_to(self, stage: Stage) -> None:
        self._stage = stage
        self.composer.display = stage in {Stage.ASKING, Stage.SCORING}
        self.composer.disabled = stage is not Stage.ASKING
        (self.composer if stage is Stage.ASKING else self.view).focus()
        self.refresh_bindings()

    def _say(self, words: str, style: str = "$muted") -> None:
        self.hint.update(one_line(words, style))


def _head(place: str, title: str) -> Content:
    return Content.assemble((f"{place}  " if place else "", "$muted"), one_line(title, "bold $accent"))


def _card_words(card: DrillCard) -> Content:
    """The situation, what is known, and who says what."""
    known = [one_line(f"You know: {told}", "$muted") for told in card.known]
    said = [one_line(card.who, "bold $primary"), paragraphs(f"“{card.says}”")]
    return Content("\n").join([one_line(card.situation), *known, Content(""), *said])


def _sent_words(sent: str) -> Content:
    """The answer, as it was typed."""
    return Content.assemble(("You: ", "bold $accent"), literal(sent.strip()))


def _told(answered: Answered) -> list[Content]:
    """What was heard, and a way to say it."""
    feedback = f"{passed_sign(passed=answered.passed)} {answered.feedback}"
    style = "bold $success" if answered.passed else "bold $error"
    return [one_line(feedback, style), Content(""), one_line(f"One way: “{answered.model}”")]
