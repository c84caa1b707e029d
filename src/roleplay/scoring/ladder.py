"""The deadline ladder: the date, the bump, what the delay is said to cost. Pure."""

from collections.abc import Sequence
from itertools import chain
from typing import Final

from roleplay.content.acts import Act, CounterpartAct, Topic
from roleplay.content.case import Case
from roleplay.record.events import RECRUITER, Event, FactEarned, FactGivenAway
from roleplay.scoring.findings import short
from roleplay.scoring.hearing import HeardTurn, Hearing, clearest
from roleplay.scoring.job_map import dates_in
from roleplay.scoring.result import Rung, Step

Words = tuple[HeardTurn, str]
"""A turn, and those of its words that count."""
DATES: Final = (CounterpartAct.TELLS_DATE,)
NEAR: Final = frozenset({"when:tomorrow", "when:tonight", "when:yesterday"})
"""Times by which nobody is hired."""
NOT_REACHED: Final = (Step(rung=Rung.DATE), Step(rung=Rung.BUMP), Step(rung=Rung.COST))


def ladder_of(case: Case, events: Sequence[Event], hearing: Hearing) -> tuple[Step, ...]:
    """Return the three rungs in order, by the hearing that the verdicts rest on.

    None in a case without a date to be had, and none where a date was named that may or may not be the deadline.
    """
    if not any(fact.topic in {Topic.DATE, Topic.SLIP} for fact in case.scenario.facts.values()):
        return ()
    told = hearing.telling(DATES, with_past=True)
    if not told:
        return () if _may_have_been_named(hearing) else NOT_REACHED
    bumps = hearing.with_act((Act.ASK_SLIP,))
    bump, cost = _bump(hearing, [entry for entry in bumps if entry[0].position > told[0][0].position])
    standards = _standards(case, events)
    deadlines = [entry for entry in told if entry[0].turn is None or entry[0].turn.id not in standards]
    date = _date(hearing, [entry for entry in deadlines if bump is None or entry[0].position < bump[0].position])
    if date is None:
        return ()
    if bump is None and bumps:
        return (_step(Rung.DATE, date), _step(Rung.BUMP, bumps[0], is_early=True), Step(rung=Rung.COST))
    return (_step(Rung.DATE, date), _step(Rung.BUMP, bump), _step(Rung.COST, cost))


def _bump(hearing: Hearing, bumps: Sequence[Words]) -> tuple[Words | None, Words | None]:
    """The first cost that was told after a bump, and the clearest bump up to there."""
    if not bumps:
        return None, None
    costs = hearing.telling((CounterpartAct.TELLS_CONSEQUENCE,), with_past=False)
    cost = next((entry for entry in costs if entry[0].position > bumps[0][0].position), None)
    asked = [entry for entry in bumps if cost is None or entry[0].position < cost[0].position]
    return clearest(asked, (Act.ASK_SLIP,)), cost


def _date(hearing: Hearing, deadlines: Sequence[Words]) -> Words | None:
    """What came back to the question by when; without one, the first that was named."""
    asked = hearing.with_act((Act.ASK_DEADLINE,))
    answers = [entry for entry in deadlines if asked and entry[0].position > asked[0][0].position]
    return next(chain(answers, deadlines), None)


def _standards(case: Case, events: Sequence[Event]) -> frozenset[str]:
    """The turns that named the day from which on very good will do, and no deadline."""
    topics: dict[str, set[Topic]] = {}
    for event in events:
        if isinstance(event, FactEarned | FactGivenAway):
            topics.setdefault(event.turn, set()).add(case.scenario.facts[event.fact].topic)
    return frozenset(turn for turn, told in topics.items() if Topic.STANDARD in told and Topic.DATE not in told)


def _may_have_been_named(hearing: Hearing) -> bool:
    """Whether the other side named a time of the year before the session, though none was heard as a date."""
    history = hearing.transcript.context.history
    dates = (dates_in(words.text) for words in history if words.speaker != RECRUITER)
    return any(date.startswith(("month:", "when:")) for named in dates for date in named - NEAR)


def _step(rung: Rung, words: Words | None, *, is_early: bool = False) -> Step:
    if words is None:
        return Step(rung=rung)
    heard, quote = words
    turn = None if heard.turn is None else heard.turn.id
    return Step(rung=rung, turn=turn, quote=short(quote), is_early=is_early)
