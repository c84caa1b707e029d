"""Prints the cross-validation table: `python -m training.evaluate`.

Needs the held-out logits that `training.train` keeps. Thresholds come from the other authors' rows throughout.
"""

import argparse
import sys
from pathlib import Path

import numpy as np

from roleplay.listener.rows import Group
from training.crossval import held_out_baselines, restore
from training.data import Example, fold_of, load_examples
from training.metrics import as_table
from training.report import doubt, nested, nested_report
from training.train import BUILD


def rows_of(name: str, examples: list[Example], logits: np.ndarray) -> list[list[object]]:
    """Return the table's rows for one listener: a row a group."""
    return [
        [name, group.value, each.macro, each.micro, each.ece] for group, each in nested_report(examples, logits).items()
    ]


def main() -> None:
    """Print the table, and F1 by label of the fine-tuned net."""
    parser = argparse.ArgumentParser(description="Print the cross-validation table.")
    parser.add_argument("--held-out", type=Path, default=BUILD / "held-out.npz")
    options = parser.parse_args()
    examples = load_examples()
    measured, logits = restore(options.held_out, examples)
    ids = {id(each) for each in measured}
    kept = [at for at, each in enumerate(examples) if id(each) in ids]
    folds = sorted({fold_of(each.writer) for each in measured})
    rows: list[list[object]] = []
    for name, theirs in held_out_baselines(examples, folds).items():
        rows += rows_of(name, measured, theirs[kept])
    rows += rows_of("fine-tuned MiniLM", measured, logits)
    write = sys.stdout.write
    write(f"{len(measured)} held-out rows of {len(examples)}\n")
    write(as_table(rows, ["listener", "labels", "macro-F1", "micro-F1", "ECE"]) + "\n\n")
    doubts = [[group.value, *doubt(read)] for group in Group if (read := nested(measured, logits, group)) is not None]
    write(as_table(doubts, ["unsure", "rows", "errors in it", "macro-F1 if set right"]) + "\n\n")
    labels = [
        [group.value, label, score.precision, score.recall, score.f1, score.support]
        for group, each in nested_report(measured, logits).items()
        for label, score in each.labels.items()
    ]
    write(as_table(labels, ["group", "label", "precision", "recall", "F1", "rows"]) + "\n")


if __name__ == "__main__":
    main()
