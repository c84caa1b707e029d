"""Rebuilds the artefact from the data: `make train`.

Held-out logits by leaving authors out, calibration and thresholds from them, one whole net on everything. That one then
teaches the slim net that ships, which is exported in eight bits with the whole one's calibration.
"""

import argparse
import json
import logging
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import torch

from training.crossval import fit_alone, held_out_logits, processes, restore, save, tokens
from training.data import code_digest, data_digest, load_examples
from training.export import ARTEFACT, VERSION, About, export, labels_of
from training.fit import Settings
from training.report import calibrations_of, nested_report
from training.slim import Slimming, taught
from training.whole import load_whole, save_whole

BUILD: Final = Path(__file__).resolve().parent.parent / "build" / "training"
WHOLE: Final = BUILD / "whole"
THREADS: Final = 2
"""On how many cores the slim net is taught: with another number it comes out a little different."""
HELD_OUT: Final = (4,)
"""The fold whose authors set the calibration of what ships. More folds tell more and take as much longer."""
log = logging.getLogger("train")


def train(folds: Sequence[int], settings: Settings, held_out: Path | None = None) -> None:
    """Train and calibrate the whole net, to `WHOLE`; `held_out` reuses logits that an earlier run kept."""
    started = time.monotonic()
    examples, made_with = load_examples(), {"data": data_digest(), "code": code_digest()}
    log.info("%d rows by %d writers", len(examples), len({each.writer for each in examples}))
    with processes(2) as pool:
        fitting = pool.submit(fit_alone, examples, settings)
        if held_out is None:
            held_out = BUILD / "held-out.npz"
            save(held_out, examples, held_out_logits(pool, examples, settings, folds)())
        net = fitting.result()
    measured, logits = restore(held_out, examples)
    figures = nested_report(measured, logits)
    for group, each in figures.items():
        log.info("%s: macro-F1 %.3f, micro-F1 %.3f, ECE %.3f", group.value, each.macro, each.micro, each.ece)
    about: About = {
        "base": "all-MiniLM-L6-v2",
        "rows": len(examples),
        "epochs": settings.epochs,
        "seed": settings.seed,
        **made_with,
    }
    WHOLE.mkdir(parents=True, exist_ok=True)
    save_whole(net, WHOLE)
    labels_of(calibrations_of(measured, logits), about).save(WHOLE / "labels.json")
    plain = {
        group.value: {**each._asdict(), "labels": {label: score.model_dump() for label, score in each.labels.items()}}
        for group, each in figures.items()
    }
    (BUILD / "held-out.json").write_text(json.dumps(plain, indent=1), encoding="utf-8")
    log.info("the whole net: done in %.0f s", time.monotonic() - started)


def slim(teacher: Path, out: Path, slimming: Slimming) -> None:
    """Have the whole net in the folder `teacher` teach a slim one, and export that to `out`."""
    torch.set_num_threads(THREADS)
    examples = load_examples()
    whole, labels, digest = load_whole(teacher)
    about: About = {
        "base": "all-MiniLM-L6-v2",
        "rows": len(examples),
        "epochs": slimming.epochs,
        "seed": slimming.seed,
        "data": data_digest(),
        "code": code_digest(),
        "taught_by": digest,
    }
    net = taught(whole, slimming, examples, tokens())
    export(net, labels.model_copy(update={"version": VERSION, "about": about}), out, examples)


def main() -> None:
    """Train as the command line says."""
    parser = argparse.ArgumentParser(description="Rebuild the learned listener's artefact.")
    parser.add_argument("--folds", type=int, nargs="+", default=HELD_OUT, help="folds to hold out, of 0 to 4")
    parser.add_argument("--epochs", type=int, default=Settings.epochs)
    parser.add_argument("--seed", type=int, default=Settings.seed)
    parser.add_argument("--out", type=Path, default=ARTEFACT)
    parser.add_argument("--held-out", type=Path, help="reuse held-out logits kept by an earlier run")
    parser.add_argument("--teacher", type=Path, help="the folder of a whole net, instead of training one")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    if options.teacher is None:
        train(options.folds, Settings(epochs=options.epochs, seed=options.seed), options.held_out)
    slim(options.teacher or WHOLE, options.out, Slimming(seed=options.seed))


if __name__ == "__main__":
    main()
