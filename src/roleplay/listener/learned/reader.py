"""The learned listener behind the `Listener` protocol."""

import asyncio
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from roleplay.content.acts import TOPIC_OF_ACT, Act, Channel, CounterpartAct, Sensitive
from roleplay.content.scorecard import OwnAct
from roleplay.listener.codebook import LabelRow, label_rows
from roleplay.listener.cues import cues_of
from roleplay.listener.ear import Answer, Ear, Opinion, Question
from roleplay.listener.learned.bumps import moves_a_date
from roleplay.listener.learned.conditions import denies_blame, gets_together, is_put_to_them, plain_words
from roleplay.listener.learned.model import Evidence, Model, Text
from roleplay.listener.learned.own_acts import OwnActs
from roleplay.listener.learned.sentences import split_sentences
from roleplay.listener.learned.spans import span_of
from roleplay.listener.playback import was_said
from roleplay.listener.reading import (
    CounterpartReading,
    HeardAct,
    HeardCounterpartAct,
    HeardOwnAct,
    HeardSensitive,
    Reading,
    Span,
    Utterance,
    WrittenReading,
)
from roleplay.listener.rows import Group

READ_IN_PLACE_CHARS: Final = 400
"""A longer text is read in a thread, so that a screen isn't held up."""
SURE_YES: Final = 0.95
SURE_NO: Final = 0.05
"""What a probability becomes by the model's word."""
SURE: Final = 0.95
"""Blame that is heard with this confidence needs no second hearing."""
ODDS_OF_BOTH: Final = 16.0
"""Two hearings together are believed from here on: each four to one, or one of them more."""
LEAST_SURE: Final = {CounterpartAct.PREFERS_PERFECT.value: 0.8}
"""What a call rarely holds is taken for said from here on only: it makes an occasion that is then missed."""
_READABLE: Final = re.compile(r"[^\W_]")
_NODS: Final = re.compile(
    r"(?>(?:m+|m+[- ]?h+m+|h+m+|u+h+(?:[- ]?h+u+h+)?|a+h+|o+h+|ok|okay|right|sure|fine|good|great|well|yes|yeah|yep"
    r"|no|nope|i see|got it|hi|hello|hey)\b[\s.,!…–—-]*)+",
    re.IGNORECASE,
)
"""Sounds and words by which one only shows that one listens; after a question they aren't one."""
_SPEAKERS: Final = {
    Group.RECRUITER: "the recruiter",
    Group.COUNTERPART: "the other side",
    Group.WRITTEN: "the recruiter, in writing",
}


class Considered(NamedTuple):
    """Evidence with second opinions taken in, and why there were none where one was asked for."""

    evidence: list[Evidence]
    failure: str | None


class LearnedListener:
    """Hears acts with a small fine-tuned encoder; deterministic, some milliseconds a turn, loaded at first use.

    With an ear, what it is unsure of is put to a language model, and the local reading stands where that fails.
    """

    _NAME: Final = "learned/6"

    def __init__(self, model: Model | None = None, ear: Ear | None = None, *, in_thread: bool = False) -> None:
        """Take the shipped model unless another is given.

        `in_thread`: read short texts in a thread, too, so that others of whom the loop takes care needn't wait.
        """
        self._model = model or Model()
        self._in_thread = in_thread
        self.ear = ear
        self._own_acts = OwnActs(self._model)

    @property
    def name(self) -> str:
        """What a reading is recorded under."""
        return self._NAME if self.ear is None else f"{self._NAME}, where unsure {self.ear.name}"

    @property
    def alone(self) -> "LearnedListener":
        """The same listener without an ear, on the same model."""
        return self if self.ear is None else LearnedListener(self._model, in_thread=self._in_thread)

    async def prepare(self) -> None:
        """Load the model where it doesn't hold up a screen."""
        await asyncio.to_thread(self._model.load)

    async def read(self, utterance: Utterance) -> Reading:
        """Read a recruiter's turn."""
        text = utterance.text
        evidence, failure = await self._read(_text_of(Group.RECRUITER, utterance))
        heard = [found for each in evidence if (found := _heard_in(text, each))]
        standing = [each for each in heard if _stands(each, utterance) and await self._is_borne_out(each, text)]
        acts = tuple(sorted(standing, key=lambda each: (each.span.start, each.act)))
        return Reading(acts=acts, cues=cues_of(text, {each.act for each in acts}), ear_failure=failure)

    async def read_counterpart(self, utterance: Utterance) -> CounterpartReading:
        """Read a turn of the other side; `before` is then the recruiter's last turn."""
        evidence, failure = await self._read(_text_of(Group.COUNTERPART, utterance))
        heard = [
            HeardCounterpartAct(
                act=CounterpartAct(each.label),
                confidence=round(each.probability, 4),
                span=span_of(utterance.text, each.given),
            )
            for each in evidence
            if each.is_heard and each.probability >= LEAST_SURE.get(each.label, 0)
        ]
        acts = tuple(sorted(heard, key=lambda each: (each.span.start, each.act)))
        return CounterpartReading(acts=acts, ear_failure=failure)

    async def read_written(self, text: str, channel: Channel, known: Sequence[str]) -> WrittenReading:
        """Read a written message for sensitive content, given what the recruiter had been told."""
        evidence, failure = await self._read(Text(Group.WRITTEN, text, channel.value, None, tuple(known)))
        heard = [
            HeardSensitive(
                category=Sensitive(each.label), confidence=round(each.probability, 4), span=span_of(text, each.given)
            )
            for each in evidence
            if each.is_heard
        ]
        categories = tuple(sorted(heard, key=lambda each: (each.span.start, each.category)))
        return WrittenReading(categories=categories, ear_failure=failure)

    async def read_own(self, utterance: Utterance, acts: Mapping[str, OwnAct]) -> tuple[HeardOwnAct, ...]:
        """Hear a coach's own acts in a recruiter's turn."""
        text = utterance.text
        if not acts or not _says_something(_text_of(Group.RECRUITER, utterance)):
            return ()
        likenesses = await asyncio.to_thread(self._own_acts.likenesses, text, acts)
        unsure = [name for name, likeness in likenesses.items() if likeness.is_unsure]
        answer = await self._ask(_text_of(Group.RECRUITER, utterance), [(name, _row_of(acts[name])) for name in unsure])
        heard = []
        for name, likeness in likenesses.items():
            opinion = answer.opinions.get(name)
            if opinion.stands if opinion else likeness.is_heard:
                confidence = SURE_YES if opinion else likeness.confidence
                span = _quoted(text, opinion) or likeness.span
                heard.append(HeardOwnAct(act=name, confidence=round(confidence, 4), span=span))
        return tuple(heard)

    async def weigh(self, texts: Sequence[Text]) -> list[list[Evidence]]:
        """Return the evidence for every label of each text, by the local model alone; none of what says nothing."""
        readable = [text for text in texts if _says_something(text)]
        chars = sum(len(text.text) for text in readable)
        in_place = chars <= (0 if self._in_thread else READ_IN_PLACE_CHARS)
        read = self._model.read
        found = iter(read(readable) if in_place else await asyncio.to_thread(read, readable))
        return [next(found) if _says_something(text) else [] for text in texts]

    async def consider(self, texts: Sequence[Text], weighed: Sequence[list[Evidence]]) -> list[Considered]:
        """Have the ear asked about what is unsure in each text's evidence."""
        return [await self._consider(text, evidence) for text, evidence in zip(texts, weighed, strict=True)]

    async def read_ahead(self, utterances: Iterable[tuple[Group, Utterance]]) -> None:
        """Read turns side by side on all processors, so that reading them one after another then takes no time.

        It is of use with a `RememberingModel` only.
        """
        texts = [_text_of(group, utterance) for group, utterance in utterances]
        readable = [text for text in texts if _says_something(text)]
        await asyncio.to_thread(self._model.read_ahead, readable)

    async def _is_borne_out(self, heard: HeardAct, text: str) -> bool:
        """Whether unsure blame is heard twice; every other act passes.

        Blame is known to two heads: as `disparage` and, were the words written, as `criticism`. One turn of a call's
        twenty that is wrongly heard as blame makes the whole of it a violation, so where the first isn't sure, both
        must hear it.
        """
        if heard.act is not Act.DISPARAGE or heard.confidence >= SURE or plain_words(heard.act, heard.confidence, text):
            return True
        blame = (await self.read_written(text, Channel.EMAIL, ())).find(Sensitive.CRITICISM)
        return blame is not None and _odds(heard.confidence) * _odds(blame.confidence) >= ODDS_OF_BOTH

    async def _read(self, text: Text) -> Considered:
        [evidence] = await self.weigh([text])
        return await self._consider(text, evidence)

    async def _consider(self, text: Text, evidence: list[Evidence]) -> Considered:
        if self.ear is None:
            return Considered(evidence, None)
        rows = label_rows(text.group)
        asked = [(each.label, rows[each.label]) for each in evidence if each.is_unsure]
        answer = await self._ask(text, asked)
        taken_in = [_with(each, answer.opinions.get(each.label), text.text) for each in evidence]
        return Considered(taken_in, answer.failure)

    async def _ask(self, text: Text, labels: Sequence[tuple[str, LabelRow]]) -> Answer:
        if self.ear is None or not labels:
            return Answer()
        question = Question(
            _SPEAKERS[text.group], Channel(text.channel), text.before, text.known, text.text, tuple(labels)
        )
        return await self.ear.ask(question)


def _odds(probability: float) -> float:
    return probability / (1 - probability) if probability < 1 else math.inf


def _text_of(group: Group, utterance: Utterance) -> Text:
    return Text(group, utterance.text, utterance.channel.value, utterance.before)


def _row_of(act: OwnAct) -> LabelRow:
    return LabelRow.model_validate({"does": act.does, "counts": act.examples, "not": act.counter_examples})


def _with(evidence: Evidence, opinion: Opinion | None, text: str) -> Evidence:
    """Take in a second opinion; its quote counts where it stands in the text."""
    if opinion is None:
        return evidence
    if not opinion.stands:
        return evidence._replace(probability=min(evidence.probability, SURE_NO))
    span = _quoted(text, opinion)
    given = evidence.given if span is None else ((span.start, span.end, 1.0),)
    return evidence._replace(probability=max(evidence.probability, SURE_YES), given=given)


def _quoted(text: str, opinion: Opinion | None) -> Span | None:
    """Where the model's quote stands in the text; None where it doesn't."""
    quote = opinion.quote.strip() if opinion else ""
    start = text.find(quote) if quote else -1
    return None if start < 0 else Span(start=start, end=start + len(quote))


def _says_something(text: Text) -> bool:
    """Whether there is anything to read: of the recruiter's, more than sounds of listening."""
    if text.group is Group.RECRUITER and _NODS.fullmatch(text.text.strip()):
        return False
    return _READABLE.search(text.text) is not None


def _heard_in(text: str, evidence: Evidence) -> HeardAct | None:
    """The act that evidence speaks for, where it is heard or said plainly."""
    act, confidence = Act(evidence.label), round(evidence.probability, 4)
    if evidence.is_heard:
        return HeardAct(act=act, confidence=confidence, span=span_of(text, evidence.given, asks=act in TOPIC_OF_ACT))
    span = plain_words(act, confidence, text)
    return None if span is None else HeardAct(act=act, confidence=confidence, span=span)


def _stands(heard: HeardAct, utterance: Utterance) -> bool:
    """Whether the words can be the act: a bump moves a date, a restated reason was given; most acts pass.

    A date may be moved in the sentence before the question, a reason stand in the one after its announcement.
    """
    text, span = utterance.text, heard.span
    sentences = split_sentences(text)
    start = max((begin for begin, end in sentences if end <= span.start), default=span.start)
    following = text[span.end : next((end for begin, end in sentences if begin >= span.end), span.end)]
    match heard.act:
        case Act.ASK_SLIP:
            return moves_a_date(text[start : span.end], utterance.before)
        case Act.RESTATE_REASON:
            return was_said(span.of(text) + following, utterance.by_counterpart)
        case Act.REQUEST_JOINT_CALL:
            return gets_together(span.of(text) + following)
        case Act.CHALLENGE_PERFECT:
            return is_put_to_them(span.of(text))
        case Act.DISPARAGE:
            return heard.confidence >= SURE or not denies_blame(span.of(text), following)
        case _:
            return True
