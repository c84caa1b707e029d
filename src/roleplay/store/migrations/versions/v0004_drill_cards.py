"""How recruiters stand with drill cards."""

from roleplay.store.migrations.statements import run

revision = "0004"
down_revision = "0003"

SQLITE = """
    CREATE TABLE drill_cards (
        recruiter TEXT NOT NULL,
        card TEXT NOT NULL,
        json TEXT NOT NULL,
        PRIMARY KEY (recruiter, card)
    ) STRICT, WITHOUT ROWID;
"""


def upgrade() -> None:
    """Take the step. PostgreSQL begins at 0007."""
    run(sqlite=SQLITE)
