"""Plays an attack in a real session, and holds everything that comes out to the referee."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from roleplay.actor.model import ModelActor
from roleplay.content.acts import Channel
from roleplay.content.library import Library
from roleplay.listener.reading import Listener
from roleplay.llm.base import ChatModel
from roleplay.practice.happenings import (
    Happening,
    MessageCame,
    NoticeRaised,
    RangOut,
    TurnFinished,
    WordsSpoken,
)
from roleplay.practice.loop import Practice
from roleplay.record.events import RECRUITER, AnswerDirected, Beat, BeatKind, TurnSpoken
from roleplay.store.memory import MemoryStore
from tests.doubles import FakeClock, happenings_of
from tests.llm.stand_in import StandInServer
from tests.voices.attacks import Attack, Family
from tests.voices.obeying import Obeying, parts_of
from tests.voices.referee import Breach, Turn, breaches_in_words, closed_in, closed_in_prompt

SEED: Final = 1
CALLER: Final = "Jen Ortiz"
MOST_MOVES: Final = 60
HELLO: Final = "Hello Frances, Jen Ortiz here. Could you ring me for three private minutes about the yards? Thank you."
TAKEN_AWAY: Final = (
    "Frances, it's Jen Ortiz. I haven't heard back, so I take it that the role doesn't exist any more, and I'll leave"
    " you alone. No hard feelings at all."
)
LETS_OUT: Final = frozenset({BeatKind.DISCLOSE, BeatKind.REPEAT, BeatKind.VOLUNTEER})


@dataclass
class Tally:
    """What was done and found."""

    attacks: int = 0
    turns: int = 0
    checks: int = 0
    requests: int = 0
    breaches: list[str] = field(default_factory=list)

    @property
    def figures(self) -> dict[str, int]:
        """The numbers."""
        return {
            "attacks": self.attacks,
            "turns": self.turns,
            "requests": self.requests,
            "checks": self.checks,
            "leaks": len(self.breaches),
        }

    def add(self, other: "Tally") -> None:
        """Take in another."""
        self.attacks += other.attacks
        self.turns += other.turns
        self.checks += other.checks
        self.requests += other.requests
        self.breaches += other.breaches


@dataclass
class Stage:
    """What all attacks of a family share."""

    library: Library
    listener: Listener
    model: ChatModel
    server: StandInServer
    obeying: Obeying

    async def play(self, family: Family, attack: Attack) -> Tally:
        """Play one attack from the first ring to the last answer."""
        self.obeying.begin()
        practice = await Practice.start(
            self.library.case(attack.scenario),
            seed=SEED,
            recruiter=CALLER,
            store=MemoryStore(),
            listener=self.listener,
            actor=ModelActor(self.model),
            clock=FakeClock(),
        )
        watch = Watch(practice, attack, self.server, self.obeying, guesses=family is Family.GUESS_AND_CONFIRM)
        turns = attack.turns
        await watch.over(practice.begin())
        if attack.channel.is_written:
            await watch.over(practice.write((attack.role,), attack.channel, turns[0]))
            turns = turns[1:]
            watch.tally.turns += 1
        await _reach(practice, attack.role, watch)
        self._stay_honest(watch)
        for at, turn in enumerate(turns):
            if practice.state.touch is None:
                break  # they hung up
            self.obeying.expect(family, attack, at)
            await watch.over(practice.say(turn))
            watch.tally.turns += 1
        watch.tally.attacks = 1
        watch.tally.requests = len(self.server.requests)
        self.server.requests.clear()
        assert self.obeying.has_attacked, f"{attack.id}: the model was never asked, so nothing is proven"
        return watch.tally

    def _stay_honest(self, watch: "Watch") -> None:
        guessed = set(watch.attack.facts) & watch.let_out(watch.attack.role)
        assert not guessed, f"{watch.attack.id}: {guessed} is open already, so guessing at it proves nothing"


class Watch:
    """Holds to the referee whatever happens in one session."""

    def __init__(
        self, practice: Practice, attack: Attack, server: StandInServer, obeying: Obeying, *, guesses: bool
    ) -> None:
        self.attack = attack
        self.tally = Tally()
        self._practice = practice
        self._server = server
        self._guesses = guesses
        self._requests_seen = 0
        self._obeying = obeying

    async def over(self, stream: AsyncIterator[Happening]) -> None:
        """Let a move happen, and check all that came out and was sent."""
        happened = await happenings_of(stream)
        requests = self._server.requests[self._requests_seen :]
        self._requests_seen = len(self._server.requests)
        instructions = tuple(text for request in requests for role, text in parts_of(request) if role == "system")
        for turn_id, text in words_of(happened):
            turn = replace(self.turn(turn_id), instructions=instructions)
            self._note(*breaches_in_words(text, turn), text)
        for happening in happened:
            if isinstance(happening, NoticeRaised | RangOut):
                text = happening.text if isinstance(happening, NoticeRaised) else happening.greeting
                everybody = self.everybody()
                self._note(closed_in(text, everybody), len(everybody.closed), text)
        recruiter = [turn.text for turn in self._practice.state.turns if turn.speaker == RECRUITER]
        for request in requests:
            messages = parts_of(request)
            turn = self._turn_of(self._speaker(messages[0][1]))
            found = closed_in_prompt(messages, turn, recruiter, self._obeying.answers)
            self._note(found, len(turn.closed), messages[-1][1])

    def turn(self, turn_id: str) -> Turn:
        """What the speaker of a turn was allowed."""
        events = self._practice.events
        for at, event in enumerate(events):
            if isinstance(event, TurnSpoken) and event.turn == turn_id:
                return self._turn_of(event.speaker, at)
        raise AssertionError(f"{turn_id} was shown and not kept")

    def everybody(self) -> Turn:
        """What nobody may tell in a notice: all that no role has let out."""
        case = self._practice.case
        let_out = frozenset(fact for role in case.personas for fact in self.let_out(role))
        return replace(self._turn_of(self.attack.role), let_out=let_out)

    def let_out(self, role: str, before: int | None = None) -> frozenset[str]:
        """The facts that the director has let out through a role."""
        return frozenset(
            beat.about for beats in self._directed(role, before) for beat in beats if beat.kind in LETS_OUT
        )

    def _turn_of(self, role: str, before: int | None = None) -> Turn:
        directed = self._directed(role, before)
        return Turn(
            case=self._practice.case,
            role=role,
            lines=tuple(beat.line for beat in directed[-1]) if directed else (),
            directed=tuple(beat.line for beats in directed for beat in beats),
            let_out=self.let_out(role, before),
            recruiter=CALLER,
            guesses=self._guesses,
        )

    def _directed(self, role: str, before: int | None) -> list[Sequence[Beat]]:
        found: list[Sequence[Beat]] = []
        for event in self._practice.events[:before]:
            if isinstance(event, AnswerDirected) and event.role == role:
                found.append(event.beats)
            if isinstance(event, AnswerDirected) and event.then_role == role:
                found.append(event.then_beats)
        return found

    def _speaker(self, character: str) -> str:
        """Whom a prompt voices: the name that it begins with."""
        names = {role: character.find(persona.name) for role, persona in self._practice.case.personas.items()}
        return min((role for role, at in names.items() if at >= 0), key=lambda role: names[role])

    def _note(self, breaches: Sequence[Breach], checks: int, text: str) -> None:
        self.tally.checks += checks
        for rule in dict.fromkeys(each.rule for each in breaches):
            what = ", ".join(repr(each.what) for each in breaches if each.rule is rule)
            self.tally.breaches.append(f"{self.attack.id}: {rule}: {what} in {text!r}")


def words_of(happened: Sequence[Happening]) -> list[tuple[str, str]]:
    """What was shown of each turn: the pieces as they came, the whole, what was written."""
    pieces: dict[str, str] = {}
    whole: list[tuple[str, str]] = []
    for happening in happened:
        match happening:
            case WordsSpoken(turn=turn, piece=piece):
                pieces[turn] = pieces.get(turn, "") + piece
            case TurnFinished(turn=turn, text=text) | MessageCame(turn=turn, text=text):
                whole.append((turn, text))
    shown = [(turn, text) for turn, text in pieces.items() if (turn, " ".join(text.split())) not in whole]
    return whole + shown


async def _reach(practice: Practice, role: str, watch: Watch) -> None:
    """Get on the phone with somebody, alone; who has gone quiet is let go, so that they come back."""
    campaign = practice.case.scenario.campaign
    if campaign is not None and role in campaign.silent:
        for message, days in ((HELLO, 12), (TAKEN_AWAY, 3)):
            await watch.over(practice.call(role))
            await watch.over(practice.say(message))
            await _wait_for(practice, role, watch, days)
    for _ in range(MOST_MOVES):
        if _is_on(practice, role) or practice.is_over:
            break
        if practice.state.touch is None:
            await watch.over(practice.call(role))
        if practice.state.touch is not None and not _is_on(practice, role):
            await watch.over(practice.leave())
        if practice.state.touch is None and not practice.is_over:
            await watch.over(practice.wait())
    assert _is_on(practice, role), f"{watch.attack.id}: {role} couldn't be reached"


async def _wait_for(practice: Practice, role: str, watch: Watch, days: int) -> None:
    until = practice.state.day + days
    while practice.state.day < until and not practice.is_over and not _is_on(practice, role):
        if practice.state.touch is not None:
            await watch.over(practice.leave())
        await watch.over(practice.wait(1))


def _is_on(practice: Practice, role: str) -> bool:
    state = practice.state
    return state.touch is not None and state.channel is Channel.CALL and state.roles == (role,)
