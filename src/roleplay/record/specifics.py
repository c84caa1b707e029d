"""The specifics in a text: numbers, dates and names, in one spelling each, so that two texts can be compared.

`14 percent`, `fourteen percent` and `14%` hold the same specific, and so do `November 1st` and `the first of November`.
A specific is what a listener would write down; "one of them", "two minutes" and "first of all" hold none.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

_ONES: Final = """
zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen
nineteen
"""
_TEN_WORDS: Final = "twenty thirty forty fifty sixty seventy eighty ninety"
_ORDINAL_WORDS: Final = """
first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth
sixteenth seventeenth eighteenth nineteenth twentieth
"""
_UNIT_WORDS: Final = """
day days week weeks month months quarter quarters year years percent people engineers developers nurses roles openings
offers positions sites plants hundred thousand million billion k weekends nights customers
"""
_NAMELESS_WORDS: Final = """
i i'm i'll i've i'd ok okay mr mrs ms dr cto ceo cfo coo cio hr vp it pr tv uk us usa eu english god yes no yeah well so
and but the a an if when what who why how that this then not my our your we they he she you oh hm right q sure fine look
listen thanks thank sorry hi hello hey good let's let maybe nothing nobody everybody still
"""
_TENS: Final = {word: 10 * at for at, word in enumerate(_TEN_WORDS.split(), 2)}
_NUMBERS: Final = {word: value for value, word in enumerate(_ONES.split())} | _TENS
_ORDINALS: Final = {word: value for value, word in enumerate(_ORDINAL_WORDS.split(), 1)} | {"thirtieth": 30}
_MANY: Final = {
    "hundred": 100,
    "thousand": 1_000,
    "million": 1_000_000,
    "billion": 1_000_000_000,
    "k": 1_000,
    "m": 1_000_000,
}
_SMALL: Final = 3
"""A number word up to here is a specific only before one of `_UNITS`: "two of them" isn't."""
_UNITS: Final = frozenset(_UNIT_WORDS.split())
_MONTHS: Final = {
    **dict.fromkeys(("january", "jan"), "january"),
    **dict.fromkeys(("february", "feb"), "february"),
    "march": "march",
    **dict.fromkeys(("april", "apr"), "april"),
    "may": "may",
    "june": "june",
    "july": "july",
    **dict.fromkeys(("august", "aug"), "august"),
    **dict.fromkeys(("september", "sept", "sep"), "september"),
    **dict.fromkeys(("october", "oct"), "october"),
    **dict.fromkeys(("november", "nov"), "november"),
    **dict.fromkeys(("december", "dec"), "december"),
}
_FOREIGN_MONTHS: Final = re.compile(
    r"\b(?:(januar|enero|janvier|gennaio|janeiro)|(febru?ar|febrero|février|febbraio|fevereiro)|(märz|marzo|março|maart)"
    r"|(abril|avril|aprile)|(juni|junio|juin|giugno|junho)|(juli|julio|juillet|luglio|julho)"
    r"|(agosto|août|augustus)|(septiembre|septembre|settembre|setembro)|(oktober|octubre|octobre|ottobre|outubro)"
    r"|(noviembre|novembre|novembro|listopad\w*)|(dezember|diciembre|décembre|dicembre|dezembro|grudzie\w*|grudnia))\b",
    re.IGNORECASE,
)
_FOREIGN_ORDER: Final = (
    "january",
    "february",
    "march",
    "april",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_MONTH_LIKE_WORDS: Final = frozenset({"may", "march"})
"""Months that are words too: months only with a capital letter, or after one of `_BEFORE_DATES`."""
_BEFORE_DATES: Final = frozenset(
    {"in", "by", "before", "until", "till", "since", "of", "early", "late", "mid", "from", "through"}
)
_DAYS: Final = {
    f"{day}{plural}": day
    for day in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    for plural in ("", "s")
}
_RELATIVE: Final = re.compile(
    r"\b(tomorrow|tonight|yesterday|christmas|easter|thanksgiving|new year|ramadan"
    r"|(?:next|this|last) (?:week|month|quarter|year|spring|summer|autumn|fall|winter)"
    r"|(?:end|middle|start|beginning) of (?:the |this |next )?"
    r"(?:week|month|quarter|year|spring|summer|autumn|fall|winter)"
    r"|(?:in|by|before|this) (?:spring|summer|autumn|winter)|q[1-4]|halloween)\b",
    re.IGNORECASE,
)
_TOKEN: Final = re.compile(r"[$€£]?\d[\d.,]*[^\W\d_]*%?|[^\W\d_]+(?:['’][^\W\d_]+)*")
_DIGITS: Final = re.compile(r"(\d[\d.,]*)([^\W\d_]*)")
_STARTS: Final = re.compile(r"(?:^|[.!?…:]['\"”’)]*\s+|[“\"(—–]\s*)$")
_NAMELESS: Final = frozenset(_NAMELESS_WORDS.split())
"""Words with a capital letter that name nobody."""


class Specifics(NamedTuple):
    """What a text names: numbers and dates as `number:14`, `month:november`, and names in small letters."""

    values: frozenset[str]
    names: frozenset[str]

    def without(self, known: "Specifics", words: Iterable[str] = ()) -> "Specifics":
        """Return what isn't in `known`; a name is known too where it is one of `words`, in small letters."""
        return Specifics(self.values - known.values, self.names - known.names - frozenset(words))

    @property
    def is_empty(self) -> bool:
        """Whether nothing is named."""
        return not self.values and not self.names

    def shown(self) -> str:
        """Return them for a reader, in alphabetical order."""
        return ", ".join(sorted({value.partition(":")[2] for value in self.values} | self.names))


class _Word(NamedTuple):
    text: str
    low: str
    is_first: bool
    """Whether it begins a sentence, where a capital letter says nothing."""


@lru_cache(maxsize=4096)
def specifics_of(text: str) -> Specifics:
    """Find the specifics of `text`."""
    straight = text.replace("’", "'")
    words = list(_words(straight))
    values = {f"when:{' '.join(match.group().lower().split())}" for match in _RELATIVE.finditer(straight)}
    for match in _FOREIGN_MONTHS.finditer(straight):
        values.add(f"month:{_FOREIGN_ORDER[(match.lastindex or 1) - 1]}")
    values |= set(_numbers(words)) | set(_dates(words))
    names = {
        _bare(word.low)
        for word in words
        if word.text[0].isupper() and not word.is_first and _bare(word.low) not in _NAMELESS and not _is_date(word.low)
    }
    return Specifics(frozenset(values), frozenset(names))


def specifics_of_all(texts: Iterable[str]) -> Specifics:
    """Find the specifics of all `texts` together."""
    found = [specifics_of(text) for text in texts]
    none = frozenset[str]()
    return Specifics(none.union(*(each.values for each in found)), none.union(*(each.names for each in found)))


def words_of(text: str) -> frozenset[str]:
    """Return all words of `text` in small letters, without a possessive's ending."""
    return frozenset(_bare(word.low) for word in _words(text.replace("’", "'")))


def _words(text: str) -> Iterator[_Word]:
    for match in _TOKEN.finditer(text):
        before = text[: match.start()]
        yield _Word(match.group(), match.group().lower(), bool(_STARTS.search(before[-6:] if before else "")))


def _bare(word: str) -> str:
    return word.removesuffix("'s")


def _is_date(word: str) -> bool:
    return word in _MONTHS or word in _DAYS


def _numbers(words: Sequence[_Word]) -> Iterator[str]:
    at = 0
    while at < len(words):
        low = words[at].low
        following = words[at + 1].low if at + 1 < len(words) else ""
        if digits := _DIGITS.search(low):
            value = _value(digits[1]) * _MANY.get(digits[2], 1)
            if following in _MANY:
                value *= _MANY[following]
            yield f"number:{value:.12g}"
        elif low in _TENS and following in _NUMBERS and 0 < _NUMBERS[following] < 10:
            yield f"number:{_TENS[low] + _NUMBERS[following]}"
            at += 1
        elif _ORDINALS.get(low, 0) > _SMALL and at and words[at - 1].low == "the":
            yield f"number:{_ORDINALS[low]}"
        elif low in _TENS and _ORDINALS.get(following, 10) < 10:
            at += 1
        elif low in _NUMBERS:
            value = _NUMBERS[low] * _MANY.get(following, 1)
            if value > _SMALL or following in _UNITS:
                yield f"number:{value:.12g}"
        at += 1


def _value(digits: str) -> float:
    plain = digits.rstrip(".,")
    whole = re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", plain)
    try:
        return float(re.sub(r"[.,]", "", plain) if whole else plain.replace(",", "."))
    except ValueError:
        return float(re.sub(r"\D", "", plain))


def _dates(words: Sequence[_Word]) -> Iterator[str]:
    for at, word in enumerate(words):
        low = word.low
        if low in _DAYS:
            yield f"day:{_DAYS[low]}"
        elif low in _MONTHS and (low not in _MONTH_LIKE_WORDS or _is_month(words, at)):
            yield f"month:{_MONTHS[low]}"
            yield from _ordinals_beside(words, at)


def _is_month(words: Sequence[_Word], at: int) -> bool:
    before = words[at - 1].low if at else ""
    return before in _BEFORE_DATES or (words[at].text[0].isupper() and not words[at].is_first)


def _ordinals_beside(words: Sequence[_Word], at: int) -> Iterator[str]:
    """The day of a month that is written as a word: `the first of November`, `November twenty-first`."""
    beside = [word.low for word in (*words[max(0, at - 3) : at], *words[at + 1 : at + 3])]
    for place, low in enumerate(beside):
        if low in _ORDINALS:
            before = beside[place - 1] if place else ""
            yield f"number:{_ORDINALS[low] + (_TENS.get(before, 0) if _ORDINALS[low] < 10 else 0)}"
