"""One game: a simulated recruiter plays a case through the practice loop."""

import random
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from roleplay.actor.base import Actor
from roleplay.actor.scripted import ScriptedActor
from roleplay.content.case import Case
from roleplay.content.difficulty import Difficulty
from roleplay.errors import MoveError
from roleplay.listener.reading import Listener
from roleplay.practice.happenings import Happening
from roleplay.practice.loop import Practice
from roleplay.record.events import RECRUITER, FactEarned, FactGivenAway, TouchEnded, TouchStarted
from roleplay.rehearsal.moves import Move, make
from roleplay.rehearsal.recruiters import RECRUITERS, RecruiterKind
from roleplay.rehearsal.speech import ME, Moves
from roleplay.scoring.result import Result
from roleplay.scoring.scorer import score_session
from roleplay.store.memory import MemoryStore

MAX_MOVES: Final = 90
"""A game that goes on longer is broken off."""


class Game(NamedTuple):
    """What a game came to."""

    scenario: str
    recruiter: str
    seed: int
    score: float
    passed: bool
    facts: frozenset[str]
    """Hidden facts that were earned."""
    told: frozenset[str]
    """Those and the ones that were given away."""
    touches: int
    days: int
    ending: str
    moves: int
    verdicts: tuple[tuple[str, str], ...]


class GameClock:
    """A second a look, from always the same day; ids by seed."""

    def __init__(self, seed: int) -> None:
        self._now = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
        self._seed = seed

    def now(self) -> datetime:
        """The next second."""
        self._now += timedelta(seconds=1)
        return self._now

    def new_id(self) -> str:
        """The seed's id."""
        return f"rehearsal-{self._seed}"


async def play(
    case: Case,
    recruiter: RecruiterKind | str,
    seed: int,
    listener: Listener,
    *,
    moves: Moves | None = None,
    difficulty: Difficulty = Difficulty.NORMAL,
    actor: Actor | None = None,
    tell: Callable[[Move | Happening], None] | None = None,
) -> tuple[Game, Result, Practice]:
    """Play a whole game and score it; `tell` gets every move and every happening as it comes.

    Without an actor the script speaks.
    """
    practice = await Practice.start(
        case,
        seed=seed,
        recruiter=ME,
        store=MemoryStore(),
        listener=listener,
        actor=actor or ScriptedActor(),
        clock=GameClock(seed),
        difficulty=difficulty,
    )
    rng = random.Random(f"{seed}|{recruiter}|{case.scenario_id}")
    made = await perform(practice, (moves or RECRUITERS[RecruiterKind(recruiter)])(practice, rng), tell)
    result = await score_session(case, practice.events, listener)
    return _game(case, recruiter, seed, practice, result, made), result, practice


async def perform(
    practice: Practice, plan: Iterable[Move], tell: Callable[[Move | Happening], None] | None = None
) -> int:
    """Make a recruiter's moves to the session's end; returns how many were made."""
    made = 0
    for move in plan:
        if practice.is_over or made >= MAX_MOVES:
            break
        made += 1
        if tell is not None:
            tell(move)
        try:
            await _watch(make(move, practice), tell)
        except MoveError:
            continue  # a recruiter who tries what can't be done now has wasted a thought
    await _watch(practice.finish() if practice.is_campaign else practice.leave(), tell)
    return made


async def _watch(happenings: AsyncGenerator[Happening, None], tell: Callable[[Move | Happening], None] | None) -> None:
    async with aclosing(happenings):
        async for happening in happenings:
            if tell is not None:
                tell(happening)


def _game(case: Case, recruiter: str, seed: int, practice: Practice, result: Result, made: int) -> Game:
    earned = {event.fact for event in practice.events if isinstance(event, FactEarned)}
    given = {event.fact for event in practice.events if isinstance(event, FactGivenAway)}
    hidden = {fact_id for fact_id, fact in case.scenario.facts.items() if fact.hidden}
    endings = [event.reason.value for event in practice.events if isinstance(event, TouchEnded)]
    return Game(
        scenario=case.scenario_id,
        recruiter=str(recruiter),
        seed=seed,
        score=result.score,
        passed=result.passed,
        facts=frozenset(earned & hidden),
        told=frozenset((earned | given) & hidden),
        touches=sum(event.by == RECRUITER for event in practice.events if isinstance(event, TouchStarted)),
        days=practice.state.day,
        ending=endings[-1] if endings else "none",
        moves=made,
        verdicts=tuple((each.id, each.verdict.value) for each in result.criteria),
    )
