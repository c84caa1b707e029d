"""Small files for their owner alone, written whole or not at all."""

import os
import tempfile
from pathlib import Path

from roleplay.errors import SettingsError


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
