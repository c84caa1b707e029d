"""`roleplay score`: a transcript file or past sessions against a scorecard."""

import argparse
import asyncio
from collections.abc import Mapping
from typing import Final

from roleplay.cli import rescore
from roleplay.cli.command import DONE, FAILED
from roleplay.cli.text import result_lines, wrapped
from roleplay.content.scorecard import Scorecard
from roleplay.errors import SettingsError
from roleplay.judging import judging
from roleplay.listener.learned import LearnedListener
from roleplay.listener.learned.model import RememberingModel
from roleplay.record.transcript import Transcript, read_transcript
from roleplay.scoring.ahead import read_ahead
from roleplay.scoring.debrief import rows_of
from roleplay.scoring.judge import Scope
from roleplay.scoring.result import Result
from roleplay.scoring.scorer import score_transcript
from roleplay.settings import Settings, read_settings
from roleplay.studio import library_of, meter_of
from roleplay.wording import score_words

FILES_SCORECARD: Final = "discovery-call"
"""What a file is scored by where nobody chose."""


def run(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    """Score a file or sessions and print what they come to; exit code 1 below the pass mark."""
    if options.all:
        if options.file is not None or options.judge is not None:
            raise SettingsError("--all scores past sessions without a judge; leave FILE and --judge out")
        return rescore.run_all(options, environment)
    if options.file is None:
        raise SettingsError("roleplay score takes a transcript file, a session's id, or --all")
    if not options.file.exists() and rescore.may_be_session(str(options.file)):
        return rescore.run(options, environment)
    transcript = read_transcript(options.file)
    options.scorecard = options.scorecard or FILES_SCORECARD
    return print_score(transcript, options, environment)


def print_score(transcript: Transcript, options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    """Score a transcript that came from `options.file`, and print the result."""
    settings = read_settings(environment)
    scorecard = library_of(settings).scorecard(options.scorecard)
    result = asyncio.run(_score(transcript, scorecard, options, settings))
    if options.json:
        print(result.model_dump_json(indent=2))
    else:
        print(wrapped(f"{transcript.title or options.file.name}: {score_words(result, scorecard.pass_mark)}"))
        for line in result_lines(rows_of(scorecard, result)):
            print(line)
    return DONE if result.passed else FAILED


async def _score(
    transcript: Transcript, scorecard: Scorecard, options: argparse.Namespace, settings: Settings
) -> Result:
    """Score it, with a judge where one is asked for."""
    listener = LearnedListener(RememberingModel())
    await read_ahead(transcript, listener)
    scope = getattr(options, "judge", None)
    if scope is None:
        return await score_transcript(transcript, options.scorecard, scorecard, listener)
    async with judging(settings, Scope(scope), options.votes, meter_of(settings)) as judge:
        return await score_transcript(transcript, options.scorecard, scorecard, listener, judge)
