"""A session over several days: channels, separate minds, and what comes of what was said and written."""

from collections.abc import AsyncIterator

import pytest

from roleplay.actor.scripted import ScriptedActor
from roleplay.content.acts import Channel
from roleplay.content.case import Case
from roleplay.content.difficulty import Difficulty
from roleplay.content.job_order import Grade, JobOrder
from roleplay.content.library import Library
from roleplay.content.persona import CallHabit, Habits, Situation
from roleplay.errors import MoveError
from roleplay.practice.happenings import (
    Beeped,
    DayCame,
    Happening,
    MessageCame,
    RangOut,
    SessionClosed,
    TouchOpened,
)
from roleplay.practice.loop import Practice
from roleplay.record.events import (
    AnswerDirected,
    BeatKind,
    DoorShut,
    EndReason,
    FactGivenAway,
    PromiseBroken,
    SessionEnd,
    SessionEnded,
    TouchEnded,
    TouchStarted,
    TurnSpoken,
    WordsPassedOn,
)
from roleplay.scoring.aftermath import aftermath_of
from roleplay.store.memory import MemoryStore
from roleplay.store.sql import SqlStore
from roleplay.world.fold import fold
from tests.doubles import FakeClock, TaggedListener, happenings_of

TEASE = "[request_off_record brief_ask] Three private minutes? I have an idea."
LEAK = "[off_record] As you told me, it's funded and HR doesn't know."


@pytest.fixture
def stuck(library: Library) -> Case:
    """The case of the method, in which nobody picks up the phone."""
    return with_habits(library.case("hr-says-no-role"), 0.0)


@pytest.fixture
def reachable(library: Library) -> Case:
    """The same, in which everybody does."""
    return with_habits(library.case("hr-says-no-role"), 1.0)


def with_habits(case: Case, chance: float) -> Case:
    habit = CallHabit(morning=chance, midday=chance, afternoon=chance)
    personas = {
        role: persona.model_copy(update={"habits": persona.habits.model_copy(update={"call": habit})})
        for role, persona in case.personas.items()
    }
    return case.model_copy(update={"personas": personas})


async def start(case: Case, *, seed: int = 1, difficulty: Difficulty = Difficulty.NORMAL) -> Practice:
    return await Practice.start(
        case,
        seed=seed,
        recruiter="Jen Ortiz",
        store=MemoryStore(),
        listener=TaggedListener(),
        actor=ScriptedActor(),
        clock=FakeClock(),
        difficulty=difficulty,
    )


async def voicemail(practice: Practice, role: str, words: str) -> list[Happening]:
    return await happenings_of(practice.call(role)) + await happenings_of(practice.say(words))


async def days_until(practice: Practice, most: int) -> list[Happening]:
    """Wait a day at a time until somebody rings, or `most` days are over."""
    happened: list[Happening] = []
    for _ in range(most):
        if practice.state.touch is None and not practice.is_over:
            happened += await happenings_of(practice.wait(1))
    return happened


def opening_of(practice: Practice) -> str:
    direction = next(event for event in reversed(practice.events) if isinstance(event, AnswerDirected))
    return direction.beats[0].about


# Channels


async def test_a_call_that_nobody_takes_rings_out_to_a_voicemail(stuck: Case) -> None:
    practice = await start(stuck)
    [rang] = await happenings_of(practice.call("cto"))
    assert isinstance(rang, RangOut)
    assert rang.greeting in stuck.lines_of("cto", Situation.VOICEMAIL_GREETING)
    await happenings_of(practice.say(TEASE))
    assert practice.state.touch is None
    assert [turn.known_to for turn in practice.state.turns] == [("cto",)]
    assert practice.state.calendar[-1].channel is Channel.VOICEMAIL


async def test_the_beep_cuts_a_long_voicemail(stuck: Case) -> None:
    practice = await start(stuck)
    happened = await voicemail(practice, "cto", " ".join(f"word{at}" for at in range(200)))
    assert practice.state.turns[-1].text.split()[-1] == "word109"
    assert any(isinstance(each, Beeped) for each in happened)


async def test_hanging_up_on_a_voicemail_leaves_none(stuck: Case) -> None:
    practice = await start(stuck)
    await happenings_of(practice.call("cto"))
    await happenings_of(practice.leave())
    assert not practice.state.turns
    assert next(e.reason for e in practice.events if isinstance(e, TouchEnded)) is EndReason.RANG_OUT
    assert not practice.is_over


async def test_three_private_minutes_get_a_call_back_in_a_day_or_two(stuck: Case) -> None:
    practice = await start(stuck)
    await voicemail(practice, "cto", TEASE)
    happened = await days_until(practice, 3)
    rang = next(each for each in happened if isinstance(each, TouchOpened))
    assert (rang.role, rang.by) == ("cto", "cto")
    assert 1 <= practice.state.day <= 2
    assert opening_of(practice) == Situation.CALLS_BACK


@pytest.mark.parametrize(
    "words",
    [
        "[brief_ask ask_slip request_joint_call] Three minutes? What if it slips, and shall we get HR on a call?",
        "[brief_ask pitch] Three minutes? We've placed four hundred people.",
        "[brief_ask] " + "And another thing about it. " * 20,
        "[ask_pain] What hurts?",
    ],
)
async def test_a_voicemail_that_lays_it_out_gets_no_call_back(stuck: Case, words: str) -> None:
    practice = await start(stuck)
    await voicemail(practice, "cto", words)
    happened = await days_until(practice, 5)
    assert not any(isinstance(each, TouchOpened) for each in happened)


async def test_three_voicemails_in_a_row_get_a_cold_text(stuck: Case) -> None:
    practice = await start(stuck)
    for _ in range(3):
        await voicemail(practice, "cto", "[ask_pain] What hurts? Call me.")
    happened = await days_until(practice, 3)
    [text] = [each for each in happened if isinstance(each, MessageCame)]
    assert text.channel is Channel.TEXT
    assert text.text in stuck.lines_of("cto", Situation.COLD_TEXT)


async def test_a_call_takes_time_and_a_day_ends(stuck: Case) -> None:
    practice = await start(stuck)
    before = practice.state.minute
    await voicemail(practice, "cto", TEASE)
    assert practice.state.minute == before + 5
    happened: list[Happening] = []
    for _ in range(30):
        if practice.state.day == 0:
            happened += await happenings_of(practice.write(("hr",), Channel.EMAIL, "Thank you."))
    assert DayCame(1) in happened


async def test_waiting_for_no_whole_day_goes_on_at_midday_then_in_the_afternoon_then_next_morning(stuck: Case) -> None:
    practice = await start(stuck)
    seen = []
    for _ in range(3):
        await happenings_of(practice.wait())
        seen.append((practice.state.day, practice.state.minute // 60))
    assert seen == [(0, 12), (0, 14), (1, 9)]


async def test_what_cannot_be_done_now_is_told_and_changes_nothing(reachable: Case, library: Library) -> None:
    practice = await start(reachable)
    before = practice.events
    for move in (practice.call("boss"), practice.join(), practice.write(("cto",), Channel.EMAIL, " \n ")):
        with pytest.raises(MoveError):
            await happenings_of(move)
    assert practice.events == before
    await happenings_of(practice.call("cto"))
    with pytest.raises(MoveError, match="hang up first"):
        await happenings_of(practice.wait(1))
    one_call = await start(library.case("first-call-cto"))
    with pytest.raises(MoveError, match="one call"):
        await happenings_of(one_call.wait(1))


# Separate minds


async def test_what_is_said_to_one_is_known_to_that_one_only(reachable: Case) -> None:
    practice = await start(reachable)
    for role in ("cto", "hr"):
        await happenings_of(practice.call(role))
        await happenings_of(practice.say(f"[ask_status] Where does it stand, {role}?"))
        await happenings_of(practice.leave())
    for role, other in (("cto", "hr"), ("hr", "cto")):
        known = [turn.text for turn in practice.state.known_to(role)]
        assert any(f"stand, {role}" in text for text in known)
        assert not any(f"stand, {other}" in text for text in known)


async def test_a_joint_call_needs_somebody_who_agreed_and_is_never_the_same_day(reachable: Case) -> None:
    practice = await start(reachable)
    await happenings_of(practice.call("cto"))
    for words in (
        "[request_off_record] Off the record?",
        "[ask_status] Where is it?",
        "[ask_slip] And a month later?",
        "[ask_hr_aware] Does HR know?",
        "[request_joint_call] One call with everybody?",
    ):
        await happenings_of(practice.say(words))
    assert practice.state.contacts["cto"].agreed_joint_call
    await happenings_of(practice.leave())
    happened = await happenings_of(practice.join())
    opened = next(each for each in happened if isinstance(each, TouchOpened))
    assert set(opened.roles) == set(reachable.personas)
    assert practice.state.day == 1
    speakers = [turn.speaker for turn in practice.state.turns if turn.touch == practice.state.touch]
    assert len(set(speakers)) == 2, "the host, and one who joins"


async def test_on_a_joint_call_who_is_named_answers_and_somebody_may_speak_against_it(library: Library) -> None:
    practice = await start(library.case("iron-it-out"))
    await happenings_of(practice.join())
    clashes = 0
    for act in ("ask_status", "ask_consequence", "ask_deadline", "ask_budget_owner", "ask_priority"):
        for role in practice.case.personas:
            if practice.state.touch is None:
                break
            name = practice.case.personas[role].first_name
            before = len(practice.state.turns)
            await happenings_of(practice.say(f"[{act}] {name}, what do you say?"))
            answers = practice.state.turns[before + 1 :]
            assert answers[0].speaker == role
            assert len(answers) <= 2
            clashes += len(answers) == 2
    assert clashes
    assert all(set(turn.known_to) == set(practice.case.personas) for turn in practice.state.turns)


# Consequences


async def test_a_leak_in_writing_is_forwarded_and_comes_back_in_its_own_words(stuck: Case) -> None:
    practice = await start(stuck)
    await happenings_of(practice.write(("cto",), Channel.EMAIL, LEAK))
    happened = await days_until(practice, 4)
    [passed] = [event for event in practice.events if isinstance(event, WordsPassedOn)]
    assert (passed.by, passed.to, passed.quote) == ("cto", "hr", LEAK.partition("] ")[2])
    assert "hr" in practice.state.turn("t1.1").known_to
    mail = next(each for each in happened if isinstance(each, MessageCame) and each.role == "hr")
    assert passed.quote in mail.text
    aftermath = aftermath_of(stuck, practice.events)
    assert aftermath is not None
    [letter] = aftermath.letters
    assert [travel.to for travel in letter.travels] == ["Greg"]
    assert [back.by for back in letter.returns] == ["Greg"]
    assert letter.returns[0].day > letter.travels[0].day


async def test_who_had_told_it_in_confidence_tells_nothing_any_more(reachable: Case) -> None:
    practice = await start(reachable)
    await happenings_of(practice.write(("cto",), Channel.EMAIL, LEAK))
    await days_until(practice, 4)
    [broken] = [event for event in practice.events if isinstance(event, PromiseBroken)]
    assert broken.role == "cto"
    await happenings_of(practice.call("cto"))
    assert opening_of(practice) == Situation.BETRAYED
    told = len(practice.state.contacts["cto"].told)
    for act in ("ask_status", "ask_slip", "ask_pain", "ask_consequence"):
        await happenings_of(practice.say(f"[{act}] And this?"))
    assert len(practice.state.contacts["cto"].told) == told


async def test_who_reads_a_forwarded_message_brings_it_up_on_the_phone_before_they_write(reachable: Case) -> None:
    practice = await start(reachable)
    await happenings_of(practice.write(("cto",), Channel.EMAIL, "[criticism] Greg is slow and doesn't care."))
    for _ in range(3):
        if not practice.state.contacts["hr"].grievances:
            await happenings_of(practice.wait(1))
    await happenings_of(practice.call("hr"))
    assert opening_of(practice) == Situation.SAW_MESSAGE
    assert "Greg is slow and doesn't care." in practice.state.turns[-1].text
    await happenings_of(practice.leave())
    happened = await days_until(practice, 3)
    assert not any(isinstance(each, MessageCame) and each.role == "hr" for each in happened)


async def test_blame_travels_by_word_of_mouth(reachable: Case) -> None:
    practice = await start(reachable)
    await happenings_of(practice.call("cto"))
    await happenings_of(practice.say("[disparage] Greg only posts on job boards."))
    await happenings_of(practice.leave())
    await days_until(practice, 3)
    await happenings_of(practice.call("hr"))
    assert opening_of(practice) == Situation.HEARD_BLAME
    assert "Greg only posts on job boards." in practice.state.turns[-1].text


async def test_pressure_is_held_against_one_in_the_next_call(reachable: Case) -> None:
    practice = await start(reachable)
    await happenings_of(practice.call("hiring_manager"))
    patience = practice.state.contacts["hiring_manager"].patience
    await happenings_of(practice.say("[pressure] Today, or he's gone."))
    await happenings_of(practice.leave())
    await happenings_of(practice.call("hiring_manager"))
    assert practice.state.contacts["hiring_manager"].patience < patience


async def taken_away(
    case: Case, days: int, words: str = "[take_away] I take it it's dead."
) -> tuple[Practice, list[Happening]]:
    practice = await start(case)
    role = case.scenario.calls
    await voicemail(practice, role, "[brief_ask] Three minutes?")
    if days:
        await happenings_of(practice.wait(days))
    await voicemail(practice, role, words)
    return practice, await days_until(practice, 3)


async def test_a_take_away_after_ten_days_of_silence_brings_the_call(library: Library) -> None:
    practice, happened = await taken_away(with_habits(library.case("gone-quiet"), 0.0), 10)
    rang = next(each for each in happened if isinstance(each, TouchOpened))
    assert rang.role == practice.case.scenario.calls
    assert opening_of(practice) == Situation.COMES_BACK
    assert any(isinstance(event, FactGivenAway) for event in practice.events)
    assert practice.state.contacts[rang.role].given


@pytest.mark.parametrize(
    ("days", "words"), [(4, "[take_away] I take it it's dead."), (12, "[take_away pressure] Your loss.")]
)
async def test_one_that_comes_early_or_with_a_reproach_shuts_the_door(library: Library, days: int, words: str) -> None:
    practice, happened = await taken_away(with_habits(library.case("gone-quiet"), 0.0), days, words)
    assert not any(isinstance(each, TouchOpened) for each in happened)
    assert any(isinstance(event, DoorShut) for event in practice.events)
    [mail] = [each for each in happened if isinstance(each, MessageCame)]
    assert mail.text in practice.case.lines_of(mail.role, Situation.DOOR_SHUT)


async def test_where_the_role_is_dead_a_decent_take_away_is_thanked_for(library: Library) -> None:
    case = next(
        library.case(name)
        for name, scenario in library.scenarios.items()
        if scenario.campaign is not None and not scenario.campaign.role_exists
    )
    practice = await start(with_habits(case, 0.0))
    await voicemail(practice, case.scenario.calls, "[take_away] I take it that it's dead, and leave you alone.")
    happened = await days_until(practice, 3)
    mails = [each for each in happened if isinstance(each, MessageCame)]
    assert mails[-1].text in case.lines_of(mails[-1].role, Situation.CONFIRMS_DEAD)
    assert not any(isinstance(event, DoorShut) for event in practice.events)


# Gates, difficulty, the map


async def test_a_gate_that_wants_a_promise_opens_only_off_the_record(reachable: Case) -> None:
    role, fact_id = next(
        (role, fact_id)
        for role in reachable.personas
        for fact_id, fact in reachable.facts_of(role).items()
        if fact.earned_by.promise and not fact.earned_by.after
    )
    act = reachable.scenario.facts[fact_id].earned_by.any_of[0]
    for opener, is_told in (("[brief_ask] A word?", False), ("[request_off_record] Off the record?", True)):
        practice = await start(reachable)
        await happenings_of(practice.call(role))
        await happenings_of(practice.say(opener))
        for good in ("ask_open", "ask_status", "ask_consequence", "ask_slip", "ask_pain", "ask_hr_aware"):
            await happenings_of(practice.say(f"[{good}] And?"))
        await happenings_of(practice.say(f"[{act}] And?"))
        await happenings_of(practice.say(f"[{act}] And what else?"))
        assert (fact_id in practice.state.contacts[role].told) is is_told


async def test_difficulty_changes_people(stuck: Case) -> None:
    easy, hard = [await start(stuck, difficulty=each) for each in (Difficulty.EASY, Difficulty.HARD)]
    assert easy.state.contacts["cto"].patience - hard.state.contacts["cto"].patience == 4
    days = []
    for practice in (easy, hard):
        await voicemail(practice, "cto", TEASE)
        await days_until(practice, 5)
        days.append(practice.state.day)
    assert days[0] < days[1]


async def test_the_map_is_kept_and_held_against_the_key(stuck: Case) -> None:
    practice = await start(stuck)
    await practice.fill_map(JobOrder(deadline="March", blocker="hr", fee_payer="cto", grade=Grade.WORK))
    await happenings_of(practice.finish())
    aftermath = aftermath_of(stuck, practice.events)
    assert aftermath is not None
    right = {line.title: line.is_right for line in aftermath.page}
    assert (right["Who blocks"], right["Who pays the fee"], right["Grade"]) == (True, False, True)
    assert right["By when"] is False
    assert right["Who signs"] is None


# Bounds, and the record


async def test_the_days_are_up(stuck: Case) -> None:
    practice = await start(stuck)
    happened = await happenings_of(practice.wait(40))
    assert practice.is_over
    assert happened[-1] == SessionClosed(SessionEnd.DAYS_UP)


async def test_turning_up_too_often_ends_it(stuck: Case) -> None:
    practice = await start(stuck)
    campaign = stuck.scenario.campaign
    assert campaign is not None
    for _ in range(campaign.touches + 10):
        if not practice.is_over and practice.state.touch is None:
            await happenings_of(practice.write(("hiring_manager",), Channel.TEXT, "Any news?"))
        elif not practice.is_over:
            await happenings_of(practice.leave())
    for _ in range(10):
        if not practice.is_over and practice.state.touch is None:
            await happenings_of(practice.wait(1))
    ended = practice.events[-1]
    assert isinstance(ended, SessionEnded)
    assert ended.reason is SessionEnd.TOUCHES_UP


@pytest.fixture
async def stored(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[SqlStore]:
    store = await SqlStore.open(tmp_path_factory.mktemp("store") / "x.sqlite3")
    yield store
    await store.aclose()


async def test_a_session_is_taken_up_at_any_point_and_goes_on_the_same(stuck: Case, stored: SqlStore) -> None:
    """Every move by a new program: what happens is what happens in one."""

    async def moves(practice: Practice, at: int) -> None:
        match at:
            case 0 | 3:
                await happenings_of(practice.call("cto"))
            case 1:
                await happenings_of(practice.say(TEASE))
            case 2 | 6:
                await happenings_of(practice.wait(2))
            case 5:
                await happenings_of(practice.write(("hr",), Channel.EMAIL, LEAK))
            case _:
                await happenings_of(practice.leave())

    whole = await start(stuck, seed=5)
    for at in range(8):
        try:
            await moves(whole, at)
        except MoveError:
            continue
    parts = await Practice.start(
        stuck,
        seed=5,
        recruiter="Jen Ortiz",
        store=stored,
        listener=TaggedListener(),
        actor=ScriptedActor(),
        clock=FakeClock(),
    )
    session_id = parts.id
    for at in range(8):
        parts = await Practice.resume(
            session_id, store=stored, listener=TaggedListener(), actor=ScriptedActor(), clock=FakeClock()
        )
        await happenings_of(parts.begin())
        try:
            await moves(parts, at)
        except MoveError:
            continue
    told = [
        [(event.turn, event.speaker, event.text) for event in each.events if isinstance(event, TurnSpoken)]
        for each in (whole, parts)
    ]
    assert told[0] == told[1]
    touches = [
        [(event.touch, event.day, event.channel, event.by) for event in each.events if isinstance(event, TouchStarted)]
        for each in (whole, parts)
    ]
    assert touches[0] == touches[1]


async def test_the_state_is_the_fold_of_the_record_and_its_digest_is_kept(stuck: Case) -> None:
    practice = await start(stuck)
    await happenings_of(practice.write(("cto",), Channel.EMAIL, LEAK))
    await happenings_of(practice.wait(5))
    await happenings_of(practice.finish())
    *events, ended = practice.events
    assert isinstance(ended, SessionEnded)
    assert ended.state_digest == fold(stuck, events).digest


async def test_given_away_is_told_once_and_not_earned(library: Library) -> None:
    practice, _ = await taken_away(with_habits(library.case("gone-quiet"), 0.0), 10)
    beats = [
        beat.about
        for event in practice.events
        if isinstance(event, AnswerDirected)
        for beat in event.beats
        if beat.kind is BeatKind.VOLUNTEER
    ]
    assert len(beats) == len(set(beats)) == len(practice.state.contacts[practice.case.scenario.calls].given)


def test_habits_have_defaults_that_answer() -> None:
    assert Habits().email.answers > 0
