"""Where the sentences of a text stand."""

import re

_END = re.compile(r"[.!?…]+[\"'”’»)\]]*(?=\s|$)|[\r\n]+|;(?=\s)|\s[—–](?=\s)")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(])(?:mr|mrs|ms|dr|st|vs|e\.g|i\.e|approx|no|inc|ltd|co|a\.m|p\.m|u\.s|u\.k|jr|sr|[a-z])\.$",
    re.IGNORECASE,
)
_TIME_OF_DAY = re.compile(r"[ap]\.m\.$", re.IGNORECASE)
_LETTER_OR_DIGIT = re.compile(r"[^\W_]")
_LOOK_BACK_CHARS = 12


def split_sentences(text: str) -> tuple[tuple[int, int], ...]:
    """Return (start, end) of the sentences of `text`, in order, trimmed; without a letter or digit it is none."""
    found: list[tuple[int, int]] = []
    start = 0
    for match in _END.finditer(text):
        if not _is_abbreviation(text, match, start):
            found.append((start, match.end()))
            start = match.end()
    found.append((start, len(text)))
    trimmed = (trim(text, begin, end) for begin, end in found)
    return tuple((begin, end) for begin, end in trimmed if _LETTER_OR_DIGIT.search(text, begin, end))


def trim(text: str, start: int, end: int) -> tuple[int, int]:
    """Return `start` and `end` moved inwards past white space."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _is_abbreviation(text: str, stop: re.Match[str], start: int) -> bool:
    if stop[0] != ".":
        return False
    before = text[max(start, stop.end() - _LOOK_BACK_CHARS) : stop.end()]
    if not _ABBREVIATION.search(before):
        return False
    following = text[stop.end() : stop.end() + 2].strip()[:1]
    return not _TIME_OF_DAY.search(before) or following.islower()
