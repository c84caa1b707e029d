"""How a model keeps to its part: simulated recruiters call it, and the guard's findings are counted.

    .venv/bin/python -m bench.voice_fidelity MODEL.gguf [--shown 12]

The model runs inside this process. The skilled recruiter plays the three scenarios of one call, with the guard
on; printed are what was held back by kind, turns as directed, mended, and finished by the script, how long the other
side's turns are, how soon they begin, and some turns beside what was directed.
"""

import argparse
import asyncio
import statistics
import time
from collections import Counter
from pathlib import Path

from roleplay.actor.model import ModelActor
from roleplay.content.library import load_library, shipped_root
from roleplay.listener.learned import LearnedListener
from roleplay.llm.gguf import GgufModel
from roleplay.practice.happenings import Happening, TurnKept, WordsSpoken
from roleplay.record.events import SCRIPTED, AnswerDirected, Event, GuardCheck, TurnSpoken, WordsHeldBack
from roleplay.rehearsal.game import play
from roleplay.rehearsal.moves import Move
from roleplay.rehearsal.recruiters import RecruiterKind
from roleplay.scoring.fidelity import Fidelity, fidelity_of
from roleplay.settings import ModelFile

SCENARIOS = ("first-call-cto", "seven-minutes", "role-was-filled")
SEED = 1


class Stopwatch:
    """Seconds from a recruiter's turn to the first words that answer it."""

    def __init__(self) -> None:
        self.waits: list[float] = []
        self._since: float | None = None

    def tell(self, told: Move | Happening) -> None:
        """Start at a turn, stop at words."""
        if isinstance(told, TurnKept):
            self._since = time.perf_counter()
        elif isinstance(told, WordsSpoken) and self._since is not None:
            self.waits.append(time.perf_counter() - self._since)
            self._since = None


async def measure(path: Path, shown: int) -> None:
    """Play, and print."""
    library, listener = load_library([shipped_root()]), LearnedListener()
    model = GgufModel(ModelFile(path=path))
    events: list[Event] = []
    played: list[Fidelity] = []
    watch = Stopwatch()
    await model.prepare()
    for scenario in SCENARIOS:
        actor = ModelActor(model, listener, max_tokens=120)
        _, result, practice = await play(
            library.case(scenario), RecruiterKind.SKILLED, SEED, listener, actor=actor, tell=watch.tell
        )
        found = fidelity_of(practice.events)
        assert found is not None
        print(f"{scenario}: score {result.score}, {'void' if result.void else 'counts'}, agreement {found.agreement}")
        events += practice.events
        played.append(found)
    await model.aclose()
    turns = sum(each.turns for each in played)
    hits = sum((Counter(each.hits) for each in played), Counter[GuardCheck]())
    print(
        f"{turns} turns: {sum(each.as_directed for each in played)} as directed, "
        f"{sum(each.repaired for each in played)} on a second try, {sum(each.scripted for each in played)} finished by "
        f"the script; agreement {sum(each.agreement * each.turns for each in played) / turns:.2f}"
    )
    print("held back:", ", ".join(f"{check.value} {times}" for check, times in hits.most_common()))
    voiced = [event for event in events if isinstance(event, TurnSpoken) and event.voice not in {None, SCRIPTED}]
    words = [len(event.text.split()) for event in voiced]
    if words:
        print(f"words a turn: median {statistics.median(words)}, most {max(words)}")
    print(f"seconds to the first words: median {statistics.median(watch.waits):.1f}, most {max(watch.waits):.1f}")
    show(events, shown)


def show(events: list[Event], most: int) -> None:
    """Print some turns as they were directed, held back, and said."""
    directed, held = "", []
    for event in events:
        match event:
            case AnswerDirected():
                directed, held = " ".join(f"[{beat.kind}] {beat.line}" for beat in event.beats), []
            case WordsHeldBack():
                held.append(f"    held back ({event.check}, {event.outcome}): {event.words}")
            case TurnSpoken() if event.voice is not None and most > 0:
                most -= 1
                print(f"\n  directed: {directed}", *held, f"    said ({event.voice}): {event.text}", sep="\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("--shown", type=int, default=12)
    options = parser.parse_args()
    asyncio.run(measure(options.model, options.shown))
