"""Which cards come, and when they come again."""

from datetime import UTC, datetime, timedelta

import pytest

from roleplay.content.drill import Drill
from roleplay.drill.deck import deal, missed_shares, weakness_of
from roleplay.drill.schedule import answered, due_at
from roleplay.scoring.result import Verdict

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def drill(trains: str, cards: int = 5) -> Drill:
    card = {"situation": "On the phone.", "who": "Ann, owner", "says": "May.", "model": "And June?", "fails": "Okay."}
    return Drill.model_validate(
        {
            "title": trains,
            "about": "…",
            "does": "moves it",
            "trains": [trains],
            "wanted": ["ask_slip"],
            "cards": {f"c{number}": card for number in range(cards)},
        }
    )


DRILLS = {"bump": drill("month_longer"), "budget": drill("budget_owner"), "perfect": drill("perfect_candidate")}


def decks_of(n: int, shares: dict[str, float], due: dict[str, datetime] | None = None) -> list[str]:
    return [ref.deck for ref in deal(DRILLS, due or {}, shares, now=NOW, n=n)]


def test_with_no_past_session_new_cards_come_from_all_decks_alike() -> None:
    assert sorted(decks_of(6, {})) == ["budget", "budget", "bump", "bump", "perfect", "perfect"]


def test_most_new_cards_come_from_what_was_missed_most() -> None:
    decks = decks_of(6, {"budget_owner": 1.0, "month_longer": 0.5, "perfect_candidate": 0.0})
    assert decks[0] == "budget"
    assert [decks.count(name) for name in ("budget", "bump", "perfect")] == [4, 2, 0]


def test_when_the_weakest_deck_is_used_up_the_others_follow() -> None:
    assert len(decks_of(15, {"budget_owner": 1.0})) == 15


def test_what_is_due_comes_first_the_longest_overdue_before_the_rest() -> None:
    due = {
        "perfect/c3": NOW - timedelta(days=1),
        "bump/c1": NOW - timedelta(days=3),
        "budget/c0": NOW + timedelta(minutes=1),
    }
    refs = deal(DRILLS, due, {"budget_owner": 1.0}, now=NOW, n=4)
    assert [ref.key for ref in refs] == ["bump/c1", "perfect/c3", "budget/c1", "budget/c2"]


def test_a_criterion_is_weak_by_how_often_it_was_missed_where_it_was_judged() -> None:
    shares = missed_shares(
        [
            {"month_longer": Verdict.MISSED, "budget_owner": Verdict.MET, "no_disparaging": Verdict.VIOLATED},
            {"month_longer": Verdict.PARTIAL, "budget_owner": Verdict.NOT_APPLICABLE, "pain": Verdict.NOT_JUDGED},
        ]
    )
    assert shares == {"month_longer": 0.5, "budget_owner": 0.0, "no_disparaging": 1.0}
    assert weakness_of(DRILLS["bump"], shares) == 0.5
    assert weakness_of(DRILLS["perfect"], shares) == 0.0


def test_a_card_that_was_known_stays_away_longer_each_time() -> None:
    state, at, waits = None, NOW, []
    for _ in range(5):
        state = answered(state, passed=True, at=at)
        waits.append(due_at(state) - at)
        at = due_at(state)
    assert waits == sorted(waits)
    assert waits[-1] > timedelta(days=7)


def test_a_card_that_was_missed_comes_soon() -> None:
    known = answered(answered(None, passed=True, at=NOW), passed=True, at=NOW + timedelta(hours=1))
    later = due_at(known)
    missed = answered(known, passed=False, at=later)
    assert due_at(missed) - later < timedelta(hours=1)
    assert due_at(answered(None, passed=False, at=NOW)) < due_at(answered(None, passed=True, at=NOW))


def test_the_same_answers_at_the_same_times_give_the_same_state() -> None:
    assert answered(None, passed=True, at=NOW) == answered(None, passed=True, at=NOW)


@pytest.mark.parametrize("state", ["", "{}", "[]", '{"due": 3}', "null"])
def test_a_state_that_is_none_is_refused(state: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        due_at(state)
