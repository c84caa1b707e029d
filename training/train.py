"""Rebuilds the artefact from the data: `make train`.

Held-out logits by leaving authors out, calibration and thresholds from them, one net on everything, int8 export.
"""

import argparse
import json
import logging
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import torch

from training.crossval import fit_alone, held_out_logits, processes, restore, save
from training.data import code_digest, data_digest, load_examples
from training.export import ARTEFACT, export
from training.fit import Settings
from training.report import calibrations_of, nested_report

BUILD: Final = Path(__file__).resolve().parent.parent / "build" / "training"
HELD_OUT: Final = (4,)
"""The fold whose authors set the calibration of what ships. More folds tell more and take as much longer."""
log = logging.getLogger("train")


def train(out: Path, folds: Sequence[int], settings: Settings, held_out: Path | None = None) -> None:
    """Train, calibrate and export to `out`; `held_out` reuses logits that an earlier run kept."""
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
    BUILD.mkdir(parents=True, exist_ok=True)
    torch.save(net.state_dict(), BUILD / "net.pt")
    about: dict[str, object] = {
        "base": "all-MiniLM-L6-v2",
        "rows": len(examples),
        "epochs": settings.epochs,
        "seed": settings.seed,
        **made_with,
    }
    export(net, calibrations_of(measured, logits), out, about, examples)
    plain = {
        group.value: {**each._asdict(), "labels": {label: score.model_dump() for label, score in each.labels.items()}}
        for group, each in figures.items()
    }
    (BUILD / "held-out.json").write_text(json.dumps(plain, indent=1), encoding="utf-8")
    log.info("done in %.0f s", time.monotonic() - started)


def main() -> None:
    """Train as the command line says."""
    parser = argparse.ArgumentParser(description="Rebuild the learned listener's artefact.")
    parser.add_argument("--folds", type=int, nargs="+", default=HELD_OUT, help="folds to hold out, of 0 to 4")
    parser.add_argument("--epochs", type=int, default=Settings.epochs)
    parser.add_argument("--seed", type=int, default=Settings.seed)
    parser.add_argument("--out", type=Path, default=ARTEFACT)
    parser.add_argument("--held-out", type=Path, help="reuse held-out logits kept by an earlier run")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    train(options.out, options.folds, Settings(epochs=options.epochs, seed=options.seed), options.held_out)


if __name__ == "__main__":
    main()
