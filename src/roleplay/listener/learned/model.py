"""Runs the artefact with onnxruntime; nothing is loaded before the first reading."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Final, NamedTuple

from roleplay.listener.learned.inputs import Tokens, Window
from roleplay.listener.learned.labels import ArtefactLabels
from roleplay.listener.rows import Group

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from onnxruntime import InferenceSession  # type: ignore[import-untyped]

    Floats = NDArray[np.float32]

ARTEFACT: Final = Path(__file__).parent / "artefact"
MAX_BATCH: Final = 16
SLOW_FUSIONS: Final = ["SkipLayerNormFusion"]
"""What onnxruntime would put in place of an addition and a normalisation takes five times as long as the two."""
VECTOR: Final = 384


class Text(NamedTuple):
    """What is read: whose words, by which channel, after which words."""

    group: Group
    text: str
    channel: str
    before: str | None = None
    known: tuple[str, ...] = ()


class Evidence(NamedTuple):
    """How sure the model is of one label, and how much each stretch of the text gave to it."""

    label: str
    probability: float
    threshold: float
    unsure: tuple[float, float]
    given: tuple[tuple[int, int, float], ...]
    """(start, end, weight) of the tokens that spoke for the label; empty unless it was heard, or might have been."""

    @property
    def is_heard(self) -> bool:
        """Whether the label is taken to stand."""
        return self.probability >= self.threshold

    @property
    def is_unsure(self) -> bool:
        """Whether a second opinion is worth asking for."""
        return self.unsure[0] <= self.probability < self.unsure[1]


class _Best(NamedTuple):
    """The window in which a label's logit is highest."""

    logit: float
    window: Window
    given: "Floats"
    """What each token of it gave to each column (tokens, columns)."""


class Model:
    """The encoder with its heads. Safe to share between threads."""

    def __init__(self, folder: Path = ARTEFACT) -> None:
        """Take the artefact's folder; nothing is read yet."""
        self.folder = folder
        self._loading = Lock()

    @cached_property
    def labels(self) -> ArtefactLabels:
        """The labels and their calibration."""
        return ArtefactLabels.load(self.folder / "labels.json")

    @cached_property
    def tokens(self) -> Tokens:
        """The tokenizer."""
        return Tokens(self.folder / "tokenizer.json")

    @cached_property
    def _session(self) -> "InferenceSession":
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        path = str(self.folder / "model.onnx")
        return onnxruntime.InferenceSession(
            path, options, providers=["CPUExecutionProvider"], disabled_optimizers=SLOW_FUSIONS
        )

    def load(self) -> None:
        """Load everything now, so that the first reading need not wait."""
        with self._loading:
            _ = self.labels, self.tokens, self._session

    def read(self, texts: Sequence[Text]) -> list[list[Evidence]]:
        """Return, for each text, evidence for every label of its group."""
        self.load()
        best = self._best(texts)
        return [self._evidence(row, text.group, best) for row, text in enumerate(texts)]

    def read_ahead(self, texts: Sequence[Text]) -> None:
        """Do nothing: what is read isn't kept."""

    def vectors(self, texts: Sequence[str]) -> "Floats":
        """Return a vector of length one for each text (texts, 384), by which like texts are near to each other."""
        import numpy as np

        self.load()
        windows = [self.tokens.windows(Group.RECRUITER, "call", None, text)[0] for text in texts]
        found = np.zeros((len(texts), VECTOR), dtype=np.float32)
        order = sorted(range(len(texts)), key=lambda at: len(windows[at].ids))
        for start in range(0, len(order), MAX_BATCH):
            part = order[start : start + MAX_BATCH]
            found[part] = self._run([windows[at] for at in part], "vector")[0]
        return found

    def _best(self, texts: Sequence[Text]) -> "dict[tuple[int, int], _Best]":
        """Return the window with the highest logit by row and column."""
        windows = [
            (row, window)
            for row, text in enumerate(texts)
            for window in self.tokens.windows(text.group, text.channel, text.before, text.text, text.known)
        ]
        windows.sort(key=lambda each: len(each[1].ids))
        best: dict[tuple[int, int], _Best] = {}
        for start in range(0, len(windows), MAX_BATCH):
            part = windows[start : start + MAX_BATCH]
            logits, given = self._run([window for _, window in part], "logits", "given")
            for at, (row, window) in enumerate(part):
                for column in self.labels.columns(texts[row].group):
                    logit = float(logits[at, column])
                    if (row, column) not in best or logit > best[row, column].logit:
                        best[row, column] = _Best(logit, window, given[at])
        return best

    def _evidence(self, row: int, group: Group, best: "dict[tuple[int, int], _Best]") -> list[Evidence]:
        found = []
        for label, column in zip(self.labels.groups[group], self.labels.columns(group), strict=True):
            logit, window, given = best[row, column]
            probability = label.probability(logit)
            is_open = probability >= min(label.threshold, label.unsure[0])
            weights = _weights(window, given[:, column]) if is_open else ()
            found.append(Evidence(label.label, probability, label.threshold, label.unsure, weights))
        return found

    def _run(self, windows: Sequence[Window], *outputs: str) -> "list[Floats]":
        import numpy as np

        width = max(len(window.ids) for window in windows)
        ids, kinds, mask = (np.zeros((len(windows), width), dtype=np.int64) for _ in range(3))
        for row, window in enumerate(windows):
            length = len(window.ids)
            ids[row, :length] = window.ids
            mask[row, :length] = 1
            kinds[row, window.context_length : length] = 1
        found = self._session.run(outputs, {"ids": ids, "kinds": kinds, "mask": mask})
        return [np.asarray(each, dtype=np.float32) for each in found]


class RememberingModel(Model):
    """Reads every text once, and remembers: for games in which the same words come again and again."""

    def __init__(self, folder: Path = ARTEFACT) -> None:
        """Take the artefact's folder."""
        super().__init__(folder)
        self._read: dict[Text, list[Evidence]] = {}
        self._vectors: dict[tuple[str, ...], Floats] = {}

    def read(self, texts: Sequence[Text]) -> list[list[Evidence]]:
        """Return what was read before, and read the rest."""
        new = [text for text in dict.fromkeys(texts) if text not in self._read]
        if new:
            self._read.update(zip(new, super().read(new), strict=True))
        return [self._read[text] for text in texts]

    def read_ahead(self, texts: Sequence[Text]) -> None:
        """Read each text by itself, several at the same time; the figures are those that `read` gives for it alone."""
        with ThreadPoolExecutor(os.cpu_count()) as readers:
            for _ in readers.map(lambda text: self.read([text]), texts):
                pass

    def vectors(self, texts: Sequence[str]) -> "Floats":
        """Return the vectors found before, or find them.

        They are kept by the whole row of texts: a text's rounding depends on those that it is read beside.
        """
        key = tuple(texts)
        if key not in self._vectors:
            self._vectors[key] = super().vectors(texts)
        return self._vectors[key]


def _weights(window: Window, given: "Floats") -> tuple[tuple[int, int, float], ...]:
    start = window.context_length
    return tuple(
        (begin, end, float(weight))
        for (begin, end), weight in zip(window.offsets, given[start : start + len(window.offsets)], strict=True)
        if weight > 0
    )
