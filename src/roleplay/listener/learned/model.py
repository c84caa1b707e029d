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
    """What each token of the text in it gave to the label (tokens)."""


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
        return [self._evidence(text) for text in texts]

    def read_ahead(self, texts: Sequence[Text]) -> None:
        """Do nothing: what is read isn't kept."""

    def vectors(self, texts: Sequence[str]) -> "Floats":
        """Return a vector of length one for each text (texts, 384), by which like texts are near to each other."""
        import numpy as np

        self.load()
        windows = (self.tokens.windows(Group.RECRUITER, "call", None, text)[0] for text in texts)
        return np.array([self._run(window, "vector")[0] for window in windows]).reshape(-1, VECTOR)

    def _evidence(self, text: Text) -> list[Evidence]:
        found = []
        for label, best in zip(self.labels.groups[text.group], self._best(text), strict=True):
            probability = label.probability(best.logit)
            is_open = probability >= min(label.threshold, label.unsure[0])
            weights = _weights(best) if is_open else ()
            found.append(Evidence(label.label, probability, label.threshold, label.unsure, weights))
        return found

    def _best(self, text: Text) -> list[_Best]:
        """Return, for each label of the text's group, the window with the highest logit."""
        columns = self.labels.columns(text.group)
        best: list[_Best] = []
        for window in self.tokens.windows(text.group, text.channel, text.before, text.text, text.known):
            logits, given = self._run(window, "logits", "given")
            read = [_Best(float(logits[column]), window, given[:, column]) for column in columns]
            best = [max(pair, key=lambda each: each.logit) for pair in zip(best, read, strict=True)] if best else read
        return best

    def _run(self, window: Window, *outputs: str) -> "list[Floats]":
        """Read one window by itself, so that a text's figures don't hang on those that it is read beside."""
        import numpy as np

        before, text = window.ids[: window.context_length], window.ids[window.context_length :]
        given = {"context": np.array(before, dtype=np.int64), "text": np.array(text, dtype=np.int64)}
        return self._session.run(outputs, given)  # type: ignore[no-any-return]


class RememberingModel(Model):
    """Reads every text once, and remembers: for games in which the same words come again and again."""

    def __init__(self, folder: Path = ARTEFACT) -> None:
        """Take the artefact's folder."""
        super().__init__(folder)
        self._read: dict[Text, list[Evidence]] = {}
        self._vectors: dict[str, Floats] = {}

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
        """Return the vectors found before, and find the rest."""
        import numpy as np

        new = [text for text in dict.fromkeys(texts) if text not in self._vectors]
        self._vectors.update(zip(new, super().vectors(new), strict=True))
        return np.array([self._vectors[text] for text in texts]).reshape(-1, VECTOR)


def _weights(best: _Best) -> tuple[tuple[int, int, float], ...]:
    return tuple(
        (begin, end, float(weight))
        for (begin, end), weight in zip(best.window.offsets, best.given, strict=False)
        if weight > 0
    )
