"""What a model is asked is kept with the session, counts against the budget, and over it the script goes on."""

from collections.abc import Sequence

from roleplay.actor.model import ModelActor
from roleplay.content.library import Library
from roleplay.llm.budget import Limits, Meter, Prices, Spent
from roleplay.llm.client import OpenAIChatModel
from roleplay.practice.happenings import Happening, NoticeRaised
from roleplay.practice.loop import Practice
from roleplay.practice.spending import spent_in
from roleplay.record.events import SCRIPTED, SessionEnded, TokensSpent, TurnSpoken
from roleplay.store.sql import SqlStore
from roleplay.wording import spent_words
from tests.doubles import FakeClock, TaggedListener, happenings_of
from tests.llm.stand_in import StandInServer, fails, says

TURNS = ("[greeting] Hi.", "Okay.", "Right.", "I see.")


async def started(library: Library, store: SqlStore, server: StandInServer, meter: Meter) -> Practice:
    return await Practice.start(
        library.case("first-call-cto"),
        seed=1,
        recruiter=None,
        store=store,
        listener=TaggedListener(),
        actor=ModelActor(OpenAIChatModel(server.endpoint(), max_retries=0, meter=meter)),
        clock=FakeClock(),
        meter=meter,
    )


async def played(practice: Practice, turns: Sequence[str] = TURNS) -> list[Happening]:
    happened = await happenings_of(practice.begin())
    for turn in turns:
        happened += await happenings_of(practice.say(turn))
    return happened


def notices(happened: Sequence[Happening]) -> list[str]:
    return [happening.text for happening in happened if isinstance(happening, NoticeRaised)]


async def test_every_request_is_in_the_record_once(library: Library, store: SqlStore) -> None:
    meter = Meter(prices=Prices(prompt=1, cached=0.5, completion=2))
    async with StandInServer(says("Hm. Go on.")) as server:
        practice = await started(library, store, server, meter)
        await played(practice)
        await happenings_of(practice.leave())
        asked = len(server.requests)
        await practice.aclose()
    assert spent_in(practice.events) == meter.session
    assert meter.session.requests == asked == 1 + len(TURNS)
    assert meter.session.money > 0
    assert isinstance(practice.events[-1], SessionEnded), "nothing follows the end"
    day = await store.spent_since(practice.events[0].at)
    assert spent_in(day) == meter.session
    assert spent_words(meter).endswith(f"${meter.session.money:.2f}")


async def test_a_session_that_is_taken_up_goes_on_from_what_it_has_spent(library: Library, store: SqlStore) -> None:
    async with StandInServer(says("Hm. Go on.")) as server:
        practice = await started(library, store, server, Meter())
        await played(practice)
        spent = practice.meter.session
        await practice.aclose()
        again = await Practice.resume(
            practice.id,
            store=store,
            listener=TaggedListener(),
            actor=practice._actor,
            clock=FakeClock(),
            meter=Meter(Limits(session_tokens=10_000)),
        )
    assert again.meter.session == spent != Spent()


async def test_over_the_budget_the_script_goes_on_and_it_is_said_once(library: Library, store: SqlStore) -> None:
    meter = Meter(Limits(session_tokens=1000))
    async with StandInServer(says("Hm. Go on.")) as server:
        practice = await started(library, store, server, meter)
        happened = await played(practice)
        assert len(server.requests) == 2, "one that began below the limit may end above it"
        await practice.aclose()
    voices = [event.voice for event in practice.events if isinstance(event, TurnSpoken) and event.voice]
    assert voices == ["stand-in-1"] * 2 + [SCRIPTED] * 3
    (told,) = notices(happened)
    assert told.startswith("the session's 1k tokens are used up; more is there in a new session")
    assert meter.session.tokens > 1000
    assert spent_words(meter).endswith(" of 1k tokens")
    assert len([event for event in practice.events if isinstance(event, TokensSpent)]) == 2


async def test_that_a_model_is_left_alone_is_said_once(library: Library, store: SqlStore) -> None:
    async with StandInServer(fails(500)) as server:
        practice = await started(library, store, server, Meter())
        happened = await played(practice)
        assert len(server.requests) == 2
        await practice.aclose()
    told = notices(happened)
    assert len(told) == 3
    assert "failed by itself (500)" in told[0]
    assert "is left alone" in told[2]
