"""A coach reads what was handed in: verdicts beside the words, keys for what is in doubt, and being done with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.getters import query_one
from textual.screen import ModalScreen
from textual.widgets import Footer, Select, Static

from roleplay.scoring.debrief import Debrief
from roleplay.team.moves import Accept, Overrule, SendBack, SignOff
from roleplay.tui.aftermath import aftermath_widgets
from roleplay.tui.debrief_rows import fact_widgets, head_widget, scorecard_widgets, transcript_widgets
from roleplay.tui.fields import TextField, once_typed
from roleplay.tui.literal import one_line
from roleplay.tui.messages import NextToReview
from roleplay.tui.overruling import CoachsWord
from roleplay.tui.pages import Pages
from roleplay.tui.remarked import RemarkedScreen

DRILL: Final = "drill:"
SCENARIO: Final = "scenario:"


@dataclass(frozen=True)
class ToDo:
    """What a session can be sent back with: ids with their titles."""

    drills: Mapping[str, str]
    scenarios: Mapping[str, str]


class ReviewScreen(RemarkedScreen):
    """A session that somebody handed in, for a coach."""

    HELP = (
        "d goes from one verdict that isn't sure to the next; o overrules it, e lets it stand. y lets stand all that "
        "the scorer is sure of. w writes at the marked moment. Then s signs it off or b sends it back; v opens another."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "criterion(1)", "Next", show=False, id="debrief.next", tooltip="To the next criterion"),
        Binding("m", "moment", "Moment", show=False, id="debrief.moment", tooltip="To the marked verdict's words"),
        Binding("t", "transcript", "Words", show=False, id="debrief.transcript", tooltip="To the words of the call"),
        Binding("j", "judge", "Judge", show=False, id="debrief.judge", tooltip="Have the language model read it too"),
        Binding("c", "next_comment", "Comment", show=False, id="remarked.next", tooltip="To the next comment"),
        Binding("d", "doubt", "Doubt", id="review.doubt", tooltip="To the next verdict that isn't sure or is disputed"),
        Binding("e", "let_stand", "Stand", id="review.stand", tooltip="Let the marked verdict stand"),
        Binding("y", "accept", "All sure", id="review.accept", tooltip="Let all stand that the scorer is sure of"),
        Binding("s", "sign_off", "Sign off", id="review.sign_off", tooltip="Be done with it"),
        Binding("b", "send_back", "Back", id="review.send_back", tooltip="Send it back with a drill or a scenario"),
        Binding("v", "next_session", "Next one", id="review.next", tooltip="The next one that waits"),
    ]
    HIDDEN: ClassVar[frozenset[str]] = frozenset({"again", "from_here"})

    def __init__(self, debrief: Debrief, session_id: str, by: str, to_do: ToDo) -> None:
        """`by`: the recruiter's name."""
        super().__init__(debrief, session_id)
        self.sub_title = by
        self._by = by
        self._to_do = to_do

    def compose(self) -> ComposeResult:
        """The verdicts on the left or on top, the words beside or below them."""
        debrief = self._debrief
        with Pages(id="debrief", can_focus=False):
            with Pages(id="short"):
                yield head_widget(debrief)
                yield from scorecard_widgets(debrief)
            with Pages(id="everything"):
                yield from transcript_widgets(debrief)
                if debrief.aftermath is not None:
                    yield from aftermath_widgets(debrief.aftermath)
                yield from fact_widgets(debrief)
        yield Static(id="debrief-line")
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        """Say whose it is, and begin with what is in doubt."""
        self.say(f"By {self._by}. {self._left()}")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Somebody else's session isn't played again."""
        return action not in self.HIDDEN and super().check_action(action, parameters)

    def action_doubt(self) -> None:
        """Go to the next verdict that is disputed or isn't sure."""
        waiting = [at for at, row in enumerate(self._debrief.rows) if row.disputed is not None or row.is_doubtful]
        if not waiting:
            self.say(self._left())
            return
        later = [at for at in waiting if self._at is not None and at > self._at]
        self._at = (later or waiting)[0]
        self._mark()

    def action_let_stand(self) -> None:
        """Let the marked verdict stand."""
        self._at = self._current()
        self._mark()
        self.move(Accept((self._debrief.rows[self._at].result.id,)))

    def action_accept(self) -> None:
        """Let all stand that the scorer is sure of."""
        self.move(Accept())

    def action_sign_off(self) -> None:
        """Be done with it."""
        self.move(SignOff())

    def action_send_back(self) -> None:
        """Ask for more practice."""

        def chosen(move: SendBack | None) -> None:
            if move is not None:
                self.move(move)

        self.app.push_screen(SendBackScreen(self._by, self._to_do), chosen)

    def action_next_session(self) -> None:
        """Open the next one that waits."""
        self.post_message(NextToReview())

    def _overruled(self, word: CoachsWord | None) -> None:
        if word is None:
            return
        self._drafts[word.criterion] = word
        if word.is_given:
            self.move(Overrule(word.criterion, word.verdict, word.because, word.turn))

    def _left(self) -> str:
        """What is left to look at."""
        disputed = sum(row.disputed is not None for row in self._debrief.rows)
        doubtful = sum(row.is_doubtful for row in self._debrief.rows)
        if not disputed and not doubtful:
            return "Nothing is disputed or in doubt: y lets it all stand, s signs it off."
        return f"{disputed} disputed, {doubtful} in doubt: d goes to each."


class SendBackScreen(ModalScreen[SendBack | None]):
    """Dismissed with what to practise, or None."""

    CSS_PATH = "panels.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s,f4", "send", "Send back", priority=True, id="back.send", tooltip="Send it back"),
        Binding("escape", "drop", "Put away", id="back.drop", tooltip="Change nothing"),
    ]

    words = query_one("#because", TextField)
    problem = query_one("#problem", Static)
    practise = query_one("#practise", Select)

    def __init__(self, by: str, to_do: ToDo) -> None:
        super().__init__()
        self._by = by
        self._to_do = to_do

    def compose(self) -> ComposeResult:
        """What to write, and what to practise."""
        accent = "bold $accent"
        with Vertical(classes="panel -tall"):
            yield Static(one_line(f"Back to {self._by}", accent), classes="panel-head")
            yield Static(id="problem")
            yield Static("What to work on; they read it first", classes="field")
            yield TextField("", id="because", soft_wrap=True, tab_behavior="focus")
            yield Static("With (Enter opens the list)", classes="field")
            yield Select(self._options(), prompt="nothing besides", id="practise", compact=True)
            keys = Content.assemble(("Ctrl+S", accent), " sends it back   ", ("Tab", accent), " goes on   ")
            yield Static(Content.assemble(keys, ("Esc", accent), " puts it away"), classes="panel-keys")

    def on_mount(self) -> None:
        """Type at once."""
        self.words.focus()

    def action_send(self) -> None:
        """Send it back, if there is something to work on."""
        once_typed(self, self._send)

    def action_drop(self) -> None:
        """Change nothing."""
        self.dismiss(None)

    def _send(self) -> None:
        words = self.words.text.strip()
        if not words:
            self.problem.update(one_line("Say what to work on.", "$error"))
            self.words.focus()
            return
        chosen = self.practise.value
        name = chosen if isinstance(chosen, str) else ""
        drill = name.removeprefix(DRILL) if name.startswith(DRILL) else None
        scenario = name.removeprefix(SCENARIO) if name.startswith(SCENARIO) else None
        self.dismiss(SendBack(words, drill, scenario))

    def _options(self) -> Sequence[tuple[Content, str]]:
        drills = [(one_line(f"Drill: {title}"), f"{DRILL}{name}") for name, title in self._to_do.drills.items()]
        return [*drills, *((one_line(title), f"{SCENARIO}{name}") for name, title in self._to_do.scenarios.items())]
