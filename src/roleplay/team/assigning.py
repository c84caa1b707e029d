"""Assigning, beginning an attempt, and handing in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from itertools import islice
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import ValidationError
from tzlocal import get_localzone_name

from roleplay.content.case import Case
from roleplay.content.difficulty import Difficulty
from roleplay.content.mode import Mode
from roleplay.errors import DutyError, MoveError, NotFoundError, SettingsError
from roleplay.practice.clock import Clock
from roleplay.record.words import plain_words
from roleplay.roster.assignments import MOST_ATTEMPTS, Assignment, Attempt, Standing, Status, hindrance, standing_of
from roleplay.roster.events import AssignmentMade, AssignmentWithdrawn, SessionSubmitted
from roleplay.roster.people import Duty, Person, PersonId
from roleplay.store.base import StoredSession
from roleplay.store.team import TeamStore
from roleplay.team.people import must_be
from roleplay.values import Value

END_OF_DAY: Final = time(23, 59)
"""When a day is due on which no time was given."""


class Terms(Value):
    """What an assignment asks for, beside whom and what."""

    title: str = ""
    """Empty: the scenario's own."""
    due_at: datetime
    zone: str
    pass_mark: float | None = None
    """None: the scorecard's own."""
    attempts: int = 3
    mode: Mode = Mode.COACHED
    difficulty: Difficulty = Difficulty.NORMAL
    after: tuple[str, ...] = ()


class Overdue(NamedTuple):
    """Something assigned that is over and wasn't passed."""

    assignment: Assignment
    person: PersonId


@dataclass(frozen=True)
class Assigning:
    """What is assigned in a team, and how far everybody is."""

    store: TeamStore
    clock: Clock

    async def check_may_assign(self, me: Person) -> None:
        """Raise DutyError where assigning isn't for `me` to do."""
        must_be(me, Duty.COACH, "assigns", await self.store.people())

    async def make(self, me: Person, case: Case, people: Sequence[Person], terms: Terms) -> Assignment:
        """Assign a case as it is now; later changes of its content change nothing.

        Raises:
            DutyError: it isn't for `me` to do.
            NotFoundError: nobody to assign it to, or an assignment to pass before that isn't there.
            SettingsError: a term that can't be.
        """
        await self.check_may_assign(me)
        if not people:
            raise NotFoundError("nobody to assign it to; name people, or a team")
        known = {each.id for each in await self.store.assignments()}
        missing = [each for each in terms.after if each not in known]
        if missing:
            raise NotFoundError(f"no assignment {missing[0]!r}; roleplay assign --list shows them")
        now = self.clock.now()
        if terms.due_at <= now:
            raise SettingsError(f"due {terms.due_at.isoformat(' ', 'minutes')}: that is over already")
        marked = case if terms.pass_mark is None else _with_pass_mark(case, terms.pass_mark)
        try:
            assignment = Assignment(
                id=f"a-{self.clock.new_id()}",
                title=plain_words(terms.title) or case.scenario.title,
                scenario_id=case.scenario_id,
                scorecard_id=case.scorecard_id,
                case_digest=marked.digest,
                pass_mark=marked.scorecard.pass_mark,
                due_at=terms.due_at,
                zone=terms.zone,
                attempts=terms.attempts,
                mode=terms.mode,
                difficulty=terms.difficulty,
                after=terms.after,
                people=tuple(person.id for person in people),
                by=me.id,
                made_at=now,
            )
        except ValidationError as error:
            field = str(error.errors()[0]["loc"][0])
            allowed = {"attempts": f"from 1 to {MOST_ATTEMPTS}", "pass_mark": "from 0 to 100"}.get(field, "otherwise")
            raise SettingsError(f"{field.replace('_', ' ')} must be {allowed}") from error
        event = AssignmentMade(at=now, by=me.id, assignment=assignment.id, people=assignment.people)
        await self.store.keep_assignment(assignment, marked, event)
        return assignment

    async def withdraw(self, me: Person, assignment_id: str) -> Assignment:
        """Take an assignment back; what was played for it stays.

        Raises:
            DutyError: it isn't for `me` to do.
            NotFoundError: there is no such assignment.
        """
        must_be(me, Duty.COACH, "withdraws assignments", await self.store.people())
        assignment = await self.one(assignment_id)
        now = self.clock.now()
        withdrawn = assignment.model_copy(update={"withdrawn_at": now})
        event = AssignmentWithdrawn(at=now, by=me.id, assignment=assignment.id)
        await self.store.keep_assignment(withdrawn, await self.store.case(assignment.case_digest), event)
        return withdrawn

    async def one(self, assignment_id: str) -> Assignment:
        """An assignment by its id.

        Raises:
            NotFoundError: there is none, or it was withdrawn.
            DutyError: it isn't for whoever asks to see.
        """
        for each in await self.store.assignments():
            if each.id == assignment_id:
                return each
        if await self.store.hides_assignment(assignment_id):
            raise DutyError(f"assignment {assignment_id!r} isn't for you")
        raise NotFoundError(f"no assignment {assignment_id!r}; roleplay assign --list shows them")

    async def mine(self, me: Person) -> list[Standing]:
        """How far somebody is with all that was assigned to them, by due time, what is done last."""
        assignments = await self.store.assignments()
        theirs = standings_of(assignments, await self.store.attempts(me.id), self.clock.now(), of=me.id)
        return sorted(theirs, key=lambda each: (each.is_done, each.assignment.due_at))

    async def all(self, me: Person) -> list[Standing]:
        """How far everybody is with everything, by due time.

        Raises:
            DutyError: it isn't for `me` to see.
        """
        must_be(me, Duty.COACH, "sees everybody's assignments", await self.store.people())
        return standings_of(await self.store.assignments(), await self.store.attempts(), self.clock.now())

    async def overdue(self, me: Person, limit: int = 1_000_000) -> list[Overdue]:
        """Who didn't pass what is due, though they still could have; the latest due first, and at most `limit`.

        Raises:
            DutyError: it isn't for `me` to see.
        """
        people = await self.store.people()
        must_be(me, Duty.COACH, "sees everybody's assignments", people)
        names = {person.id: person.name for person in people}
        counts = {(each.assignment, each.recruiter): each for each in await self.store.standing_counts()}
        now = self.clock.now()
        late = (
            Overdue(assignment, person)
            for assignment in reversed(await self.store.assignments())
            if now > assignment.due_at
            for person in assignment.people
            if (count := counts.get((assignment.id, names.get(person, "")))) is None
            or not (count.has_passed or count.used >= assignment.attempts)
        )
        return list(islice(late, limit))

    async def handed_in(self, me: Person, assignment_id: str) -> list[str]:
        """The sessions that were handed in for an assignment, in the order of their beginnings.

        Raises:
            DutyError: it isn't for `me` to see.
            NotFoundError: there is no such assignment, or nothing was handed in.
        """
        must_be(me, Duty.COACH, "sees what everybody handed in", await self.store.people())
        assignment = await self.one(assignment_id)
        theirs = [each for each in await self.store.attempts() if each.assignment == assignment.id]
        found = [each.session for each in theirs if each.submitted_at is not None]
        if not found:
            raise NotFoundError(f"{assignment.title}: nothing was handed in yet")
        return found

    async def begin(self, me: Person, assignment_id: str) -> tuple[Assignment, Case]:
        """What an attempt is played with.

        Raises:
            NotFoundError: there is no such assignment.
            DutyError: it isn't for them.
            MoveError: no attempt can begin now, and why.
        """
        assignment = await self.one(assignment_id)
        standing = next((each for each in await self.mine(me) if each.assignment.id == assignment.id), None)
        if standing is None:
            raise DutyError(f"assignment {assignment.id!r} isn't for you, {me.name}")
        hindered = hindrance(standing)
        if hindered is not None:
            raise MoveError(f"{assignment.title}: no attempt can begin now; {hindered}")
        return assignment, await self.store.case(assignment.case_digest)

    async def submit(self, me: Person, session: StoredSession) -> None:
        """Hand a session in: it counts as an attempt from now on, and a coach sees it.

        Raises:
            DutyError: it is somebody else's.
            MoveError: it isn't over, was handed in before, or there are no attempts left.
        """
        if session.recruiter != me.name:
            raise DutyError(f"session {session.id!r} isn't yours, {me.name}; only its recruiter hands it in")
        if not session.is_over:
            raise MoveError(f"session {session.id!r} isn't over; go on with: roleplay practice --resume {session.id}")
        if session.submitted_at is not None:
            raise MoveError(f"session {session.id!r} was handed in already")
        if session.assignment is not None:
            standing = next((each for each in await self.mine(me) if each.assignment.id == session.assignment), None)
            if standing is not None and standing.status is Status.FAILED:
                raise MoveError(f"{standing.assignment.title}: all {standing.assignment.attempts} attempts are used up")
        event = SessionSubmitted(at=self.clock.now(), by=me.id, session=session.id, assignment=session.assignment)
        await self.store.submit(session.id, event)


def standings_of(
    assignments: Sequence[Assignment], attempts: Sequence[Attempt], now: datetime, *, of: PersonId | None = None
) -> list[Standing]:
    """How far everybody is, or one person, by due time."""
    theirs: dict[tuple[str, str], list[Attempt]] = {}
    for attempt in attempts:
        theirs.setdefault((attempt.assignment, attempt.person), []).append(attempt)
    passed = _passed(theirs)
    return [
        standing_of(assignment, person, theirs.get((assignment.id, person), ()), passed.get(person, set()), now)
        for assignment in sorted(assignments, key=lambda each: (each.due_at, each.id))
        for person in assignment.people
        if of in {None, person}
    ]


def _passed(theirs: Mapping[tuple[str, str], Sequence[Attempt]]) -> dict[str, set[str]]:
    passed: dict[str, set[str]] = {}
    for (assignment, person), attempts in theirs.items():
        if any(each.counts and each.passed for each in attempts):
            passed.setdefault(person, set()).add(assignment)
    return passed


def local_zone() -> str:
    """The name of the machine's time zone."""
    return get_localzone_name() or "UTC"


def due_of(text: str, zone: str) -> datetime:
    """A day or a time, `2026-12-01` or `2026-12-01 17:00`, in a time zone; a day alone is due at its end.

    Raises:
        SettingsError: it is neither, or there is no such zone.
    """
    try:
        where = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise SettingsError(f"no time zone {zone!r}; it is named like Europe/London") from error
    try:
        told = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise SettingsError(f"due {text!r}: give a day or a time, 2026-12-01 or 2026-12-01 17:00") from error
    if told.tzinfo is not None:
        return told
    if len(text.strip()) <= len("2026-12-01"):
        told = datetime.combine(told.date(), END_OF_DAY)
    return told.replace(tzinfo=where)


def _with_pass_mark(case: Case, pass_mark: float) -> Case:
    if not 0 <= pass_mark <= 100:
        raise SettingsError("pass mark must be from 0 to 100")
    scorecard = case.scorecard.model_copy(update={"pass_mark": pass_mark})
    return Case(  # not a copy, which would keep the digest
        scenario_id=case.scenario_id,
        scenario=case.scenario,
        personas=case.personas,
        scorecard_id=case.scorecard_id,
        scorecard=scorecard,
    )
