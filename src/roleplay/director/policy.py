"""What the other side does: decided from the state and what was heard, pure and seeded."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from roleplay.content.acts import TOPIC_OF_ACT, Act, Channel, Topic
from roleplay.content.case import Case
from roleplay.content.persona import Situation
from roleplay.content.scenario import Fact
from roleplay.director.effects import Effect, effect_of, has_given_a_reason, names_untold
from roleplay.director.joint import speaker_of, with_second_voice
from roleplay.director.lines import LinePicker
from roleplay.listener.reading import Cue
from roleplay.record.events import AnswerDirected, Beat, BeatKind, EndReason
from roleplay.record.likeness import words_in_common
from roleplay.world.fold import heard_by
from roleplay.world.gates import is_earned
from roleplay.world.state import ContactState, State

BEATS_PER_TURN: Final = 2
NEARLY_OUT: Final = 2
"""Patience at which a contact warns."""
TIME_SHORT_FROM: Final = 0.8
"""The share of the time at which a contact says that it is short."""
BEGINNING_TURNS: Final = 4
"""So far into a call, who greets introduces themselves."""
JOINT_CALL_RAPPORT: Final = 2
NEXT_STEP_RAPPORT: Final = 1

PUSHBACKS: Final[dict[Act, Situation]] = {
    Act.DISPARAGE: Situation.DISPARAGED,
    Act.PRESSURE: Situation.PRESSURED,
    Act.PITCH: Situation.PITCHED,
}


def answer(case: Case, state: State, at: datetime) -> AnswerDirected:
    """Decide about the recruiter's unanswered turn, whose reading `state.heard` holds."""
    direction = _Answer.of(case, state, speaker_of(case, state)).direct(at)
    return with_second_voice(case, state, direction)


@dataclass
class _Answer:
    """One decision while it is being made."""

    case: Case
    state: State
    role: str
    contact: ContactState
    acts: tuple[Act, ...]
    cues: frozenset[str]
    words: int
    effect: Effect
    pick: LinePicker
    beats: list[Beat] = field(default_factory=list)
    topics: list[Topic] = field(default_factory=list)
    disclosed: int = 0
    served: set[str] = field(default_factory=set)
    """Quotes of questions that were answered; one sentence may be heard as two questions."""
    unserved: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, case: Case, state: State, role: str) -> "_Answer":
        assert state.heard is not None, "a turn is heard before it is answered"
        contact = state.contacts[role]
        if state.channel is Channel.JOINT_CALL:
            contact = contact.model_copy(update=heard_by(contact, state.heard))
        acts = tuple(dict.fromkeys(heard.act for heard in state.heard.heard))
        cues = frozenset(state.heard.cues)
        words = state.turns[-1].words
        is_empty = not acts and not cues & {Cue.CLOSING, Cue.VAGUE_NEXT_STEP, Cue.QUESTION}
        is_long = state.channel.is_live and words > state.temperament.heard_words
        effect = effect_of(case, role, contact, acts, is_long=is_long, is_empty=is_empty)
        return cls(case, state, role, contact, acts, cues, words, effect, LinePicker(case, state, role))

    @property
    def quotes(self) -> dict[Act, str]:
        """The words that carried each act."""
        assert self.state.heard is not None
        return {heard.act: heard.quote for heard in self.state.heard.heard}

    @property
    def patience(self) -> int:
        return self.contact.patience + self.effect.patience

    @property
    def rapport(self) -> int:
        return self.contact.rapport + self.effect.rapport

    def direct(self, at: datetime) -> AnswerDirected:
        ends = self._end_at_once()
        if ends is None:
            if not self._interrupt() and not self._push_back():
                if not self._refuse():
                    self._answer_acts()
                ends = self._say_goodbye()
            if not self.beats:
                ends = self._say_something()
            self._warn_of_time(ends)
        return AnswerDirected(
            at=at,
            answers=self.state.unanswered,
            role=self.role,
            beats=tuple(self.beats),
            patience_change=self.effect.patience,
            rapport_change=self.effect.rapport,
            because=self.effect.because,
            topics=tuple(self.topics),
            ends=ends,
        )

    def _end_at_once(self) -> EndReason | None:
        if self.patience <= 0:
            return self._end(Situation.HANG_UP, EndReason.HUNG_UP)
        if self.state.words_in_touch >= self.case.scenario.time_words:
            return self._end(Situation.TIME_UP, EndReason.TIME_UP)
        return None

    def _end(self, situation: Situation, reason: EndReason) -> EndReason:
        self._add(self.pick.situation(situation))
        return reason

    def _interrupt(self) -> bool:
        is_long = self.state.channel.is_live and self.words > self.state.temperament.heard_words
        return is_long and self._add(self.pick.situation(Situation.INTERRUPT))

    def _refuse(self) -> bool:
        """A broken confidence closes everything: whatever was asked, it isn't told."""
        return self.contact.is_closed and bool(self.acts) and self._add(self.pick.situation(Situation.CLOSED))

    def _push_back(self) -> bool:
        """React to selling, blaming and pushing; a question beside blame or pressure goes unanswered."""
        for act, situation in PUSHBACKS.items():
            if act in self.acts and (act is not Act.PITCH or not self._asks_something()):
                self._add(self.pick.situation(situation))
                return bool(self.beats)
        return False

    def _asks_something(self) -> bool:
        return any(act not in PUSHBACKS for act in self.acts)

    def _answer_acts(self) -> None:
        for act in self.acts:
            if len(self.beats) >= BEATS_PER_TURN:
                self._leave_unserved(act)
            elif not self._meet_objection(act):
                self._answer_act(act)
        if self.unserved - self.served:
            self._add(self.pick.situation(Situation.ONE_AT_A_TIME))
        elif not self.beats and Cue.VAGUE_NEXT_STEP in self.cues:
            self._add(self.pick.situation(Situation.NEXT_STEP_VAGUE))

    def _leave_unserved(self, act: Act) -> None:
        if act in TOPIC_OF_ACT:
            self.unserved.add(self.quotes[act])

    def _meet_objection(self, act: Act) -> bool:
        """Raise an objection to `act`, or give one up; True where that is the answer."""
        for name, objection in self.case.personas[self.role].objections.items():
            stands = self.contact.objections.get(name)
            if any(beat.about == name for beat in self.beats):
                continue
            if stands is None and act in objection.raised_by and Cue.CLOSING not in self.cues:
                if objection.unless_rapport is not None and self.rapport >= objection.unless_rapport:
                    continue
                if self._add(self.pick.objection(name, objection)):
                    self._reach(act)
                    return True
            elif stands is False and act in objection.resolved_by:
                self._add(self.pick.resolved(name, objection))
                return act is Act.REQUIRE_AGREEMENT
        return False

    def _answer_act(self, act: Act) -> None:
        if act in TOPIC_OF_ACT:
            self._reach(act)
            self._answer_question(act)
        elif not self._tell_one(act):
            self._answer_request(act)

    def _reach(self, act: Act) -> None:
        if act in TOPIC_OF_ACT:
            self.topics.append(TOPIC_OF_ACT[act])

    def _answer_question(self, act: Act) -> None:
        topic = TOPIC_OF_ACT[act]
        if self._tell_one(act):
            return
        facts = self.case.facts_of(self.role)
        on_topic = {fact_id: fact for fact_id, fact in facts.items() if fact.topic is topic}
        if not on_topic:
            self._add(self.pick.situation(Situation.DONT_KNOW))
        elif all(self._is_told(fact_id) for fact_id in on_topic) and topic is not Topic.BACKGROUND:
            self._repeat(on_topic)
        elif not self._add(self.pick.deflection(topic)):
            self._add(self.pick.situation(Situation.RUNNING_OUT))

    def _tell_one(self, act: Act) -> bool:
        """Tell the nearest fact that `act` earns; True where there is one, told now or left for another turn."""
        for fact_id, fact in self._in_reach(act, self.case.facts_of(self.role)):
            if is_earned(fact, self.contact, self.acts, self.rapport, self.state.channel, self.state.temperament):
                self._disclose(act, fact_id, fact)
                return True
        return False

    def _in_reach(self, act: Act, facts: dict[str, Fact]) -> list[tuple[str, Fact]]:
        """Facts not told yet that `act` can earn, nearest first.

        An open question right after an answer asks for more of the same; else an act reaches for its own topic,
        and then for whatever else names it in its gate. Of equally near ones, the one whose words are most like
        the question's comes first.
        """
        topic = TOPIC_OF_ACT.get(act)
        follows_up = self.contact.last_topic if act is Act.ASK_OPEN else None

        def distance(fact: Fact) -> int | None:
            if fact.topic is follows_up and act in fact.earned_by.any_of:
                return 0
            if fact.topic is topic:
                return 1
            return 2 if act in fact.earned_by.any_of else None

        near = [
            (far, -words_in_common(self.state.turns[-1].text, f"{fact.ask or ''} {fact.says}"), fact_id, fact)
            for fact_id, fact in facts.items()
            if not self._is_told(fact_id) and (far := distance(fact)) is not None
        ]
        return [(fact_id, fact) for *_, fact_id, fact in sorted(near, key=lambda entry: entry[:2])]

    def _is_told(self, fact_id: str) -> bool:
        return fact_id in self.contact.told or any(
            beat.kind is BeatKind.DISCLOSE and beat.about == fact_id for beat in self.beats
        )

    def _disclose(self, act: Act, fact_id: str, fact: Fact) -> None:
        candour = self.case.personas[self.role].temper.candour + self.state.temperament.candour
        if self.disclosed >= max(1, candour):
            self._leave_unserved(act)
        elif self._add(self.pick.fact(fact_id, fact, BeatKind.DISCLOSE)):
            self.served.add(self.quotes[act])
            self.disclosed += 1

    def _repeat(self, facts: dict[str, Fact]) -> None:
        """Say it once more in other words; after that, only that it was said."""
        for fact_id, fact in facts.items():
            if not self.contact.repeats.get(fact_id) and self._add(self.pick.fact(fact_id, fact, BeatKind.REPEAT)):
                return
        self._add(self.pick.situation(Situation.TOLD_ALREADY))

    def _answer_request(self, act: Act) -> None:
        situation = self._situation_for(act)
        if situation is not None:
            self._add(self.pick.situation(situation))

    def _situation_for(self, act: Act) -> Situation | None:
        match act:
            case Act.REQUIRE_AGREEMENT:
                return Situation.AGREEMENT
            case Act.REQUEST_OFF_RECORD:
                return Situation.OFF_RECORD_ACCEPTED if self.rapport >= 0 else Situation.OFF_RECORD_DECLINED
            case Act.BRIEF_ASK:
                return None if self.beats or len(self.acts) > 1 else Situation.BRIEF_ACCEPTED
            case Act.REQUEST_JOINT_CALL:
                campaign = self.case.scenario.campaign
                can = campaign is None or self.role in campaign.joint_call_by
                is_willing = can and self.rapport >= JOINT_CALL_RAPPORT
                return Situation.JOINT_CALL_ACCEPTED if is_willing else Situation.JOINT_CALL_DECLINED
            case Act.RESTATE_REASON if not self._asks():
                is_given = has_given_a_reason(self.case, self.role, self.contact)
                is_true = is_given and not names_untold(self.case, self.state, self.role, self.quotes[act])
                return Situation.RESTATED_TRUE if is_true else Situation.RESTATED_FALSE
            case Act.TAKE_AWAY:
                return Situation.TAKEN_AWAY
            case Act.PROPOSE_NEXT_STEP if not self._is_settled():
                is_willing = self.rapport >= NEXT_STEP_RAPPORT and self.patience > NEARLY_OUT
                return Situation.NEXT_STEP_ACCEPTED if is_willing else Situation.NEXT_STEP_DECLINED
        return None

    def _is_settled(self) -> bool:
        """Whether a next step needs no answer of its own: a joint call takes it in, or this is the goodbye to it."""
        is_goodbye = Cue.CLOSING in self.cues and self.pick.has_said(Situation.NEXT_STEP_ACCEPTED)
        return is_goodbye or Act.REQUEST_JOINT_CALL in self.acts

    def _asks(self) -> bool:
        """Whether the turn puts a question that wants an answer."""
        return any(act in TOPIC_OF_ACT for act in self.acts)

    def _say_goodbye(self) -> EndReason | None:
        if Cue.CLOSING not in self.cues or self._asks():
            return None
        self._add(self.pick.situation(Situation.GOODBYE))
        return EndReason.GOODBYE

    def _say_something(self) -> EndReason | None:
        """Nothing was asked, or nothing is left to say to it."""
        if self.patience <= NEARLY_OUT and self._add(self.pick.situation(Situation.RUNNING_OUT)):
            return None
        if Cue.PLEASANTRY in self.cues and not self.acts and self._add(self.pick.situation(Situation.SMALL_TALK)):
            return None
        is_beginning = self.state.turns_in_touch <= BEGINNING_TURNS
        greets = is_beginning and Cue.GREETING in self.cues and not self.acts
        if greets and self._add(self.pick.situation(Situation.INTRODUCED)):
            return None
        if Cue.QUESTION in self.cues and self._add(self.pick.situation(Situation.DONT_KNOW)):
            return None
        if not self.acts and self._add(self.pick.situation(Situation.GO_ON)):
            return None
        return self._end(Situation.NOTHING_NEW, EndReason.NOTHING_NEW)

    def _warn_of_time(self, ends: EndReason | None) -> None:
        scenario = self.case.scenario
        is_short = self.state.words_in_touch >= TIME_SHORT_FROM * scenario.time_words
        if ends is None and scenario.time_is_short and is_short and not self.pick.has_said(Situation.TIME_SHORT):
            self._add(self.pick.situation(Situation.TIME_SHORT))

    def _add(self, beat: Beat | None) -> bool:
        if beat is None:
            return False
        self.beats.append(beat)
        return True
