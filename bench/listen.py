"""Measures a listener on labelled turns: `python bench/listen.py turns.jsonl … [--counterpart] [--worst]`.

Prints precision, recall and F1 for each act, macro and micro, and milliseconds a turn. `before` is the only history.
"""

import argparse
import asyncio
import json
import time
from collections import Counter
from pathlib import Path

from roleplay.content.acts import Act, Channel, CounterpartAct
from roleplay.listener.learned import LearnedListener
from roleplay.listener.reading import Utterance


def utterance_of(row: dict[str, object]) -> Utterance:
    """Build the utterance of a labelled row; the speaker's name before `before` is taken off."""
    before = row.get("before")
    if isinstance(before, str) and ": " in before[:40]:
        before = before.split(": ", 1)[1]
    return Utterance(
        text=str(row["text"]),
        channel=Channel(str(row.get("channel", "call"))),
        before=str(before) if before else None,
    )


def ratio(part: int, whole: int) -> float:
    """Return part / whole, 0 for nothing."""
    return part / whole if whole else 0.0


def f1(hits: int, false: int, missed: int) -> float:
    """Return F1 from counts."""
    return ratio(2 * hits, 2 * hits + false + missed)


async def measure(rows: list[dict[str, object]], is_counterpart: bool) -> list[tuple[dict[str, object], set[str]]]:
    """Return each row with the acts heard in it."""
    listener = LearnedListener()
    heard = []
    for row in rows:
        if is_counterpart:
            acts = {each.act.value for each in (await listener.read_counterpart(utterance_of(row))).acts}
        else:
            acts = {each.act.value for each in (await listener.read(utterance_of(row))).acts}
        heard.append((row, acts))
    return heard


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument("--counterpart", action="store_true")
    parser.add_argument("--worst", action="store_true", help="print the rows that were heard wrongly")
    args = parser.parse_args()
    lines = [line for path in args.paths for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    rows = [json.loads(line) for line in lines]
    asyncio.run(measure(rows[:1], args.counterpart))
    started = time.perf_counter()
    heard = asyncio.run(measure(rows, args.counterpart))
    elapsed_ms = (time.perf_counter() - started) * 1000
    hits: Counter[str] = Counter()
    false: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    confused: Counter[tuple[str, str]] = Counter()
    for row, acts in heard:
        gold = set(row["acts"])  # type: ignore[call-overload]
        hits.update(acts & gold)
        false.update(acts - gold)
        missed.update(gold - acts)
        confused.update((m, f) for m in (gold - acts or {"-"}) for f in (acts - gold or {"-"}) if (m, f) != ("-", "-"))
        if args.worst and acts != gold:
            print(f"{row['id']}: missed {sorted(gold - acts)} false {sorted(acts - gold)}")
            print(f"    [{row.get('before')}] {row['text']}")
    kinds = [act.value for act in (CounterpartAct if args.counterpart else Act)]
    for kind in kinds:
        h, f, m = hits[kind], false[kind], missed[kind]
        figures = f"P {ratio(h, h + f):.2f}  R {ratio(h, h + m):.2f}  F1 {f1(h, f, m):.2f}"
        print(f"{kind:20} n={h + m:3}  {figures}  (+{f} -{m})")
    seen = [kind for kind in kinds if hits[kind] + missed[kind]]
    macro = sum(f1(hits[k], false[k], missed[k]) for k in seen) / max(1, len(seen))
    micro = f1(hits.total(), false.total(), missed.total())
    exact = sum(set(row["acts"]) == acts for row, acts in heard)  # type: ignore[call-overload]
    print(f"rows {len(rows)}  exact {exact}  macro-F1 {macro:.3f}  micro-F1 {micro:.3f}")
    print(f"{elapsed_ms / len(rows):.2f} ms a turn")
    print("confusions (gold, heard):", confused.most_common(12))


if __name__ == "__main__":
    main()
