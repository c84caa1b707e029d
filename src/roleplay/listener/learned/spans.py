"""Which words of a turn carried an act."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from roleplay.listener.learned.sentences import split_sentences, trim
from roleplay.listener.reading import Span

CLEAR_SHARE: Final = 0.5
"""A sentence, or a pair of neighbours, that holds so much of the weight is taken for the words."""


def span_of(text: str, given: Sequence[tuple[int, int, float]], *, asks: bool = False) -> Span:
    """Return the sentence of `text` that holds most of the weight, else the pair that does, else the whole text.

    `given` are (start, end, weight) of the stretches that spoke for the act. An act that `asks` takes in the
    question right after a sentence that only leads up to it.
    """
    sentences = split_sentences(text)
    whole = trim(text, 0, len(text))
    total = sum(weight for _, _, weight in given)
    if not sentences or total <= 0:
        return Span(start=whole[0], end=whole[1])
    weights = [sum(weight for begin, _, weight in given if start <= begin < end) for start, end in sentences]
    at = max(range(len(sentences)), key=weights.__getitem__)
    if weights[at] >= CLEAR_SHARE * total:
        start, end = sentences[at]
        leads_up = asks and not text[start:end].endswith("?") and at + 1 < len(sentences)
        if leads_up and text[slice(*sentences[at + 1])].endswith("?"):
            end = sentences[at + 1][1]
        return Span(start=start, end=end)
    pairs = [first + second for first, second in pairwise(weights)]
    if pairs:
        pair = max(range(len(pairs)), key=pairs.__getitem__)
        if pairs[pair] >= CLEAR_SHARE * total:
            return Span(start=sentences[pair][0], end=sentences[pair + 1][1])
    return Span(start=whole[0], end=whole[1])
