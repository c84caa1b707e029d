"""What was found out about a server, so that it is found out once."""

import os
from contextlib import suppress
from pathlib import Path
from typing import Final, Protocol
from urllib.parse import urlsplit

from pydantic import TypeAdapter, ValidationError

from roleplay.llm.structured import StructuredMode
from roleplay.values import Value


class Abilities(Value):
    """What a model at a server can do."""

    structured: StructuredMode | None = None
    """The way that brought an answer in a given shape; None: nobody has tried, or none did."""
    tells_usage: bool = True
    """Whether it takes being asked to tell the usage of a streamed answer."""


class Remembered(Protocol):
    """Keeps abilities by server and model."""

    def get(self, base_url: str, model: str) -> Abilities | None:
        """Return what was kept."""
        ...

    def keep(self, base_url: str, model: str, abilities: Abilities) -> None:
        """Keep it; where that can't be done, it is found out again."""
        ...


class RememberedInMemory:
    """Abilities for as long as the program runs."""

    def __init__(self) -> None:
        self._kept: dict[str, Abilities] = {}

    def get(self, base_url: str, model: str) -> Abilities | None:
        """Return what was kept."""
        return self._kept.get(_key(base_url, model))

    def keep(self, base_url: str, model: str, abilities: Abilities) -> None:
        """Keep it."""
        self._kept[_key(base_url, model)] = abilities


class RememberedInFile:
    """Abilities in a small JSON file, which may be deleted at any time; a broken one is started anew."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def get(self, base_url: str, model: str) -> Abilities | None:
        """Return what was kept."""
        return self._read().get(_key(base_url, model))

    def keep(self, base_url: str, model: str, abilities: Abilities) -> None:
        """Keep it; on a full or read-only disk nothing is kept."""
        kept = {**self._read(), _key(base_url, model): abilities}
        beside = self._path.with_name(f"{self._path.name}.{os.getpid()}")
        with suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            try:
                beside.write_bytes(_KEPT.dump_json(kept, indent=1))
                beside.replace(self._path)
            finally:
                beside.unlink(missing_ok=True)

    def _read(self) -> dict[str, Abilities]:
        try:
            return _KEPT.validate_json(self._path.read_bytes())
        except (OSError, ValidationError):
            return {}


_KEPT: Final = TypeAdapter(dict[str, Abilities])


def _key(base_url: str, model: str) -> str:
    """Server and model; a password that stands in the address is no part of it."""
    parts = urlsplit(base_url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path} {model}"
