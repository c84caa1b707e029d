"""Results and coaches' words in SQLite: functions on a connection, inside a transaction of the caller's."""

import sqlite3
from datetime import datetime
from typing import Final

from roleplay.store.base import KeptResult, ScoredBy, StoredSession

LISTED: Final = """
    SELECT id, scenario_id, title, recruiter, case_digest, started_at, is_over, turns,
        (SELECT score FROM results WHERE session_id = sessions.id AND is_own ORDER BY results.id DESC LIMIT 1),
        (SELECT passed FROM results WHERE session_id = sessions.id AND is_own ORDER BY results.id DESC LIMIT 1),
        (SELECT json ->> 'void' IS NOT NULL FROM results
            WHERE session_id = sessions.id AND is_own ORDER BY results.id DESC LIMIT 1)
    FROM sessions
"""
"""Sessions as `listed` takes them; a condition and an order follow."""


def listed(row: tuple[object, ...]) -> StoredSession:
    """A session out of its row."""
    names = ("id", "scenario_id", "title", "recruiter", "case_digest")
    values = dict(zip(names, row[:5], strict=True))
    return StoredSession.model_validate(
        values
        | {
            "started_at": datetime.fromisoformat(str(row[5])),
            "is_over": bool(row[6]),
            "turns": row[7],
            "score": row[8],
            "passed": None if row[9] is None else bool(row[9]),
            "is_void": bool(row[10]),
        }
    )


def keep_result(
    connection: sqlite3.Connection, session_id: str, result_json: str, score: float, passed: bool, by: ScoredBy
) -> None:
    """Keep a result beside earlier ones."""
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
    connection: sqlite3.Connection, session_id: str, overruling_json: str, score: float, passed: bool
) -> None:
    """Keep a coach's word, and what the session's own result comes to with it."""
    connection.execute("INSERT INTO overrulings (session_id, json) VALUES (?, ?)", (session_id, overruling_json))
    connection.execute(
        "UPDATE results SET score = ?, passed = ? WHERE id ="
        " (SELECT id FROM results WHERE session_id = ? AND is_own ORDER BY id DESC LIMIT 1)",
        (score, int(passed), session_id),
    )


def overrulings(connection: sqlite3.Connection, session_id: str) -> list[str]:
    """What coaches said of a session, oldest first."""
    rows = connection.execute("SELECT json FROM overrulings WHERE session_id = ? ORDER BY id", (session_id,))
    return [str(text) for (text,) in rows]


def overruled_sessions(connection: sqlite3.Connection) -> list[str]:
    """The ids of the sessions that a coach said something of."""
    rows = connection.execute("SELECT session_id FROM overrulings GROUP BY session_id ORDER BY min(id)")
    return [str(session_id) for (session_id,) in rows]
