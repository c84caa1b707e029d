"""Finds words in a transcript that speak to whoever scores it, so that a judge isn't shown them. Pure.

They are known by patterns (`addressed.toml`), by being encoded, and by standing in another language than the rest. It
is meant to be wrong on the side of leaving out: docs/scoring.md says what it can't find.
"""

import base64
import binascii
import re
import tomllib
import unicodedata
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple

from roleplay.scoring.folding import folded

FOREIGN_WORDS: Final = 7
"""So many words with none of English's commonest among them aren't English."""
WEAK: Final = 0.25
"""Unless so large a share are the short words that English has with others."""
FOREIGN_LETTERS: Final = 6
"""So many letters of another script aren't, either."""
MOSTLY: Final = 0.8
"""From which share of English on a transcript is one."""
ENCODED_CHARS: Final = 16
_UNSEEN: Final = re.compile("[\x00-\x08\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f]")
"""Control characters, changes of direction, and tags: nobody types them."""
_SENTENCE: Final = re.compile(r"[^.!?\n\r\u2028\u2029]+[.!?\n\r\u2028\u2029]*[\"'”’)\]]*")
_WORDS: Final = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_BLOB: Final = re.compile(r"[A-Za-z0-9+/_-]{16,}={0,2}")
_SINGLE: Final = re.compile(r"(?<!\w)(?:\w[\s.*_-]+){7,}\w(?!\w)")
_LEET: Final = str.maketrans("0134578@$", "oleastbas")
_LOOKALIKES: Final = str.maketrans("асеорхуіѕјкмтнвАСЕОРХУІЅЈКМТНВοαιερτυν", "aceopxyisjkmthbACEOPXYISJKMTHBoaieptuv")


class _Patterns(NamedTuple):
    marks: re.Pattern[str]
    orders: re.Pattern[str]
    common: frozenset[str]
    weak: frozenset[str]


@cache
def _patterns() -> _Patterns:
    data = tomllib.loads((files("roleplay.scoring") / "addressed.toml").read_text(encoding="utf-8"))
    return _Patterns(
        re.compile("|".join(data["marks"]), re.IGNORECASE),
        re.compile("|".join(data["orders"])),
        frozenset(data["common"].split()),
        frozenset(data["weak"].split()),
    )


def is_english(texts: Iterable[str]) -> bool:
    """Whether nearly all that is long enough to tell is English; then what isn't stands out."""
    sentences = [sentence for text in texts for sentence in _sentences(text) if len(_WORDS.findall(sentence)) >= 3]
    known = sum(not _is_foreign(sentence, 3) for sentence in sentences)
    return known >= MOSTLY * len(sentences)


def addressed_from(text: str, *, among_english: bool = True) -> int | None:
    """Return where words to a reader begin; from there to its end the text isn't to be shown. None: nowhere.

    What somebody says around such words belongs to them more often than not: all that follows goes too, and the
    sentence before, which leads up to them.
    """
    if _UNSEEN.search(text):
        return 0
    before = 0
    for found in _SENTENCE.finditer(text):
        if _speaks_to_reader(found.group(), among_english):
            return before
        before = found.start()
    # What runs over the ends of sentences shows only in the whole.
    return 0 if _speaks_to_reader(text, among_english=False) else None


def _speaks_to_reader(text: str, among_english: bool) -> bool:
    patterns = _patterns()
    shown = folded(text).text
    if patterns.marks.search(shown) or patterns.marks.search(text) or _is_encoded(shown):
        return True
    if among_english and _is_foreign(shown, FOREIGN_WORDS):
        return True
    return any(patterns.orders.search(spelling) for spelling in _spellings(shown))


def _spellings(text: str) -> set[str]:
    """The ways in which a text may be meant: as it stands, with look-alike letters, with digits for letters, spaced."""
    plain = unicodedata.normalize("NFKC", text).translate(_LOOKALIKES).casefold()
    bare = "".join(each for each in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(each))
    joined = _SINGLE.sub(lambda found: re.sub(r"[\W_]+", "", found.group()), bare)
    undotted = re.sub(r"(?<=\w)[._*~|-](?=\w)", "", bare)
    leet = " ".join(_unleeted(word) for word in bare.split())
    return {bare, joined, undotted, leet, re.sub(r"[*_`~#>|]+", "", bare)}


def _unleeted(word: str) -> str:
    return word.translate(_LEET) if any(each.isalpha() for each in word) and re.search(r"[\d@$]", word) else word


def _is_encoded(text: str) -> bool:
    """Whether something that isn't meant to be read stands in it, or what reads as an order the other way round."""
    return _SINGLE.search(text) is not None or any(_decodes(blob) for blob in _BLOB.findall(text))


def _decodes(blob: str) -> bool:
    """Whether it is base64 for text, or a run of letters and digits mixed that no word is."""
    padded = blob.rstrip("=")
    padded += "=" * (-len(padded) % 4)
    try:
        decoded = base64.b64decode(padded.replace("-", "+").replace("_", "/"), validate=True)
    except (binascii.Error, ValueError):
        return False
    printable = sum(32 <= byte < 127 for byte in decoded)
    return len(decoded) >= ENCODED_CHARS * 3 // 4 and printable == len(decoded)


def _sentences(text: str) -> list[str]:
    return [found.group() for found in _SENTENCE.finditer(text)]


def _is_foreign(text: str, fewest: int) -> bool:
    """Whether a text isn't English."""
    letters = [each for each in text if each.isalpha()]
    other_script = sum(not unicodedata.name(each, "").startswith("LATIN") for each in letters)
    if other_script >= FOREIGN_LETTERS and other_script * 2 > len(letters):
        return True
    words = [word.casefold().replace("’", "'") for word in _WORDS.findall(text)]
    if len(words) < fewest or any(word in _patterns().common for word in words):
        return False
    return sum(word in _patterns().weak for word in words) < WEAK * len(words)
