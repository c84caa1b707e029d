"""The job order as a recruiter maps it: why it's open, what it costs, by when, who pays, signs and blocks."""

from enum import StrEnum

from pydantic import Field

from roleplay.content.base import Content, Role, Words


class Grade(StrEnum):
    """What to do with a job order."""

    WORK = "work"
    """Work it: real, dated, paid for."""
    MATCH = "match"
    """Match it: send somebody if they happen to be at hand, and search for nobody."""
    LEAVE = "leave"
    """Leave it."""


class JobOrder(Content):
    """A scenario's key has every field that can be known; a recruiter's own page has what they filled in."""

    why_open: Words | None = Field(default=None, description="Why it's open, or what isn't getting done.")
    cost: Words | None = Field(default=None, description="What it costs if it stays open.")
    deadline: Words | None = Field(default=None, description="By when.")
    fee_payer: Role | None = Field(default=None, description="Whose budget pays the fee.")
    signer: Role | None = Field(default=None, description="Who signs.")
    blocker: Role | None = Field(default=None, description="Who blocks.")
    blocks_because: Words | None = Field(default=None, description="Why they block.")
    grade: Grade | None = None


ROLE_FIELDS = ("fee_payer", "signer", "blocker")
"""Fields that name a role; the others are free words, but for the grade."""
NOBODY = "nobody"
"""What a role's field says where nobody does."""
