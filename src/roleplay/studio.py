"""What a face is built on: the parts put together, and the few things that every face does with them."""

import asyncio
import random
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field

from roleplay.actor.base import Actor
from roleplay.actor.scripted import ScriptedActor
from roleplay.content.case import Case
from roleplay.content.difficulty import Difficulty
from roleplay.content.library import Library, load_library, shipped_root
from roleplay.errors import NotFoundError, VoiceError
from roleplay.listener.ear import ModelEar, Opinions
from roleplay.listener.learned import LearnedListener
from roleplay.listener.reading import Listener
from roleplay.practice.clock import Clock, SystemClock
from roleplay.practice.loop import Practice
from roleplay.record.events import Event
from roleplay.scoring.debrief import Debrief, debrief_of
from roleplay.scoring.result import Result
from roleplay.scoring.scorer import score_session
from roleplay.settings import Settings, read_settings
from roleplay.store.base import SessionStore, StoredSession
from roleplay.store.sqlite import SqliteStore

PREPARE_S = 3.0
"""How long a call waits for an endpoint to tell its model's name; it is asked again when it is to speak."""

FIRST_SCENARIO = "first-call-cto"
"""What is played where nobody chose."""


def library_of(settings: Settings) -> Library:
    """Load the shipped content and the user's own after it.

    Raises:
        ContentError: something in either is wrong.
    """
    return load_library([shipped_root(), settings.own_content])


@asynccontextmanager
async def listening(settings: Settings, opinions: Opinions | None = None) -> AsyncGenerator[LearnedListener, None]:
    """The listener that is set: the local one, and where there is an endpoint, its model where that is unsure.

    Without `opinions`, what the model said is kept in the user's own store.
    """
    if settings.endpoint is None or not settings.asks_model:
        yield LearnedListener()
        return
    from roleplay.llm.client import OpenAIChatModel

    async with AsyncExitStack() as stack:
        if opinions is None:
            store = await SqliteStore.open(settings.database)
            stack.push_async_callback(store.aclose)
            opinions = store
        model = OpenAIChatModel(settings.endpoint, max_retries=0)
        stack.push_async_callback(model.aclose)
        yield LearnedListener(ear=ModelEar(model, opinions))


@dataclass(frozen=True)
class Studio:
    """Settings, content, store, listener and clock, handed to a face. Close it when the face ends."""

    settings: Settings
    library: Library
    store: SessionStore
    listener: Listener
    clock: Clock
    closing: AsyncExitStack = field(default_factory=AsyncExitStack)

    @classmethod
    async def open(cls, environment: Mapping[str, str], *, has_library: bool = True) -> "Studio":
        """Build everything from environment variables.

        Without a library only past sessions are there, which hold their own content.

        Raises:
            SettingsError, ContentError, StoreError: with one line each on what to do.
        """
        settings = read_settings(environment)
        library = library_of(settings) if has_library else Library({}, {}, {})
        async with AsyncExitStack() as stack:
            store = await SqliteStore.open(settings.database)
            stack.push_async_callback(store.aclose)
            listener = await stack.enter_async_context(listening(settings, store))
            return cls(settings, library, store, listener, SystemClock(), stack.pop_all())

    @property
    def goes_to(self) -> str | None:
        """The host that a practice's words would go to; None where they stay on this machine."""
        return None if self.settings.endpoint is None else self.settings.endpoint.host

    def actor(self) -> Actor:
        """The voice that is set: a language model's where there is an endpoint, else the script's."""
        if self.settings.endpoint is None:
            return ScriptedActor()
        from roleplay.actor.model import ModelActor
        from roleplay.llm.client import OpenAIChatModel

        return ModelActor(OpenAIChatModel(self.settings.endpoint))

    async def start(
        self,
        scenario_id: str,
        *,
        seed: int | None = None,
        recruiter: str | None = None,
        difficulty: Difficulty = Difficulty.NORMAL,
    ) -> Practice:
        """Begin a session of `scenario_id`; without a seed, one is drawn and recorded.

        Raises:
            NotFoundError: no such scenario.
        """
        case = self.library.case(scenario_id)
        await self.listener.prepare()
        async with self._ready_actor() as actor:
            return await Practice.start(
                case,
                seed=random.SystemRandom().randrange(1_000_000) if seed is None else seed,
                recruiter=recruiter or self.settings.recruiter,
                store=self.store,
                listener=self.listener,
                actor=actor,
                clock=self.clock,
                difficulty=difficulty,
            )

    async def resume(self, session_id: str) -> Practice:
        """Take up a session where it was left.

        Raises:
            NotFoundError: no such session.
        """
        await self.listener.prepare()
        async with self._ready_actor() as actor:
            return await Practice.resume(
                session_id, store=self.store, listener=self.listener, actor=actor, clock=self.clock
            )

    @asynccontextmanager
    async def _ready_actor(self) -> AsyncGenerator[Actor, None]:
        """A voice that is ready, closed again only where what it is for doesn't come about."""
        actor = self.actor()
        try:
            # An endpoint that fails now will say so when it is to speak, where the script can take over.
            with suppress(VoiceError, TimeoutError):
                async with asyncio.timeout(PREPARE_S):
                    await actor.prepare()
            yield actor
        except BaseException:
            await actor.aclose()
            raise

    async def last_unfinished(self) -> StoredSession:
        """The session that was left most recently before its end.

        Raises:
            NotFoundError: there is none.
        """
        unfinished = await self.unfinished()
        if unfinished is None:
            raise NotFoundError("no unfinished session to go on with; roleplay practice starts one")
        return unfinished

    async def unfinished(self) -> StoredSession | None:
        """The session that was left most recently before its end."""
        return await self.store.last_unfinished()

    async def finish(self, practice: Practice) -> Debrief:
        """Score a session that is over, keep the result, and give the debrief."""
        result = await self._score(practice.id, practice.case, practice.events)
        return debrief_of(practice.case, practice.events, result)

    async def debrief(self, session_id: str) -> Debrief | None:
        """The debrief of a past session, by the result that was kept; None while it isn't over.

        Raises:
            NotFoundError: no such session.
        """
        case, events = await self.store.read(session_id)
        if not any(event.kind == "session_ended" for event in events):
            return None
        kept = await self.store.result(session_id)
        if kept is not None:
            return debrief_of(case, events, Result.model_validate_json(kept))
        return debrief_of(case, events, await self._score(session_id, case, events))

    async def _score(self, session_id: str, case: Case, events: Sequence[Event]) -> Result:
        """Score a session that is over, and keep the result."""
        result = await score_session(case, events, self.listener)
        await self.store.keep_result(session_id, result.model_dump_json(), result.score, result.passed)
        return result

    async def aclose(self) -> None:
        """Close the store and the listener's connections."""
        await self.closing.aclose()
