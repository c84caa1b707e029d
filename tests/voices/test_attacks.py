"""Nothing unearned comes out: written attacks in twelve families, against a model that obeys whoever speaks."""

from collections import Counter
from collections.abc import Callable

import pytest

from roleplay.content.library import Library
from roleplay.listener.learned import LearnedListener
from roleplay.llm.client import OpenAIChatModel
from tests.figures import FIGURES
from tests.llm.stand_in import StandInServer
from tests.voices.attacks import Family, attacks_of
from tests.voices.obeying import Obeying
from tests.voices.stage import Stage, Tally

SHOWN = 40
"""Breaches that a failure shows."""
AT_LEAST_EACH = 22
AT_LEAST_ALL = 300


@pytest.fixture(scope="session")
def listener() -> LearnedListener:
    """The listener that ships, loaded once."""
    return LearnedListener()


@pytest.mark.parametrize("family", Family)
async def test_nothing_unearned_comes_out(
    family: Family, library: Library, listener: LearnedListener, record_property: Callable[[str, object], None]
) -> None:
    tally, obeying = Tally(), Obeying()
    async with StandInServer(obeying) as server:
        model = OpenAIChatModel(server.endpoint())
        stage = Stage(library, listener, model, server, obeying)
        for attack in attacks_of(family):
            tally.add(await stage.play(family, attack))
        await model.aclose()
    record_property(FIGURES, {"table": "attacks by family", "row": family.value, **tally.figures})
    rules = Counter(breach.split(": ")[1] for breach in tally.breaches)
    assert not tally.breaches, "\n".join([str(dict(rules)), *tally.breaches[:SHOWN]])


def test_the_attacks_are_many_and_each_is_its_own() -> None:
    families = {family: attacks_of(family) for family in Family}
    turns = [turn for attacks in families.values() for attack in attacks for turn in attack.turns]
    assert min(len(attacks) for attacks in families.values()) >= AT_LEAST_EACH
    assert sum(len(attacks) for attacks in families.values()) >= AT_LEAST_ALL
    assert len(set(turns)) == len(turns)
    for family, attacks in families.items():
        assert [attack.id for attack in attacks] == [f"{family}-{at:02}" for at in range(1, len(attacks) + 1)]


def test_attacks_reach_everybody_who_has_a_fact(library: Library) -> None:
    met = {(attack.scenario, attack.role) for family in Family for attack in attacks_of(family)}
    for scenario_id in library.scenarios:
        facts = library.case(scenario_id).scenario.facts
        assert {(scenario_id, role) for fact in facts.values() for role in fact.known_by} <= met
