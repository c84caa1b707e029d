"""Sessions, what happened in them, and what they came to."""

from roleplay.store.migrations.statements import run

revision = "0001"
down_revision = None

SQLITE = """
    CREATE TABLE cases (digest TEXT PRIMARY KEY, json TEXT NOT NULL) STRICT;
    CREATE TABLE sessions (
        id TEXT PRIMARY KEY,
        scenario_id TEXT NOT NULL,
        title TEXT NOT NULL,
        recruiter TEXT,
        case_digest TEXT NOT NULL REFERENCES cases (digest),
        started_at TEXT NOT NULL,
        changed_at TEXT NOT NULL,
        is_over INTEGER NOT NULL DEFAULT 0,
        turns INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE INDEX sessions_by_start ON sessions (started_at DESC);
    CREATE TABLE events (
        session_id TEXT NOT NULL REFERENCES sessions (id),
        position INTEGER NOT NULL,
        kind TEXT NOT NULL,
        json TEXT NOT NULL,
        PRIMARY KEY (session_id, position)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE results (
        id INTEGER PRIMARY KEY,
        session_id TEXT NOT NULL REFERENCES sessions (id),
        score REAL NOT NULL,
        passed INTEGER NOT NULL,
        json TEXT NOT NULL
    ) STRICT;
    CREATE INDEX results_by_session ON results (session_id, id);
"""


def upgrade() -> None:
    """Take the step. PostgreSQL begins at 0007."""
    run(sqlite=SQLITE)
