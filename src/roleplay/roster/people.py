"""The people of a team."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final

from pydantic import AfterValidator, Field, StringConstraints

from roleplay.record.words import plain_words
from roleplay.values import Value

MAX_NAME: Final = 80
FORMULA_STARTS: Final = ("=", "+", "-", "@")
"""What a spreadsheet takes for a formula."""
PersonId = Annotated[str, Field(pattern=r"^p-[0-9a-z-]+$")]
"""Says nothing of the person, so that what was done stays on record when somebody is erased."""


def _name(text: str) -> str:
    plain = plain_words(text)
    if not plain or plain != text:
        raise ValueError("a name is one line of words, without spaces around it")
    if plain.startswith(FORMULA_STARTS):
        raise ValueError(f"a name doesn't begin with {plain[0]!r}, which a spreadsheet takes for a formula")
    return plain


Name = Annotated[str, StringConstraints(max_length=MAX_NAME), AfterValidator(_name)]
Email = Annotated[str, Field(max_length=254, pattern=r"^[\w.%-][\w.%+-]*@[A-Za-z0-9][A-Za-z0-9.-]*$")]


class Duty(StrEnum):
    """What somebody may do."""

    RECRUITER = "recruiter"
    """Practises, and sees what is their own."""
    COACH = "coach"
    """Assigns, and reviews what was submitted."""
    ADMIN = "admin"
    """A coach who also adds, removes and erases people."""

    @property
    def coaches(self) -> bool:
        """Whether it takes in a coach's work."""
        return self is not Duty.RECRUITER


class Person(Value):
    """Somebody in the team. Sessions are theirs by the name."""

    id: PersonId
    name: Name
    email: Email | None = None
    duty: Duty = Duty.RECRUITER
    teams: tuple[Name, ...] = ()
    is_on_board: bool = False
    """Whether they chose to stand on the leader board."""
    joined_at: datetime

    def is_in(self, team: str) -> bool:
        """Whether they are in a team of that name, however it is written."""
        return team.casefold() in {each.casefold() for each in self.teams}

    def is_called(self, words: str) -> bool:
        """Whether `words` are their name or e-mail, however they are written."""
        wanted = plain_words(words).casefold()
        return wanted in {self.name.casefold(), (self.email or self.name).casefold()}


def teams_of(people: Iterable[Person]) -> list[str]:
    """The names of all their teams."""
    return sorted({team for person in people for team in person.teams})
