"""A transcript as a scorer reads it: every turn with what it did."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from roleplay.content.acts import Channel, CounterpartAct, Sensitive
from roleplay.content.scorecard import OwnAct
from roleplay.listener.context import Conversation, Said, known_for, utterance_after
from roleplay.listener.reading import Cue, HeardAct, HeardOwnAct, Listener, Utterance
from roleplay.record.events import RECRUITER
from roleplay.record.likeness import words_in_common
from roleplay.record.transcript import Touch, Transcript, Turn
from roleplay.record.words import heard_of
from roleplay.scoring.result import Evidence


@dataclass(frozen=True)
class HeardTurn:
    """One turn and what it did. Turns of the past that both sides remember have no id and no touch."""

    position: int
    turn: Turn | None
    touch: Touch | None
    acts: Mapping[str, str]
    """The recruiter's acts, the scorecard's own among them, each with the words that carried it."""
    told: Mapping[CounterpartAct, str]
    """The other side's acts, each with the words that carried it."""
    cues: frozenset[Cue]
    sensitive: Mapping[Sensitive, str] = field(default_factory=dict)
    """What a written turn of the recruiter's should not hold, each with the words."""
    sure: Mapping[str, float] = field(default_factory=dict)
    """How sure the listener is of each of the recruiter's acts, 0 to 1."""

    @property
    def is_recruiters(self) -> bool:
        """Whether the recruiter said it, in this transcript."""
        return self.turn is not None and self.turn.is_recruiters

    def reached(self, roles: tuple[str, ...]) -> bool:
        """Whether it was said or written to one of `roles`."""
        return self.touch is not None and any(role in self.touch.with_ for role in roles)

    def words_from(self, quote: str) -> str:
        """The turn's words from `quote` on."""
        assert self.turn is not None, "the past's words are in the transcript's context"
        return self.turn.text[self.turn.text.find(quote) :]

    def evidence(self, quote: str) -> Evidence:
        """Quote the turn."""
        assert self.turn is not None, "the past is not evidence"
        return Evidence(turn=self.turn.id, quote=quote)


def clearest(done: Sequence[tuple[HeardTurn, str]], acts: Collection[str]) -> tuple[HeardTurn, str]:
    """Of turns that carry one of `acts`, the one that was heard most surely; of equals the first."""
    return max(done, key=lambda entry: entry[0].sure[next(act for act in acts if act in entry[0].acts)])


@dataclass(frozen=True)
class Hearing:
    """A whole transcript, read."""

    transcript: Transcript
    past: tuple[HeardTurn, ...]
    turns: tuple[HeardTurn, ...]
    last_day: int | None = None
    """The day on which a session ended; None where only the touches are known."""

    def recruiters(self) -> list[HeardTurn]:
        """The recruiter's turns, in order."""
        return [heard for heard in self.turns if heard.is_recruiters]

    def with_act(self, acts: tuple[str, ...], to: tuple[str, ...] = ()) -> list[tuple[HeardTurn, str]]:
        """The recruiter's turns that carry one of `acts`, each with the words that did; said `to` one of these."""
        return [
            (heard, next(heard.acts[act] for act in acts if act in heard.acts))
            for heard in self.recruiters()
            if any(act in heard.acts for act in acts) and (not to or heard.reached(to))
        ]

    def telling(self, acts: tuple[CounterpartAct, ...], *, with_past: bool) -> list[tuple[HeardTurn, str]]:
        """The other side's turns that did one of `acts`, each with the words that did."""
        turns = (*self.past, *self.turns) if with_past else self.turns
        return [
            (heard, next(heard.told[act] for act in acts if act in heard.told))
            for heard in turns
            if any(act in heard.told for act in acts)
        ]

    def told_before(self, heard: HeardTurn) -> list[tuple[str, Mapping[CounterpartAct, str]]]:
        """All that the other side had said before `heard`, in the past too, each text with what it told."""
        remembered = (said.text for said in self.transcript.context.history if said.speaker != RECRUITER)
        return [
            *((text, past.told) for text, past in zip(remembered, self.past, strict=True)),
            *(
                (each.turn.text, each.told)
                for each in self.turns[: heard.position]
                if each.turn and not each.is_recruiters
            ),
        ]

    def reply_to(self, asked: HeardTurn) -> list[HeardTurn]:
        """The other side's turns between `asked` and the recruiter's next turn."""
        reply: list[HeardTurn] = []
        for heard in self.turns[asked.position + 1 :]:
            if heard.is_recruiters:
                break
            reply.append(heard)
        return reply

    def next_by_recruiter(self, asked: HeardTurn) -> HeardTurn | None:
        """The recruiter's next turn after `asked`, if there is one."""
        return next((heard for heard in self.turns[asked.position + 1 :] if heard.is_recruiters), None)


async def hear(
    transcript: Transcript,
    listener: Listener,
    tells: Mapping[str, tuple[CounterpartAct, ...]] | None = None,
    *,
    own_acts: Mapping[str, OwnAct] = MappingProxyType({}),
    past_tells: Mapping[int, CounterpartAct] = MappingProxyType({}),
    sensitive: Mapping[str, Mapping[Sensitive, str]] | None = None,
    heard_words: int | None = None,
    last_day: int | None = None,
) -> Hearing:
    """Read every turn.

    `tells`: by turn id, what turns of the other side are known to have done; turns that aren't in it are read.
    `own_acts`: acts that the scorecard defines beside the codebook's.
    `past_tells`: by the place in the history, what is known to have been told there, beside what is heard.
    `sensitive`: by turn id, what written turns were found to hold; turns that aren't in it are read.
    `heard_words`: the other side cuts in after so many words on a call, so that only those count.
    `last_day`: the day on which it all ended, where that is later than the last touch.
    """
    said = [Said(past.speaker, past.text) for past in transcript.context.history]
    past = [
        HeardTurn(-1, None, None, {}, await _told_in_past(listener, said[: at + 1], past_tells.get(at)), frozenset())
        for at, words in enumerate(said)
        if words.speaker != RECRUITER
    ]
    turns: list[HeardTurn] = []
    conversation = Conversation(said)
    for position, (touch, turn) in enumerate(transcript.turns()):
        words = Said(turn.speaker, turn.text)
        if turn.is_recruiters:
            cut = turn.text if heard_words is None else heard_of(turn.text, touch.channel, heard_words)
            heard = words._replace(text=cut)
            utterance = conversation.utterance(heard, touch.channel)
            reading = await listener.read(utterance)
            own = await listener.read_own(utterance, own_acts) if own_acts else ()
            acts: dict[str, str] = {}
            sure: dict[str, float] = {}
            found: tuple[HeardAct | HeardOwnAct, ...] = (*reading.acts, *own)
            for each in found:
                acts.setdefault(each.act, each.span.of(turn.text))
                sure.setdefault(each.act, each.confidence)
            known_in_it = None if sensitive is None else sensitive.get(turn.id)
            found_in_it = await _sensitive(listener, said, turn, touch) if known_in_it is None else known_in_it
            turns.append(HeardTurn(position, turn, touch, acts, {}, frozenset(reading.cues), found_in_it, sure))
        else:
            known = None if tells is None else tells.get(turn.id)
            told = (
                await _told(listener, conversation.utterance(words, touch.channel))
                if known is None
                else dict.fromkeys(known, turn.text)
            )
            turns.append(HeardTurn(position, turn, touch, {}, told, frozenset()))
        said.append(words)
        conversation.add(words)
    return Hearing(transcript, tuple(past), tuple(turns), last_day)


async def _sensitive(listener: Listener, past: list[Said], turn: Turn, touch: Touch) -> dict[Sensitive, str]:
    """What a written turn holds that it shouldn't, given what the other side had said before.

    What has no word in common with it can't be repeated in it, and would only be mistaken for a confidence.
    """
    if not touch.channel.is_written:
        return {}
    known = [
        f"{words.text} (told by the {words.speaker})"
        for words in reversed(past)
        if words.speaker != RECRUITER and words_in_common(turn.text, words.text)
    ]
    reading = await listener.read_written(turn.text, touch.channel, known_for(turn.text, known))
    return {found.category: found.span.of(turn.text) for found in reading.categories}


async def _told_in_past(
    listener: Listener, said: list[Said], known: CounterpartAct | None
) -> dict[CounterpartAct, str]:
    """What the last of `said` told, heard or known; what is known, in all its words."""
    *before, words = said
    told = await _told(listener, utterance_after(before, words, Channel.CALL))
    return told if known is None else told | {known: words.text}


async def _told(listener: Listener, utterance: Utterance) -> dict[CounterpartAct, str]:
    reading = await listener.read_counterpart(utterance)
    told: dict[CounterpartAct, str] = {}
    for found in reading.acts:
        told.setdefault(found.act, found.span.of(utterance.text))
    return told
