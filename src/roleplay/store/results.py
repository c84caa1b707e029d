"""Results and coaches' words in SQLite: functions on a connection, inside a transaction of the caller's."""

import sqlite3
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from roleplay.store.base import KeptResult, Overruled, ScoredBy, StoredSession

LISTED: Final = """
    SELECT id, scenario_id, title, recruiter, case_digest, started_at, is_over, turns, score, passed, is_void, mode,
        assignment_id, submitted_at
    FROM sessions
"""
"""Sessions as `listed_by` takes them; a condition and an order follow."""
_NAMES: Final = (
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
    "assignment",
    "submitted_at",
)


def listed_by(connection: sqlite3.Connection, query: str, values: Mapping[str, object]) -> list[StoredSession]:
    """The sessions that a query beginning with `LISTED` finds."""
    return [
        StoredSession.model_validate(dict(zip(_NAMES, row, strict=True))) for row in connection.execute(query, values)
    ]


def keep_result(
    connection: sqlite3.Connection,
    session_id: str,
    result_json: str,
    score: float,
    passed: bool,
    by: ScoredBy,
    standing: Mapping[str, str] | None,
) -> None:
    """Keep a result beside earlier ones. `standing`: its verdicts with coaches' words; None: they are the result's."""
    connection.execute(
        "INSERT INTO results (session_id, score, passed, json, is_own, scorecard_digest, scorer, scored_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            session_id,
            score,
            int(passed),
            result_json,
            int(by.is_own),
            by.scorecard_digest,
            by.scorer,
            None if by.scored_at is None else by.scored_at.isoformat(),
        ),
    )
    if by.is_own:
        connection.execute(
            "UPDATE sessions SET score = ?, passed = ?, is_void = ? ->> 'void' IS NOT NULL WHERE id = ?",
            (score, int(passed), result_json, session_id),
        )
        _keep_standing(connection, session_id, standing or _verdicts_in(connection, result_json))


def _verdicts_in(connection: sqlite3.Connection, result_json: str) -> dict[str, str]:
    rows = connection.execute(
        "SELECT value ->> 'id', value ->> 'verdict' FROM json_each(?, '$.criteria')", (result_json,)
    )
    return dict(rows.fetchall())


def _keep_standing(connection: sqlite3.Connection, session_id: str, standing: Mapping[str, str]) -> None:
    """Keep the verdicts that count, in place of those that did."""
    connection.execute("DELETE FROM verdicts WHERE session_id = ?", (session_id,))
    connection.executemany(
        "INSERT INTO verdicts VALUES (?, ?, ?)",
        [(session_id, criterion, verdict) for criterion, verdict in standing.items()],
    )


def kept_results(connection: sqlite3.Connection, session_id: str) -> list[KeptResult]:
    """What a session came to, each time that it was scored, oldest first."""
    rows = connection.execute(
        "SELECT coalesce(json ->> 'scorecard', ''), score, passed, json ->> 'void' IS NOT NULL, is_own,"
        " scorecard_digest, scorer, scored_at FROM results WHERE session_id = ? ORDER BY id",
        (session_id,),
    )
    return [
        KeptResult(
            scorecard=scorecard,
            score=score,
            passed=bool(passed),
            is_void=bool(is_void),
            by=ScoredBy(
                is_own=bool(is_own),
                scorecard_digest=digest,
                scorer=scorer,
                scored_at=None if at is None else datetime.fromisoformat(at),
            ),
        )
        for scorecard, score, passed, is_void, is_own, digest, scorer, at in rows
    ]


def keep_overruling(
    connection: sqlite3.Connection,
    session_id: str,
    overruling_json: str,
    score: float,
    passed: bool,
    standing: Mapping[str, str],
) -> None:
    """Keep a coach's word, and what the session's own result comes to with it."""
    connection.execute("INSERT INTO overrulings (session_id, json) VALUES (?, ?)", (session_id, overruling_json))
    connection.execute(
        "UPDATE results SET score = ?, passed = ? WHERE id ="
        " (SELECT id FROM results WHERE session_id = ? AND is_own ORDER BY id DESC LIMIT 1)",
        (score, int(passed), session_id),
    )
    connection.execute("UPDATE sessions SET score = ?, passed = ? WHERE id = ?", (score, int(passed), session_id))
    _keep_standing(connection, session_id, standing)


def overrulings(connection: sqlite3.Connection, session_id: str) -> list[str]:
    """What coaches said of a session, oldest first."""
    rows = connection.execute("SELECT json FROM overrulings WHERE session_id = ? ORDER BY id", (session_id,))
    return [str(text) for (text,) in rows]


def overruled(connection: sqlite3.Connection, scorecard: str | None) -> list[Overruled]:
    """The sessions that a coach said something of, with the scorer's latest own result."""
    words: dict[str, list[str]] = {}
    for session_id, text in connection.execute("SELECT session_id, json FROM overrulings ORDER BY id"):
        words.setdefault(session_id, []).append(text)
    rows = connection.execute(
        "SELECT session_id, json FROM results WHERE id IN (SELECT max(id) FROM results WHERE is_own"
        " AND session_id IN (SELECT session_id FROM overrulings) GROUP BY session_id)"
        " AND (:scorecard IS NULL OR json ->> 'scorecard' = :scorecard)",
        {"scorecard": scorecard},
    )
    latest = dict(rows.fetchall())
    return [Overruled(session=name, result=latest[name], words=tuple(words[name])) for name in words if name in latest]
