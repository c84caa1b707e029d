"""Reads the labelled rows and deals them to folds by author."""

from hashlib import sha256
from pathlib import Path
from typing import Final, NamedTuple

from roleplay.listener.rows import LABELS, Group, read_rows

ROOT: Final = Path(__file__).resolve().parent.parent
DATA: Final = ROOT / "training" / "data"
FOLDERS: Final = {Group.RECRUITER: "turns", Group.COUNTERPART: "other", Group.WRITTEN: "written"}
ALL_LABELS: Final = tuple(label for group in Group for label in LABELS[group])
OFFSET: Final = {
    Group.RECRUITER: 0,
    Group.COUNTERPART: len(LABELS[Group.RECRUITER]),
    Group.WRITTEN: len(LABELS[Group.RECRUITER]) + len(LABELS[Group.COUNTERPART]),
}
VOICES_AN_AUTHOR: Final = 3
FOLDS: Final = (0, 1, 2, 3, 4, 0, 1, 0, 1, 4, 2, 4, 0, 3, 4, 3, 1, 2, 2, 3, 0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 0)
"""The fold of each author; authors of one kind of rows alone are dealt so that every fold has some of each kind."""


class Example(NamedTuple):
    """One labelled row."""

    id: str
    writer: str
    group: Group
    channel: str
    before: str | None
    known: tuple[str, ...]
    text: str
    labels: frozenset[str]


def paths_of(group: Group) -> list[Path]:
    """Return the files of a group's rows, writers in order."""
    return sorted((DATA / FOLDERS[group]).glob("w*.jsonl"))


def load_examples() -> list[Example]:
    """Return all training rows, writers in order; a row without labels is an error."""
    examples = []
    for group in Group:
        for path in paths_of(group):
            for row in read_rows(path, group):
                if row.labels is None:
                    raise ValueError(f"{path}: row {row.id!r} has no labels")
                examples.append(
                    Example(
                        id=row.id,
                        writer=path.stem,
                        group=group,
                        channel=row.channel.value,
                        before=row.words_before,
                        known=row.known,
                        text=row.text,
                        labels=frozenset(row.labels),
                    )
                )
    return examples


def author_of(writer: str) -> int:
    """Return who wrote as `writer`: three voices in turn (w01 to w03, …) are by one author, w00 is by the first."""
    return max(0, int(writer[1:]) - 1) // VOICES_AN_AUTHOR


def fold_of(writer: str) -> int:
    """Return the fold of a writer; an author's voices never stand on both sides."""
    return FOLDS[author_of(writer)]


def digest_of(paths: list[Path]) -> str:
    """Return the SHA-256 of files' names and bytes, in order."""
    whole = sha256()
    for path in paths:
        whole.update(f"{path.relative_to(ROOT).as_posix()}\n".encode())
        whole.update(path.read_bytes())
    return whole.hexdigest()


def data_digest() -> str:
    """Return the digest of all rows."""
    return digest_of([path for group in Group for path in paths_of(group)])


def code_digest() -> str:
    """Return the digest of the code that makes the artefact from the rows."""
    made_by = ("baselines", "calibrate", "crossval", "data", "export", "fit", "net", "report", "slim", "train", "whole")
    inputs = ROOT / "src" / "roleplay" / "listener" / "learned" / "inputs.py"
    return digest_of([*(ROOT / "training" / f"{name}.py" for name in made_by), inputs])
