"""A stream of words, given on a sentence at a time."""

import re
from typing import Final

_END: Final = re.compile(r"[.!?…]+[\"'”’)]*\s+(?=\S)")
_NO_END: Final = re.compile(r"(?:\b(?:Mr|Mrs|Ms|Dr|St|vs|etc|e\.g|i\.e|approx|No|Inc|Ltd)|\b[A-Za-z])\.\s+$")
LONGEST_WORDS: Final = 45
"""A sentence without an end is given on after so many words."""


class Sentences:
    """Holds words back until a sentence is whole. Joined, what comes out is what went in."""

    def __init__(self) -> None:
        self._held = ""

    def feed(self, piece: str) -> list[str]:
        """Take the next piece; return the sentences that are whole now, each with the blank before it."""
        self._held += piece
        whole = []
        while (cut := self._cut()) is not None:
            whole.append(self._held[:cut])
            self._held = self._held[cut:]
        return whole

    def end(self) -> list[str]:
        """Nothing more comes; return what was held."""
        rest, self._held = self._held, ""
        return [rest] if rest.strip() else []

    def _cut(self) -> int | None:
        for match in _END.finditer(self._held):
            if not _NO_END.search(self._held[: match.end()]):
                return match.end() - len(match.group()) + len(match.group().rstrip())
        if len(self._held.split()) > LONGEST_WORDS:
            return self._held.rstrip().rfind(" ")
        return None
