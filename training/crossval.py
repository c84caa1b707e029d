"""Reads each writer's rows with a model that has never seen the writer."""

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import torch

from roleplay.listener.learned.inputs import Tokens
from roleplay.listener.rows import Group
from training.baselines import frozen_features, linear_logits, ngram_features
from training.data import ALL_LABELS, Example, fold_of
from training.fit import Settings, fit, logits_of
from training.net import Listener, base_weights


def tokens() -> Tokens:
    """Return the base model's tokenizer."""
    return Tokens(base_weights() / "tokenizer.json")


def likeness_of(examples: Sequence[Example]) -> np.ndarray:
    """Return the published encoder's vectors of the texts alone (rows, 384)."""
    return frozen_features([each._replace(before=None, known=()) for each in examples], tokens())


def fit_alone(train: list[Example], settings: Settings) -> Listener:
    """Fine-tune a net in a process of its own, on one core: the same rows and seed give the same net."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(1)
    return fit(train, tokens(), settings, likeness_of(train))


def _one_fold(train: list[Example], test: list[Example], settings: Settings) -> np.ndarray:
    return logits_of(fit_alone(train, settings), test, tokens())


def processes(number: int) -> ProcessPoolExecutor:
    """Return a pool of processes that start from nothing."""
    return ProcessPoolExecutor(number, mp_context=get_context("spawn"))


def held_out_logits(
    pool: Executor, examples: Sequence[Example], settings: Settings, folds: Sequence[int]
) -> Callable[[], np.ndarray]:
    """Begin reading each row of `folds` with a net that has seen none of the fold's authors.

    Returns what waits for the logits (rows, all labels); rows of other folds stay NaN.
    """
    fold = [fold_of(example.writer) for example in examples]
    reading = []
    for number in folds:
        train = [each for each, mine in zip(examples, fold, strict=True) if mine != number]
        held = [at for at, mine in enumerate(fold) if mine == number]
        reading.append((held, pool.submit(_one_fold, train, [examples[at] for at in held], settings)))

    def wait() -> np.ndarray:
        result = np.full((len(examples), len(ALL_LABELS)), np.nan, dtype=np.float32)
        for held, future in reading:
            result[held] = future.result()
        return result

    return wait


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
