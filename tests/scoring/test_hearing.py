"""What a message is held against."""

from collections.abc import Sequence

from roleplay.content.acts import Channel
from roleplay.content.library import Library
from roleplay.listener.reading import WrittenReading
from roleplay.record.transcript import Transcript
from roleplay.scoring.scorer import score_transcript
from tests.doubles import DeafListener


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
