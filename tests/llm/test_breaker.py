"""When a server is left alone, for how long, and what it is asked afterwards."""

import asyncio
from contextlib import aclosing

import pytest

from roleplay.errors import BudgetSpentError, VoiceError, VoiceRestingError
from roleplay.llm.breaker import LONGEST_REST_S, LONGEST_WISH_S, REST_S, Breaker, Rest, span_words
from roleplay.llm.budget import Limits, Meter, Spent
from roleplay.llm.client import OpenAIChatModel
from tests.llm.asking import PROMPT, reply_of
from tests.llm.hostile import hangs
from tests.llm.stand_in import Behaviour, StandInServer, chunk, fails, says, sends, stalls


class HandClock:
    """A monotonic clock that a test sets."""

    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def breaker(clock: HandClock) -> Breaker:
    return Breaker(monotonic=clock)


def left_s(breaker: Breaker) -> float | None:
    return None if breaker.rest is None else breaker.rest.left_s


def test_one_failure_is_nothing_and_two_in_a_row_are_a_rest(breaker: Breaker, clock: HandClock) -> None:
    breaker.begin().failed()
    assert breaker.rest is None
    breaker.begin().succeeded()
    breaker.begin().failed()
    assert breaker.rest is None, "not in a row"
    breaker.begin().failed()
    assert breaker.rest == Rest(left_s=REST_S, failures=2)
    clock.now_s += REST_S - 1
    assert left_s(breaker) == 1
    clock.now_s += 1
    assert breaker.rest is None


def test_after_a_rest_one_trial_is_made_and_others_wait_for_its_end(breaker: Breaker, clock: HandClock) -> None:
    breaker.begin().failed()
    breaker.begin().failed()
    clock.now_s += REST_S
    trial = breaker.begin()
    assert breaker.rest == Rest(left_s=0, failures=2)
    trial.succeeded()
    assert breaker.rest is None
    breaker.begin().failed()
    assert breaker.rest is None, "success closed it"


def test_each_failed_trial_doubles_the_rest_up_to_five_minutes(breaker: Breaker, clock: HandClock) -> None:
    breaker.begin().failed()
    rests = []
    for _ in range(7):
        breaker.begin().failed()
        rests.append(left_s(breaker))
        clock.now_s += rests[-1] or 0
    assert rests == [20, 40, 80, 160, LONGEST_REST_S, LONGEST_REST_S, LONGEST_REST_S]
    breaker.begin().succeeded()
    breaker.begin().failed()
    breaker.begin().failed()
    assert left_s(breaker) == REST_S, "success starts anew"


def test_a_trial_that_nobody_waited_for_frees_the_place_and_counts_neither_way(
    breaker: Breaker, clock: HandClock
) -> None:
    breaker.begin().failed()
    breaker.begin().left()
    breaker.begin().failed()
    clock.now_s += REST_S
    breaker.begin().left()
    assert breaker.rest is None
    breaker.begin().failed()
    assert left_s(breaker) == 2 * REST_S


def test_what_no_waiting_mends_is_a_long_rest_at_once(breaker: Breaker) -> None:
    breaker.begin().failed(is_lasting=True)
    assert breaker.rest == Rest(left_s=LONGEST_REST_S, failures=1)


def test_the_servers_own_wish_is_respected_at_once_up_to_an_hour(breaker: Breaker, clock: HandClock) -> None:
    breaker.begin().failed(retry_after_s=90)
    assert left_s(breaker) == 90
    clock.now_s += 90
    breaker.begin().failed(retry_after_s=1e9)
    assert left_s(breaker) == LONGEST_WISH_S


def test_a_straggler_from_before_the_rest_changes_nothing(breaker: Breaker) -> None:
    straggler = breaker.begin()
    breaker.begin().failed()
    breaker.begin().failed()
    straggler.failed()
    assert breaker.rest == Rest(left_s=REST_S, failures=2)


@pytest.mark.parametrize(
    ("rest", "words"),
    [
        (Rest(left_s=17.2, failures=2), "is left alone for another 18 s after it failed twice"),
        (Rest(left_s=299, failures=1), "is left alone for another 5 min after it failed once"),
        (Rest(left_s=0, failures=4), "is left alone for another moment after it failed 4 times"),
    ],
)
def test_a_rest_is_told_in_words(rest: Rest, words: str) -> None:
    assert rest.words == words


def test_spans_are_rounded_up() -> None:
    assert [span_words(seconds) for seconds in (0.1, 90, 91, 5400, 5401)] == ["1 s", "90 s", "2 min", "90 min", "2 h"]


async def test_while_a_server_rests_nothing_is_sent_and_then_it_is_tried_again(clock: HandClock) -> None:
    async with StandInServer(fails(500), fails(500), says("Back.")) as server:
        model = OpenAIChatModel(server.endpoint(), max_retries=0, breaker=Breaker(monotonic=clock))
        for _ in range(2):
            with pytest.raises(VoiceError, match="failed by itself"):
                await reply_of(model)
        for ask in (reply_of(model), model.ask(PROMPT, Rest, max_tokens=9)):
            with pytest.raises(VoiceRestingError) as resting:
                await ask
            assert str(resting.value) == f"{server.host} is left alone for another 20 s after it failed twice"
        assert len(server.requests) == 2
        clock.now_s += REST_S
        assert await reply_of(model) == "Back."
        await model.aclose()


async def test_a_breaker_is_shared_by_voice_and_ear(clock: HandClock) -> None:
    async with StandInServer(fails(401)) as server:
        breaker = Breaker(monotonic=clock)
        voice, ear = (OpenAIChatModel(server.endpoint(), max_retries=0, breaker=breaker) for _ in range(2))
        with pytest.raises(VoiceError, match="refused the key"):
            await ear.ask(PROMPT, Rest, max_tokens=9)
        with pytest.raises(VoiceRestingError, match="another 5 min after it failed once"):
            await reply_of(voice)
        assert len(server.requests) == 1
        await voice.aclose()
        await ear.aclose()


@pytest.mark.parametrize("behaviour", [fails(403), fails(404), fails(307, more="Location: /x\r\n")])
async def test_a_wrong_setting_opens_it_at_once(behaviour: Behaviour, clock: HandClock) -> None:
    breaker = Breaker(monotonic=clock)
    async with StandInServer(behaviour) as server:
        model = OpenAIChatModel(server.endpoint(), max_retries=0, breaker=breaker)
        with pytest.raises(VoiceError):
            await reply_of(model)
        await model.aclose()
    assert left_s(breaker) == LONGEST_REST_S


async def test_what_the_model_says_is_no_failure_of_the_server(clock: HandClock) -> None:
    refusal = sends(chunk({"refusal": "No."}))
    too_long = fails(400, code="context_length_exceeded")
    async with StandInServer(fails(500), refusal, fails(500), too_long, fails(500)) as server:
        model = OpenAIChatModel(server.endpoint(), max_retries=0, breaker=Breaker(monotonic=clock))
        for cause in ("failed by itself", "declined", "failed by itself", "context is shorter", "failed by itself"):
            with pytest.raises(VoiceError, match=cause):
                await reply_of(model)
        await model.aclose()


async def test_a_hang_up_and_a_used_up_budget_count_neither_way(clock: HandClock) -> None:
    breaker, used_up = Breaker(monotonic=clock), Spent(prompt_tokens=9)
    async with StandInServer(fails(500), hangs, fails(500)) as server:
        model = OpenAIChatModel(server.endpoint(), max_retries=0, breaker=breaker)
        poor = OpenAIChatModel(server.endpoint(), breaker=breaker, meter=Meter(Limits(day_tokens=1), day=used_up))
        with pytest.raises(VoiceError):
            await reply_of(model)
        with pytest.raises(BudgetSpentError):
            await reply_of(poor)
        server.asked.clear()
        task = asyncio.create_task(reply_of(model))
        await asyncio.wait_for(server.asked.wait(), 5)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert breaker.rest is None
        with pytest.raises(VoiceError):
            await reply_of(model)
        assert breaker.rest == Rest(left_s=REST_S, failures=2), "the two failures stayed in a row"
        await model.aclose()
        await poor.aclose()


async def test_who_stops_listening_after_some_words_had_an_answer(clock: HandClock) -> None:
    """An actor ends a reply that says enough; a server whose replies are all ended so is well."""
    breaker = Breaker(monotonic=clock)
    async with StandInServer(fails(500), stalls("I was"), fails(500)) as server:
        model = OpenAIChatModel(server.endpoint(), max_retries=0, breaker=breaker)
        with pytest.raises(VoiceError):
            await reply_of(model)
        async with aclosing(model.stream(PROMPT, max_tokens=9)) as reply:
            assert await anext(reply) == "I"
        with pytest.raises(VoiceError):
            await reply_of(model)
        assert breaker.rest is None
        await model.aclose()
