"""Rebuilds the artefact from the data: `python -m training.train`.

Held-out logits by leaving writers out, calibration and thresholds from them, one net on everything, int8 export.
Run with `PYTHONPATH=src:.` in an environment that has torch, onnx, onnxruntime, safetensors and scikit-learn.
"""

import argparse
import json
import logging
import time
from pathlib import Path

import torch

from training.crossval import held_out_logits, restore, save, tokens
from training.data import load_examples
from training.export import ARTEFACT, export
from training.fit import Settings, fit
from training.report import calibrations_of, nested_report

BUILD = Path(__file__).resolve().parent.parent / "build" / "training"
log = logging.getLogger("train")


def main() -> None:
    """Train, calibrate, export."""
    parser = argparse.ArgumentParser(description="Rebuild the learned listener's artefact.")
    parser.add_argument("--folds", type=int, nargs="+", default=[1, 4], help="authors to hold out, of 0 to 4")
    parser.add_argument("--epochs", type=int, default=Settings.epochs)
    parser.add_argument("--seed", type=int, default=Settings.seed)
    parser.add_argument("--out", type=Path, default=ARTEFACT)
    parser.add_argument("--held-out", type=Path, help="reuse held-out logits kept by an earlier run")
    parser.add_argument("--only-held-out", action="store_true", help="stop after the held-out logits")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    started = time.monotonic()
    settings = Settings(epochs=options.epochs, seed=options.seed)
    examples = load_examples()
    log.info("%d rows by %d writers", len(examples), len({each.writer for each in examples}))

    if options.held_out:
        measured, logits = restore(options.held_out, examples)
    else:
        kept = BUILD / "held-out.npz"
        save(kept, examples, held_out_logits(examples, settings, options.folds))
        measured, logits = restore(kept, examples)
    figures = nested_report(measured, logits)
    for group, each in figures.items():
        log.info("%s: macro-F1 %.3f, micro-F1 %.3f, ECE %.3f", group.value, each.macro, each.micro, each.ece)
    if options.only_held_out:
        return

    torch.set_num_threads(2)
    net = fit(examples, tokens(), settings)
    BUILD.mkdir(parents=True, exist_ok=True)
    torch.save(net.state_dict(), BUILD / "net.pt")
    about: dict[str, object] = {"base": "all-MiniLM-L6-v2", "rows": len(examples), "seed": settings.seed}
    about["epochs"] = settings.epochs
    export(net, calibrations_of(measured, logits), options.out, about)
    plain = {group.value: each._asdict() for group, each in figures.items()}
    (BUILD / "held-out.json").write_text(json.dumps(plain, indent=1), encoding="utf-8")
    log.info("done in %.0f s", time.monotonic() - started)


if __name__ == "__main__":
    main()
