"""What was said before a turn, as a listener gets it."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from roleplay.content.acts import Channel
from roleplay.listener.reading import Utterance
from roleplay.record.events import RECRUITER
from roleplay.record.likeness import most_like


class Said(NamedTuple):
    """Who said what."""

    speaker: str
    text: str


def utterance_after(past: Sequence[Said], said: Said, channel: Channel) -> Utterance:
    """Put `said` into the context of `past`, oldest first.

    `before` is the last turn by anybody but its speaker.
    """
    before_at = next((at for at in reversed(range(len(past))) if past[at].speaker != said.speaker), None)
    earlier = past if before_at is None else [turn for at, turn in enumerate(past) if at != before_at]
    return Utterance(
        text=said.text,
        channel=channel,
        before=None if before_at is None else past[before_at].text,
        earlier=tuple(turn.text for turn in earlier),
        by_counterpart=tuple(turn.text for turn in past if turn.speaker != RECRUITER),
    )


KNOWN_MOST: Final = 3
"""How much of what the recruiter was told a message is held against: what is most like it."""


def known_for(text: str, known: Sequence[str]) -> tuple[str, ...]:
    """Return what bears on a message of all that the recruiter had been told; more would hide it from the listener."""
    return most_like(text, known, KNOWN_MOST)
