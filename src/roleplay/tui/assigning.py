"""Assigning in three steps: what, to whom, and on which terms."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.getters import query_one
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Footer, Static

from roleplay.content.library import Library
from roleplay.roster.people import Duty, Person, teams_of
from roleplay.tui.choices import Choice, Choices
from roleplay.tui.fields import LineField, once_typed
from roleplay.tui.literal import one_line
from roleplay.tui.messages import BackWanted

TEAM: Final = "team:"
STEPS: Final = ("What is to be practised?", "Who is to practise it?", "On which terms?")
FIELDS: Final = {
    "due": ("Due", "2026-12-01 or 2026-12-01 17:00"),
    "zone": ("Time zone", "Europe/London"),
    "pass_mark": ("Pass mark, of 100", "the scorecard's own"),
    "attempts": ("Attempts, 1 to 10", "3"),
    "exam": ("As an exam: no hints, no brief at hand", "yes or no"),
    "difficulty": ("Difficulty", "easy, normal or hard"),
    "after": ("What must be passed before, by the ids of assignments", "nothing"),
}
"""The terms that are typed: their titles, and what stands there while they are empty."""


@dataclass
class Wish:
    """What a coach has chosen so far."""

    scenario: str | None = None
    people: list[str] = field(default_factory=list)
    """Ids of people, and teams with `TEAM` before their names."""
    terms: dict[str, str] = field(default_factory=dict)


class AssignScreen(Screen[None]):
    """One step on the screen at a time; Escape goes one back."""

    CSS_PATH = "assigning.tcss"
    HELP = "First a scenario, then people or whole teams, then the terms. Esc goes one step back."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "on", "Go on", show=False, id="assign.on", tooltip="To the next step"),
        Binding("ctrl+s,f4", "on", "Go on", priority=True, id="assign.keep", tooltip="To the next step; then assign"),
        Binding("space", "take", "Take in", id="assign.take", tooltip="Take the one under the cursor in, or out"),
        Binding("escape", "back", "Back", id="assign.back", tooltip="One step back"),
    ]

    @dataclass
    class Wished(Message):
        """Everything was chosen."""

        wish: Wish

    line = query_one("#assign-line", Static)

    def __init__(self, library: Library, people: Sequence[Person], zone: str) -> None:
        """`zone`: the one in which dues are meant unless another is given."""
        super().__init__()
        self._library = library
        self._people = [person for person in people if person.duty is Duty.RECRUITER]
        self._step = 0
        self._wish = Wish(terms={"zone": zone})
        self._is_done = False
        self._current = ""
        self._selectable = {f"{TEAM}{team}": f"Everybody in {team}" for team in teams_of(self._people)}
        self._selectable |= {person.id: person.name for person in self._people}

    def compose(self) -> ComposeResult:
        """The step's question, and what answers it."""
        head = Content.assemble(("Assign", "bold $accent"), f"  step {self._step + 1} of {len(STEPS)}  ")
        yield Static(Content.assemble(head, (STEPS[self._step], "bold")), id="assign-head")
        yield Static(self._chosen(), id="assign-chosen")
        if self._step == 0:
            with Choices(id="assign-scenarios"):
                for name, scenario in self._library.scenarios.items():
                    yield Choice(
                        name, Content("\n").join([one_line(scenario.title, "bold"), one_line(scenario.summary)])
                    )
        elif self._step == 1:
            with Choices(id="assign-people"):
                yield from (Choice(value, self._person(value)) for value in self._selectable)
        else:
            with VerticalScroll(id="assign-terms"):
                for name, (title, shown) in FIELDS.items():
                    yield Static(title, classes="field", markup=False)
                    yield LineField(self._wish.terms.get(name, ""), placeholder=shown, id=f"term-{name}", compact=True)
        yield Static(id="assign-line")
        yield Footer()

    def on_mount(self) -> None:
        """Choose at once."""
        self._focus()

    def on_choice_reached(self, message: Choice.Reached) -> None:
        """Remember the scenario or the person under the cursor."""
        if self._step == 0:
            self._wish.scenario = message.value
        self._current = message.value

    def on_choice_taken(self, _: Choice.Taken) -> None:
        """A click goes on with a scenario, and takes a person in or out."""
        if self._step == 0:
            self.action_on()
        else:
            self.action_take()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """People are taken in or out in the second step alone."""
        return action != "take" or self._step == 1

    def action_take(self) -> None:
        """Take the one under the cursor in, or out again."""
        taken, value = self._wish.people, self._current
        if value in self._selectable:
            self._wish.people = [each for each in taken if each != value] if value in taken else [*taken, value]
            self.query_one("#assign-people", Choices).show(value, self._person(value))

    def on_input_submitted(self, _: LineField.Submitted) -> None:
        """Enter in a field goes to the next one; the last one is kept by Ctrl+S."""
        self.focus_next()

    def action_on(self) -> None:
        """To the next step; after the last one, assign it."""

        def go_on() -> None:
            self.run_worker(self._go_on(), group="step", exclusive=True, exit_on_error=False)

        once_typed(self, go_on)

    def action_back(self) -> None:
        """One step back, or away."""
        if self._step == 0:
            self.post_message(BackWanted())
            return
        self._take_in()
        self._step -= 1
        self.run_worker(self._show(), group="step", exclusive=True, exit_on_error=False)

    def not_made(self, words: str) -> None:
        """It couldn't be assigned, and why; what was chosen stands."""
        self._is_done = False
        self.line.update(one_line(words, "$error"))

    async def _go_on(self) -> None:
        self._take_in()
        problem = self._problem()
        if problem is not None:
            self.line.update(one_line(problem, "$error"))
        elif self._step < len(STEPS) - 1:
            self._step += 1
            await self._show()
        elif not self._is_done:
            self._is_done = True
            self.post_message(self.Wished(self._wish))

    async def _show(self) -> None:
        await self.recompose()
        self._focus()

    def _focus(self) -> None:
        for choices in self.query(Choices):
            entries = [entry for entry in choices.entries if entry.value == self._wish.scenario] or choices.entries
            for entry in entries[:1]:
                entry.focus()
        for typed in [*self.query(LineField)][:1]:
            typed.focus()

    def _take_in(self) -> None:
        """Keep what stands on the screen."""
        for name in FIELDS if self._step == len(STEPS) - 1 else ():
            self._wish.terms[name] = self.query_one(f"#term-{name}", LineField).value.strip()

    def _problem(self) -> str | None:
        if self._step == 0 and self._wish.scenario is None:
            return "Choose a scenario."
        if self._step == 1 and not self._wish.people:
            return "Choose somebody, or a team: Space takes them in."
        if self._step == 2 and not self._wish.terms.get("due"):
            return "Say when it is due."
        return None

    def _chosen(self) -> Content:
        parts = []
        if self._step and self._wish.scenario is not None:
            parts.append(self._library.scenarios[self._wish.scenario].title)
        if self._step > 1:
            names = {person.id: person.name for person in self._people}
            parts.append(", ".join(names.get(each, each.removeprefix(TEAM)) for each in self._wish.people))
        return one_line(" · ".join(parts), "$muted")

    def _person(self, value: str) -> Content:
        mark = "x" if value in self._wish.people else " "
        return one_line(f"[{mark}] {self._selectable[value]}")
