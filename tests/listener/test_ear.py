"""The model's ear: asked where the local reading is unsure, kept by content, boxed in time, never obeyed blindly."""

import json
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from roleplay.actor.scripted import ScriptedActor
from roleplay.content.acts import Act, Channel, Sensitive
from roleplay.content.library import Library
from roleplay.listener.codebook import label_rows
from roleplay.listener.ear import MAX_CHARS, PATIENCE, REST_S, KeptInMemory, ModelEar
from roleplay.listener.learned.model import Evidence, Model, Text
from roleplay.listener.learned.reader import LearnedListener
from roleplay.listener.reading import Utterance
from roleplay.listener.rows import LABELS, Group
from roleplay.llm.client import OpenAIChatModel
from roleplay.practice.happenings import NoticeRaised
from roleplay.practice.loop import Practice
from roleplay.store.sql import SqlStore
from tests.doubles import FakeClock, happenings_of
from tests.llm.fakes import tireless
from tests.llm.stand_in import Behaviour, StandInServer, fails, messages_of, replies, stalls

TEXT = "Okay. And what then, if it's the new year? Just so I know."
QUOTE = "And what then, if it's the new year?"
UNSURE = (0.2, 0.8)


class SetModel(Model):
    """Gives labels the probabilities that a test sets; all others are sure to be absent."""

    def __init__(self, **probabilities: float) -> None:
        super().__init__(Path("/nowhere"))
        self._probabilities = probabilities

    def load(self) -> None:
        """Nothing to load."""

    def read(self, texts: Sequence[Text]) -> list[list[Evidence]]:
        """Read every text alike; the first word is what spoke for it."""
        return [
            [
                Evidence(label, self._probabilities.get(label, 0.01), 0.5, UNSURE, ((0, 4, 1.0),))
                for label in LABELS[text.group]
            ]
            for text in texts
        ]


class SlowClock:
    """Time that a test moves."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


@asynccontextmanager
async def ear_at(
    server: StandInServer,
    kept: KeptInMemory | SqlStore | None = None,
    *,
    time_box_s: float = 20,
    clock: SlowClock | None = None,
) -> AsyncIterator[ModelEar]:
    model = OpenAIChatModel(server.endpoint(), max_retries=0, breaker=tireless())
    try:
        yield ModelEar(model, kept, time_box_s=time_box_s, monotonic=clock or SlowClock())
    finally:
        await model.aclose()


def thinks(stands: bool, quote: str = "", label: str = "ask_slip") -> Behaviour:
    return replies(json.dumps({label: {"stands": stands, "quote": quote}}))


async def test_what_is_sure_is_sent_nowhere() -> None:
    async with StandInServer(thinks(True)) as server, ear_at(server) as ear:
        reading = await LearnedListener(SetModel(ask_pain=0.95), ear).read(Utterance(text=TEXT))
        assert [heard.act for heard in reading.acts] == [Act.ASK_PAIN]
        assert not server.requests


async def test_what_is_unsure_is_asked_in_one_request_with_its_row() -> None:
    async with StandInServer(thinks(True, QUOTE)) as server, ear_at(server) as ear:
        listener = LearnedListener(SetModel(ask_slip=0.4, ask_pain=0.95), ear)
        reading = await listener.read(Utterance(text=TEXT, before="We need her by November."))
        heard = reading.find(Act.ASK_SLIP)
        assert heard is not None
        assert heard.span.of(TEXT) == QUOTE
        [request] = server.requests
    shape = request["response_format"]
    assert isinstance(shape, dict) and isinstance(shape["json_schema"], dict)
    assert shape["type"] == "json_schema" and shape["json_schema"]["strict"] is True
    schema = shape["json_schema"]["schema"]
    assert isinstance(schema, dict) and schema["required"] == ["ask_slip"]
    asked = messages_of(request)[-1][1]
    assert label_rows(Group.RECRUITER)["ask_slip"].does in asked
    assert "ask_pain" not in asked
    assert json.dumps(TEXT) in asked, "the turn is fenced as a JSON string"


async def test_the_model_may_take_away_what_was_heard() -> None:
    async with StandInServer(thinks(False)) as server, ear_at(server) as ear:
        assert not (await LearnedListener(SetModel(ask_slip=0.7), ear).read(Utterance(text=TEXT))).acts


async def test_a_quote_that_stands_nowhere_is_not_quoted() -> None:
    async with StandInServer(thinks(True, "words that nobody said")) as server, ear_at(server) as ear:
        heard = (await LearnedListener(SetModel(ask_slip=0.4), ear).read(Utterance(text=TEXT))).find(Act.ASK_SLIP)
        assert heard is not None
        assert heard.span.of(TEXT) == f"Okay. {QUOTE}", "the local reading's own words stay"


async def test_the_same_turn_is_asked_once_and_kept_over_a_restart(tmp_path: Path) -> None:
    async with StandInServer(thinks(True, QUOTE)) as server:
        for _ in range(2):
            store = await SqlStore.open(tmp_path / "x.sqlite3")
            async with ear_at(server, store) as ear:
                listener = LearnedListener(SetModel(ask_slip=0.4), ear)
                assert (await listener.read(Utterance(text=TEXT))).has(Act.ASK_SLIP)
                assert (await listener.read(Utterance(text=TEXT))).has(Act.ASK_SLIP)
            await store.aclose()
        assert len(server.requests) == 1


async def test_after_the_time_box_the_local_reading_stands() -> None:
    async with StandInServer(stalls("")) as server, ear_at(server, time_box_s=0.2) as ear:
        started = time.monotonic()
        reading = await LearnedListener(SetModel(ask_slip=0.6), ear).read(Utterance(text=TEXT))
        assert time.monotonic() - started < 10
        assert reading.has(Act.ASK_SLIP)
        assert reading.ear_failure == f"{server.host} took longer than 0.2 s to read a turn"


@pytest.mark.parametrize(
    "behaviour",
    [
        replies("yes, it does"),
        replies('{"ask_slip": {"stands": "perhaps"}}'),
        replies('{"ask_pain": {"stands": true, "quote": ""}}'),
        replies("", refusal="I won't"),
        replies('{"ask_slip": {"sta', finish="length"),
        fails(500),
        fails(401),
    ],
)
async def test_a_reply_in_another_shape_leaves_the_local_reading(behaviour: Behaviour) -> None:
    async with StandInServer(behaviour) as server, ear_at(server) as ear:
        reading = await LearnedListener(SetModel(ask_slip=0.6), ear).read(Utterance(text=TEXT))
        assert reading.has(Act.ASK_SLIP)
        assert reading.ear_failure is not None and server.host in reading.ear_failure
        assert TEXT not in reading.ear_failure


async def test_a_model_that_fails_again_and_again_is_left_alone_for_a_while() -> None:
    clock = SlowClock()
    async with StandInServer(fails(500)) as server, ear_at(server, clock=clock) as ear:
        listener = LearnedListener(SetModel(ask_slip=0.6), ear)
        for at in range(PATIENCE + 3):
            await listener.read(Utterance(text=f"{TEXT} {at}"))
        assert len(server.requests) == PATIENCE
        clock.now_s = REST_S + 1
        await listener.read(Utterance(text=TEXT))
        assert len(server.requests) == PATIENCE + 1


async def test_a_text_that_would_take_too_long_is_not_sent() -> None:
    async with StandInServer(thinks(True)) as server, ear_at(server) as ear:
        await LearnedListener(SetModel(ask_slip=0.4), ear).read(Utterance(text="so " * MAX_CHARS))
        assert not server.requests


async def test_what_the_recruiter_was_told_goes_with_a_written_message() -> None:
    known = ("The plant closes in May (told in confidence)",)
    async with StandInServer(thinks(True, label="off_record")) as server, ear_at(server) as ear:
        listener = LearnedListener(SetModel(off_record=0.4), ear)
        reading = await listener.read_written("After May you'll have people to spare.", Channel.EMAIL, known)
        assert reading.find(Sensitive.OFF_RECORD) is not None
        assert known[0] in server.sent_text


async def test_a_recruiter_is_told_once_that_the_ear_is_gone(library: Library, store: SqlStore) -> None:
    async with StandInServer(fails(401)) as server, ear_at(server) as ear:
        practice = await Practice.start(
            library.case("first-call-cto"),
            seed=1,
            recruiter=None,
            store=store,
            listener=LearnedListener(SetModel(ask_open=0.6), ear),
            actor=ScriptedActor(),
            clock=FakeClock(),
        )
        happened = await happenings_of(practice.begin())
        for words in ("How is it set up?", "And who does what?"):
            happened += await happenings_of(practice.say(words))
        notices = [each.text for each in happened if isinstance(each, NoticeRaised)]
        assert len(notices) == 1
        assert notices[0].endswith("what you say is read on this machine alone")


def test_every_label_has_its_row() -> None:
    for group in Group:
        assert set(label_rows(group)) == set(LABELS[group])


async def test_alone_it_listens_with_the_same_model_and_asks_nobody() -> None:
    async with StandInServer(replies("{}")) as server, ear_at(server) as ear:
        model = SetModel(ask_slip=0.5)
        listener = LearnedListener(model, ear).alone
        assert listener._model is model
        assert listener.alone is listener
        assert (await listener.read(Utterance(text=TEXT))).has(Act.ASK_SLIP)
        assert not server.requests
