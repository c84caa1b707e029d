"""People, assignments, and what was done in a team."""

from roleplay.store.migrations.statements import run

revision = "0006"
down_revision = "0005"

SQLITE = """
    CREATE TABLE people (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        name_key TEXT NOT NULL UNIQUE,
        email_key TEXT UNIQUE,
        json TEXT NOT NULL
    ) STRICT;
    CREATE TABLE assignments (
        id TEXT PRIMARY KEY,
        case_digest TEXT NOT NULL REFERENCES cases (digest),
        due_at TEXT NOT NULL,
        withdrawn_at TEXT,
        json TEXT NOT NULL
    ) STRICT;
    CREATE TABLE team_events (
        id INTEGER PRIMARY KEY,
        kind TEXT NOT NULL,
        by_id TEXT,
        person_id TEXT,
        session_id TEXT,
        assignment_id TEXT,
        json TEXT NOT NULL
    ) STRICT;
    CREATE INDEX team_events_retention ON team_events (id) WHERE kind = 'retention_set';
    CREATE INDEX team_events_by_session ON team_events (session_id, id) WHERE session_id IS NOT NULL;
    CREATE TABLE verdicts (
        session_id TEXT NOT NULL REFERENCES sessions (id),
        criterion TEXT NOT NULL,
        verdict TEXT NOT NULL,
        PRIMARY KEY (session_id, criterion)
    ) STRICT, WITHOUT ROWID;
    ALTER TABLE sessions ADD COLUMN mode TEXT NOT NULL DEFAULT 'coached';
    ALTER TABLE sessions ADD COLUMN assignment_id TEXT;
    ALTER TABLE sessions ADD COLUMN submitted_at TEXT;
    ALTER TABLE sessions ADD COLUMN score REAL;
    ALTER TABLE sessions ADD COLUMN passed INTEGER;
    ALTER TABLE sessions ADD COLUMN is_void INTEGER NOT NULL DEFAULT 0;
    CREATE INDEX sessions_by_recruiter ON sessions (recruiter, started_at DESC);
    CREATE INDEX sessions_by_assignment ON sessions (assignment_id) WHERE assignment_id IS NOT NULL;
    CREATE INDEX sessions_unfinished ON sessions (changed_at DESC) WHERE NOT is_over;
    CREATE INDEX sessions_submitted ON sessions (submitted_at DESC) WHERE submitted_at IS NOT NULL;
    UPDATE sessions SET (score, passed, is_void) = (
        SELECT score, passed, json ->> 'void' IS NOT NULL FROM results
        WHERE session_id = sessions.id AND is_own ORDER BY results.id DESC LIMIT 1
    ) WHERE EXISTS (SELECT 1 FROM results WHERE session_id = sessions.id AND is_own);
    INSERT INTO verdicts
        SELECT session_id, found.value ->> 'id', coalesce(
            (SELECT word.json ->> 'verdict' FROM overrulings AS word WHERE word.session_id = results.session_id
                AND word.json ->> 'criterion' = found.value ->> 'id' ORDER BY word.id DESC LIMIT 1),
            found.value ->> 'verdict'
        )
        FROM results, json_each(results.json, '$.criteria') AS found
        WHERE results.id IN (SELECT max(id) FROM results WHERE is_own GROUP BY session_id);
"""


def upgrade() -> None:
    """Take the step. PostgreSQL begins at 0007."""
    run(sqlite=SQLITE)
