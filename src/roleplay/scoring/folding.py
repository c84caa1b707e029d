"""Finds a quote in a turn whatever happened to its typography on the way, and gives the turn's own words. Pure."""

import re
import unicodedata
from typing import Final, NamedTuple

_TYPOGRAPHY: Final = {
    "‘": "'",
    "’": "'",
    "‚": "'",
    "‛": "'",
    "′": "'",
    "“": '"',
    "”": '"',
    "„": '"',
    "«": '"',
    "»": '"',
    "‐": "-",
    "‑": "-",
    "‒": "-",
    "–": "-",
    "—": "-",
    "−": "-",
    "…": "...",
}
_FORMATTING: Final = frozenset({"Cc", "Cf", "Cs", "Co"})


class Folded(NamedTuple):
    """A text in one typography: straight quotes, plain dashes, three dots, single spaces, nothing invisible."""

    text: str
    at: tuple[int, ...]
    """For each of its characters, where it stands in the original."""

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Where characters `start` to `end` (exclusive) stand in the original."""
        return self.at[start], self.at[end - 1] + 1


def folded(text: str) -> Folded:
    """Fold a text. Letters and their case stay as they are."""
    characters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        if character.isspace():
            if characters and characters[-1] != " ":
                characters.append(" ")
                places.append(place)
            continue
        if not character.isascii() or character < " " or character == "\x7f":
            if unicodedata.category(character) in _FORMATTING:
                continue
            character = _TYPOGRAPHY.get(character, character)
        characters.extend(character)
        places.extend([place] * len(character))
    if characters and characters[-1] == " ":
        characters.pop()
        places.pop()
    return Folded("".join(characters), tuple(places))


FEWEST_WORDS: Final = 2
"""A shorter quote stands almost anywhere; it counts only where it is the whole turn."""
_WORD: Final = re.compile(r"\w+(?:['.-]\w+)*")


def find_quote(quote: str, text: str) -> tuple[int, int] | None:
    """Return where a quote stands in a text, as characters of the text; None where it doesn't, or says too little.

    Both are folded first; it must begin and end with whole words. Quotation marks around it are taken off.
    """
    given, wanted = folded(text), folded(quote).text.strip("\"' ")
    words = _WORD.findall(wanted)
    if not words or (len(words) < FEWEST_WORDS and words != _WORD.findall(given.text)):
        return None
    ahead = r"(?<!\w)" if wanted[0].isalnum() else ""
    behind = r"(?!\w)" if wanted[-1].isalnum() else ""
    found = re.search(ahead + re.escape(wanted) + behind, given.text)
    return None if found is None else given.original(*found.span())
