"""What contacts set out to do after a voicemail or a message, and after words that travel. Pure and seeded."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from roleplay.content.acts import TOPIC_OF_ACT, Act, Channel, Sensitive, Topic
from roleplay.content.case import Case
from roleplay.content.persona import Situation
from roleplay.director.availability import is_silent
from roleplay.record.events import DAY_BEGINS, RECRUITER, Reaction, ReactionKind, Way
from roleplay.record.likeness import words_in_common
from roleplay.world.state import SpokenTurn, State

TEASE_WORDS: Final = 60
"""A voicemail that is longer lays out what it should only have announced."""
TEASE_ACTS: Final = 4
"""One that does so many things, too."""
VOICEMAILS_IN_A_ROW: Final = 3
"""So many without an answer get a cold text."""
TAKE_AWAY_DAYS: Final = 10
"""Before so many days of silence, taking it away is a threat."""
WILLING_RAPPORT: Final = 0
SPOILERS: Final = frozenset({Act.PITCH, Act.REQUEST_JOINT_CALL, Act.RESTATE_REASON, Act.ASK_SLIP, Act.ASK_CONSEQUENCE})
"""What gives the idea away that a voicemail should tease."""
REPROACHES: Final = frozenset({Act.DISPARAGE, Act.PRESSURE})
REASONS: Final = frozenset({Topic.PAIN, Topic.CONSEQUENCE})
DATES: Final = frozenset({Topic.DATE, Topic.SLIP, Topic.CONSEQUENCE})
AT: Final = (DAY_BEGINS + 35, DAY_BEGINS + 110, DAY_BEGINS + 250, DAY_BEGINS + 395)
"""Minutes of the day at which people ring and write."""


def reactions_to(case: Case, state: State) -> tuple[Reaction, ...]:
    """Decide about the recruiter's last turn, which `state.heard` holds; none outside a campaign."""
    if case.scenario.campaign is None or state.heard is None:
        return ()
    return tuple(_Deciding(case, state, state.turn(state.heard.turn)).all())


def source_of(case: Case, state: State, addressees: tuple[str, ...], quote: str) -> str | None:
    """Who had told in confidence what the recruiter repeated in `quote`.

    Whose words it is most like; where it is like nobody's, the addressee, if it may have been, else the first.
    """
    told: dict[str, list[str]] = {role: [] for role, contact in state.contacts.items() if contact.is_promised}
    for past in case.scenario.history:
        if past.off_record and past.speaker != RECRUITER:
            told.setdefault(past.speaker, []).append(past.text)
    for role, contact in state.contacts.items():
        for fact_id in contact.told:
            fact = case.scenario.facts[fact_id]
            if contact.is_promised or fact.sensitive is Sensitive.OFF_RECORD:
                told.setdefault(role, []).append(f"{fact.says} {' '.join(fact.lines.get(role, ()))}")
    likeness = {role: max((words_in_common(quote, text) for text in texts), default=0) for role, texts in told.items()}
    ranked = [role for role in (*addressees, *state.contacts) if role in told]
    return max(ranked, key=lambda role: likeness[role], default=None)


def forwarded_to(case: Case, category: Sensitive) -> str | None:
    """Whom a message with such content hurts."""
    campaign = case.scenario.campaign
    assert campaign is not None
    return campaign.forwards.get(category, "hr" if "hr" in case.personas else None)


@dataclass
class _Deciding:
    case: Case
    state: State
    turn: SpokenTurn
    planned: int = 0

    def all(self) -> Iterator[Reaction]:
        assert self.state.heard is not None
        acts = {heard.act for heard in self.state.heard.heard}
        role = self.state.roles[0]
        channel = self.turn.channel
        yield from self._travels(acts)
        if channel is Channel.VOICEMAIL:
            yield from self._voicemail(role, acts)
        elif channel.is_written:
            for each in self.state.roles:
                yield from self._message(each, acts)

    # Words that travel

    def _travels(self, acts: set[Act]) -> Iterator[Reaction]:
        assert self.state.heard is not None
        channel, found = self.turn.channel, self.state.heard.sensitive
        if channel.is_written and found:
            yield from self._forwards()
        elif channel is Channel.VOICEMAIL:
            habit = self.case.personas[self.state.roles[0]].habits.voicemail
            listener = habit.overheard_by
            is_overheard = listener in self.case.personas and self._draw("overheard") < habit.overheard
            if listener is not None and is_overheard and acts & REPROACHES:
                quote = self._quote_of(acts & REPROACHES)
                yield self._pass_on(self.state.roles[0], listener, Way.OVERHEARD, quote, "overheard", 1)
        elif channel.is_live and Act.DISPARAGE in acts:
            target = forwarded_to(self.case, Sensitive.CRITICISM)
            if target is not None and target not in self.state.roles:
                quote = self._quote_of({Act.DISPARAGE})
                yield self._pass_on(self.state.roles[0], target, Way.TOLD, quote, Act.DISPARAGE.value, self._days(1, 2))

    def _forwards(self) -> Iterator[Reaction]:
        """Each one who is hurt gets it once, with the first words that hurt them."""
        assert self.state.heard is not None
        hurt: dict[str, str] = {}
        for found in self.state.heard.sensitive:
            target = forwarded_to(self.case, found.category)
            if target in self.state.roles and found.category is Sensitive.OFF_RECORD:
                target = source_of(self.case, self.state, (), found.quote)  # who reads it asks whom it came from
            if target is not None and target not in self.state.roles:
                hurt.setdefault(target, found.quote)
        for target, quote in hurt.items():
            yield self._pass_on(self.state.roles[0], target, Way.FORWARDED, quote, "sensitive", self._days(1, 2))

    def _pass_on(self, by: str, to: str, way: Way, quote: str, because: str, days: int) -> Reaction:
        assert self.state.heard is not None
        categories = tuple(dict.fromkeys(found.category for found in self.state.heard.sensitive))
        return self._reaction(
            by, ReactionKind.PASS_ON, days, because, to=to, way=way, quote=quote, categories=categories
        )

    def _quote_of(self, acts: set[Act]) -> str:
        assert self.state.heard is not None
        return next(heard.quote for heard in self.state.heard.heard if heard.act in acts)

    # Answers

    def _voicemail(self, role: str, acts: set[Act]) -> Iterator[Reaction]:
        contact = self.state.contacts[role]
        if contact.has_shut_door:
            return
        if Act.TAKE_AWAY in acts:
            yield from self._take_away(role, acts)
        elif is_silent(self.case, self.state, role):
            return
        elif contact.voicemails >= VOICEMAILS_IN_A_ROW:
            yield self._reaction(role, ReactionKind.COLD_TEXT, 1, "voicemails", channel=Channel.TEXT)
        elif self._teases(acts) and len(contact.grievances) < 2:
            after = self.case.personas[role].habits.voicemail.calls_back_after
            yield self._reaction(role, ReactionKind.CALL_BACK, self._days(*after), Act.BRIEF_ASK.value)

    def _teases(self, acts: set[Act]) -> bool:
        """Whether a voicemail asks for a few private minutes and gives nothing away."""
        asks = bool(acts & {Act.REQUEST_OFF_RECORD, Act.BRIEF_ASK})
        is_short = self.turn.words <= TEASE_WORDS and len(acts) < TEASE_ACTS
        return asks and is_short and not acts & (SPOILERS | REPROACHES)

    def _take_away(self, role: str, acts: set[Act]) -> Iterator[Reaction]:
        """A take-away by somebody who has been left without an answer."""
        campaign, contact = self.case.scenario.campaign, self.state.contacts[role]
        assert campaign is not None
        since = self.state.day if contact.silent_since is None else contact.silent_since
        if acts & REPROACHES:
            yield self._reaction(role, ReactionKind.SHUT_DOOR, 1, "reproach", channel=Channel.EMAIL)
        elif not campaign.role_exists:
            yield self._reaction(role, ReactionKind.CONFIRM_DEAD, 1, Act.TAKE_AWAY.value, channel=Channel.EMAIL)
        elif self.state.day - since < TAKE_AWAY_DAYS:
            yield self._reaction(role, ReactionKind.SHUT_DOOR, 1, "too_early", channel=Channel.EMAIL)
        elif self.turn.channel is Channel.VOICEMAIL and self._knows_why(role):
            yield self._reaction(role, ReactionKind.COME_BACK, self._days(1, 1), Act.TAKE_AWAY.value)

    def _knows_why(self, role: str) -> bool:
        """Whether the contact has said what hurts and by when, in this session or before it."""
        topics = {self.case.scenario.facts[fact_id].topic for fact_id in self.state.contacts[role].told}
        topics |= {past.topic for past in self.case.scenario.history if past.speaker == role and past.topic}
        return bool(topics & REASONS) and bool(topics & DATES)

    def _message(self, role: str, acts: set[Act]) -> Iterator[Reaction]:
        assert self.state.heard is not None
        contact, channel = self.state.contacts[role], self.turn.channel
        if contact.has_shut_door or contact.is_closed:
            return
        if Act.TAKE_AWAY in acts:
            yield from self._take_away(role, acts)
            return
        habit = (
            self.case.personas[role].habits.text if channel is Channel.TEXT else self.case.personas[role].habits.email
        )
        is_read = self.turn.words <= habit.max_words and self._draw(f"answers {role}") < habit.answers
        if is_silent(self.case, self.state, role) or not is_read:
            return
        days = self._days(*habit.after)
        if acts & {Act.REQUEST_OFF_RECORD, Act.BRIEF_ASK} and not acts & SPOILERS:
            yield self._reaction(role, ReactionKind.CALL_BACK, max(1, days), Act.BRIEF_ASK.value)
            return
        situation = self._written_answer(role, acts)
        yield self._reaction(role, ReactionKind.WRITE, days, "habit", channel=channel, situation=situation.value)

    def _written_answer(self, role: str, acts: set[Act]) -> Situation:
        assert self.state.heard is not None
        if self.state.heard.sensitive:
            return Situation.WRITES_CALL_ME if role != "hr" else Situation.WRITES_FORMAL
        is_willing = self.state.contacts[role].rapport >= WILLING_RAPPORT
        if Act.PROPOSE_NEXT_STEP in acts:
            return Situation.WRITES_YES if is_willing else Situation.WRITES_NO
        if acts & REPROACHES or Act.PITCH in acts:
            return Situation.WRITES_NO
        if Act.REQUEST_JOINT_CALL in acts or any(act in TOPIC_OF_ACT for act in acts):
            return Situation.WRITES_CALL_ME if is_willing else Situation.WRITES_FORMAL
        return Situation.WRITES_FORMAL

    # When

    def _reaction(
        self,
        role: str,
        kind: ReactionKind,
        days: int,
        because: str,
        *,
        channel: Channel | None = None,
        situation: str | None = None,
        to: str | None = None,
        way: Way | None = None,
        quote: str = "",
        categories: tuple[Sensitive, ...] = (),
    ) -> Reaction:
        self.planned += 1
        number = self.state.reactions + self.planned
        minute = random.Random(f"{self.state.seed}|{number}|minute").choice(AT)
        if days <= 0 and minute <= self.state.minute:
            days = 1
        return Reaction(
            id=f"r{number}",
            role=role,
            kind=kind,
            day=self.state.day + days,
            minute=minute,
            about=self.turn.turn,
            because=because,
            channel=channel,
            situation=situation,
            to=to,
            way=way,
            quote=quote,
            categories=categories,
        )

    def _days(self, least: int, most: int) -> int:
        """Days until then, by seed; some more where people are slower."""
        drawn = random.Random(f"{self.state.seed}|{self.turn.turn}|{self.planned}|days").randint(
            least, max(least, most)
        )
        return drawn + self.state.temperament.days_to_answer

    def _draw(self, what: str) -> float:
        return random.Random(f"{self.state.seed}|{self.turn.turn}|{what}").random()
