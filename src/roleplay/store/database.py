"""One database: its engine, its transactions, and what is done where a connection is lost."""

import asyncio
import sqlite3
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, Generic, NamedTuple, Protocol, TypeVar
from uuid import UUID, uuid4

from sqlalchemy import URL, Connection, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, DisconnectionError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from roleplay.errors import DatabaseAwayError, DutyError, SettingsError, StoreError
from roleplay.store.tables import POSTGRESQL

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
Work = Callable[[AsyncConnection], Awaitable[T]]
Call = Callable[[AsyncConnection, Mapping[str, object]], Awaitable[None]]

BUSY_TIMEOUT_S: Final = 10.0
LOCK_POLL_S: Final = 0.02
POOL: Final = 10
"""Connections that a program holds to a server at most."""
POOL_WAIT_S: Final = 30.0
"""How long a transaction waits for one of them."""
AWAY_S: Final = 30.0
"""How long a server that went away is waited for: longer than a restart takes, shorter than anybody's patience."""
CONNECT_S: Final = 10
SILENT_S: Final = 18
"""How long a connection may be dead, with nobody to say so, before it counts as lost: a network that was changed."""
IDLE_S: Final = 120
"""How long a server keeps the locks of a program that says nothing more in the middle of a transaction."""
PAUSES_S: Final = (0.1, 0.2, 0.5, 1.0, 2.0)
"""Between tries to get a lost connection back; the last one again and again."""
PASSING: Final = ("starting up", "shutting down", "recovery", "too many clients", "terminating connection")
"""In what a server says when it takes no connection now, and will soon."""
NOT_ALLOWED: Final = "42501"
"""PostgreSQL's code for what policies and rights refuse."""


class Place(NamedTuple):
    """Where a database is."""

    url: URL
    shown: str
    """For messages: a file's path, or server and database without name and password."""

    @property
    def is_shared(self) -> bool:
        """Whether it is a server's."""
        return self.url.get_backend_name() == POSTGRESQL

    @property
    def address(self) -> Path | str:
        """What `place_of` makes this place of; it may hold a password."""
        if not self.is_shared:
            return self.file
        return self.url.set(drivername=POSTGRESQL).render_as_string(hide_password=False)

    @property
    def file(self) -> Path:
        """The file of one that is no server's."""
        return Path(self.url.database or "")


def place_of(where: Path | str) -> Place:
    """A file's place, or that of `postgresql://…`.

    Raises:
        SettingsError: it is no address of a database.
    """
    if isinstance(where, Path):
        return Place(URL.create("sqlite", database=str(where)), str(where))
    try:
        url = make_url(where)
    except (ArgumentError, ValueError) as error:
        raise SettingsError("ROLEPLAY_DB is no database's address; one is postgresql://NAME@HOST/DATABASE") from error
    if url.get_backend_name() != POSTGRESQL or not url.database:
        raise SettingsError("ROLEPLAY_DB must look like postgresql://NAME@HOST/DATABASE; without it, a file is used")
    if find_spec("psycopg") is None or find_spec("procrastinate") is None:
        raise SettingsError("ROLEPLAY_DB needs what isn't installed: pip install 'roleplay-practice[postgresql]'")
    port = f":{url.port}" if url.port else ""
    return Place(url.set(drivername="postgresql+psycopg"), f"postgresql://{url.host or ''}{port}/{url.database}")


@dataclass(frozen=True)
class Eyes:
    """Whose eyes a server's database is used with: the policies see what they say, for one transaction at a time."""

    token: str = ""
    """What the person signed in with; empty: nobody did."""
    about: str = ""
    """Whose data an admin gives out or deletes; `*`: everybody's that is too old."""


@dataclass
class Database:
    """A database that is open."""

    engine: AsyncEngine
    place: Place
    _running: set["asyncio.Task[Any]"] = field(default_factory=set)
    _is_closed: bool = False

    @property
    def is_shared(self) -> bool:
        """Whether it is a server's."""
        return self.place.is_shared

    async def read(self, work: Work[T], eyes: Eyes | None = None, *, away_s: float = AWAY_S) -> T:
        """Run `work` in one transaction that changes nothing. `away_s`: how long a server that is away is waited for.

        Raises:
            DatabaseAwayError: the server didn't come back in time.
            StoreError: it can't be read.
        """
        return await self._to_its_end(_Transaction(self, eyes or Eyes(), work), away_s)

    async def write(self, work: Work[T], eyes: Eyes | None = None) -> T:
        """Run `work` in one transaction: all of it becomes durable, once, or nothing.

        `work` is run again where the connection was lost before it became durable.

        Raises:
            DutyError: the database's policies don't let this person do it.
            DatabaseAwayError: the server didn't come back in time. Nothing was written, unless it says otherwise.
            StoreError: it can't be written.
        """
        return await self._to_its_end(_Transaction(self, eyes or Eyes(), work, uuid4()), AWAY_S)

    async def call(self, work: Call, eyes: Eyes | None = None) -> None:
        """Have a server's function write, as `write` does, but in one round trip for all of the transaction.

        `work` executes that one statement with what it gets, `token` and `mark`, which the function sees to.
        """
        await self._to_its_end(_CallAlone(self, eyes or Eyes(), work), AWAY_S)

    async def aclose(self) -> None:
        """Close it once all that was begun has ended."""
        self._is_closed = True
        if self._running:
            await asyncio.wait(self._running)
        await self.engine.dispose()

    async def _to_its_end(self, transaction: "_Tried[T]", away_s: float) -> T:
        """Run it to its end, even if the caller is cancelled meanwhile."""
        if self._is_closed:
            raise StoreError(f"{self.place.shown}: was closed")
        task = asyncio.create_task(self._kept_up(transaction, away_s))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return await asyncio.shield(task)

    async def _kept_up(self, transaction: "_Tried[T]", away_s: float) -> T:
        """Run it, and again where a lost connection took it away."""
        ends = time.monotonic() + away_s
        tries = 0
        while True:
            try:
                return await transaction.run()
            except PoolTimeoutError as error:
                raise DatabaseAwayError(
                    f"{self.place.shown}: all {POOL} connections were busy for {POOL_WAIT_S:.0f} s; try again"
                ) from error
            except (SQLAlchemyError, OSError) as error:
                if not self.is_shared or not _is_lost(error):
                    raise self._told(error) from error
                pause_s = PAUSES_S[min(tries, len(PAUSES_S) - 1)]
                if time.monotonic() + pause_s > ends:
                    raise self._away(error, transaction) from error
            tries += 1
            await asyncio.sleep(pause_s)

    def _away(self, error: Exception, transaction: "_Tried[T]") -> DatabaseAwayError:
        if transaction.may_be_kept:
            return DatabaseAwayError(
                f"{self.place.shown}: the connection was lost, and whether the last step was kept isn't known; "
                "look before you do it again"
            )
        return DatabaseAwayError(
            f"{self.place.shown}: the database can't be reached ({reason(error)}); is the server running?"
        )

    def _told(self, error: Exception) -> StoreError | DutyError:
        if getattr(getattr(error, "orig", None), "sqlstate", None) == NOT_ALLOWED:
            return DutyError(f"{self.place.shown} doesn't let you do that; are you signed in, and is it yours to do?")
        if self.is_shared:
            return StoreError(f"{self.place.shown}: {reason(error)}")
        return StoreError(f"{self.place.shown}: {reason(error)}; is the disk full, or the file in use?")


class _Tried(Protocol[T_co]):
    """What is to be done in one transaction, which is tried until it is known to be durable."""

    @property
    def may_be_kept(self) -> bool:
        """Whether a commit was asked for."""

    async def run(self) -> T_co:
        """Try it once."""


@dataclass
class _Transaction(Generic[T]):
    """A transaction of several statements."""

    database: Database
    eyes: Eyes
    work: Work[T]
    mark: UUID | None = None
    """What a server remembers it by if it writes, so that none is done twice; None: it only reads.

    A transaction's own number wouldn't do: after a crash the server gives the number of one that was lost to another.
    """
    _found: tuple[T, ...] = ()

    @property
    def may_be_kept(self) -> bool:
        """Whether its commit was asked for."""
        return self.mark is not None and bool(self._found)

    async def run(self) -> T:
        """Try it once."""
        async with self.database.engine.connect() as plain:
            connection = await plain.execution_options(writes=self.mark is not None)
            async with connection.begin():
                if await self._begin(connection):
                    self._found = (await self.work(connection),)
        (found,) = self._found
        return found

    async def _begin(self, connection: AsyncConnection) -> bool:
        """Tell a server who asks; whether there is anything left to do, since an earlier try may have been kept.

        Where an earlier try is under way still, the server waits for its end.
        """
        if not self.database.is_shared:
            return True
        told = {"token": self.eyes.token, "about": self.eyes.about}
        if self.mark is None:
            await connection.execute(_READING, told)
            return True
        row: Sequence[Any] = (await connection.execute(_WRITING, told | {"mark": self.mark})).one()
        return bool(row[-1])


@dataclass
class _CallAlone:
    """A statement that is a transaction by itself."""

    database: Database
    eyes: Eyes
    work: Call
    mark: UUID = field(default_factory=uuid4)
    may_be_kept: bool = False

    async def run(self) -> None:
        """Try it once."""
        async with self.database.engine.connect() as plain:
            connection = await plain.execution_options(isolation_level="AUTOCOMMIT")
            self.may_be_kept = True
            await self.work(connection, {"token": self.eyes.token, "mark": self.mark})


_SEEN = "set_config('roleplay.token', :token, true), set_config('roleplay.about', :about, true)"
_READING: Final = text(f"SELECT {_SEEN}")
_WRITING: Final = text(f"SELECT {_SEEN}, is_new_write(:mark)")


def connect(place: Place, *, pool: int = POOL) -> Database:
    """A database that will be connected to when it is used."""
    if place.is_shared:
        engine = create_async_engine(
            place.url,
            pool_size=pool,
            max_overflow=0,
            pool_timeout=POOL_WAIT_S,
            pool_use_lifo=True,  # the one used last has its statements planned
            connect_args=connect_arguments(place),
        )
        event.listen(engine.sync_engine, "checkout", _look_whether_lost)
        return Database(engine, place)
    engine = create_async_engine(
        place.url.set(drivername="sqlite+aiosqlite"),
        pool_size=1,
        max_overflow=0,
        pool_timeout=POOL_WAIT_S,
        connect_args={"timeout": BUSY_TIMEOUT_S, "isolation_level": None},
    )
    prepare_sqlite(engine.sync_engine)
    return Database(engine, place)


def _look_whether_lost(connection: Any, *_others: object) -> None:
    """Notice without asking that a server hung up since a connection was used last; the pool then makes another."""
    from psycopg import OperationalError

    server = connection.driver_connection.pgconn
    try:
        for _ in range(2):  # what it said last, and then the end
            server.consume_input()
    except OperationalError as error:
        raise DisconnectionError from error


def connect_arguments(place: Place) -> Mapping[str, Any]:
    """What a server is told when it is connected to, beside what its address says."""
    arguments: dict[str, Any] = {
        "application_name": "roleplay",
        "options": f"-c timezone=UTC -c idle_in_transaction_session_timeout={IDLE_S}s",
        "keepalives_idle": SILENT_S // 2,
        "keepalives_interval": SILENT_S // 6,
        "keepalives_count": 3,
        "tcp_user_timeout": SILENT_S * 1000,
    }
    if "connect_timeout" not in place.url.query:
        arguments["connect_timeout"] = CONNECT_S
    return arguments


def prepare_sqlite(engine: Any) -> None:
    """Sync every commit, check references, and begin transactions that write with the lock that they need."""

    @event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _: Any) -> None:
        cursor = connection.cursor()
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes", True)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def make_file(path: Path) -> None:
    """Make a database's file and folder where they don't exist, with a write-ahead log.

    Raises:
        StoreError: it can't be opened, or isn't a database.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(path, timeout=BUSY_TIMEOUT_S, isolation_level=None)
    except (OSError, sqlite3.Error) as error:
        raise StoreError(f"{path}: can't be opened ({error}); set ROLEPLAY_HOME to a folder you can write") from error
    try:
        _write_ahead(connection)
    except sqlite3.Error as error:
        raise StoreError(f"{path}: can't be used as a session store: {error}") from error
    finally:
        connection.close()


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Switch to the write-ahead log. SQLite doesn't wait its usual time for that lock, so this does."""
    ends = time.monotonic() + BUSY_TIMEOUT_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > ends:
                raise
            time.sleep(LOCK_POLL_S)
        else:
            return


def _is_lost(error: Exception) -> bool:
    """Whether the connection, and not what was asked of it, is what failed."""
    if isinstance(error, OSError):
        return True
    if not isinstance(error, DBAPIError):
        return False
    state = getattr(error.orig, "sqlstate", None) or ""
    # 57P0x: the server is shutting down or starting; 40001, 40P01: others were in the way, and it may be done again.
    is_passing = state.startswith(("08", "57P0", "40001", "40P01"))
    return error.connection_invalidated or is_passing or (not state and _is_unreachable(error))


def _is_unreachable(error: DBAPIError) -> bool:
    """Whether a server wasn't there to be connected to, or is only coming or going. For that there is no code."""
    if type(error.orig).__name__ not in {"OperationalError", "ConnectionTimeout"}:
        return False
    said = str(error.orig)
    return "FATAL:" not in said or any(words in said for words in PASSING)


def reason(error: Exception) -> str:
    """An error's first line, without the query and its values, which may be somebody's words."""
    orig = getattr(error, "orig", None) or error
    return (str(orig).strip().splitlines() or [type(orig).__name__])[0]
