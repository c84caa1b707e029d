"""Results and coaches' words in a database: functions on a connection, inside a transaction of the caller's."""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, func, insert, literal_column, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import Select

from roleplay.store import tables
from roleplay.store.base import KeptResult, Overruled, ScoredBy, StoredSession

RESULTS = tables.results
SESSIONS = tables.sessions
OVERRULINGS = tables.overrulings
VERDICTS = tables.verdicts


def listed() -> Select[Any]:
    """Sessions as `listed_by` takes them; a condition and an order follow."""
    names = (
        "id",
        "scenario_id",
        "title",
        "recruiter",
        "case_digest",
        "started_at",
        "is_over",
        "turns",
        "score",
        "passed",
        "is_void",
        "mode",
        "submitted_at",
    )
    return select(*(SESSIONS.c[name] for name in names), SESSIONS.c.assignment_id.label("assignment"))


async def listed_by(connection: AsyncConnection, query: Select[Any]) -> list[StoredSession]:
    """The sessions that a query made of `listed` finds."""
    rows = (await connection.execute(query)).mappings()
    return [StoredSession.model_validate(dict(row)) for row in rows]


async def keep_result(
    connection: AsyncConnection,
    session_id: str,
    result_json: str,
    score: float,
    passed: bool,
    by: ScoredBy,
    standing: Mapping[str, str] | None,
) -> None:
    """Keep a result beside earlier ones. `standing`: its verdicts with coaches' words; None: they are the result's."""
    await connection.execute(
        insert(RESULTS).values(
            session_id=session_id,
            score=score,
            passed=passed,
            json=result_json,
            is_own=by.is_own,
            scorecard_digest=by.scorecard_digest,
            scorer=by.scorer,
            scored_at=by.scored_at,
        )
    )
    if by.is_own:
        told = json.loads(result_json)
        verdicts = standing or {each["id"]: each["verdict"] for each in told.get("criteria", ())}
        await _keep_standing(connection, session_id, score, passed, verdicts, is_void=told.get("void") is not None)


async def has_result(connection: AsyncConnection, session_id: str, by: ScoredBy) -> bool:
    """Whether it was scored by this scorer with this scorecard; others who find out at the same time wait for it."""
    await connection.execute(select(SESSIONS.c.id).where(SESSIONS.c.id == session_id).with_for_update())
    found = await connection.execute(
        select(RESULTS.c.id)
        .where(
            RESULTS.c.session_id == session_id,
            RESULTS.c.scorecard_digest == by.scorecard_digest,
            RESULTS.c.scorer == by.scorer,
            RESULTS.c.is_own == by.is_own,
        )
        .limit(1)
    )
    return found.first() is not None


async def _keep_standing(
    connection: AsyncConnection,
    session_id: str,
    score: float,
    passed: bool,
    verdicts: Mapping[str, str],
    *,
    is_void: bool | None = None,
) -> None:
    """Keep what counts in place of what did."""
    values: dict[str, object] = {"score": score, "passed": passed, "standing_no": SESSIONS.c.standing_no + 1}
    if is_void is not None:
        values["is_void"] = is_void
    await connection.execute(update(SESSIONS).where(SESSIONS.c.id == session_id).values(values))
    await connection.execute(delete(VERDICTS).where(VERDICTS.c.session_id == session_id))
    if verdicts:
        rows = [{"session_id": session_id, "criterion": name, "verdict": said} for name, said in verdicts.items()]
        await connection.execute(insert(VERDICTS), rows)


async def kept_results(connection: AsyncConnection, session_id: str) -> list[KeptResult]:
    """What a session came to, each time that it was scored, oldest first."""
    said = RESULTS.c.json.op("->>")
    query = (
        select(
            func.coalesce(said(literal_column("'scorecard'")), ""),
            RESULTS.c.score,
            RESULTS.c.passed,
            said(literal_column("'void'")).is_not(None),
            RESULTS.c.is_own,
            RESULTS.c.scorecard_digest,
            RESULTS.c.scorer,
            RESULTS.c.scored_at,
        )
        .where(RESULTS.c.session_id == session_id)
        .order_by(RESULTS.c.id)
    )
    return [
        KeptResult(
            scorecard=scorecard,
            score=score,
            passed=passed,
            is_void=is_void,
            by=ScoredBy(is_own=is_own, scorecard_digest=digest, scorer=scorer, scored_at=at),
        )
        for scorecard, score, passed, is_void, is_own, digest, scorer, at in await connection.execute(query)
    ]


async def own_result(connection: AsyncConnection, session_id: str) -> str | None:
    """The latest result by the session's own scorecard, as JSON."""
    query = (
        select(RESULTS.c.json)
        .where(RESULTS.c.session_id == session_id, RESULTS.c.is_own)
        .order_by(RESULTS.c.id.desc())
        .limit(1)
    )
    return await connection.scalar(query)


async def keep_overruling(
    connection: AsyncConnection,
    session_id: str,
    overruling_json: str,
    score: float,
    passed: bool,
    standing: Mapping[str, str],
) -> None:
    """Keep a coach's word, and what the session's own result comes to with it."""
    await connection.execute(insert(OVERRULINGS).values(session_id=session_id, json=overruling_json))
    latest = (
        select(RESULTS.c.id)
        .where(RESULTS.c.session_id == session_id, RESULTS.c.is_own)
        .order_by(RESULTS.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    await connection.execute(update(RESULTS).where(RESULTS.c.id == latest).values(score=score, passed=passed))
    await _keep_standing(connection, session_id, score, passed, standing)


async def overrulings(connection: AsyncConnection, session_id: str) -> list[str]:
    """What coaches said of a session, oldest first."""
    query = select(OVERRULINGS.c.json).where(OVERRULINGS.c.session_id == session_id).order_by(OVERRULINGS.c.id)
    return list((await connection.execute(query)).scalars())


async def overruled(connection: AsyncConnection, scorecard: str | None) -> list[Overruled]:
    """The sessions that a coach said something of, with the scorer's latest own result."""
    words: dict[str, list[str]] = {}
    said = select(OVERRULINGS.c.session_id, OVERRULINGS.c.json).order_by(OVERRULINGS.c.id)
    for session_id, word in await connection.execute(said):
        words.setdefault(session_id, []).append(word)
    latest = (
        select(func.max(RESULTS.c.id))
        .where(RESULTS.c.is_own, RESULTS.c.session_id.in_(select(OVERRULINGS.c.session_id)))
        .group_by(RESULTS.c.session_id)
    )
    query = select(RESULTS.c.session_id, RESULTS.c.json).where(RESULTS.c.id.in_(latest))
    if scorecard is not None:
        query = query.where(RESULTS.c.json.op("->>")(literal_column("'scorecard'")) == scorecard)
    found = {row[0]: row[1] for row in await connection.execute(query)}
    return [Overruled(session=name, result=found[name], words=tuple(words[name])) for name in words if name in found]
