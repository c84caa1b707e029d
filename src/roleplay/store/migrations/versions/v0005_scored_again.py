"""Results by other scorecards, and coaches' words."""

from roleplay.store.migrations.statements import run

revision = "0005"
down_revision = "0004"

SQLITE = """
    ALTER TABLE results ADD COLUMN is_own INTEGER NOT NULL DEFAULT 1;
    ALTER TABLE results ADD COLUMN scorecard_digest TEXT;
    ALTER TABLE results ADD COLUMN scorer TEXT;
    ALTER TABLE results ADD COLUMN scored_at TEXT;
    CREATE TABLE overrulings (
        id INTEGER PRIMARY KEY,
        session_id TEXT NOT NULL REFERENCES sessions (id),
        json TEXT NOT NULL
    ) STRICT;
    CREATE INDEX overrulings_by_session ON overrulings (session_id, id);
"""


def upgrade() -> None:
    """Take the step. PostgreSQL begins at 0007."""
    run(sqlite=SQLITE)
