"""Scoring many sessions again: by workers where a database is shared, else in this program.

What is one's own a recruiter scores in the program, too: workers are for coaches.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from typing import TYPE_CHECKING, Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from roleplay.content.scorecard import Scorecard
from roleplay.judging import judge_name
from roleplay.results import ALL, Rescored, digest_of
from roleplay.scoring.judge import Scope
from roleplay.store.base import StoredSession
from roleplay.store.sql import SqlStore
from roleplay.studio import Studio

if TYPE_CHECKING:
    from roleplay.jobs.queue import Queue, Wanted

LOOK_S: Final = 0.5
"""How often it is looked what workers have done."""


async def rescore_all(
    studio: Studio,
    scorecard: tuple[str, Scorecard] | None,
    scope: Scope | None,
    votes: int,
    tell_waiting: Callable[[int], None],
) -> AsyncGenerator[Rescored, None]:
    """Score all sessions that may be seen and are over, but those that were scored so before.

    Stopping loses nothing, and running it twice does nothing twice. `tell_waiting` gets how many jobs wait while no
    worker runs.

    Raises:
        VoiceError: in this program, the judge failed.
    """
    store = studio.store
    sees_all = studio.me is None or studio.me.duty.coaches
    if isinstance(store, SqlStore) and store.is_shared and sees_all:
        scored = _by_workers(studio, store, scorecard, scope, votes, tell_waiting)
    elif scope is None:
        scored = studio.results.score_all(scorecard)
    else:
        scored = _judged_here(studio, scorecard, scope, votes)
    async with aclosing(scored) as each_one:
        async for each in each_one:
            yield each
    if isinstance(store, SqlStore) and scorecard is None and sees_all:
        for name in await _scorecards(store):
            await studio.results.keep_agreement(name)


async def _judged_here(
    studio: Studio, scorecard: tuple[str, Scorecard] | None, scope: Scope, votes: int
) -> AsyncGenerator[Rescored, None]:
    sessions = await _over(studio)
    scorer = studio.results.scorer(judge_name(scope, votes))
    for number, session in enumerate(sessions, 1):
        told = Rescored(session=session.id, at=number, of=len(sessions), before=session.score)
        if not await studio.results.has_result(session.id, scorecard, scorer):
            await studio.judge(session.id, scope, votes=votes, scorecard=scorecard)
            told = told.model_copy(update={"result": (await studio.store.results(session.id))[-1]})
        yield told


async def _by_workers(
    studio: Studio,
    store: SqlStore,
    scorecard: tuple[str, Scorecard] | None,
    scope: Scope | None,
    votes: int,
    tell_waiting: Callable[[int], None],
) -> AsyncGenerator[Rescored, None]:
    from roleplay.jobs.queue import Queue, Wanted

    sessions = {session.id: session for session in await _over(studio)}
    scorer = studio.results.scorer("" if scope is None else judge_name(scope, votes))
    digest = None if scorecard is None else digest_of(scorecard[1])
    there = await _scored_by(store, scorer, digest) & set(sessions)
    for number, session in enumerate(sorted(there), 1):
        yield Rescored(session=session, at=number, of=len(sessions), before=sessions[session].score)
    async with Queue.open(store) as queue:
        if scorecard is not None:
            await queue.keep_scorecard(*scorecard)
        wanted = Wanted(scorecard_digest=digest or "", scope=scope, votes=votes)
        missing = sorted(set(sessions) - there)
        await queue.put(missing, wanted)
        number = len(there)
        async for session, trouble in _as_they_end(queue, wanted, missing, tell_waiting):
            number += 1
            told = Rescored(session=session, at=number, of=len(sessions), before=sessions[session].score)
            if trouble is None:
                yield told.model_copy(update={"result": (await store.results(session))[-1]})
            else:
                yield told.model_copy(update={"trouble": f"session {session}: {trouble}"})


async def _as_they_end(
    queue: "Queue", wanted: "Wanted", sessions: Sequence[str], tell_waiting: Callable[[int], None]
) -> AsyncGenerator[tuple[str, str | None], None]:
    """Each session once its job has ended, with why it was set aside, if it was."""
    waiting = set(sessions)
    was_told = False
    while waiting:
        finished = waiting - await queue.pending(wanted)
        waiting -= finished
        troubles = {each.session: each.reason for each in await queue.troubles(finished, wanted)}
        for session in sorted(finished):
            yield session, troubles.get(session)
        if finished or not waiting:
            continue
        if not was_told and not (await queue.lengths()).workers:
            tell_waiting(len(waiting))
            was_told = True
        await asyncio.sleep(LOOK_S)


async def _over(studio: Studio) -> Sequence[StoredSession]:
    return [session for session in await studio.store.sessions(ALL) if session.is_over]


async def _scored_by(store: SqlStore, scorer: str, digest: str | None) -> set[str]:
    """The sessions that a scorer has scored by a scorecard, or by their own."""
    query = text(
        "SELECT DISTINCT session_id FROM results WHERE scorer LIKE :scorer ESCAPE '!'"
        " AND (CAST(:digest AS text) IS NULL AND is_own OR scorecard_digest = :digest)"
    )
    for special in ("!", "%", "_"):
        scorer = scorer.replace(special, f"!{special}")
    values = {"scorer": f"{scorer}%", "digest": digest}  # with a judge, it is more of the same

    async def work(connection: AsyncConnection) -> set[str]:
        return set((await connection.execute(query, values)).scalars())

    return await store.run(work)


async def _scorecards(store: SqlStore) -> list[str]:
    """The scorecards on which a coach said something."""
    query = text("SELECT scorecard_id FROM agreements ORDER BY scorecard_id")

    async def work(connection: AsyncConnection) -> list[str]:
        return list((await connection.execute(query)).scalars())

    return await store.run(work)
