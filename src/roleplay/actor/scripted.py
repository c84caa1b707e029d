"""The scripted actor: says the authored lines that the director chose. No model, no network."""

from collections.abc import AsyncGenerator
from typing import Final

from roleplay.actor.base import Spoken
from roleplay.content.case import Case
from roleplay.record.events import SCRIPTED, AnswerDirected, BeatKind
from roleplay.record.likeness import stems_of
from roleplay.record.specifics import specifics_of, words_of
from roleplay.world.state import State

MUST_SAY: Final = frozenset(
    {BeatKind.DISCLOSE, BeatKind.VOLUNTEER, BeatKind.REPEAT, BeatKind.CLASH, BeatKind.OBJECT, BeatKind.YIELD}
)
"""Beats that an answer isn't whole without; what else it holds is said by any words."""
SAID_SHARE: Final = 0.3
"""The share of a line's content words that another wording of it keeps at the least."""


def scripted_words(direction: AnswerDirected) -> str:
    """The turn as the author wrote it."""
    return " ".join(beat.line for beat in direction.beats)


def unsaid(direction: AnswerDirected, said: str) -> str:
    """What the author wrote and `said` leaves out: the whole turn, where nothing was said."""
    beats = direction.beats
    return " ".join(beat.line for beat in beats if not said or (beat.kind in MUST_SAY and not is_said(beat.line, said)))


def is_said(line: str, text: str) -> bool:
    """Whether `text` says what `line` does: all that it names, and enough of its content words."""
    wanted, found = specifics_of(line), specifics_of(text)
    if wanted.values - found.values or wanted.names - words_of(text):
        return False
    stems = stems_of(line)
    return len(stems & stems_of(text)) >= round(SAID_SHARE * len(stems))


class ScriptedActor:
    """Says authored lines. The same direction gives the same words."""

    name = SCRIPTED
    goes_to = None
    prompt = None

    async def prepare(self) -> None:
        """Always ready."""

    async def speak(self, case: Case, state: State, direction: AnswerDirected) -> AsyncGenerator[Spoken, None]:  # noqa: ARG002
        """Yield the whole turn at once."""
        yield scripted_words(direction)

    async def aclose(self) -> None:
        """Nothing to let go of."""
