"""Labelled rows, one JSON object a line: turns with their acts, written messages with their sensitive categories.

The format is the one of docs/understanding.md; labels may be absent, where there is only something to read.
"""

import re
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, ValidationError

from roleplay.content.acts import Act, Channel, CounterpartAct, Sensitive
from roleplay.errors import RowsError

MAX_BYTES: Final = 200_000_000
_SPEAKER: Final = re.compile(r"^[^:\n]{1,38}: ")


class Group(StrEnum):
    """Whose words are read, and so which labels are asked."""

    RECRUITER = "recruiter"
    COUNTERPART = "counterpart"
    WRITTEN = "written"


LABELS: Final[dict[Group, tuple[str, ...]]] = {
    Group.RECRUITER: tuple(act.value for act in Act),
    Group.COUNTERPART: tuple(act.value for act in CounterpartAct),
    Group.WRITTEN: tuple(kind.value for kind in Sensitive),
}
"""Each group's labels, in the codebook's order."""


class Row(BaseModel):
    """One row. Fields of other programs are let through."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: Annotated[str, Field(coerce_numbers_to_str=True)]
    text: str
    channel: Channel = Channel.CALL
    before: str | None = None
    """The other side's last turn, as it stands in the file: with the speaker's name, or without."""
    known: tuple[str, ...] = ()
    """What the recruiter had been told, in confidence or not."""
    labels: tuple[str, ...] | None = Field(default=None, validation_alias=AliasChoices("acts", "sensitive"))
    """What the row is labelled as; None where it isn't."""

    @property
    def words_before(self) -> str | None:
        """The words before, without the speaker's name."""
        return _SPEAKER.sub("", self.before, count=1) if self.before else None


def read_rows(path: Path, group: Group) -> Iterator[Row]:
    """Yield the rows of a file, in order.

    Raises:
        RowsError: with file and line, at the first line that isn't a row of `group`.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise RowsError(f"{path}: larger than {MAX_BYTES // 1_000_000} MB; split it")
        with path.open(encoding="utf-8-sig") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    yield _row(line, f"{path}:{number}", group)
    except OSError as error:
        raise RowsError(f"{path}: can't be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise RowsError(f"{path}: not UTF-8 (byte {error.start}); save the file as UTF-8") from error


def _row(line: str, where: str, group: Group) -> Row:
    try:
        row = Row.model_validate_json(line)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        told = f"{field}: {first['msg']}" if field else first["msg"]
        raise RowsError(f'{where}: {told}; a row looks like {{"id": "u1", "text": "Why is it open?"}}') from error
    unknown = sorted(set(row.labels or ()) - set(LABELS[group]))
    if unknown:
        raise RowsError(f"{where}: {unknown[0]!r} is no label of these rows; they are {', '.join(LABELS[group])}")
    return row
