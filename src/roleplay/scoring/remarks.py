"""What people said about a session beside its verdicts: comments, disputes, and how far a coach is. Pure."""

from datetime import datetime

from pydantic import Field

from roleplay.values import Value


class Remark(Value):
    """Something that somebody wrote."""

    by: str
    """A name."""
    at: datetime
    words: str


class Remarks(Value):
    """All of it; empty where nobody but the recruiter has anything to do with the session."""

    submitted_at: datetime | None = None
    at_turns: dict[str, tuple[Remark, ...]] = Field(default_factory=dict)
    """Comments by the turn that they are about."""
    on_all: tuple[Remark, ...] = ()
    """Comments on all of it."""
    disputes: dict[str, Remark] = Field(default_factory=dict)
    """By criterion: what the recruiter sees otherwise, and no coach has answered yet."""
    settled: frozenset[str] = frozenset()
    """Criteria that a coach decided or let stand."""
    doubts: tuple[str, ...] = ()
    """Criteria that a coach should look at; only for a coach."""
    signed_off: Remark | None = None
    sent_back: Remark | None = None
    drill: str | None = None
    """What it was sent back with, by its id."""
    scenario: str | None = None

    @property
    def commented(self) -> tuple[str, ...]:
        """The turns that have a comment, in the order in which they were first commented on."""
        return tuple(self.at_turns)
