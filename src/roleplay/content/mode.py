"""In which mode a session is played."""

from enum import StrEnum


class Mode(StrEnum):
    """Chosen when a session begins."""

    COACHED = "coached"
    """With hints on request, the brief at hand, and another try from any turn on."""
    EXAM = "exam"
    """Without any of these: from the head, and once."""
