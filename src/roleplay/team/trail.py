"""The audit trail: what was done in a team, by whom and when."""

from dataclasses import dataclass

from roleplay.roster.events import TeamEvent
from roleplay.roster.people import Duty, Person
from roleplay.store.team import TeamStore
from roleplay.team.people import must_be


@dataclass(frozen=True)
class Trail:
    """For coaches; nothing in it can be changed."""

    store: TeamStore

    async def read(self, me: Person, limit: int) -> list[TeamEvent]:
        """The latest `limit` things that were done, in order.

        Raises:
            DutyError: it isn't for `me` to see.
        """
        must_be(me, Duty.COACH, "reads what was done", await self.store.people())
        return await self.store.events(limit=limit)
