"""How often the guard holds back what it should let through: authored lines, said word for word.

    .venv/bin/python -m bench.voice_guard

Simulated recruiters, good ones and bad ones, play every scenario; each of the other side's turns goes past the guard as
its authors wrote it. Printed are the sentences, those held back by kind, and the words of each.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator

from roleplay.actor.base import Spoken
from roleplay.actor.guard import Guard, Hears, Hit
from roleplay.actor.scripted import ScriptedActor, scripted_words
from roleplay.actor.sentences import Sentences
from roleplay.content.case import Case
from roleplay.content.library import load_library, shipped_root
from roleplay.listener.learned import LearnedListener
from roleplay.record.events import AnswerDirected
from roleplay.rehearsal.game import play
from roleplay.rehearsal.recruiters import RecruiterKind
from roleplay.world.state import State

KINDS = (RecruiterKind.SKILLED, RecruiterKind.PERFECT, RecruiterKind.NOVICE, RecruiterKind.PUSHER)
SEEDS = range(2)


class GuardedScript(ScriptedActor):
    """Says authored lines, and asks the guard about every sentence."""

    def __init__(self, hears: Hears) -> None:
        self.sentences = 0
        self.hits: list[Hit] = []
        self._hears = hears

    async def speak(self, case: Case, state: State, direction: AnswerDirected) -> AsyncGenerator[Spoken, None]:
        """Yield the turn; what the guard says of it is kept."""
        guard, cut = Guard(case, state, direction, self._hears), Sentences()
        for sentence in (*cut.feed(scripted_words(direction)), *cut.end()):
            self.sentences += 1
            if (hit := await guard.check(sentence)) is not None:
                self.hits.append(hit)
        yield scripted_words(direction)


async def measure() -> None:
    """Play, and print."""
    library, listener = load_library([shipped_root()]), LearnedListener()
    actor = GuardedScript(listener)
    for name in library.scenarios:
        for kind in KINDS:
            for seed in SEEDS:
                await play(library.case(name), kind, seed, listener, actor=actor)
    kinds = Counter(hit.check.value for hit in actor.hits)
    print(f"{actor.sentences} sentences, {len(actor.hits)} held back: {dict(kinds)}")
    for hit in actor.hits:
        print(f"  {hit.check.value}: {hit.words}")


if __name__ == "__main__":
    asyncio.run(measure())
