"""A coach's word on a verdict: which one it should be, why, and the turn that it rests on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.getters import query_one
from textual.reactive import reactive
from textual.screen import ModalScreen
from textual.widgets import Static

from roleplay.scoring.debrief import Row
from roleplay.scoring.overruling import MOST_CHARACTERS
from roleplay.scoring.result import Overruling, Verdict
from roleplay.tui.fields import InOrder, LineField, TextField, once_typed
from roleplay.tui.literal import literal, one_line
from roleplay.wording import verdict_words


@dataclass(frozen=True)
class CoachsWord:
    """What a coach wrote, and whether it is given now or put away for later."""

    criterion: str
    verdict: Verdict | None
    """None takes back the last one, or where it is put away: none was chosen yet."""
    because: str = ""
    turn: str | None = None
    is_given: bool = False


class VerdictChoice(Static, InOrder, can_focus=True):
    """Verdicts side by side, the chosen one in brackets."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,down,space", "move(1)", "Next", show=False),
        Binding("left,up", "move(-1)", "Previous", show=False),
    ]

    at: reactive[int | None] = reactive(None)

    def __init__(self, verdicts: Sequence[Verdict], chosen: Verdict | None, *, id: str) -> None:  # noqa: A002
        super().__init__(id=id, markup=False)
        self._verdicts = tuple(verdicts)
        self.set_reactive(VerdictChoice.at, self._verdicts.index(chosen) if chosen in self._verdicts else None)

    @property
    def chosen(self) -> Verdict | None:
        """The verdict in brackets; None while none is."""
        return None if self.at is None else self._verdicts[self.at]

    def render(self) -> Content:
        """The verdicts in one line."""
        return Content("  ").join(self._one(at, verdict) for at, verdict in enumerate(self._verdicts))

    def action_move(self, steps: int) -> None:
        """Choose the one beside; it goes round."""
        first = 0 if steps > 0 else -1
        self.at = (first if self.at is None else self.at + steps) % len(self._verdicts)

    def _one(self, at: int, verdict: Verdict) -> Content:
        words = " ".join(verdict_words(verdict))
        return Content.styled(f"[{words}]", "bold $accent") if at == self.at else Content(f" {words} ")


class OverruleScreen(ModalScreen[CoachsWord | None]):
    """Dismissed with what the coach wrote, given or put away."""

    CSS_PATH = "panels.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s,f4", "keep", "Keep", priority=True, id="overrule.keep", tooltip="Let the verdict stand"),
        Binding("ctrl+t,f5", "take_back", "Take back", priority=True, id="overrule.back", tooltip="The scorer's again"),
        Binding("escape", "drop", "Put away", id="overrule.drop", tooltip="Keep what is written for later"),
    ]

    choice = query_one("#verdicts", VerdictChoice)
    because = query_one("#because", TextField)
    turn = query_one("#turn", LineField)
    problem = query_one("#problem", Static)

    def __init__(self, row: Row, turns: Sequence[str], draft: CoachsWord | None = None) -> None:
        """`turns`: the ids of all turns. `draft`: what was put away before."""
        super().__init__()
        self._row = row
        self._turns = tuple(turns)
        self._draft = draft or _standing(row)

    def compose(self) -> ComposeResult:
        """What the scorer found, then a line a question."""
        result, draft = self._row.result, self._draft
        with Vertical(classes="panel -tall"):
            yield Static(one_line(self._row.title, "bold $accent"), classes="panel-head")
            yield Static(id="problem")
            with VerticalScroll(classes="panel-scroll", can_focus=False):
                own = result.overruled or result
                told = f"The scorer: {verdict_words(own.verdict)[1]}. {own.reason}"
                quotes = [literal(f"{item.turn} “{item.quote}”", "italic $muted") for item in own.evidence[:2]]
                yield Static(Content("\n").join([one_line(told, "$muted"), *quotes]), classes="panel-words")
                yield Static("Your verdict (← → change it)", classes="field")
                yield VerdictChoice(self._row.verdicts, draft.verdict or result.verdict, id="verdicts")
                yield Static("Why; the recruiter reads it beside the verdict", classes="field")
                yield TextField(draft.because, id="because", soft_wrap=True, tab_behavior="focus")
                yield Static("The turn that it rests on, if there is one", classes="field")
                yield LineField(draft.turn or "", placeholder=self._hint(), id="turn", classes="last", compact=True)
            yield Static(self._keys(), classes="panel-keys")

    def on_mount(self) -> None:
        """Choose at once."""
        self.choice.focus()
        self.because.move_cursor(self.because.document.end)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Only a word that stands is taken back."""
        return action != "take_back" or self._row.result.overruled is not None

    def action_keep(self) -> None:
        """Let the verdict stand, if it has a reason, and its turn is one of the session's."""
        once_typed(self, self._keep)

    def action_take_back(self) -> None:
        """Let the scorer's verdict stand again; a reason may be given."""
        once_typed(self, self._take_back)

    def action_drop(self) -> None:
        """Change nothing; what is written is there the next time."""
        self.dismiss(self._written(is_given=False))

    def _keep(self) -> None:
        word = self._written(is_given=True)
        if word.verdict is None:
            self._complain("Choose a verdict: ← and → change it.", self.choice)
        elif not word.because:
            self._complain("Say why; the recruiter reads it beside the verdict.", self.because)
        elif len(word.because) > MOST_CHARACTERS:
            self._complain(f"That has {len(word.because)} characters; say it in {MOST_CHARACTERS}.", self.because)
        elif word.turn is not None and word.turn not in self._turns:
            self._complain(f"There is no turn {self.turn.value.strip()!r} here; {self._hint()}.", self.turn)
        else:
            self.dismiss(word)

    def _take_back(self) -> None:
        word = self._written(is_given=True)
        is_new = word.because != _standing(self._row).because
        self.dismiss(CoachsWord(word.criterion, None, word.because if is_new else "", is_given=True))

    def _written(self, *, is_given: bool) -> CoachsWord:
        turn = self.turn.value.strip().lower() or None
        return CoachsWord(self._row.result.id, self.choice.chosen, self.because.text.strip(), turn, is_given)

    def _complain(self, words: str, field: VerdictChoice | TextField | LineField) -> None:
        self.problem.update(one_line(words, "$error"))
        field.focus()

    def _hint(self) -> str:
        return f"{self._turns[0]} to {self._turns[-1]}" if self._turns else "nothing was said"

    def _keys(self) -> Content:
        accent = "bold $accent"
        keys = {"Ctrl+S": "keeps it", "Ctrl+T": "takes it back", "Tab": "goes on", "Esc": "puts it away"}
        if self._row.result.overruled is None:
            del keys["Ctrl+T"]
        return Content("   ").join(Content.assemble((key, accent), f" {does}") for key, does in keys.items())


def _standing(row: Row) -> CoachsWord:
    """The word that stands, to be changed; an empty one where none does."""
    if row.result.overruled is None:
        return CoachsWord(row.result.id, None)
    last: Overruling = row.result.words[-1]
    return CoachsWord(row.result.id, last.verdict, last.because, next((item.turn for item in last.evidence), None))
