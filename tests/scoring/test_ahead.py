"""Reading ahead changes the time that scoring takes, and nothing else."""

from collections.abc import Sequence

from roleplay.content.library import Library
from roleplay.listener.learned import LearnedListener, Text
from roleplay.listener.learned.model import Evidence, RememberingModel
from roleplay.record.transcript import Transcript
from roleplay.scoring.ahead import read_ahead
from roleplay.scoring.scorer import score_transcript

CALL = Transcript.model_validate(
    {
        "context": {
            "openings": 2,
            "history": [{"speaker": "cto", "text": "We lose the May slot without a test lead."}],
        },
        "touches": [
            {
                "id": "t1",
                "day": 0,
                "channel": "call",
                "with": ["cto"],
                "turns": [
                    {
                        "id": "t1.1",
                        "speaker": "recruiter",
                        "text": "You told me the May slot goes without a test lead.",
                    },
                    {"id": "t1.2", "speaker": "cto", "text": "It does, and the next one is in September."},
                    {"id": "t1.3", "speaker": "recruiter", "text": "Mm-hm."},
                    {"id": "t1.4", "speaker": "cto", "text": "So yes, it hurts."},
                    {"id": "t1.5", "speaker": "recruiter", "text": "Whose budget would the fee come out of?"},
                    {"id": "t1.6", "speaker": "cto", "text": "Mine. HR has no say in it."},
                ],
            }
        ],
    }
)


class CountingModel(RememberingModel):
    """Counts the texts that it hasn't read before."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: set[Text] = set()

    def read(self, texts: Sequence[Text]) -> list[list[Evidence]]:
        """Count, and read."""
        self.texts.update(texts)
        return super().read(texts)


async def test_scoring_after_reading_ahead_reads_nothing_new_and_says_the_same(library: Library) -> None:
    card = library.scorecard("discovery-call")
    model = CountingModel()
    listener = LearnedListener(model)
    await read_ahead(CALL, listener)
    ahead = set(model.texts)
    assert len(ahead) == 5  # a nod isn't read
    result = await score_transcript(CALL, "discovery-call", card, listener)
    history = {text for text in model.texts if text.text == CALL.context.history[0].text}
    assert model.texts - history == ahead
    assert result == await score_transcript(CALL, "discovery-call", card, LearnedListener())
