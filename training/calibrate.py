"""Turns logits into probabilities that mean something, and finds where each label is taken as heard."""

from typing import NamedTuple

import numpy as np

_PRIOR_STRENGTH = 8.0
"""How strongly a label with few rows keeps to its group's slope and shift."""
_MIN_THRESHOLD, _MAX_THRESHOLD = 0.25, 0.65
_WRONG = 0.3
"""From which share of wrong readings on a second opinion is worth asking for."""
_MIN_ROWS = 12


class Calibration(NamedTuple):
    """Platt scaling and threshold of one label: probability = sigmoid(slope * logit + shift)."""

    slope: float
    shift: float
    threshold: float
    unsure: tuple[float, float] = (_WRONG, 1 - _WRONG)
    """From and up to which probability the reading is wrong in `_WRONG` of the cases or more."""


def sigmoid(logits: np.ndarray) -> np.ndarray:
    """Return the logistic function of `logits`, without overflow."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(logits, -30, 30))))


def platt(logits: np.ndarray, gold: np.ndarray, prior: tuple[float, float], strength: float) -> tuple[float, float]:
    """Fit slope and shift by Newton's method, drawn to `prior` by a quadratic penalty of `strength`."""
    weights = np.array(prior, dtype=np.float64)
    features = np.stack([logits, np.ones_like(logits)], axis=1).astype(np.float64)
    penalty = strength * np.eye(2)
    for _ in range(50):
        predicted = sigmoid(features @ weights)
        gradient = features.T @ (predicted - gold) + penalty @ (weights - np.array(prior))
        curvature = (features * (predicted * (1 - predicted))[:, None]).T @ features + penalty + 1e-6 * np.eye(2)
        step = np.linalg.solve(curvature, gradient)
        weights -= np.clip(step, -1, 1)
        if np.abs(step).max() < 1e-6:
            break
    return float(max(weights[0], 0.2)), float(weights[1])


def best_threshold(probability: np.ndarray, gold: np.ndarray, common: float) -> float:
    """Return the threshold with the best F1, smoothed: `common` counts as much as a handful of rows does."""
    grid = np.arange(_MIN_THRESHOLD, _MAX_THRESHOLD + 1e-9, 0.025)
    scores = []
    for threshold in grid:
        heard = probability >= threshold
        scores.append(2 * (heard & gold).sum() / max(1, heard.sum() + gold.sum()))
    smooth = np.convolve(np.pad(scores, 2, mode="edge"), np.ones(5) / 5, mode="valid")
    best = float(grid[int(np.argmax(smooth))])
    trust = gold.sum() / (gold.sum() + 40.0)
    return round(float(trust * best + (1 - trust) * common), 4)


def unsure_band(probability: np.ndarray, gold: np.ndarray, threshold: float) -> tuple[float, float]:
    """Return the probabilities round `threshold` between which held-out readings are wrong too often.

    Each side is widened as far as `_WRONG` of the readings between its end and the threshold are wrong; where fewer
    than `_MIN_ROWS` rows tell, the probability itself is believed.
    """
    low, high = min(_WRONG, threshold), max(1 - _WRONG, threshold)
    below = np.sort(probability[(probability < threshold) & (probability >= 0.02)])
    for end in below:
        inside = (probability >= end) & (probability < threshold)
        if inside.sum() < _MIN_ROWS:
            break
        if gold[inside].mean() >= _WRONG:
            low = float(end)
            break
    above = np.sort(probability[(probability >= threshold) & (probability <= 0.98)])[::-1]
    for end in above:
        inside = (probability >= threshold) & (probability <= end)
        if inside.sum() < _MIN_ROWS:
            break
        if (~gold[inside]).mean() >= _WRONG:
            high = float(end)
            break
    return round(low, 4), round(high, 4)


def calibrate(logits: np.ndarray, gold: np.ndarray) -> list[Calibration]:
    """Return one calibration a label, from held-out logits (rows, labels) of one group."""
    flat = platt(logits.ravel(), gold.ravel().astype(float), (1.0, 0.0), 0.0)
    fitted = [platt(logits[:, at], gold[:, at].astype(float), flat, _PRIOR_STRENGTH) for at in range(logits.shape[1])]
    probability = apply(logits, [Calibration(slope, shift, 0.5) for slope, shift in fitted])
    common = best_threshold(probability.ravel(), gold.ravel(), 0.45)
    thresholds = [best_threshold(probability[:, at], gold[:, at], common) for at in range(len(fitted))]
    return [
        Calibration(
            round(slope, 5), round(shift, 5), threshold, unsure_band(probability[:, at], gold[:, at], threshold)
        )
        for at, ((slope, shift), threshold) in enumerate(zip(fitted, thresholds, strict=True))
    ]


def apply(logits: np.ndarray, calibrations: list[Calibration]) -> np.ndarray:
    """Return probabilities for `logits` (rows, labels)."""
    slopes = np.array([each.slope for each in calibrations])
    shifts = np.array([each.shift for each in calibrations])
    return sigmoid(logits * slopes + shifts)


def heard(probability: np.ndarray, calibrations: list[Calibration]) -> np.ndarray:
    """Return which labels are taken as heard."""
    return np.asarray(probability >= np.array([each.threshold for each in calibrations]))
