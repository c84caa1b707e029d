"""A sitting with a store: answers are kept for each recruiter, and past sessions choose."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from roleplay.content.library import Library
from roleplay.drill.sitting import PAST_SESSIONS, Sitting
from roleplay.errors import StoreError
from roleplay.listener.learned import LearnedListener
from roleplay.scoring.result import CriterionResult, Overruling, Result, Verdict
from roleplay.store.memory import MemoryStore
from roleplay.store.sql import SqlStore
from tests.doubles import FakeClock, start

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


async def opened(library: Library, store: SqlStore | MemoryStore, recruiter: str | None = "Jen") -> Sitting:
    sitting = Sitting(library.drills, store, LearnedListener(), recruiter)
    await sitting.open()
    return sitting


@pytest.mark.parametrize("where", ["file", "memory"])
async def test_answers_are_kept_for_each_recruiter(library: Library, tmp_path: Path, where: str) -> None:
    store = await SqlStore.open(tmp_path / "cards.sqlite3") if where == "file" else MemoryStore()
    sitting = await opened(library, store)
    good, bad, skipped = sitting.deal(3, NOW)
    assert (await sitting.answer(good, sitting.card(good)[1].model, NOW)).passed
    assert not (await sitting.answer(bad, sitting.card(bad)[1].fails, NOW)).passed
    await sitting.skip(skipped, NOW)

    again = await opened(library, store)
    assert not {good, bad, skipped} & set(again.deal(40, NOW))
    assert again.deal(2, NOW + timedelta(minutes=2)) == [bad, skipped]
    assert [deck.due for deck in again.decks(NOW + timedelta(minutes=2))].count(0) == len(library.drills) - 2
    assert good in (await opened(library, store, "Sam")).deal(40, NOW)
    assert good in (await opened(library, store, None)).deal(40, NOW)
    await store.aclose()


async def keep(store: SqlStore | MemoryStore, session: str, **verdicts: Verdict) -> None:
    """Keep what the scorer found in a session."""
    criteria = tuple(
        CriterionResult(id=name, verdict=verdict, points=0, max_points=1, source=None, reason="Never asked.")
        for name, verdict in verdicts.items()
    )
    result = Result(scorecard="discovery-call", score=0, passed=False, criteria=criteria)
    await store.keep_result(session, result.model_dump_json(), 0, False)


async def say(store: SqlStore | MemoryStore, session: str, criterion: str, verdict: Verdict | None) -> None:
    """Keep a coach's word."""
    word = Overruling(criterion=criterion, verdict=verdict, because="I heard it.", by="Mia", at=NOW)
    await store.keep_overruling(session, word.model_dump_json(), 0, False, standing={})


async def test_past_sessions_choose_the_deck(library: Library, store: SqlStore) -> None:
    clock = FakeClock()
    for name, weak in (("Jen", "budget_owner"), ("Sam", "perfect_candidate")):
        practice = await start(library.case("first-call-cto"), store, recruiter=name, clock=clock)
        await keep(store, practice.id, **{weak: Verdict.MISSED})
    assert {ref.deck for ref in (await opened(library, store, "Jen")).deal(4, NOW)} == {"whose-budget"}
    assert {ref.deck for ref in (await opened(library, store, "Sam")).deal(4, NOW)} == {"mr-perfect"}
    everybodys = {ref.deck for ref in (await opened(library, store, None)).deal(4, NOW)}
    assert everybodys == {"whose-budget", "mr-perfect"}


@pytest.mark.parametrize("where", ["file", "memory"])
async def test_what_a_coach_said_of_a_verdict_chooses_until_it_is_taken_back(
    library: Library, tmp_path: Path, where: str
) -> None:
    store = await SqlStore.open(tmp_path / "cards.sqlite3") if where == "file" else MemoryStore()
    practice = await start(library.case("first-call-cto"), store, recruiter="Jen")
    await keep(store, practice.id, budget_owner=Verdict.MISSED, perfect_candidate=Verdict.MET)
    assert {ref.deck for ref in (await opened(library, store)).deal(4, NOW)} == {"whose-budget"}
    await say(store, practice.id, "budget_owner", Verdict.MET)
    await say(store, practice.id, "perfect_candidate", Verdict.MISSED)
    assert {ref.deck for ref in (await opened(library, store)).deal(4, NOW)} == {"mr-perfect"}
    await say(store, practice.id, "budget_owner", None)
    await say(store, practice.id, "perfect_candidate", None)
    assert {ref.deck for ref in (await opened(library, store)).deal(4, NOW)} == {"whose-budget"}
    await store.aclose()


async def test_others_sessions_do_not_crowd_out_ones_own(library: Library) -> None:
    store, clock = MemoryStore(), FakeClock()
    case = library.case("first-call-cto")
    own = await start(case, store, recruiter="Jen", clock=clock)
    await keep(store, own.id, budget_owner=Verdict.MISSED)
    for _ in range(PAST_SESSIONS):
        await start(case, store, recruiter="Sam", clock=clock)
    assert {ref.deck for ref in (await opened(library, store)).deal(4, NOW)} == {"whose-budget"}


async def test_a_card_that_cannot_be_read_is_one_plain_error(library: Library, store: SqlStore) -> None:
    await store.keep_drill_card("Jen", "the-bump/audit", "{}")
    with pytest.raises(StoreError, match="drill card 'the-bump/audit' can't be read"):
        await opened(library, store)
