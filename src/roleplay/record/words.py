"""Words from outside, made fit for a record and a screen."""

import re
import unicodedata
from typing import Final

from roleplay.content.acts import Channel

HEARD_WORDS: Final = 90
"""A turn on a call is interrupted after this many words, at normal difficulty; the rest isn't heard."""
VOICEMAIL_WORDS: Final = 110
"""Then comes the beep."""

_JOINERS = {"\u200c", "\u200d"}
"""Invisible, but part of how some scripts and emoji are written."""

_UNSHOWN = {"Cc", "Cf", "Cs"}


def plain_words(text: str) -> str:
    """Return `text` on one line, without control, formatting and unpaired surrogate characters.

    A terminal obeys escape sequences in what it shows, and a database refuses surrogates.
    """
    if text.isprintable():
        return " ".join(text.split())
    kept = "".join(
        character
        for character in text
        if character.isspace() or character in _JOINERS or unicodedata.category(character) not in _UNSHOWN
    )
    return " ".join(kept.split())


def heard_of(text: str, channel: Channel, words: int = HEARD_WORDS) -> str:
    """Return the part of a recruiter's turn, verbatim, that the other side hears before they cut in."""
    return first_words(text, words) if channel.is_live else text


def first_words(text: str, words: int) -> str:
    """Return the first `words` words of `text`, verbatim."""
    ends = [match.end() for match in re.finditer(r"\S+", text)]
    return text if len(ends) <= words else text[: ends[words - 1]]
