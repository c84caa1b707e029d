"""An office for every test."""

import pytest

from roleplay.content.library import Library
from roleplay.store.sql import SqlStore
from tests.doubles import FakeClock
from tests.team.office import Office


@pytest.fixture
def office(store: SqlStore, library: Library) -> Office:
    """An office that nobody works in yet."""
    return Office(store, library, FakeClock())
