"""Small files for their owner alone, read as values, written whole or not at all."""

import os
import tempfile
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from roleplay.errors import SettingsError
from roleplay.values import Value

V = TypeVar("V", bound=Value)


def read_private(path: Path, kind: type[V], if_broken: str) -> V:
    """Read a file; where there is none, the value that holds nothing. `if_broken`: what to do about one that is broken.

    Raises:
        SettingsError: it can't be read, or holds something else.
    """
    try:
        return kind.model_validate_json(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        return kind()
    except OSError as error:
        raise SettingsError(f"{path} can't be read: {error.strerror}; make it readable, or remove it") from error
    except ValidationError as error:
        raise SettingsError(f"{path} is broken; {if_broken}") from error


def write_private(path: Path, text: str) -> None:
    """Write a file with mode 0600, in a folder that is made where it isn't there.

    Raises:
        SettingsError: the folder can't be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        written, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # made with mode 0600
        try:
            with os.fdopen(written, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise SettingsError(f"{path} can't be written: {error.strerror}; check ROLEPLAY_HOME") from error
