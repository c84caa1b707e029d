"""What a server remembers of transactions that wrote, so that one whose commit wasn't answered isn't done twice."""

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

REVOKE EXECUTE ON FUNCTION is_new_write(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION is_new_write(uuid) TO roleplay_app, roleplay_worker
"""


def upgrade() -> None:
    """Take the step. A SQLite file answers every commit."""
    run(sqlite="PRAGMA user_version = 9", postgresql=WRITES)
