"""What was spent, by its time."""

from roleplay.store.migrations.statements import run

revision = "0003"
down_revision = "0002"

SQLITE = """
    CREATE INDEX events_spent ON events (json ->> 'at') WHERE kind = 'tokens_spent';
"""


def upgrade() -> None:
    """Take the step. PostgreSQL begins at 0007."""
    run(sqlite=SQLITE)
