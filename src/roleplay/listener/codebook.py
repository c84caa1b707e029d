"""The codebook's rows, as a language model is asked with them."""

import tomllib
from functools import cache
from pathlib import Path

from pydantic import Field

from roleplay.listener.rows import Group
from roleplay.values import Value


class LabelRow(Value):
    """One label: what a turn does that carries it, words that count, and what looks like it and doesn't."""

    does: str
    counts: tuple[str, ...]
    looks_like: tuple[str, ...] = Field(default=(), alias="not")


@cache
def label_rows(group: Group) -> dict[str, LabelRow]:
    """Return the rows of a group by label; read once."""
    book = tomllib.loads((Path(__file__).parent / "codebook.toml").read_text(encoding="utf-8"))
    return {label: LabelRow.model_validate(row) for label, row in book[group.value].items()}
