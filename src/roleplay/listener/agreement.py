"""How far a reading agrees with labels: precision, recall and F1 by label, macro and micro."""

from collections.abc import Iterable, Sequence
from typing import Self

from roleplay.values import Value


class LabelScore(Value):
    """One label: shares from 0 to 1, and how many rows carry it."""

    precision: float
    recall: float
    f1: float
    support: int

    @classmethod
    def of(cls, hits: int, heard: int, true: int) -> Self:
        """Score `hits` right ones among `heard`, of `true` that there are."""
        return cls(
            precision=_ratio(hits, heard), recall=_ratio(hits, true), f1=_ratio(2 * hits, heard + true), support=true
        )


class Agreement(Value):
    """All labels of a set of rows."""

    rows: int
    exact: int
    """Rows whose labels were heard one and all, and nothing else."""
    macro_f1: float
    """The mean over the labels that occur."""
    micro_f1: float
    labels: dict[str, LabelScore]


def agreement(labels: Sequence[str], pairs: Iterable[tuple[frozenset[str], frozenset[str]]]) -> Agreement:
    """Compare (gold, heard) sets of labels, a pair a row."""
    pairs = list(pairs)
    counts = {
        label: (
            sum(label in gold and label in heard for gold, heard in pairs),
            sum(label in heard for _, heard in pairs),
            sum(label in gold for gold, _ in pairs),
        )
        for label in labels
    }
    scores = {label: LabelScore.of(*count) for label, count in counts.items()}
    seen = [score.f1 for score in scores.values() if score.support]
    hits, heard, true = (sum(count[at] for count in counts.values()) for at in range(3))
    return Agreement(
        rows=len(pairs),
        exact=sum(gold == heard for gold, heard in pairs),
        macro_f1=sum(seen) / len(seen) if seen else 0.0,
        micro_f1=LabelScore.of(hits, heard, true).f1,
        labels=scores,
    )


def _ratio(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
