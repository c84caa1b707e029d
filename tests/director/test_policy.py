"""What the other side does, by rule."""

from collections.abc import Sequence

import pytest

from roleplay.content.acts import CounterpartAct
from roleplay.content.case import Case
from roleplay.content.library import Library
from roleplay.content.persona import Situation
from roleplay.practice.loop import Practice
from roleplay.record.events import AnswerDirected, Beat, BeatKind, EndReason
from roleplay.store.sql import SqlStore
from tests.doubles import happenings_of, start


@pytest.fixture
def case(library: Library) -> Case:
    return library.case("first-call-cto")


async def answers(case: Case, store: SqlStore, turns: Sequence[str], seed: int = 1) -> list[AnswerDirected]:
    """The other side's directions, one a turn, after the greeting."""
    practice = await start(case, store, seed=seed)
    await say(practice, turns)
    return [event for event in practice.events if isinstance(event, AnswerDirected)][1:]


async def say(practice: Practice, turns: Sequence[str]) -> None:
    await happenings_of(practice.begin())
    for turn in turns:
        await happenings_of(practice.say(turn))


def abouts(answer: AnswerDirected) -> list[str]:
    return [beat.about for beat in answer.beats]


def kinds(answer: AnswerDirected) -> list[BeatKind]:
    return [beat.kind for beat in answer.beats]


def topics_told(case: Case, answer: AnswerDirected) -> list[str]:
    return [case.scenario.facts[beat.about].topic for beat in answer.beats if beat.kind is BeatKind.DISCLOSE]


def with_temper(case: Case, **change: int) -> Case:
    role = case.scenario.calls
    persona = case.personas[role]
    changed = persona.model_copy(update={"temper": persona.temper.model_copy(update=change)})
    return case.model_copy(update={"personas": {**case.personas, role: changed}})


async def test_a_good_question_earns_its_fact(case: Case, store: SqlStore) -> None:
    (answer,) = await answers(case, store, ["[ask_pain] Why?"])
    assert topics_told(case, answer) == ["pain"]
    assert answer.beats[0].tells == (CounterpartAct.TELLS_PAIN,)
    assert (answer.patience_change, answer.rapport_change) == (1, 1)


async def test_a_question_asked_too_cold_is_turned_aside(case: Case, store: SqlStore) -> None:
    (answer,) = await answers(with_temper(case, warmth=-2), store, ["[ask_pain] Why?"])
    assert kinds(answer) == [BeatKind.DEFLECT]
    assert answer.beats[0].tells == (CounterpartAct.VAGUE,)


async def test_a_follow_up_may_earn_what_was_turned_aside(case: Case, store: SqlStore) -> None:
    first, second = await answers(with_temper(case, warmth=-1), store, ["[ask_pain] Why?", "[ask_pain] No, why?"])
    assert kinds(first) == [BeatKind.DEFLECT]
    assert topics_told(case, second) == ["pain"]


async def test_an_open_question_asks_for_more_of_what_was_just_told(case: Case, store: SqlStore) -> None:
    first, more = await answers(case, store, ["[ask_pain] Why?", "[ask_open] Tell me more."])
    assert topics_told(case, first) == topics_told(case, more) == ["pain"]


async def test_two_questions_get_two_answers_and_the_third_waits(case: Case, store: SqlStore) -> None:
    (answer,) = await answers(case, store, ["[ask_pain ask_deadline ask_priority] Why? When? Which?"])
    assert topics_told(case, answer) == ["pain", "date"]
    assert abouts(answer)[-1] == Situation.ONE_AT_A_TIME


async def test_what_was_told_is_said_once_more_in_other_words_and_then_referred_to(case: Case, store: SqlStore) -> None:
    given = await answers(case, store, ["[ask_deadline] When?"] * 3)
    assert [kinds(answer)[0] for answer in given[:2]] == [BeatKind.DISCLOSE, BeatKind.REPEAT]
    assert given[0].beats[0].line != given[1].beats[0].line
    assert abouts(given[2]) == [Situation.TOLD_ALREADY]
    assert given[1].patience_change < 0


async def test_what_a_contact_has_nothing_on_they_do_not_know(library: Library, store: SqlStore) -> None:
    (answer,) = await answers(library.case("role-was-filled"), store, ["[ask_priority] Which first?"])
    assert abouts(answer) == [Situation.DONT_KNOW]


@pytest.mark.parametrize(
    ("act", "situation"), [("pitch", "pitched"), ("disparage", "disparaged"), ("pressure", "pressured")]
)
async def test_bad_moves_are_pushed_back_and_cost(case: Case, store: SqlStore, act: str, situation: str) -> None:
    (answer,) = await answers(with_temper(case, patience=12), store, [f"[{act}] …"])
    assert abouts(answer) == [situation]
    assert answer.patience_change <= -2
    assert answer.rapport_change < 0


async def test_blame_beside_a_question_leaves_it_unanswered(case: Case, store: SqlStore) -> None:
    (answer,) = await answers(with_temper(case, patience=12), store, ["[ask_pain disparage] Why, and HR is slow?"])
    assert abouts(answer) == [Situation.DISPARAGED]


async def test_patience_that_is_gone_hangs_up(case: Case, store: SqlStore) -> None:
    given = await answers(case, store, ["[pitch] …", "[pressure] …", "[disparage] …", "[ask_pain] Why?"])
    assert given[-1].ends is EndReason.HUNG_UP
    assert abouts(given[-1]) == [Situation.HANG_UP]
    assert len(given) < 4


async def test_empty_turns_wear_patience_out(case: Case, store: SqlStore) -> None:
    given = await answers(case, store, ["Mm."] * 30)
    assert given[-1].ends is EndReason.HUNG_UP
    assert Situation.RUNNING_OUT in [about for answer in given for about in abouts(answer)]
    assert all(not topics_told(case, answer) for answer in given)


async def test_a_turn_over_ninety_words_is_interrupted(case: Case, store: SqlStore) -> None:
    long, short = await answers(case, store, ["[ask_pain] " + "word " * 90, "[ask_deadline] " + "word " * 89])
    assert abouts(long)[0] == Situation.INTERRUPT
    assert long.patience_change < 0
    assert Situation.INTERRUPT not in abouts(short)


async def test_the_agreement_is_objected_to_and_then_given(case: Case, store: SqlStore) -> None:
    first, second = await answers(case, store, ["[require_agreement] Paper.", "[require_agreement] Paper, really."])
    assert kinds(first) == [BeatKind.OBJECT]
    assert first.beats[0].tells == (CounterpartAct.TRUST_ME,)
    assert kinds(second) == [BeatKind.YIELD]
    assert CounterpartAct.ACCEPTS in second.beats[0].tells


async def test_a_bump_without_rapport_brings_the_best_person(case: Case, store: SqlStore) -> None:
    first, second = await answers(case, store, ["[ask_slip] A month later?", "[challenge_perfect] And if not?"])
    assert first.beats[0].tells == (CounterpartAct.PREFERS_PERFECT,)
    assert kinds(second)[0] is BeatKind.YIELD


async def test_with_rapport_a_bump_is_simply_answered(case: Case, store: SqlStore) -> None:
    given = await answers(
        case, store, ["[ask_pain] Why?", "[ask_consequence] If not?", "[ask_deadline] When?", "[ask_slip] Later?"]
    )
    assert topics_told(case, given[-1]) == ["slip"]


async def test_a_next_step_wants_some_rapport(case: Case, store: SqlStore) -> None:
    cold = await answers(case, store, ["[propose_next_step] Tuesday?"])
    assert cold[0].beats[0].tells == (CounterpartAct.DECLINES,)
    await store.aclose()
    store = await SqlStore.open(store.database.place.file.with_name("other.sqlite3"))
    warm = await answers(case, store, ["[ask_pain] Why?", "[propose_next_step] Tuesday?"])
    assert warm[1].beats[0].tells == (CounterpartAct.ACCEPTS,)
    await store.aclose()


async def test_a_goodbye_ends_the_call(case: Case, store: SqlStore) -> None:
    given = await answers(case, store, ["[ask_pain] Why?", "[closing] Bye."])
    assert given[-1].ends is EndReason.GOODBYE


async def test_a_goodbye_with_a_question_in_it_is_answered_first(case: Case, store: SqlStore) -> None:
    (answer,) = await answers(case, store, ["[ask_pain closing] Why? Bye."])
    assert answer.ends is None


async def test_a_reason_played_back_must_have_been_given(case: Case, store: SqlStore) -> None:
    false, _, true = await answers(
        case, store, ["[restate_reason] You told me.", "[ask_pain] Why?", "[restate_reason] You told me."]
    )
    assert abouts(false) == [Situation.RESTATED_FALSE]
    assert abouts(true) == [Situation.RESTATED_TRUE]


async def test_a_guess_in_the_dress_of_a_reason_played_back_is_not_confirmed(case: Case, store: SqlStore) -> None:
    *_, guessed, true = await answers(
        case,
        store,
        [
            "[ask_pain] Why?",
            "[restate_reason] You told me it has to be the first of November.",
            "[restate_reason] You told me the upgrade gets Fridays.",
        ],
    )
    assert abouts(guessed) == [Situation.RESTATED_FALSE]
    assert abouts(true) == [Situation.RESTATED_TRUE]


async def test_short_time_is_announced_and_then_up(library: Library, store: SqlStore) -> None:
    case = with_temper(library.case("seven-minutes"), patience=12)
    given = await answers(case, store, ["[ask_open] " + "word " * 85] * 14)
    said = [about for answer in given for about in abouts(answer)]
    assert said.count(Situation.TIME_SHORT) == 1
    assert given[-1].ends is EndReason.TIME_UP
    assert said.index(Situation.TIME_SHORT) < said.index(Situation.TIME_UP)


async def test_a_name_is_only_used_where_it_is_known(library: Library, store: SqlStore) -> None:
    for seed in range(6):
        practice = await start(library.case("first-call-cto"), store, seed=seed)
        await say(practice, ["[greeting] Hi.", "[ask_pain] Why?", "[propose_next_step] Tuesday?", "[closing] Bye."])
        assert all("{" not in turn.text for turn in practice.state.turns)
        await store.aclose()
        store = await SqlStore.open(store.database.place.file.with_name(f"{seed}.sqlite3"))
    await store.aclose()


def test_a_beat_holds_only_what_is_said(case: Case) -> None:
    assert set(Beat.model_fields) == {"kind", "about", "line", "tells"}


async def test_a_question_that_no_act_names_is_met_and_costs_nothing(case: Case, store: SqlStore) -> None:
    given = await answers(
        case, store, ["[greeting] Hi.", "Well.", "[question] How many floors?", "[question] Parking?"]
    )
    assert [abouts(answer) for answer in given[2:]] == [[Situation.DONT_KNOW]] * 2
    assert all(answer.patience_change == 0 for answer in given[2:])
