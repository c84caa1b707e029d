"""Whether the words before a colon are a speaker's name."""

import re
from collections import Counter
from collections.abc import Iterable
from typing import Final, NamedTuple

_HEAD: Final = re.compile(
    r"(?:>>+\s*|[-–•]\s+)?(?P<name>[^\W\d][^:\n\t?!;\"“”<>\[\]{}|]{0,48}?)\s*[:：](?:\s+|$)(?P<text>.*)", re.DOTALL
)
_PARTICLE_WORDS: Final = "van von der den de del della di da dos du la le el al bin ibn ter of the and"
_PARTICLES: Final = frozenset(_PARTICLE_WORDS.split())
_EVERYDAY_WORDS: Final = """
    question answer note notes well look listen so but and or example problem option ps re fwd subject action actions
    time date title duration attendees participants present topic agenda summary transcript meeting recording location
    here this that what also remember fact first second third one two three point step important warning update
    plus anyway honestly basically from to cc sent host chapter section source file language kind
"""
_NO_NAMES: Final = frozenset(_EVERYDAY_WORDS.split())
_MOST_WORDS: Final = 5


class Headed(NamedTuple):
    """A line that begins like a speaker's: the name, and the words after the colon."""

    name: str
    text: str


def headed(line: str) -> Headed | None:
    """Split a line that may begin with a speaker's name."""
    match = _HEAD.match(line.replace("**", "", 2))
    if match is None or not is_like_a_name(match["name"]):
        return None
    return Headed(match["name"].strip(), match["text"].strip())


def is_like_a_name(text: str) -> bool:
    """Whether `text` could be a name: few words, each with a capital, or one word alone; no everyday word."""
    words = text.split()
    if not words or len(words) > _MOST_WORDS or words[0].casefold().strip(".,") in _NO_NAMES:
        return False
    return len(words) == 1 or all(not word[0].islower() or word in _PARTICLES for word in words)


def names_in(lines: Iterable[str]) -> frozenset[str]:
    """The speakers that lines begin with.

    A name stands more than once or has two parts, or nearly every line begins with one; else a word before a colon
    is just a word.
    """
    found: Counter[str] = Counter()
    count = 0
    for line in lines:
        count += 1
        head = headed(line)
        if head is not None:
            found[head.name] += 1
    is_regular = found.total() * 5 >= count * 4
    return frozenset(name for name, times in found.items() if times > 1 or is_regular or len(name.split()) > 1)
