"""F1, and how far probabilities are from what comes true."""

from collections.abc import Sequence

import numpy as np

from roleplay.listener.agreement import LabelScore


def score_label(gold: np.ndarray, heard: np.ndarray) -> LabelScore:
    """Compare two columns of booleans."""
    return LabelScore.of(int((gold & heard).sum()), int(heard.sum()), int(gold.sum()))


def macro_micro(gold: np.ndarray, heard: np.ndarray) -> tuple[float, float]:
    """Return macro-F1 over the labels that occur, and micro-F1; both are (rows, labels) of booleans."""
    scores = [score_label(gold[:, at], heard[:, at]) for at in range(gold.shape[1])]
    seen = [score.f1 for score in scores if score.support]
    whole = score_label(gold.ravel(), heard.ravel())
    return (sum(seen) / len(seen) if seen else 0.0), whole.f1


def calibration_error(gold: np.ndarray, probability: np.ndarray, bins: int = 10) -> float:
    """Return the expected calibration error over all cells, in bins of equal width."""
    gold, probability = gold.ravel().astype(float), probability.ravel()
    place = np.minimum((probability * bins).astype(int), bins - 1)
    error = 0.0
    for each in range(bins):
        inside = place == each
        if inside.any():
            error += inside.mean() * abs(gold[inside].mean() - probability[inside].mean())
    return float(error)


def as_table(rows: Sequence[Sequence[object]], head: Sequence[str]) -> str:
    """Return a Markdown table."""
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    for row in rows:
        cells = (f"{cell:.3f}" if isinstance(cell, float) else str(cell) for cell in row)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)
