"""Lists rows that say nearly the same: `python -m training.near [FILE.jsonl …]`.

Without files: pairs of rows by different authors, which would stand on both sides of a split. With files: rows that are
near to one of a file's, such as a sample to measure on, which training must not have seen. Exit code 1 where one is.
"""

import argparse
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from roleplay.listener.rows import Group, read_rows
from training.data import author_of, load_examples

NEAR: Final = 0.6
"""From which share of common runs of three words (Jaccard) on two texts say nearly the same."""
MIN_WORDS: Final = 6


def runs_of(text: str) -> frozenset[tuple[str, ...]]:
    """Return the runs of three words in a text; none where it is so short that likeness is chance."""
    words = re.findall(r"\w+", text.lower())
    return frozenset(zip(words, words[1:], words[2:], strict=False)) if len(words) >= MIN_WORDS else frozenset()


def near_pairs(ours: dict[str, str], theirs: dict[str, str]) -> Iterator[tuple[str, str, float]]:
    """Yield (our id, their id, likeness) of near texts, given texts by id."""
    places: dict[tuple[str, ...], list[str]] = defaultdict(list)
    runs = {name: runs_of(text) for name, text in theirs.items()}
    for name, mine in runs.items():
        for run in mine:
            places[run].append(name)
    for name, text in ours.items():
        mine = runs_of(text)
        for other in sorted({other for run in mine for other in places[run]}):
            likeness = len(mine & runs[other]) / len(mine | runs[other])
            if likeness >= NEAR and name != other:
                yield name, other, likeness


def main() -> None:
    """Print the pairs."""
    parser = argparse.ArgumentParser(description="List rows that say nearly the same.")
    parser.add_argument("files", nargs="*", type=Path)
    files = parser.parse_args().files
    examples = load_examples()
    ours = {f"{each.writer}/{each.group.value}/{each.id}": each.text for each in examples}
    found = []
    if files:
        theirs = {f"{path}:{row.id}": row.text for path in files for row in read_rows(path, _group(path))}
        found = list(near_pairs(ours, theirs))
    else:
        author = {name: author_of(name.split("/")[0]) for name in ours}
        found = [pair for pair in near_pairs(ours, ours) if pair[0] < pair[1] and author[pair[0]] != author[pair[1]]]
    for name, other, likeness in found:
        sys.stdout.write(f"{name} ~ {other} ({likeness:.2f}): {' '.join(ours[name].split())[:120]}\n")
    sys.exit(bool(found))


def _group(path: Path) -> Group:
    return Group.WRITTEN if "written" in path.stem else Group.COUNTERPART if "other" in path.stem else Group.RECRUITER


if __name__ == "__main__":
    main()
