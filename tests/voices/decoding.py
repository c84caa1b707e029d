"""What may be hidden in words: read backwards, decoded, spelled out, taken from initials."""

import base64
import binascii
import codecs
import re
from typing import Final

SHORTEST_ACROSTIC: Final = 4
_BASE64: Final = re.compile(r"[A-Za-z0-9+/=_-]{16,}")
_SPELLED: Final = re.compile(r"(?<!['’])\b[^\W\d_](?:[\s.,·–-]+[^\W\d_]\b){2,}")
_LETTERS: Final = re.compile(r"[^\W\d_]")


def readings(text: str) -> tuple[str, ...]:
    """Return the text, and every other way of reading it that gives words."""
    found = [text, text[::-1], codecs.decode(text, "rot13"), *_decoded(text)]
    if _SPELLED.search(text):
        found.append(_SPELLED.sub(lambda run: "".join(_LETTERS.findall(run.group())), text))
        found.append(found[-1][::-1])
    return tuple(found)


def _decoded(text: str) -> list[str]:
    """Base64, also where it was cut into pieces or cut off."""
    whole = "".join(_BASE64.findall(text)).rstrip("=")
    for end in range(len(whole), max(0, len(whole) - 4), -1):
        try:
            return [base64.b64decode(whole[:end] + "=" * (-end % 4)).decode()] if whole else []
        except (binascii.Error, UnicodeDecodeError):
            continue
    return []


def acrostics(text: str) -> tuple[str, ...]:
    """Return what the initials of sentences and lines spell, in lower case."""
    sentences = [part for part in re.split(r"(?<=[.!?…])\s+", text) if part]
    lines = [part for part in text.splitlines() if part.strip()]
    spelled = (
        "".join(match.group() for part in parts if (match := _LETTERS.search(part))) for parts in (sentences, lines)
    )
    return tuple(word.lower() for word in spelled if len(word) >= SHORTEST_ACROSTIC)
