"""Words from outside, made fit for a record and a screen."""

import unicodedata

_JOINERS = {"\u200c", "\u200d"}
"""Invisible, but part of how some scripts and emoji are written."""

_UNSHOWN = {"Cc", "Cf", "Cs"}


def plain_words(text: str) -> str:
    """Return `text` on one line, without control, formatting and unpaired surrogate characters.

    A terminal obeys escape sequences in what it shows, and a database refuses surrogates.
    """
    kept = "".join(
        character
        for character in text
        if character.isspace() or character in _JOINERS or unicodedata.category(character) not in _UNSHOWN
    )
    return " ".join(kept.split())
