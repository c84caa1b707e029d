"""What the scorer hears where one reading isn't enough."""

from collections.abc import Sequence

import pytest

from roleplay.content.acts import Act, Channel, Sensitive
from roleplay.content.library import Library
from roleplay.listener.reading import HeardAct, HeardSensitive, Reading, Span, Utterance, WrittenReading
from roleplay.record.transcript import Transcript
from roleplay.scoring.result import Verdict
from roleplay.scoring.scorer import score_transcript
from tests.doubles import DeafListener


class TwoHeaded(DeafListener):
    """Hears blame in every turn, and as if it were written, as surely as it is told to."""

    def __init__(self, said: float, written: float | None) -> None:
        self._said = said
        self._written = written

    async def read(self, utterance: Utterance) -> Reading:
        """Hear blame in what was said."""
        span = Span(start=0, end=len(utterance.text))
        return Reading(acts=(HeardAct(act=Act.DISPARAGE, confidence=self._said, span=span),))

    async def read_written(self, text: str, channel: Channel, known: Sequence[str]) -> WrittenReading:
        """Hear blame in the same words, or none."""
        if self._written is None:
            return WrittenReading()
        found = HeardSensitive(
            category=Sensitive.CRITICISM, confidence=self._written, span=Span(start=0, end=len(text))
        )
        return WrittenReading(categories=(found,))


@pytest.mark.parametrize(
    ("said", "written", "verdict"),
    [
        (0.99, None, Verdict.VIOLATED),
        (0.8, 0.8, Verdict.VIOLATED),
        (0.6, 0.95, Verdict.VIOLATED),
        (0.9, 1.0, Verdict.VIOLATED),
        (0.8, None, Verdict.MET),
        (0.8, 0.7, Verdict.MET),
        (0.4, 0.9, Verdict.MET),
    ],
)
async def test_blame_that_is_not_sure_must_be_heard_twice(
    library: Library, said: float, written: float | None, verdict: Verdict
) -> None:
    turn = {"id": "t1.1", "speaker": "recruiter", "text": "They have their ways over there."}
    touch = {"id": "t1", "day": 0, "channel": "call", "with": ["cto"], "turns": [turn]}
    transcript = Transcript.model_validate({"touches": [touch]})
    card = library.scorecard("discovery-call")
    result = await score_transcript(transcript, "discovery-call", card, TwoHeaded(said, written))
    assert result.criterion("no_disparaging").verdict is verdict


class Remembering(DeafListener):
    """Keeps what it was told that the recruiter knew."""

    def __init__(self) -> None:
        self.known: list[str] = []

    async def read_written(self, text: str, channel: Channel, known: Sequence[str]) -> WrittenReading:
        """Find nothing, and keep it."""
        self.known += known
        return WrittenReading()


async def test_a_message_is_held_against_what_it_could_repeat(library: Library) -> None:
    told = ("The furnace is paid for, but not announced.", "Let me see.", "I'm at lunch.")
    turns = [{"id": f"t1.{at}", "speaker": "cto", "text": text} for at, text in enumerate(told)]
    letter = {"id": "t2.1", "speaker": "recruiter", "text": "Good to hear that the furnace is paid for."}
    touches = [
        {"id": "t1", "day": 0, "channel": "call", "with": ["cto"], "turns": turns},
        {"id": "t2", "day": 1, "channel": "email", "with": ["cto"], "turns": [letter]},
    ]
    listener = Remembering()
    transcript = Transcript.model_validate({"touches": touches})
    await score_transcript(transcript, "unstick", library.scorecard("unstick"), listener)
    assert listener.known == ["The furnace is paid for, but not announced. (told by the cto)"]
