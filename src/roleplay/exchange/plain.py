"""Plain text with names: `Name: text`, with or without times, or a name on a line of its own above the words."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final, NamedTuple

from roleplay.exchange.found import Spoken
from roleplay.exchange.names import headed, is_like_a_name, names_in
from roleplay.exchange.times import TIME, seconds_of

_CLOCK: Final = rf"{TIME}(?:\s?[AaPp][Mm])?"
_TIME_FIRST: Final = re.compile(
    rf"\s*(?:\[\s*({_CLOCK})\s*\]|\(\s*({_CLOCK})\s*\)|({_CLOCK}))(?=\s)\s*(?:[-–—|]\s*)?", re.ASCII
)
_TIME_AFTER_NAME: Final = re.compile(
    rf"(?P<name>\[[^\]\n]{{1,60}}\]|[^\d\W][^:\n\[\]()|]{{0,60}}?)\s*(?:[-–—|]\s*)?[\[(]?\s*(?P<time>{_CLOCK})\s*[\])]?\s*(?P<colon>:?)\s*(?P<text>.*)"
)
_FEW_NAMES: Final = 8


class _Line(NamedTuple):
    """A line, cut into what its head tells and the rest."""

    name: str | None
    """A name that stands there beyond doubt: alone on its line with a time."""
    time_s: float | None
    rest: str


def read_plain(text: str) -> list[Spoken]:
    """Read named turns; lines without a name go on with the turn before; what stands before the first is left out."""
    lines = [_cut(line.strip()) for line in text.split("\n") if line.strip()]
    names = names_in(line.rest for line in lines if line.name is None)
    if not names and not any(line.name for line in lines):
        lines = _with_first_words(lines)
    spoken: list[Spoken] = []
    for line in lines:
        head = headed(line.rest) if line.name is None else None
        if line.name is not None:
            spoken.append(Spoken(line.name, line.rest, line.time_s))
        elif head is not None and head.name in names:
            spoken.append(Spoken(head.name, head.text, line.time_s))
        elif spoken:
            spoken[-1] = spoken[-1]._replace(text=f"{spoken[-1].text} {line.rest}")
    return spoken


def _cut(line: str) -> _Line:
    first = _TIME_FIRST.match(f"{line} ")
    if first is not None:
        time_s = seconds_of(next(group for group in first.groups() if group))
        rest = line[first.end() :].strip()
        is_name = rest[:1].isupper() and len(rest.split()) <= 3 and is_like_a_name(rest) and rest[-1] not in ".?!,:"
        return _Line(rest, time_s, "") if is_name else _Line(None, time_s, rest)
    after = _TIME_AFTER_NAME.fullmatch(line)
    if after is not None and (after["colon"] or not after["text"]):
        name = after["name"].strip("[] *")
        if is_like_a_name(name):
            return _Line(name, seconds_of(after["time"]), after["text"])
    return _Line(None, None, line)


def _with_first_words(lines: Sequence[_Line]) -> list[_Line]:
    """Take the first words of timed lines for names, as in `00:01 Jen Hello`, where they are few and come again."""
    firsts = Counter(line.rest.split()[0] for line in lines if line.time_s is not None and line.rest)
    is_cast = 1 < len(firsts) <= _FEW_NAMES and min(firsts.values()) > 1
    if not is_cast or not all(first[0].isupper() and is_like_a_name(first) for first in firsts):
        return list(lines)
    return [
        _Line(line.rest.split()[0], line.time_s, line.rest.partition(" ")[2])
        if line.time_s is not None and line.rest
        else line
        for line in lines
    ]
