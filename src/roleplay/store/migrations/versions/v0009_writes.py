"""What a server remembers of transactions that wrote, so that one whose commit wasn't answered isn't done twice.

And the transaction that comes most often, of a session's next events, in one call.
"""

from roleplay.store.migrations.statements import run

revision = "0009"
down_revision = "0008"

WRITES = """
CREATE TABLE writes (mark uuid PRIMARY KEY, begun_at timestamptz NOT NULL DEFAULT now());
ALTER TABLE writes ENABLE ROW LEVEL SECURITY;

-- Whether no transaction with this mark was kept; one that is under way still is waited for. Now and then it clears out
-- marks that are older than anybody's patience.
CREATE FUNCTION is_new_write(mark uuid) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF random() < 0.002 THEN
        DELETE FROM writes WHERE writes.mark IN (
            SELECT old.mark FROM writes AS old WHERE begun_at < now() - interval '1 hour' LIMIT 5000
            FOR UPDATE SKIP LOCKED
        );
    END IF;
    INSERT INTO writes VALUES (mark) ON CONFLICT DO NOTHING;
    RETURN FOUND;
END
$$;

-- By whoever calls it, whose rights and policies hold.
CREATE FUNCTION append_events(token text, mark uuid, session text, first integer, kinds text[], jsons text[],
    more_turns integer, moment timestamptz, ends boolean) RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM set_config('roleplay.token', token, true);
    IF is_new_write(mark) THEN
        INSERT INTO events (session_id, position, kind, json)
        SELECT session, first + nth - 1, kind, json::json
        FROM unnest(kinds, jsons) WITH ORDINALITY AS given (kind, json, nth);
        UPDATE sessions SET turns = turns + more_turns, changed_at = moment WHERE id = session;
        IF ends THEN
            UPDATE sessions SET is_over = true WHERE id = session;
        END IF;
    END IF;
END
$$;

REVOKE EXECUTE ON FUNCTION is_new_write(uuid),
    append_events(text, uuid, text, integer, text[], text[], integer, timestamptz, boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION is_new_write(uuid),
    append_events(text, uuid, text, integer, text[], text[], integer, timestamptz, boolean)
    TO roleplay_app, roleplay_worker
"""


def upgrade() -> None:
    """Take the step. A SQLite file answers every commit."""
    run(sqlite="PRAGMA user_version = 9", postgresql=WRITES)
