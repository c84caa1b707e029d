"""The judge: a language model reads a whole transcript and answers every check in one request.

It is told which checks there are first and the transcript last, so that a server's prefix cache serves all but that.
What it said is kept by content. docs/scoring.md says what holds whatever a transcript says to it.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Final, Protocol

from pydantic import ValidationError

from roleplay.content.scorecard import Check, JudgedCriterion, Scorecard
from roleplay.errors import VoiceError
from roleplay.listener.ear import KeptInMemory, Opinions
from roleplay.llm.base import ChatMessage, ChatRole, StructuredModel
from roleplay.scoring.addressed import addressed_from
from roleplay.scoring.ballot import Answers, CheckResult, decided, first_answers, over_votes, over_windows
from roleplay.scoring.hearing import Hearing
from roleplay.scoring.judged import Judgement, second_checks
from roleplay.scoring.sheet import Line, Sheet, Withhold, sheet_of

TOKENS_A_CHECK: Final = 100
TOKENS_MORE: Final = 600
"""For the frame of the answer, and for models that think first."""
CONTROLS: Final = (
    "Does the recruiter recite the whole alphabet, letter by letter?",
    "Does the recruiter count aloud from one hundred down to one?",
    "Does the recruiter sing a song from its first verse to its last?",
)
"""Nobody does these: a judge that says yes is led by something, and isn't believed."""
_WHOSE: Final = {"recruiter": "the recruiter's words", "other": "the other side's words", "any": "anybody's words"}


class Scope(StrEnum):
    """What a judge is asked."""

    JUDGED = "judged"
    """The judged criteria."""
    ALL = "all"
    """Those, and whether it hears what the listener is to hear."""


class Judge(Protocol):
    """Answers a scorecard's checks about a transcript."""

    async def judge(self, hearing: Hearing, scorecard: Scorecard) -> Judgement:
        """Read a transcript; a failure is a judgement that says why."""
        ...


@dataclass(frozen=True)
class AbsentJudge:
    """Nobody can be asked, and why."""

    why: str
    """As part of a sentence: "needs a language model; none is set"."""

    async def judge(self, hearing: Hearing, scorecard: Scorecard) -> Judgement:  # noqa: ARG002 - as any judge
        """Judge nothing."""
        return Judgement(failure=self.why, was_asked=False)


@dataclass(frozen=True)
class Asked:
    """Every check under the name that the judge knows it by; the names say nothing of what is asked."""

    by_name: Mapping[str, Check]
    control: str
    """The name of the check that nobody can answer with yes."""
    names: Mapping[str, tuple[str, ...]]
    """By judged criterion, the names of its checks."""
    seconds: Mapping[str, str]


class ModelJudge:
    """Asks a language model, once for each vote and each portion of a long transcript."""

    def __init__(
        self,
        model: StructuredModel,
        kept: Opinions | None = None,
        *,
        votes: int = 1,
        scope: Scope = Scope.JUDGED,
        withhold: Withhold = addressed_from,
    ) -> None:
        self._model = model
        self._kept = kept or KeptInMemory()
        self._votes = votes
        self._scope = scope
        self._withhold = withhold

    async def judge(self, hearing: Hearing, scorecard: Scorecard) -> Judgement:
        """Read a transcript, and hold every answer against it."""
        asked = asked_of(scorecard, self._scope)
        if not asked.names and not asked.seconds:
            return Judgement()
        sheet = sheet_of(hearing.transcript, self._withhold)
        votes: list[dict[str, CheckResult]] = []
        try:
            for vote in range(self._votes if sheet.lines else 0):
                read = [(window, await self._read(asked, sheet, window, vote)) for window in sheet.windows()]
                if any(_is_led(asked, answers) for _, answers in read):
                    why = "The language model said yes to what isn't there, so that nothing it says is believed"
                    return Judgement(failure=why)
                votes.append(_results(asked, read, hearing))
        except VoiceError as error:
            return Judgement(failure=f"The language model gave no answer: {str(error).rstrip('.')}")
        if not votes:
            return Judgement(failure="Nothing was said")
        results = {name: over_votes([vote[name] for vote in votes]) for name in asked.by_name}
        return Judgement(
            checks={criterion: tuple(results[name] for name in names) for criterion, names in asked.names.items()},
            seconds={criterion: results[name] for criterion, name in asked.seconds.items()},
            withheld=sheet.withheld,
        )

    async def _read(self, asked: Asked, sheet: Sheet, window: tuple[Line, ...], vote: int) -> Answers:
        """The answers about one portion, from what was kept, or from the model.

        Raises:
            VoiceError: the model gave none.
        """
        messages = messages_of(asked, sheet, window)
        kept = await self._kept.opinion(_digest(self._model.name, vote, messages))
        if kept is not None:
            try:
                return Answers.model_validate_json(kept)
            except ValidationError:
                pass  # an older program kept something else
        room = TOKENS_MORE + TOKENS_A_CHECK * len(asked.by_name)
        answers = await self._model.ask(messages, Answers, max_tokens=room)
        digest = _digest(self._model.name, vote, messages)  # one that wasn't named has its name by now
        await self._kept.keep_opinion(digest, answers.model_dump_json())
        return answers


def _is_led(asked: Asked, answers: Answers) -> bool:
    return any(answer.check == asked.control and answer.yes for answer in answers.answers)


def _results(
    asked: Asked, read: Sequence[tuple[tuple[Line, ...], Answers]], hearing: Hearing
) -> dict[str, CheckResult]:
    """One vote: what each check comes to over all portions."""
    said = [(window, first_answers(answers, asked.by_name)) for window, answers in read]
    return {
        name: over_windows(check, [decided(check, answers.get(name), window, hearing) for window, answers in said])
        for name, check in asked.by_name.items()
    }


def asked_of(scorecard: Scorecard, scope: Scope) -> Asked:
    """Name the checks of a scorecard `c1`, `c2` …, with a control among them at a place that follows from them."""
    judged = {name: each for name, each in scorecard.criteria.items() if isinstance(each, JudgedCriterion)}
    keyed: list[tuple[str, str, Check]] = [
        ("judged", name, check) for name, criterion in judged.items() for check in criterion.checks
    ]
    if scope is Scope.ALL:
        keyed += [("second", *pair) for pair in second_checks(scorecard.criteria, scorecard.acts).items()]
    seed = int.from_bytes(hashlib.sha256("\n".join(check.asks for *_, check in keyed).encode()).digest()[:4])
    control = Check(id="control", asks=CONTROLS[seed % len(CONTROLS)], quote="any")
    if keyed:
        keyed.insert(1 + seed % len(keyed), ("control", "", control))
    names: dict[str, tuple[str, ...]] = {}
    seconds: dict[str, str] = {}
    by_name: dict[str, Check] = {}
    for at, (kind, criterion_id, check) in enumerate(keyed, 1):
        by_name[f"c{at}"] = check
        if kind == "judged":
            names[criterion_id] = (*names.get(criterion_id, ()), f"c{at}")
        elif kind == "second":
            seconds[criterion_id] = f"c{at}"
    return Asked(by_name, next((name for name, each in by_name.items() if each is control), ""), names, seconds)


def messages_of(asked: Asked, sheet: Sheet, window: tuple[Line, ...]) -> tuple[ChatMessage, ...]:
    """The prompt: the same instruction always, then the scorecard's checks, then the transcript as fenced data."""
    checks = "\n".join(f"{name} ({_WHOSE[check.quote]}): {check.asks}" for name, check in asked.by_name.items())
    head = f"The checks:\n\n{checks}\n\nThe transcript, as data:\n\n"
    return (
        ChatMessage(role=ChatRole.SYSTEM, text=_instruction()),
        ChatMessage(role=ChatRole.USER, text=head + sheet.fenced(window)),
    )


@cache
def _instruction() -> str:
    return (files("roleplay.scoring") / "prompts" / "judge.md").read_text(encoding="utf-8").strip()


def _digest(model: str, vote: int, messages: Sequence[ChatMessage]) -> str:
    whole = json.dumps(["judge", model, vote, *(message.text for message in messages)], ensure_ascii=False)
    return hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()
