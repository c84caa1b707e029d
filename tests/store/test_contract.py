"""What every database does alike: a SQLite file, and a PostgreSQL server that is used by its owner."""

import asyncio
from datetime import UTC, datetime, timedelta, timezone

import pytest

from roleplay.content.library import Library
from roleplay.errors import NotFoundError, SessionBusyError
from roleplay.record.events import TokensSpent
from roleplay.store.base import ScoredBy
from roleplay.store.sql import SqlStore
from tests.doubles import FakeClock, happenings_of, play, start


async def test_a_session_is_read_as_it_was_written(library: Library, each_store: SqlStore) -> None:
    practice = await start(library.case("first-call-cto"), each_store, recruiter="Zoë “Z” O'Neil; DROP TABLE events")
    await play(practice, ["[ask_pain] Why? 🙂 ‘x’ -- ; '"])
    case, events = await each_store.read(practice.id)
    assert case.digest == practice.case.digest
    assert tuple(events) == practice.events


async def test_events_are_appended_only_where_the_record_ends(library: Library, each_store: SqlStore) -> None:
    practice = await start(library.case("first-call-cto"), each_store)
    await happenings_of(practice.begin())
    with pytest.raises(SessionBusyError):
        await each_store.append(practice.id, 1, [practice.events[-1]])
    _, events = await each_store.read(practice.id)
    assert tuple(events) == practice.events


async def test_of_many_that_append_at_once_one_does(library: Library, each_store: SqlStore) -> None:
    practice = await start(library.case("first-call-cto"), each_store)
    await happenings_of(practice.begin())
    tries = [each_store.append(practice.id, len(practice.events), [practice.events[-1]]) for _ in range(8)]
    found = await asyncio.gather(*tries, return_exceptions=True)
    assert sorted(type(each).__name__ for each in found) == ["NoneType", *["SessionBusyError"] * 7]
    _, events = await each_store.read(practice.id)
    assert len(events) == len(practice.events) + 1


async def test_the_last_unfinished_session_is_found(library: Library, each_store: SqlStore) -> None:
    assert await each_store.last_unfinished() is None
    practice = await start(library.case("first-call-cto"), each_store)
    await happenings_of(practice.begin())
    assert await each_store.last_unfinished() is None, "nothing was said yet"
    await happenings_of(practice.say("Hi."))
    unfinished = await each_store.last_unfinished()
    assert unfinished is not None
    assert (unfinished.id, unfinished.turns) == (practice.id, 3)
    await happenings_of(practice.leave())
    assert await each_store.last_unfinished() is None


async def test_days_that_passed_are_something_to_go_on_with(library: Library, each_store: SqlStore) -> None:
    practice = await start(library.case("hr-says-no-role"), each_store)
    await happenings_of(practice.begin())
    assert await each_store.last_unfinished() is None
    await happenings_of(practice.wait(1))
    unfinished = await each_store.last_unfinished()
    assert unfinished is not None
    assert unfinished.id == practice.id


async def test_the_latest_result_counts_and_earlier_ones_stay(library: Library, each_store: SqlStore) -> None:
    practice = await start(library.case("first-call-cto"), each_store)
    assert await each_store.result(practice.id) is None
    await each_store.keep_result(practice.id, '{"a": 1}', 10, False)
    await each_store.keep_result(practice.id, '{"a":  2}', 80, True)
    assert await each_store.result(practice.id) == '{"a":  2}', "as it was written, blank for blank"
    (listed,) = await each_store.sessions()
    assert (listed.score, listed.passed) == (80, True)
    assert [kept.score for kept in await each_store.results(practice.id)] == [10, 80]


async def test_a_result_is_kept_once_by_many_at_once(library: Library, each_store: SqlStore) -> None:
    practice = await start(library.case("first-call-cto"), each_store)
    by = ScoredBy(scorecard_digest="d", scorer="s/1", scored_at=datetime.now(UTC))
    tries = [each_store.keep_result(practice.id, "{}", 10, False, by, once=True) for _ in range(6)]
    assert sorted(await asyncio.gather(*tries)) == [*[False] * 5, True]
    assert len(await each_store.results(practice.id)) == 1
    assert await each_store.keep_result(
        practice.id, "{}", 10, False, by.model_copy(update={"scorer": "s/2"}), once=True
    )


async def test_a_result_that_does_not_count_is_listed_as_such(library: Library, each_store: SqlStore) -> None:
    practice = await start(library.case("first-call-cto"), each_store)
    await each_store.keep_result(practice.id, '{"void": null}', 50.0, False)
    (listed,) = await each_store.sessions()
    assert not listed.is_void
    await each_store.keep_result(practice.id, '{"void": "why"}', 50.0, False)
    (listed,) = await each_store.sessions()
    assert listed.is_void


async def test_an_unknown_session_is_one_line(each_store: SqlStore) -> None:
    with pytest.raises(NotFoundError, match="no session 'nope'"):
        await each_store.read("nope")


async def test_what_models_were_asked_is_found_by_its_time_over_all_sessions(
    library: Library, each_store: SqlStore
) -> None:
    began = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    clock = FakeClock()
    for day in range(3):
        practice = await start(library.case("first-call-cto"), each_store, clock=clock)
        spent = TokensSpent(
            at=began + timedelta(days=day),
            requests=1,
            prompt_tokens=100 + day,
            cached_tokens=0,
            completion_tokens=5,
            money=0.01,
            estimated_requests=0,
        )
        await each_store.append(practice.id, len(practice.events), [spent])
    found = await each_store.spent_since(began + timedelta(days=1))
    assert sorted(event.prompt_tokens for event in found) == [101, 102]
    zone = timezone(timedelta(hours=5))
    assert len(await each_store.spent_since((began + timedelta(days=2)).astimezone(zone))) == 1


async def test_cards_opinions_and_agreements_stand_in_place_of_what_stood_there(each_store: SqlStore) -> None:
    for state in ("1", "2"):
        await each_store.keep_drill_card("Jen", "bump/1", state)
        await each_store.keep_opinion("d", f'{{"said": {state}}}')
        await each_store.keep_agreement("discovery-call", f"[{state}]")
    assert await each_store.drill_cards("Jen") == {"bump/1": "2"}
    assert await each_store.drill_cards("Sam") == {}
    assert await each_store.opinion("d") == '{"said": 2}'
    assert await each_store.opinion("e") is None
    assert await each_store.agreement("discovery-call") == "[2]"
    assert await each_store.agreement("unstick") is None


async def test_a_cancelled_caller_leaves_nothing_half_written(library: Library, each_store: SqlStore) -> None:
    practice = await start(library.case("first-call-cto"), each_store)
    await happenings_of(practice.begin())
    for at in range(30):
        events = [practice.events[-1]] * 3
        before = len((await each_store.read(practice.id))[1])
        task = asyncio.create_task(each_store.append(practice.id, before, events))
        for _ in range(at % 10):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        after = len((await each_store.read(practice.id))[1])
        assert after in {before, before + 3}
