"""Tells whether the shipped artefact is what the data and the code give: `make train-check`.

First the digests of rows and code that the artefact was made with, which takes a second; then the whole net that
taught it teaches another, and both read every row. Floating point differs between processors, so decisions may differ
a little.
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
from training.slim import Slimming
from training.train import BUILD, slim

MAX_DIFFERENT: Final = 0.005
"""The share of decisions, one for each label of each row, that may differ."""


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
    sys.stdout.write(f"{share:.3%} of {len(pairs)} decisions differ\n")
    told = []
    if share > MAX_DIFFERENT:
        told.append(f"{share:.2%} of the decisions differ; {MAX_DIFFERENT:.1%} may")
    first_labels, second_labels = (ArtefactLabels.load(folder / "labels.json") for folder in (first, second))
    if first_labels.groups != second_labels.groups:
        told.append("the calibration differs")
    if first_labels.about["taught_by"] != second_labels.about["taught_by"]:
        told.append("another net taught it")
    return told


def _decisions(model: Model, group: Group, examples: list[Example]) -> list[bool]:
    texts = [Text(group, each.text, each.channel, each.before, each.known) for each in examples if each.group is group]
    return [each.is_heard for evidence in model.read(texts) for each in evidence]


def main() -> None:
    """Check, and exit with 1 where something differs."""
    parser = argparse.ArgumentParser(description="Check the shipped artefact against data and code.")
    parser.add_argument("--digests", action="store_true", help="compare digests only")
    parser.add_argument("--teacher", type=Path, help="the folder of the whole net that taught it")
    parser.add_argument("--against", type=Path, help="an artefact that was made before, instead of making one")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    told = stale(ARTEFACT)
    if not told and not options.digests:
        made = options.against or BUILD / "check"
        if options.against is None:
            if options.teacher is None:
                parser.error("which whole net taught it? --teacher FOLDER")
            slim(options.teacher, made, Slimming())
        told = different(ARTEFACT, made, load_examples())
    for line in told:
        sys.stderr.write(f"{ARTEFACT.name}: {line}; run make train\n")
    sys.exit(bool(told))


if __name__ == "__main__":
    main()
