"""Running a step's statements."""

from alembic import op


def is_postgresql() -> bool:
    """Whether the step is taken in PostgreSQL."""
    return op.get_bind().dialect.name == "postgresql"


def run(*, sqlite: str = "", postgresql: str = "") -> None:
    """Run what the database at hand takes. In SQLite's, a semicolon ends a statement, wherever it stands."""
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        for statement in sqlite.split(";"):
            if statement.strip():
                connection.exec_driver_sql(statement)
    elif postgresql:
        # Past SQLAlchemy, which would look for parameters, and have the driver take one statement at a time.
        cursor = connection.connection.cursor()
        cursor.execute(postgresql)
        cursor.close()
