"""Past sessions, newest first."""

from collections.abc import Mapping
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content

from roleplay.roster.people import Person
from roleplay.store.base import SessionStore, StoredSession
from roleplay.tui.list_screen import ListScreen
from roleplay.tui.literal import one_line
from roleplay.tui.messages import SessionChosen
from roleplay.wording import session_words

SESSIONS_SHOWN = 100


class SessionsScreen(ListScreen):
    """Calls that were played: each leads to its debrief, or goes on where it was left."""

    HEADING = "Past sessions"
    HELP = "Enter opens a session's debrief, or goes on with a call that isn't over."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "Open", id="sessions.open", tooltip="The debrief, or the call where it isn't over"),
        Binding("escape", "back", "Back", id="sessions.back", tooltip="Back to home"),
    ]

    def __init__(self, store: SessionStore, me: Person | None = None) -> None:
        """`me`: who sits here, where there is a team; their own sessions are shown."""
        super().__init__()
        self._store = store
        self._recruiter = None if me is None else me.name

    async def entries(self) -> tuple[str, Mapping[str, Content]]:
        """The latest sessions."""
        sessions = await self._store.sessions(SESSIONS_SHOWN, recruiter=self._recruiter)
        words = f"The latest {SESSIONS_SHOWN}." if len(sessions) == SESSIONS_SHOWN else ""
        return words if sessions else "None yet. Play a scenario first.", {each.id: _entry(each) for each in sessions}

    def action_open(self) -> None:
        """Open the session under the cursor."""
        if self.current is not None:
            self.post_message(SessionChosen(self.current))


def _entry(session: StoredSession) -> Content:
    return Content("\n").join(
        [one_line(session.title, "bold"), one_line(f"{session_words(session)} · {session.id}", "$muted")]
    )
