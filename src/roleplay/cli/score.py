"""`roleplay score`: a transcript file or past sessions against a scorecard."""

import argparse
import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from roleplay.cli.command import DONE, FAILED
from roleplay.cli.text import result_lines, wrapped
from roleplay.content.library import load_scorecard, shipped_root
from roleplay.content.scorecard import Scorecard
from roleplay.errors import SettingsError
from roleplay.record.transcript import Transcript, read_transcript
from roleplay.scoring.ahead import score_call
from roleplay.scoring.debrief import rows_of
from roleplay.scoring.judge import Scope
from roleplay.scoring.result import Result
from roleplay.settings import Settings, read_settings
from roleplay.wording import score_words

FILES_SCORECARD: Final = "discovery-call"
"""What a file is scored by where nobody chose."""


def run(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    """Score a file or sessions and print what they come to; exit code 1 below the pass mark."""
    if options.all and options.file is not None:
        raise SettingsError("--all scores past sessions; leave FILE out")
    if options.file is None and not options.all:
        raise SettingsError("roleplay score takes a transcript file, a session's id, or --all")
    if options.all or _may_be_session(options.file):
        from roleplay.cli import rescore  # it brings in all that sessions need, and a file doesn't

        return rescore.run_all(options, environment) if options.all else rescore.run(options, environment)
    transcript = read_transcript(options.file)
    options.scorecard = options.scorecard or FILES_SCORECARD
    return print_score(transcript, options, environment)


def _may_be_session(path: Path) -> bool:
    """Whether what was given could be a session's id: no such file, no folder, no ending."""
    return not path.exists() and str(path) == path.name and not path.suffix


def print_score(transcript: Transcript, options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    """Score a transcript that came from `options.file`, and print the result."""
    settings = read_settings(environment)
    scorecard = load_scorecard(options.scorecard, [shipped_root(), settings.own_content])
    result = asyncio.run(_score(transcript, scorecard, options, settings))
    if options.json:
        print(result.model_dump_json(indent=2))
    else:
        title = transcript.title or options.file.name
        print(wrapped(f"{title}, by {options.scorecard}: {score_words(result, scorecard.pass_mark)}"))
        for line in result_lines(rows_of(scorecard, result)):
            print(line)
    return DONE if result.passed else FAILED


async def _score(
    transcript: Transcript, scorecard: Scorecard, options: argparse.Namespace, settings: Settings
) -> Result:
    """Score it, with a judge where one is asked for."""
    scope = getattr(options, "judge", None)
    if scope is None:
        return await score_call(transcript, options.scorecard, scorecard)
    from roleplay.around import meter_of
    from roleplay.judging import judging

    async with judging(settings, Scope(scope), options.votes, meter_of(settings)) as judge:
        return await score_call(transcript, options.scorecard, scorecard, judge=judge)
