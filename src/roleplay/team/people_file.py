"""A list of people in a CSV file, as a spreadsheet saves it."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from roleplay.errors import PeopleError, TranscriptError
from roleplay.exchange.decoding import decoded
from roleplay.roster.people import FORMULA_STARTS
from roleplay.team.people import Wanted

MAX_BYTES: Final = 2_000_000
"""Some twenty thousand people."""
COLUMNS: Final = ("name", "email", "duty", "team")
"""Only the name must be there; several teams stand in one cell with semicolons between."""


def read_people(path: Path) -> list[Wanted]:
    """Read a file of people, a line each, under a line with the names of the columns.

    Raises:
        PeopleError: it can't be read, is too large, or is no such list; every mistake with its line.
    """
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise PeopleError(f"{path}: can't be read ({error.strerror})") from error
    if len(raw) > MAX_BYTES:
        raise PeopleError(f"{path}: is too large; a list of people has at most {MAX_BYTES:,} bytes")
    return people_in(raw, str(path))


def people_in(raw: bytes, place: str) -> list[Wanted]:
    """Read the bytes of such a file; `place` is what mistakes call it."""
    try:
        text = decoded(raw, place, "the list as .csv")
    except TranscriptError as error:
        raise PeopleError(str(error)) from error
    try:
        rows = list(_rows(text))
    except csv.Error as error:
        raise PeopleError(f"{place}: isn't a CSV file ({error})") from error
    lines = [(number, row) for number, row in rows if any(cell.strip() for cell in row)]
    if not lines:
        raise PeopleError(f"{place}: holds nobody; its first line names the columns: {', '.join(COLUMNS)}")
    (_, head), *body = lines
    columns = [cell.strip().casefold() for cell in head]
    strange = [cell for cell in columns if cell not in COLUMNS]
    if strange or "name" not in columns or len(set(columns)) < len(columns):
        told = f"column {strange[0]!r} isn't known" if strange else "its columns can't be told apart"
        told = "there is no column 'name'" if "name" not in columns else told
        raise PeopleError(f"{place}:1: {told}; there are {', '.join(COLUMNS)}, and only name must be there")
    if not body:
        raise PeopleError(f"{place}: holds nobody below the names of its columns")
    mistakes = list(_mistakes(body, len(columns), place))
    if mistakes:
        raise PeopleError("\n".join(mistakes))
    return [_wanted(dict(zip(columns, row, strict=False)), f"{place}:{number}") for number, row in body]


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Rows with the lines on which they begin."""
    reader = csv.reader(io.StringIO(text, newline=""), dialect=_dialect(text), strict=True)
    begins = 1
    for row in reader:
        yield begins, row
        begins = reader.line_num + 1


def _dialect(text: str) -> type[csv.Dialect]:
    """Commas, semicolons or tabs, by the first line."""

    class Found(csv.excel):
        delimiter = max(",;\t", key=text.partition("\n")[0].count)

    return Found


def _mistakes(body: list[tuple[int, list[str]]], columns: int, place: str) -> Iterator[str]:
    for number, row in body:
        if len(row) > columns and any(cell.strip() for cell in row[columns:]):
            yield f"{place}:{number}: has {len(row)} cells, and there are {columns} columns"
        for cell in row:
            if cell.lstrip().startswith(FORMULA_STARTS):
                yield f"{place}:{number}: {cell.strip()[:40]!r} looks like a formula; take it out"


def _wanted(cells: dict[str, str], where: str) -> Wanted:
    cells = {column: cell.strip() for column, cell in cells.items()}
    return Wanted(
        name=cells["name"],
        email=cells.get("email") or None,
        duty=cells.get("duty", "").casefold() or "recruiter",
        teams=tuple(team.strip() for team in cells.get("team", "").split(";") if team.strip()),
        where=where,
    )
