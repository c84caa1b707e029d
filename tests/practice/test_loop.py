"""The loop: sent is kept, the same record gives the same state, a failed voice breaks nothing."""

import asyncio
from collections.abc import AsyncGenerator, Sequence

import pytest

from roleplay.actor.scripted import ScriptedActor
from roleplay.content.case import Case
from roleplay.content.library import Library
from roleplay.content.persona import Situation
from roleplay.errors import SessionBusyError, StoreError
from roleplay.listener.reading import Reading, Utterance
from roleplay.practice.happenings import Happening, NoticeRaised, TouchClosed, TurnFinished, TurnKept, WordsSpoken
from roleplay.practice.loop import Practice
from roleplay.record.events import RECRUITER, AnswerDirected, EndReason, Event, FactEarned, TurnSpoken, VoiceFailed
from roleplay.store.sql import SqlStore
from roleplay.world.fold import fold
from roleplay.world.state import State
from tests.doubles import FakeClock, PieceActor, TaggedListener, happenings_of, play, start

SKILLED = (
    "[greeting] Hi Dana.",
    "[ask_pain] Why is it open?",
    "[ask_consequence] What if nobody sits there?",
    "[ask_deadline] By when?",
    "[ask_slip] And a month later?",
    "[ask_budget_owner] Whose budget?",
    "[ask_priority] Which first?",
    "[require_agreement] I need paper first.",
    "[propose_next_step] Tuesday at ten?",
    "[closing] Bye.",
)


@pytest.fixture
def case(library: Library) -> Case:
    return library.case("first-call-cto")


async def resume(session_id: str, store: SqlStore) -> Practice:
    return await Practice.resume(
        session_id, store=store, listener=TaggedListener(), actor=ScriptedActor(), clock=FakeClock()
    )


def spoken(practice: Practice) -> list[tuple[str, str]]:
    return [(event.speaker, event.text) for event in practice.events if isinstance(event, TurnSpoken)]


class SnoopingListener(TaggedListener):
    """Looks into the store when it is asked to read a turn."""

    def __init__(self, store: SqlStore) -> None:
        self.kept: list[str] = []
        self.session_id = ""
        self._store = store

    async def read(self, utterance: Utterance) -> Reading:
        _, events = await self._store.read(self.session_id)
        self.kept.append([event.text for event in events if isinstance(event, TurnSpoken)][-1])
        return await super().read(utterance)


async def test_a_turn_is_durable_before_anybody_reads_it(case: Case, store: SqlStore) -> None:
    listener = SnoopingListener(store)
    practice = await Practice.start(
        case, seed=1, recruiter=None, store=store, listener=listener, actor=ScriptedActor(), clock=FakeClock()
    )
    listener.session_id = practice.id
    await play(practice, SKILLED[:3])
    assert listener.kept == list(SKILLED[:3])


async def test_the_same_seed_and_words_give_the_same_session(case: Case, store: SqlStore) -> None:
    clock = FakeClock()
    talks = []
    for seed in (7, 7, 8):
        practice = await Practice.start(
            case,
            seed=seed,
            recruiter=None,
            store=store,
            listener=TaggedListener(),
            actor=ScriptedActor(),
            clock=clock,
        )
        await play(practice, SKILLED)
        talks.append(spoken(practice))
    assert talks[0] == talks[1]
    assert talks[0] != talks[2]


async def test_the_state_is_a_fold_of_what_is_stored(case: Case, store: SqlStore) -> None:
    practice = await start(case, store)
    await play(practice, SKILLED)
    kept_case, events = await store.read(practice.id)
    assert kept_case == case
    assert fold(kept_case, events) == practice.state


async def test_no_line_is_said_twice(library: Library, store: SqlStore) -> None:
    clock = FakeClock()
    for scenario_id in library.scenarios:
        for words in ("[ask_open] And?", "Well.", "[ask_pain] Why?", "[request_joint_call] All of us?"):
            practice = await Practice.start(
                library.case(scenario_id),
                seed=3,
                recruiter="Jen",
                store=store,
                listener=TaggedListener(),
                actor=ScriptedActor(),
                clock=clock,
            )
            await play(practice, [words] * 60)
            lines = [beat.line for event in practice.events if event.kind == "answer_directed" for beat in event.beats]
            assert len(lines) == len(set(lines)), (scenario_id, words)
            assert practice.is_over


async def test_leaving_ends_the_call_and_the_session(case: Case, store: SqlStore) -> None:
    practice = await start(case, store)
    happened = await play(practice, SKILLED[:2])
    assert happened[-1] == TouchClosed("t1", "cto", EndReason.RECRUITER_LEFT)
    assert practice.is_over
    assert await happenings_of(practice.say("[ask_pain] One more?")) == []


async def test_blank_words_are_nothing_said(case: Case, store: SqlStore) -> None:
    practice = await start(case, store)
    await happenings_of(practice.begin())
    assert await happenings_of(practice.say(" \n\t\x00\x1b ")) == []


async def test_control_characters_never_reach_the_record(case: Case, store: SqlStore) -> None:
    practice = await start(case, store)
    await happenings_of(practice.begin())
    await happenings_of(practice.say("\x1b[31mHello\x07 there\u202e \udc80friend"))
    assert spoken(practice)[1] == (RECRUITER, "[31mHello there friend")


async def test_a_voice_that_fails_in_mid_sentence_is_finished_from_the_script(case: Case, store: SqlStore) -> None:
    practice = await start(case, store, actor=PieceActor(["We lost ", "two peo"], failure="the endpoint went away"))
    happened = await happenings_of(practice.begin())
    (finished,) = [happening for happening in happened if isinstance(happening, TurnFinished)]
    assert finished.text.startswith("We lost two peo… — ")
    streamed = "".join(happening.piece for happening in happened if isinstance(happening, WordsSpoken))
    assert streamed == finished.text
    (notice,) = [happening for happening in happened if isinstance(happening, NoticeRaised)]
    assert notice.text == "the endpoint went away; Dana goes on from the script"
    assert [event.voice for event in practice.events if isinstance(event, TurnSpoken)] == ["piece-model, scripted"]
    assert any(isinstance(event, VoiceFailed) for event in practice.events)
    assert await happenings_of(practice.say("[ask_pain] Why?"))


async def test_a_voice_that_says_nothing_is_replaced(case: Case, store: SqlStore) -> None:
    practice = await start(case, store, actor=PieceActor(["  ", "\n"]))
    await happenings_of(practice.begin())
    ((speaker, text),) = spoken(practice)
    assert speaker == "cto"
    assert text in case.lines_of("cto", Situation.GREETING)


class KilledActor(PieceActor):
    """Is killed in the middle of a turn."""

    async def speak(self, case: Case, state: State, direction: AnswerDirected) -> AsyncGenerator[str, None]:
        yield "We lost two "
        raise asyncio.CancelledError


async def test_a_killed_session_loses_at_most_the_half_spoken_answer(case: Case, store: SqlStore) -> None:
    practice = await start(case, store)
    await happenings_of(practice.begin())
    practice._actor = KilledActor([])
    with pytest.raises(asyncio.CancelledError):
        await happenings_of(practice.say("[ask_pain] Why is it open?"))
    again = await resume(practice.id, store)
    assert spoken(again)[-1] == (RECRUITER, "[ask_pain] Why is it open?")
    happened = await happenings_of(again.begin())
    assert [happening.turn for happening in happened if isinstance(happening, TurnFinished)] == ["t1.3"]
    assert any(isinstance(event, FactEarned) for event in again.events)


@pytest.mark.parametrize("kept", range(2, 12))
async def test_a_session_goes_on_from_any_event(case: Case, store: SqlStore, kept: int) -> None:
    whole = await start(case, store)
    await play(whole, SKILLED)
    clock = FakeClock()
    clock.new_id()
    events = list(whole.events)[:kept]
    session_id = clock.new_id()
    await store.create(session_id, case, events)
    again = await resume(session_id, store)
    said = sum(1 for speaker, _ in spoken(again) if speaker == RECRUITER)
    happened = await happenings_of(again.begin())
    for turn in SKILLED[said:]:
        happened += await happenings_of(again.say(turn))
    await happenings_of(again.leave())
    assert spoken(again) == spoken(whole)
    assert again.state == whole.state


async def test_hanging_up_on_a_half_said_answer_keeps_what_was_heard(case: Case, store: SqlStore) -> None:
    practice = await start(case, store)
    await happenings_of(practice.begin())
    practice._actor = KilledActor([])
    with pytest.raises(asyncio.CancelledError):
        await happenings_of(practice.say("[ask_pain] Why is it open?"))
    await happenings_of(practice.leave())
    assert spoken(practice)[-1] == ("cto", "We lost two…")
    assert not any(isinstance(event, FactEarned) for event in practice.events)


class SlowStore:
    """A store whose writes take until it is let go."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store
        self.is_writing = asyncio.Event()
        self.may_go_on = asyncio.Event()

    async def append(self, session_id: str, expected: int, events: Sequence[Event]) -> None:
        self.is_writing.set()
        await self.may_go_on.wait()
        await self._store.append(session_id, expected, events)


class DecisionStore(SlowStore):
    """Keeps a recruiter's turn at once; what was heard and decided takes until it is let go, or fails."""

    failure: Exception | None = None

    async def append(self, session_id: str, expected: int, events: Sequence[Event]) -> None:
        is_decision = any(isinstance(event, AnswerDirected) for event in events)
        if is_decision and self.failure is not None:
            raise self.failure
        if is_decision:
            await super().append(session_id, expected, events)
        else:
            await self._store.append(session_id, expected, events)


class WaitingActor(PieceActor):
    """Tells when it was asked and when it was let go of, and yields its pieces."""

    def __init__(self, pieces: Sequence[str]) -> None:
        super().__init__(pieces)
        self.has_begun = asyncio.Event()
        self.states: list[State] = []
        self.ended = 0

    async def speak(self, case: Case, state: State, direction: AnswerDirected) -> AsyncGenerator[str, None]:
        self.states.append(state)
        self.has_begun.set()
        try:
            async for piece in super().speak(case, state, direction):
                yield piece
        finally:
            self.ended += 1


async def test_the_actor_begins_while_the_decision_is_being_kept_and_is_heard_after_it(
    case: Case, store: SqlStore
) -> None:
    practice = await start(case, store)
    await happenings_of(practice.begin())
    slow, actor, happened = DecisionStore(store), WaitingActor(["We lost two people."]), list[Happening]()
    practice._store, practice._actor = slow, actor  # type: ignore[assignment]

    async def listen() -> None:
        async for happening in practice.say("[ask_pain] Why?"):
            happened.append(happening)

    saying = asyncio.create_task(listen())
    await slow.is_writing.wait()
    await actor.has_begun.wait()
    assert [type(happening) for happening in happened] == [TurnKept]
    assert practice.state.direction is None
    slow.may_go_on.set()
    await saying
    assert [type(happening) for happening in happened] == [TurnKept, WordsSpoken, TurnFinished]
    (state,) = actor.states
    assert state.direction == actor.directions[0]
    _, events = await store.read(practice.id)
    assert [event.text for event in events if isinstance(event, TurnSpoken)][-1] == "We lost two people."
    assert fold(case, events) == practice.state


async def test_what_was_decided_and_cannot_be_kept_is_not_said(case: Case, store: SqlStore) -> None:
    practice = await start(case, store)
    await happenings_of(practice.begin())
    broken, actor, happened = DecisionStore(store), WaitingActor(["We lost two people."]), list[Happening]()
    broken.failure = StoreError("the disk is full")
    practice._store, practice._actor = broken, actor  # type: ignore[assignment]
    with pytest.raises(StoreError, match="the disk is full"):
        async for happening in practice.say("[ask_pain] Why?"):
            happened.append(happening)
    assert [type(happening) for happening in happened] == [TurnKept]
    assert actor.ended == len(actor.directions)
    practice._store = store
    happened = await happenings_of(practice.begin())
    assert [happening.text for happening in happened if isinstance(happening, TurnFinished)] == ["We lost two people."]
    _, events = await store.read(practice.id)
    assert fold(case, events) == practice.state


async def test_a_voice_cancelled_before_its_first_word_is_let_go_of(case: Case, store: SqlStore) -> None:
    practice = await start(case, store)
    await happenings_of(practice.begin())
    slow, actor = DecisionStore(store), WaitingActor(["We lost two people."])
    practice._store, practice._actor = slow, actor  # type: ignore[assignment]
    saying = asyncio.create_task(happenings_of(practice.say("[ask_pain] Why?")))
    await slow.is_writing.wait()
    await actor.has_begun.wait()
    saying.cancel()
    with pytest.raises(asyncio.CancelledError):
        await saying
    assert actor.ended == 1
    slow.may_go_on.set()
    happened = await happenings_of(practice.begin())
    assert [happening.text for happening in happened if isinstance(happening, TurnFinished)] == ["We lost two people."]
    assert len(actor.directions) == 2


async def test_a_turn_cancelled_while_it_is_written_is_kept_all_the_same(case: Case, store: SqlStore) -> None:
    practice = await start(case, store)
    await happenings_of(practice.begin())
    slow = SlowStore(store)
    practice._store = slow  # type: ignore[assignment]
    saying = asyncio.create_task(happenings_of(practice.say("[ask_pain] Why?")))
    await slow.is_writing.wait()
    saying.cancel()
    with pytest.raises(asyncio.CancelledError):
        await saying
    leaving = asyncio.create_task(happenings_of(practice.leave()))
    slow.may_go_on.set()
    await leaving
    assert spoken(practice)[-1] == (RECRUITER, "[ask_pain] Why?")
    _, events = await store.read(practice.id)
    assert fold(case, events) == practice.state


async def test_a_second_window_on_the_same_session_is_told(case: Case, store: SqlStore) -> None:
    first = await start(case, store)
    await happenings_of(first.begin())
    second = await resume(first.id, store)
    await happenings_of(first.say("[ask_pain] Why?"))
    with pytest.raises(SessionBusyError, match="open in another window"):
        await happenings_of(second.say("[ask_deadline] When?"))
    _, events = await store.read(first.id)
    assert fold(case, events) == first.state


async def test_only_the_first_ninety_words_are_heard(case: Case, store: SqlStore) -> None:
    heard: list[str] = []

    class Remembering(TaggedListener):
        async def read(self, utterance: Utterance) -> Reading:
            heard.append(utterance.text)
            return await super().read(utterance)

    practice = await Practice.start(
        case, seed=1, recruiter=None, store=store, listener=Remembering(), actor=ScriptedActor(), clock=FakeClock()
    )
    await play(practice, [" ".join(f"word{number}" for number in range(120))])
    assert heard[0].split()[-1] == "word89"
    assert spoken(practice)[1][1].endswith("word119")
    assert spoken(practice)[2][1] in case.lines_of("cto", Situation.INTERRUPT)


def unearned(case: Case, events: Sequence[Event]) -> list[str]:
    earned = {event.fact for event in events if isinstance(event, FactEarned)}
    return [text for fact_id, fact in case.scenario.facts.items() if fact_id not in earned for text in fact.texts]


@pytest.mark.parametrize("seed", range(4))
async def test_an_unearned_fact_is_in_no_event(library: Library, store: SqlStore, seed: int) -> None:
    for scenario_id in library.scenarios:
        case = library.case(scenario_id)
        practice = await start(case, store, seed=seed)
        happened = await happenings_of(practice.begin())
        for turn in ("[pitch] We are great.", *SKILLED):
            happened += await happenings_of(practice.say(turn))
            record = "\n".join(event.model_dump_json() for event in practice.events)
            shown = repr(happened)
            for text in unearned(case, practice.events):
                assert text not in record
                assert text not in shown
        await store.aclose()
        store = await SqlStore.open(store.database.place.file.with_name(f"{scenario_id}.sqlite3"))
    await store.aclose()


async def test_the_recruiters_turn_is_told_before_the_answer(case: Case, store: SqlStore) -> None:
    practice = await start(case, store)
    await happenings_of(practice.begin())
    happened = await happenings_of(practice.say("[ask_pain] Why?"))
    assert isinstance(happened[0], TurnKept)
    assert isinstance(happened[1], WordsSpoken)
