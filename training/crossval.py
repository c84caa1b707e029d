"""Reads each writer's rows with a model that has never seen the writer."""

import logging
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import torch

from roleplay.listener.learned.inputs import Group, Tokens
from training.baselines import frozen_features, linear_logits, ngram_features
from training.data import ALL_LABELS, Example, fold_of
from training.fit import Settings, fit, logits_of
from training.net import base_weights


def tokens() -> Tokens:
    """Return the base model's tokenizer."""
    return Tokens(base_weights() / "tokenizer.json")


def _one_fold(train: list[Example], test: list[Example], settings: Settings, threads: int) -> np.ndarray:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(threads)
    return logits_of(fit(train, tokens(), settings), test, tokens())


def held_out_logits(examples: Sequence[Example], settings: Settings, folds: Sequence[int], jobs: int = 2) -> np.ndarray:
    """Return logits (rows, all labels), each row's by the net of the fold that leaves its author out.

    Rows of a fold that isn't among `folds` stay NaN.
    """
    fold = [fold_of(example.writer) for example in examples]
    result = np.full((len(examples), len(ALL_LABELS)), np.nan, dtype=np.float32)
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        futures = []
        for number in folds:
            train = [each for each, mine in zip(examples, fold, strict=True) if mine != number]
            held = [at for at, mine in enumerate(fold) if mine == number]
            test = [examples[at] for at in held]
            futures.append((held, pool.submit(_one_fold, train, test, settings, max(1, 2 // jobs))))
        for held, future in futures:
            result[held] = future.result()
    return result


def held_out_baselines(examples: Sequence[Example], folds: Sequence[int]) -> dict[str, np.ndarray]:
    """Return the same for the two baselines, by name; rows of other folds stay zero."""
    fold = [fold_of(example.writer) for example in examples]
    vectors = frozen_features(examples, tokens())
    names = ("n-grams, linear", "frozen MiniLM, linear")
    result = {name: np.zeros((len(examples), len(ALL_LABELS)), dtype=np.float32) for name in names}
    for number in folds:
        for group in Group:
            train = [at for at, each in enumerate(examples) if each.group is group and fold[at] != number]
            test = [at for at, each in enumerate(examples) if each.group is group and fold[at] == number]
            if not train or not test:
                continue
            rows = [examples[at] for at in train]
            fitted, features = ngram_features(rows, [examples[at] for at in test])
            result[names[0]][test] = linear_logits(rows, fitted, features, len(test), 10.0)
            result[names[1]][test] = linear_logits(rows, vectors[train], vectors[test], len(test), 10.0)
    return result


def save(path: Path, examples: Sequence[Example], logits: np.ndarray) -> None:
    """Keep held-out logits with the rows' names, for the next step; a row whose words change since loses its logits."""
    path.parent.mkdir(parents=True, exist_ok=True)
    ids = np.array([_name(each) for each in examples])
    np.savez_compressed(path, ids=ids, logits=logits)


def restore(path: Path, examples: Sequence[Example]) -> tuple[list[Example], np.ndarray]:
    """Return the rows that `path` has logits for, and the logits."""
    stored = np.load(path)
    at = {str(name): row for row, name in enumerate(stored["ids"])}
    found = [each for each in examples if _name(each) in at]
    logits: np.ndarray = stored["logits"][[at[_name(each)] for each in found]]
    read = np.isfinite(logits).all(axis=1)
    return [each for each, is_read in zip(found, read, strict=True) if is_read], logits[read]


def _name(example: Example) -> str:
    words = "\n".join((example.before or "", *example.known, example.text))
    return f"{example.group.value}/{example.writer}/{example.id}/{sha256(words.encode()).hexdigest()[:12]}"
