"""`roleplay score`: a transcript file against a scorecard."""

import argparse
import asyncio
from collections.abc import Mapping

from roleplay.cli.command import DONE, FAILED
from roleplay.cli.text import result_lines, wrapped
from roleplay.listener.learned import LearnedListener
from roleplay.record.transcript import read_transcript
from roleplay.scoring.debrief import rows_of
from roleplay.scoring.scorer import score_transcript
from roleplay.settings import read_settings
from roleplay.studio import library_of
from roleplay.wording import score_words


def run(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    """Score a file and print the result; exit code 1 below the pass mark."""
    transcript = read_transcript(options.file)
    scorecard = library_of(read_settings(environment)).scorecard(options.scorecard)
    result = asyncio.run(score_transcript(transcript, options.scorecard, scorecard, LearnedListener()))
    if options.json:
        print(result.model_dump_json(indent=2))
    else:
        print(wrapped(f"{transcript.title or options.file.name}: {score_words(result, scorecard.pass_mark)}"))
        for line in result_lines(rows_of(scorecard, result)):
            print(line)
    return DONE if result.passed else FAILED
