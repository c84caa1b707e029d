"""What a criterion comes to before it is worth anything."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from roleplay.scoring.result import Evidence, Source, Verdict

QUOTE_WORDS: Final = 40
"""Of a turn that is quoted whole, how many words at the most."""


@dataclass(frozen=True)
class Finding:
    """A verdict before it is worth anything."""

    verdict: Verdict
    source: Source | None
    reason: str
    evidence: tuple[Evidence, ...] = ()
    is_open: bool = False
    """Not judged though a judge was asked; a pass mustn't rest on that, so for passing it earns nothing."""


def short(text: str) -> str:
    """The start of a long turn, verbatim."""
    words = 0
    for at, character in enumerate(text):
        if character.isspace() and at and not text[at - 1].isspace():
            words += 1
            if words == QUOTE_WORDS:
                return text[:at]
    return text


def once(evidence: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """Each quote once, in order; one that stands within another of the same turn goes with that."""
    distinct = tuple(dict.fromkeys(evidence))
    return tuple(
        each
        for each in distinct
        if not any(other != each and other.turn == each.turn and each.quote in other.quote for other in distinct)
    )
