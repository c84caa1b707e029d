"""A coach's own acts, heard by likeness to their examples: no training, some milliseconds a turn.

A piece of a turn (a sentence, two neighbours, or the whole) is as like an act as it is near to the act's nearest
examples, less what it is like to its counter-examples. From which likeness on an act is heard is set by ordinary turns,
a bank of which ships with the model: `MAX_FALSE` of them at the most may be heard. Nearest neighbours in a learned
space, as in Vinyals et al. 2016; the bank whitens it, since what all turns have in common tells none apart (Su et al.
2021).
"""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from roleplay.content.acts import Channel
from roleplay.content.scorecard import OwnAct
from roleplay.listener.learned.model import Model, Text
from roleplay.listener.learned.sentences import split_sentences
from roleplay.listener.reading import Span
from roleplay.listener.rows import Group

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

NEAREST: Final = 4
"""How many of the nearest examples speak for an act."""
COUNTER_WEIGHT: Final = 0.5
"""How much of a counter-example's likeness, over that of the examples' own, is taken off."""
MAX_FALSE: Final = 0.01
"""The share of ordinary turns that may be heard as the act."""
SHRINK: Final = 0.003
"""Added to the spread in every direction before it is made even."""
UNSURE: Final = 0.05
"""How far round the border a second opinion is asked for."""
STEEPNESS: Final = 12.0
HEARD_AGAIN: Final = 0.5
CONFUSED: Final = 0.5
"""From which share of its examples on an act is doubted."""
MAX_PIECES: Final = 40


class Likeness(NamedTuple):
    """How like a turn is to an act, and which words are."""

    score: float
    border: float
    span: Span

    @property
    def is_heard(self) -> bool:
        """Whether the act is taken to stand."""
        return self.score >= self.border

    @property
    def is_unsure(self) -> bool:
        """Whether a second opinion is worth asking for."""
        return abs(self.score - self.border) <= UNSURE

    @property
    def confidence(self) -> float:
        """How sure that is, 0 to 1."""
        return 1.0 / (1.0 + math.exp(-STEEPNESS * (self.score - self.border)))


class Learned(NamedTuple):
    """What was learned of one act."""

    examples: "Floats"
    counter_examples: "Floats"
    border: float
    found_again: float
    """The share of examples that would be heard if they weren't examples."""


class OwnActs:
    """Learns acts from their examples when they are first asked for, and keeps them."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._learned: dict[OwnAct, Learned] = {}

    def likenesses(self, text: str, acts: Mapping[str, OwnAct]) -> dict[str, Likeness]:
        """Return how like `text` is to each act."""
        pieces = pieces_of(text)
        vectors = self._vectors([text[piece.start : piece.end] for piece in pieces])
        found = {}
        for name, act in acts.items():
            learned = self.learn(act)
            scores = score(vectors, learned.examples, learned.counter_examples)
            best = int(scores.argmax())
            found[name] = Likeness(float(scores[best]), learned.border, pieces[best])
        return found

    def learn(self, act: OwnAct) -> Learned:
        """Return what is learned of an act."""
        import numpy as np

        if act not in self._learned:
            examples, counter = self._vectors(act.examples), self._vectors(act.counter_examples)
            again = left_out(examples, counter)
            border = float(np.quantile(score(self._space.bank, examples, counter), 1.0 - MAX_FALSE))
            self._learned[act] = Learned(examples, counter, border, float((again >= border).mean()))
        return self._learned[act]

    def doubts(self, acts: Mapping[str, OwnAct]) -> Iterator[tuple[str, str]]:
        """Yield (act, why) where an act's examples can't be told apart from another act's, or from ordinary turns."""
        for name, act in acts.items():
            number = len(act.examples)
            learned = self.learn(act)
            again = left_out(learned.examples, learned.counter_examples)
            found = round(learned.found_again * number)
            if found < HEARD_AGAIN * number:
                yield (
                    name,
                    (
                        f"only {found} of its {number} examples would be heard if they weren't examples; "
                        "give more of them, nearer to each other in what they do"
                    ),
                )
            for other, theirs in acts.items():
                if other != name:
                    likeness = score(learned.examples, self.learn(theirs).examples, self.learn(theirs).counter_examples)
                    nearer = int((likeness >= again).sum())
                    if nearer >= CONFUSED * number:
                        yield name, f"{nearer} of its {number} examples are as like those of {other!r}"
            texts = [Text(Group.RECRUITER, example, Channel.CALL.value) for example in act.examples]
            read = self._model.read(texts)
            heard = Counter(each.label for evidence in read for each in evidence if each.is_heard)
            for label, times in heard.most_common(1):
                if times >= CONFUSED * number:
                    yield name, f"{times} of its {number} examples are heard as {label!r}, an act of the codebook"

    def _vectors(self, texts: Sequence[str]) -> "Floats":
        return self._space.vectors(self._model.vectors(texts))

    @cached_property
    def _space(self) -> "Space":
        return Space.of(self._model.folder / "ordinary.npy")


class Space(NamedTuple):
    """Vectors as they are compared: ordinary turns are spread evenly in them, round their middle."""

    middle: "Floats"
    turn: "Floats"
    bank: "Floats"
    """Ordinary turns."""

    @classmethod
    def of(cls, path: Path) -> "Space":
        """Learn the space from a file of ordinary turns' vectors, rounded to eight bits."""
        import numpy as np

        bank = _unit(np.asarray(np.load(path), dtype=np.float32))
        middle = np.asarray(bank.mean(axis=0), dtype=np.float32)
        spread, directions = np.linalg.eigh(np.cov((bank - middle).T))
        even = (np.maximum(spread, 0.0) + SHRINK) ** -0.5
        turn = np.asarray(directions * even @ directions.T, dtype=np.float32)
        return cls(middle, turn, _unit(np.asarray((bank - middle) @ turn, dtype=np.float32)))

    def vectors(self, vectors: "Floats") -> "Floats":
        """Return vectors in this space, of length one."""
        import numpy as np

        return _unit(np.asarray((vectors - self.middle) @ self.turn, dtype=np.float32))


def _unit(vectors: "Floats") -> "Floats":
    import numpy as np

    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9), dtype=np.float32)


def pieces_of(text: str) -> list[Span]:
    """Return the sentences of `text`, its pairs of neighbours, and the whole."""
    sentences = split_sentences(text)[:MAX_PIECES]
    spans = [Span(start=start, end=end) for start, end in sentences]
    spans += [Span(start=first[0], end=second[1]) for first, second in pairwise(sentences)]
    whole = Span(start=0, end=len(text))
    return spans if whole in spans or len(sentences) in {1, 2} else [*spans, whole]


def score(vectors: "Floats", examples: "Floats", counter_examples: "Floats") -> "Floats":
    """Return how like each of `vectors` (texts, size) is to the act (texts,)."""
    import numpy as np

    near = np.sort(vectors @ examples.T, axis=1)[:, -NEAREST:].mean(axis=1)
    if not len(counter_examples):
        return np.asarray(near, dtype=np.float32)
    against = (vectors @ counter_examples.T).max(axis=1)
    return np.asarray(near - COUNTER_WEIGHT * np.maximum(0.0, against - near), dtype=np.float32)


def left_out(examples: "Floats", counter_examples: "Floats") -> "Floats":
    """Return how like each example is to the others."""
    import numpy as np

    rows = range(len(examples))
    return np.concatenate([score(examples[[at]], np.delete(examples, at, axis=0), counter_examples) for at in rows])
