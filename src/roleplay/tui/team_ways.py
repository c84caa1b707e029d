"""The ways of a team: assignments, handing in, reviewing, progress."""

from collections.abc import Mapping, Sequence

from textual.screen import Screen

from roleplay.content.difficulty import Difficulty
from roleplay.content.mode import Mode
from roleplay.errors import RoleplayError, SettingsError
from roleplay.practice.loop import Practice
from roleplay.record.events import RECRUITER
from roleplay.roster.people import Person
from roleplay.scoring.debrief import Debrief
from roleplay.studio import Studio
from roleplay.team.assigning import Terms, due_of, local_zone
from roleplay.team.moves import make
from roleplay.team_wording import criterion_titles
from roleplay.tui.assigning import TEAM, AssignScreen, Wish
from roleplay.tui.brief import BriefScreen
from roleplay.tui.debrief import DebriefScreen
from roleplay.tui.literal import plain
from roleplay.tui.messages import (
    AssignmentChosen,
    AssignWanted,
    AttemptPlaced,
    BoardChosen,
    NextToReview,
    ProgressWanted,
    QueueWanted,
    SessionMoved,
)
from roleplay.tui.progress import PageScreen, SkillsScreen
from roleplay.tui.queue import QueueScreen
from roleplay.tui.remarked import OwnScreen, RemarkedScreen
from roleplay.tui.review import ReviewScreen, ToDo
from roleplay.tui.ways import Ways
from roleplay.wording import where_words_go


class TeamWays(Ways):
    """Where somebody of a team can go besides."""

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self._studio = studio
        self._told = ""
        """What the last move about a session came to."""

    # A recruiter

    def on_assignment_chosen(self, message: AssignmentChosen) -> None:
        """Show an assignment's brief."""
        self._open(self._assignment(message.assignment_id))

    def on_attempt_placed(self, message: AttemptPlaced) -> None:
        """Begin an attempt in place of the brief that asked for it."""
        self._open(self._attempt(message.assignment_id))

    async def _assignment(self, assignment_id: str) -> None:
        assignment, case = await self._studio.team.assigning.begin(self._me(), assignment_id)
        goes = where_words_go(self._studio.goes_to, self._studio.voice_name)
        await self.push_screen(BriefScreen(case, goes, assignment.mode, assignment))

    async def _attempt(self, assignment_id: str) -> None:
        asking = self._talked_to()
        await self._sit_down(asking, await self._studio.attempt(assignment_id))

    async def _sit_down(self, asking: Screen[object], practice: Practice) -> None:
        raise NotImplementedError

    # About one session

    def on_session_moved(self, message: SessionMoved) -> None:
        """Do it, and show the session as it then stands."""
        if isinstance(screen := self._talked_to(), RemarkedScreen):
            screen.await_new("team", self._moved(message), lambda _: self._told)

    async def _moved(self, message: SessionMoved) -> Debrief:
        session = await self._studio.store.session(message.session_id)
        self._told = await make(self._studio.team, self._me(), session, message.move)
        return await self._debrief_anew(message.session_id)

    async def _debrief_anew(self, session_id: str) -> Debrief:
        debrief = await self._studio.debrief(session_id)
        assert debrief is not None, "it is over, since it has a debrief"
        return debrief

    async def _debrief_screen(self, debrief: Debrief, session_id: str) -> DebriefScreen:
        """A debrief for whoever sits here: somebody alone, its recruiter in a team, or a coach."""
        me = self._studio.me
        if me is None:
            return DebriefScreen(debrief, session_id)
        session = await self._studio.store.session(session_id)
        if session.recruiter == me.name:
            return OwnScreen(debrief, session_id)
        library = self._studio.library
        to_do = ToDo(
            {name: drill.title for name, drill in library.drills.items()},
            {name: scenario.title for name, scenario in library.scenarios.items()},
        )
        by = session.recruiter or ""
        named = debrief.model_copy(update={"names": {**debrief.names, RECRUITER: by.split()[0]}})
        return ReviewScreen(named, session_id, by, to_do)

    # A coach

    def on_queue_wanted(self, _: QueueWanted) -> None:
        """Show what waits for a coach."""
        self.push_screen(QueueScreen(self._studio.team, self._me()))

    def on_next_to_review(self, _: NextToReview) -> None:
        """Open the next session that waits, in place of this one."""
        self._open(self._next())

    async def _next(self) -> None:
        asking = self._talked_to()
        queue = await self._studio.team.reviewing.queue(self._me(), [])
        here = asking.session_id if isinstance(asking, ReviewScreen) else ""
        waiting = [each.session for each in queue if each.session is not None and each.session != here]
        if not waiting:
            self.notify("Nothing else waits for you.", markup=False)
            return
        await self._replace(asking, await self._debrief_screen(await self._debrief_anew(waiting[0]), waiting[0]))

    def on_assign_wanted(self, _: AssignWanted) -> None:
        """Assign something, in three steps."""
        self._open(self._assign())

    async def _assign(self) -> None:
        people = await self._studio.team.people.all()
        await self.push_screen(AssignScreen(self._studio.library, people, local_zone()))

    def on_assign_screen_wished(self, message: AssignScreen.Wished) -> None:
        """Make the assignment."""
        self._open(self._assigned(message.wish))

    async def _assigned(self, wish: Wish) -> None:
        screen = self._talked_to()
        team = self._studio.team
        try:
            people = await self._chosen(wish.people)
            case = self._studio.library.case(wish.scenario or "")
            assignment = await team.assigning.make(self._me(), case, people, terms_of(wish))
        except RoleplayError as error:
            if isinstance(screen, AssignScreen):
                screen.not_made(str(error))
            return
        self.pop_screen()
        told = f"{assignment.title}: assigned to {', '.join(person.name for person in people)}."
        self.notify(plain(told), markup=False)

    async def _chosen(self, wanted: Sequence[str]) -> list[Person]:
        people = await self._studio.team.people.all()
        names = [person.name for person in people if person.id in wanted]
        teams = [each.removeprefix(TEAM) for each in wanted if each.startswith(TEAM)]
        return await self._studio.team.people.chosen(names, teams)

    # Progress

    def on_progress_wanted(self, message: ProgressWanted) -> None:
        """Show somebody's page, or, for a coach, everybody's skills."""
        self._open(self._progress(message.name))

    async def _progress(self, name: str | None) -> None:
        me, growing = self._me(), self._studio.team.growing
        if name is None and me.duty.coaches:
            await self.push_screen(SkillsScreen(await growing.everybody(me), self._titles()))
            return
        person = me if name is None else await self._studio.team.people.named(name)
        await self.push_screen(await self._page(person))

    async def _page(self, person: Person) -> PageScreen:
        growing = self._studio.team.growing
        page = await growing.page(self._me(), person)
        own = person.is_on_board if person.id == self._me().id else None
        return PageScreen(page, self._titles(), await growing.board(), own)

    def on_board_chosen(self, message: BoardChosen) -> None:
        """Let somebody stand on the leader board, or leave it, and show their page anew."""
        self._open(self._choose_board(is_on=message.is_on))

    async def _choose_board(self, *, is_on: bool) -> None:
        asking, me = self._talked_to(), self._me()
        self._studio.me = await self._studio.team.people.change(me, me, {"is_on_board": is_on})
        await self._replace(asking, await self._page(self._studio.me))

    def _titles(self) -> Mapping[str, str]:
        """The titles of all criteria, by their ids."""
        return criterion_titles(self._studio.library)

    def _me(self) -> Person:
        return self._studio.member


def terms_of(wish: Wish) -> Terms:
    """The terms that were typed.

    Raises:
        SettingsError: one can't be read.
    """
    typed = wish.terms
    zone = typed.get("zone") or local_zone()
    return Terms(
        due_at=due_of(typed.get("due", ""), zone),
        zone=zone,
        pass_mark=_number(typed.get("pass_mark", ""), "pass mark"),
        attempts=round(_number(typed.get("attempts", ""), "attempts") or Terms.model_fields["attempts"].default),
        mode=Mode.EXAM if _yes(typed.get("exam", "")) else Mode.COACHED,
        difficulty=_difficulty(typed.get("difficulty", "")),
        after=tuple(typed.get("after", "").replace(",", " ").split()),
    )


def _difficulty(text: str) -> Difficulty:
    try:
        return Difficulty(text.casefold() or Difficulty.NORMAL)
    except ValueError as error:
        raise SettingsError(f"difficulty: {text!r} is none of {', '.join(Difficulty)}") from error


def _yes(text: str) -> bool:
    if text.casefold() not in {"", "y", "yes", "n", "no"}:
        raise SettingsError(f"exam: {text!r} is neither yes nor no")
    return text.casefold().startswith("y")


def _number(text: str, name: str) -> float | None:
    if not text:
        return None
    try:
        return float(text)
    except ValueError as error:
        raise SettingsError(f"{name}: {text!r} is no number") from error
