"""What is held on somebody: giving it out, deleting it, and not keeping it for longer than wanted."""

import json
from dataclasses import dataclass
from datetime import timedelta

from roleplay.errors import SettingsError
from roleplay.practice.clock import Clock
from roleplay.roster.events import TEAM_EVENT, PersonExported, RetentionSet
from roleplay.roster.people import Duty, Person
from roleplay.store.team import TeamStore
from roleplay.team.people import must_be

FORMAT = "roleplay-person/1"


@dataclass(frozen=True)
class Privacy:
    """Everybody may have what is held on themselves; an admin gives out and deletes for others."""

    store: TeamStore
    clock: Clock

    async def give_out(self, me: Person, person: Person) -> dict[str, object]:
        """All that is held on somebody, as JSON can hold it.

        Raises:
            DutyError: it isn't for `me` to have.
        """
        if me.id != person.id:
            must_be(me, Duty.ADMIN, "gives out what is held on others", await self.store.people())
        held = await self.store.held_on(person)
        sessions = [
            {
                "session": session_id,
                "events": [json.loads(text) for text in events],
                "results": [json.loads(text) for text in held.results.get(session_id, ())],
                "coaches_words": [json.loads(text) for text in held.overrulings.get(session_id, ())],
            }
            for session_id, events in held.sessions.items()
        ]
        await self.store.keep_event(PersonExported(at=self.clock.now(), by=me.id, person=person.id))
        return {
            "format": FORMAT,
            "person": person.model_dump(mode="json"),
            "sessions": sessions,
            "drill_cards": {card: json.loads(text) for card, text in held.drill_cards.items()},
            "done": [TEAM_EVENT.dump_python(event, mode="json") for event in held.events],
        }

    async def erase(self, me: Person, person: Person) -> int:
        """Delete all that is held on somebody; returns how many sessions went. That it was done stays on record.

        Raises:
            DutyError: it isn't for `me` to do.
        """
        people = await self.store.people()
        must_be(me, Duty.ADMIN, "erases people", people)
        if me.id == person.id and len(people) > 1:
            raise SettingsError("somebody else must erase you, so that there is somebody who did it")
        return await self.store.erase(person, self.clock.now(), me.id)

    async def keep(self, me: Person, days: int | None) -> None:
        """Keep sessions for so many days from now on, or for good; older ones go when somebody of the team sits down.

        Raises:
            DutyError: it isn't for `me` to do.
            SettingsError: not a number of days.
        """
        must_be(me, Duty.ADMIN, "says how long sessions are kept", await self.store.people())
        if days is not None:
            _check_days(days)
        await self.store.keep_event(RetentionSet(at=self.clock.now(), by=me.id, days=days))

    async def enforce(self) -> int:
        """Delete what is older than sessions are kept; returns how many went."""
        days = await self.store.kept_days()
        return 0 if days is None else await self._delete_older(days, None)

    async def expire(self, me: Person, days: int) -> int:
        """Delete sessions that began more than `days` days ago; returns how many went.

        Raises:
            DutyError: it isn't for `me` to do.
            SettingsError: not a number of days.
        """
        must_be(me, Duty.ADMIN, "deletes old sessions", await self.store.people())
        _check_days(days)
        return await self._delete_older(days, me.id)

    async def _delete_older(self, days: int, by: str | None) -> int:
        now = self.clock.now()
        return await self.store.expire(now - timedelta(days=days), days, now, by)


def _check_days(days: int) -> None:
    if days < 1:
        raise SettingsError(f"{days} is no number of days from 1 on")
