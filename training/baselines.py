"""Two simple listeners to compare with: word n-grams, and the encoder as published, each with linear heads."""

from collections.abc import Sequence

import numpy as np
import torch
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from roleplay.listener.learned.inputs import Tokens
from roleplay.listener.rows import LABELS, Group
from training.data import ALL_LABELS, OFFSET, Example
from training.fit import collate, windows_of
from training.net import HIDDEN, pretrained


def ngram_features(train: Sequence[Example], test: Sequence[Example]) -> tuple[object, object]:
    """Return tf-idf features of words and pairs of words, the words before marked as such."""
    vectorizer = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2, token_pattern=r"[\w']+|\?")
    fitted = vectorizer.fit_transform([_marked(example) for example in train])
    return fitted, vectorizer.transform([_marked(example) for example in test])


def _marked(example: Example) -> str:
    context = "; ".join(example.known) if example.group is Group.WRITTEN else example.before or ""
    return " ".join([*(f"before_{word}" for word in context.lower().split()), example.text.lower()])


@torch.no_grad()
def frozen_features(examples: Sequence[Example], tokens: Tokens) -> np.ndarray:
    """Return the mean of the published encoder's states over the text, of length one (rows, 384)."""
    net = pretrained(len(ALL_LABELS)).eval()
    found = np.zeros((len(examples), HIDDEN), dtype=np.float32)
    windows = [windows_of(tokens, example)[0] for example in examples]
    order = sorted(range(len(examples)), key=lambda at: len(windows[at].ids))
    for start in range(0, len(order), 32):
        rows = order[start : start + 32]
        ids, kinds, mask = collate([windows[row] for row in rows])
        hidden = net.encode(ids, torch.zeros_like(kinds), mask)
        weights = (kinds * mask).unsqueeze(2).float()
        found[rows] = torch.nn.functional.normalize((hidden * weights).sum(1) / weights.sum(1), dim=1).numpy()
    return found


def linear_logits(train: Sequence[Example], fitted: object, features: object, rows: int, strength: float) -> np.ndarray:
    """Return logits (rows, all labels) of one logistic regression a label; `train` is of one group."""
    result = np.full((rows, len(ALL_LABELS)), -8.0, dtype=np.float32)
    group = train[0].group
    for at, label in enumerate(LABELS[group]):
        gold = np.array([label in example.labels for example in train])
        if gold.any():
            model = LogisticRegression(C=strength, class_weight={False: 1.0, True: 3.0}, max_iter=400)
            result[:, OFFSET[group] + at] = model.fit(fitted, gold).decision_function(features)
    return result
