"""Who is in the team, what it did, and when. Pure: the same seed and day give the same."""

import random
import re
import tomllib
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final, NamedTuple
from zoneinfo import ZoneInfo

from pydantic import Field

from roleplay.content.base import Slug
from roleplay.content.difficulty import Difficulty
from roleplay.content.mode import Mode
from roleplay.rehearsal.method import learner
from roleplay.rehearsal.recruiters import RECRUITERS, RecruiterKind
from roleplay.rehearsal.speech import Moves
from roleplay.roster.people import Duty
from roleplay.values import Value

ZONE: Final = "Europe/London"
DAY_BEGINS: Final = time(8, 30, tzinfo=UTC)
DUE_AT: Final = time(17, 0, tzinfo=ZoneInfo(ZONE))
LATEST_START: Final = 200
"""Minutes after that, until the first thing of a day is done."""
APART: Final = timedelta(minutes=50)
"""From one thing that is done on a day to the next; longer than the longest session takes."""
FOUNDED: Final = 75
"""Days ago."""
FIRST_WEEKEND_DAY: Final = 5


class Then(StrEnum):
    """What came of a session."""

    PRIVATE = "private"
    HANDED_IN = "handed_in"
    COMMENTED = "commented"
    SIGNED_OFF = "signed_off"
    OVERRULED = "overruled"
    """A coach saw a verdict otherwise, and signed it off."""
    SENT_BACK = "sent_back"
    """A coach asked for more practice."""
    DISPUTED = "disputed"
    """And nobody has answered."""
    ANSWERED = "answered"
    """Disputed; a coach let the verdict stand, and signed it off."""


class Session(Value):
    """One session of somebody's."""

    ago: int = Field(ge=1)
    plays: Slug
    how: Annotated[str, Field(pattern=rf"^({'|'.join(RecruiterKind)}|learner-[1-9])$")]
    of: Slug | None = None
    """The key of an assignment."""
    then: Then = Then.PRIVATE
    difficulty: Difficulty = Difficulty.NORMAL

    def moves(self) -> Moves:
        """Who plays it."""
        counted = re.fullmatch(r"learner-([1-9])", self.how)
        return RECRUITERS[RecruiterKind(self.how)] if counted is None else learner(int(counted[1]))


class Member(Value):
    """Somebody in the team."""

    name: str
    email: str
    duty: Duty = Duty.RECRUITER
    teams: tuple[str, ...] = ()
    is_on_board: bool = False
    sessions: tuple[Session, ...] = ()


class Task(Value):
    """An assignment, with what it asks for."""

    key: Slug
    title: str
    plays: Slug
    made: int
    due: int
    """Days ago; below zero it is still to come."""
    teams: tuple[str, ...]
    attempts: int = 3
    mode: Mode = Mode.COACHED
    after: tuple[Slug, ...] = ()


class Book(Value):
    """The team's file."""

    coach: str
    people: tuple[Member, ...]
    assignments: tuple[Task, ...]


class Assign(NamedTuple):
    """The coach assigns something."""

    at: datetime
    task: Task
    due_at: datetime


class Play(NamedTuple):
    """Somebody plays a session, and hands it in where that is what comes of it."""

    at: datetime
    number: int
    """Which session it is, from 1 on."""
    who: str
    session: Session
    seed: int


class Review(NamedTuple):
    """A coach, or the recruiter, does something about a session that was handed in."""

    at: datetime
    number: int
    who: str
    then: Then


Step = Assign | Play | Review


class Plan(NamedTuple):
    """A team and its steps, in the order in which they are taken."""

    coach: str
    people: tuple[Member, ...]
    founded_at: datetime
    steps: tuple[Step, ...]
    seed: int

    @property
    def sessions(self) -> int:
        """How many are played."""
        return sum(isinstance(step, Play) for step in self.steps)


def plan_of(today: date, seed: int) -> Plan:
    """What the team does in the weeks up to `today`, one thing after the other."""
    book = Book.model_validate(tomllib.loads((Path(__file__).parent / "team.toml").read_text(encoding="utf-8")))
    rng = random.Random(f"{seed}|team")
    days: dict[date, list[tuple[int, Step]]] = {}

    def add(day: date, place: int, step: Step) -> None:
        days.setdefault(day, []).append((place, step))

    for task in book.assignments:
        due_at = datetime.combine(today - timedelta(days=task.due), DUE_AT)
        add(_worked(today, task.made), 0, Assign(due_at, task, due_at))
    played = [(session, member.name) for member in book.people for session in member.sessions]
    for number, (session, who) in enumerate(sorted(played, key=lambda each: (-each[0].ago, each[1])), 1):
        day = _worked(today, session.ago)
        at = datetime.combine(day, DAY_BEGINS)
        add(day, 1, Play(at, number, who, session, rng.randrange(1_000_000)))
        if session.then not in {Then.PRIVATE, Then.HANDED_IN}:
            add(min(_next_worked(day), today - timedelta(days=1)), 2, Review(at, number, who, session.then))
    return Plan(
        coach=book.coach,
        people=book.people,
        founded_at=datetime.combine(_worked(today, FOUNDED), DAY_BEGINS),
        steps=tuple(step for day in sorted(days) for step in _timed(day, days[day], rng)),
        seed=seed,
    )


def _timed(day: date, steps: Sequence[tuple[int, Step]], rng: random.Random) -> list[Step]:
    """A day's steps with their times: what is assigned, played, then reviewed."""
    ordered = [step for _, step in sorted(steps, key=lambda each: each[0])]
    begins = datetime.combine(day, DAY_BEGINS) + timedelta(minutes=rng.randrange(LATEST_START))
    return [
        step._replace(at=begins + at * APART + timedelta(minutes=rng.randrange(12))) for at, step in enumerate(ordered)
    ]


def _worked(today: date, ago: int) -> date:
    day = today - timedelta(days=ago)
    return day - timedelta(days=max(0, day.weekday() - FIRST_WEEKEND_DAY + 1))


def _next_worked(day: date) -> date:
    later = day + timedelta(days=1)
    return later + timedelta(days=(7 - later.weekday()) % 7 if later.weekday() >= FIRST_WEEKEND_DAY else 0)
