"""The actor that a language model plays: the director decides what is said, the model finds the words."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Final

from roleplay.actor.cleaning import SpokenWords
from roleplay.actor.prompt import build_prompt
from roleplay.content.case import Case
from roleplay.errors import VoiceError
from roleplay.llm.base import ChatModel
from roleplay.record.events import AnswerDirected
from roleplay.world.state import State

MAX_TOKENS: Final = 2000
"""A turn takes a hundred or so and is ended after that; the rest is for models that think before they speak."""


class ModelActor:
    """Has a chat model say each turn, cleaned of what nobody says aloud."""

    def __init__(self, model: ChatModel, *, max_tokens: int = MAX_TOKENS) -> None:
        self._model = model
        self._max_tokens = max_tokens

    @property
    def name(self) -> str:
        """The model's name; final after `prepare`."""
        return self._model.name

    @property
    def goes_to(self) -> str | None:
        """The host that the words go to."""
        return self._model.host

    async def prepare(self) -> None:
        """Find out the model's name where none is configured.

        Raises:
            VoiceError: the endpoint can't be asked.
        """
        await self._model.prepare()

    async def speak(self, case: Case, state: State, direction: AnswerDirected) -> AsyncGenerator[str, None]:
        """Yield the turn's words as they arrive.

        Raises:
            VoiceError: the endpoint failed, or nothing of its reply can be said; what was yielded so far stands.
        """
        words = SpokenWords(case.personas[direction.role].name, state.recruiter)
        has_spoken = False
        prompt = build_prompt(case, state, direction)
        async with aclosing(self._model.stream(prompt, max_tokens=self._max_tokens)) as reply:
            async for piece in reply:
                if said := words.feed(piece):
                    has_spoken = True
                    yield said
                if words.is_done:
                    break
        if said := words.end():
            has_spoken = True
            yield said
        if not has_spoken:
            raise VoiceError(
                f"{self._model.host} has a model that said nothing usable; choose another with ROLEPLAY_MODEL"
            )

    async def aclose(self) -> None:
        """Let go of connections."""
        await self._model.aclose()
