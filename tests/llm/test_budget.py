"""Limits and prices as a user writes them, what is counted, and when no more is sent."""

import asyncio
import time
from contextlib import aclosing, suppress

import pytest
from pydantic import JsonValue

from roleplay.errors import BudgetSpentError, SettingsError, VoiceError
from roleplay.llm.base import Usage
from roleplay.llm.budget import Limits, Meter, Prices, Spent, parse_limits, parse_prices, tokens_words
from roleplay.llm.client import OpenAIChatModel
from roleplay.llm.wire import Chunk, usage_of
from roleplay.values import Value
from tests.llm.asking import PROMPT, reply_of
from tests.llm.hostile import ends_with, hangs
from tests.llm.stand_in import Behaviour, StandInServer, cuts, fails, messages_of, replies, says, stalls

PRICES = Prices(prompt=2, cached=0.5, completion=8)
ASKED_CHARS = sum(len(message.text) for message in PROMPT)


class Answer(Value):
    """A shape."""

    stands: bool


@pytest.mark.parametrize(
    ("text", "limits"),
    [
        ("session=200k", Limits(session_tokens=200_000)),
        ("day=1.5M", Limits(day_tokens=1_500_000)),
        ("day=$5", Limits(day_money=5)),
        (" Session = 950 ,day=2m ", Limits(session_tokens=950, day_tokens=2_000_000)),
        (
            "session=200k, day=2M, session=$0.50, day=$5",
            Limits(session_tokens=200_000, day_tokens=2_000_000, session_money=0.5, day_money=5),
        ),
        ("day=€5", Limits(day_money=5, currency="€")),
    ],
)
def test_limits_are_read(text: str, limits: Limits) -> None:
    assert parse_limits(text) == limits


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("", "neither session=… nor day=…"),
        ("5", "neither session=… nor day=…"),
        ("week=5", "has 'week=5', which is neither session=… nor day=…"),
        ("day=", "no number of tokens and no money"),
        ("day=many", "no number of tokens and no money"),
        ("day=-5", "no number of tokens and no money"),
        ("day=1e9", "no number of tokens and no money"),
        ("day=nan", "no number of tokens and no money"),
        ("day=2M,", "neither session=… nor day=…"),
        ("day=0", "allows nothing"),
        ("day=$0.00", "allows nothing"),
        ("day=0.1", "allows nothing"),
        ("day=2M, day=3M", "sets day twice"),
        ("day=$2, session=€1", "use one currency"),
    ],
)
def test_limits_that_cannot_be_read_are_one_line(text: str, mistake: str) -> None:
    with pytest.raises(SettingsError) as wrong:
        parse_limits(text)
    assert mistake in str(wrong.value)
    assert len(str(wrong.value).splitlines()) == 1


def test_prices_are_read() -> None:
    assert parse_prices("0.25/2.00") == Prices(prompt=0.25, cached=0.25, completion=2)
    assert parse_prices("$0.25 / $0.03 / $2") == Prices(prompt=0.25, cached=0.03, completion=2)


@pytest.mark.parametrize("text", ["", "1", "1/2/3/4", "a/b", "-1/2", "1//2", "inf/1"])
def test_prices_that_cannot_be_read_are_one_line(text: str) -> None:
    with pytest.raises(SettingsError, match=r"ROLEPLAY_PRICE is .* no price; it looks like"):
        parse_prices(text)


def test_a_limit_of_money_needs_prices() -> None:
    with pytest.raises(SettingsError, match="ROLEPLAY_PRICE"):
        Meter(parse_limits("day=$5"))
    Meter(parse_limits("day=$5"), PRICES).check()


def test_numbers_of_tokens_are_short() -> None:
    assert [tokens_words(tokens) for tokens in (950, 1000, 200_000, 1_500_000, 2_000_000)] == [
        "950",
        "1k",
        "200k",
        "1.5M",
        "2M",
    ]


def test_cached_tokens_cost_what_they_cost() -> None:
    usage = Usage(prompt_tokens=1_000_000, cached_tokens=750_000, completion_tokens=500_000)
    assert PRICES.of(usage) == pytest.approx(0.25 * 2 + 0.75 * 0.5 + 0.5 * 8)


def test_a_meter_adds_up_a_session_and_a_day_and_hands_out_what_is_new() -> None:
    before = Spent(requests=3, prompt_tokens=100, money=1.0)
    meter = Meter(prices=PRICES, day=before)
    meter.count(Usage(prompt_tokens=50, cached_tokens=20, completion_tokens=10))
    meter.count(Usage(prompt_tokens=5, completion_tokens=1, is_estimated=True))
    assert (meter.session.tokens, meter.day.tokens) == (66, 166)
    assert meter.session.money == pytest.approx((30 * 2 + 20 * 0.5 + 10 * 8 + 5 * 2 + 8) / 1e6)
    assert meter.day.money == pytest.approx(1.0 + meter.session.money)
    taken = meter.take()
    assert taken == meter.session
    assert (taken.requests, taken.estimated_requests, taken.cached_tokens) == (2, 1, 20)
    assert meter.take() == Spent()
    assert meter.session.requests == 2, "taking takes nothing away"


@pytest.mark.parametrize(
    ("limits", "line"),
    [
        ("session=60", "the session's 60 tokens are used up; more is there in a new session, or with a larger"),
        ("day=60", "the day's 60 tokens are used up; more is there tomorrow, or with a larger ROLEPLAY_BUDGET"),
        ("session=$0.0001", "the session's $0.0001 are used up; more is there in a new session"),
        ("day=€0.0001", "the day's €0.0001 are used up; more is there tomorrow"),
    ],
)
def test_a_used_up_limit_is_one_plain_line(limits: str, line: str) -> None:
    meter = Meter(parse_limits(limits), PRICES)
    meter.check()
    meter.count(Usage(prompt_tokens=50, completion_tokens=10))
    with pytest.raises(BudgetSpentError) as spent:
        meter.check()
    assert str(spent.value).startswith(line)
    assert len(str(spent.value).splitlines()) == 1


async def test_a_used_up_budget_sends_nothing() -> None:
    meter = Meter(Limits(session_tokens=10), session=Spent(prompt_tokens=10))
    async with StandInServer() as server:
        model = OpenAIChatModel(server.endpoint(), meter=meter)
        for request in (reply_of(model), model.ask(PROMPT, Answer, max_tokens=5), model.probe()):
            with pytest.raises(BudgetSpentError):
                await request
        assert not server.requests
        await model.aclose()


def told(prompt: JsonValue = 50, completion: JsonValue = 7, **more: JsonValue) -> JsonValue:
    return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": 57, **more}


@pytest.mark.parametrize(
    ("usage", "timings", "read"),
    [
        (told(), None, (50, 0, 7)),
        (told(prompt_tokens_details={"cached_tokens": 40}), None, (50, 40, 7)),
        (told(prompt_tokens_details={"cached_tokens": 400}), None, (50, 50, 7)),
        (told(prompt_tokens_details={"cached_tokens": "x"}), None, (50, 0, 7)),
        (told(prompt_cache_hit_tokens=30), None, (50, 30, 7)),
        (told(), {"cache_n": 44, "prompt_n": 6, "predicted_n": 7}, (50, 44, 7)),
        (None, {"cache_n": 44, "prompt_n": 6, "predicted_n": 7}, (50, 44, 7)),
        (None, None, None),
        ("lots", 5, None),
        (told("50"), None, None),
        (told(-1), None, None),
        (told(True), None, None),
        (told(1e30), None, None),
        (told(10**12), None, None),
        ({"total_tokens": 9}, None, None),
    ],
)
def test_usage_is_read_where_it_makes_sense(
    usage: JsonValue, timings: JsonValue, read: tuple[int, int, int] | None
) -> None:
    found = usage_of(Chunk.model_validate({"choices": [], "usage": usage, "timings": timings}))
    assert found == (
        None if read is None else Usage(prompt_tokens=read[0], cached_tokens=read[1], completion_tokens=read[2])
    )


async def counted(behaviour: Behaviour) -> Spent:
    """What a streamed request was counted as, however it ended."""
    meter = Meter()
    async with StandInServer(behaviour) as server:
        model = OpenAIChatModel(server.endpoint(), max_retries=0, meter=meter)
        with suppress(VoiceError):
            await reply_of(model)
        await model.aclose()
    return meter.take()


async def test_what_the_server_tells_is_counted() -> None:
    spent = await counted(ends_with(told(prompt_tokens_details={"cached_tokens": 40})))
    assert spent == Spent(requests=1, prompt_tokens=50, cached_tokens=40, completion_tokens=7)


@pytest.mark.parametrize(
    ("behaviour", "answered_chars"),
    [
        pytest.param(ends_with(None), len("Right. Go on."), id="usage missing"),
        pytest.param(ends_with("lots"), len("Right. Go on."), id="usage nonsense"),
        pytest.param(ends_with(None, stays=True), len("Right. Go on."), id="never closes"),
        pytest.param(cuts("I was"), len("I was"), id="cut"),
    ],
)
async def test_what_it_does_not_tell_is_estimated_and_marked(behaviour: Behaviour, answered_chars: int) -> None:
    spent = await counted(behaviour)
    assert spent == Spent(
        requests=1,
        prompt_tokens=-(-ASKED_CHARS // 4),
        completion_tokens=-(-answered_chars // 4),
        estimated_requests=1,
    )


async def test_a_request_that_was_refused_costs_nothing() -> None:
    assert await counted(fails(500)) == Spent()


async def test_a_reply_that_was_cancelled_is_estimated() -> None:
    meter = Meter()
    async with StandInServer(stalls("I was")) as server:
        model = OpenAIChatModel(server.endpoint(), meter=meter)
        async with aclosing(model.stream(PROMPT, max_tokens=9)) as reply:
            await anext(reply)
        assert meter.take().estimated_requests == 1
        await model.aclose()


async def test_a_request_that_nobody_waited_for_is_estimated_as_read() -> None:
    meter = Meter()
    async with StandInServer(hangs) as server:
        model = OpenAIChatModel(server.endpoint(), meter=meter)
        for request in (reply_of(model), model.ask(PROMPT, Answer, max_tokens=5)):
            server.asked.clear()
            task = asyncio.create_task(request)
            await asyncio.wait_for(server.asked.wait(), 5)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert meter.take() == Spent(requests=1, prompt_tokens=-(-ASKED_CHARS // 4), estimated_requests=1)
        await model.aclose()


async def test_structured_answers_are_counted_too() -> None:
    meter = Meter()
    async with StandInServer(replies('{"stands": true}')) as server:
        model = OpenAIChatModel(server.endpoint(), meter=meter)
        await model.ask(PROMPT, Answer, max_tokens=5)
        await model.aclose()
    assert meter.take() == Spent(
        requests=1, prompt_tokens=-(-ASKED_CHARS // 4), completion_tokens=4, estimated_requests=1
    )


@pytest.mark.parametrize("status", [400, 422])
async def test_a_server_that_will_not_tell_usage_is_asked_once(status: int) -> None:
    refusal = fails(status, says="Unknown parameter: 'stream_options'")
    async with StandInServer(refusal, says("Right."), says("Go on.")) as server:
        model = OpenAIChatModel(server.endpoint(), max_retries=0)
        assert await reply_of(model) == "Right."
        assert await reply_of(model) == "Go on."
        assert ["stream_options" in request for request in server.requests] == [True, False, False]
        assert messages_of(server.requests[0]) == messages_of(server.requests[1])
        await model.aclose()


async def test_the_usage_is_waited_for_briefly() -> None:
    async with StandInServer(ends_with(None, stays=True)) as server:
        model = OpenAIChatModel(server.endpoint(), max_retries=0)
        await model.prepare()
        started = time.monotonic()
        assert await reply_of(model) == "Right. Go on."
        assert time.monotonic() - started < 2
        await asyncio.wait_for(server.client_left.wait(), 5)
        await model.aclose()
