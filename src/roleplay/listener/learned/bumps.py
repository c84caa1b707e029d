"""Whether what is heard as a bump moves a date at all, or only says it back."""

import re
from typing import Final

from roleplay.listener.learned.sentences import split_sentences
from roleplay.record.specifics import specifics_of

_MOVES: Final = re.compile(
    r"\b(?:if|say|suppose|imagine|assum\w+|what|when|how|late|later|longer|past|beyond|after|instead|another|extra|more|still"
    r"|slip\w*|push\w*|mov(?:e[sd]?|ing)|drift\w*|miss\w*|wait\w*|delay\w*|without|nobody|no one|not|empty|hurt\w*"
    r"|wouldn|comes? and go\w*|worst|happen\w*)\b|n['’]t\b",
    re.IGNORECASE,
)
"""Words that take a date away, or ask what then."""
_WHO_OR_WHICH: Final = re.compile(r"\s*(?:and\s+|so\s+|then\s+)?(?:which|who|whose)\b", re.IGNORECASE)


def moves_a_date(words: str, before: str | None) -> bool:
    """Whether `words` can be a bump of a date in `before`, the other side's last turn.

    They aren't where each sentence says that date back, or asks who or which, and nothing in it moves a date (codebook,
    `ask_slip`: "takes a date (or the need) and moves it out").
    """
    said = frozenset[str]() if before is None else specifics_of(before).values
    sentences = [words[start:end] for start, end in split_sentences(words)]
    if any(_moves(sentence, said) for sentence in sentences):
        return True
    return not any("?" in sentence or specifics_of(sentence).values for sentence in sentences)


def _moves(sentence: str, said: frozenset[str]) -> bool:
    if _MOVES.search(sentence) or ("?" in sentence and not _WHO_OR_WHICH.match(sentence)):
        return True
    return not specifics_of(sentence).values <= said
