"""Recruiters who know the method.

Only the perfect one knows the scenario's facts and the scorecard's model lines: it says them, so that rehearsing shows
whether they work.
"""

import random
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Sequence
from typing import Final

from roleplay.content.acts import Act, Channel, CounterpartAct
from roleplay.content.scenario import Fact
from roleplay.content.scorecard import (
    Criterion,
    NextStepCriterion,
    OrderCriterion,
    SequenceCriterion,
    TakeAwayCriterion,
)
from roleplay.practice.loop import Practice
from roleplay.record.events import RECRUITER, TurnSpoken
from roleplay.rehearsal.moves import Begin, Call, FillMap, HangUp, Join, Move, Say, Wait
from roleplay.rehearsal.speech import Moves, has_done, is_live, just_told, line, own_first_name

TAKE_AWAY_DAYS: Final = 10
DISCOVERY: Final = (
    Act.ASK_OPEN,
    Act.ASK_PAIN,
    Act.ASK_CONSEQUENCE,
    Act.ASK_DEADLINE,
    Act.ASK_SLIP,
    Act.ASK_BUDGET_OWNER,
    Act.ASK_PRIORITY,
)
"""What a skilled recruiter asks in a first conversation, in this order."""
UNSTICK: Final = (Act.ASK_STATUS, Act.RESTATE_REASON, Act.ASK_SLIP, Act.ASK_CONSEQUENCE, Act.ASK_HR_AWARE)
"""And where it is stuck."""
OF_THE_OTHERS: Final = (Act.ASK_STATUS, Act.ASK_OPEN, Act.ASK_PAIN, Act.ASK_CONSEQUENCE, Act.ASK_BUDGET_OWNER)
ON_JOINT_CALL: Final = (Act.ASK_STATUS, Act.ASK_CONSEQUENCE, Act.ASK_HR_AWARE, Act.ASK_BUDGET_OWNER)
CLOSING: Final = (Act.REQUIRE_AGREEMENT, Act.PROPOSE_NEXT_STEP)


def skilled(practice: Practice, rng: random.Random) -> Iterator[Move]:
    """Knows the method, in her own words; now and then forgets one thing."""
    forgotten = rng.choice([Act.ASK_OPEN, Act.ASK_PRIORITY, Act.ASK_BUDGET_OWNER, Act.ASK_HR_AWARE])
    yield from _method(practice, rng, lambda role: _skilled_agenda(practice, rng, role, {forgotten}))
    yield from _write_down(practice, leaving_out=("blocker", "blocks_because"))


def learner(forgets: int) -> Moves:
    """A recruiter who is learning the method, and forgets so many of its questions."""

    def moves(practice: Practice, rng: random.Random) -> Iterator[Move]:
        forgotten = rng.sample(sorted({*DISCOVERY, *UNSTICK}), forgets)
        yield from _method(practice, rng, lambda role: _skilled_agenda(practice, rng, role, forgotten))

    return moves


def perfect(practice: Practice, rng: random.Random) -> Iterator[Move]:
    """Knows the method and the case: asks for each fact in the words that earn it, and says the model lines."""
    yield from _method(practice, rng, lambda role: _perfect_agenda(practice, rng, role))
    yield from _write_down(practice)


def _write_down(practice: Practice, leaving_out: Sequence[str] = ()) -> Iterator[Move]:
    campaign = practice.case.scenario.campaign
    if campaign is not None and not practice.is_over:
        yield FillMap("writes down what it is", campaign.key.model_copy(update=dict.fromkeys(leaving_out)))


Agenda = Callable[[str], Iterator[tuple[str, str]]]
"""For a role: (why, words) one by one, looking at the session in between."""


def _method(practice: Practice, rng: random.Random, agenda: Agenda) -> Iterator[Move]:
    campaign = practice.case.scenario.campaign
    if campaign is None:
        yield Begin("calls")
        yield from _talk(practice, rng, agenda)
        return
    first = practice.case.scenario.calls
    if campaign.joint_call_is_set:
        yield Join("the call is set: hold it")
        yield from _talk(practice, rng, agenda)
    for role in [first, *(role for role in practice.case.personas if role != first)]:
        yield from _reach(practice, rng, role, agenda)
        if practice.is_over:
            return
    if any(contact.agreed_joint_call for contact in practice.state.contacts.values()):
        yield Join("they agreed: get everybody on one call")
        yield from _talk(practice, rng, agenda)
    if not campaign.role_exists:
        yield from _leave_it(practice, rng, first)


def _reach(practice: Practice, rng: random.Random, role: str, agenda: Agenda) -> Iterator[Move]:
    """Get somebody on the phone: call, else a short voicemail, then patience, then the take-away."""
    for attempt in range(3):
        yield Call("by voice, not in writing", role)
        if is_live(practice):
            yield from _talk(practice, rng, agenda)
            return
        if practice.state.touch is not None and attempt == 0:
            yield Say("three private minutes, and not a word more", _tease(practice, rng, role))
        elif practice.state.touch is not None:
            yield HangUp("one voicemail is enough")
        for days in (None, 1, 2):
            if (yield from _wait(practice, rng, agenda, "gives them time", days)) == role:
                return
    yield from _take_away(practice, rng, role, agenda)


def _take_away(practice: Practice, rng: random.Random, role: str, agenda: Agenda) -> Iterator[Move]:
    """After long enough a silence, and by voice."""
    since = practice.state.contacts[role].silent_since
    if since is None:
        return
    while practice.state.day - since < TAKE_AWAY_DAYS and not practice.is_over:
        rest = TAKE_AWAY_DAYS - (practice.state.day - since)
        yield from _wait(practice, rng, agenda, "two weeks of silence before it is taken away", rest)
    yield Call("once more, to take it away", role)
    if is_live(practice):
        yield from _talk(practice, rng, agenda)
        return
    yield Say("takes it away, with no reproach", line(practice, rng, "take_away", role))
    for _ in range(2):
        if (yield from _wait(practice, rng, agenda, "leaves the door to them", 1)) == role:
            return


def _wait(
    practice: Practice, rng: random.Random, agenda: Agenda, why: str, days: int | None
) -> Generator[Move, None, str | None]:
    """Wait, and talk with whoever rings meanwhile; returns who did."""
    yield Wait(why, days)
    if not is_live(practice):
        return None
    rang = practice.state.roles[0]
    yield from _talk(practice, rng, agenda)
    return rang


def _leave_it(practice: Practice, rng: random.Random, role: str) -> Iterator[Move]:
    """It is dead: say so, decently, by voice."""
    days = max(
        (each.days for each in practice.case.scorecard.criteria.values() if isinstance(each, TakeAwayCriterion)),
        default=0,
    )
    if days:
        yield Call("a last word", role)
        if practice.state.touch is not None and not is_live(practice):
            yield Say("asks once more", _tease(practice, rng, role))
        elif is_live(practice):
            yield Say("says goodbye", line(practice, rng, "goodbye"))
        yield Wait("lets the days pass", days)
    yield Call("takes it away", role)
    if practice.state.touch is not None:
        yield Say("leaves it, with no reproach", line(practice, rng, "take_away", role))
    if practice.state.touch is not None:
        yield HangUp("done")
    yield Wait("sees what comes", 2)


def _tease(practice: Practice, rng: random.Random, role: str) -> str:
    name = practice.case.personas[role].first_name
    return f"Hi {name}, it's {own_first_name(practice)}. {line(practice, rng, 'brief_ask', role)}"


def _talk(practice: Practice, rng: random.Random, agenda: Agenda) -> Iterator[Move]:
    """A live talk: the agenda for each one on the line, then the agreement, a day, goodbye."""
    for role in practice.state.roles if is_live(practice) else ():
        for why, words in agenda(role):
            if not is_live(practice) or practice.state.contacts[role].patience <= 1:
                break
            yield from _say(practice, rng, why, words)
    for act in CLOSING:
        if is_live(practice) and not has_done(practice, act, in_touch=act is Act.PROPOSE_NEXT_STEP):
            yield from _say(practice, rng, "nothing without an agreement, and a day", line(practice, rng, act.value))
    if is_live(practice):
        yield Say("says goodbye", line(practice, rng, "goodbye"))
    if is_live(practice):
        yield HangUp("the talk is over")


def _say(practice: Practice, rng: random.Random, why: str, words: str) -> Iterator[Move]:
    """Say something, and what the answer calls for."""
    yield Say(why, words)
    if is_live(practice) and (reply := _reply(practice, rng)) is not None:
        yield Say(*reply)


def _reply(practice: Practice, rng: random.Random) -> tuple[str, str] | None:
    told = just_told(practice)
    if CounterpartAct.PREFERS_PERFECT in told:
        return "tests the perfect candidate", line(practice, rng, "challenge_perfect")
    if CounterpartAct.TRUST_ME in told:
        return "firm and friendly", line(practice, rng, "require_agreement")
    return None


def _restated(practice: Practice, role: str) -> str | None:
    """A role's own reason, played back."""
    past = [turn.text for turn in practice.case.scenario.history if turn.speaker == role and turn.topic]
    told = [fact.lines[role][0] for fact in _told(practice, role)]
    reason = next(iter([*past, *told]), None)
    return None if reason is None else f"You told me: {reason}"


def _told(practice: Practice, role: str) -> list[Fact]:
    facts = practice.case.scenario.facts
    return [facts[fact_id] for fact_id in practice.state.contacts[role].told if role in facts[fact_id].lines]


def _is_stuck(practice: Practice) -> bool:
    """Whether the case is about something stuck, rather than a first conversation."""
    acts = {str(act) for each in practice.case.scorecard.criteria.values() for act in getattr(each, "acts", ())}
    return Act.ASK_STATUS in acts


def _address(practice: Practice, role: str, words: str) -> str:
    """On a call with several people, speak to one by name."""
    if len(practice.state.roles) < 2:
        return words
    return f"{practice.case.personas[role].first_name}, {words[0].lower()}{words[1:]}"


def _skilled_agenda(
    practice: Practice, rng: random.Random, role: str, forgotten: Collection[Act]
) -> Iterator[tuple[str, str]]:
    first_here = practice.state.roles[0] == role
    if first_here and practice.state.calendar[-1].by == RECRUITER and not practice.is_campaign:
        yield "says who calls", line(practice, rng, "greeting")
    if practice.is_campaign and first_here and practice.state.channel is Channel.CALL:
        yield "three minutes, between us", line(practice, rng, "brief_ask")
    stuck = _is_stuck(practice)
    for act in _questions(practice, role, is_stuck=stuck):
        if act in forgotten:
            continue
        if act is Act.RESTATE_REASON:
            reason = _restated(practice, role)
            if reason is not None:
                yield "gives them back their own reason", _address(practice, role, reason)
            continue
        yield f"asks: {act.value.removeprefix('ask_')}", _address(practice, role, line(practice, rng, act.value))
    if stuck and not has_done(practice, Act.REQUEST_JOINT_CALL):
        yield "one call with everybody", _address(practice, role, line(practice, rng, "request_joint_call"))


def _questions(practice: Practice, role: str, *, is_stuck: bool) -> Iterable[Act]:
    """What a skilled recruiter wants to know of this one: most of it from whom she knows best."""
    if not practice.is_campaign:
        return dict.fromkeys([*UNSTICK, *DISCOVERY]) if is_stuck else DISCOVERY
    if practice.state.channel is Channel.JOINT_CALL:
        return ON_JOINT_CALL
    if role != practice.case.scenario.calls:
        return OF_THE_OTHERS
    return dict.fromkeys([*UNSTICK, *DISCOVERY]) if is_stuck else DISCOVERY


def _perfect_agenda(practice: Practice, rng: random.Random, role: str) -> Iterator[tuple[str, str]]:
    if practice.state.roles[0] == role and not practice.is_campaign:
        yield "says who calls", line(practice, rng, "greeting")
    if practice.is_campaign and practice.state.channel is Channel.CALL:
        yield "off the record, three minutes", line(practice, rng, "brief_ask")
    yield from _criteria(practice, rng, role, early=True)
    yield from _facts(practice, role)
    yield from _criteria(practice, rng, role, early=False)
    yield from _facts(practice, role)


def _criteria(practice: Practice, rng: random.Random, role: str, *, early: bool) -> Iterator[tuple[str, str]]:
    """The scorecard's model lines, for what hasn't been done: what must come first, else the rest."""
    for criterion in practice.case.scorecard.criteria.values():
        acts = [str(act) for act in getattr(criterion, "acts", ())]
        if criterion.kind in {"never", "first_touch", "measure"} or not acts:
            continue
        if early != isinstance(criterion, OrderCriterion) or not _is_due(practice, criterion, role):
            continue
        if any(has_done(practice, act) or _has_said(practice, criterion) for act in acts):
            continue
        words = criterion.say[rng.randrange(2)]
        if Act.RESTATE_REASON in acts:
            words = _restated(practice, role) or ""
        if words and Act.PROPOSE_NEXT_STEP not in acts and Act.TAKE_AWAY not in acts:
            yield criterion.title, _address(practice, role, words)


def _is_due(practice: Practice, criterion: Criterion, role: str) -> bool:
    to = getattr(criterion, "to", ())
    if to and role not in to:
        return False
    if isinstance(criterion, SequenceCriterion):
        told: set[CounterpartAct] = set()
        for event in practice.events:
            if isinstance(event, TurnSpoken):
                told.update(event.tells)
        return bool(told & set(criterion.after))
    return not isinstance(criterion, NextStepCriterion)


def _has_said(practice: Practice, criterion: Criterion) -> bool:
    said = " ".join(turn.text.casefold() for turn in practice.state.turns if turn.speaker == RECRUITER)
    return any(words.casefold()[1:] in said for words in criterion.say)


def _facts(practice: Practice, role: str) -> Iterator[tuple[str, str]]:
    """The words that earn each fact, what opens others first, twice at the most."""
    facts = practice.case.facts_of(role)
    order = sorted(facts, key=lambda fact_id: (len(facts[fact_id].earned_by.after), facts[fact_id].earned_by.rapport))
    for fact_id in order:
        fact = facts[fact_id]
        opens = all(earlier in practice.state.contacts[role].told for earlier in fact.earned_by.after)
        if fact.hidden and opens and fact_id not in practice.state.contacts[role].told and fact.ask is not None:
            yield f"for {fact_id}", _address(practice, role, fact.ask)
