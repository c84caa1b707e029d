"""The map: the recruiter's own page about the job order."""

from typing import ClassVar

from pydantic import ValidationError
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.getters import query_one
from textual.screen import ModalScreen
from textual.widgets import Static

from roleplay.content.job_order import NOBODY, ROLE_FIELDS, Grade, JobOrder
from roleplay.scoring.job_map import FIELD_TITLES
from roleplay.tui.fields import LineField, once_typed
from roleplay.tui.literal import one_line


class MapScreen(ModalScreen[JobOrder | None]):
    """Eight fields; any may stay open. Dismissed with the page, or None where it was put away."""

    CSS_PATH = "panels.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s,f4", "keep", "Keep", priority=True, id="map.keep", tooltip="Keep the page"),
        Binding("escape", "drop", "Put away", id="map.drop", tooltip="Change nothing"),
    ]

    problem = query_one("#problem", Static)

    def __init__(self, page: JobOrder, names: dict[str, str], why: str = "") -> None:
        """`why`: a line that says why it is asked for, where nobody asked to see it."""
        super().__init__()
        self._why = why
        self._page = page
        self._names = names

    def compose(self) -> ComposeResult:
        """A line a field."""
        values = self._page.model_dump(mode="json")
        with Vertical(classes="panel -tall"):
            head = one_line("Your map of the job order", "bold $accent")
            told = Content("\n").join([head, one_line(self._why)]) if self._why else head
            yield Static(told, classes="panel-words")
            with VerticalScroll(classes="panel-scroll"):
                for field, title in FIELD_TITLES.items():
                    yield Static(one_line(title, "$muted"))
                    value = values[field]
                    shown = self._names.get(value, value) if field in ROLE_FIELDS else value
                    yield LineField(value=shown or "", placeholder=self._hint(field), id=f"map-{field}", compact=True)
            yield Static(id="problem")
            keys = Content.assemble(
                ("Ctrl+S", "bold $accent"), " keeps it    ", ("Esc", "bold $accent"), " puts it away"
            )
            yield Static(keys, classes="panel-keys")

    def on_mount(self) -> None:
        """Type at once."""
        self.query(LineField).first().focus()

    def on_input_submitted(self, _: LineField.Submitted) -> None:
        """Enter goes to the next field."""
        self.focus_next(LineField)

    def action_keep(self) -> None:
        """Keep the page, if every field can stand."""
        once_typed(self, self._keep)

    def _keep(self) -> None:
        values: dict[str, str | None] = {}
        roles = {name.casefold(): role for role, name in self._names.items()} | {role: role for role in self._names}
        for field, title in FIELD_TITLES.items():
            words = self.query_one(f"#map-{field}", LineField).value.strip() or None
            if words is not None and field in ROLE_FIELDS and words.casefold() != NOBODY:
                if words.casefold() not in roles:
                    self.problem.update(one_line(f"{title}: {self._hint(field)}", "$error"))
                    return
                words = roles[words.casefold()]
            values[field] = words
        try:
            self.dismiss(JobOrder.model_validate(values))
        except ValidationError:
            self.problem.update(one_line(f"Grade: {self._hint('grade')}", "$error"))

    def action_drop(self) -> None:
        """Change nothing."""
        self.dismiss(None)

    def _hint(self, field: str) -> str:
        if field in ROLE_FIELDS:
            return f"{', '.join(self._names.values())} or {NOBODY}"
        return ", ".join(grade.value for grade in Grade) if field == "grade" else ""
