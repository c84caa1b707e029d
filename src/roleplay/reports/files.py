"""Files of reports: written whole or not at all, and over nothing that is there already."""

import os
import tempfile
from pathlib import Path

from roleplay.errors import SettingsError


def write_file(path: Path, data: bytes, *, replaces: bool) -> None:
    """Write a file that its owner alone can read; with `replaces`, over one that is there.

    Raises:
        SettingsError: there is one, or it can't be written.
    """
    if not replaces and path.exists():
        raise _exists(path)
    try:
        if path.exists() and not path.is_file():  # a device or a pipe, which nothing can be put in place of
            path.write_bytes(data)
            return
        written, name = tempfile.mkstemp(prefix=".roleplay-", dir=path.parent)  # made with mode 0600
        try:
            with os.fdopen(written, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            _put(Path(name), path, replaces=replaces)
        finally:
            Path(name).unlink(missing_ok=True)
    except FileExistsError as error:
        raise _exists(path) from error
    except OSError as error:
        raise SettingsError(f"{path}: can't be written: {error.strerror}; name another file with -o") from error


def _put(written: Path, path: Path, *, replaces: bool) -> None:
    if not replaces:
        try:
            path.hardlink_to(written)  # made only where nothing is
        except FileExistsError:
            raise
        except (OSError, NotImplementedError):  # a file system without links; the look before must do
            written.replace(path)
        return
    written.replace(path)


def _exists(path: Path) -> SettingsError:
    return SettingsError(f"{path}: there is a file already; --force writes over it")
