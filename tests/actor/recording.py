"""An actor that keeps the prompt of every turn."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass

from roleplay.actor.prompt import build_prompt
from roleplay.content.case import Case
from roleplay.llm.base import ChatMessage
from roleplay.record.events import AnswerDirected
from roleplay.world.state import State


@dataclass(frozen=True)
class Voiced:
    """One turn as it was to be voiced."""

    prompt: tuple[ChatMessage, ...]
    state: State
    direction: AnswerDirected


class RecordingActor:
    """Says next to nothing, so that what a prompt holds of a fact can't be the persona's own words."""

    name = "recording"
    goes_to = None
    prompt = None

    def __init__(self) -> None:
        self.voiced: list[Voiced] = []

    async def prepare(self) -> None:
        """Always ready."""

    async def speak(self, case: Case, state: State, direction: AnswerDirected) -> AsyncGenerator[str, None]:
        """Keep the prompt, and hum."""
        self.voiced.append(Voiced(build_prompt(case, state, direction), state, direction))
        yield f"Mm {len(self.voiced)}."

    async def aclose(self) -> None:
        """Nothing to let go of."""
