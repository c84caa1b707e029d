"""Whether a reason that a recruiter plays back was ever given, and where."""

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
down over under off away through around along after against between our us still only yet once first yourself well
even ever never always already here some any anything something nothing everything every same other another like
come comes came coming take takes took taken put puts look looks way day today lot bit own let right too
having been being tell telling don doesn didn isn wasn aren weren hasn haven hadn won wouldn couldn shouldn ain
"""
_EVERYDAY: Final = frozenset(_EVERYDAY_WORDS.split())
_ENDINGS: Final = ("ing", "ers", "ies", "ed", "es", "er", "s", "e")
_MIN_STEM_CHARS: Final = 3
MANY: Final = 2
LEAST_SHARE: Final = 1 / 2
"""Content words in common that tell a reason given from one that was made up: so many, or of a few so large a share."""
_MAX_CHARS: Final = 20_000


def was_said(words: str, by_counterpart: Sequence[str]) -> bool:
    """Whether a turn of the other side's holds what `words` play back; true where nothing is at hand."""
    return not by_counterpart or not _stems(words) or bool(sources_of(words, by_counterpart))


def sources_of(words: str, texts: Sequence[str]) -> list[int]:
    """Return which of `texts` hold what `words` play back: two of their content words, or half of these.

    One word alone is in common by chance: "the auditors are down on you" plays back no line that went down.
    """
    played_back = _stems(words)
    least = max(1, min(MANY, LEAST_SHARE * len(played_back)))
    return [at for at, text in enumerate(texts) if len(played_back & _stems(text)) >= least]


def _stems(text: str) -> set[str]:
    return {_stem(word) for word in _WORD.findall(text[:_MAX_CHARS].lower()) if word not in _EVERYDAY}


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _MIN_STEM_CHARS:
            return word[: -len(ending)]
    return word
