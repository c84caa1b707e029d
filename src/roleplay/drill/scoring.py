"""Scores one answer to a drill's card, by what the listener hears in it."""

import re
from enum import StrEnum
from typing import Final

from roleplay.content.acts import Act, Sensitive
from roleplay.content.drill import Drill, DrillCard, DrillKind
from roleplay.listener.learned.sentences import split_sentences
from roleplay.listener.reading import Listener, Reading, Utterance
from roleplay.values import Value

SECONDS_A_WORD: Final = 0.4
"""150 words a minute, as on a call."""


class Fault(StrEnum):
    """Why an answer doesn't pass, the worst first."""

    SENSITIVE = "sensitive"
    """It says what could hurt somebody where others read or overhear it."""
    UNWANTED = "unwanted"
    MISSING = "missing"
    """None of the wanted acts is heard."""
    LOST = "lost"
    """It no longer says what the message was for."""
    TOO_LONG = "too_long"


class Found(Value):
    """One fault, with the words that show it where there are any."""

    fault: Fault
    quote: str | None = None
    act: Act | None = None
    category: Sensitive | None = None
    lost: str | None = None
    """The word that isn't said any more."""


class HeardWords(Value):
    """An act and the words that carried it."""

    act: Act
    quote: str


class Scored(Value):
    """What one answer came to."""

    passed: bool
    wanted: HeardWords | None
    """What was hoped for, where it was heard."""
    instead: HeardWords | None
    """What else was heard, where that wasn't."""
    faults: tuple[Found, ...]
    words: int


async def score_answer(drill: Drill, card: DrillCard, answer: str, listener: Listener) -> Scored:
    """Score `answer`, which is one line of plain words."""
    channel = drill.kind.channel
    said = (*card.known, card.says) if drill.kind is DrillKind.REPLY else card.known
    before = card.says if drill.kind is DrillKind.REPLY else None
    reading = await listener.read(Utterance(text=answer, channel=channel, before=before, by_counterpart=said))
    faults = [
        *await _sensitive(drill, card, answer, listener),
        *await _unwanted(drill, reading, answer, listener),
    ]
    wanted = _first(reading, drill.wanted_of(card), answer)
    if wanted and drill.heard_alone:
        alone = await listener.read(Utterance(text=answer, channel=channel))
        if _first(alone, drill.heard_alone, answer) is None:
            reading, wanted = alone, None
    if wanted is None:
        faults.append(Found(fault=Fault.MISSING))
    faults += [Found(fault=Fault.LOST, lost=group[0]) for group in card.keeps if not _says(answer, group)]
    words = len(answer.split())
    if drill.max_words is not None and words > drill.max_words:
        faults.append(Found(fault=Fault.TOO_LONG))
    instead = None if wanted else _first(reading, tuple(act for act in Act if act not in drill.unwanted), answer)
    return Scored(passed=not faults, wanted=wanted, instead=instead, faults=tuple(faults), words=words)


async def _unwanted(drill: Drill, reading: Reading, answer: str, listener: Listener) -> list[Found]:
    """What shouldn't be heard in the answer.

    Blame is listened for in every sentence by itself as well: a good question beside it drowns it in the whole.
    """
    found = [(heard.act, heard.span.of(answer)) for heard in reading.acts if heard.act in drill.unwanted]
    if Act.DISPARAGE in drill.unwanted and not reading.has(Act.DISPARAGE):
        for start, end in split_sentences(answer):
            sentence = answer[start:end]
            alone = await listener.read(Utterance(text=sentence, channel=drill.kind.channel))
            if alone.has(Act.DISPARAGE):
                found.append((Act.DISPARAGE, sentence))
                break
    return [Found(fault=Fault.UNWANTED, act=act, quote=quote) for act, quote in found]


async def _sensitive(drill: Drill, card: DrillCard, answer: str, listener: Listener) -> list[Found]:
    """What mustn't be heard or read by others; on a call there is nobody else."""
    if drill.kind is DrillKind.REPLY:
        return []
    reading = await listener.read_written(answer, drill.kind.channel, card.known)
    heard = [
        Found(fault=Fault.SENSITIVE, category=found.category, quote=found.span.of(answer))
        for found in reading.categories
    ]
    told = [match for match in (_find(answer, word) for word in card.omits) if match]
    return heard or [Found(fault=Fault.SENSITIVE, quote=match.group()) for match in told]


def _first(reading: Reading, acts: tuple[Act, ...], answer: str) -> HeardWords | None:
    return next(
        (HeardWords(act=heard.act, quote=heard.span.of(answer)) for heard in reading.acts if heard.act in acts), None
    )


def _says(answer: str, group: tuple[str, ...]) -> bool:
    return any(_find(answer, word) for word in group)


def _find(answer: str, word: str) -> re.Match[str] | None:
    """The first word in `answer` that begins with `word`."""
    return re.search(rf"\b{re.escape(word)}\w*", answer, re.IGNORECASE)
