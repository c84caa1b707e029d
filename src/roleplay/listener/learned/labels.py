"""The model's labels with their calibration, as the artefact's labels.json holds them."""

import math
from functools import cached_property
from itertools import accumulate
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from roleplay.listener.rows import Group


class CalibratedLabel(BaseModel):
    """One column of the model: probability = sigmoid(slope * logit + shift), heard from `threshold` on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    label: str
    slope: float
    shift: float
    threshold: float = Field(gt=0, lt=1)
    unsure: tuple[float, float]
    """From and up to which probability the reading was wrong too often, on held-out writers, to be left unasked."""

    def probability(self, logit: float) -> float:
        """Return the calibrated probability of the label."""
        return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, self.slope * logit + self.shift))))


class ArtefactLabels(BaseModel):
    """labels.json: for each group its labels, in the order of the model's columns."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: int
    about: dict[str, str | int | float]
    groups: dict[Group, tuple[CalibratedLabel, ...]]

    @classmethod
    def load(cls, path: Path) -> "ArtefactLabels":
        """Read labels.json."""
        return cls.model_validate_json(path.read_text(encoding="utf-8"))

    def save(self, path: Path) -> None:
        """Write labels.json."""
        path.write_text(self.model_dump_json(indent=1) + "\n", encoding="utf-8")

    def columns(self, group: Group) -> range:
        """Return the model's columns of `group`."""
        return self._columns[group]

    @cached_property
    def _columns(self) -> dict[Group, range]:
        """The groups stand in the order of the enumeration."""
        ends = dict(zip(Group, accumulate(len(self.groups[group]) for group in Group), strict=True))
        return {group: range(end - len(self.groups[group]), end) for group, end in ends.items()}
