"""The judge that is set: the endpoint's model, with what it said kept beside the sessions."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Final

from roleplay.around import asked_model, meter_of
from roleplay.content.scorecard import Scorecard
from roleplay.errors import VoiceError
from roleplay.listener.ear import Opinions
from roleplay.llm.breaker import Breaker
from roleplay.llm.budget import Meter
from roleplay.llm.connection import MAX_RETRIES
from roleplay.practice.clock import Clock
from roleplay.practice.spending import spending_kept, spent_in
from roleplay.scoring.hearing import Hearing
from roleplay.scoring.judge import AbsentJudge, Judge, ModelJudge, Scope, asked_of
from roleplay.scoring.judged import Judgement
from roleplay.settings import Settings
from roleplay.store.base import SessionStore

NO_JUDGE: Final = "Needs a language model at a server; none is set (roleplay voice use URL)"
"""What is said where nobody can be asked, without its full stop."""


@asynccontextmanager
async def judging(
    settings: Settings,
    scope: Scope,
    votes: int,
    meter: Meter,
    *,
    opinions: Opinions | None = None,
    breaker: Breaker | None = None,
) -> AsyncGenerator[Judge, None]:
    """A judge at the endpoint that is set; one that says why not where none is.

    Without `opinions`, what the model said is kept in the user's own store.

    Raises:
        StoreError: the store can't be opened.
    """
    if settings.endpoint is None:
        yield AbsentJudge(NO_JUDGE)
        return
    asking = asked_model(settings, settings.endpoint, opinions, max_retries=MAX_RETRIES, breaker=breaker, meter=meter)
    async with asking as (model, kept):
        with suppress(VoiceError):  # whatever is wrong is told when it is asked
            await model.prepare()  # what was kept is found by its name
        yield ModelJudge(model, kept, votes=votes, scope=scope)


@asynccontextmanager
async def judging_session(
    settings: Settings, store: SessionStore, session_id: str, scope: Scope, votes: int, clock: Clock
) -> AsyncGenerator[tuple["Required", str], None]:
    """A judge for one past session, and its name; what it costs is kept with the session, and counts for its budget.

    Raises:
        NotFoundError: no such session.
    """
    _, events = await store.read(session_id)
    meter = meter_of(settings)  # a call may begin meanwhile, by the studio's own
    meter.begin(spent_in(events))
    await begin_day(meter, store, clock)
    async with (
        spending_kept(store, session_id, meter, clock),
        judging(settings, scope, votes, meter, opinions=store) as judge,
    ):
        yield Required(judge), judge_name(scope, votes)


async def begin_day(meter: Meter, store: SessionStore, clock: Clock) -> None:
    """Let a meter know what was spent since midnight, where the user is; also by another program beside this."""
    midnight = clock.now().astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
    meter.begin_day(spent_in(await store.spent_since(midnight)))


@dataclass(frozen=True)
class Required:
    """A judge whose failure is an error, so that no result without its verdicts takes the place of one with them."""

    judge_asked: Judge

    async def judge(self, hearing: Hearing, scorecard: Scorecard) -> Judgement:
        """Read a transcript.

        Raises:
            VoiceError: nothing was judged, and why.
        """
        judgement = await self.judge_asked.judge(hearing, scorecard)
        if judgement.failure is not None:
            raise VoiceError(f"{judgement.failure}; the result stands as it was")
        return judgement


def judge_name(scope: Scope, votes: int) -> str:
    """How a result keeps which judge it was found with."""
    return f"{scope} {votes}"


def asks(scorecard: Scorecard, scope: Scope) -> bool:
    """Whether a judge has anything to read a transcript for."""
    return bool(asked_of(scorecard, scope).by_name)
