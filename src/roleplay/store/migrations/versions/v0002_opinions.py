"""What language models said of turns."""

from roleplay.store.migrations.statements import run

revision = "0002"
down_revision = "0001"

SQLITE = """
    CREATE TABLE opinions (digest TEXT PRIMARY KEY, json TEXT NOT NULL) STRICT, WITHOUT ROWID;
"""


def upgrade() -> None:
    """Take the step. PostgreSQL begins at 0007."""
    run(sqlite=SQLITE)
