"""Copying a whole database into another one, of the same kind or not, and telling whether they hold the same."""

import hashlib
import json
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import Table, func, insert, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from roleplay.errors import StoreError
from roleplay.store.sql import SqlStore
from roleplay.store.tables import COPIED

AT_ONCE: Final = 500


class Held(NamedTuple):
    """What a table holds."""

    rows: int
    digest: str
    """SHA-256 over its rows in the order of their keys; the same in every kind of database."""


async def held_in(store: SqlStore) -> dict[str, Held]:
    """What every table holds that is copied."""
    found: dict[str, Held] = {}
    for table in COPIED:
        digest, rows = hashlib.sha256(), 0
        async for some in _parts(store, table):
            for row in some:
                digest.update(_line(row))
            rows += len(some)
        found[table.name] = Held(rows, digest.hexdigest())
    return found


async def copy(source: SqlStore, target: SqlStore, tell: Callable[[str, int], None] = lambda *_: None) -> int:
    """Copy everything into an empty database, and compare; returns how many rows. `tell` gets each table as it is done.

    Raises:
        StoreError: the target isn't empty, or what was written isn't what was read.
    """
    for name, held in (await held_in(target)).items():
        if held.rows:
            raise StoreError(f"{target.shown}: not empty ({held.rows} rows in {name}); copy into one that is")
    total = 0
    for table in COPIED:
        rows = 0
        async for some in _parts(source, table):
            await target.write(_inserting(table, some))
            rows += len(some)
        if target.is_shared and "id" in table.c and table.c.id.type.python_type is int:
            await target.write(_counting_on(table))
        total += rows
        tell(table.name, rows)
    before, after = await held_in(source), await held_in(target)
    differing = [name for name in before if before[name] != after[name]]
    if differing:
        raise StoreError(
            f"{target.shown}: {', '.join(differing)} aren't what {source.shown} holds; was it used meanwhile? "
            "Empty it, and copy again while nobody plays"
        )
    return total


async def _parts(store: SqlStore, table: Table) -> AsyncIterator[list[dict[str, Any]]]:
    """A table's rows in the order of their keys, some at a time, so that memory doesn't grow with it."""
    keys = list(table.primary_key.columns)
    after: tuple[Any, ...] | None = None
    while True:
        query = select(table).order_by(*keys).limit(AT_ONCE)
        if after is not None:
            query = query.where(tuple_(*keys) > after)

        async def work(connection: AsyncConnection, query: Any = query) -> list[dict[str, Any]]:
            return [dict(row) for row in (await connection.execute(query)).mappings()]

        rows = await store.run(work)
        if not rows:
            return
        yield rows
        after = tuple(rows[-1][key.name] for key in keys)


def _inserting(table: Table, rows: list[dict[str, Any]]) -> Any:
    async def work(connection: AsyncConnection) -> None:
        await connection.execute(insert(table), rows)

    return work


def _counting_on(table: Table) -> Any:
    """Have the server number new rows after those that were copied."""
    latest = select(func.coalesce(func.max(table.c.id), 0) + 1).scalar_subquery()

    async def work(connection: AsyncConnection) -> None:
        sequence = func.pg_get_serial_sequence(table.name, "id")
        await connection.execute(select(func.setval(sequence, latest, text("false"))))

    return work


def _line(row: dict[str, Any]) -> bytes:
    told = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in row.items()}
    return json.dumps(told, sort_keys=True, ensure_ascii=False).encode() + b"\n"
