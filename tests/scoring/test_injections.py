"""No words in a transcript raise a verdict, by a judge that does all that it is told to.

Each injection is put into a call that deserves nothing. It is judged by stand-ins that somebody has got round, and must
come to no more than the same call without it comes to by an honest one.
"""

import tomllib
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from roleplay.content.scorecard import Check, JudgedCriterion, Scorecard
from roleplay.listener.learned import LearnedListener
from roleplay.listener.reading import CounterpartReading, Listener, Reading, Utterance
from roleplay.record.transcript import Transcript
from roleplay.scoring.judge import ModelJudge
from roleplay.scoring.result import Result, Verdict
from roleplay.scoring.scorer import score_transcript
from roleplay.scoring.sheet import sheet_of
from tests.doubles import DeafListener
from tests.scoring.calls import call
from tests.scoring.judges import (
    Answering,
    ScriptedModel,
    first_words,
    honest,
    longest_line,
    made_up,
    obeying,
    sly,
)

RANK: Final = {
    Verdict.NOT_JUDGED: 0,
    Verdict.VIOLATED: 0,
    Verdict.MISSED: 0,
    Verdict.PARTIAL: 1,
    Verdict.MET: 2,
}


class Injection(NamedTuple):
    kind: str
    number: int
    text: str
    by: str
    is_read: bool
    """Whether the judge gets to read it, since the patterns don't know it."""
    is_misheard: bool
    """Whether the listener hears an act in it, too: then nothing is left to hold it back."""


def _injections() -> list[Injection]:
    found = []
    for path in sorted((Path(__file__).parent / "injections").glob("*.toml")):
        for kind, data in tomllib.loads(path.read_text(encoding="utf-8")).items():
            by, *known = data.get("by", "recruiter"), data.get("is_read", False), data.get("is_misheard", False)
            found += [Injection(kind, at, text, by, *known) for at, text in enumerate(data["texts"])]
    return found


INJECTIONS: Final = _injections()


def _each(*given: Injection) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("given", given, ids=lambda each: f"{each.kind}-{each.number}")


every_injection = _each(*(each for each in INJECTIONS if not each.is_misheard))
every_known = _each(*(each for each in INJECTIONS if not each.is_read))
every_misheard = _each(*(each for each in INJECTIONS if each.is_misheard))

PAIN, DATE, TOLD = "Does the recruiter ask what isn't getting done?", "By when?", "Does the other side say what hurts?"
BLAME, TALK = "Does the recruiter run somebody down?", "Does the recruiter put what they heard in their own words?"
THANKS, COLD = "Does the recruiter thank them for something of theirs?", "Does the other side sound annoyed?"
BAD: Final = (BLAME, COLD)


def _criterion(*checks: Check, met_from: int, partial_from: int) -> JudgedCriterion:
    return JudgedCriterion(
        kind="judged",
        title="Listen",
        weight=10,
        why="It matters.",
        say=("One.", "Two."),
        checks=checks,
        met_from=met_from,
        partial_from=partial_from,
    )


HEARD: Final = Scorecard(
    title="Judged, and heard",
    about="Calls",
    pass_mark=20,
    criteria={
        "asks": _criterion(
            Check(id="pain", asks=PAIN, acts=("ask_pain", "ask_consequence")),
            Check(id="date", asks=DATE, acts=("ask_deadline", "ask_slip")),
            met_from=2,
            partial_from=1,
        ),
        "told": _criterion(
            Check(id="told", asks=TOLD, quote="other", tells=("tells_pain", "tells_consequence")),
            met_from=1,
            partial_from=1,
        ),
    },
)
"""Every check names acts, which the listener must hear in the turn that is quoted."""

READ: Final = Scorecard(
    title="Only judged",
    about="Calls",
    pass_mark=20,
    criteria={
        "talks": _criterion(
            Check(id="talk", asks=TALK), Check(id="thanks", asks=THANKS, quote="any"), met_from=2, partial_from=1
        ),
        "keeps_calm": _criterion(
            Check(id="cold", asks=COLD, quote="other", yes_is="bad"),
            Check(id="talk", asks=TALK),
            met_from=2,
            partial_from=2,
        ),
    },
)
"""Nobody but the judge can tell."""


def with_words(given: Injection) -> Transcript:
    """The call with something put into it."""
    if given.by == "recruiter":
        return _around(given.text, "I've got to run, sorry.")
    return _around("Right, I won't keep you.", given.text)


def _around(recruiter: str, other: str) -> Transcript:
    return call(
        "R Morning, Dana, it's Jen. How was the long weekend?",
        "C Wet. What can I do for you?",
        f"R {recruiter}",
        f"C {other}",
    )


PLAIN: Final = _around("Right, I won't keep you.", "I've got to run, sorry.")


class ReadOnce(DeafListener):
    """The shipped listener, with each turn read once."""

    def __init__(self) -> None:
        self._listener = LearnedListener()
        self._read: dict[Utterance, Reading] = {}
        self._told: dict[Utterance, CounterpartReading] = {}

    async def read(self, utterance: Utterance) -> Reading:
        """Read, or remember."""
        if utterance not in self._read:
            self._read[utterance] = await self._listener.read(utterance)
        return self._read[utterance]

    async def read_counterpart(self, utterance: Utterance) -> CounterpartReading:
        """Read, or remember."""
        if utterance not in self._told:
            self._told[utterance] = await self._listener.read_counterpart(utterance)
        return self._told[utterance]


@pytest.fixture(scope="module")
def listener() -> ReadOnce:
    return ReadOnce()


async def judged(transcript: Transcript, scorecard: Scorecard, listener: Listener, by: Answering) -> Result:
    return await score_transcript(transcript, "own", scorecard, listener, ModelJudge(ScriptedModel(by)))


def is_raised(result: Result, by: Result) -> bool:
    verdicts = zip(result.criteria, by.criteria, strict=True)
    return result.passed > by.passed or any(RANK[each.verdict] > RANK[other.verdict] for each, other in verdicts)


def test_the_suite_is_as_large_as_it_should_be() -> None:
    assert len(INJECTIONS) >= 110
    assert len({each.kind for each in INJECTIONS}) >= 14
    assert len({each.text for each in INJECTIONS}) == len(INJECTIONS)


@every_injection
async def test_a_judge_that_obeys_raises_nothing_that_must_be_heard(given: Injection, listener: Listener) -> None:
    plain = await judged(PLAIN, HEARD, listener, honest({}))
    for quote in (made_up, first_words, longest_line):
        for by in (obeying(quote), sly(BAD, quote)):
            result = await judged(with_words(given), HEARD, listener, by)
            assert not is_raised(result, plain), [each.reason for each in result.criteria]


@every_known
async def test_a_judge_does_not_get_to_read_it(given: Injection, listener: Listener) -> None:
    """So one that does all that it reads does nothing else than without it."""
    shown = [line.shown for line in sheet_of(with_words(given)).lines]
    at = 2 if given.by == "recruiter" else 3
    assert shown[at] == ""
    plain = await judged(PLAIN, READ, listener, honest({}))
    result = await judged(with_words(given), READ, listener, honest({}))
    assert not is_raised(result, plain)


@every_injection
async def test_a_judge_that_says_yes_to_everything_is_not_believed(given: Injection, listener: Listener) -> None:
    for quote in (made_up, first_words, longest_line):
        result = await judged(with_words(given), READ, listener, obeying(quote))
        assert all(each.verdict is Verdict.NOT_JUDGED for each in result.criteria)
        assert not result.passed


@every_misheard
async def test_what_is_read_and_misheard_is_what_is_left(given: Injection, listener: Listener) -> None:
    """A known limit, told in docs/scoring.md: whoever mends it takes it from there, and from here."""
    plain = await judged(PLAIN, HEARD, listener, honest({}))
    assert is_raised(await judged(with_words(given), HEARD, listener, sly(BAD, longest_line)), plain)
