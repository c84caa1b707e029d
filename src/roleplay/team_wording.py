"""What every face says alike of a team: dues, standings, what waits for a coach, skills."""

from collections.abc import Mapping, Sequence
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from roleplay.content.library import Library
from roleplay.content.mode import Mode
from roleplay.roster.assignments import Assignment, Standing, Status
from roleplay.roster.people import Duty, Person
from roleplay.roster.review import Queued, Why
from roleplay.scoring.remarks import Remarks
from roleplay.store.base import StoredSession
from roleplay.team.progress import ENOUGH_TRIES, GOOD_ENOUGH, HeatMap, OnBoard, Skill
from roleplay.wording import count, number, when, whole

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
SPARKS: Final = "▁▂▃▄▅▆▇█"
FAIR: Final = 0.4
"""The level from which on a skill isn't low."""
BAR_CELLS: Final = 10


def due_words(assignment: Assignment) -> str:
    """When it is due, where the reader is, and in the zone in which that was given.

    `1 Dec 2026, 17:00 (Europe/London)`; where clocks differ: `1 Dec 2026, 12:00 (1 Dec, 17:00 in Europe/London)`.
    """
    here = when(assignment.due_at)
    try:
        given = assignment.due_at.astimezone(ZoneInfo(assignment.zone))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return here
    if given.utcoffset() == assignment.due_at.astimezone().utcoffset():
        return f"{here} ({assignment.zone})"
    return f"{here} ({given.day} {given:%b, %H:%M} in {assignment.zone})"


def terms_words(assignment: Assignment) -> str:
    """What is asked for, in a line."""
    exam = ", as an exam" if assignment.mode is Mode.EXAM else ""
    hard = "" if assignment.difficulty == "normal" else f", {assignment.difficulty}"
    return f"{number(assignment.pass_mark)} of 100 passes, {count(assignment.attempts, 'attempt')}{exam}{hard}"


def standing_words(standing: Standing, *, with_due: bool = True) -> str:
    """How far somebody is, in a line."""
    sign, word = STATUS_WORDS[standing.status]
    parts = [f"{sign} {word}{' (late)' if standing.is_late else ''}"]
    if with_due:
        parts.append(f"due {due_words(standing.assignment)}")
    if standing.used:
        parts.append(f"{standing.used} of {count(standing.assignment.attempts, 'attempt')}")
    if standing.best is not None:
        parts.append(f"best {whole(standing.best)}")
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


def next_words(standing: Standing) -> list[str]:
    """What somebody can type next about an assignment."""
    if standing.is_done or standing.waits_for:
        return []
    if standing.open_session is not None:
        return [f"To go on with your attempt: roleplay practice --resume {standing.open_session}"]
    begin = f"To begin an attempt: roleplay practice --assignment {standing.assignment.id}"
    if not standing.unsubmitted:
        return [begin]
    return [f"Not handed in yet: roleplay submit {session}" for session in standing.unsubmitted] + [begin]


def queued_words(queued: Queued) -> tuple[str, str]:
    """An entry of a coach's queue: who and what, then why and since when."""
    sign, why = WHY_WORDS[queued.why]
    score = "" if queued.score is None else f" · {whole(queued.score)} {'passed' if queued.passed else 'not passed'}"
    session = "" if queued.session is None else f" · {queued.session}"
    return f"{queued.person}: {queued.title}", f"{sign} {why} · {when(queued.since)}{score}{session}"


def person_words(person: Person, *, with_email: bool) -> str:
    """Somebody in a line: `Jen Ortiz, recruiter in North, South · jen@example.com · on the leader board`."""
    teams = f" in {', '.join(person.teams)}" if person.teams else ""
    parts = [f"{person.name}, {person.duty}{teams}"]
    if with_email and person.email is not None:
        parts.append(person.email)
    if person.is_on_board:
        parts.append("on the leader board")
    return " · ".join(parts)


def people_words(people: Sequence[Person]) -> str:
    """How many there are: `8 people: 1 admin, 1 coach, 6 recruiters`."""
    duties = [person.duty for person in people]
    told = [count(duties.count(duty), duty) for duty in (Duty.ADMIN, Duty.COACH, Duty.RECRUITER) if duty in duties]
    return f"{'1 person' if len(people) == 1 else f'{len(people)} people'}: {', '.join(told)}"


def waiting_words(entries: int) -> str:
    """How many wait for a coach."""
    return "Nothing waits for you." if not entries else "One waits." if entries == 1 else f"{entries} wait."


def to_look_at_words(remarks: Remarks) -> str:
    """What a coach should still look at in a session."""
    if remarks.signed_off is not None and not remarks.disputes:
        return "It is signed off."
    left = [f"{criterion} (disputed)" for criterion in remarks.disputes]
    left += [f"{criterion} (not sure)" for criterion in remarks.doubts if criterion not in remarks.disputes]
    if not left:
        return "Nothing is disputed or in doubt: --accept lets it all stand, --sign-off is the end of it."
    return f"To look at: {', '.join(left)}. roleplay overrule decides one, --accept CRITERION lets one stand."


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


def level_word(level: float) -> str:
    """A skill's level in a word, for whom a figure says little."""
    return "good" if level >= GOOD_ENOUGH else "fair" if level >= FAIR else "low"


def trend_words(scores: Sequence[float]) -> str:
    """Scores of 100 as a line of bars with the figures after it: `▂▅▇ 32, 58, 81`."""
    bars = "".join(SPARKS[min(int(score / 100 * len(SPARKS)), len(SPARKS) - 1)] for score in scores)
    return f"{bars} {', '.join(whole(score) for score in scores)}"


def criterion_titles(library: Library) -> dict[str, str]:
    """The titles of all criteria, by their ids; of several scorecards with a criterion of one name, the first's."""
    titles: dict[str, str] = {}
    for scorecard in library.scorecards.values():
        titles = {name: criterion.title for name, criterion in scorecard.criteria.items()} | titles
    return titles


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
