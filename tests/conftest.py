"""What holds for every test: no network but loopback, no real home."""

import asyncio
import ipaddress
import os
import shutil
import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from roleplay.content.library import Library, load_library, shipped_root
from roleplay.store.sql import SqlStore
from tests.figures import FIGURES, tables
from tests.firm import Firm
from tests.postgres import Server, server


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of the test's own, an environment that sets no endpoint, and nothing of this machine's own."""
    home = tmp_path / "home"
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    for name in [name for name in os.environ if name.startswith("ROLEPLAY_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("ROLEPLAY_HOME", str(home))
    monkeypatch.setenv("ROLEPLAY_PORTS", "none")
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")  # never the real keyring
    return home


@pytest.fixture(autouse=True)
def only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let connections go to this machine only."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and not _is_loopback(address[0]):
            raise AssertionError(f"a test reached for the network: {address[0]}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@pytest.fixture(scope="session")
def library() -> Library:
    """The content that comes with the program."""
    return load_library([shipped_root()])


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store's file with all tables and nothing in them; making one takes longer than copying it."""
    path = tmp_path_factory.mktemp("empty") / "sessions.sqlite3"

    async def make() -> None:
        await (await SqlStore.open(path)).aclose()

    asyncio.run(make())
    return path


@pytest.fixture
async def store(tmp_path: Path, empty_file: Path) -> AsyncIterator[SqlStore]:
    """A store of the test's own."""
    shutil.copy(empty_file, tmp_path / "sessions.sqlite3")
    opened = await SqlStore.open(tmp_path / "sessions.sqlite3")
    yield opened
    await opened.aclose()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """A PostgreSQL server for all tests of a process."""
    with server() as started:
        yield started


@pytest.fixture(params=["sqlite", "postgresql"])
async def each_store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[SqlStore]:
    """A store in each kind of database, seen by whoever owns it."""
    if request.param == "sqlite":
        opened = await SqlStore.open(tmp_path / "sessions.sqlite3")
        yield opened
        await opened.aclose()
        return
    running: Server = request.getfixturevalue("postgresql")
    name = running.database()
    opened = await SqlStore.open(running.url(name, "keeper"))
    yield opened
    await opened.aclose()
    running.drop(name)


@pytest.fixture
def firm(request: pytest.FixtureRequest, own_home: Path) -> Iterator[Firm]:
    """A team's database: a file, or what a test that is marked with `on_both` asks for."""
    file = own_home / "sessions.sqlite3"
    if getattr(request, "param", "sqlite") == "sqlite":
        yield Firm(file)
        return
    running: Server = request.getfixturevalue("postgresql")
    name = running.database()
    yield Firm(file, running, name)
    running.drop(name)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests have counted."""
    reports = [report for reports in terminalreporter.stats.values() for report in reports]
    recorded = [
        value
        for report in reports
        if getattr(report, "when", None) == "call"
        for name, value in report.user_properties
        if name == FIGURES
    ]
    for line in tables(recorded):
        terminalreporter.write_line(line)
