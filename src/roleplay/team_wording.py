"""What every face says alike of a team: dues, standings, what waits for a coach, skills."""

from collections.abc import Mapping, Sequence
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from roleplay.content.mode import Mode
from roleplay.roster.assignments import Assignment, Standing, Status
from roleplay.roster.review import Queued, Why
from roleplay.store.base import StoredSession
from roleplay.team.progress import ENOUGH_TRIES, HeatMap, OnBoard, Skill
from roleplay.wording import count, number, when

STATUS_WORDS: Final = {
    Status.NOT_STARTED: ("○", "not started"),
    Status.IN_PROGRESS: ("◐", "in progress"),
    Status.PASSED: ("✓", "passed"),
    Status.FAILED: ("✗", "failed"),
    Status.OVERDUE: ("!", "overdue"),
}
WHY_WORDS: Final = {
    Why.DISPUTED: ("?", "disputed"),
    Why.LOW_FIDELITY: ("≈", "the voice kept to its part too little, so it doesn't count"),
    Why.SUBMITTED: ("›", "handed in"),
    Why.OVERDUE: ("!", "overdue"),
}
BAR: Final = "█"
BAR_CELLS: Final = 10


def due_words(assignment: Assignment) -> str:
    """When it is due, in the zone in which that was given: `1 Dec 2026, 17:00 (Europe/London)`."""
    try:
        local = assignment.due_at.astimezone(ZoneInfo(assignment.zone))
    except (ZoneInfoNotFoundError, ValueError):
        return when(assignment.due_at)
    return f"{local.day} {local:%b %Y, %H:%M} ({assignment.zone})"


def terms_words(assignment: Assignment) -> str:
    """What is asked for, in a line."""
    exam = ", as an exam" if assignment.mode is Mode.EXAM else ""
    hard = "" if assignment.difficulty == "normal" else f", {assignment.difficulty}"
    return f"{number(assignment.pass_mark)} of 100 passes, {count(assignment.attempts, 'attempt')}{exam}{hard}"


def standing_words(standing: Standing) -> str:
    """How far somebody is, in a line."""
    sign, word = STATUS_WORDS[standing.status]
    parts = [f"{sign} {word}{' (late)' if standing.is_late else ''}", f"due {due_words(standing.assignment)}"]
    if standing.used:
        parts.append(f"{standing.used} of {count(standing.assignment.attempts, 'attempt')}")
    if standing.best is not None:
        parts.append(f"best {number(standing.best)}")
    if standing.waits_for and not standing.is_done:
        parts.append(f"after {', '.join(standing.waits_for)}")
    return " · ".join(parts)


def to_do_words(standing: Standing) -> str:
    """What somebody does next about an assignment."""
    if standing.is_done:
        return ""
    if standing.open_session is not None:
        return "An attempt is under way: go on with it."
    if standing.unsubmitted:
        return f"Not handed in yet: {standing.unsubmitted[0]}."
    return ""


def queued_words(queued: Queued) -> tuple[str, str]:
    """An entry of a coach's queue: who and what, then why and since when."""
    sign, why = WHY_WORDS[queued.why]
    score = "" if queued.score is None else f" · {number(queued.score)} {'passed' if queued.passed else 'not passed'}"
    session = "" if queued.session is None else f" · {queued.session}"
    return f"{queued.person}: {queued.title}", f"{sign} {why} · {when(queued.since)}{score}{session}"


def waiting_words(entries: int) -> str:
    """How many wait for a coach."""
    return "Nothing waits for you." if not entries else "One waits." if entries == 1 else f"{entries} wait."


def handing_in_words(session: StoredSession) -> str:
    """What is said of a session that could be handed in."""
    return f"Only you see it until you hand it in: roleplay submit {session.id}"


def skill_words(skill: Skill) -> str:
    """A skill in figures: `62% · first 0% · best 100% · latest 100% · 5 tries`."""
    tries = "1 try" if skill.tries == 1 else f"{skill.tries} tries"
    return (
        f"{bar(skill.level)} {skill.level:>4.0%} · first {skill.first:.0%} · best {skill.best:.0%}"
        f" · latest {skill.latest:.0%} · {tries}"
    )


def bar(share: float) -> str:
    """A share from 0 to 1 as ten cells."""
    full = round(share * BAR_CELLS)
    return BAR * full + "·" * (BAR_CELLS - full)


def board_words(board: Sequence[OnBoard]) -> list[str]:
    """The leader board, a place a line."""
    return [
        f"{place:>2}. {each.name}: {number(each.mean)} ({count(each.sessions, 'session')})"
        for place, each in enumerate(board, 1)
    ]


def weakest_words(weakest: str | None, titles: Mapping[str, str]) -> str:
    """What somebody should practise."""
    if weakest is None:
        return f"No weak skill: none was tried {ENOUGH_TRIES} times and is low."
    return f"To practise: {titles.get(weakest, weakest)}."


def team_words(heat_map: HeatMap, titles: Mapping[str, str]) -> Sequence[str]:
    """The team's weakest skill, and who could teach it."""
    if heat_map.weakest is None or heat_map.weakest_level is None:
        return ["Too little was handed in to tell a weakest skill."]
    title = titles.get(heat_map.weakest, heat_map.weakest)
    lines = [f"The team's weakest skill: {title} ({heat_map.weakest_level:.0%})."]
    if heat_map.teachers:
        lines.append(f"Could teach it: {', '.join(heat_map.teachers)}.")
    else:
        lines.append("Nobody in the team is good enough at it yet to teach it.")
    return lines
