"""`roleplay score SESSION` and `roleplay score --all`: past sessions, scored again."""

import argparse
import asyncio
import json
import sys
from collections.abc import Mapping

from roleplay.cli.command import BAD_INPUT, DONE, FAILED
from roleplay.cli.progress_bar import progress_shown
from roleplay.cli.text import result_lines, wrapped
from roleplay.content.case import Case
from roleplay.content.scorecard import Scorecard
from roleplay.errors import NotFoundError
from roleplay.jobs.rescoring import rescore_all
from roleplay.results import Rescored
from roleplay.scoring.debrief import rows_of
from roleplay.scoring.judge import Scope
from roleplay.scoring.result import Result
from roleplay.store.base import KeptResult
from roleplay.studio import Studio
from roleplay.wording import count, number, score_words


def run(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    """Score one session again and print the new result; exit code 1 below the pass mark."""
    case, result = asyncio.run(_score(options, environment))
    if options.json:
        print(result.model_dump_json(indent=2))
    else:
        print(
            wrapped(f"{case.scenario.title}, by {case.scorecard_id}: {score_words(result, case.scorecard.pass_mark)}")
        )
        for line in result_lines(rows_of(case.scorecard, result)):
            print(line)
    return DONE if result.passed else FAILED


def run_all(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    """Score all sessions that are over, and say what changed; exit code 2 where one can't be read."""
    told = asyncio.run(_score_all(options, environment))
    if options.json:
        print(json.dumps(_json(told), ensure_ascii=False, indent=2))
    else:
        print(_summary(told))
    return BAD_INPUT if any(each.trouble for each in told) else DONE


async def _score(options: argparse.Namespace, environment: Mapping[str, str]) -> tuple[Case, Result]:
    studio = await Studio.open(environment, has_library=options.scorecard is not None, name=options.me)
    session_id = str(options.file)
    try:
        scorecard = _scorecard(studio, options.scorecard)
        await _find(studio, session_id)
        if options.judge is None:
            return await studio.results.score_again(session_id, scorecard)
        return await studio.judge(session_id, Scope(options.judge), votes=options.votes, scorecard=scorecard)
    finally:
        await studio.aclose()


async def _find(studio: Studio, session_id: str) -> None:
    """Raise NotFoundError where there is no such session."""
    try:
        await studio.store.read(session_id)
    except NotFoundError as error:
        raise NotFoundError(
            f"{session_id}: no such file, and no session by that id; roleplay sessions lists them"
        ) from error


async def _score_all(options: argparse.Namespace, environment: Mapping[str, str]) -> list[Rescored]:
    studio = await Studio.open(environment, has_library=options.scorecard is not None, name=options.me)
    told: list[Rescored] = []
    try:
        with progress_shown(has_end_line=True) as tell:
            scorecard = _scorecard(studio, options.scorecard)
            scope = None if options.judge is None else Scope(options.judge)
            async for each in rescore_all(studio, scorecard, scope, options.votes, _tell_waiting):
                told.append(each)
                _show(each, as_json=options.json)
                tell(each.at, each.of)
    except asyncio.CancelledError:
        if told and told[-1].at < told[-1].of:
            print(f"Stopped after {told[-1].at} of {told[-1].of}; run it again to go on.", file=sys.stderr)
        raise
    finally:
        await studio.aclose()
    return told


def _tell_waiting(jobs: int) -> None:
    waiting = f"{count(jobs, 'session')} in the queue, and no worker runs: roleplay worker starts one."
    print(f"{waiting} Ctrl-C leaves them there.", file=sys.stderr)


def _show(each: Rescored, *, as_json: bool) -> None:
    """One session's line on standard output, or why there is none on standard error."""
    if each.trouble is not None:
        print(f"roleplay: {each.trouble}", file=sys.stderr)
    elif each.result is not None and not as_json:
        before = "" if each.before is None else f", listed before with {number(each.before)}"
        print(f"{each.session}  {each.result.scorecard}  {_outcome(each.result)}{before}", flush=True)


def _scorecard(studio: Studio, scorecard_id: str | None) -> tuple[str, Scorecard] | None:
    return None if scorecard_id is None else (scorecard_id, studio.library.scorecard(scorecard_id))


def _outcome(result: KeptResult) -> str:
    if result.is_void:
        return "doesn't count"
    return f"{number(result.score)} {'passed' if result.passed else 'not passed'}"


def _summary(told: list[Rescored]) -> str:
    if not told:
        return "No session is over yet; roleplay practice starts one."
    scored = [each.result for each in told if each.result is not None]
    unread = sum(each.trouble is not None for each in told)
    skipped = len(told) - len(scored) - unread
    words = f"Scored {count(len(scored), 'session')}, {sum(result.passed for result in scored)} passed."
    if skipped:
        words += f" {skipped} had this result already."
    return words + (f" {unread} can't be read." if unread else "")


def _json(told: list[Rescored]) -> dict[str, object]:
    return {
        "sessions": len(told),
        "scored": [
            {
                "session": each.session,
                "scorecard": each.result.scorecard,
                "score": each.result.score,
                "passed": each.result.passed,
                "void": each.result.is_void,
                "listed_before": each.before,
            }
            for each in told
            if each.result is not None
        ],
        "skipped": [each.session for each in told if each.result is None and each.trouble is None],
        "unread": [each.session for each in told if each.trouble is not None],
    }
