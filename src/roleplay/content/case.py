"""A case: one scenario with everything that it takes to play and to score it."""

import hashlib
from functools import cached_property

from roleplay.content.base import Content, Role, Slug
from roleplay.content.persona import Persona, Situation
from roleplay.content.scenario import Fact, Scenario
from roleplay.content.scorecard import Scorecard


class Case(Content):
    """A scenario, the personas of its cast by role, and its scorecard, as they stand now.

    A session keeps the case that it was played with, by `digest`.
    """

    scenario_id: Slug
    scenario: Scenario
    personas: dict[Role, Persona]
    scorecard_id: Slug
    scorecard: Scorecard

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the case's JSON, in hexadecimal."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()

    def facts_of(self, role: Role) -> dict[Slug, Fact]:
        """The facts that `role` can tell, in the author's order."""
        return {fact_id: fact for fact_id, fact in self.scenario.facts.items() if role in fact.known_by}

    def lines_of(self, role: Role, situation: Situation) -> tuple[str, ...]:
        """What `role` can say in `situation`: this scenario's lines, then the persona's own."""
        own = self.scenario.lines.get(role, {}).get(situation, ())
        return (*own, *self.personas[role].lines.get(situation, ()))
