"""The client against everything that a server may do: one plain line, or an answer."""

import time

import pytest

from roleplay.errors import VoiceError
from roleplay.llm.client import OpenAIChatModel
from tests.llm.asking import ROOM, SECRET_WORDS, reply_of
from tests.llm.fakes import tireless
from tests.llm.hostile import FLOOD_TOKENS, LINE, Hostility, hostilities
from tests.llm.stand_in import KEY, StandInServer


def model_at(server: StandInServer, hostility: Hostility) -> OpenAIChatModel:
    return OpenAIChatModel(server.endpoint(), bounds=hostility.bounds, max_retries=0, breaker=tireless())


FAILING = [each for each in hostilities() if each.cause is not None]
ANSWERING = [each for each in hostilities() if each.cause is None]


@pytest.mark.parametrize("hostility", FAILING, ids=lambda each: each.name)
async def test_each_failure_is_one_plain_line(hostility: Hostility) -> None:
    async with StandInServer(hostility.behaviour) as server:
        model = model_at(server, hostility)
        if hostility.is_away:
            await server.__aexit__(None, None, None)
        started = time.monotonic()
        with pytest.raises(VoiceError) as failure:
            await reply_of(model)
        assert time.monotonic() - started < 10
        await model.aclose()
    line = str(failure.value)
    assert hostility.cause is not None
    assert line.startswith(model.host)
    assert hostility.cause in line
    assert len(line.splitlines()) == 1
    assert KEY not in line
    assert SECRET_WORDS not in line
    assert "; " in line, "says what to do"


@pytest.mark.parametrize("hostility", ANSWERING, ids=lambda each: each.name)
async def test_what_is_odd_is_an_answer_all_the_same(hostility: Hostility) -> None:
    async with StandInServer(hostility.behaviour) as server:
        model = model_at(server, hostility)
        reply = await reply_of(model)
        await model.aclose()
    assert "Right" in reply or "word" in reply
    assert "NO" not in reply, "only the first answer counts"
    reply.encode()  # a half of a character would not go into a database


async def test_an_answer_that_ignores_its_limit_is_left_at_it() -> None:
    (flood,) = (each for each in hostilities() if each.name == "50,000 tokens")
    async with StandInServer(flood.behaviour) as server:
        model = model_at(server, flood)
        reply = await reply_of(model)
        await model.aclose()
    assert ROOM < len(reply.split()) < FLOOD_TOKENS / 100


async def test_a_plain_answer_is_as_it_was_sent() -> None:
    (twice,) = (each for each in hostilities() if each.name == "two answers in turns")
    async with StandInServer(twice.behaviour) as server:
        model = model_at(server, twice)
        assert (await reply_of(model)).strip() == LINE
        await model.aclose()
