"""What a text tells precisely: numbers, dates, sums, shares, names. Words and digits come to the same.

Written apart from what guards the voices, so that one's mistake isn't the other's.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final


def _numbered(words: str, start: int, step: int = 1) -> dict[str, int]:
    return {word: value * step for value, word in enumerate(words.split(), start)}


UNITS: Final = _numbered(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    " eighteen nineteen",
    0,
)
TENS: Final = _numbered("twenty thirty forty fifty sixty seventy eighty ninety", 2, 10)
ORDINALS: Final = _numbered(
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth"
    " sixteenth seventeenth eighteenth nineteenth twentieth",
    1,
) | {"thirtieth": 30}
PARTS: Final = {**UNITS, **TENS, **ORDINALS, "dozen": 12}
SCALES: Final = {"hundred": 100, "thousand": 1000, "million": 1_000_000, "billion": 1_000_000_000}
MONTHS: Final = {
    name: full
    for full, short in {
        "january": "jan",
        "february": "feb",
        "march": "",
        "april": "apr",
        "may": "",
        "june": "",
        "july": "",
        "august": "aug",
        "september": "sept sep",
        "october": "oct",
        "november": "nov",
        "december": "dec",
    }.items()
    for name in (full, *short.split())
}
ALSO_A_VERB: Final = {"march", "may"}
BEFORE_A_MONTH: Final = _numbered(
    "in of by since until till from before after last next this early late mid for and or to", 0
)
DAYS: Final = _numbered(
    "monday tuesday wednesday thursday friday saturday sunday christmas easter whitsun thanksgiving", 0
)
SEASONS: Final = frozenset({"winter", "summer", "autumn"})
MARKS: Final = {"percent": "percent", "per cent": "percent", "%": "percent"} | dict.fromkeys(
    ("dollar", "dollars", "euro", "euros", "pound", "pounds", "$", "€", "£"), "money"
)
_TOKEN: Final = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?|[^\W\d_]+(?:'[^\W\d_]+)?|[%$€£]|\n|[^\s\w]")
_STARTS_SENTENCE: Final = frozenset(".!?:;…—–\"'“”‘(\n*-•#>|[")
_SUFFIXES: Final = frozenset({"st", "nd", "rd", "th"})


@dataclass(frozen=True)
class Specifics:
    """What a text tells precisely, and every word it has."""

    values: frozenset[str] = frozenset()
    """`n:14`, `month:november`, `day:monday`, `season:winter`, `mark:percent`."""
    names: frozenset[str] = frozenset()
    """Capitalised words within sentences, in lower case."""
    words: frozenset[str] = frozenset()
    """All words, in lower case."""

    def beyond(self, known: "Specifics") -> frozenset[str]:
        """What stands here and not in `known`: values, and names that are no word there."""
        return (self.values - known.values) | (self.names - known.words)


def specifics_of(*texts: str) -> Specifics:
    """Find what texts tell."""
    values: set[str] = set()
    names: set[str] = set()
    words: set[str] = set()
    for text in texts:
        tokens = _TOKEN.findall(text.replace("’", "'"))
        lower = [token.lower() for token in tokens]
        values.update(_values(tokens, lower))
        names.update(_names(tokens))
        words.update(token.removesuffix("'s") for token in lower)
    return Specifics(frozenset(values), frozenset(names), frozenset(words))


def _values(tokens: list[str], lower: list[str]) -> Iterator[str]:
    yield from (f"n:{value:g}" for value in _numbers(lower))
    for at, word in enumerate(lower):
        if word.removesuffix("s") in DAYS or word in DAYS:
            yield f"day:{word if word in DAYS else word.removesuffix('s')}"
        elif word in SEASONS:
            yield f"season:{word}"
        elif word in MARKS:
            yield f"mark:{MARKS[word]}"
        elif word == "cent" and lower[at - 1 : at] == ["per"]:
            yield "mark:percent"
        elif word in MONTHS and _is_month(tokens, lower, at):
            yield f"month:{MONTHS[word]}"
            yield from (f"n:{value}" for value in _first_or_second(lower, at))


def _is_month(tokens: list[str], lower: list[str], at: int) -> bool:
    if lower[at] not in ALSO_A_VERB:
        return len(lower[at]) > 3 or tokens[at][0].isupper()
    before, after = lower[at - 1 : at], lower[at + 1 : at + 2]
    is_led = bool(before) and (before[0] in BEFORE_A_MONTH or before[0] in ORDINALS or before[0].isdigit())
    is_dated = bool(after) and (after[0] == "the" or after[0] in ORDINALS or after[0].isdigit())
    return tokens[at][0].isupper() and (is_led or is_dated)


def _first_or_second(lower: list[str], at: int) -> Iterator[int]:
    """Days of a month that are ordinary words elsewhere: `the first of November`, `November the second`."""
    for near in (at - 2, at - 1, at + 1, at + 2):
        if 0 <= near < len(lower) and lower[near] in {"first", "second"} and lower[max(0, near - 1)] != "-":
            yield ORDINALS[lower[near]]


def _numbers(lower: list[str]) -> Iterator[float]:
    at = 0
    while at < len(lower):
        number = _Number()
        while at < len(lower) and number.takes(lower[at], lower[at + 1] if at + 1 < len(lower) else ""):
            at += 1
        if number.value is not None:
            yield number.value
        at += not number.taken


class _Number:
    """Takes in words for as long as they go on with one number."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        self._total = 0.0
        self._current = 0.0

    @property
    def value(self) -> float | None:
        """What they come to; a lone `one`, `first` and `second` are no number."""
        said = [word for word in self.taken if _part(word) is not None or word in SCALES]
        return None if not said or self.taken in (["one"], ["first"], ["second"]) else self._total + self._current

    def takes(self, word: str, after: str) -> bool:
        """Take in the next word, unless it belongs to no number or to another one."""
        last = self.taken[-1] if self.taken else ""
        part = _part(word)
        if word in SCALES and last and last != "and":
            self._scale(SCALES[word])
        elif part is not None and self._goes_on(word, last):
            self._current += part / 10 if last == "point" else part
        elif not _joins(word, last, after):
            return False
        self.taken.append(word)
        return True

    def _scale(self, scale: int) -> None:
        self._current = (self._current or 1) * scale
        if scale > SCALES["hundred"]:
            self._total, self._current = self._total + self._current, 0.0

    def _goes_on(self, word: str, last: str) -> bool:
        if not last:
            return True
        is_digits = word[0].isdigit()
        tens = last in TENS or (last == "-" and self.taken[-2] in TENS)
        is_small = word in UNITS or word in ORDINALS
        return not is_digits and (last in SCALES or last in {"and", "point"} or (tens and is_small))


def _part(word: str) -> float | None:
    """What a word adds to a number."""
    if word[0].isdigit():
        return float(word.replace(",", ""))
    return PARTS.get(word)


def _joins(word: str, last: str, after: str) -> bool:
    """Whether a word is within a number and adds nothing: `a hundred and six`, `twenty-one`, `12th`."""
    match word:
        case "a":
            return not last and after in SCALES
        case "and":
            return last in SCALES and _part(after or "x") is not None and not after[0].isdigit()
        case "point":
            return last in UNITS and after in UNITS
        case "-":
            return last in TENS and (after in UNITS or after in ORDINALS)
    return word in _SUFFIXES and last[:1].isdigit()


def _names(tokens: list[str]) -> Iterator[str]:
    for at, token in enumerate(tokens):
        if len(token) < 2 or not token[0].isupper() or at == 0 or tokens[at - 1] in _STARTS_SENTENCE:
            continue
        word = token.lower().removesuffix("'s")
        is_value = word in MONTHS or word in DAYS or word in UNITS or word in TENS or word in SEASONS
        if not is_value and not word.startswith("i'") and word not in {"i", "ok", "okay"}:
            yield word


def merged(parts: Iterable[Specifics]) -> Specifics:
    """Everything that several texts tell."""
    values: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()
    for part in parts:
        values, names, words = values | part.values, names | part.names, words | part.words
    return Specifics(values, names, words)
