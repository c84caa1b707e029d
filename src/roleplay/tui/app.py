"""The program in a terminal: opens the studio, wires the screens, and holds no logic of its own."""

from collections.abc import Callable, Coroutine, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar, Final

from textual.app import SystemCommand
from textual.binding import Binding, BindingType
from textual.screen import Screen

from roleplay.content.difficulty import Difficulty
from roleplay.content.mode import Mode
from roleplay.judging import NO_JUDGE
from roleplay.practice.again import events_until
from roleplay.practice.loop import Practice
from roleplay.scoring.debrief import Debrief
from roleplay.scoring.judge import Scope
from roleplay.settings import Wanted
from roleplay.studio import Studio
from roleplay.tui.brief import BriefScreen
from roleplay.tui.call import CallScreen
from roleplay.tui.debrief import DebriefScreen
from roleplay.tui.desk import DeskScreen, Letters
from roleplay.tui.drill import DrillScreen
from roleplay.tui.drills import DrillsScreen
from roleplay.tui.help import help_texts, key_name
from roleplay.tui.home import HomeScreen
from roleplay.tui.imported import ImportedScreen
from roleplay.tui.importing import ImportScreen
from roleplay.tui.literal import plain
from roleplay.tui.messages import (
    AgainWanted,
    BackWanted,
    CallLeft,
    CallOver,
    CallPlaced,
    CallScored,
    DeckChosen,
    DrillsWanted,
    HomeWanted,
    ImportWanted,
    JudgeWanted,
    ScenarioChosen,
    SessionChosen,
    SessionsWanted,
    TouchOver,
    TouchPlaced,
    VerdictOverruled,
)
from roleplay.tui.panels import ReadingScreen
from roleplay.tui.sessions import SessionsScreen
from roleplay.tui.team_ways import TeamWays
from roleplay.tui.theme import DARK_NAME, LIGHT_NAME, dark, light
from roleplay.verdicts import asking_words, judged_words, kept_words
from roleplay.wording import PRODUCT, TAGLINE, loaded_words, where_words_go

FAILURE_SHOWN_S: Final = 12.0


@dataclass(frozen=True)
class Start:
    """Where the app begins: at home, at the brief of a scenario or an assignment, or in a session."""

    scenario: str | None = None
    resume: str | None = None
    """A session's id."""
    again: tuple[str, str] | None = None
    """A session's id and a turn, from which on it is tried again."""
    seed: int | None = None
    """For every call of this run; None draws one for each."""
    recruiter: str | None = None
    difficulty: Difficulty = Difficulty.NORMAL
    mode: Mode = Mode.COACHED
    """Of the scenario that it begins with."""
    assignment: str | None = None
    """An assignment's id."""


async def run(
    environment: Mapping[str, str],
    start: Start | None = None,
    *,
    resume_last: bool = False,
    wanted: Wanted | None = None,
) -> int:
    """Run the program until the user quits; returns its exit code.

    Raises:
        RoleplayError: settings, content or store can't be used, or there is no such scenario or session.
    """
    start = start or Start()
    studio = await Studio.open(environment, wanted=wanted, name=start.recruiter)
    try:
        if start.scenario is not None:
            studio.library.case(start.scenario)
        if start.assignment is not None:
            await studio.team.assigning.begin(studio.member, start.assignment)
        if start.resume is not None:
            await studio.store.read(start.resume)
        if start.again is not None:
            session_id, turn = start.again
            events_until(session_id, (await studio.store.read(session_id))[1], turn, at=studio.clock.now(), voice="")
        if resume_last:
            start = replace(start, resume=(await studio.last_unfinished()).id)
        app = PracticeApp(studio, start)
        await app.run_async()
        return app.return_code or 0
    finally:
        await studio.aclose()


class PracticeApp(TeamWays):
    """Home, brief, call and debrief, and the ways between them."""

    CSS_PATH = [Path("app.tcss"), Path("home.tcss")]  # noqa: RUF012  # of the default screen, no rules are loaded
    COMMAND_PALETTE_DISPLAY = "Ctrl+P"
    TITLE = PRODUCT
    SUB_TITLE = TAGLINE
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (120, "-wide")]  # noqa: RUF012  # as Textual declares it
    VERTICAL_BREAKPOINTS = [(0, "-short"), (34, "-tall")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1,question_mark", "help", "Help", key_display="F1", id="app.help", tooltip="The keys of this screen"),
        Binding("f3", "look", "Light or dark", show=False, id="app.look", tooltip="Change between light and dark"),
        Binding(
            "ctrl+q", "quit", "Quit", show=False, priority=True, id="app.quit", tooltip="End; a call can be resumed"
        ),
    ]

    def __init__(self, studio: Studio, start: Start | None = None) -> None:
        super().__init__(studio)
        self._start = start or Start()
        self._drafts: dict[str, str] = {}
        """Unsent words by session, so that leaving a call and coming back loses nothing typed."""
        self._letters: dict[str, Letters] = {}
        """The same for what was being written at the desk."""
        self._answers: dict[str, str] = {}
        """The same for drill cards, by their keys."""
        self._again_for: dict[str, str] = {}
        """The title of the criterion that a second try is for, by its session."""
        self.register_theme(dark())
        self.register_theme(light())
        self.theme = DARK_NAME

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Our own variables, should another theme be on."""
        return {"muted": "#8a8f98", "line": "#5a606b"}

    def get_default_screen(self) -> Screen[None]:
        """Home lies under every other screen."""
        return HomeScreen(self._studio)

    def on_mount(self) -> None:
        """Go where the caller wants to begin."""
        if self._start.again is not None:
            self._open(self._again(*self._start.again))
        elif self._start.resume is not None:
            self._open(self._session(self._start.resume))
        elif self._start.assignment is not None:
            self._open(self._assignment(self._start.assignment))
        elif self._start.scenario is not None:
            self._open(self._brief(self._start.scenario))

    # Ways between screens

    def on_scenario_chosen(self, message: ScenarioChosen) -> None:
        """Show a scenario's brief."""
        self._open(self._brief(message.scenario_id))

    def on_call_placed(self, message: CallPlaced) -> None:
        """Begin a new call in place of the screen that asked for it."""
        self._open(self._call(message.scenario_id, message.mode))

    def on_session_chosen(self, message: SessionChosen) -> None:
        """Take a session up again, or show its debrief."""
        self._open(self._session(message.session_id))

    def on_again_wanted(self, message: AgainWanted) -> None:
        """Try again from a turn on, over the debrief that asked for it."""
        self._open(self._again(message.session_id, message.turn, message.criterion))

    def on_verdict_overruled(self, message: VerdictOverruled) -> None:
        """Keep a coach's word, and show what the session comes to with it."""
        if isinstance(screen := self._talked_to(), DebriefScreen):
            screen.await_new("overrule", self._overruled(message), kept_words)

    def on_judge_wanted(self, message: JudgeWanted) -> None:
        """Have the model that is set read a session, and show what it finds."""
        screen, host = self._talked_to(), self._studio.judge_host
        if isinstance(screen, DebriefScreen) and host is not None:
            screen.await_new("judge", self._judged(message.session_id), judged_words, asking_words(host))
        elif isinstance(screen, DebriefScreen):
            screen.say(f"{NO_JUDGE}.")

    def on_sessions_wanted(self, _: SessionsWanted) -> None:
        """Show past sessions."""
        self.push_screen(SessionsScreen(self._studio.store, self._studio.me))

    def on_drills_wanted(self, _: DrillsWanted) -> None:
        """Show the drills."""
        self._open(self._drills())

    def on_import_wanted(self, _: ImportWanted) -> None:
        """Read a real call, and score it."""
        self.push_screen(ImportScreen(self._studio))

    async def on_call_scored(self, message: CallScored) -> None:
        """Show what a real call came to, over the screen that it was read on."""
        screen = self._talked_to()
        if isinstance(screen, ImportScreen):
            await self._back_to(screen)
            await self.push_screen(ImportedScreen(message.debrief, message.source))

    def on_deck_chosen(self, message: DeckChosen) -> None:
        """Ask cards of a deck, or of all."""
        self._open(self._drill(message.deck))

    def on_call_left(self, message: CallLeft) -> None:
        """Keep what was typed, and go home, or to the debrief under it."""
        if message.draft:
            self._drafts[message.session_id] = message.draft
        while len(self.screen_stack) > 1 and not isinstance(self.screen, DebriefScreen):
            self.pop_screen()

    def on_call_over(self, message: CallOver) -> None:
        """Show the debrief in place of the call."""
        self._open(self._debrief(message))

    def on_touch_placed(self, message: TouchPlaced) -> None:
        """A call from the desk: over it, until it is over."""
        if isinstance(self._talked_to(), DeskScreen):
            practice = message.practice
            draft = "" if practice.state.touch is None else self._drafts.pop(practice.id, "")
            self.push_screen(CallScreen(practice, draft, message.happenings, self._again_for.get(practice.id, "")))

    async def on_touch_over(self, message: TouchOver) -> None:
        """Back to the desk."""
        screen = self._talked_to()
        if isinstance(screen, CallScreen):
            await screen.stop()
            await self._back_to(screen)
            await self.pop_screen()
            if message.trouble and isinstance(self.screen, DeskScreen):
                self.screen.touch_failed(message.trouble)

    def on_home_wanted(self, _: HomeWanted) -> None:
        """Go home."""
        self._go_home()

    def on_back_wanted(self, _: BackWanted) -> None:
        """One screen back."""
        if len(self.screen_stack) > 1:
            self.pop_screen()

    async def _brief(self, scenario_id: str) -> None:
        case = self._studio.library.case(scenario_id)
        goes = where_words_go(self._studio.goes_to, self._studio.voice_name)
        mode = self._start.mode if scenario_id == self._start.scenario else Mode.COACHED
        await self.push_screen(BriefScreen(case, goes, mode))

    async def _call(self, scenario_id: str, mode: Mode) -> None:
        asking = self._talked_to()
        start = self._start
        was_loaded = self._studio.load_s is not None
        practice = await self._studio.start(
            scenario_id, seed=start.seed, recruiter=start.recruiter, difficulty=start.difficulty, mode=mode
        )
        if self._studio.load_s is not None and not was_loaded:
            self.notify(plain(loaded_words(practice.voice_name, self._studio.load_s)), markup=False)
        await self._sit_down(asking, practice)

    async def _sit_down(self, asking: Screen[object], practice: Practice) -> None:
        """Show a session that has begun, in place of the screen that asked for it."""
        if not await self._replace(asking, self._played_on(practice)):
            await practice.aclose()

    def _played_on(self, practice: Practice) -> DeskScreen | CallScreen:
        """The screen that a session is played on."""
        again = self._again_for.get(practice.id, "")
        if practice.is_campaign:
            return DeskScreen(practice, self._letters.setdefault(practice.id, {}), again)
        return CallScreen(practice, self._drafts.pop(practice.id, ""), again=again)

    async def _session(self, session_id: str) -> None:
        debrief = await self._studio.debrief(session_id)
        if debrief is not None:
            await self.push_screen(await self._debrief_screen(debrief, session_id))
            return
        await self.push_screen(self._played_on(await self._studio.resume(session_id)))

    async def _again(self, session_id: str, turn: str, criterion: str = "") -> None:
        asking = self._talked_to()
        practice = await self._studio.again(session_id, turn)
        self._again_for[practice.id] = criterion
        if not await self._put_over(asking, self._played_on(practice)):
            await practice.aclose()

    async def _drills(self) -> None:
        sitting = self._studio.sitting(recruiter=self._start.recruiter)
        await self.push_screen(DrillsScreen(sitting, self._studio.clock))

    async def _drill(self, deck: str | None) -> None:
        sitting = self._studio.sitting(deck, recruiter=self._start.recruiter)
        await sitting.open()
        await self.push_screen(DrillScreen(sitting, self._studio.clock, self._answers))

    async def _overruled(self, message: VerdictOverruled) -> Debrief:
        await self._studio.results.overrule(
            message.session_id,
            message.criterion,
            message.verdict,
            message.because,
            by=self._studio.recruiter,
            turn=message.turn,
        )
        return await self._debrief_anew(message.session_id)

    async def _judged(self, session_id: str) -> Debrief:
        await self._studio.judge(session_id, Scope.ALL)
        return await self._debrief_anew(session_id)

    async def _debrief(self, message: CallOver) -> None:
        asking = self._talked_to()
        if (host := self._studio.judge_after(message.practice.case)) is not None:
            self.notify(plain(asking_words(host)), markup=False)
        debrief = await self._studio.finish(message.practice)
        self._drafts.pop(message.practice.id, None)
        self._letters.pop(message.practice.id, None)
        if isinstance(asking, CallScreen | DeskScreen):
            await asking.close_down()
        await self._replace(asking, await self._debrief_screen(debrief, message.practice.id))

    def _fail(self, words: str) -> None:
        """Say why a screen didn't come, and let it be tried again."""
        self.notify(plain(words), severity="error", markup=False, timeout=FAILURE_SHOWN_S)
        screen = self._talked_to()
        if isinstance(screen, CallScreen | DeskScreen):
            screen.debrief_failed()
        elif isinstance(screen, BriefScreen | DebriefScreen):
            screen.not_placed()

    # Commands

    async def action_quit(self) -> None:
        """End the program, after a call under way has stopped: what it kept can be resumed."""
        for screen in self.screen_stack:
            if isinstance(screen, CallScreen | DeskScreen | DrillScreen):
                await screen.close_down()
        self.exit()

    def get_key_display(self, binding: Binding) -> str:
        """Keys by the names that stand on them."""
        return binding.key_display or key_name(binding.key)

    def action_help(self) -> None:
        """Show this screen's keys."""
        if not isinstance(self.screen, ReadingScreen):
            self.push_screen(ReadingScreen(help_texts(self.screen)))

    def action_look(self) -> None:
        """Change between light and dark."""
        self.theme = LIGHT_NAME if self.theme == DARK_NAME else DARK_NAME

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """What the command palette offers: what this screen's keys do, and what the app does."""
        active = [binding for _, binding, is_on, _ in screen.active_bindings.values() if is_on and binding.id]
        own = {binding.id: binding for binding in active if not str(binding.id).startswith("app.")}
        for binding in sorted(own.values(), key=lambda binding: not binding.show):
            yield SystemCommand(binding.description, binding.tooltip, _action(screen, binding.action))
        yield SystemCommand("Help", "The keys of this screen", self.action_help)
        yield SystemCommand("Light or dark", "Change between light and dark", self.action_look)
        yield SystemCommand("Quit", "End the program; a call under way can be resumed", self.action_quit)


def _action(screen: Screen[object], action: str) -> Callable[[], Coroutine[None, None, None]]:
    async def run_it() -> None:
        await screen.run_action(action)

    return run_it
