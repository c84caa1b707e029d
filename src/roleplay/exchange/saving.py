"""Transcripts into files, never over the file that they were made of."""

import json
from pathlib import Path

from roleplay.errors import SettingsError
from roleplay.record.transcript import Transcript


def text_of(transcript: Transcript) -> str:
    """Return the file's text."""
    return json.dumps(transcript.to_json(), ensure_ascii=False, indent=1) + "\n"


def path_beside(source: Path) -> Path:
    """Return where a transcript of `source` goes unless somebody says otherwise: beside it."""
    path = source.with_suffix(".json")
    return path if path != source else source.with_suffix(".transcript.json")


def check_target(path: Path, source: Path) -> None:
    """Check that writing to `path` leaves `source` as it is.

    Raises:
        SettingsError: both are one file.
    """
    if path.resolve() == source.resolve() or (path.exists() and source.exists() and path.samefile(source)):
        raise SettingsError(f"{path}: that would overwrite the file that is imported; name another")


def write_transcript(transcript: Transcript, path: Path, *, may_replace: bool = True) -> None:
    """Write a transcript to `path`.

    Raises:
        SettingsError: it can't be written, or is there already and may not be replaced.
    """
    try:
        with path.open("w" if may_replace else "x", encoding="utf-8") as file:
            file.write(text_of(transcript))
    except FileExistsError as error:
        raise SettingsError(f"{path}: is there already; name another") from error
    except OSError as error:
        raise SettingsError(f"{path}: can't be written: {error.strerror}") from error
    except ValueError as error:
        raise SettingsError(f"{path!s}: can't be written: {error}") from error
