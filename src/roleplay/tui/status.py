"""A call's status: always in sight, in words."""

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.getters import query_one
from textual.widgets import Static

from roleplay.content.case import Case
from roleplay.tui.literal import one_line
from roleplay.wording import again_words, channel_words, count, mood_words, time_words, where_words_go_briefly
from roleplay.world.state import State


class CallStatus(Vertical):
    """Who is on the line and how they sound; time, turns, and where the words go; what a second try is for."""

    who = query_one("#who", Static)
    mood = query_one("#mood", Static)
    length = query_one("#length", Static)

    def __init__(self, case: Case, host: str | None, *, is_exam: bool = False, again: str = "") -> None:
        """`again`: the title of the criterion that it is a second try for."""
        super().__init__(id="status")
        self._case = case
        self._host = host
        self._kind = "Call"
        self._is_exam = is_exam
        self._again = again

    def compose(self) -> ComposeResult:
        """The lines, each with a left and a right part."""
        with Horizontal(classes="status-line"):
            yield Static(self._who((self._case.scenario.calls,)), id="who")
            yield Static(id="mood")
        with Horizontal(classes="status-line"):
            yield Static(id="length")
            yield Static(one_line(where_words_go_briefly(self._host)), id="goes")
        if self._again:
            yield Static(one_line(again_words(self._again)), id="again")

    def show(self, state: State, spent: str = "") -> None:
        """Bring it up to `state`; `spent` is what a model has used."""
        roles = state.roles or (self._case.scenario.calls,)
        self._kind = "Call" if state.channel.is_live else channel_words(state.channel).capitalize()
        contact = state.contacts[roles[0]]
        self.who.update(self._who(roles))
        self.mood.update(one_line(mood_words(contact.mood)))
        turns = sum(turn.touch == state.touch for turn in state.turns) if state.touch else len(state.turns)
        parts = [count(turns, "turn"), "exam" if self._is_exam else "", spent]
        if state.channel.is_live:
            parts.insert(0, time_words(state, self._case.scenario))
        self.length.update(one_line(" · ".join(part for part in parts if part)))

    def _who(self, roles: tuple[str, ...]) -> Content:
        """Who is on the line."""
        people = [self._case.personas[role] for role in roles]
        if len(people) == 1:
            told = Content.assemble(one_line(people[0].name, "bold"), one_line(f", {people[0].title}"))
        else:
            told = one_line(", ".join(person.name for person in people), "bold")
        return Content.assemble((self._kind, "bold $accent"), "  ", told)
