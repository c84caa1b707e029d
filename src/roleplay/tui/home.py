"""Home: what can be played, what was played, and where the words go."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.events import ScreenResume
from textual.getters import query_one
from textual.screen import Screen
from textual.widgets import Footer, Static
from textual.worker import Worker, WorkerState

from roleplay.content.scenario import Scenario
from roleplay.errors import RoleplayError
from roleplay.llm.discovery import FoundServer
from roleplay.roster.assignments import Standing
from roleplay.store.base import StoredSession
from roleplay.studio import Studio
from roleplay.tui.assigned import ASSIGNED, assigned_detail, assigned_words
from roleplay.tui.brief import heading
from roleplay.tui.choices import Choice, Choices
from roleplay.tui.literal import one_line, paragraphs, plain
from roleplay.tui.messages import (
    AssignmentChosen,
    DrillsWanted,
    ImportWanted,
    ProgressWanted,
    QueueWanted,
    ScenarioChosen,
    SessionChosen,
    SessionsWanted,
)
from roleplay.tui.panels import VoiceQuestion
from roleplay.wording import (
    ABOUT,
    PRODUCT,
    TAGLINE,
    count,
    fault_words,
    outcome_words,
    played,
    played_words,
    server_question,
    size_words,
    when,
    where_words_go,
)

SCORES_SHOWN = 6
LATEST_SHOWN = 5
SESSIONS_READ = 1000
FAILURE_SHOWN_S = 12.0
STEPS = (
    "1  Read the brief: who you call, and what you want to know.",
    "2  Make the call. Type what you would say; they answer.",
    "3  Read the debrief: what to keep, the one thing to fix.",
    "4  Call again.",
)


class HomeScreen(Screen[None]):
    """Scenarios to choose from, with the scores so far; a session to take up again."""

    HELP = "Choose a scenario with the arrow keys and open its brief with Enter."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "Brief", id="home.open", tooltip="Open the brief of the chosen scenario"),
        # The line of what was left says it; the footer has no room at 80 columns.
        Binding("r", "resume", "Resume", show=False, id="home.resume", tooltip="Go on with the call that you left"),
        Binding("v", "review", "Review", id="home.review", tooltip="What was handed in, and who is late"),
        Binding("g", "progress", "Progress", id="home.progress", tooltip="How skills grow"),
        Binding("s", "sessions", "Sessions", id="home.sessions", tooltip="Calls that you played, and debriefs"),
        Binding("i", "import", "Real call", id="home.import", tooltip="Score the transcript of a call that you had"),
        Binding("d", "drills", "Drills", id="home.drills", tooltip="Single lines, one answer each, scored at once"),
    ]

    choices = query_one("#scenarios", Choices)
    unfinished_line = query_one("#unfinished", Static)
    latest = query_one("#latest", Static)
    detail = query_one("#detail-words", Static)
    goes = query_one("#goes", Static)

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self._studio = studio
        self._sessions: Sequence[StoredSession] = ()
        self._unfinished: StoredSession | None = None
        self._current = next(iter(studio.library.scenarios), None)
        self._standings: dict[str, Standing] = {}
        """What is assigned, by the value of its entry."""
        self._unasked: FoundServer | None = None
        """A server on this machine that the user is still to be asked about."""

    def compose(self) -> ComposeResult:
        """Name, list, detail, and the line of what was left."""
        with Vertical(id="top"):
            yield Static(Content.assemble((PRODUCT, "bold $accent"), "   ", TAGLINE), id="name")
            yield Static(ABOUT, id="about", markup=False)
            yield Static(self._goes(), id="goes")
        with Horizontal(id="body"):
            with Vertical(id="left"):
                with Choices(id="scenarios"):
                    for scenario_id in self._studio.library.scenarios:
                        yield Choice(scenario_id, self._entry(scenario_id))
                yield Static(id="latest")
            with VerticalScroll(id="detail", can_focus=False):
                yield Static(id="detail-words", markup=False)
        yield Static(id="unfinished", markup=False)
        yield Footer(show_command_palette=False)  # its hint would push keys out at 80 columns; help tells of it

    def on_mount(self) -> None:
        """Start on the first scenario, and look meanwhile for a server that could voice the other side."""
        self.choices.focus_first()
        self.run_worker(self._look(), name="look for servers", group="look", exit_on_error=False)

    def on_screen_resume(self, _: ScreenResume) -> None:
        """Read the sessions anew: one may have been played meanwhile. Ask what couldn't be asked before."""
        self.run_worker(self._load(), name="load sessions", group="load", exclusive=True, exit_on_error=False)
        self.call_after_refresh(self._ask)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """An error that nobody foresaw: one line."""
        if event.state is WorkerState.ERROR:
            self.log.error(event.worker.error)
            self.unfinished_line.update(one_line(fault_words(event.worker.error), "$error"))

    async def _look(self) -> None:
        try:
            self._unasked = await self._studio.find_voice()
        except RoleplayError as error:
            self._tell(error)
            return
        self.goes.update(self._goes())
        self._ask()

    def _ask(self) -> None:
        """Ask about the server that was found, once, and where home isn't under another screen."""
        if self._unasked is not None and self.app.screen is self:
            server, self._unasked = self._unasked, None
            self.app.push_screen(VoiceQuestion(server_question(server)), lambda may: self._answered(server, may))

    def _answered(self, server: FoundServer, may_voice: bool | None) -> None:
        if may_voice is not None:
            keeping = self._keep_answer(server, may_voice)
            self.run_worker(keeping, name="keep the answer", group="look", exit_on_error=False)

    async def _keep_answer(self, server: FoundServer, may_voice: bool) -> None:
        try:
            await self._studio.answer(server, may_voice=may_voice)
        except RoleplayError as error:
            self._tell(error)
        self.goes.update(self._goes())

    def _tell(self, error: RoleplayError) -> None:
        self.notify(plain(str(error)), severity="error", markup=False, timeout=FAILURE_SHOWN_S)

    def _goes(self) -> Content:
        return one_line(where_words_go(self._studio.goes_to, self._studio.voice_name))

    async def _load(self) -> None:
        me = self._studio.me
        try:
            self._sessions = await self._studio.store.sessions(SESSIONS_READ, recruiter=None if me is None else me.name)
            self._unfinished = await self._studio.unfinished()
            standings = [] if me is None else await self._studio.team.assigning.mine(me)
        except RoleplayError as error:
            self.unfinished_line.update(one_line(str(error), "$error"))
            return
        for scenario_id in self._studio.library.scenarios:
            self.choices.show(scenario_id, self._entry(scenario_id))
        await self._show_assigned(standings)
        self.unfinished_line.update(self._unfinished_words())
        self.latest.update(self._latest())
        self._show_detail()
        self.refresh_bindings()

    async def _show_assigned(self, standings: Sequence[Standing]) -> None:
        """Put what is assigned and not done above the scenarios, by due time."""
        wanted = {f"{ASSIGNED}{each.assignment.id}": each for each in standings if not each.is_done}
        there = [entry for entry in self.choices.entries if entry.value.startswith(ASSIGNED)]
        if [entry.value for entry in there] == list(wanted):
            for value, standing in wanted.items():
                self.choices.show(value, assigned_words(standing))
        else:
            await self.choices.remove_children(there)
            new = [Choice(value, assigned_words(standing)) for value, standing in wanted.items()]
            if new:
                await self.choices.mount_all(new, before=0)
                self.choices.focus_first()
        self._standings = wanted

    def on_choice_reached(self, message: Choice.Reached) -> None:
        """Show what is under the cursor."""
        self._current = message.value
        self._show_detail()

    def on_choice_taken(self, message: Choice.Taken) -> None:
        """Open its brief."""
        self._current = message.value
        self.action_open()

    def action_open(self) -> None:
        """Open the brief of what was reached last; of what is assigned, go on with an attempt that isn't over."""
        if self._current is None:
            return
        standing = self._standings.get(self._current)
        if standing is None:
            self.post_message(ScenarioChosen(self._current))
        elif standing.open_session is not None:
            self.post_message(SessionChosen(standing.open_session))
        else:
            self.post_message(AssignmentChosen(standing.assignment.id))

    def action_review(self) -> None:
        """See what waits for a coach."""
        self.post_message(QueueWanted())

    def action_progress(self) -> None:
        """See how skills grow."""
        self.post_message(ProgressWanted())

    def action_resume(self) -> None:
        """Take up the session that was left."""
        if self._unfinished is not None:
            self.post_message(SessionChosen(self._unfinished.id))

    def action_sessions(self) -> None:
        """Open the list of past sessions."""
        self.post_message(SessionsWanted())

    def action_import(self) -> None:
        """Read a real call, and score it."""
        self.post_message(ImportWanted())

    def action_drills(self) -> None:
        """Open the list of drills."""
        self.post_message(DrillsWanted())

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Offer resuming only where there is something to resume, and a team's ways only in a team."""
        me = self._studio.me
        if action == "progress":
            return me is not None
        if action == "review":
            return me is not None and me.duty.coaches
        return action != "resume" or self._unfinished is not None

    def _entry(self, scenario_id: str) -> Content:
        scenario = self._studio.library.scenarios[scenario_id]
        scores = played(self._sessions, scenario_id)
        return Content("\n").join(
            [
                one_line(scenario.title, "bold"),
                one_line(scenario.summary),
                one_line(f"{size_words(scenario)} · {played_words(scores)}", "$muted"),
            ]
        )

    def _unfinished_words(self) -> Content:
        left = self._unfinished
        if left is None:
            return Content("")
        turns = count(left.turns, "turn")
        return Content.assemble(
            (" r ", "bold $accent"),
            one_line(f"Unfinished: {left.title}, {turns}, {when(left.started_at)}"),
        )

    def _latest(self) -> Content:
        over = [session for session in self._sessions if session.score is not None][:LATEST_SHOWN]
        if not over:
            return Content("\n").join([heading("How it goes"), *(Content(step) for step in STEPS)])
        lines = [one_line(f"{round(s.score or 0)} of 100 · {s.title} · {when(s.started_at)}", "$muted") for s in over]
        return Content("\n").join([heading("Your latest calls"), *lines])

    def _show_detail(self) -> None:
        if self._current is None:
            return
        standing = self._standings.get(self._current)
        if standing is not None:
            self.detail.update(assigned_detail(standing))
        elif self._current in self._studio.library.scenarios:
            self.detail.update(self._detail(self._studio.library.scenarios[self._current]))

    def _detail(self, scenario: Scenario) -> Content:
        persona = self._studio.library.personas[scenario.cast[scenario.calls]]
        parts = [
            one_line(persona.name, "bold"),
            one_line(f"{persona.title}, {scenario.company}", "$muted"),
            Content(""),
            heading("The situation"),
            paragraphs(scenario.brief),
            Content(""),
            heading("Your goal"),
            paragraphs(scenario.goal),
            Content(""),
            heading("Your scores"),
        ]
        scored = [s for s in self._sessions if s.scenario_id == self._current and s.score is not None]
        parts += [
            one_line(f"{outcome_words(session)} · {when(session.started_at)}", "$muted")
            for session in scored[:SCORES_SHOWN]
        ]
        if not scored:
            parts.append(Content.styled("Not played yet. Enter opens the brief.", "$muted"))
        return Content("\n").join(parts)
