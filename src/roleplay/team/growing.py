"""Somebody's page, and everybody's skills side by side, for whom they are."""

import json
from dataclasses import dataclass

from roleplay.roster.people import Duty, Person
from roleplay.store.base import SessionStore
from roleplay.store.team import KeptSkills, TeamStore
from roleplay.team.people import must_be
from roleplay.team.progress import (
    ON_BOARD,
    HeatMap,
    OnBoard,
    Point,
    Skill,
    heat_map,
    skills_of,
    trend,
    weakest_of,
)
from roleplay.values import Value

SESSIONS_READ = 2000
"""Of the latest sessions, what a trend and the leader board look at."""


class Page(Value):
    """How somebody grows."""

    name: str
    """Empty where somebody plays alone and without a name."""
    skills: dict[str, Skill]
    """By criterion, the lowest level first."""
    weakest: str | None
    points: tuple[Point, ...]
    """Scores, the oldest first."""


@dataclass(frozen=True)
class Growing:
    """Everybody sees their own; a coach sees what was handed in by others."""

    store: TeamStore
    sessions: SessionStore

    async def page(self, me: Person, person: Person) -> Page:
        """Somebody's page: one's own with all that one played, another's with what they handed in.

        Raises:
            DutyError: it isn't for `me` to see.
        """
        is_own = me.id == person.id
        if not is_own:
            must_be(me, Duty.COACH, "sees others' progress", await self.store.people())
        return await self._page(person.name, only_submitted=not is_own)

    async def page_alone(self, name: str | None) -> Page:
        """A page where there is no team: of the sessions by that name, or of all where no name is known."""
        return await self._page(name, only_submitted=False)

    async def _page(self, name: str | None, *, only_submitted: bool) -> Page:
        skills = skills_of(await self.store.verdicts(recruiter=name, only_submitted=only_submitted))
        sessions = await self.sessions.sessions(SESSIONS_READ, recruiter=name)
        return Page(
            name=name or "",
            skills=dict(sorted(skills.items(), key=lambda named: (named[1].level, named[0]))),
            weakest=weakest_of(skills),
            points=trend(sessions),
        )

    async def everybody(self, me: Person, team: str | None = None) -> HeatMap:
        """The skills of the recruiters of one team, or of all, by what they handed in.

        Raises:
            DutyError: it isn't for `me` to see.
        """
        people = await self.store.people()
        must_be(me, Duty.COACH, "sees everybody's progress", people)
        names = [
            person.name for person in people if person.duty is Duty.RECRUITER and (team is None or person.is_in(team))
        ]
        return heat_map(await self._skills(), names)

    async def board(self) -> tuple[OnBoard, ...]:
        """The leader board of those who chose to stand on it, by what they handed in; the highest first."""
        board = [OnBoard(name, round(mean, 1), sessions) for name, mean, sessions in await self.store.board(ON_BOARD)]
        return tuple(sorted(board, key=lambda each: (-each.mean, each.name)))

    async def _skills(self) -> dict[str, dict[str, Skill]]:
        """Everybody's skills by what they handed in; only those are worked out whose sessions have changed."""
        skills: dict[str, dict[str, Skill]] = {}
        changed: list[KeptSkills] = []
        for kept in await self.store.skills():
            if kept.skills is None:
                skills[kept.recruiter] = skills_of(await self.store.verdicts(recruiter=kept.recruiter))
                changed.append(kept._replace(skills=json.dumps(skills[kept.recruiter])))
            else:
                skills[kept.recruiter] = {name: Skill(*values) for name, values in json.loads(kept.skills).items()}
        if changed:
            await self.store.keep_skills(changed)
        return skills
