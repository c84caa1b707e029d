"""Which tables a database has, and bringing them up to date. Alembic is loaded only where there is something to do."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection, Engine, create_engine, inspect, text
from sqlalchemy.exc import SQLAlchemyError

from roleplay.errors import SchemaError, StoreError
from roleplay.store.database import BUSY_TIMEOUT_S, Place, connect_arguments, prepare_sqlite, reason

if TYPE_CHECKING:
    from alembic.config import Config

HEAD: Final = "0009"
"""The latest step in `migrations`."""
NUMBERED: Final = 6
"""SQLite files had a number instead of a step's name up to this one."""
NEWER: Final = "written by a newer version of the program; update the program to use it"


def upgrade(place: Place, tell: Callable[[str], None] = lambda _: None, *, to: str = HEAD) -> None:
    """Take every step up to `to` that the database lacks, each in a transaction; `tell` gets each step's name.

    Several programs may do it at once.

    Raises:
        SchemaError: it is newer than this program.
        StoreError: a step can't be taken; those before it stand.
    """
    engine = _engine(place)
    try:
        while True:
            with engine.begin() as connection:
                _lock(connection)
                at = _version(connection, place)
                if at is not None and at > HEAD:
                    raise SchemaError(f"{place.shown}: {NEWER}")
                if (at or "0000") >= to:
                    return
                step = f"{int(at or 0) + 1:04}"
                _take(connection, at, step)
            tell(step)
    except SQLAlchemyError as error:
        raise StoreError(f"{place.shown}: can't be brought up to date: {reason(error)}") from error
    finally:
        engine.dispose()


def version(place: Place) -> str | None:
    """The step that a database stands at; None for an empty one.

    Raises:
        StoreError: it can't be reached.
    """
    engine = _engine(place)
    try:
        with engine.connect() as connection:
            return _version(connection, place)
    except SQLAlchemyError as error:
        raise StoreError(f"{place.shown}: {reason(error)}") from error
    finally:
        engine.dispose()


def check(at: str | None, place: Place) -> None:
    """Refuse a server's database that isn't what this program knows.

    Raises:
        SchemaError: it is older, or newer.
    """
    if at is not None and at > HEAD:
        raise SchemaError(f"{place.shown}: {NEWER}")
    if at != HEAD:
        stands = "it is empty" if at is None else f"it stands at step {at}"
        raise SchemaError(f"{place.shown}: {stands}, this program needs {HEAD}; its owner runs: roleplay db upgrade")


def file_version(path: Path) -> str | None:
    """The step that a SQLite file stands at, by the quickest way.

    Raises:
        StoreError: it can't be read.
    """
    try:
        connection = sqlite3.connect(path, timeout=BUSY_TIMEOUT_S)
        try:
            has_name = connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'alembic_version'").fetchone()
            if has_name:
                row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
                return None if row is None else str(row[0])
            return _named(int(connection.execute("PRAGMA user_version").fetchone()[0]), str(path))
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise StoreError(f"{path}: can't be used as a session store: {error}") from error


def _engine(place: Place) -> Engine:
    if place.is_shared:
        return create_engine(place.url, connect_args=dict(connect_arguments(place)))
    arguments = {"timeout": BUSY_TIMEOUT_S, "isolation_level": None}
    engine = create_engine(place.url, connect_args=arguments)
    prepare_sqlite(engine)
    return engine


def _lock(connection: Connection) -> None:
    """Keep others from taking the same step; SQLite's transaction has begun with its lock."""
    if connection.dialect.name != "sqlite":
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('roleplay db upgrade'))"))


def _version(connection: Connection, place: Place) -> str | None:
    if inspect(connection).has_table("alembic_version"):
        named: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
        return named
    if place.is_shared:
        return None
    return _named(int(connection.scalar(text("PRAGMA user_version")) or 0), place.shown)


def _named(number: int, shown: str) -> str | None:
    """The step's name for a file that has only a number."""
    if number > NUMBERED:
        raise SchemaError(f"{shown}: {NEWER}")
    return f"{number:04}" if number else None


def _take(connection: Connection, at: str | None, step: str) -> None:
    from alembic import command

    config = _config(connection)
    if at is not None and not inspect(connection).has_table("alembic_version"):
        command.stamp(config, at)
    command.upgrade(config, step)


def _config(connection: Connection) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config
