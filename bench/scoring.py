"""How fast scoring is without a language model, and whether memory stays flat: `python bench/scoring.py FOLDER`.

The folder holds transcripts; each is brought to thirty turns by going on with the next one's, so that the words are
real ones. Two processes score at once, as a team's workers do; memory is that of one process over many transcripts.
"""

import argparse
import asyncio
import os
import resource
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from itertools import cycle, islice
from multiprocessing import get_context
from pathlib import Path

from roleplay.content.acts import Channel
from roleplay.content.library import load_library, shipped_root
from roleplay.content.scorecard import Scorecard
from roleplay.listener.learned import LearnedListener
from roleplay.record.transcript import Touch, Transcript, Turn, read_transcript
from roleplay.scoring.scorer import score_transcript

TURNS = 30
PROCESSES = 2
EACH = 150
"""How many transcripts a process scores in the timed run."""
MANY = 2_000
STEP = 250


def thirty_turns(folder: Path) -> list[Transcript]:
    """A transcript of thirty turns for each in the folder, on one call."""
    paths = sorted(path for path in folder.glob("*.json") if not path.name.endswith(".gold.json"))
    turns = [turn for path in paths for _, turn in read_transcript(path).turns()]
    starts = range(0, len(turns), max(1, len(turns) // max(1, len(paths))))
    return [_of(list(islice(cycle(turns), start, start + TURNS))) for start in starts]


def _of(turns: list[Turn]) -> Transcript:
    others = tuple({turn.speaker: None for turn in turns if not turn.is_recruiters})
    named = tuple(turn.model_copy(update={"id": f"t1.{at}"}) for at, turn in enumerate(turns, 1))
    return Transcript(touches=(Touch(id="t1", day=0, channel=Channel.CALL, with_=others, turns=named),))


async def _score(transcripts: list[Transcript], times: int, listener: LearnedListener, card: Scorecard) -> None:
    for transcript in islice(cycle(transcripts), times):
        await score_transcript(transcript, "discovery-call", card, listener)


def _card() -> Scorecard:
    return load_library([shipped_root()]).scorecard("discovery-call")


def work(transcripts: list[Transcript]) -> tuple[float, float]:
    """Score `EACH` in this process; seconds on the clock and of the processor, loading left out."""
    listener, card = LearnedListener(), _card()
    asyncio.run(_score(transcripts, 2, listener, card))
    started, busy = time.perf_counter(), time.process_time()
    asyncio.run(_score(transcripts, EACH, listener, card))
    return time.perf_counter() - started, time.process_time() - busy


def memory(transcripts: list[Transcript]) -> list[tuple[int, float]]:
    """Score `MANY` in this process; how many, with megabytes resident after them."""
    listener, card = LearnedListener(), _card()
    found = []
    for done in range(STEP, MANY + 1, STEP):
        asyncio.run(_score(transcripts, STEP, listener, card))
        found.append((done, resident_mb()))
    return found


def resident_mb() -> float:
    """Megabytes resident now; at the most so far, where the system doesn't say."""
    statm = Path("/proc/self/statm")
    if statm.exists():
        return int(statm.read_text().split()[1]) * resource.getpagesize() / 1e6
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / 1e6 if sys.platform == "darwin" else most / 1e3


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path, help="a folder of transcripts")
    parser.add_argument("--no-memory", action="store_true", help="leave out the long run")
    options = parser.parse_args()
    transcripts = thirty_turns(options.folder)
    if not transcripts:
        parser.error(f"{options.folder}: no transcripts")
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        times = list(pool.map(work, [transcripts] * PROCESSES))
        rate = PROCESSES * EACH / max(spent_s for spent_s, _ in times)
        busy_ms = 1000 * sum(busy_s for _, busy_s in times) / (PROCESSES * EACH)
        print(f"{PROCESSES} processes, {EACH} transcripts of {TURNS} turns each: {rate:.1f} a second")
        print(f"a transcript: {busy_ms:.0f} ms of the processor")
        if not options.no_memory:
            for done, used_mb in pool.submit(memory, transcripts).result():
                print(f"after {done} transcripts: {used_mb:.0f} MB")


if __name__ == "__main__":
    main()
