"""The state is a fold of the record and nothing else; bounds hold whatever is played."""

import random

import pytest

from roleplay.content.acts import Act
from roleplay.content.library import Library
from roleplay.listener.reading import Cue
from roleplay.record.events import EVENT, FactEarned, TurnSpoken
from roleplay.store.sql import SqlStore
from roleplay.world.fold import fold
from tests.doubles import happenings_of, start

TAGS = [*(act.value for act in Act), *(cue.value for cue in Cue if cue is not Cue.CLOSING), ""]


@pytest.mark.parametrize("seed", range(12))
async def test_random_games_keep_the_rules(library: Library, store: SqlStore, seed: int) -> None:
    rng = random.Random(seed)
    one_call = sorted(name for name, scenario in library.scenarios.items() if scenario.campaign is None)
    case = library.case(rng.choice(one_call))
    practice = await start(case, store, seed=seed, recruiter=rng.choice([None, "Jen Ortiz"]))
    await happenings_of(practice.begin())
    for number in range(200):
        tags = " ".join(rng.sample(TAGS, rng.randrange(4)))
        await happenings_of(practice.say(f"[{tags}] turn {number} {'word ' * rng.randrange(120)}"))
        state = practice.state
        for contact in state.contacts.values():
            assert 0 <= contact.patience <= contact.patience_at_start
            assert -9 <= contact.rapport <= 9
        if practice.is_over:
            break
    assert practice.is_over, "a session always ends"
    stored_case, events = await store.read(practice.id)
    assert fold(stored_case, [EVENT.validate_json(EVENT.dump_json(event)) for event in events]) == practice.state
    turns = [event.turn for event in events if isinstance(event, TurnSpoken)]
    assert len(turns) == len(set(turns))
    earned = [event.fact for event in events if isinstance(event, FactEarned)]
    assert len(earned) == len(set(earned))


async def test_patience_differs_a_little_by_seed(library: Library, store: SqlStore) -> None:
    patience = set()
    for seed in range(4):
        practice = await start(library.case("first-call-cto"), store, seed=seed)
        patience.add(practice.state.contacts["cto"].patience)
        await store.aclose()
        store = await SqlStore.open(store.database.place.file.with_name(f"{seed}.sqlite3"))
    await store.aclose()
    usual = library.case("first-call-cto").personas["cto"].temper.patience
    assert patience == {usual - 1, usual, usual + 1}
