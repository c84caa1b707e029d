"""What an actor is: it turns a direction into words, in character."""

from collections.abc import AsyncGenerator
from typing import NamedTuple, Protocol

from roleplay.content.case import Case
from roleplay.record.events import AnswerDirected, GuardCheck, GuardOutcome
from roleplay.world.state import State


class HeldBack(NamedTuple):
    """Words that the actor was going to say and didn't, and what became of the answer."""

    check: GuardCheck
    outcome: GuardOutcome
    words: str


Spoken = str | HeldBack
"""What an actor yields: the next words, or what was kept from being heard."""


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

    @property
    def prompt(self) -> str | None:
        """The version of the prompt; None where there is none."""
        ...

    async def prepare(self) -> None:
        """Get ready to speak, and find out one's own name where it isn't known yet.

        Raises:
            VoiceError: the endpoint can't be asked.
        """
        ...

    def speak(self, case: Case, state: State, direction: AnswerDirected) -> AsyncGenerator[Spoken, None]:
        """Yield the turn's words piece by piece; joined, they are the whole turn.

        Raises:
            VoiceError: the endpoint failed, before or in the middle; what was yielded so far stands.
        """
        ...

    async def aclose(self) -> None:
        """Let go of connections."""
        ...
