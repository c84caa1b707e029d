"""A skilled, a pushy and a silent recruiter, played for real: shipped content, shipped listener, scripted voice."""

import pytest

from roleplay.actor.scripted import ScriptedActor
from roleplay.content.library import Library
from roleplay.listener.learned import LearnedListener
from roleplay.practice.loop import Practice
from roleplay.record.events import EndReason, FactEarned, TouchEnded
from roleplay.scoring.result import Result, Verdict
from roleplay.scoring.scorer import score_session
from roleplay.store.sql import SqlStore
from tests.doubles import FakeClock, play

SKILLED = (
    "Hi Dana, it's Jen Ortiz from Ridgeline Search. Thanks for making the time.",
    "Before I say a word about us: what's going on that made you open these positions?",
    "And if nobody is in those seats at the end of the year, what does that do to the business?",
    "When do you need them filled by?",
    "And what if it takes a month longer than that?",
    "Would the fee come out of your budget or HR's?",
    "You have eleven open. Which one or two hurt the most?",
    "One thing from my side: I can't start on anything without a signed agreement.",
    "I believe you. I'd still need the agreement signed before I send anybody.",
    "Then let's say Tuesday at ten, you, me and whoever signs. Does that work?",
    "Great. Speak then, bye.",
)

PUSHY = (
    "Dana! Marcus from TopTalent. We've placed four hundred engineers, and we're the number one firm in the region.",
    "Our candidates are all pre-screened, we fill a job in nineteen days and we give a six-month guarantee.",
    "Honestly, your HR department is useless. Everybody in town knows they just sit on things.",
    "I have a guy who'll be gone by tonight. If you don't sign today, he's going to your competitor.",
    "Nobody beats our twenty percent fee. You'd be crazy to miss out on this.",
    "So I'm sending you three profiles this afternoon, all right?",
)

SILENT = ("Hi.", "Mm.", "Okay.", "Right.", "I see.", "Mm-hm.", "Yeah.", "Okay.", "Sure.", "Right.", "Mm.", "Okay.")


async def session(library: Library, store: SqlStore, turns: tuple[str, ...], seed: int) -> tuple[Practice, Result]:
    practice = await Practice.start(
        library.case("first-call-cto"),
        seed=seed,
        recruiter="Jen Ortiz",
        store=store,
        listener=LearnedListener(),
        actor=ScriptedActor(),
        clock=FakeClock(),
    )
    await play(practice, turns)
    return practice, await score_session(practice.case, practice.events, LearnedListener())


def ending(practice: Practice) -> EndReason:
    return next(event.reason for event in practice.events if isinstance(event, TouchEnded))


@pytest.mark.parametrize("seed", range(4))
async def test_a_skilled_recruiter_passes(library: Library, store: SqlStore, seed: int) -> None:
    practice, result = await session(library, store, SKILLED, seed)
    assert result.score >= 85
    assert result.passed
    assert ending(practice) is EndReason.GOODBYE
    asked = ("pain", "consequence", "deadline", "month_longer", "budget_owner", "priority", "agreement", "next_step")
    for criterion in asked:
        assert result.criterion(criterion).verdict is Verdict.MET
        assert result.criterion(criterion).evidence


@pytest.mark.parametrize("seed", range(4))
async def test_a_pushy_recruiter_is_hung_up_on(library: Library, store: SqlStore, seed: int) -> None:
    practice, result = await session(library, store, PUSHY, seed)
    assert result.score <= 25
    assert ending(practice) is EndReason.HUNG_UP
    assert not any(isinstance(event, FactEarned) for event in practice.events)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("turns", [(), SILENT])
async def test_a_silent_recruiter_gets_nothing(
    library: Library, store: SqlStore, turns: tuple[str, ...], seed: int
) -> None:
    practice, result = await session(library, store, turns, seed)
    assert result.score <= 10
    assert not any(isinstance(event, FactEarned) for event in practice.events)
