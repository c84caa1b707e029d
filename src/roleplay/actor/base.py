"""What an actor is: it turns a direction into words, in character."""

from collections.abc import AsyncGenerator
from typing import Protocol

from roleplay.content.case import Case
from roleplay.record.events import AnswerDirected
from roleplay.world.state import State


class Actor(Protocol):
    """Voices personas, from the public case, what the persona has heard, and this turn's direction."""

    @property
    def name(self) -> str:
        """What stands in the record for this voice: `scripted`, or a model's name."""
        ...

    @property
    def goes_to(self) -> str | None:
        """The host that the words go to; None where they stay on this machine."""
        ...

    async def prepare(self) -> None:
        """Get ready to speak, and find out one's own name where it isn't known yet.

        Raises:
            VoiceError: the endpoint can't be asked.
        """
        ...

    def speak(self, case: Case, state: State, direction: AnswerDirected) -> AsyncGenerator[str, None]:
        """Yield the turn's words piece by piece; joined, they are the whole turn.

        Raises:
            VoiceError: the endpoint failed, before or in the middle; what was yielded so far stands.
        """
        ...

    async def aclose(self) -> None:
        """Let go of connections."""
        ...
