"""The base of every value that parts hand to each other."""

from pydantic import BaseModel, ConfigDict


class Value(BaseModel):
    """Frozen; unknown fields are mistakes."""

    model_config = ConfigDict(frozen=True, extra="forbid")
