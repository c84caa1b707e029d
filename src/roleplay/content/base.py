"""What every content model shares."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints


class Content(BaseModel):
    """A frozen value that an author wrote; unknown keys are mistakes."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


Words = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
"""Text that somebody says or reads; never empty."""

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
"""An id in content: lower case, digits, single hyphens. A file's slug is its name without `.yaml`."""

Role = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
"""A part in a scenario's cast: `cto`, `hr`, `hiring_manager`, or a scenario's own."""
