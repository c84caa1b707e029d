"""WebVTT and SRT, read by one lenient reader: what both have in common is lines with two times and an arrow.

Libraries for these formats refuse the files that meeting tools and editors leave behind (no header, no blank lines
between cues, blank lines inside them), or throw the voices away; so this one reads what stands there.
"""

import re
from collections.abc import Iterator, Sequence
from html import unescape
from typing import Final, NamedTuple

from roleplay.exchange.found import Spoken
from roleplay.exchange.names import headed, names_in
from roleplay.exchange.times import TIME, seconds_of

_TIMING: Final = re.compile(rf"\s*(?P<start>{TIME})\s*(?:-{{1,3}}>|–>|—>|→)\s*(?P<end>{TIME})?", re.ASCII)
_VOICE: Final = re.compile(r"<v(?:\.[^\s>]*)?[ \t]+(?P<name>[^<>]{0,200})>", re.IGNORECASE)
_TAG: Final = re.compile(r"<[^<>\n]{0,200}>|\{\\[^}\n]{0,100}\}")
_ASIDES: Final = re.compile(r"(?:NOTE|STYLE|REGION)(?:\s|$)")
_TOUCHING_S: Final = 0.1


class _Cue(NamedTuple):
    start_s: float | None
    end_s: float | None
    lines: tuple[str, ...]


def has_cues(text: str) -> bool:
    """Whether any line holds the times of a cue."""
    return "WEBVTT" in text[:10] or any(_TIMING.match(line) for line in text.split("\n"))


def read_cues(text: str) -> list[Spoken]:
    """Read every cue, in the order of their times; a cue without a name goes on with the last one's."""
    cues = list(_cues(text.split("\n")))
    if all(cue.start_s is not None for cue in cues):
        cues.sort(key=lambda cue: cue.start_s or 0.0)
    cues = list(_unrolled(cues))
    has_voices = any(_VOICE.search(line) for cue in cues for line in cue.lines)
    names = frozenset() if has_voices else names_in(_bare(line) for cue in cues for line in cue.lines)
    spoken: list[Spoken] = []
    speaker: str | None = None
    for cue in cues:
        pieces = [piece for piece in (_voices(cue.lines) if has_voices else _named(cue.lines, names)) if piece[1]]
        for number, (name, words) in enumerate(pieces, start=1):
            speaker = name or speaker
            start_s = cue.start_s if number == 1 else None  # where speakers change inside a cue isn't known
            end_s = cue.end_s if number == len(pieces) else None
            spoken.append(Spoken(speaker, words, start_s, end_s))
    return spoken


def _cues(lines: Sequence[str]) -> Iterator[_Cue]:
    timings = [(at, match) for at, line in enumerate(lines) if (match := _TIMING.match(line))]
    ends = [at for at, _ in timings[1:]] + [len(lines)]
    for (at, match), after in zip(timings, ends, strict=False):  # with no timing there is still one end
        payload = _payload(lines[at + 1 : after], is_last=after == len(lines))
        yield _Cue(seconds_of(match["start"]), seconds_of(match["end"] or ""), payload)


def _payload(lines: Sequence[str], *, is_last: bool) -> tuple[str, ...]:
    """What is said in a cue, of all lines up to the next cue's times: without that one's name, and without notes."""
    blocks: list[list[str]] = [[]]
    for line in lines:
        if line.strip():
            blocks[-1].append(line.strip())
        elif blocks[-1]:
            blocks.append([])
    # The line right before the next cue's times names that cue: alone after a blank line, or where it is a number.
    last = blocks[-1]
    if not is_last and last and (last[-1].isdigit() or (len(last) == 1 and len(blocks) > 1)):
        last.pop()
    return tuple(line for block in blocks if block and not _ASIDES.match(block[0]) for line in block)


def _unrolled(cues: Sequence[_Cue]) -> Iterator[_Cue]:
    """Leave out what live captions show twice: a first line that was the last of the cue right before."""
    before: _Cue | None = None
    for cue in cues:
        lines = cue.lines
        if (
            before is not None
            and before.lines
            and lines
            and before.lines[-1].endswith(lines[0])
            and _touch(before, cue)
        ):
            lines = lines[1:]
        before = cue
        yield cue._replace(lines=lines)


def _touch(before: _Cue, cue: _Cue) -> bool:
    return before.end_s is not None and cue.start_s is not None and cue.start_s - before.end_s < _TOUCHING_S


def _voices(lines: Sequence[str]) -> Iterator[tuple[str | None, str]]:
    """Each `<v Name>` of a cue with its words."""
    text = " ".join(lines)
    pieces = _VOICE.split(text)
    if pieces[0].strip():
        yield None, _bare(pieces[0])
    for name, words in zip(pieces[1::2], pieces[2::2], strict=True):
        yield unescape(name).strip() or None, _bare(words)


def _named(lines: Sequence[str], names: frozenset[str]) -> Iterator[tuple[str | None, str]]:
    """Each `Name:` of a cue with its words, which may go on over lines."""
    name: str | None = None
    words: list[str] = []
    for line in lines:
        bare = _bare(line)
        head = headed(bare)
        if head is None or head.name not in names:
            words.append(bare)
            continue
        if words:
            yield name, " ".join(words)
        name, words = head.name, [head.text]
    yield name, " ".join(words)


def _bare(text: str) -> str:
    return unescape(_TAG.sub("", text)).strip()
