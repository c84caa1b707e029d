"""Adding, changing and removing people, and finding out who somebody is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import ValidationError

from roleplay.errors import DutyError, NotFoundError, PeopleError, SettingsError
from roleplay.practice.clock import Clock
from roleplay.roster.events import PersonAdded, PersonChanged, PersonRemoved
from roleplay.roster.people import MAX_NAME, Duty, Person, teams_of
from roleplay.store.team import TeamStore
from roleplay.values import Value


class Wanted(Value):
    """Somebody to be added, as it was given; checked when the person is made of it."""

    name: str
    email: str | None = None
    duty: str = Duty.RECRUITER.value
    teams: tuple[str, ...] = ()
    where: str = ""
    """Where it was given, `people.csv:3`; empty for the command line."""


@dataclass(frozen=True)
class People:
    """The people of a team. Who asks is `me`; None while there is no team."""

    store: TeamStore
    clock: Clock

    async def who(self, name: str | None) -> Person | None:
        """Who `name` is; None where there is no team, so that somebody alone never meets one.

        Raises:
            SettingsError: there is a team, and no name.
            DutyError: there is a team, and nobody in it by that name.
        """
        people = await self.store.people()
        if not people:
            return None
        if name is None:
            raise SettingsError("there is a team here; say who you are with --as NAME, or set ROLEPLAY_NAME")
        return find(people, name)

    async def all(self) -> list[Person]:
        """Everybody, by name."""
        return await self.store.people()

    async def named(self, name: str) -> Person:
        """Somebody by name or e-mail.

        Raises:
            DutyError: nobody in the team is called that.
        """
        return find(await self.store.people(), name)

    async def chosen(self, names: Sequence[str], teams: Sequence[str]) -> list[Person]:
        """The recruiters by these names, and those in these teams.

        Raises:
            DutyError: nobody in the team is called that.
            NotFoundError: a team has no recruiter.
        """
        people = await self.store.people()
        wanted = [find(people, name) for name in names]
        for team in teams:
            theirs = [person for person in people if person.duty is Duty.RECRUITER and person.is_in(team)]
            if not theirs:
                known = ", ".join(teams_of(people)) or "no teams"
                raise NotFoundError(f"no recruiter in team {team!r}; there are {known}")
            wanted += theirs
        return list({person.id: person for person in wanted}.values())

    async def add(self, me: Person | None, wanted: Sequence[Wanted]) -> list[Person]:
        """Add people: all of them, or, where one can't be, nobody.

        The first ones may be added by anybody, if a coach or an admin is among them.

        Raises:
            DutyError: it isn't for `me` to do.
            PeopleError: one line for each who can't be added, and why.
        """
        people = await self.check(me, wanted)
        by = None if me is None else me.id
        events = [PersonAdded(at=person.joined_at, by=by, person=person.id, duty=person.duty) for person in people]
        await self.store.keep_people(people, events)
        return people

    async def check(self, me: Person | None, wanted: Sequence[Wanted]) -> list[Person]:
        """Who would be added; nobody is.

        Raises:
            DutyError, PeopleError: as adding them would.
        """
        there = await self.store.people()
        if there:
            must_be(me, Duty.ADMIN, "adds people", there)
        people, mistakes = _made(wanted, there, self.clock.new_id, self.clock.now())
        if not there and not any(person.duty.coaches for person in people) and not mistakes:
            mistakes = ["the first people of a team need a coach or an admin among them: --duty admin"]
        if mistakes:
            raise PeopleError("\n".join(mistakes))
        return people

    async def change(self, me: Person, person: Person, changes: dict[str, object]) -> Person:
        """Change somebody's duty, e-mail or teams; whether they stand on the leader board is theirs to say.

        Raises:
            DutyError: it isn't for `me` to do, or nobody would be left who may.
            PeopleError: it can't be so.
        """
        there = await self.store.people()
        if "is_on_board" in changes and me.id != person.id:
            raise DutyError(f"whether {person.name} stands on the leader board is theirs to say")
        if set(changes) != {"is_on_board"}:
            must_be(me, Duty.ADMIN, "changes people", there)
        try:
            changed = Person.model_validate(person.model_dump() | changes)
        except ValidationError as error:
            raise PeopleError(_why(error, person.name)) from error
        _check_somebody_leads([changed if each.id == person.id else each for each in there])
        event = PersonChanged(at=self.clock.now(), by=me.id, person=person.id, what=tuple(sorted(changes)))
        await self.store.keep_people([changed], [event])
        return changed

    async def remove(self, me: Person, person: Person) -> None:
        """Take somebody out of the team; their sessions stay.

        Raises:
            DutyError: it isn't for `me` to do, or nobody would be left who may.
        """
        there = await self.store.people()
        must_be(me, Duty.ADMIN, "removes people", there)
        rest = [each for each in there if each.id != person.id]
        if rest:
            _check_somebody_leads(rest)
        await self.store.remove_person(person.id, PersonRemoved(at=self.clock.now(), by=me.id, person=person.id))


def find(people: Sequence[Person], name: str) -> Person:
    """Somebody by name or e-mail, or by a first name that nobody else has.

    Raises:
        DutyError: nobody is called that, or several are.
    """
    exact = [person for person in people if person.is_called(name)]
    firsts = [person for person in people if person.name.casefold().split()[0] == name.strip().casefold()]
    found = exact or firsts
    if len(found) == 1:
        return found[0]
    if found:
        raise DutyError(f"{name!r} could be {' or '.join(person.name for person in found)}; give the whole name")
    raise DutyError(f"nobody in the team is called {name!r}; roleplay team list shows who is in it")


def must_be(me: Person | None, duty: Duty, does: str, people: Sequence[Person]) -> Person:
    """Give `me` back where they may do what only `duty` does; an admin may all, and a coach where there is no admin.

    Raises:
        DutyError: they may not.
    """
    has_admin = any(person.duty is Duty.ADMIN for person in people)
    allowed = {Duty.ADMIN} | ({Duty.COACH} if duty is Duty.COACH or not has_admin else set())
    if me is None or me.duty not in allowed:
        who = "an admin" if allowed == {Duty.ADMIN} else "a coach"
        whom = "nobody yet" if me is None else f"{me.name}, a {me.duty.value}"
        raise DutyError(f"only {who} {does}; you are {whom}")
    return me


def _check_somebody_leads(people: Sequence[Person]) -> None:
    if not any(person.duty.coaches for person in people):
        raise DutyError("nobody would be left who can lead the team; make somebody else a coach or an admin first")


def _made(
    wanted: Sequence[Wanted], there: Sequence[Person], new_id: Callable[[], str], at: datetime
) -> tuple[list[Person], list[str]]:
    """People out of what was given, and a line for each mistake."""
    people: list[Person] = []
    mistakes: list[str] = []
    taken = {key: "" for person in there for key in _keys(person)}
    for each in wanted:
        place = f"{each.where}: " if each.where else ""
        try:
            person = Person.model_validate(
                {
                    "id": f"p-{new_id()}",
                    "name": each.name,
                    "email": each.email,
                    "duty": each.duty,
                    "teams": each.teams,
                    "joined_at": at,
                }
            )
        except ValidationError as error:
            mistakes.append(f"{place}{_why(error, each.name)}")
            continue
        clash = next((key for key in _keys(person) if key in taken), None)
        if clash is not None:
            before = f"{taken[clash]} has" if taken[clash] else "somebody in the team has"
            mistakes.append(f"{place}{person.name!r}: {before} that name or e-mail already")
            continue
        taken |= dict.fromkeys(_keys(person), each.where or repr(person.name))
        people.append(person)
    return people, mistakes


def _keys(person: Person) -> tuple[str, ...]:
    """What no two people share."""
    return tuple(key.casefold() for key in (person.name, person.email) if key is not None)


def _why(error: ValidationError, name: str) -> str:
    """The first thing that is wrong, in a line."""
    first = error.errors()[0]
    field = str(first["loc"][0])
    if field == "duty":
        return f"{name!r}: a duty is {', '.join(duty.value for duty in Duty)}"
    if field == "email":
        return f"{name!r}: that is no e-mail address"
    if first["type"] == "string_too_long":
        return f"a name of {len(name)} characters; at most {MAX_NAME} are kept"
    return f"{name!r}: {str(first['msg']).removeprefix('Value error, ')}"
