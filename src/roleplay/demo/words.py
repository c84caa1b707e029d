"""What people write about a session: chosen from a file by what the session came to. Pure."""

import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import NamedTuple

from roleplay.content.base import Slug
from roleplay.record.events import RECRUITER
from roleplay.record.transcript import Transcript
from roleplay.scoring.result import CriterionResult, Result, Verdict
from roleplay.values import Value


class Entry(Value):
    """Words that fit a verdict."""

    criterion: str
    verdict: Verdict
    words: str
    said: str = ""
    """What the recruiter must have said; empty: anything."""
    to: Verdict | None = None
    """What a coach sees instead."""
    answer: str = ""
    """What a coach says to a dispute."""
    drill: Slug | None = None


class Words(Value):
    """The file."""

    comment: tuple[Entry, ...]
    overrule: tuple[Entry, ...]
    dispute: tuple[Entry, ...]
    send_back: tuple[Entry, ...]


@cache
def words() -> Words:
    """Read the file."""
    return Words.model_validate(tomllib.loads((Path(__file__).parent / "words.toml").read_text(encoding="utf-8")))


class Fitting(NamedTuple):
    """An entry that fits a session, and the turn that it is about; None: all of it."""

    entry: Entry
    turn: str | None


@dataclass
class Chooser:
    """Chooses what fits a session, and of that what was written least."""

    written: Counter[str] = field(default_factory=Counter)

    def one(self, entries: Sequence[Entry], result: Result, transcript: Transcript) -> Fitting | None:
        """The entry that fits and was written least; None where none fits."""
        fitting = min(
            _fitting(entries, result, transcript), key=lambda each: self.written[each.entry.words], default=None
        )
        if fitting is not None:
            self.written[fitting.entry.words] += 1
        return fitting


def _fitting(entries: Sequence[Entry], result: Result, transcript: Transcript) -> Iterator[Fitting]:
    found = {each.id: each for each in result.criteria}
    theirs = {turn.id: turn.text for _, turn in transcript.turns() if turn.speaker == RECRUITER}
    for entry in entries:
        criterion = found.get(entry.criterion)
        if criterion is None or criterion.verdict is not entry.verdict:
            continue
        if not entry.said:
            yield Fitting(entry, _turn_of(criterion, theirs))
            continue
        turn = next((name for name, text in theirs.items() if entry.said in text), None)
        if turn is not None:
            yield Fitting(entry, turn)


def _turn_of(criterion: CriterionResult, theirs: dict[str, str]) -> str | None:
    """The recruiter's first turn that the verdict rests on."""
    return next((item.turn for item in criterion.evidence if item.turn in theirs), None)
