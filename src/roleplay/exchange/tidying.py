"""Stretches of speech into turns: clean words, no fillers, neighbours of one speaker as one."""

import re
from collections.abc import Iterable
from typing import Final

from roleplay.exchange.found import Spoken
from roleplay.record.words import plain_words

_NOISE: Final = (
    "music applause laughter laughs laughing chuckles inaudible unintelligible crosstalk silence pause noise "
    "background cough coughs sighs blank_audio ringing beep typing foreign"
).replace(" ", "|")
_ASIDE: Final = re.compile(
    rf"[\[(*♪<]\s*(?:[\w ]{{0,20}}\b)?(?:{_NOISE})\b[^\])*♪>]{{0,40}}[\])*♪>]|[♪♫]+", re.IGNORECASE
)
_HESITATION: Final = re.compile(r"(?:(?:u+h+|u+m+|e+r+m*|h+m+)\b[\s.,!?…–—-]*)+", re.IGNORECASE)
"""Sounds that say nothing. "Mm-hm" isn't one: it can be a yes."""
_BRACKETED: Final = re.compile(r"(?:\[[^\]]*\]\s*)+")
_WORDLESS: Final = re.compile(r"[\W_]*")


def turns_of(spoken: Iterable[Spoken]) -> tuple[Spoken, ...]:
    """Return the turns in `spoken`, each with the times from its first stretch to its last."""
    parts: list[list[Spoken]] = []
    for each in spoken:
        text = plain_words(_ASIDE.sub(" ", each.text))
        if any(nothing.fullmatch(text) for nothing in (_WORDLESS, _HESITATION, _BRACKETED)):
            continue
        speaker = plain_words(each.speaker or "") or None
        if parts and _same(parts[-1][-1].speaker, speaker):
            parts[-1].append(each._replace(speaker=parts[-1][-1].speaker, text=text))
        else:
            parts.append([each._replace(speaker=speaker, text=text)])
    return tuple(_joined(part) for part in parts)


def _same(one: str | None, other: str | None) -> bool:
    return (one or "").casefold() == (other or "").casefold()


def _joined(part: list[Spoken]) -> Spoken:
    text = " ".join(each.text for each in part)
    starts = [each.start_s for each in part if each.start_s is not None]
    ends = [each.end_s for each in part if each.end_s is not None]
    start_s = starts[0] if starts else None
    end_s = max(ends) if ends and part[-1].end_s is not None else None
    if start_s is not None and end_s is not None and end_s < start_s:
        end_s = None  # what a broken clock wrote
    return Spoken(part[0].speaker, text, start_s, end_s)
