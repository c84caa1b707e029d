"""`roleplay rehearse`: simulated recruiters play scenarios; a table, and what fails."""

import argparse
import asyncio
import json
import os
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from roleplay.around import library_of
from roleplay.cli.campaign import campaign_lines
from roleplay.cli.command import DONE, FAILED
from roleplay.cli.text import wrapped
from roleplay.content.case import Case
from roleplay.content.difficulty import Difficulty
from roleplay.errors import SettingsError
from roleplay.listener.learned import LearnedListener
from roleplay.listener.learned.model import RememberingModel
from roleplay.practice.happenings import Happening, MessageSent, NoticeRaised, TouchClosed, TurnFinished, TurnKept
from roleplay.rehearsal.game import Game, play
from roleplay.rehearsal.moves import Move
from roleplay.rehearsal.recruiters import RecruiterKind
from roleplay.rehearsal.report import failures, summarise, table
from roleplay.settings import read_settings
from roleplay.wording import ending_words, score_words

ALL = "all"


def run(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    """Play, print the table; exit code 1 where a scenario fails."""
    library = library_of(read_settings(environment))
    cases = {name: library.case(name) for name in options.scenarios or library.scenarios}
    kinds = _kinds(options.recruiters)
    difficulty = Difficulty(options.difficulty)
    if options.watch:
        asyncio.run(_watch(next(iter(cases.values())), kinds[-1], options.seed, difficulty))
        return DONE
    started = time.perf_counter()
    games = rehearse(cases, kinds, range(options.seed, options.seed + options.n), difficulty)
    spent_s = time.perf_counter() - started
    failed = list(failures(cases, games)) if difficulty is Difficulty.NORMAL else []
    summaries = summarise(games)
    if options.json:
        told = {
            "summaries": [each.model_dump() for each in summaries],
            "failures": failed,
            "seconds": round(spent_s, 1),
        }
        print(json.dumps(told, indent=2))
    else:
        print("\n".join(table(summaries)))
        print(f"{len(games)} games in {spent_s:.0f} s")
    for line in failed:
        print(line, file=sys.stderr)
    return FAILED if failed else DONE


def _kinds(given: str) -> list[RecruiterKind]:
    if given == ALL:
        return list(RecruiterKind)
    names = [name.strip() for name in given.split(",")]
    unknown = [name for name in names if name not in set(RecruiterKind)]
    if unknown:
        raise SettingsError(f"no recruiter {unknown[0]!r}; there are {', '.join(RecruiterKind)}, or {ALL}")
    return [RecruiterKind(name) for name in names]


def rehearse(
    cases: Mapping[str, Case], kinds: list[RecruiterKind], seeds: range, difficulty: Difficulty = Difficulty.NORMAL
) -> list[Game]:
    """Play every recruiter in every case, over the seeds, on all cores."""
    workers = max(1, min(len(cases) * len(kinds), os.cpu_count() or 1))
    if workers == 1:
        return [game for case in cases.values() for game in _games(case, kinds, seeds, difficulty)]
    # A scenario's games go to one process, for what it has read for one recruiter it knows for the next; where there
    # are more processes than scenarios, a recruiter's. The long ones come first, so that no core is left with one.
    parts = [kinds] if len(cases) >= workers else [[kind] for kind in kinds]
    jobs = [(case, part) for case in cases.values() for part in parts]
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        longest_first = sorted(jobs, key=lambda job: _length(job[0]), reverse=True)
        played = {
            (case.scenario_id, part[0]): pool.submit(_games, case, part, seeds, difficulty)
            for case, part in longest_first
        }
        return [game for case, part in jobs for game in played[case.scenario_id, part[0]].result()]


def _length(case: Case) -> tuple[int, int]:
    """How long a game takes to play: by its touches, and by who may speak."""
    campaign = case.scenario.campaign
    return (0 if campaign is None else campaign.touches, len(case.personas))


_LISTENER: list[LearnedListener] = []
"""One for each process: what it has read it needn't read again."""


def _games(case: Case, kinds: Sequence[RecruiterKind], seeds: range, difficulty: Difficulty) -> list[Game]:
    if not _LISTENER:
        _LISTENER.append(LearnedListener(RememberingModel()))

    async def games() -> list[Game]:
        listener = _LISTENER[0]
        return [(await play(case, kind, seed, listener, difficulty=difficulty))[0] for kind in kinds for seed in seeds]

    return asyncio.run(games())


async def _watch(case: Case, kind: RecruiterKind, seed: int, difficulty: Difficulty) -> None:
    """Show one game as it is played, with why each move."""
    names = {role: persona.name for role, persona in case.personas.items()}

    def tell(told: Move | Happening) -> None:
        match told:
            case Move():
                print(wrapped(f"· {told.why}", indent="  "))
            case TurnKept():
                print(wrapped(f"{kind.value}: {told.text}", indent="    "))
            case MessageSent():
                print(wrapped(f"{kind.value} writes: {told.text}", indent="    "))
            case TurnFinished():
                print(wrapped(f"{names[told.role]}: {told.text}", indent="    "))
            case NoticeRaised():
                print(f"({told.text})")
            case TouchClosed():
                print(f"({ending_words(told.reason, names[told.role].split()[0])})")
            case _:
                for line in campaign_lines(told, names):
                    print(line)

    print(wrapped(f"{case.scenario.title}: {kind.value}, seed {seed}"))
    game, result, _ = await play(case, kind, seed, LearnedListener(), difficulty=difficulty, tell=tell)
    print(wrapped(f"{score_words(result, case.scorecard.pass_mark)} {len(game.facts)} hidden facts earned."))
    for name, verdict in game.verdicts:
        print(f"  {verdict:<15} {name}")
