"""One database for a firm: what many at once need, and in PostgreSQL everything, with who may see what."""

from pathlib import Path

from roleplay.store.migrations.statements import run

revision = "0007"
down_revision = "0006"

SQLITE = """
ALTER TABLE sessions ADD COLUMN awaits_coach INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN standing_no INTEGER NOT NULL DEFAULT 0;
UPDATE sessions SET awaits_coach = submitted_at IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM team_events AS done
    WHERE done.session_id = sessions.id AND done.kind IN ('signed_off', 'sent_back') AND NOT EXISTS (
        SELECT 1 FROM team_events AS later
        WHERE later.session_id = sessions.id AND later.kind = 'verdict_disputed' AND later.id > done.id
    )
);
CREATE INDEX sessions_awaiting ON sessions (submitted_at DESC) WHERE awaits_coach;
CREATE INDEX sessions_counting ON sessions (assignment_id, recruiter, is_void, passed)
    WHERE submitted_at IS NOT NULL AND assignment_id IS NOT NULL;
CREATE INDEX sessions_growing ON sessions (recruiter, standing_no, submitted_at) WHERE submitted_at IS NOT NULL;
CREATE TABLE agreements (scorecard_id TEXT PRIMARY KEY, json TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE skills (recruiter TEXT PRIMARY KEY, made_from TEXT NOT NULL, json TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE troubles (
    session_id TEXT NOT NULL REFERENCES sessions (id),
    scorecard_digest TEXT NOT NULL,
    reason TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (session_id, scorecard_digest)
) STRICT, WITHOUT ROWID;
CREATE TABLE asked_opinions (
    digest TEXT NOT NULL,
    asked_by TEXT NOT NULL,
    json TEXT NOT NULL,
    PRIMARY KEY (digest, asked_by)
) STRICT, WITHOUT ROWID;
INSERT INTO asked_opinions SELECT digest, '', json FROM opinions;
DROP TABLE opinions;
ALTER TABLE asked_opinions RENAME TO opinions;
UPDATE assignments SET due_at = strftime('%Y-%m-%dT%H:%M:%S+00:00', due_at);
PRAGMA user_version = 7
"""
# The version of old tells programs that are older still that the file isn't theirs to open.


def upgrade() -> None:
    """Take the step."""
    run(sqlite=SQLITE, postgresql=Path(__file__).with_name("v0007_shared.postgresql.sql").read_text("utf-8"))
