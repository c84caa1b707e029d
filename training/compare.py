"""Compares ways of listening on one held-out author's recruiter turns: `python -m training.compare`.

Every way gets the same rows and, where it is trained, the same few epochs: less than the shipped artefact gets,
so that the table costs an hour and not a day. Calibration and thresholds come from writers kept back from training.
"""

import argparse
import json
import logging
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

import numpy as np
import torch

from roleplay.listener.learned.sentences import split_sentences
from roleplay.listener.rows import Group
from training.baselines import frozen_features, linear_logits, ngram_features
from training.calibrate import apply, calibrate, heard, sigmoid
from training.crossval import tokens
from training.data import Example, fold_of, load_examples
from training.fit import Settings, fit, logits_of
from training.metrics import as_table, macro_micro
from training.report import columns
from training.teacher import Teacher, TeacherSettings, first_windows, teacher_folder

BUILD = Path(__file__).resolve().parent.parent / "build" / "training"
log = logging.getLogger("compare")

Note: TypeAlias = Callable[[str, tuple[float, float]], None]
"""Takes a way's name, and its macro- and micro-F1."""


class Bench:
    """One split, and the ways that are compared on it."""

    def __init__(self, fold: int, epochs: int, until: str) -> None:
        """Split the turns by writers up to `until`: a fold's to be read, of the others a seventh to calibrate on."""
        rows = [each for each in load_examples() if each.group is Group.RECRUITER and each.writer <= until]
        self.test = [each for each in rows if fold_of(each.writer) == fold]
        others = [each for each in rows if fold_of(each.writer) != fold]
        writers = sorted({each.writer for each in others})
        kept_back = set(writers[::7])
        self.tuning = [each for each in others if each.writer in kept_back]
        self.train = [each for each in others if each.writer not in kept_back]
        self.settings = Settings(epochs=epochs)
        self.tokens = tokens()

    def f1(self, tuning: np.ndarray, test: np.ndarray) -> tuple[float, float]:
        """Return macro- and micro-F1 of logits on the test rows, calibrated on the tuning rows."""
        _, gold, mine = columns(self.tuning, tuning, Group.RECRUITER)
        fitted = calibrate(mine, gold)
        _, gold, mine = columns(self.test, test, Group.RECRUITER)
        return macro_micro(gold, heard(apply(mine, fitted), fitted))

    def linear(self, features: Callable[[list[Example], list[Example]], tuple[object, object]]) -> tuple[float, float]:
        """Score linear heads on features."""
        scored = []
        for rows in (self.tuning, self.test):
            fitted, theirs = features(self.train, rows)
            scored.append(linear_logits(self.train, fitted, theirs, len(rows), 10.0))
        return self.f1(scored[0], scored[1])

    def net(self, settings: Settings, train: list[Example] | None = None, taught: np.ndarray | None = None) -> object:
        """Fine-tune the small encoder."""
        torch.set_num_threads(2)
        return fit(train or self.train, self.tokens, settings, taught=taught)

    def read(self, net: object, change: Callable[[Example], Example] = lambda each: each) -> tuple[float, float]:
        """Score whole-turn reading."""
        tuning, test = ([change(each) for each in rows] for rows in (self.tuning, self.test))
        return self.f1(logits_of(net, tuning, self.tokens), logits_of(net, test, self.tokens))  # type: ignore[arg-type]

    def read_twice(self, net: object) -> tuple[float, float]:
        """Score the mean of a reading with and one without the words before."""
        both = []
        for rows in (self.tuning, self.test):
            alone = logits_of(net, [each._replace(before=None) for each in rows], self.tokens)  # type: ignore[arg-type]
            both.append((logits_of(net, rows, self.tokens) + alone) / 2)  # type: ignore[arg-type]
        return self.f1(both[0], both[1])

    def read_sentences(self, net: object) -> tuple[float, float]:
        """Score sentence-wise reading: each act's highest logit over a turn's sentences."""
        both = []
        for rows in (self.tuning, self.test):
            pieces = [(at, each.text[a:b]) for at, each in enumerate(rows) for a, b in split_sentences(each.text)]
            logits = logits_of(net, [rows[at]._replace(text=text) for at, text in pieces], self.tokens)  # type: ignore[arg-type]
            best = np.full((len(rows), logits.shape[1]), -8.0, dtype=np.float32)
            for (at, _), row in zip(pieces, logits, strict=True):
                best[at] = np.maximum(best[at], row)
            both.append(best)
        return self.f1(both[0], both[1])


def compare_small(bench: Bench, note: Note) -> None:
    """Compare the ways that need nothing large."""
    note("n-grams, linear", bench.linear(ngram_features))
    note(
        "frozen MiniLM, linear",
        bench.linear(lambda a, b: (frozen_features(a, bench.tokens), frozen_features(b, bench.tokens))),
    )
    net = bench.net(bench.settings)
    note("fine-tuned MiniLM", bench.read(net))
    note("… read twice, with and without the words before", bench.read_twice(net))
    note("… read sentence by sentence", bench.read_sentences(net))
    alone = bench.net(replace(bench.settings, has_context=False))
    note("fine-tuned without the words before", bench.read(alone, lambda each: each._replace(before=None)))
    first = replace(bench.settings, contrastive_epochs=1, epochs=bench.settings.epochs - 1)
    note("contrastive for an epoch, then multi-label", bench.read(bench.net(first)))
    for part in (4, 2):
        writers = sorted({each.writer for each in bench.train})[::part]
        some = [each for each in bench.train if each.writer in writers]
        longer = replace(bench.settings, epochs=bench.settings.epochs * part)
        note(f"fine-tuned, {len(some)} rows by {len(writers)} writers", bench.read(bench.net(longer, some)))


def compare_taught(bench: Bench, note: Note) -> None:
    """Compare the large encoder, and the small one taught by it and not."""
    teacher = Teacher(teacher_folder(BUILD), TeacherSettings(epochs=bench.settings.epochs))
    kept = {
        name: teacher.keep(first_windows(bench.tokens, rows))
        for name, rows in (("train", bench.train), ("tuning", bench.tuning), ("test", bench.test))
    }
    torch.set_num_threads(2)
    teacher.fit(kept["train"], bench.train)
    note("mpnet, three layers fine-tuned", bench.f1(teacher.logits(kept["tuning"]), teacher.logits(kept["test"])))
    taught = sigmoid(teacher.logits(kept["train"]))
    note("fine-tuned MiniLM, taught by it", bench.read(bench.net(bench.settings, taught=taught)))
    note("fine-tuned MiniLM, not taught", bench.read(bench.net(bench.settings)))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="Compare ways of listening.")
    parser.add_argument("--fold", type=int, default=4)
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--until", default="w99", help="only writers up to this one")
    parser.add_argument("--teacher", action="store_true", help="with the large encoder, as teacher and by itself")
    parser.add_argument("--teacher-only", action="store_true", help="just that, beside the small one untaught")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    bench = Bench(options.fold, options.epochs, options.until)
    log.info("%d rows to train on, %d to calibrate, %d to read", len(bench.train), len(bench.tuning), len(bench.test))
    table: list[list[object]] = []

    def note(name: str, score: tuple[float, float]) -> None:
        table.append([name, *score])
        log.info("%s: macro-F1 %.3f, micro-F1 %.3f", name, *score)

    started = time.monotonic()
    if not options.teacher_only:
        compare_small(bench, note)
    if options.teacher or options.teacher_only:
        compare_taught(bench, note)
    log.info("%.0f s", time.monotonic() - started)
    (BUILD / "compare.json").write_text(json.dumps(table), encoding="utf-8")
    sys.stdout.write(as_table(table, ["listener", "macro-F1", "micro-F1"]) + "\n")


if __name__ == "__main__":
    main()
