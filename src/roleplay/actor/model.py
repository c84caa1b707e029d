"""The actor that a language model plays: the director decides what is said, the model finds the words."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Final

from roleplay.actor.base import HeldBack, Spoken
from roleplay.actor.cleaning import SpokenWords
from roleplay.actor.guard import Guard, Hears, Hit
from roleplay.actor.prompt import Repair, beat_labels, build_prompt, prompt_version
from roleplay.actor.sentences import Sentences
from roleplay.content.case import Case
from roleplay.llm.base import ChatMessage, ChatModel
from roleplay.record.events import AnswerDirected, GuardCheck, GuardOutcome
from roleplay.world.state import State

MAX_TOKENS: Final = 2000
"""A turn takes a hundred or so and is ended after that; the rest is for models that think before they speak."""
HELD_BACK_CHARS: Final = 160
"""How much of what was held back is kept."""
TRIES: Final = 2


class ModelActor:
    """Has a chat model say each turn, sentence by sentence past the guard.

    Where the guard stops an answer, the rest is asked for once more with the reason; then the script says what is
    still missing.
    """

    def __init__(self, model: ChatModel, hears: Hears | None = None, *, max_tokens: int = MAX_TOKENS) -> None:
        """`hears`: who listens to what a sentence tells; without, the guard has the words alone."""
        self._model = model
        self._hears = hears
        self._max_tokens = max_tokens

    @property
    def name(self) -> str:
        """The model's name; final after `prepare`."""
        return self._model.name

    @property
    def goes_to(self) -> str | None:
        """The host that the words go to."""
        return self._model.host

    @property
    def prompt(self) -> str:
        """The version of the prompt."""
        return prompt_version()

    async def prepare(self) -> None:
        """Find out the model's name where none is configured.

        Raises:
            VoiceError: the endpoint can't be asked.
        """
        await self._model.prepare()

    async def speak(self, case: Case, state: State, direction: AnswerDirected) -> AsyncGenerator[Spoken, None]:
        """Yield the turn's words sentence by sentence, as soon as each has passed the guard.

        Raises:
            VoiceError: the endpoint failed; what was yielded so far stands.
        """
        guard = Guard(case, state, direction, self._hears)
        repair: Repair | None = None
        for tries_left in reversed(range(TRIES)):
            hit: Hit | None = None
            reply = SpokenWords(case.personas[direction.role].name, state.recruiter, beat_labels())
            async with aclosing(self._answer(build_prompt(case, state, direction, repair), reply, guard)) as answer:
                async for said in answer:
                    if not isinstance(said, Hit):
                        yield said
                    elif said.check is GuardCheck.REPEATS:
                        yield _held_back(said, GuardOutcome.DROPPED)
                    else:
                        hit = said
            for cut in reply.cut:
                yield HeldBack(cut.check, GuardOutcome.DROPPED, _shortened(cut.words))
            if hit is not None and hit.check is GuardCheck.LENGTH and not guard.missing():
                yield _held_back(hit, GuardOutcome.DROPPED)
                hit = None
            hit = hit or guard.left_out()
            if hit is None:
                return
            yield _held_back(hit, GuardOutcome.REPAIRED if tries_left else GuardOutcome.SCRIPTED)
            repair = Repair(guard.said, hit.check, hit.what)
        if rest := guard.missing():
            yield f" {rest}" if guard.said else rest

    async def _answer(
        self, prompt: tuple[ChatMessage, ...], words: SpokenWords, guard: Guard
    ) -> AsyncGenerator[str | Hit, None]:
        """Yield the sentences of one reply that pass; at last, if one doesn't, what is wrong with it."""
        async with aclosing(self._sentences(prompt, words)) as sentences:
            async for sentence in sentences:
                following = f" {sentence.lstrip()}" if guard.said else sentence
                hit = await _judged(guard, following)
                yield hit or following
                if hit is not None and hit.check is not GuardCheck.REPEATS:
                    return

    async def _sentences(self, prompt: tuple[ChatMessage, ...], words: SpokenWords) -> AsyncGenerator[str, None]:
        """Yield a reply, cleaned, a sentence at a time."""
        sentences = Sentences()
        async with aclosing(self._model.stream(prompt, max_tokens=self._max_tokens)) as reply:
            async for piece in reply:
                for sentence in sentences.feed(words.feed(piece)):
                    yield sentence
                if words.is_done:
                    break
        for sentence in (*sentences.feed(words.end()), *sentences.end()):
            yield sentence

    async def aclose(self) -> None:
        """Let go of connections."""
        await self._model.aclose()


async def _judged(guard: Guard, sentence: str) -> Hit | None:
    """What is wrong with a sentence: said before, one too many, or what the guard finds in it."""
    if guard.repeats(sentence):
        return Hit(GuardCheck.REPEATS, sentence.strip())
    if guard.is_long(sentence):
        return Hit(GuardCheck.LENGTH, sentence.strip())
    return await guard.check(sentence)


def _held_back(hit: Hit, outcome: GuardOutcome) -> HeldBack:
    return HeldBack(hit.check, outcome, _shortened(hit.words))


def _shortened(words: str) -> str:
    return words if len(words) <= HELD_BACK_CHARS else f"{words[:HELD_BACK_CHARS]}…"
