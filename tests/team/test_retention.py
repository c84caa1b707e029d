"""How long sessions are kept, in a file and on a server: whoever sits down, what is theirs to delete goes."""

from datetime import UTC, datetime

import pytest

from roleplay.content.library import Library
from roleplay.roster.people import Person
from roleplay.store.base import Viewer
from roleplay.store.sql import SqlStore
from roleplay.store.sql_team import SqlTeam
from roleplay.team.people import Wanted
from roleplay.team.privacy import Privacy
from tests.doubles import FakeClock, play, start
from tests.firm import Firm, on_both

OFFICE = (Wanted(name="Ada Marsh", duty="admin"), Wanted(name="Jen Ortiz"), Wanted(name="Sam Field"))


async def left(store: SqlStore) -> list[str]:
    return sorted(str(session.recruiter) for session in await store.sessions())


@on_both
@pytest.mark.parametrize("name", ["Ada Marsh", "Jen Ortiz"])
async def test_what_is_too_old_goes_when_somebody_sits_down(firm: Firm, library: Library, name: str) -> None:
    clock = FakeClock()
    people = {person.name: person for person in await firm.hire(OFFICE, clock)}
    owner = await SqlStore.open(firm.where("keeper"))
    store = await SqlStore.open(firm.where())

    def seen_by(person: Person) -> SqlStore:
        return firm.seen_by(store, person).seen_by(Viewer(person.name, coaches=person.duty.coaches))

    for person in list(people.values())[1:]:
        practice = await start(library.case("first-call-cto"), seen_by(person), recruiter=person.name, clock=clock)
        await play(practice, ["[ask_pain] Why?"])
    ada = people["Ada Marsh"]
    await Privacy(SqlTeam(seen_by(ada)), clock).keep(ada, 30)
    clock.move(days=31)
    assert clock.now() < datetime.now(UTC), "a server knows the time by itself; for it, they are older still"
    await Privacy(SqlTeam(seen_by(people[name])), clock).enforce()
    leads_or_file = name == "Ada Marsh" or firm.running is None
    assert await left(owner) == ([] if leads_or_file else ["Sam Field"])
    for opened in (store, owner):
        await opened.aclose()


@on_both
async def test_what_is_young_stays(firm: Firm, library: Library) -> None:
    clock = FakeClock()
    ada, jen, _ = await firm.hire(OFFICE, clock)
    store = await SqlStore.open(firm.where())
    mine = firm.seen_by(store, jen).seen_by(Viewer(jen.name, coaches=False))
    await play(await start(library.case("first-call-cto"), mine, recruiter=jen.name, clock=clock), ["[ask_pain] Why?"])
    await Privacy(SqlTeam(firm.seen_by(store, ada)), clock).keep(ada, 30)
    clock.move(days=29)
    for person in (ada, jen):
        assert await Privacy(SqlTeam(firm.seen_by(store, person)), clock).enforce() == 0
    assert await left(mine) == ["Jen Ortiz"]
    await store.aclose()
