"""Reading a long transcript on all processors, before it is scored turn by turn."""

from collections.abc import Iterator

from roleplay.listener.context import Conversation, Said
from roleplay.listener.learned.reader import LearnedListener
from roleplay.listener.reading import Utterance
from roleplay.listener.rows import Group
from roleplay.record.transcript import Transcript


async def read_ahead(transcript: Transcript, listener: LearnedListener) -> None:
    """Have `listener` read every turn, as scoring will ask for it; the verdicts are the same as without."""
    await listener.read_ahead(_utterances(transcript))


def _utterances(transcript: Transcript) -> Iterator[tuple[Group, Utterance]]:
    conversation = Conversation(Said(past.speaker, past.text) for past in transcript.context.history)
    for touch, turn in transcript.turns():
        said = Said(turn.speaker, turn.text)
        yield Group.RECRUITER if turn.is_recruiters else Group.COUNTERPART, conversation.utterance(said, touch.channel)
        conversation.add(said)
