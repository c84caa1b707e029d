"""A team, put together for a face: its people, what is assigned, its reviews, and what is held on whom."""

from dataclasses import dataclass

from roleplay.practice.clock import Clock
from roleplay.results import Results
from roleplay.store.base import SessionStore
from roleplay.store.team import TeamStore
from roleplay.team.assigning import Assigning
from roleplay.team.growing import Growing
from roleplay.team.people import People
from roleplay.team.privacy import Privacy
from roleplay.team.reviewing import Reviewing
from roleplay.team.trail import Trail


@dataclass(frozen=True)
class Team:
    """All that a team does, on one store."""

    store: TeamStore
    sessions: SessionStore
    results: Results
    clock: Clock

    @property
    def people(self) -> People:
        """Its people."""
        return People(self.store, self.clock)

    @property
    def assigning(self) -> Assigning:
        """What is assigned, and how far everybody is."""
        return Assigning(self.store, self.clock)

    @property
    def reviewing(self) -> Reviewing:
        """What is done about what was handed in."""
        return Reviewing(self.store, self.results)

    @property
    def growing(self) -> Growing:
        """How skills grow."""
        return Growing(self.store, self.sessions)

    @property
    def trail(self) -> Trail:
        """What was done, by whom and when."""
        return Trail(self.store)

    @property
    def privacy(self) -> Privacy:
        """What is held on whom."""
        return Privacy(self.store, self.clock)
