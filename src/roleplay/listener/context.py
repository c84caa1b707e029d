"""What was said before a turn, as a listener gets it."""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from roleplay.content.acts import Channel
from roleplay.listener.reading import Utterance
from roleplay.record.events import RECRUITER
from roleplay.record.likeness import most_like


class Said(NamedTuple):
    """Who said what."""

    speaker: str
    text: str


class Conversation:
    """What is said one after another, kept so that a turn's context costs no more late in a long call than early."""

    def __init__(self, said: Iterable[Said] = ()) -> None:
        """Take what was said first."""
        self._texts: list[str] = []
        self._by_counterpart: list[str] = []
        self._last: Said | None = None
        self._last_at: int | None = None
        self._before_at: int | None = None
        """Where the last turn stands that isn't by the last speaker."""
        for each in said:
            self.add(each)

    def add(self, said: Said) -> None:
        """Go on with `said`."""
        if self._last is not None and self._last.speaker != said.speaker:
            self._before_at = self._last_at
        self._last, self._last_at = said, len(self._texts)
        self._texts.append(said.text)
        if said.speaker != RECRUITER:
            self._by_counterpart.append(said.text)

    def utterance(self, said: Said, channel: Channel) -> Utterance:
        """Put `said` into the context of all that was said so far; `before` is the last turn by anybody else."""
        is_other = self._last is not None and self._last.speaker != said.speaker
        at = self._last_at if is_other else self._before_at
        return Utterance(
            text=said.text,
            channel=channel,
            before=None if at is None else self._texts[at],
            earlier=tuple(self._texts if at is None else self._texts[:at] + self._texts[at + 1 :]),
            by_counterpart=tuple(self._by_counterpart),
        )


def utterance_after(past: Iterable[Said], said: Said, channel: Channel) -> Utterance:
    """Put `said` into the context of `past`, oldest first."""
    return Conversation(past).utterance(said, channel)


KNOWN_MOST: Final = 3
"""How much of what the recruiter was told a message is held against: what is most like it."""


def known_for(text: str, known: Sequence[str]) -> tuple[str, ...]:
    """Return what bears on a message of all that the recruiter had been told; more would hide it from the listener."""
    return most_like(text, known, KNOWN_MOST)
