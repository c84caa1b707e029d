"""How fast the listener is: `python bench/listen.py TURNS.jsonl`.

Loading is measured in fresh processes, turns one by one; all on one core. Figures of one machine: the yardstick, a
product of matrices in numpy, tells how fast that is.
"""

import argparse
import asyncio
import os
import statistics
import subprocess
import sys
import time
from itertools import cycle, islice
from pathlib import Path

from roleplay.content.acts import Channel
from roleplay.listener.learned import LearnedListener
from roleplay.listener.reading import Utterance
from roleplay.listener.rows import Group, Row, read_rows

LOADING = """
import time
started = time.perf_counter()
from roleplay.listener.learned import LearnedListener
LearnedListener()._model.load()
print(time.perf_counter() - started)
"""
LOADS = 7
TURNS = 400


async def turn_times_ms(listener: LearnedListener, rows: list[Row]) -> list[float]:
    """Read turns one by one; milliseconds each."""
    spent = []
    for row in islice(cycle(rows), TURNS):
        said = Utterance(text=row.text, channel=Channel(row.channel), before=row.words_before)
        started = time.perf_counter()
        await listener.read(said)
        spent.append(1000 * (time.perf_counter() - started))
    return spent


def yardstick_gflops() -> float:
    """Products of 512 by 512 matrices of 32-bit floats, in billions of operations a second."""
    import numpy as np

    matrix = np.ones((512, 512), dtype=np.float32)
    started, times = time.perf_counter(), 40
    for _ in range(times):
        matrix @ matrix
    return times * 2 * 512**3 / (time.perf_counter() - started) / 1e9


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("path", type=Path, help="a .jsonl file of recruiter's turns")
    rows = list(read_rows(parser.parse_args().path, Group.RECRUITER))
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    loads = [
        float(subprocess.run([sys.executable, "-c", LOADING], capture_output=True, text=True, check=True).stdout)
        for _ in range(LOADS)
    ]
    listener = LearnedListener()
    asyncio.run(listener.prepare())
    asyncio.run(turn_times_ms(listener, rows[:8]))
    times = sorted(asyncio.run(turn_times_ms(listener, rows)))
    print(f"loading, imports and all: median {1000 * statistics.median(loads):.0f} ms of {LOADS}")
    print(f"a turn: median {statistics.median(times):.1f} ms, p95 {times[int(0.95 * len(times))]:.1f} ms")
    print(f"yardstick: {yardstick_gflops():.0f} GFLOPS on this core")


if __name__ == "__main__":
    main()
