"""How skills grow: per criterion, the recent tries counting most. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from roleplay.scoring.result import Verdict
from roleplay.scoring.scorer import WORTH
from roleplay.store.base import StoredSession
from roleplay.store.team import KeptVerdict
from roleplay.values import Value

FADING: Final = 0.7
"""What a try counts against the one after it: of five tries the latest two make 61 percent."""
ENOUGH_TRIES: Final = 3
"""With fewer, somebody neither has a weakest skill nor teaches one."""
GOOD_ENOUGH: Final = 0.75
"""The level from which on somebody could teach a skill."""
ON_BOARD: Final = 5
"""Of how many latest sessions the leader board takes the mean."""


class Skill(NamedTuple):
    """How somebody does on one criterion, each figure from 0 to 1."""

    tries: int
    first: float
    best: float
    latest: float
    level: float
    """The mean of all tries, each counting `FADING` times what the one after it does."""


class HeatMap(Value):
    """People by criteria."""

    criteria: tuple[str, ...]
    """By their ids, the most tried first."""
    people: tuple[str, ...]
    """Names, in the order given."""
    skills: dict[str, dict[str, Skill]]
    """By name and criterion; nothing where it was never tried."""
    weakest: str | None = None
    """The criterion on which the team as a whole is lowest."""
    weakest_level: float | None = None
    teachers: tuple[str, ...] = ()
    """Who could teach it, the best first."""


class Point(NamedTuple):
    """A session's score in a trend."""

    at: datetime
    session: str
    title: str
    score: float


class OnBoard(NamedTuple):
    """A place on the leader board."""

    name: str
    mean: float
    sessions: int


def skills_of(verdicts: Iterable[KeptVerdict]) -> dict[str, Skill]:
    """One person's skills by criterion. `verdicts`: theirs, in the order of the sessions."""
    tries: dict[str, list[float]] = {}
    for kept in verdicts:
        worth = WORTH[Verdict(kept.verdict)]
        if worth is not None:
            tries.setdefault(kept.criterion, []).append(worth)
    return {criterion: _skill(values) for criterion, values in tries.items()}


def heat_map(everybody: Mapping[str, Mapping[str, Skill]], people: Sequence[str]) -> HeatMap:
    """Put people's skills side by side, and find the weakest. `everybody`: skills by name and criterion."""
    skills = {name: dict(everybody.get(name, {})) for name in people}
    tries: dict[str, int] = {}
    for theirs in skills.values():
        for criterion, skill in theirs.items():
            tries[criterion] = tries.get(criterion, 0) + skill.tries
    weakest, level = _weakest(skills, tries)
    return HeatMap(
        criteria=tuple(sorted(tries, key=lambda criterion: (-tries[criterion], criterion))),
        people=tuple(people),
        skills=skills,
        weakest=weakest,
        weakest_level=level,
        teachers=() if weakest is None else teachers_of(weakest, skills),
    )


def weakest_of(skills: Mapping[str, Skill]) -> str | None:
    """The criterion on which somebody is lowest, of those tried often enough; None where they are good at all."""
    tried = {name: skill.level for name, skill in skills.items() if skill.tries >= ENOUGH_TRIES}
    lowest = min(tried, key=lambda name: (tried[name], name), default=None)
    return None if lowest is None or tried[lowest] >= GOOD_ENOUGH else lowest


def teachers_of(criterion: str, skills: Mapping[str, Mapping[str, Skill]]) -> tuple[str, ...]:
    """Who is good at a criterion, and tried it often enough, the best first."""
    able = {
        name: theirs[criterion].level
        for name, theirs in skills.items()
        if criterion in theirs and theirs[criterion].tries >= ENOUGH_TRIES and theirs[criterion].level >= GOOD_ENOUGH
    }
    return tuple(sorted(able, key=lambda name: (-able[name], name)))


def trend(sessions: Iterable[StoredSession]) -> tuple[Point, ...]:
    """Scores that count, in the order of the sessions' beginnings."""
    points = (
        Point(session.started_at, session.id, session.title, session.score)
        for session in sessions
        if session.score is not None and not session.is_void
    )
    return tuple(sorted(points))


def _skill(tries: Sequence[float]) -> Skill:
    worths = weights = 0.0
    for worth in tries:
        worths, weights = worths * FADING + worth, weights * FADING + 1
    return Skill(len(tries), tries[0], max(tries), tries[-1], round(worths / weights, 3))


def _weakest(skills: Mapping[str, Mapping[str, Skill]], tries: Mapping[str, int]) -> tuple[str | None, float | None]:
    """The mean level over those who tried it; only what was tried often enough."""
    levels: dict[str, float] = {}
    for criterion, count in tries.items():
        if count >= ENOUGH_TRIES:
            theirs = [each[criterion].level for each in skills.values() if criterion in each]
            levels[criterion] = sum(theirs) / len(theirs)
    lowest = min(levels, key=lambda criterion: (levels[criterion], criterion), default=None)
    return (None, None) if lowest is None else (lowest, round(levels[lowest], 3))
