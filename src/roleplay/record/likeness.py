"""How much two texts speak of the same thing."""

import re
from collections.abc import Sequence
from typing import Final

_WORD: Final = re.compile(r"[^\W\d_]{4,}")
_COMMON_WORDS: Final = """
about been does from have here into just like more much only other over some than that their them then there these
they this those very want what when where which while will with would your somebody anybody could
"""
_COMMON: Final = frozenset(_COMMON_WORDS.split())
_STEM_LETTERS: Final = 5


def words_in_common(one: str, other: str) -> int:
    """Count the content words that stand in both, by their first letters."""
    return len(stems_of(one) & stems_of(other))


def stems_of(text: str) -> frozenset[str]:
    """Return the content words of `text`, by their first letters."""
    return frozenset(word[:_STEM_LETTERS] for word in _WORD.findall(text.lower()) if word not in _COMMON)


def most_like(text: str, others: Sequence[str], most: int) -> tuple[str, ...]:
    """Return the `most` of `others` that share the most content words with `text`, in their order."""
    ranked = sorted(range(len(others)), key=lambda at: -words_in_common(text, others[at]))[:most]
    return tuple(others[at] for at in sorted(ranked))
