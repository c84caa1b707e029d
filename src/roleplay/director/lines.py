"""Choosing authored lines: by seed, never one twice in a session."""

import random
from collections.abc import Sequence

from roleplay.content.acts import CounterpartAct, Topic
from roleplay.content.case import Case
from roleplay.content.persona import Objection, Situation
from roleplay.content.scenario import Clash, Fact
from roleplay.record.events import Beat, BeatKind
from roleplay.world.state import State

_AMOUNTS_TO: dict[Situation, tuple[CounterpartAct, ...]] = {
    Situation.AGREEMENT: (CounterpartAct.ACCEPTS,),
    Situation.OFF_RECORD_ACCEPTED: (CounterpartAct.ACCEPTS,),
    Situation.OFF_RECORD_DECLINED: (CounterpartAct.DECLINES,),
    Situation.BRIEF_ACCEPTED: (CounterpartAct.ACCEPTS,),
    Situation.JOINT_CALL_ACCEPTED: (CounterpartAct.ACCEPTS,),
    Situation.JOINT_CALL_DECLINED: (CounterpartAct.DECLINES,),
    Situation.NEXT_STEP_ACCEPTED: (CounterpartAct.ACCEPTS,),
    Situation.NEXT_STEP_DECLINED: (CounterpartAct.DECLINES,),
    Situation.NEXT_STEP_VAGUE: (CounterpartAct.VAGUE,),
    Situation.DONT_KNOW: (CounterpartAct.VAGUE,),
    Situation.PITCHED: (CounterpartAct.DECLINES,),
    Situation.DISPARAGED: (CounterpartAct.DECLINES,),
    Situation.PRESSURED: (CounterpartAct.DECLINES,),
    Situation.HANG_UP: (CounterpartAct.DECLINES,),
    Situation.CLOSED: (CounterpartAct.DECLINES,),
    Situation.WRITES_YES: (CounterpartAct.ACCEPTS,),
    Situation.WRITES_NO: (CounterpartAct.DECLINES,),
    Situation.DOOR_SHUT: (CounterpartAct.DECLINES,),
    Situation.CONFIRMS_DEAD: (CounterpartAct.SAYS_NO_ROLE,),
}


class LinePicker:
    """Picks lines for one turn of `role`. Holds what this turn has used; the rest is in the state."""

    def __init__(self, case: Case, state: State, role: str) -> None:
        self._case = case
        self._state = state
        self._role = role
        self._picked: set[str] = set()

    def situation(self, situation: Situation, *, quote: str = "", who: str = "") -> Beat | None:
        """A beat for a situation, or None where its lines are used up. `quote`, `who`: what its lines may hold."""
        lines = self._case.lines_of(self._role, situation)
        filled = [line.replace("{quote}", quote).replace("{who}", who) for line in lines]
        line = self._pick(filled, situation.value)
        if line is None:
            return None
        return Beat(kind=BeatKind.SITUATION, about=situation.value, line=line, tells=_AMOUNTS_TO.get(situation, ()))

    def again(self, situation: Situation, line: str) -> Beat:
        """A beat for a situation whose lines are used up, with one of them."""
        words = self._rendered(line) or line.replace("{recruiter}", "").strip()
        return Beat(kind=BeatKind.SITUATION, about=situation.value, line=words, tells=_AMOUNTS_TO.get(situation, ()))

    def has_said(self, situation: Situation) -> bool:
        """Whether a line of `situation` has been said in this session."""
        lines = self._case.lines_of(self._role, situation)
        return any(self._rendered(line) in self._state.said for line in lines)

    def deflection(self, topic: Topic) -> Beat | None:
        """A beat that turns `topic` aside, or None where its lines are used up."""
        line = self._pick(self._case.personas[self._role].deflections[topic], topic.value)
        if line is None:
            return None
        return Beat(kind=BeatKind.DEFLECT, about=topic.value, line=line, tells=(CounterpartAct.VAGUE,))

    def fact(self, fact_id: str, fact: Fact, kind: BeatKind) -> Beat | None:
        """A beat that tells a fact (`DISCLOSE`) or tells it again in other words (`REPEAT`)."""
        line = self._pick(fact.lines[self._role], fact_id)
        if line is None:
            return None
        return Beat(kind=kind, about=fact_id, line=line, tells=fact.amounts_to)

    def objection(self, name: str, objection: Objection) -> Beat | None:
        """A beat that raises an objection."""
        line = self._pick(objection.lines, name)
        if line is None:
            return None
        return Beat(kind=BeatKind.OBJECT, about=name, line=line, tells=objection.tells)

    def resolved(self, name: str, objection: Objection) -> Beat | None:
        """A beat that gives an objection up."""
        line = self._pick(objection.resolved, name)
        if line is None:
            return None
        return Beat(kind=BeatKind.YIELD, about=name, line=line, tells=objection.resolved_tells)

    def clash(self, clash: Clash) -> Beat | None:
        """A beat that contradicts another, once."""
        if any(self._rendered(line) in self._state.said for line in clash.lines):
            return None
        line = self._pick(clash.lines, f"clash {clash.topic.value}")
        if line is None:
            return None
        return Beat(kind=BeatKind.CLASH, about=clash.topic.value, line=line, tells=clash.tells)

    def volunteered(self, fact_id: str, fact: Fact) -> Beat | None:
        """A beat that tells a fact unasked."""
        return self.fact(fact_id, fact, BeatKind.VOLUNTEER)

    def _pick(self, lines: Sequence[str], purpose: str) -> str | None:
        rendered = [self._rendered(line) for line in lines]
        fresh = [line for line in rendered if line and line not in self._state.said and line not in self._picked]
        if not fresh:
            return None
        rng = random.Random(f"{self._state.seed}|{self._state.next_turn}|{purpose}")
        line = rng.choice(fresh)
        self._picked.add(line)
        return line

    def _rendered(self, line: str) -> str:
        """The line with the recruiter's first name in it; empty where it needs a name and there is none."""
        if "{recruiter}" not in line:
            return line
        name = (self._state.recruiter or "").split()
        return line.replace("{recruiter}", name[0]) if name else ""
