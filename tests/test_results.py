"""Past sessions scored again and overruled, over both stores."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from roleplay.content.library import Library
from roleplay.content.scorecard import Scorecard
from roleplay.errors import MoveError, NotFoundError
from roleplay.listener.reading import Reading, Utterance
from roleplay.results import Rescored, Results, digest_of
from roleplay.scoring.result import Source, Verdict
from roleplay.store.base import SessionStore
from roleplay.store.memory import MemoryStore
from roleplay.store.sql import SqlStore
from tests.doubles import FakeClock, TaggedListener, happenings_of, play, start
from tests.store.old import old_file

ASKED = ("[ask_pain] What isn't getting done?", "[ask_deadline] When do you need them by?")


class UpdatedListener(TaggedListener):
    """The next version of a listener."""

    name = "tagged/2"


class FailingListener(TaggedListener):
    """Fails at the first turn that it is asked about once it has heard enough."""

    def __init__(self, turns: int) -> None:
        self._left = turns

    async def read(self, utterance: Utterance) -> Reading:
        """Read, or fail."""
        if not self._left:
            raise KeyboardInterrupt
        self._left -= 1
        return await super().read(utterance)


@pytest.fixture(params=["sqlite", "memory"])
def any_store(request: pytest.FixtureRequest, store: SqlStore) -> SessionStore:
    """Each of the stores in turn."""
    return store if request.param == "sqlite" else MemoryStore()


async def played(library: Library, store: SessionStore, says: Sequence[str] = ASKED, *, clock: FakeClock) -> str:
    """A call that is over, and not scored yet."""
    practice = await start(library.case("first-call-cto"), store, clock=clock)
    await play(practice, says)
    if not practice.state.is_over:
        await happenings_of(practice.leave())
    return practice.id


async def rescored(results: Results, scorecard: tuple[str, Scorecard] | None = None) -> list[Rescored]:
    return [each async for each in results.score_all(scorecard)]


async def test_another_scorecard_gives_a_new_result_beside_the_own_one(
    library: Library, any_store: SessionStore
) -> None:
    results = Results(any_store, TaggedListener(), FakeClock())
    session = await played(library, any_store, clock=FakeClock())
    _, own = await results.score_again(session, None)
    (listed,) = await any_store.sessions()
    unstick = library.scorecard("unstick")
    case, other = await results.score_again(session, ("unstick", unstick))
    assert (other.scorecard, case.scorecard_id) == ("unstick", "unstick")
    assert {each.id for each in other.criteria} == set(unstick.criteria)
    assert await any_store.sessions() == [listed], "a list shows what it was played for"
    assert listed.score == own.score
    kept = await any_store.results(session)
    assert [(each.scorecard, each.by.is_own) for each in kept] == [(own.scorecard, True), ("unstick", False)]
    assert kept[1].by.scorecard_digest == digest_of(unstick)
    assert kept[1].by.scorer == "scorer/3, tagged/1"
    case, _ = await any_store.read(session)
    assert await results.standing(session, case) == own


async def test_facts_that_a_scenario_does_not_have_have_no_occasion(library: Library, any_store: SessionStore) -> None:
    results = Results(any_store, TaggedListener(), FakeClock())
    session = await played(library, any_store, clock=FakeClock())
    criterion = {
        "kind": "fact",
        "title": "Learn the secret",
        "weight": 10,
        "why": "It matters.",
        "say": ("Say this.", "Or this."),
        "facts": ["of-another-scenario"],
    }
    card = Scorecard.model_validate(
        {"title": "Mine", "about": "Mine.", "pass_mark": 50, "criteria": {"secret": criterion}}
    )
    _, result = await results.score_again(session, ("mine", card))
    assert result.criterion("secret").verdict is Verdict.NOT_APPLICABLE


async def test_all_are_scored_once_for_a_scorecard_and_a_scorer(library: Library, any_store: SessionStore) -> None:
    clock = FakeClock()
    sessions = [await played(library, any_store, clock=clock) for _ in range(3)]
    open_one = await start(library.case("first-call-cto"), any_store, clock=clock)
    results = Results(any_store, TaggedListener(), clock)
    first = await rescored(results)
    assert sorted(each.session for each in first) == sorted(sessions), f"{open_one.id} isn't over"
    assert [(each.at, each.of) for each in first] == [(1, 3), (2, 3), (3, 3)]
    assert all(each.result is not None and each.before is None for each in first)
    again = await rescored(results)
    assert all(each.result is None and each.before is not None for each in again)
    card = ("unstick", library.scorecard("unstick"))
    assert all(each.result is not None for each in await rescored(results, card))
    assert all(each.result is None for each in await rescored(results, card))
    changed = ("unstick", card[1].model_copy(update={"pass_mark": 1.0}))
    assert all(each.result is not None for each in await rescored(results, changed)), "the same id, other content"
    updated = Results(any_store, UpdatedListener(), clock)
    assert all(each.result is not None for each in await rescored(updated))
    assert [len(await any_store.results(session)) for session in sessions] == [4, 4, 4]


async def test_scoring_all_goes_on_where_it_was_stopped(library: Library, any_store: SessionStore) -> None:
    clock = FakeClock()
    sessions = [await played(library, any_store, clock=clock) for _ in range(3)]
    with pytest.raises(KeyboardInterrupt):
        await rescored(Results(any_store, FailingListener(turns=len(ASKED) + 1), clock))
    counts = [len(await any_store.results(session)) for session in sessions]
    assert sorted(counts) == [0, 0, 1]
    told = await rescored(Results(any_store, TaggedListener(), clock))
    assert [each.result is not None for each in told] == [False, True, True]
    assert [len(await any_store.results(session)) for session in sessions] == [1, 1, 1]


async def test_a_coachs_word_is_listed_and_outlives_scoring_again(library: Library, any_store: SessionStore) -> None:
    results = Results(any_store, TaggedListener(), FakeClock())
    session = await played(library, any_store, clock=FakeClock())
    _, before = await results.score_again(session, None)
    missed = next(each.id for each in before.criteria if each.verdict is Verdict.MISSED and each.max_points >= 8)
    case, after = await results.overrule(session, missed, Verdict.MET, "She meant it.", by="Mia", turn="t1.2")
    assert after.score > before.score
    assert after.criterion(missed).evidence[0].quote == ASKED[0]
    (listed,) = await any_store.sessions()
    assert (listed.score, listed.passed) == (after.score, after.passed)
    _, again = await results.score_again(session, None)
    assert again == after
    (listed,) = await any_store.sessions()
    assert listed.score == after.score
    _, other = await results.score_again(session, ("unstick", library.scorecard("unstick")))
    assert all(each.source is not Source.COACH for each in other.criteria)
    _, withdrawn = await results.overrule(session, missed, None, "", by="Mia")
    assert withdrawn.score == before.score
    assert [word.verdict for word in withdrawn.criterion(missed).words] == [Verdict.MET, None]
    assert await results.standing(session, case) == withdrawn
    with pytest.raises(MoveError, match="nothing to take back"):
        await results.overrule(session, missed, None, "", by="Mia")


async def test_words_that_cannot_be_kept_are_refused_and_leave_no_trace(
    library: Library, any_store: SessionStore
) -> None:
    clock = FakeClock()
    results = Results(any_store, TaggedListener(), clock)
    session = await played(library, any_store, clock=clock)
    case, _ = await any_store.read(session)
    criterion = next(iter(case.scorecard.criteria))
    with pytest.raises(NotFoundError, match="no criterion 'nope' in"):
        await results.overrule(session, "nope", Verdict.MET, "So.", by=None)
    with pytest.raises(NotFoundError, match="can't be 'violated'; it can be met"):
        await results.overrule(session, criterion, Verdict.VIOLATED, "So.", by=None)
    with pytest.raises(NotFoundError, match=r"no turn 't9\.9'"):
        await results.overrule(session, criterion, Verdict.MET, "So.", by=None, turn="t9.9")
    unfinished = await start(case, any_store, clock=clock)
    with pytest.raises(MoveError, match="isn't over"):
        await results.overrule(unfinished.id, criterion, Verdict.MET, "So.", by=None)
    assert await any_store.overruled() == []


async def test_scorer_and_coach_are_compared_over_all_sessions(library: Library, any_store: SessionStore) -> None:
    clock = FakeClock()
    results = Results(any_store, TaggedListener(), clock)
    for verdict in (Verdict.MET, Verdict.MISSED):
        session = await played(library, any_store, clock=clock)
        await results.overrule(session, "next_step", verdict, "So.", by="Mia")
    calibration = await results.agreement()
    assert [(each.criterion, each.cases, each.agreed) for each in calibration.criteria] == [("next_step", 2, 1)]


async def test_results_of_an_older_file_are_the_sessions_own(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "old.sqlite3"
    connection = old_file(path, 4)
    connection.execute("INSERT INTO cases VALUES ('d', '{}')")
    connection.execute("INSERT INTO sessions VALUES ('s', 'x', 'X', NULL, 'd', '2026-01-31', '2026-01-31', 1, 2)")
    connection.execute("INSERT INTO results VALUES (1, 's', 64.5, 0, '{\"scorecard\": \"three\"}')")
    connection.commit()
    connection.close()
    store = await SqlStore.open(path)
    (kept,) = await store.results("s")
    (listed,) = await store.sessions()
    await store.aclose()
    assert (kept.scorecard, kept.score, kept.by.is_own, kept.by.scorer) == ("three", 64.5, True, None)
    assert listed.score == 64.5
