"""What every content model shares."""

from typing import Annotated

from pydantic import AfterValidator, ConfigDict, StringConstraints

from roleplay.values import Value


class Content(Value):
    """A frozen value that an author wrote; unknown keys are mistakes."""

    model_config = ConfigDict(str_strip_whitespace=True)


def _no_control_characters(text: str) -> str:
    if any((character < " " and character not in "\n\t") or character == "\x7f" for character in text):
        raise ValueError("holds a control character; a terminal would obey it")
    return text


Words = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True), AfterValidator(_no_control_characters)]
"""Text that somebody says or reads; never empty."""

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
"""An id in content: lower case, digits, single hyphens. A file's slug is its name without `.yaml`."""

Role = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
"""A part in a scenario's cast: `cto`, `hr`, `hiring_manager`, or a scenario's own."""
