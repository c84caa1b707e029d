"""The schema in SQLite, as the changes that led to it."""

from typing import Final

MIGRATIONS: Final = (
    """
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
    """,
    """
    CREATE TABLE opinions (digest TEXT PRIMARY KEY, json TEXT NOT NULL) STRICT, WITHOUT ROWID;
    """,
    """
    CREATE INDEX events_spent ON events (json ->> 'at') WHERE kind = 'tokens_spent';
    """,
    """
    CREATE TABLE drill_cards (
        recruiter TEXT NOT NULL,
        card TEXT NOT NULL,
        json TEXT NOT NULL,
        PRIMARY KEY (recruiter, card)
    ) STRICT, WITHOUT ROWID;
    """,
    """
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
    """,
    """
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
""",
)
"""Schema changes in order; `user_version` counts those that a file has."""
