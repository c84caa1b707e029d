"""The model actor: prompt in, clean words out."""

from contextlib import aclosing

import pytest

from roleplay.actor.base import HeldBack
from roleplay.actor.model import ModelActor
from roleplay.content.case import Case
from roleplay.content.library import Library
from roleplay.errors import VoiceError
from roleplay.llm.client import OpenAIChatModel
from roleplay.practice.happenings import NoticeRaised
from roleplay.practice.loop import Practice
from roleplay.record.events import (
    AnswerDirected,
    Beat,
    BeatKind,
    GuardCheck,
    GuardOutcome,
    TurnSpoken,
    VoiceFailed,
)
from roleplay.store.sql import SqlStore
from roleplay.world.fold import initial_state
from roleplay.world.state import State
from tests.doubles import FakeClock, TaggedListener, happenings_of
from tests.llm.fakes import FakeChatModel
from tests.llm.stand_in import StandInServer, cuts, fails, messages_of, says

GO_ON = Beat(kind=BeatKind.SITUATION, about="go_on", line="Right. Go on.")


@pytest.fixture
def case(library: Library) -> Case:
    return library.case("first-call-cto")


async def spoken(
    model: FakeChatModel, case: Case, recruiter: str | None = "Jen Ruiz", *beats: Beat
) -> tuple[str, list[HeldBack]]:
    state: State = initial_state(case).model_copy(update={"recruiter": recruiter})
    direction = AnswerDirected(at=FakeClock().now(), answers=None, role="cto", beats=beats or (GO_ON,))
    async with aclosing(ModelActor(model).speak(case, state, direction)) as words:
        said = [piece async for piece in words]
    held = [each for each in said if isinstance(each, HeldBack)]
    return "".join(each for each in said if isinstance(each, str)), held


async def test_words_are_yielded_a_sentence_at_a_time(case: Case) -> None:
    model = FakeChatModel("Dana:", " Right", ". Go", " on.", " I'm", " listening.")
    direction = AnswerDirected(at=FakeClock().now(), answers=None, role="cto", beats=(GO_ON,))
    async with aclosing(ModelActor(model).speak(case, initial_state(case), direction)) as words:
        assert [piece async for piece in words] == ["Right.", " Go on.", " I'm listening."]


async def test_a_reply_that_speaks_for_the_caller_is_not_read_on(case: Case) -> None:
    model = FakeChatModel("Right.\n", "Jen: ", "Tell me more.", " Please.")
    said, held = await spoken(model, case)
    assert said == "Right."
    assert [(each.check, each.outcome) for each in held] == [(GuardCheck.ROLE_SWAP, GuardOutcome.DROPPED)]
    assert model.pieces_sent == 2
    assert not model.streams_open


async def test_a_reply_with_nothing_to_say_in_it_is_asked_for_again_and_then_said_by_the_script(case: Case) -> None:
    model = FakeChatModel("*nods*", "\nUser: hi")
    said, held = await spoken(model, case)
    assert said == GO_ON.line
    assert [each.outcome for each in held if each.check is GuardCheck.LEFT_OUT] == ["repaired", "scripted"]
    assert len(model.prompts) == 2


async def test_an_endpoints_failure_comes_through_after_the_sentences_before_it(case: Case) -> None:
    state = initial_state(case)
    direction = AnswerDirected(at=FakeClock().now(), answers=None, role="cto", beats=(GO_ON,))
    said = []
    with pytest.raises(VoiceError, match="gone"):
        model = FakeChatModel("Right. Go", failure="gone")
        async with aclosing(ModelActor(model).speak(case, state, direction)) as words:
            said.append(await anext(words))
            await anext(words)
    assert said == ["Right."]


async def test_leaving_in_the_middle_closes_the_models_stream(case: Case) -> None:
    model = FakeChatModel("Right. Now", " go on.")
    direction = AnswerDirected(at=FakeClock().now(), answers=None, role="cto", beats=(GO_ON,))
    async with aclosing(ModelActor(model).speak(case, initial_state(case), direction)) as words:
        async for _ in words:
            assert model.streams_open == 1
            break
    assert not model.streams_open


async def test_it_is_named_after_its_model_and_closes_it() -> None:
    model = FakeChatModel("Right.")
    actor = ModelActor(model)
    await actor.prepare()
    assert (actor.name, actor.goes_to) == ("fake-model", "localhost:1")
    await actor.aclose()
    assert model.is_closed


async def test_a_practice_is_voiced_over_http_and_survives_failures(case: Case, store: SqlStore) -> None:
    behaviours = says("Dana: Hello there."), cuts("Too wide. Ask me"), says("All *clear* now.\nYou: Bye"), fails(401)
    async with StandInServer(*behaviours) as server:
        actor = ModelActor(OpenAIChatModel(server.endpoint(), max_retries=0))
        practice = await Practice.start(
            case, seed=1, recruiter=None, store=store, listener=TaggedListener(), actor=actor, clock=FakeClock()
        )
        happened = await happenings_of(practice.begin())
        for turn in ("[greeting] Hi.", "Okay.", "[ask_open] How are your teams set up?"):
            happened += await happenings_of(practice.say(turn))
        await practice.aclose()
    turns = [event for event in practice.events if isinstance(event, TurnSpoken) and event.voice]
    assert [turn.voice for turn in turns] == ["stand-in-1", "stand-in-1, scripted", "stand-in-1", "scripted"]
    assert turns[0].text == "Hello there."
    assert turns[1].text.startswith("Too wide.")
    assert turns[2].text == "All clear now."
    assert len([event for event in practice.events if isinstance(event, VoiceFailed)]) == 2
    assert any("refused the key" in notice.text for notice in happened if isinstance(notice, NoticeRaised))
    assert messages_of(server.requests[-1])[-1][1].startswith(
        "(ask_open) How are your teams set up?\n\n[Direction for Dana: you sound "
    )
