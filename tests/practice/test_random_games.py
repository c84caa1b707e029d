"""Rules that hold in every game: random recruiters make random moves, and are heard as saying anything.

A short run by itself; `make soak` plays ten thousand games.
"""

import asyncio
import os
import random
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from roleplay.actor.scripted import ScriptedActor
from roleplay.content.acts import Act, Channel, Sensitive
from roleplay.content.case import Case
from roleplay.content.difficulty import Difficulty
from roleplay.content.library import load_library, shipped_root
from roleplay.director.reactions import forwarded_to
from roleplay.errors import MoveError
from roleplay.listener.reading import Cue, HeardAct, HeardSensitive, Reading, Span, Utterance, WrittenReading
from roleplay.practice.loop import Practice
from roleplay.record.events import (
    RECRUITER,
    AnswerDirected,
    Event,
    FactEarned,
    FactGivenAway,
    SessionEnded,
    TimePassed,
    TouchStarted,
    TurnSpoken,
    WordsPassedOn,
)
from roleplay.rehearsal.moves import Begin, Call, HangUp, Join, Move, Say, Wait, Write, make
from roleplay.store.memory import MemoryStore
from roleplay.world.fold import fold
from tests.doubles import DeafListener, FakeClock, happenings_of

GAMES = int(os.environ.get("ROLEPLAY_GAMES", "60"))
CASES = {name: load_library([shipped_root()]).case(name) for name in load_library([shipped_root()]).scenarios}
WORDS = "Well, let me put it this way. What would you say? I hear you. And then?"

MOVES = st.lists(
    st.one_of(
        st.builds(lambda at: ("call", at), st.integers(0, 3)),
        st.builds(lambda at: ("say", at), st.integers(0, 10**6)),
        st.builds(lambda at: ("say", at), st.integers(0, 10**6)),
        st.builds(lambda at: ("say", at), st.integers(0, 10**6)),
        st.builds(lambda at: ("write", at), st.integers(0, 10**6)),
        st.builds(lambda at: ("wait", at), st.integers(0, 4)),
        st.builds(lambda at: ("hang_up", at), st.integers(0, 3)),
        st.just(("join", 0)),
        st.just(("begin", 0)),
    ),
    min_size=12,  # so that most are twice as long: of one move there is little to see
    max_size=40,
)


class DiceListener(DeafListener):
    """Hears acts, cues and sensitive content by the number that stands in the words."""

    name = "dice/1"

    async def read(self, utterance: Utterance) -> Reading:
        """Throw the dice for a turn."""
        rng = random.Random(utterance.text)
        span = Span(start=0, end=len(utterance.text))
        acts = rng.sample(list(Act), rng.choice((0, 1, 1, 2, 4)))
        cues = rng.sample(list(Cue), rng.choice((0, 0, 1)))
        return Reading(acts=tuple(HeardAct(act=act, confidence=1, span=span) for act in acts), cues=tuple(cues))

    async def read_written(self, text: str, channel: Channel, known: Sequence[str]) -> WrittenReading:
        """Throw the dice for a message."""
        rng = random.Random(f"written {text}")
        span = Span(start=0, end=len(text))
        kinds = rng.sample(list(Sensitive), rng.choice((0, 0, 1, 2)))
        return WrittenReading(
            categories=tuple(HeardSensitive(category=kind, confidence=1, span=span) for kind in kinds)
        )


def move_of(kind: str, number: int, practice: Practice) -> Move:
    """The move; what needs a call begins one, and what can't be done on a call is said on it instead."""
    case = practice.case
    roles = list(case.personas)
    if not case.scenario.campaign or practice.state.touch is not None:
        kind = kind if kind in {"hang_up", "begin"} and number % 2 == 0 else "say"
    elif kind == "say":
        kind = "call"
    text = f"{WORDS} {number}"
    match kind:
        case "call":
            return Call("", roles[number % len(roles)])
        case "say":
            return Say("", text)
        case "write":
            return Write("", roles[number % len(roles)], text, Channel.TEXT if number % 3 else Channel.EMAIL)
        case "wait":
            return Wait("", number or None)
        case "join":
            return Join("")
        case "hang_up":
            return HangUp("")
    return Begin("")


async def play(case: Case, seed: int, difficulty: Difficulty, moves: list[tuple[str, int]]) -> Practice:
    practice = await Practice.start(
        case,
        seed=seed,
        recruiter="Jen Ortiz",
        store=MemoryStore(),
        listener=DiceListener(),
        actor=ScriptedActor(),
        clock=FakeClock(),
        difficulty=difficulty,
    )
    await happenings_of(practice.begin())
    for kind, number in moves:
        if practice.is_over:
            break
        try:
            await happenings_of(make(move_of(kind, number, practice), practice))
        except MoveError:
            continue
    return practice


async def end(practice: Practice) -> None:
    """Let it end by itself: hang up and wait; a session of one call ends with the call."""
    for _ in range(200):
        if practice.is_over:
            return
        if practice.state.touch is not None or not practice.is_campaign:
            await happenings_of(practice.leave())
        else:
            await happenings_of(practice.wait(7))
    raise AssertionError("a session never ends")


def check_unearned(case: Case, events: Sequence[Event]) -> None:
    told = {event.fact for event in events if isinstance(event, FactEarned | FactGivenAway)}
    said = [event.text for event in events if isinstance(event, TurnSpoken) and event.speaker != RECRUITER]
    said += [
        beat.line for event in events if isinstance(event, AnswerDirected) for beat in (*event.beats, *event.then_beats)
    ]
    whole = "\n".join(said)
    for fact_id, fact in case.scenario.facts.items():
        if fact_id in told:
            continue
        for words in fact.texts:
            assert words not in whole, f"{fact_id} was never told, and stands in an event: {words}"


def check_paths_of_knowledge(case: Case, events: Sequence[Event], practice: Practice) -> None:
    on_touch = {event.touch: set(event.roles) for event in events if isinstance(event, TouchStarted)}
    passed = {(event.turn, event.to) for event in events if isinstance(event, WordsPassedOn)}
    for turn in practice.state.turns:
        for role in turn.known_to:
            assert role in on_touch[turn.touch] or (turn.turn, role) in passed, f"{role} knows {turn.turn} by no path"
    for event in events:
        if isinstance(event, FactEarned | FactGivenAway):
            assert event.role in case.scenario.facts[event.fact].known_by
        if isinstance(event, WordsPassedOn):
            assert event.by in practice.state.turn(event.turn).known_to
            text = practice.state.turn(event.turn).text
            assert event.quote in text


def check_time(events: Sequence[Event]) -> None:
    now = (0, 0)
    for event in events:
        if isinstance(event, TouchStarted | TimePassed):
            assert (event.day, event.minute) >= now, "time ran back"
            now = (event.day, event.minute)


@pytest.mark.parametrize("part", range(1 if GAMES < 1000 else 2))
@settings(
    max_examples=GAMES,
    deadline=None,
    derandomize=GAMES < 1000,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(
    name=st.sampled_from(sorted(CASES)),
    seed=st.integers(0, 10_000),
    difficulty=st.sampled_from(list(Difficulty)),
    moves=MOVES,
)
@example(name="hr-says-no-role", seed=1, difficulty=Difficulty.NORMAL, moves=[("write", 8), ("wait", 4), ("call", 0)])
def test_the_rules_hold_in_every_game(
    part: int, name: str, seed: int, difficulty: Difficulty, moves: list[tuple[str, int]]
) -> None:
    case = CASES[name]

    async def game() -> Practice:
        practice = await play(case, seed, difficulty, moves)
        await end(practice)
        return practice

    practice = asyncio.run(game())
    events = practice.events
    check_unearned(case, events)
    check_paths_of_knowledge(case, events, practice)
    check_time(events)
    assert [event.kind for event in events].count("session_ended") == 1
    assert isinstance(events[-1], SessionEnded)
    assert fold(case, events) == practice.state
    assert events[-1].state_digest in {None, fold(case, events[:-1]).digest}


def test_a_message_that_hurts_somebody_reaches_them() -> None:
    case = CASES["hr-says-no-role"]
    target = forwarded_to(case, Sensitive.CRITICISM)
    number = next(
        n for n in range(0, 10_000, 3) if _categories(n) == {Sensitive.CRITICISM} and n % len(case.personas) == 0
    )
    practice = asyncio.run(play(case, 1, Difficulty.NORMAL, [("write", number), ("wait", 4)]))
    passed = [event for event in practice.events if isinstance(event, WordsPassedOn)]
    assert [event.to for event in passed] == [target]


def _categories(number: int) -> set[Sensitive]:
    reading = asyncio.run(DiceListener().read_written(f"{WORDS} {number}", Channel.EMAIL, ()))
    return {each.category for each in reading.categories}
