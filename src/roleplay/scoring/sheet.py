"""A transcript as a judge reads it: numbered lines between marks, without words that speak to the judge. Pure."""

import hashlib
import re
from collections.abc import Iterator
from typing import Final, NamedTuple, Protocol

from roleplay.record.transcript import Touch, Transcript, Turn
from roleplay.scoring.addressed import addressed_from, is_english
from roleplay.scoring.folding import folded

LEFT_OUT: Final = "[…]"
WINDOW_CHARS: Final = 60_000
"""So much of a transcript is read in one request; a longer one in several. About 15,000 tokens."""
OVERLAP_LINES: Final = 6
"""So many lines of one request are read again in the next, so that question and answer stay together."""
LINE_CHARS: Final = 12_000
"""Of a longer turn the rest isn't read."""
HISTORY_LINES: Final = 20
"""Of what was said before, the last so many."""
_PLAIN_ROLE: Final = re.compile(r"[a-z]{2,12}(?:_[a-z]{2,12})?")
_NO_ROLE: Final = frozenset({"system", "assistant", "user", "developer", "tool", "function", "judge", "recruiter"})


class Withhold(Protocol):
    """Finds words to a reader."""

    def __call__(self, text: str, *, among_english: bool) -> int | None:
        """Return where they begin; None: nowhere."""
        ...


class Line(NamedTuple):
    """One turn as it is shown."""

    number: int
    """From 1 on; what a judge calls the turn."""
    turn: Turn
    touch: Touch
    speaker: str
    shown: str
    """The beginning of the turn's own text, as far as it is shown; all of it as a rule."""

    @property
    def is_whole(self) -> bool:
        """Whether nothing of the turn was left out."""
        return len(self.shown) == len(self.turn.text)

    @property
    def text(self) -> str:
        """The line."""
        words = folded(self.shown).text
        rest = "" if self.is_whole else f" {LEFT_OUT}" if words else LEFT_OUT
        return f"{self.number} {self.speaker}: {words}{rest}"


class Sheet(NamedTuple):
    """A whole transcript as it is shown."""

    past: tuple[str, ...]
    """Lines of what was said before, that can't be quoted."""
    lines: tuple[Line, ...]
    withheld: tuple[str, ...]
    """The ids of turns that hold words to a reader."""

    @property
    def mark(self) -> str:
        """What the fence is made of: it follows from the words, so that no words can hold it."""
        whole = "\n".join((*self.past, *(line.text for line in self.lines)))
        return hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()[:6]

    def windows(self) -> Iterator[tuple[Line, ...]]:
        """The lines in portions that fit one request each."""
        start = 0
        while start < len(self.lines):
            end, size = start, 0
            while end < len(self.lines) and (end == start or size + len(self.lines[end].shown) <= WINDOW_CHARS):
                size += len(self.lines[end].shown)
                end += 1
            yield self.lines[start:end]
            if end == len(self.lines):
                return
            start = max(end - OVERLAP_LINES, start + 1)

    def fenced(self, window: tuple[Line, ...]) -> str:
        """A portion between its marks, each touch with its day and channel where there are several."""
        rows = list(self.past) if window[0].number == 1 else []
        touch = None
        has_heads = len({line.touch.id for line in self.lines}) > 1
        for line in window:
            if line.touch is not touch and has_heads:
                rows.append(f"day {line.touch.day} {line.touch.channel.value.replace('_', ' ')}")
            touch = line.touch
            rows.append(line.text)
        return "\n".join((f"<{self.mark}", *rows, f"{self.mark}>"))


def sheet_of(transcript: Transcript, withhold: Withhold = addressed_from) -> Sheet:
    """Lay a transcript out, each turn up to where `withhold` finds words to a reader."""
    turns = list(transcript.turns())
    history = transcript.context.history[-HISTORY_LINES:]
    among_english = is_english([turn.text for _, turn in turns])
    past = tuple(
        f"before {_shown_speaker(words.speaker)}: {folded(shown).text}"
        for words in history
        if (shown := _shown(words.text, among_english, withhold))
    )
    lines, withheld = [], []
    for number, (touch, turn) in enumerate(turns, 1):
        shown = _shown(turn.text, among_english, withhold)
        if len(shown) < min(len(turn.text), LINE_CHARS):
            withheld.append(turn.id)
        lines.append(Line(number, turn, touch, _shown_speaker(turn.speaker), shown))
    return Sheet(past, tuple(lines), tuple(withheld))


def _shown(text: str, among_english: bool, withhold: Withhold) -> str:
    """The beginning of a text, up to words to a reader."""
    at = withhold(text[:LINE_CHARS], among_english=among_english)
    return text[: LINE_CHARS if at is None else at]


def _shown_speaker(speaker: str) -> str:
    """A role's name where it is one; names come from files, and may say anything."""
    if speaker == "recruiter":
        return speaker
    is_plain = _PLAIN_ROLE.fullmatch(speaker) is not None and speaker not in _NO_ROLE
    return speaker if is_plain and addressed_from(speaker.replace("_", " ")) is None else "other"
