"""Figures of held-out or measured logits, group by group."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from roleplay.listener.agreement import LabelScore
from roleplay.listener.rows import LABELS, Group
from training.calibrate import Calibration, apply, calibrate, heard
from training.data import OFFSET, Example, author_of
from training.metrics import calibration_error, macro_micro, score_label


class GroupReport(NamedTuple):
    """How a group of labels was heard."""

    macro: float
    micro: float
    ece: float
    labels: dict[str, LabelScore]


def columns(examples: Sequence[Example], logits: np.ndarray, group: Group) -> tuple[list[int], np.ndarray, np.ndarray]:
    """Return a group's rows, their gold labels and their logits."""
    rows = [at for at, each in enumerate(examples) if each.group is group]
    labels = LABELS[group]
    gold = np.array([[label in examples[at].labels for label in labels] for at in rows], dtype=bool)
    return rows, gold, logits[rows][:, OFFSET[group] : OFFSET[group] + len(labels)]


def report(group: Group, gold: np.ndarray, probability: np.ndarray, said: np.ndarray) -> GroupReport:
    """Compare what was heard with the gold labels."""
    macro, micro = macro_micro(gold, said)
    scores = {label: score_label(gold[:, at], said[:, at]) for at, label in enumerate(LABELS[group])}
    return GroupReport(macro, micro, calibration_error(gold, probability), scores)


def calibrations_of(examples: Sequence[Example], logits: np.ndarray) -> dict[Group, list[Calibration]]:
    """Return every group's calibrations from held-out logits."""
    found = {}
    for group in Group:
        _, gold, mine = columns(examples, logits, group)
        found[group] = calibrate(mine, gold)
    return found


class Nested(NamedTuple):
    """A group's held-out rows, read with calibrations and thresholds from the other authors only."""

    gold: np.ndarray
    probability: np.ndarray
    said: np.ndarray
    unsure: np.ndarray


def nested(examples: Sequence[Example], logits: np.ndarray, group: Group) -> Nested | None:
    """Read a group's held-out rows; None where there are none."""
    rows, gold, mine = columns(examples, logits, group)
    if not rows:
        return None
    author = np.array([author_of(examples[at].writer) for at in rows])
    probability = np.zeros_like(mine)
    said, unsure = np.zeros_like(gold), np.zeros_like(gold)
    for each in sorted(set(author.tolist())):
        inside = author == each
        if not inside.all():
            fitted = calibrate(mine[~inside], gold[~inside])
            probability[inside] = apply(mine[inside], fitted)
            said[inside] = heard(probability[inside], fitted)
            bands = np.array([label.unsure for label in fitted])
            unsure[inside] = (probability[inside] >= bands[:, 0]) & (probability[inside] < bands[:, 1])
    return Nested(gold, probability, said, unsure)


def nested_report(examples: Sequence[Example], logits: np.ndarray) -> dict[Group, GroupReport]:
    """Report held-out logits, with calibrations and thresholds from the other authors only."""
    read = {group: nested(examples, logits, group) for group in Group}
    return {group: report(group, each.gold, each.probability, each.said) for group, each in read.items() if each}


class Doubt(NamedTuple):
    """What a second opinion on the unsure labels could do at the most."""

    rows: float
    """Share of rows with an unsure label."""
    errors: float
    """Share of wrong labels that were unsure."""
    macro_if_right: float
    """Macro-F1 if every unsure label were set right."""


def doubt(read: Nested) -> Doubt:
    """Measure the band of unsure probabilities."""
    wrong = read.said != read.gold
    mended = np.where(read.unsure, read.gold, read.said)
    in_band = float((wrong & read.unsure).sum() / max(1, wrong.sum()))
    return Doubt(float(read.unsure.any(axis=1).mean()), in_band, macro_micro(read.gold, mended)[0])
