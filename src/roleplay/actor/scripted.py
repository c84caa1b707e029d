"""The scripted actor: says the authored lines that the director chose. No model, no network."""

from collections.abc import AsyncGenerator

from roleplay.content.case import Case
from roleplay.record.events import SCRIPTED, AnswerDirected
from roleplay.world.state import State


def scripted_words(direction: AnswerDirected) -> str:
    """The turn as the author wrote it."""
    return " ".join(beat.line for beat in direction.beats)


class ScriptedActor:
    """Says authored lines. The same direction gives the same words."""

    name = SCRIPTED
    goes_to = None

    async def prepare(self) -> None:
        """Always ready."""

    async def speak(self, case: Case, state: State, direction: AnswerDirected) -> AsyncGenerator[str, None]:  # noqa: ARG002
        """Yield the whole turn at once."""
        yield scripted_words(direction)

    async def aclose(self) -> None:
        """Nothing to let go of."""
