"""Whether a reason that a recruiter plays back was ever given."""

import re
from collections.abc import Sequence
from typing import Final

_WORD: Final = re.compile(r"[^\W_]{3,}")
_EVERYDAY_WORDS: Final = """
the and that this with you your was were are for not have has had but would will could should can she him her his
they them their there then than what when where which who how why from into out about been being told said say
mentioned mention explained put last week time month call spoke talked remember know think thing things get got
one two if without because until till before role roles job position seat person people somebody someone nobody
hire hiring need needs needed want wants just really very much more also again back make made going does did
"""
_EVERYDAY: Final = frozenset(_EVERYDAY_WORDS.split())
_ENDINGS: Final = ("ing", "ers", "ies", "ed", "es", "er", "s", "e")
_MIN_STEM_CHARS: Final = 3
_MAX_CHARS: Final = 20_000


def was_said(words: str, by_counterpart: Sequence[str]) -> bool:
    """Whether a content word of `words` occurs in what the other side said; true where nothing is at hand."""
    played_back = _stems(words)
    if not by_counterpart or not played_back:
        return True
    return any(not played_back.isdisjoint(_stems(text)) for text in by_counterpart)


def _stems(text: str) -> set[str]:
    return {_stem(word) for word in _WORD.findall(text[:_MAX_CHARS].lower()) if word not in _EVERYDAY}


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _MIN_STEM_CHARS:
            return word[: -len(ending)]
    return word
