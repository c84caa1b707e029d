"""The judge that is set: the endpoint's model, with what it said kept in the user's own store."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager, suppress

from roleplay.errors import VoiceError
from roleplay.llm.abilities import RememberedInFile
from roleplay.scoring.judge import AbsentJudge, Judge, ModelJudge, Scope
from roleplay.settings import Settings
from roleplay.store.sqlite import SqliteStore
from roleplay.studio import meter_of


@asynccontextmanager
async def judging(settings: Settings, scope: Scope, votes: int) -> AsyncGenerator[Judge, None]:
    """A judge at the endpoint that is set; one that says why not where none is.

    Raises:
        SettingsError, StoreError: a limit can't be read, or the store can't be opened.
    """
    if settings.endpoint is None:
        yield AbsentJudge("Needs a language model at a server; none is set (roleplay voice use URL)")
        return
    from roleplay.llm.client import OpenAIChatModel

    async with AsyncExitStack() as stack:
        store = await SqliteStore.open(settings.database)
        stack.push_async_callback(store.aclose)
        known = RememberedInFile(settings.abilities)
        model = OpenAIChatModel(settings.endpoint, meter=meter_of(settings), remembered=known)
        stack.push_async_callback(model.aclose)
        with suppress(VoiceError):  # whatever is wrong is told when it is asked
            await model.prepare()  # what was kept is found by its name
        yield ModelJudge(model, store, votes=votes, scope=scope)
