"""How skills grow: somebody's page, and everybody side by side."""

from collections.abc import Mapping, Sequence
from typing import ClassVar, Final

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.getters import query_one
from textual.screen import Screen
from textual.widgets import DataTable, Footer, Static

from roleplay.team.growing import Page
from roleplay.team.progress import ON_BOARD, HeatMap, OnBoard, Point, Skill
from roleplay.team_wording import bar, board_words, skill_words, team_words, weakest_words
from roleplay.tui.brief import heading
from roleplay.tui.literal import literal, one_line, plain
from roleplay.tui.messages import BackWanted, BoardChosen, ProgressWanted
from roleplay.wording import when, whole

POINTS_SHOWN: Final = 20
LEVELS: Final = ((0.75, "$success"), (0.4, "$warning"), (0.0, "$error"))
"""From which level on a skill has which colour; the figure says the same."""


class PageScreen(Screen[None]):
    """One person's skills and scores."""

    CSS_PATH = "progress.tcss"
    HELP = "Skills by criterion, the lowest first; recent tries count most. Below, scores over time."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("l", "board", "Leader board", id="page.board", tooltip="Stand on the leader board, or leave it"),
        Binding("escape", "back", "Back", id="page.back", tooltip="Back to where you came from"),
    ]

    page_view = query_one("#page", VerticalScroll)

    def __init__(
        self,
        page: Page,
        titles: Mapping[str, str],
        board: Sequence[OnBoard] = (),
        is_on_board: bool | None = None,
    ) -> None:
        """`titles`: of criteria, by their ids. `is_on_board`: whether one stands on it; None on another's page."""
        super().__init__()
        self._page = page
        self._titles = titles
        self._board = board
        self._is_on_board = is_on_board

    def compose(self) -> ComposeResult:
        """Name, skills, scores."""
        page = self._page
        with VerticalScroll(id="page"):
            yield Static(one_line(page.name, "bold $accent"), classes="part")
            words = weakest_words(page.weakest, self._titles) if page.skills else "Nothing was scored yet."
            yield Static(one_line(words), classes="part")
            if page.skills:
                yield Static(heading("Skills, the lowest first"))
                yield Static(Content("\n").join(self._skill(*named) for named in page.skills.items()), classes="part")
            if page.points:
                yield Static(heading(f"Scores, the latest {min(POINTS_SHOWN, len(page.points))}"))
                yield Static(Content("\n").join(_point(each) for each in page.points[-POINTS_SHOWN:]), classes="part")
            if self._board:
                yield Static(heading(f"Leader board, the mean of the latest {ON_BOARD} handed in"))
                lines = [one_line(words) for words in board_words(self._board)]
                yield Static(Content("\n").join(lines), classes="part")
        yield Footer()

    def on_mount(self) -> None:
        """Let the arrow keys scroll."""
        self.page_view.focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Whether one stands on the board is one's own choice."""
        return action != "board" or self._is_on_board is not None

    def action_board(self) -> None:
        """Stand on the leader board, or leave it."""
        self.post_message(BoardChosen(is_on=not self._is_on_board))

    def action_back(self) -> None:
        """Back to where one came from."""
        self.post_message(BackWanted())

    def _skill(self, name: str, skill: Skill) -> Content:
        title = one_line(self._titles.get(name, name), "bold")
        return Content("\n").join([title, one_line(f"  {skill_words(skill)}", _style(skill.level))])


class SkillsScreen(Screen[None]):
    """Everybody's skills, people by criteria."""

    CSS_PATH = "progress.tcss"
    HELP = "A row a person, a column a criterion; figures are percent, recent tries count most. Enter opens a page."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "Back", id="skills.back", tooltip="Back to where you came from"),
    ]

    table = query_one("#heat", DataTable)

    def __init__(self, heat_map: HeatMap, titles: Mapping[str, str]) -> None:
        super().__init__()
        self._map = heat_map
        self._titles = titles

    def compose(self) -> ComposeResult:
        """The weakest skill, the table, what the columns are."""
        yield Static(Content.styled("Skills of the team", "bold $accent"), id="map-head")
        yield Static(literal("\n".join(team_words(self._map, self._titles))), id="map-words")
        yield DataTable(id="heat", cursor_type="row", zebra_stripes=True)
        yield Static(self._columns(), id="map-columns")
        yield Footer()

    def on_mount(self) -> None:
        """Fill the table."""
        table = self.table
        table.add_column(Text("Who"), key="who")
        for at, _ in enumerate(self._map.criteria, 1):
            table.add_column(Text(f"{at:>4}"), key=str(at))
        for name in self._map.people:
            cells = [self._cell(self._map.skills[name].get(criterion)) for criterion in self._map.criteria]
            table.add_row(Text(plain(name)), *cells, key=name)
        table.focus()

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """Open the page of the person in the row."""
        if event.row_key.value is not None:
            self.post_message(ProgressWanted(event.row_key.value))

    def action_back(self) -> None:
        """Back to where one came from."""
        self.post_message(BackWanted())

    def _cell(self, skill: Skill | None) -> Text:
        if skill is None:
            return Text("   –", style="dim")
        variables = self.app.theme_variables
        colour = variables.get(_style(skill.level).removeprefix("$"), "")
        return Text(f"{round(100 * skill.level):>4}", style=colour)

    def _columns(self) -> Content:
        names: Sequence[str] = [f"{at} {self._titles.get(name, name)}" for at, name in enumerate(self._map.criteria, 1)]
        return one_line(" · ".join(names), "$muted")


def _style(level: float) -> str:
    return next(style for least, style in LEVELS if level >= least)


def _point(point: Point) -> Content:
    return one_line(f"{when(point.at):<20} {bar(point.score / 100)} {whole(point.score):>5}  {point.title}")
