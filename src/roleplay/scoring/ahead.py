"""Reading a long transcript on all processors, before it is scored turn by turn."""

from collections.abc import Iterator

from roleplay.content.scorecard import Scorecard
from roleplay.listener.context import Conversation, Said
from roleplay.listener.learned.model import RememberingModel
from roleplay.listener.learned.reader import LearnedListener
from roleplay.listener.reading import Listener, Utterance
from roleplay.listener.rows import Group
from roleplay.record.transcript import Transcript
from roleplay.scoring.judge import Judge
from roleplay.scoring.result import Result
from roleplay.scoring.scorer import score_transcript


async def score_call(
    transcript: Transcript,
    scorecard_id: str,
    scorecard: Scorecard,
    *,
    judge: Judge | None = None,
    listener: Listener | None = None,
) -> Result:
    """Score a real call. Without a `listener`, the one on this machine reads it, on all processors."""
    if listener is None:
        listener = LearnedListener(RememberingModel())
        await read_ahead(transcript, listener)
    return await score_transcript(transcript, scorecard_id, scorecard, listener, judge)


async def read_ahead(transcript: Transcript, listener: LearnedListener) -> None:
    """Have `listener` read every turn, as scoring will ask for it; the verdicts are the same as without."""
    await listener.read_ahead(_utterances(transcript))


def _utterances(transcript: Transcript) -> Iterator[tuple[Group, Utterance]]:
    conversation = Conversation(Said(past.speaker, past.text) for past in transcript.context.history)
    for touch, turn in transcript.turns():
        said = Said(turn.speaker, turn.text)
        yield Group.RECRUITER if turn.is_recruiters else Group.COUNTERPART, conversation.utterance(said, touch.channel)
        conversation.add(said)
