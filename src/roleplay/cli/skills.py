"""`roleplay progress`: how skills grow."""

import argparse
import asyncio
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from roleplay.cli.command import DONE
from roleplay.cli.text import WIDTH, wrapped
from roleplay.errors import SettingsError
from roleplay.roster.people import Person
from roleplay.studio import Studio
from roleplay.team.growing import Page
from roleplay.team.progress import HeatMap, Skill
from roleplay.team_wording import (
    board_words,
    criterion_titles,
    level_word,
    skill_words,
    team_words,
    trend_words,
    weakest_words,
)

TITLE_CELLS: Final = 36
PERSON_CELLS: Final = 10
MOST_SCORES: Final = 12
"""So many of the latest scores are shown."""
NOBODY_ON_BOARD: Final = "Nobody stands on the leader board; roleplay team change NAME --board yes puts you there."


def run(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    """Show a page, everybody side by side, or the leader board."""
    if sum((options.name is not None, options.team is not None, options.board)) > 1:
        raise SettingsError("give a name, --team or --board; one of them")
    return asyncio.run(_run(options, environment))


async def _run(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    studio = await Studio.open(environment, has_library=True, name=options.me)
    try:
        if studio.me is None and options.team is None and not options.board:
            name = options.name or options.me or studio.recruiter
            _print_page(studio, await studio.team.growing.page_alone(name), as_json=options.json)
        else:
            await _print_of_team(studio, studio.member, options)
    finally:
        await studio.aclose()
    return DONE


async def _print_of_team(studio: Studio, me: Person, options: argparse.Namespace) -> None:
    if options.board:
        await _print_board(studio, as_json=options.json)
    elif options.team is not None or (options.name is None and me.duty.coaches):
        await _print_everybody(studio, me, options.team, as_json=options.json)
    else:
        person = me if options.name is None else await studio.team.people.named(options.name)
        _print_page(studio, await studio.team.growing.page(me, person), as_json=options.json)


async def _print_board(studio: Studio, *, as_json: bool) -> None:
    board = await studio.team.growing.board()
    if as_json:
        print(json.dumps([each._asdict() for each in board], ensure_ascii=False, indent=2))
        return
    print("\n".join(board_words(board)) or NOBODY_ON_BOARD)


def _print_page(studio: Studio, page: Page, *, as_json: bool) -> None:
    if as_json:
        print(_json(page, {name: skill._asdict() for name, skill in page.skills.items()}))
        return
    for line in _page_lines(page, criterion_titles(studio.library)):
        print(line)


def _page_lines(page: Page, titles: Mapping[str, str]) -> Iterator[str]:
    if not page.skills:
        yield wrapped(f"{page.name}: nothing was scored yet." if page.name else "Nothing was scored yet.")
        return
    head = f"{page.name}. " if page.name else ""
    yield wrapped(f"{head}{weakest_words(page.weakest, titles)}")
    if page.points:
        latest = page.points[-MOST_SCORES:]
        yield wrapped(f"Scores, the latest last: {trend_words([point.score for point in latest])}", indent="  ")
    yield "Skills, the lowest first"
    for criterion, skill in page.skills.items():
        yield wrapped(f"{titles.get(criterion, criterion)}: {level_word(skill.level)}", indent="    ", first="  ")
        yield f"    {skill_words(skill)}"


async def _print_everybody(studio: Studio, me: Person, team: str | None, *, as_json: bool) -> None:
    heat_map = await studio.team.growing.everybody(me, team)
    if team is not None:
        await studio.team.people.chosen((), (team,))  # raises where there is no such team
    if as_json:
        skills = {
            name: {criterion: skill._asdict() for criterion, skill in theirs.items()}
            for name, theirs in heat_map.skills.items()
        }
        print(_json(heat_map, skills))
        return
    titles = criterion_titles(studio.library)
    for line in team_words(heat_map, titles):
        print(wrapped(line))
    for line in _table(heat_map, titles):
        print(line)


def _json(value: Page | HeatMap, skills: Mapping[str, object]) -> str:
    """A value with its skills' figures named."""
    return json.dumps(value.model_dump(mode="json") | {"skills": skills}, ensure_ascii=False, indent=2)


def _table(heat_map: HeatMap, titles: Mapping[str, str]) -> Iterator[str]:
    """Criteria down, people across, as many at a time as fit."""
    if not heat_map.criteria:
        return
    at_once = (WIDTH - TITLE_CELLS) // PERSON_CELLS
    heads = _short_names(heat_map.people)
    for start in range(0, len(heat_map.people), at_once):
        people = heat_map.people[start : start + at_once]
        yield ""
        yield _row("Skill", [heads[name] for name in people])
        for criterion in heat_map.criteria:
            cells = [_cell(heat_map.skills[name].get(criterion)) for name in people]
            yield _row(titles.get(criterion, criterion), cells)


def _row(title: str, cells: Sequence[str]) -> str:
    short = title if len(title) < TITLE_CELLS else f"{title[: TITLE_CELLS - 2]}…"
    return f"{short:<{TITLE_CELLS}}" + "".join(f"{cell:>{PERSON_CELLS}}" for cell in cells)


def _cell(skill: Skill | None) -> str:
    """A level in a figure and a word; a dash where nothing was tried."""
    return "–" if skill is None else f"{round(skill.level * 100)} {level_word(skill.level)}"


def _short_names(people: Sequence[str]) -> dict[str, str]:
    """First names, with the last one's first letter where two share one."""
    firsts = Counter(name.split()[0] for name in people)
    shorts = {}
    for name in people:
        first, *rest = name.split()
        short = f"{first} {rest[-1][0]}." if firsts[first] > 1 and rest else first
        shorts[name] = short[: PERSON_CELLS - 1]
    return shorts
