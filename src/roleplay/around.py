"""What a studio is built from: content, what may be spent, servers on this machine, and the listener that is set."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING, NamedTuple

from roleplay.content.library import Library, load_library, shipped_root
from roleplay.errors import SignInError
from roleplay.listener.ear import ModelEar, Opinions
from roleplay.listener.learned import LearnedListener
from roleplay.llm.abilities import RememberedInFile
from roleplay.llm.breaker import Breaker
from roleplay.llm.budget import Meter, parse_limits, parse_prices
from roleplay.llm.discovery import FoundServer, find_servers
from roleplay.practice.clock import Clock
from roleplay.remembered import read_remembered
from roleplay.roster.people import Person
from roleplay.settings import Endpoint, Settings, Source
from roleplay.signed_in import SignedIn, read_signed_in, write_signed_in
from roleplay.store.sign_ins import SignIns
from roleplay.store.sql import SqlStore
from roleplay.store.sql_team import SqlTeam
from roleplay.team.people import People
from roleplay.team.signing_in import ENDED

if TYPE_CHECKING:
    from roleplay.llm.client import OpenAIChatModel


def library_of(settings: Settings) -> Library:
    """Load the shipped content and the user's own after it.

    Raises:
        ContentError: something in either is wrong.
    """
    return load_library([shipped_root(), settings.own_content])


def meter_of(settings: Settings) -> Meter:
    """What may be spent.

    Raises:
        SettingsError: a limit or a price can't be read, or a limit is money and there are no prices.
    """
    return Meter(
        None if settings.budget is None else parse_limits(settings.budget),
        None if settings.price is None else parse_prices(settings.price),
    )


async def seat(settings: Settings, store: SqlStore, name: str | None, clock: Clock) -> tuple[SqlStore, Person | None]:
    """Who sits down to a store, and the store as it is used by them; None where there is no team.

    In a file, and for whoever owns a shared database, names are taken at their word; others must have signed in.

    Raises:
        SettingsError: there is a team, and it isn't clear who it is.
        SignInError: they aren't signed in, or not any more.
        DutyError: there is a team, and nobody in it by that name.
    """
    wanted = name or settings.recruiter
    if not store.is_shared or not await SignIns(store.database).is_guarded():
        return store, await People(SqlTeam(store), clock).who(wanted)
    signed_in = read_signed_in(settings.home)
    if wanted is not None and "@" in wanted:
        wanted = await _called(store, signed_in, wanted)
    whose, token = signed_in.chosen(store.shown, wanted)
    me = await SignIns(store.database).who(token)
    if me is None:
        write_signed_in(settings.home, signed_in.with_token(store.shown, whose, None))
        raise SignInError(f"{whose}: {ENDED}")
    return store.signed_in_with(token), me


async def _called(store: SqlStore, signed_in: SignedIn, email: str) -> str:
    """The name of somebody by their e-mail, as those see it who are signed in here."""
    for token in signed_in.at(store.shown).values():
        for person in await SqlTeam(store.signed_in_with(token)).people():
            if person.is_called(email):
                return person.name
    return email


class Around(NamedTuple):
    """What there is on this machine."""

    settings: Settings
    """Those that were given, or where nobody named a voice, those with a server's that the user allowed."""
    found: tuple[FoundServer, ...]
    unasked: FoundServer | None
    """The first server that could be used, and that the user wasn't asked about; None where it isn't wanted."""


async def look_around(settings: Settings) -> Around:
    """Look for model servers on this machine.

    Raises:
        SettingsError: what is remembered can't be read.
    """
    found = await find_servers(settings.ports, look_s=settings.look_s)
    if settings.source is not Source.NOBODY or not found:
        return Around(settings, found, None)
    answers = read_remembered(settings.home).answers
    useful = [server for server in found if server.models]
    allowed = next((server for server in useful if answers.get(server.host)), None)
    if allowed is not None:
        return Around(settings.voiced_by(allowed.endpoint(), Source.FOUND), found, None)
    return Around(settings, found, next((server for server in useful if server.host not in answers), None))


@asynccontextmanager
async def asked_model(
    settings: Settings,
    endpoint: Endpoint,
    opinions: Opinions | None,
    *,
    max_retries: int,
    breaker: Breaker | None = None,
    meter: Meter | None = None,
) -> AsyncGenerator[tuple["OpenAIChatModel", Opinions], None]:
    """The model at an endpoint, to be asked about turns, and where its words are kept: `opinions`, or the own store.

    Raises:
        StoreError: the store can't be opened.
    """
    from roleplay.llm.client import OpenAIChatModel

    async with AsyncExitStack() as stack:
        if opinions is None:
            store = await SqlStore.open(settings.sessions)
            stack.push_async_callback(store.aclose)
            opinions = store
        known = RememberedInFile(settings.abilities)
        model = OpenAIChatModel(endpoint, max_retries=max_retries, breaker=breaker, meter=meter, remembered=known)
        stack.push_async_callback(model.aclose)
        yield model, opinions


@asynccontextmanager
async def listening(
    settings: Settings,
    opinions: Opinions | None = None,
    *,
    breaker: Breaker | None = None,
    meter: Meter | None = None,
) -> AsyncGenerator[LearnedListener, None]:
    """The listener that is set: the local one, and where there is an endpoint, its model where that is unsure.

    Without `opinions`, what the model said is kept in the user's own store. A model inside isn't asked: a question
    between two turns would drop the conversation that it holds.
    """
    if settings.endpoint is None or not settings.asks_model:
        yield LearnedListener(in_thread=True)
        return
    asking = asked_model(settings, settings.endpoint, opinions, max_retries=0, breaker=breaker, meter=meter)
    async with asking as (model, kept):
        yield LearnedListener(ear=ModelEar(model, kept), in_thread=True)
