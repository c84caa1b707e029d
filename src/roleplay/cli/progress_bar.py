"""How far a long command is, on standard error."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress

Tell = Callable[[int, int], None]
"""Takes how many are done, of how many."""


@contextmanager
def progress_shown(*, has_end_line: bool) -> Iterator[Tell]:
    """Show what is told: at a terminal as a bar with rate and time left, elsewhere as a line at the end or not at all.

    What is printed meanwhile stands above the bar; the bar has left the terminal to others when this ends.
    """
    if not sys.stderr.isatty():
        yield _end_line if has_end_line else _nothing
        return
    with _bar() as bar:
        task = bar.add_task("", visible=False)
        yield lambda done, of: bar.update(task, completed=done, total=of, visible=True)


def _end_line(done: int, of: int) -> None:
    if done == of:
        print(f"{done} of {of}", file=sys.stderr)


def _nothing(done: int, of: int) -> None:
    pass


def _bar() -> "Progress":
    from rich.console import Console
    from rich.progress import BarColumn, Progress, ProgressColumn, Task, TimeRemainingColumn
    from rich.text import Text

    class Count(ProgressColumn):
        def render(self, task: Task) -> Text:
            return Text(f"{task.completed:.0f} of {task.total or 0:.0f}")

    class Rate(ProgressColumn):
        def render(self, task: Task) -> Text:
            return Text("" if task.finished or not task.speed else f"{task.speed:.1f} a second,")

    class Left(TimeRemainingColumn):
        def render(self, task: Task) -> Text:
            return Text("") if task.finished or not task.speed else super().render(task).append(" left")

    return Progress(
        BarColumn(), Count(), Rate(), Left(), console=Console(stderr=True), redirect_stdout=sys.stdout.isatty()
    )
