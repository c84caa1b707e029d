"""The brief: what is known before the call, what to reach, and what is scored."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical
from textual.content import Content
from textual.getters import query_one
from textual.screen import Screen
from textual.widgets import Footer, Static

from roleplay.content.case import Case
from roleplay.content.mode import Mode
from roleplay.roster.assignments import Assignment
from roleplay.team_wording import due_words, terms_words
from roleplay.tui.literal import literal, one_line, paragraphs
from roleplay.tui.messages import AttemptPlaced, BackWanted, CallPlaced
from roleplay.tui.pages import Pages
from roleplay.wording import EXAM_WORDS, count, number


class BriefScreen(Screen[None]):
    """One case before it is played. Shows nothing that a recruiter wouldn't know on day 0."""

    CSS_PATH = "brief.tcss"
    HELP = "Read the situation, then place the call with Enter. During the call F2 shows this again, but in an exam."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "call", "Place the call", id="brief.call", tooltip="Call them now"),
        Binding("x", "mode", "Exam", id="brief.mode", tooltip="Exam or coached: no hints, no brief at hand, one try"),
        Binding("escape", "back", "Back", id="brief.back", tooltip="Back to the list"),
    ]

    brief = query_one("#brief", Pages)
    goes = query_one("#goes", Static)

    def __init__(self, case: Case, goes: str, mode: Mode = Mode.COACHED, assignment: Assignment | None = None) -> None:
        """`assignment`: what it is an attempt at; its mode then stands."""
        super().__init__()
        self._assignment = assignment
        self._mode = mode
        self._case = case
        self._goes = goes
        self._first_name = case.personas[case.scenario.calls].first_name
        self._is_placed = False

    def compose(self) -> ComposeResult:
        """Who, then two columns that become one where the screen is narrow."""
        with Pages(id="brief"):
            yield Static(who_words(self._case), id="who")
            with Container(id="columns"):
                with Vertical(id="known"):
                    yield Static(situation_words(self._case))
                with Vertical(id="aims"):
                    yield Static(goal_words(self._case))
                    yield Static(scored_words(self._case))
        yield Static(self._ready_words(), id="goes")
        yield Footer()

    def on_mount(self) -> None:
        """Let the arrow keys scroll."""
        self.brief.focus()

    def action_call(self) -> None:
        """Place the call; once, however often the key is pressed."""
        if not self._is_placed:
            self._is_placed = True
            is_call = self._case.scenario.campaign is None
            self.goes.update(one_line(f"Calling {self._first_name}…" if is_call else "Beginning…", "$accent"))
            if self._assignment is None:
                self.post_message(CallPlaced(self._case.scenario_id, self._mode))
            else:
                self.post_message(AttemptPlaced(self._assignment.id))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """What was assigned keeps its mode."""
        return action != "mode" or self._assignment is None

    def action_mode(self) -> None:
        """Change between coached and exam."""
        if not self._is_placed:
            self._mode = Mode.COACHED if self._mode is Mode.EXAM else Mode.EXAM
            self.goes.update(self._ready_words())

    def not_placed(self) -> None:
        """The call couldn't be placed: it may be tried again."""
        self._is_placed = False
        self.goes.update(self._ready_words())

    def action_back(self) -> None:
        """Back to the list."""
        self.post_message(BackWanted())

    def _ready_words(self) -> Content:
        enter = f"Enter calls {self._first_name}." if self._case.scenario.campaign is None else "Enter begins day 0."
        exam = f" {EXAM_WORDS}" if self._mode is Mode.EXAM else ""
        if self._assignment is not None:
            enter = f"Assigned: {terms_words(self._assignment)}; due {due_words(self._assignment)}. {enter}"
        return one_line(f"{enter}{exam} {self._goes}")


def who_words(case: Case) -> Content:
    """Title of the scenario, and who is called: name, job, company. Nothing else is said of them."""
    scenario = case.scenario
    if scenario.campaign is None:
        people = [Content.assemble("You call ", _person(case, scenario.calls, f", {scenario.company}."))]
    else:
        people = [_person(case, role) for role in scenario.cast]
        people.append(one_line(f"{scenario.company}; {count(scenario.campaign.days, 'day')} by phone and in writing."))
    return Content("\n").join([one_line(scenario.title, "bold $accent"), *people])


def _person(case: Case, role: str, after: str = "") -> Content:
    persona = case.personas[role]
    return Content.assemble(one_line(persona.name, "bold"), one_line(f", {persona.title}{after}"))


def situation_words(case: Case) -> Content:
    """What the recruiter knows, and what was said before."""
    scenario = case.scenario
    parts = [heading("The situation"), paragraphs(scenario.brief)]
    if scenario.history:
        parts += [Content(""), heading("Said before")]
        for past in scenario.history:
            name = case.personas[past.speaker].first_name if past.speaker in case.personas else "You"
            parts.append(Content.assemble(one_line(f"{name}:", "bold $primary"), " ", paragraphs(past.text)))
    return Content("\n").join(parts)


def goal_words(case: Case) -> Content:
    """What a good outcome is, and how long there is."""
    scenario = case.scenario
    parts = [heading("Your goal"), paragraphs(scenario.goal)]
    if scenario.time_is_short:
        parts += [Content(""), heading("Time"), literal(f"They have {scenario.minutes} minutes, and mean it.")]
    return Content("\n").join(parts)


def scored_words(case: Case) -> Content:
    """The criteria with their weights."""
    card = case.scorecard
    parts = [heading("What is scored")]
    parts += [
        Content.assemble((f"{criterion.weight:>3}  ", "$muted"), one_line(criterion.title))
        for criterion in card.criteria.values()
    ]
    total = sum(criterion.weight for criterion in card.criteria.values())
    parts.append(Content.styled(f"{total:>3}  in all; {number(card.pass_mark)} of 100 passes.", "$muted"))
    return Content("\n").join(parts)


def heading(words: str) -> Content:
    """A heading inside a text; `words` are ours."""
    return Content.styled(words, "bold $primary")
