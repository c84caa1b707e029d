"""Where a team's people, assignments and audit trail live: the protocol that every database serves."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from roleplay.content.case import Case
from roleplay.roster.assignments import Assignment, Attempt
from roleplay.roster.events import TeamEvent
from roleplay.roster.people import Person
from roleplay.store.base import StoredSession
from roleplay.values import Value


class KeptVerdict(NamedTuple):
    """One standing verdict of one session, coaches' words taken in. There are tens of thousands of them."""

    session: str
    recruiter: str | None
    criterion: str
    verdict: str


class KeptSkills(NamedTuple):
    """Somebody's skills by what they handed in, as they were worked out and kept."""

    recruiter: str
    state: str
    """What their sessions are now; another text once anything changes that skills are worked out from."""
    skills: str | None
    """As JSON; None where none were kept of that state."""


class StandingCount(NamedTuple):
    """How far somebody is with an assignment, as far as what is overdue hangs on it."""

    assignment: str
    recruiter: str
    """By name."""
    used: int
    """Attempts that count."""
    has_passed: bool


class BoardScore(NamedTuple):
    """Somebody on the leader board."""

    recruiter: str
    mean: float
    sessions: int


class Held(Value):
    """All that is held on one person, but the person's own row."""

    sessions: dict[str, tuple[str, ...]]
    """By id, what happened in it, as JSON, in order; also of those that nobody else may see."""
    results: dict[str, tuple[str, ...]]
    """By session, what it came to, as JSON, oldest first."""
    overrulings: dict[str, tuple[str, ...]]
    events: tuple[TeamEvent, ...]
    """What was done about them, to their sessions, or by them."""
    drill_cards: dict[str, str]
    """By card, as JSON."""


class TeamStore(Protocol):
    """Keeps a team. Each change and the event that tells of it are durable together, or neither is."""

    async def people(self) -> list[Person]:
        """Everybody in the team, by name."""
        ...

    async def keep_people(self, people: Sequence[Person], events: Sequence[TeamEvent]) -> None:
        """Add people, or change those that are there.

        Raises:
            StoreError: a name or an e-mail is somebody else's.
        """
        ...

    async def remove_person(self, person: str, event: TeamEvent) -> None:
        """Take somebody out of the team; their sessions stay."""
        ...

    async def keep_assignment(self, assignment: Assignment, case: Case, event: TeamEvent) -> None:
        """Keep a new assignment with its case, or one that changed."""
        ...

    async def assignments(self) -> list[Assignment]:
        """All assignments that weren't withdrawn, by due time."""
        ...

    async def hides_assignment(self, assignment: str) -> bool:
        """Whether there is an assignment that isn't for whoever asks to see."""
        ...

    async def case(self, digest: str) -> Case:
        """The case of an assignment.

        Raises:
            NotFoundError: none by that digest.
        """
        ...

    async def attempts(self, person: str | None = None) -> list[Attempt]:
        """Sessions that were played for assignments, by one person or everybody, in the order in which they began."""
        ...

    async def standing_counts(self) -> list[StandingCount]:
        """How often each one's attempts at each assignment counted, and whether one of them passed."""
        ...

    async def submit(self, session: str, event: TeamEvent) -> None:
        """Hand a session in; nothing where it was before."""
        ...

    async def keep_event(self, event: TeamEvent) -> None:
        """Keep what was done."""
        ...

    async def events(self, *, sessions: Collection[str] | None = None, limit: int = 1_000_000) -> list[TeamEvent]:
        """What was done, about some sessions or at all; of more than `limit`, the latest. In order."""
        ...

    async def submitted(self, limit: int = 100, *, unsigned: bool = False) -> list[StoredSession]:
        """Sessions that were handed in, the latest first; `unsigned`: that no coach has signed off or sent back."""
        ...

    async def verdicts(self, *, recruiter: str | None = None, only_submitted: bool = True) -> list[KeptVerdict]:
        """Standing verdicts of sessions that count and are over, in the order in which the sessions began.

        `recruiter`: whose; None: everybody's, and those of sessions that were played without a name.
        """
        ...

    async def skills(self) -> list[KeptSkills]:
        """Of everybody who handed something in, the skills that were kept, unless what they come from has changed."""
        ...

    async def keep_skills(self, kept: Sequence[KeptSkills]) -> None:
        """Keep what skills were worked out to be."""
        ...

    async def board(self, latest: int) -> list[BoardScore]:
        """Of everybody who chose to stand on the leader board, the mean of the `latest` scores that were handed in."""
        ...

    async def kept_days(self) -> int | None:
        """For how many days sessions are kept; None: for good."""
        ...

    async def held_on(self, person: Person) -> Held:
        """All that is held on somebody."""
        ...

    async def erase(self, person: Person, at: datetime, by: str | None) -> int:
        """Delete all that is held on somebody, and keep that it was done; returns how many sessions went."""
        ...

    async def expire(self, before: datetime, days: int, at: datetime, by: str | None) -> int:
        """Delete sessions that began before that moment, and keep that it was done; returns how many went."""
        ...
