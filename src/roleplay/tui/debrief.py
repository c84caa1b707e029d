"""The debrief: short first, then why, then everything."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.getters import query_one
from textual.screen import Screen
from textual.widgets import Footer, Static

from roleplay.record.transcript import Turn
from roleplay.scoring.debrief import Advice, Debrief, Praise, Row
from roleplay.scoring.ledger import LedgerEntry
from roleplay.tui.aftermath import aftermath_widgets
from roleplay.tui.brief import heading
from roleplay.tui.literal import literal, one_line, paragraphs
from roleplay.tui.messages import AgainWanted, BackWanted, CallPlaced, HomeWanted
from roleplay.wording import (
    EXAM_PLAYED,
    against_words,
    chance_words,
    fidelity_words,
    hints_words,
    ladder_words,
    learned_words,
    points_words,
    score_words,
    tally_words,
    verdict_words,
)


class DebriefScreen(Screen[None]):
    """How a session went. Reveals the case's hidden facts: only for a session that is over."""

    CSS_PATH = "debrief.tcss"
    HELP = "Read what to keep and the one thing to fix, then play it again. Arrows and Page keys scroll."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "again", "Again", id="debrief.again", tooltip="The same scenario in a new call"),
        Binding("n", "criterion(1)", "Next", id="debrief.next", tooltip="To the next criterion"),
        Binding(
            "p", "criterion(-1)", "Previous", id="debrief.previous", show=False, tooltip="To the previous criterion"
        ),
        Binding("m", "moment", "Moment", id="debrief.moment", tooltip="To where the marked criterion was decided"),
        Binding("f", "from_here", "Redo", id="debrief.from_here", tooltip="Try again from that moment on"),
        Binding("t", "transcript", "Words", id="debrief.transcript", tooltip="To the words of the call"),
        Binding("h", "home", "Home", id="debrief.home", tooltip="Back to the list of scenarios"),
        Binding("escape", "back", "Back", id="debrief.back", show=False, tooltip="Back to where you came from"),
    ]

    everything = query_one("#everything", VerticalScroll)

    def __init__(self, debrief: Debrief, session_id: str = "") -> None:
        """Without a session's id, nothing can be tried again from a moment on."""
        super().__init__()
        self._debrief = debrief
        self._session_id = session_id
        self._speakers = {turn.id: self._who(turn) for _, turn in debrief.transcript.turns()}
        self._at: int | None = None
        self._is_leaving = False

    def compose(self) -> ComposeResult:
        """What counts on the left or on top; the rest beside or below it."""
        debrief = self._debrief
        with Container(id="debrief"):
            with VerticalScroll(id="short"):
                yield Static(_head(debrief), id="head")
                if debrief.keep is not None:
                    yield Static(_keep(debrief.keep), id="keep")
                yield Static(_fix(debrief.fix), id="fix")
                yield Static(_figures(debrief), id="figures")
            with VerticalScroll(id="everything"):
                yield from self._scorecard()
                if debrief.aftermath is not None:
                    yield from aftermath_widgets(debrief.aftermath)
                yield from self._facts()
                yield from self._transcript()
        yield Footer()

    def _scorecard(self) -> ComposeResult:
        yield Static(heading("Scorecard"), classes="section")
        for row in self._debrief.rows:
            symbol, word = verdict_words(row.result.verdict)
            with Horizontal(classes=f"row -{row.result.verdict.value}"):
                with Vertical(classes="row-left"):
                    yield Static(f"{symbol} {word}", markup=False, classes="verdict")
                    yield Static(f"  {points_words(row.result)}", markup=False, classes="points")
                yield Static(self._row(row), classes="row-right")

    def _facts(self) -> ComposeResult:
        debrief = self._debrief
        if debrief.ladder:
            yield Static(heading("The deadline"), classes="section")
            for line in ladder_words(debrief.ladder):
                yield Static(literal(line), classes="fact")
        yield Static(heading("What you never learned"), classes="section")
        for entry in debrief.never_learned:
            yield Static(_fact(entry), classes="fact")
        if not debrief.never_learned:
            yield Static("Nothing: you found out all there was.", markup=False, classes="fact")
        if debrief.learned:
            yield Static(heading("What you learned"), classes="section")
        for entry in debrief.learned:
            yield Static(_fact(entry), classes="fact")

    def _transcript(self) -> ComposeResult:
        yield Static(heading("Transcript"), classes="section", id="transcript-heading")
        for _, turn in self._debrief.transcript.turns():
            with Horizontal(classes="said -own" if turn.is_recruiters else "said", id=_said_id(turn.id)):
                yield Static(one_line(turn.id), classes="said-id")
                yield Static(one_line(self._who(turn)), classes="said-who")
                yield Static(literal(turn.text), classes="said-words")

    def on_mount(self) -> None:
        """Let the arrow keys scroll."""
        self.everything.focus(scroll_visible=False)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """An exam isn't tried again from a turn on."""
        return action != "from_here" or not self._debrief.is_exam

    def action_criterion(self, steps: int) -> None:
        """Go to the next or the previous criterion and mark it."""
        rows = list(self.query(".row"))
        if not rows:
            return
        if self._at is None:
            self._at = 0 if steps > 0 else len(rows) - 1
        else:
            self._at = max(0, min(len(rows) - 1, self._at + steps))
        for at, row in enumerate(rows):
            row.set_class(at == self._at, "-current")
        rows[self._at].scroll_visible(animate=False, top=True)

    def action_moment(self) -> None:
        """Go to the words where the marked criterion was decided, or could have been."""
        if (moment := self._moment()) is None:
            return
        for said in self.query(".said"):
            said.set_class(said.id == _said_id(moment), "-current")
        self.query_one(f"#{_said_id(moment)}").scroll_visible(animate=False, top=True)

    def action_from_here(self) -> None:
        """Try again from the marked criterion's moment on."""
        moment = self._moment()
        if moment is not None and self._session_id and not self._is_leaving:
            self._is_leaving = True
            self.post_message(AgainWanted(self._session_id, moment))

    def _moment(self) -> str | None:
        """The moment of the marked criterion; of the one to fix, where none is marked."""
        rows = self._debrief.rows
        if self._at is not None:
            row = rows[self._at]
        else:
            fix = self._debrief.fix
            row = next((each for each in rows if fix is not None and each.result.id == fix.criterion), rows[0])
        if row.moment is None:
            self.notify(f"“{row.title}” had no moment here.", markup=False)
        return row.moment

    def action_transcript(self) -> None:
        """Go to the transcript."""
        self.query_one("#transcript-heading").scroll_visible(animate=False, top=True)

    def action_again(self) -> None:
        """Play the same scenario in a new call; once, however often the key is pressed."""
        if not self._is_leaving:
            self._is_leaving = True
            self.post_message(CallPlaced(self._debrief.scenario_id))

    def not_placed(self) -> None:
        """The call couldn't be placed: it may be tried again."""
        self._is_leaving = False

    def action_home(self) -> None:
        """Back to the list of scenarios."""
        self.post_message(HomeWanted())

    def action_back(self) -> None:
        """Back to where one came from."""
        self.post_message(BackWanted())

    def _row(self, row: Row) -> Content:
        parts = [one_line(row.title, "bold")]
        parts += [
            Content.assemble(
                one_line(f"{self._speakers.get(evidence.turn, '')} {evidence.turn}", "$muted"),
                " ",
                literal(f"“{evidence.quote}”", "italic"),
            )
            for evidence in row.result.evidence
        ]
        parts.append(literal(row.result.reason, "$muted"))
        return Content("\n").join(parts)

    def _who(self, turn: Turn) -> str:
        if turn.is_recruiters:
            return "You"
        return self._debrief.names.get(turn.speaker) or self._debrief.with_name.split()[0]


def _said_id(turn: str) -> str:
    return f"said-{turn.replace('.', '-')}"


def _head(debrief: Debrief) -> Content:
    return Content("\n").join(
        [
            one_line(debrief.title, "bold $accent"),
            one_line(f"{debrief.with_name}, {debrief.company}", "$muted"),
            Content(""),
            one_line(score_words(debrief.result, debrief.pass_mark), "bold"),
            one_line(debrief.ending),
        ]
    )


def _keep(keep: Praise) -> Content:
    head = Content.assemble(("Keep", "bold $success"), "  ", one_line(keep.title, "bold"))
    return Content("\n").join([head, one_line(f"“{keep.quote}”", "italic")])


def _fix(fix: Advice | None) -> Content:
    if fix is None:
        return Content("\n").join(
            [Content.styled("Fix", "bold $accent"), Content("Nothing. All that could be met was.")]
        )
    parts = [Content.assemble(("Fix  ", "bold $accent"), one_line(fix.title, "bold")), paragraphs(fix.why), Content("")]
    parts.append(Content.styled("Next time say", "$muted"))
    parts += [literal(f"“{line}”") for line in fix.say]
    return Content("\n").join(parts)


def _figures(debrief: Debrief) -> Content:
    words = [f"Scorecard: {tally_words(debrief)}."]
    if debrief.ledger:
        words.append(learned_words(debrief))
    if debrief.talk_share is not None:
        words.append(f"You spoke {round(100 * debrief.talk_share)}% of the words.")
    if debrief.is_exam:
        words.append(EXAM_PLAYED)
    if debrief.hints:
        words.append(hints_words(debrief.hints))
    if debrief.against is not None:
        words += against_words(debrief.against)
    if debrief.fidelity is not None:
        words.append(fidelity_words(debrief.fidelity))
    return Content.styled("\n".join(words), "$muted")


def _fact(entry: LedgerEntry) -> Content:
    parts = [paragraphs(entry.says)]
    if entry.turn is not None:
        given = ", given away" if entry.is_given else ""
        parts.append(one_line(f"{entry.by}, {entry.turn}{given}", "$muted"))
    else:
        asked = f" Ask: “{entry.ask}”" if entry.ask else ""
        parts.append(paragraphs(f"{entry.by} knew. {chance_words(entry)}{asked}", "$muted"))
    return Content("\n").join(parts)
