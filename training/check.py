"""Tells whether the shipped artefact is what the data and the code give: `make train-check`.

First the digests of rows and code that the artefact was made with, which takes a second; then the artefact is made
again and both read every row. Floating point differs between processors, so decisions may differ a little.
"""

import argparse
import logging
import sys
from pathlib import Path
from typing import Final

from roleplay.listener.learned.labels import ArtefactLabels
from roleplay.listener.learned.model import Model, Text
from roleplay.listener.rows import Group
from training.data import Example, code_digest, data_digest, load_examples
from training.export import ARTEFACT
from training.fit import Settings
from training.train import BUILD, HELD_OUT, train

MAX_DIFFERENT: Final = 0.005
"""The share of decisions, one for each label of each row, that may differ."""
MAX_THRESHOLD_SHIFT: Final = 0.05


def stale(artefact: Path) -> list[str]:
    """Return what the artefact was not made with."""
    about = ArtefactLabels.load(artefact / "labels.json").about
    now = {"data": data_digest(), "code": code_digest()}
    names = {"data": "the rows in training/data", "code": "the code in training/"}
    return [f"{names[name]} changed since the artefact was made" for name in now if about.get(name) != now[name]]


def different(first: Path, second: Path, examples: list[Example]) -> list[str]:
    """Return in what two artefacts differ by more than they may."""
    decisions = [[_decisions(Model(folder), group, examples) for group in Group] for folder in (first, second)]
    pairs = [(a, b) for ours, theirs in zip(*decisions, strict=True) for a, b in zip(ours, theirs, strict=True)]
    share = sum(a != b for a, b in pairs) / len(pairs)
    labels = [ArtefactLabels.load(folder / "labels.json").groups for folder in (first, second)]
    shifts = [
        abs(a.threshold - b.threshold)
        for group in Group
        for a, b in zip(*(each[group] for each in labels), strict=True)
    ]
    sys.stdout.write(f"{share:.3%} of {len(pairs)} decisions differ, thresholds by {max(shifts):.3f} at the most\n")
    told = []
    if share > MAX_DIFFERENT:
        told.append(f"{share:.2%} of the decisions differ; {MAX_DIFFERENT:.1%} may")
    if max(shifts) > MAX_THRESHOLD_SHIFT:
        told.append(f"a threshold differs by {max(shifts):.3f}; {MAX_THRESHOLD_SHIFT} may")
    return told


def _decisions(model: Model, group: Group, examples: list[Example]) -> list[bool]:
    texts = [Text(group, each.text, each.channel, each.before, each.known) for each in examples if each.group is group]
    return [each.is_heard for evidence in model.read(texts) for each in evidence]


def main() -> None:
    """Check, and exit with 1 where something differs."""
    parser = argparse.ArgumentParser(description="Check the shipped artefact against data and code.")
    parser.add_argument("--digests", action="store_true", help="compare digests only")
    parser.add_argument("--against", type=Path, help="an artefact that was made before, instead of making one")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    told = stale(ARTEFACT)
    if not told and not options.digests:
        made = options.against or BUILD / "check"
        if options.against is None:
            train(made, HELD_OUT, Settings())
        told = different(ARTEFACT, made, load_examples())
    for line in told:
        sys.stderr.write(f"{ARTEFACT.name}: {line}; run make train\n")
    sys.exit(bool(told))


if __name__ == "__main__":
    main()
