"""`roleplay calibrate`: the scorer against verdicts that people gave."""

import argparse
import asyncio
from collections.abc import AsyncGenerator, Iterator, Mapping
from pathlib import Path
from typing import Final

from roleplay.around import library_of
from roleplay.cli import coaches
from roleplay.cli.command import DONE, FAILED
from roleplay.cli.progress_bar import Tell, progress_shown
from roleplay.cli.text import wrapped
from roleplay.content.library import Library
from roleplay.errors import NotFoundError, TranscriptError
from roleplay.listener.learned import LearnedListener
from roleplay.record.transcript import read_transcript
from roleplay.scoring.calibration import Calibration, Compared, CriterionAgreement, calibrate, compare
from roleplay.scoring.gold import pairs_in, read_gold
from roleplay.scoring.scorer import score_transcript
from roleplay.settings import read_settings
from roleplay.verdicts import kappa_text

LEAST_CASES: Final = 5
"""A criterion with fewer cases is shown and doesn't fail."""
WORST: Final = 20
"""How many of the cases that differ are shown."""


def run(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    """Score a folder's transcripts and compare; exit code 1 where a bar isn't reached."""
    if options.coach:
        return coaches.run(options, environment)
    if options.folder is None:
        raise NotFoundError("roleplay calibrate takes a folder of transcripts with gold files, or --coach")
    library = library_of(read_settings(environment))
    found = asyncio.run(_compared(options.folder, library, options.scorecard))
    if not found:
        raise NotFoundError(f"{options.folder}: no gold verdicts for the scorecard {options.scorecard!r}")
    calibration = calibrate(found)
    below = calibration.below(options.criterion_bar, LEAST_CASES)
    if options.json:
        print(calibration.model_dump_json(indent=2))
    else:
        print("\n".join(_lines(calibration, below, options)))
    return FAILED if below or calibration.accuracy < options.bar else DONE


async def _compared(folder: Path, library: Library, only: str | None) -> list[Compared]:
    with progress_shown(has_end_line=False) as tell:
        return [each async for each in _each(folder, library, only, tell)]


async def _each(folder: Path, library: Library, only: str | None, tell: Tell) -> AsyncGenerator[Compared, None]:
    listener = LearnedListener()
    pairs = pairs_in(folder)
    for number, (transcript_path, gold_path) in enumerate(pairs, 1):
        transcript, gold = read_transcript(transcript_path), read_gold(gold_path)
        for scorecard_id, verdicts in gold.verdicts.items():
            if only not in {None, scorecard_id}:
                continue
            scorecard = library.scorecard(scorecard_id)
            unknown = sorted(verdicts.keys() - scorecard.criteria.keys())
            if unknown:
                raise TranscriptError(f"{gold_path}: {scorecard_id} has no criterion {unknown[0]!r}")
            result = await score_transcript(transcript, scorecard_id, scorecard, listener)
            for each in compare(transcript_path.stem, gold, result):
                yield each
        tell(number, len(pairs))


def _lines(calibration: Calibration, below: list[CriterionAgreement], options: argparse.Namespace) -> Iterator[str]:
    shown = None
    for each in calibration.criteria:
        if each.scorecard != shown:
            shown = each.scorecard
            yield f"{shown:<32}{'cases':>6}{'accuracy':>10}{'kappa':>8}  gold > ours"
        mark = f"  below {options.criterion_bar:.2f}" if each in below else ""
        yield (
            f"  {each.criterion:<30}{each.cases:>6}{each.accuracy:>10.2f}{kappa_text(each.kappa):>8}"
            f"  {_confusion(each)}{mark}"
        )
    yield ""
    yield (
        f"{calibration.agreed} of {calibration.cases} verdicts agree: {calibration.accuracy:.3f}, "
        f"kappa {kappa_text(calibration.kappa)}; the bar is {options.bar:g}"
    )
    if calibration.misses:
        yield ""
        yield "the worst:"
    for miss in calibration.misses[:WORST]:
        yield from _miss(miss)
    if len(calibration.misses) > WORST:
        yield f"  and {len(calibration.misses) - WORST} more; --json has them all"


def _miss(miss: Compared) -> Iterator[str]:
    gold = f"{miss.gold} ({', '.join(miss.gold_evidence)})" if miss.gold_evidence else f"{miss.gold}"
    yield wrapped(f"{miss.name} {miss.criterion}: gold {gold}, ours {miss.ours}. {miss.reason}", "      ", "  ")
    for item in miss.evidence:
        yield wrapped(f"“{item.quote}”", indent=" " * 12, first=f"      {item.turn:<5} ")


def _confusion(each: CriterionAgreement) -> str:
    return ", ".join(
        f"{gold} {count}" if gold is ours else f"{gold} > {ours} {count}"
        for gold, counts in each.confusion.items()
        for ours, count in counts.items()
    )
