"""Numbers about a transcript, counted from its words and, where turns have them, its times."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from roleplay.content.acts import TOPIC_OF_ACT, Act
from roleplay.content.scorecard import Measure
from roleplay.record.transcript import Touch, Transcript, Turn
from roleplay.scoring.findings import short
from roleplay.scoring.hearing import HeardTurn, Hearing
from roleplay.scoring.result import Evidence

OPEN_ACTS: Final = frozenset(TOPIC_OF_ACT)
"""The codebook's questions: each of them invites more than a yes or a no."""
REQUEST_ACTS: Final = frozenset(
    {Act.REQUEST_JOINT_CALL, Act.REQUEST_OFF_RECORD, Act.BRIEF_ASK, Act.PROPOSE_NEXT_STEP, Act.REQUIRE_AGREEMENT}
)
"""What is put as a question and asks for consent; it is neither open nor closed."""
PLEASANTRY: Final = re.compile(
    r"\bhow (?:are (?:you|things)|(?:is|was) (?:your|the) (?:day|week|weekend|morning|holiday)"
    r"|(?:'s|’s) (?:it going|your (?:day|week)))",
    re.IGNORECASE,
)
QUESTION: Final = re.compile(r"[^.!?…\n]*\?+")
OVERLAP_S: Final = 0.2
"""Turns that meet more closely than this touch; what records times isn't more exact."""
FILLERS: Final = re.compile(
    r"\b(?P<filler>u+m+|u+h+|e+r+m*|e+h+m+|h+m+|basically|literally|honestly|actually"
    r"|(?<!\ba )(?<!\bthe )(?<!\bwhat )(?<!\bwhich )(?<!\bthis )(?<!\bthat )(?<!\bany )(?<!\bsome )(?:sort|kind) of"
    r"|(?<!\bas )(?<!\bif )(?<!\bdo )you know(?=[,.?!…]|$)|i mean(?=,)|(?<=, )like(?=,))(?!\w)",
    re.IGNORECASE,
)
"""`docs/authoring.md` has the list in words."""


@dataclass(frozen=True)
class Measured:
    """A number, in words, and where it comes from."""

    value: float
    words: str
    """What was counted, with the number in it; a clause that a bound can follow."""
    evidence: tuple[Evidence, ...] = ()


def measure(wanted: Measure, hearing: Hearing) -> Measured | str:
    """Count it; where it can't be counted, why."""
    match wanted:
        case Measure.TALK_SHARE:
            return _talk_share(hearing.transcript)
        case Measure.LONGEST_MONOLOGUE:
            return _longest_monologue(hearing.transcript)
        case Measure.OPEN_TO_CLOSED:
            return _open_to_closed(hearing)
        case Measure.WORDS_PER_MINUTE:
            return _words_per_minute(hearing.transcript)
        case Measure.INTERRUPTIONS:
            return _interruptions(hearing.transcript)
        case Measure.FILLER_WORDS:
            return _filler_words(hearing.transcript)


def talk_share(transcript: Transcript) -> float | None:
    """The recruiter's share of the words spoken in live touches, 0 to 1; None where nothing was said.

    Words are runs of anything but white space, as in the codebook's `listening` row.
    """
    recruiter = others = 0
    for _, turn in _live(transcript):
        if turn.is_recruiters:
            recruiter += _words(turn)
        else:
            others += _words(turn)
    total = recruiter + others
    return recruiter / total if total else None


def _talk_share(transcript: Transcript) -> Measured | str:
    share = talk_share(transcript)
    return "Nothing was said." if share is None else Measured(share, f"{share:.1%} of the words were yours")


def _longest_monologue(transcript: Transcript) -> Measured | str:
    own = [turn for _, turn in _live(transcript) if turn.is_recruiters and turn.text.strip()]
    if not own:
        return "You said nothing on a call."
    longest = max(own, key=_words)
    quote = Evidence(turn=longest.id, quote=short(longest.text))
    return Measured(_words(longest), f"Your longest turn on a call had {_times(_words(longest), 'word')}", (quote,))


def _open_to_closed(hearing: Hearing) -> Measured | str:
    counted = [_questions(heard) for heard in hearing.recruiters() if heard.touch and heard.touch.channel.is_live]
    opened, closed = (sum(each[at] for each in counted) for at in (0, 1))
    asked = opened + closed
    if not asked:
        return "You asked no question on a call."
    return Measured(opened / asked, f"Open questions: {opened} of {asked} ({opened / asked:.0%})")


def _questions(heard: HeardTurn) -> tuple[int, int]:
    """How many open and closed questions a turn asks.

    Open is what carried one of the codebook's questions, with a question mark or without; closed is every other
    sentence with one, unless it asks for consent or after somebody's weekend.
    """
    assert heard.turn is not None
    text = heard.turn.text
    marks = [found.end() for found in QUESTION.finditer(text) if not PLEASANTRY.search(found[0])]
    opened = taken = 0
    for start, end, count in _stretches(text, [quote for act, quote in heard.acts.items() if act in OPEN_ACTS]):
        inside = sum(start < mark <= end for mark in marks)
        opened += min(count, max(1, inside))
        taken += min(count, inside)
    requests = _stretches(text, [quote for act, quote in heard.acts.items() if act in REQUEST_ACTS])
    taken += sum(min(count, sum(start < mark <= end for mark in marks)) for start, end, count in requests)
    return opened, max(0, len(marks) - taken)


def _stretches(text: str, quotes: Sequence[str]) -> Iterator[tuple[int, int, int]]:
    """Where quotes stand, those that overlap taken together, and how many each holds."""
    places = sorted((start, start + len(quote)) for quote in quotes if (start := text.find(quote)) >= 0)
    at = 0
    while at < len(places):
        (start, end), first = places[at], at
        while at < len(places) and places[at][0] < end:
            end = max(end, places[at][1])
            at += 1
        yield start, end, at - first


def _words_per_minute(transcript: Transcript) -> Measured | str:
    timed = [(turn, times) for _, turn in _live(transcript) if turn.is_recruiters and (times := _times_s(turn))]
    spent_s = sum(end - start for _, (start, end) in timed)
    if spent_s <= 0:
        return "The turns have no times."
    rate = 60 * sum(_words(turn) for turn, _ in timed) / spent_s
    return Measured(rate, f"You spoke {rate:.0f} words a minute")


def _interruptions(transcript: Transcript) -> Measured | str:
    cut_in: list[Turn] = []
    seen = 0
    for touch in transcript.touches:
        for before, turn in pairwise(touch.turns if touch.channel.is_live else ()):
            theirs, yours = _times_s(before), _times_s(turn)
            if before.is_recruiters or not turn.is_recruiters or theirs is None or yours is None:
                continue
            seen += 1
            if theirs[1] - yours[0] > OVERLAP_S:
                cut_in.append(turn)
    if not seen:
        return "The turns have no times."
    evidence = tuple(Evidence(turn=turn.id, quote=short(turn.text)) for turn in cut_in if turn.text)
    return Measured(len(cut_in), f"You began {_times(len(cut_in), 'time')} before they had ended", evidence)


def _filler_words(transcript: Transcript) -> Measured | str:
    own = [turn for touch, turn in transcript.turns() if turn.is_recruiters and not touch.channel.is_written]
    words = sum(_words(turn) for turn in own)
    if not words:
        return "You said nothing aloud."
    found = [(turn, filler) for turn in own for filler in FILLERS.finditer(turn.text)]
    share = 100 * len(found) / words
    told = f"You used {_times(len(found), 'filler')} in {_times(words, 'word')}, {share:.1f} in a hundred"
    return Measured(share, told, tuple(Evidence(turn=turn.id, quote=filler[0]) for turn, filler in found[:5]))


def _times_s(turn: Turn) -> tuple[float, float] | None:
    """When a turn began and ended, in seconds; None where that isn't known."""
    start, end = getattr(turn, "start_s", None), getattr(turn, "end_s", None)
    return None if start is None or end is None else (float(start), float(end))


def _live(transcript: Transcript) -> Iterator[tuple[Touch, Turn]]:
    return ((touch, turn) for touch, turn in transcript.turns() if touch.channel.is_live)


def _words(turn: Turn) -> int:
    return len(turn.text.split())


def _times(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
