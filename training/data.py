"""Reads the labelled rows and deals them to folds by author."""

import json
import re
from pathlib import Path
from typing import NamedTuple

from roleplay.content.acts import Act, CounterpartAct, Sensitive
from roleplay.listener.learned.inputs import Group

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "training" / "data"
FOLDERS = {Group.RECRUITER: "turns", Group.COUNTERPART: "other", Group.WRITTEN: "written"}
LABELS: dict[Group, tuple[str, ...]] = {
    Group.RECRUITER: tuple(act.value for act in Act),
    Group.COUNTERPART: tuple(act.value for act in CounterpartAct),
    Group.WRITTEN: tuple(kind.value for kind in Sensitive),
}
ALL_LABELS = tuple(label for group in Group for label in LABELS[group])
OFFSET = {
    Group.RECRUITER: 0,
    Group.COUNTERPART: len(LABELS[Group.RECRUITER]),
    Group.WRITTEN: len(LABELS[Group.RECRUITER]) + len(LABELS[Group.COUNTERPART]),
}
VOICES_AN_AUTHOR = 3
AUTHORS = 5
_SPEAKER = re.compile(r"^[^:\n]{1,38}: ")


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


def read_rows(path: Path, group: Group, writer: str) -> list[Example]:
    """Return the rows of `path`; a label outside the codebook is an error."""
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.strip():
            continue
        row = json.loads(line)
        labels = frozenset(row["sensitive" if group is Group.WRITTEN else "acts"])
        unknown = labels - set(LABELS[group])
        if unknown:
            raise ValueError(f"{path}: row {row['id']!r} has labels outside the codebook: {sorted(unknown)}")
        before = row.get("before")
        found.append(
            Example(
                id=str(row["id"]),
                writer=writer,
                group=group,
                channel=str(row.get("channel", "call")),
                before=_SPEAKER.sub("", before, count=1) if before else None,
                known=tuple(row.get("known") or ()),
                text=row["text"],
                labels=labels,
            )
        )
    return found


def load_examples() -> list[Example]:
    """Return all training rows, writers in order."""
    examples = []
    for group, folder in FOLDERS.items():
        for path in sorted((DATA / folder).glob("w*.jsonl")):
            examples += read_rows(path, group, path.stem)
    return examples


def fold_of(writer: str) -> int:
    """Return the fold of a writer. Three voices in turn (w01 to w03, …) are by one author and stay together."""
    return max(0, int(writer[1:]) - 1) // VOICES_AN_AUTHOR % AUTHORS
