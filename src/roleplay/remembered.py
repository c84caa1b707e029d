"""What the user said about voices: the choice, and the answers about servers on this machine. One small file."""

from pathlib import Path
from typing import Final

from pydantic import Field

from roleplay.private_file import read_private, write_private
from roleplay.values import Value

FILE_NAME: Final = "voice.json"


class Remembered(Value):
    """What `voice.json` in the data folder holds; never a key."""

    voice: str | None = None
    """The choice as it was given: a server's address, `gguf:PATH` or `script`."""
    model: str | None = None
    answers: dict[str, bool] = Field(default_factory=dict)
    """By host: whether a server that was found on this machine may voice the other side."""
    keys: tuple[str, ...] = ()
    """The hosts whose key lies in the system's keyring, so that no other host has it unlocked."""


def read_remembered(home: Path) -> Remembered:
    """Read the file; nothing is remembered where there is none.

    Raises:
        SettingsError: it can't be read, or holds something else.
    """
    return read_private(home / FILE_NAME, Remembered, "roleplay voice forget starts it anew")


def write_remembered(home: Path, remembered: Remembered) -> None:
    """Write the file whole or not at all, readable for its owner only.

    Raises:
        SettingsError: the folder can't be written.
    """
    write_private(home / FILE_NAME, remembered.model_dump_json(indent=2) + "\n")
