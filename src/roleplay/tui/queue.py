"""What waits for a coach."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content

from roleplay.roster.people import Person
from roleplay.roster.review import Queued
from roleplay.team.reviewing import QUEUE_SHOWN
from roleplay.team.together import Team
from roleplay.team_wording import queued_words, waiting_words
from roleplay.tui.list_screen import ListScreen
from roleplay.tui.literal import one_line
from roleplay.tui.messages import AssignWanted, ProgressWanted, SessionChosen


class QueueScreen(ListScreen):
    """Disputes first, then what came in, then who is late."""

    HEADING = "To review"
    HELP = "Enter opens a session to review it. What you sign off or send back leaves the list."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "Review", id="queue.open", tooltip="Read it, with its verdicts"),
        Binding("n", "assign", "Assign", id="queue.assign", tooltip="Assign a scenario to people or teams"),
        Binding("g", "progress", "Progress", id="queue.progress", tooltip="Everybody's skills side by side"),
        Binding("escape", "back", "Back", id="queue.back", tooltip="Back to home"),
    ]

    def __init__(self, team: Team, me: Person) -> None:
        super().__init__()
        self._team = team
        self._me = me
        self._queue: Sequence[Queued] = ()

    async def entries(self) -> tuple[str, Mapping[str, Content]]:
        """What waits, by its place."""
        overdue = await self._team.assigning.overdue(self._me, QUEUE_SHOWN)
        self._queue = await self._team.reviewing.queue(self._me, overdue)
        return waiting_words(len(self._queue)), {str(at): _entry(each) for at, each in enumerate(self._queue)}

    def action_open(self) -> None:
        """Open the session under the cursor; of somebody who is late, there is none."""
        if self.current is None:
            return
        queued = self._queue[int(self.current)]
        if queued.session is not None:
            self.post_message(SessionChosen(queued.session))
        else:
            self.post_message(ProgressWanted(queued.person))

    def action_assign(self) -> None:
        """Assign something."""
        self.post_message(AssignWanted())

    def action_progress(self) -> None:
        """See everybody's skills."""
        self.post_message(ProgressWanted())


def _entry(queued: Queued) -> Content:
    head, rest = queued_words(queued)
    return Content("\n").join([one_line(head, "bold"), one_line(rest, "$muted")])
