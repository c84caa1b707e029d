"""The team at work: a plan carried out through the practice loop and all that a team does, in a store."""

import random
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

from roleplay.actor.scripted import ScriptedActor
from roleplay.content.library import Library
from roleplay.content.mode import Mode
from roleplay.demo.plan import ZONE, Assign, Member, Plan, Play, Review, Step, Task, Then
from roleplay.demo.words import Chooser, words
from roleplay.errors import MoveError
from roleplay.listener.reading import Listener
from roleplay.practice.clock import ID_LETTERS
from roleplay.practice.loop import Practice
from roleplay.record.transcript import Transcript, transcript_of
from roleplay.rehearsal.game import perform
from roleplay.results import Results
from roleplay.roster.people import Duty, Person
from roleplay.scoring.result import Result, Verdict
from roleplay.store.base import StoredSession
from roleplay.store.sql import SqlStore
from roleplay.store.sql_team import SqlTeam
from roleplay.team.assigning import Terms
from roleplay.team.people import Wanted
from roleplay.team.together import Team

LOOK: Final = timedelta(seconds=4)
"""How much later it is each time that somebody looks at the clock."""


class PastClock:
    """Stands where it is put, and goes on from there; ids by the seed."""

    def __init__(self, at: datetime, seed: int) -> None:
        self._now = at
        self._rng = random.Random(f"{seed}|ids")

    def put(self, at: datetime) -> None:
        """Go to a later time."""
        self._now = at

    def now(self) -> datetime:
        """Some seconds after the last look."""
        self._now += LOOK
        return self._now

    def new_id(self) -> str:
        """An id as the program's own clock makes them."""
        return f"{self._now:%Y%m%d}-{''.join(self._rng.choices(ID_LETTERS, k=5))}"


class Living:
    """Carries out a plan in a store that is empty."""

    def __init__(self, plan: Plan, store: SqlStore, library: Library, listener: Listener) -> None:
        self._plan = plan
        self._store = store
        self._library = library
        self._listener = listener
        self._clock = PastClock(plan.founded_at, plan.seed)
        self._team = Team(SqlTeam(store), store, Results(store, listener, self._clock), self._clock)
        self._chooser = Chooser()
        self._people: dict[str, Person] = {}
        self._assignments: dict[str, str] = {}
        self._sessions: dict[int, str] = {}

    async def live(self, tell: Callable[[int], None]) -> None:
        """Take every step; `tell` gets how many sessions have been played."""
        await self._found()
        for step in self._plan.steps:
            self._clock.put(step.at)
            await self._take(step)
            if isinstance(step, Play):
                tell(step.number)

    async def _found(self) -> None:
        admins = [each for each in self._plan.people if each.duty is Duty.ADMIN]
        others = [each for each in self._plan.people if each.duty is not Duty.ADMIN]
        (admin,) = await self._team.people.add(None, [_wanted(each) for each in admins])
        self._people = {
            person.name: person
            for person in (admin, *await self._team.people.add(admin, [_wanted(each) for each in others]))
        }
        for each in self._plan.people:
            if each.is_on_board:
                person = self._people[each.name]
                self._people[each.name] = await self._team.people.change(person, person, {"is_on_board": True})

    async def _take(self, step: Step) -> None:
        match step:
            case Assign():
                await self._assign(step.task, step.due_at)
            case Play():
                await self._play(step)
            case Review():
                await self._review(step)

    async def _assign(self, task: Task, due_at: datetime) -> None:
        terms = Terms(
            title=task.title,
            due_at=due_at,
            zone=ZONE,
            attempts=task.attempts,
            mode=task.mode,
            after=tuple(self._assignments[key] for key in task.after),
        )
        people = await self._team.people.chosen([], task.teams)
        case = self._library.case(task.plays)
        self._assignments[task.key] = (await self._team.assigning.make(self._coach, case, people, terms)).id

    async def _play(self, step: Play) -> None:
        person, session = self._people[step.who], step.session
        case, mode, assignment_id = self._library.case(session.plays), Mode.COACHED, None
        difficulty = session.difficulty
        if session.of is not None:
            with suppress(MoveError):  # by another seed it may be passed already; then it is played for oneself
                assignment, case = await self._team.assigning.begin(person, self._assignments[session.of])
                mode, assignment_id, difficulty = assignment.mode, assignment.id, assignment.difficulty
        practice = await Practice.start(
            case,
            seed=step.seed,
            recruiter=person.name,
            store=self._store,
            listener=self._listener,
            actor=ScriptedActor(),
            clock=self._clock,
            difficulty=difficulty,
            mode=mode,
            assignment=assignment_id,
        )
        await perform(practice, session.moves()(practice, random.Random(f"{step.seed}|{session.how}")))
        await practice.aclose()
        await self._team.results.score(practice.id, practice.case, practice.events)
        self._sessions[step.number] = practice.id
        if session.then is not Then.PRIVATE:
            await self._team.assigning.submit(person, await self._store.session(practice.id))

    async def _review(self, step: Review) -> None:
        session = await self._store.session(self._sessions[step.number])
        case, events = await self._store.read(session.id)
        result = await self._team.results.standing(session.id, case)
        assert result is not None, "it was scored when it was over"
        about = transcript_of(case, events)
        if step.then in {Then.DISPUTED, Then.ANSWERED}:
            await self._dispute(step, session, result, about)
        if step.then in {Then.OVERRULED, Then.SENT_BACK}:
            await self._overrule(step, session, result, about)
        if step.then in {Then.COMMENTED, Then.SIGNED_OFF, Then.OVERRULED}:
            await self._comment(step, session, result, about)
        if step.then is Then.SENT_BACK:
            await self._send_back(step, session, result, about)
        if step.then in {Then.SIGNED_OFF, Then.OVERRULED, Then.ANSWERED}:
            await self._sign_off(session)

    async def _dispute(self, step: Review, session: StoredSession, result: Result, about: Transcript) -> None:
        chosen = self._chooser.one(words().dispute, result, about)
        if chosen is None:
            return
        entry = chosen.entry
        reviewing = self._team.reviewing
        await reviewing.dispute(self._people[step.who], session, entry.criterion, entry.words)
        if step.then is Then.ANSWERED:
            await reviewing.comment(self._coach, session, _to(step.who, entry.answer), chosen.turn)
            await reviewing.accept(self._coach, session, [entry.criterion])

    async def _comment(self, step: Review, session: StoredSession, result: Result, about: Transcript) -> None:
        """What went well, at its turn, then one thing for next time."""
        for verdict in (Verdict.MET, Verdict.MISSED):
            entries = [each for each in words().comment if each.verdict is verdict]
            chosen = self._chooser.one(entries, result, about)
            if chosen is not None:
                told = _to(step.who, chosen.entry.words)
                await self._team.reviewing.comment(self._coach, session, told, chosen.turn)

    async def _overrule(self, step: Review, session: StoredSession, result: Result, about: Transcript) -> None:
        chosen = self._chooser.one(words().overrule, result, about)
        if chosen is not None:
            entry = chosen.entry
            because = _to(step.who, entry.words)
            await self._team.reviewing.overrule(
                self._coach, session, entry.criterion, entry.to, because, turn=chosen.turn
            )

    async def _send_back(self, step: Review, session: StoredSession, result: Result, about: Transcript) -> None:
        chosen = self._chooser.one(words().send_back, result, about)
        if chosen is not None:
            told = _to(step.who, chosen.entry.words)
            await self._team.reviewing.send_back(self._coach, session, told, drill=chosen.entry.drill)

    async def _sign_off(self, session: StoredSession) -> None:
        with suppress(MoveError):  # nothing is left where everything was decided
            await self._team.reviewing.accept(self._coach, session)
        await self._team.reviewing.sign_off(self._coach, session)

    @property
    def _coach(self) -> Person:
        return self._people[self._plan.coach]


def _wanted(member: Member) -> Wanted:
    return Wanted(name=member.name, email=member.email, duty=member.duty.value, teams=member.teams)


def _to(name: str, text: str) -> str:
    """What is written to somebody, with their first name."""
    return text.replace("{name}", name.split()[0])
