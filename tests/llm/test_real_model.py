"""A call with a small real model, inside and behind a real llama.cpp server, through the real loop and guard."""

import asyncio
from urllib.parse import urlsplit

import pytest
from pydantic import SecretStr

from roleplay.actor.model import ModelActor
from roleplay.content.acts import Channel
from roleplay.content.library import Library
from roleplay.listener.codebook import label_rows
from roleplay.listener.ear import KeptInMemory, ModelEar, Question
from roleplay.listener.learned import LearnedListener
from roleplay.listener.rows import Group
from roleplay.llm.base import ChatModel
from roleplay.llm.client import Bounds, OpenAIChatModel
from roleplay.llm.gguf import GgufModel
from roleplay.practice.happenings import WordsSpoken
from roleplay.practice.loop import Practice
from roleplay.record.events import RECRUITER, TurnSpoken, VoiceFailed
from roleplay.settings import LOCAL_KEY, Endpoint, ModelFile
from roleplay.store.sql import SqlStore
from tests.doubles import FakeClock, happenings_of
from tests.llm.llama_server import llama_server, small_model

TURNS = (
    "Hi Dana, this is Jen Ruiz. Thanks for making the time.",
    "How are your teams set up today?",
    "What made you open these roles, and what isn't getting done while they're empty?",
    "When do they have to be at their desks?",
    "If these are still empty then, what does the business lose?",
    "And if it slips by a month, does that hurt you?",
    "Whose budget are these roles on?",
    "If I could fill only two of the eleven, which two?",
    "What have you tried so far?",
    "Can we do Thursday at ten to go through it?",
)
PATIENT = Bounds(first_s=120, between_s=120, total_s=150)
"""A machine that runs other tests meanwhile is slow; how slow isn't the question here."""


async def play_ten_turns(library: Library, store: SqlStore, model: ChatModel) -> None:
    """Play a call with `model`, guard on: every turn is answered, in words that were shown, and nothing fails."""
    listener = LearnedListener()
    practice = await Practice.start(
        library.case("first-call-cto"),
        seed=1,
        recruiter="Jen Ruiz",
        store=store,
        listener=listener,
        actor=ModelActor(model, listener, max_tokens=60),
        clock=FakeClock(),
    )
    happened = await happenings_of(practice.begin())
    for words in TURNS:
        happened += await happenings_of(practice.say(words))
    await practice.aclose()

    assert [event.cause for event in practice.events if isinstance(event, VoiceFailed)] == []
    voiced = [event for event in practice.events if isinstance(event, TurnSpoken) and event.speaker != RECRUITER]
    assert len(voiced) == 1 + len(TURNS)
    assert any((turn.voice or "").startswith(model.name) for turn in voiced), "some of the words are the model's own"
    for turn in voiced:
        pieces = [event.piece for event in happened if isinstance(event, WordsSpoken) and event.turn == turn.turn]
        assert turn.text == " ".join("".join(pieces).split())


@pytest.mark.real_model
@pytest.mark.timeout(600)
async def test_a_call_is_voiced_by_a_real_server(library: Library, store: SqlStore) -> None:
    async with llama_server(small_model()) as address:
        endpoint = Endpoint(base_url=f"{address}/v1", api_key=SecretStr(LOCAL_KEY))
        model = OpenAIChatModel(endpoint, bounds=PATIENT)
        await model.prepare()
        await play_ten_turns(library, store, model)
    port = urlsplit(address).port
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", port)


@pytest.mark.real_model
@pytest.mark.timeout(600)
async def test_a_call_is_voiced_by_a_model_inside(library: Library, store: SqlStore) -> None:
    model = GgufModel(ModelFile(path=small_model()))
    await model.prepare()
    await play_ten_turns(library, store, model)


@pytest.mark.real_model
@pytest.mark.timeout(600)
async def test_a_real_model_is_asked_what_a_turn_does_and_keeps_to_the_shape() -> None:
    """What it thinks is its own affair; that it answers in the shape that was asked for is the server's."""
    rows = label_rows(Group.RECRUITER)
    question = Question(
        "the recruiter",
        Channel.CALL,
        "We need her by November.",
        (),
        "And if that slips by a month, does it hurt you?",
        (("ask_slip", rows["ask_slip"]), ("pitch", rows["pitch"])),
    )
    async with llama_server(small_model()) as address:
        endpoint = Endpoint(base_url=f"{address}/v1", api_key=SecretStr(LOCAL_KEY))
        model = OpenAIChatModel(endpoint, bounds=PATIENT)
        kept = KeptInMemory()
        answer = await ModelEar(model, kept, time_box_s=120).ask(question)
    again = await ModelEar(model, kept).ask(question)  # by now nobody is there to answer
    await model.aclose()
    assert answer.failure is None
    assert set(answer.opinions) == {"ask_slip", "pitch"}
    assert again.opinions == answer.opinions, "kept, and not asked again"
