"""A small office for tests: an admin, a coach, recruiters, and sessions that they play."""

from dataclasses import dataclass
from typing import Any

from roleplay.actor.scripted import ScriptedActor
from roleplay.content.library import Library
from roleplay.content.mode import Mode
from roleplay.practice.loop import Practice
from roleplay.results import Results
from roleplay.roster.assignments import Assignment
from roleplay.roster.people import Person
from roleplay.scoring.result import Result
from roleplay.store.base import StoredSession, Viewer
from roleplay.store.sql import SqlStore
from roleplay.store.sql_team import SqlTeam
from roleplay.team.assigning import Terms, due_of
from roleplay.team.people import Wanted
from roleplay.team.together import Team
from tests.doubles import FakeClock, TaggedListener, happenings_of

GOOD = (
    "[ask_pain] Why is it open?",
    "[ask_consequence] What does it cost?",
    "[ask_deadline] By when?",
    "[ask_slip] What if it takes a month longer?",
    "[ask_budget_owner] Whose budget?",
    "[ask_priority] Which first?",
    "[require_agreement] Not without an agreement.",
    "[propose_next_step] Tuesday at ten?",
)
POOR = ("[greeting] Hello.", "[pitch] We're the best.")


@dataclass
class Office:
    """A team on one store, with a clock that a test can move."""

    store: SqlStore
    library: Library
    clock: FakeClock

    @property
    def team(self) -> Team:
        """The team, seeing everything."""
        return self.seen_by(None)

    def seen_by(self, person: Person | None) -> Team:
        """The team as `person` sees it."""
        store = self.store.seen_by(None if person is None else Viewer(person.name, coaches=person.duty.coaches))
        return Team(SqlTeam(store), store, Results(store, TaggedListener(), self.clock), self.clock)

    async def hire(self, *names: str) -> list[Person]:
        """Cora the coach, then recruiters by these names; Ada is the admin."""
        leaders = (Wanted(name="Ada Admin", duty="admin"), Wanted(name="Cora Coach", duty="coach"))
        return await self.team.people.add(None, [*leaders, *(Wanted(name=name, teams=("North",)) for name in names)])

    async def assign(self, by: Person, *people: Person, due: str = "2030-01-01", **terms: Any) -> Assignment:
        """First call with a CTO, for these people."""
        told = Terms.model_validate({"due_at": due_of(due, "Europe/London"), "zone": "Europe/London"} | terms)
        return await self.team.assigning.make(by, self.library.case("first-call-cto"), people, told)

    async def play(
        self, person: Person, turns: tuple[str, ...] = GOOD, assignment: Assignment | None = None
    ) -> tuple[StoredSession, Result]:
        """Play a call to its end, and have it scored; not handed in."""
        team = self.seen_by(person)
        if assignment is None:
            case, mode = self.library.case("first-call-cto"), Mode.COACHED
        else:
            _, case = await team.assigning.begin(person, assignment.id)
            mode = assignment.mode
        practice = await Practice.start(
            case,
            seed=1,
            recruiter=person.name,
            store=team.sessions,
            listener=TaggedListener(),
            actor=ScriptedActor(),
            clock=self.clock,
            mode=mode,
            assignment=None if assignment is None else assignment.id,
        )
        await happenings_of(practice.begin())
        for turn in turns:
            await happenings_of(practice.say(turn))
        await happenings_of(practice.leave())
        result = await team.results.score(practice.id, practice.case, practice.events)
        return await team.sessions.session(practice.id), result

    async def hand_in(self, person: Person, session: StoredSession) -> StoredSession:
        """Hand a session in, and give it back as it then stands."""
        team = self.seen_by(person)
        await team.assigning.submit(person, session)
        return await team.sessions.session(session.id)
