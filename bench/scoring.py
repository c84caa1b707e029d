"""How fast scoring is without a language model, and whether memory stays flat.

    python bench/scoring.py --rate FOLDER --memory FOLDER --long

`--rate` and `--memory` take a folder of transcripts; each is brought to thirty turns by going on with the next one's,
so that the words are real ones. Two processes score at once, as a team's workers do; memory is that of one process over
many transcripts. `--long` times `roleplay score FILE`, start and end included, on a call of three hours; its turns are
those of training/data, no two alike.
"""

import argparse
import asyncio
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import cycle, islice
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from roleplay.content.acts import Channel
from roleplay.content.library import load_scorecard, shipped_root
from roleplay.content.scorecard import Scorecard
from roleplay.listener.learned import LearnedListener
from roleplay.record.transcript import Touch, Transcript, Turn, read_transcript
from roleplay.scoring.scorer import score_transcript

DATA = Path(__file__).parents[1] / "training" / "data"
TURNS = 30
PROCESSES = 2
EACH = 150
"""How many transcripts a process scores in the timed run."""
MANY = 10_000
SHOWN = (100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000)
LONG_WORDS = 27_800
"""Three hours, spoken at the pace of a call."""
LONG_RUNS = 5


def thirty_turns(folder: Path) -> list[Transcript]:
    """A transcript of thirty turns for each in the folder, on one call."""
    paths = sorted(path for path in folder.glob("*.json") if not path.name.endswith(".gold.json"))
    turns = [turn for path in paths for _, turn in read_transcript(path).turns()]
    starts = range(0, len(turns), max(1, len(turns) // max(1, len(paths))))
    return [_of(list(islice(cycle(turns), start, start + TURNS))) for start in starts]


def three_hours() -> Transcript:
    """One call of `LONG_WORDS` words, both sides in turn, no two turns alike."""
    turns: list[Turn] = []
    words = 0
    for recruiters, others in zip(_texts(DATA / "turns"), _texts(DATA / "other"), strict=False):
        turns += [Turn(id="t", speaker="recruiter", text=recruiters), Turn(id="t", speaker="cto", text=others)]
        words += len(recruiters.split()) + len(others.split())
        if words >= LONG_WORDS:
            break
    return _of(turns)


def _texts(folder: Path) -> Iterator[str]:
    rows = [json.loads(line) for path in sorted(folder.glob("*.jsonl")) for line in path.open(encoding="utf-8")]
    yield from dict.fromkeys(row["text"] for row in rows)


def _of(turns: list[Turn]) -> Transcript:
    others = tuple({turn.speaker: None for turn in turns if not turn.is_recruiters})
    named = tuple(turn.model_copy(update={"id": f"t1.{at}"}) for at, turn in enumerate(turns, 1))
    return Transcript(touches=(Touch(id="t1", day=0, channel=Channel.CALL, with_=others, turns=named),))


async def _score(transcripts: list[Transcript], times: int, listener: LearnedListener, card: Scorecard) -> None:
    for transcript in islice(cycle(transcripts), times):
        await score_transcript(transcript, "discovery-call", card, listener)


def _card() -> Scorecard:
    return load_scorecard("discovery-call", [shipped_root()])


def work(transcripts: list[Transcript]) -> tuple[float, float]:
    """Score `EACH` in this process; seconds on the clock and of the processor, loading left out."""
    listener, card = LearnedListener(), _card()
    asyncio.run(_score(transcripts, 2, listener, card))
    started, busy = time.perf_counter(), time.process_time()
    asyncio.run(_score(transcripts, EACH, listener, card))
    return time.perf_counter() - started, time.process_time() - busy


def rate(transcripts: list[Transcript]) -> None:
    """Print how many transcripts a second are scored."""
    with _processes() as pool:
        times = list(pool.map(work, [transcripts] * PROCESSES))
    a_second = PROCESSES * EACH / max(spent_s for spent_s, _ in times)
    busy_ms = 1000 * sum(busy_s for _, busy_s in times) / (PROCESSES * EACH)
    print(f"{PROCESSES} processes, {EACH} transcripts of {TURNS} turns each: {a_second:.1f} a second")
    print(f"a transcript: {busy_ms:.0f} ms of the processor")


def memory(transcripts: list[Transcript], many: int) -> None:
    """Score `many` in this process, and print megabytes resident on the way."""
    listener, card = LearnedListener(), _card()
    done = 0
    for mark in sorted({*(shown for shown in SHOWN if shown < many), many}):
        asyncio.run(_score(transcripts, mark - done, listener, card))
        done = mark
        print(f"after {done} transcripts: {resident_mb():.0f} MB", flush=True)


def long(runs: int) -> None:
    """Print what the command takes for a call of three hours."""
    call = three_hours()
    words = sum(len(turn.text.split()) for _, turn in call.turns())
    with TemporaryDirectory() as folder:
        path = Path(folder) / "call.json"
        path.write_text(call.model_dump_json(by_alias=True, exclude_none=True), encoding="utf-8")
        times = [_timed([sys.executable, "-m", "roleplay.cli.main", "score", str(path)]) for _ in range(runs)]
    clock, busy = ([each[at] for each in times] for at in (0, 1))
    print(f"a call of {words:,} words in {sum(1 for _ in call.turns()):,} turns, {runs} times:")
    print(f"on the clock {min(clock):.2f} s at best, {median(clock):.2f} s median")
    print(f"of the processors {min(busy):.2f} s at best, {median(busy):.2f} s median")


def _timed(command: list[str]) -> tuple[float, float]:
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=False)  # whether it passes is nothing to time
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    busy_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.perf_counter() - started, busy_s


def resident_mb() -> float:
    """Megabytes resident now; at the most so far, where the system doesn't say."""
    statm = Path("/proc/self/statm")
    if statm.exists():
        return int(statm.read_text().split()[1]) * resource.getpagesize() / 1e6
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / 1e6 if sys.platform == "darwin" else most / 1e3


def _processes() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn"))


def main() -> None:
    """Print the figures that are asked for."""
    parser = argparse.ArgumentParser(description="Speed and memory of scoring without a language model.")
    parser.add_argument("--rate", type=Path, metavar="FOLDER", help="transcripts a second, of those in a folder")
    parser.add_argument("--memory", type=Path, metavar="FOLDER", help="memory over many transcripts")
    parser.add_argument("--many", type=int, default=MANY, metavar="N", help=f"how many (default: {MANY:,})")
    parser.add_argument("--long", action="store_true", help="the command's time for a call of three hours")
    parser.add_argument("--runs", type=int, default=LONG_RUNS, metavar="N", help=f"how often (default: {LONG_RUNS})")
    options = parser.parse_args()
    if not (options.rate or options.memory or options.long):
        parser.error("say what to measure: --rate FOLDER, --memory FOLDER, --long")
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    folders = {folder: thirty_turns(folder) for folder in (options.rate, options.memory) if folder is not None}
    for folder, transcripts in folders.items():
        if not transcripts:
            parser.error(f"{folder}: no transcripts")
    if options.rate:
        rate(folders[options.rate])
    if options.memory:
        with _processes() as pool:
            pool.submit(memory, folders[options.memory], options.many).result()
    if options.long:
        long(options.runs)


if __name__ == "__main__":
    main()
