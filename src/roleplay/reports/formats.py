"""The formats that a report can be had in."""

import re
import unicodedata
from collections.abc import Sequence
from enum import StrEnum
from importlib import import_module
from typing import Final, Protocol, cast

from roleplay.reports.report import Report

UTF8: Final = "utf-8"
SPREADSHEET: Final = "utf-8-sig"
"""UTF-8 behind a mark, without which Excel reads a file as something else."""
LONGEST_PART: Final = 40
"""Of a file's name."""


class Format(StrEnum):
    """What a report is written as."""

    JSON = "json"
    MARKDOWN = "md"
    HTML = "html"
    PDF = "pdf"
    CSV = "csv"
    XAPI = "xapi"

    @property
    def suffix(self) -> str:
        """What a file's name ends with."""
        return "xapi.json" if self is Format.XAPI else self.value


class _Writer(Protocol):
    """A module of `reports` that writes one format."""

    def written(self, reports: Sequence[Report]) -> str | bytes: ...


def written(wanted: Format, reports: Sequence[Report]) -> str | bytes:
    """Reports in one of the formats: text, or the bytes of what is no text.

    Raises:
        SettingsError: what the format needs isn't installed.
    """
    name = {Format.MARKDOWN: "markdown"}.get(wanted, wanted.value)
    return cast(_Writer, import_module(f"roleplay.reports.as_{name}")).written(reports)


def file_bytes(wanted: Format, text: str | bytes) -> bytes:
    """What a file of that format holds; half a character becomes a question mark."""
    if isinstance(text, bytes):
        return text
    return text.encode(SPREADSHEET if wanted is Format.CSV else UTF8, errors="replace")


def file_name(wanted: Format, reports: Sequence[Report]) -> str:
    """A name for the file: letters, digits and hyphens, whatever recruiter and session are called."""
    parts = ["roleplay"]
    if len(reports) == 1:
        parts += [_slug(reports[0].session), _slug(reports[0].recruiter or "")]
    else:
        parts.append(f"{len(reports)}-sessions")
    return f"{'-'.join(part for part in parts if part)}.{wanted.suffix}"


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST_PART].strip("-")
