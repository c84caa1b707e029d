"""The guard: reads every sentence of a language model's answer before anybody hears it.

What is checked is cheap and local: what the sentence names against what the case gives in this turn (`bounds`), what
the listener hears in it against what the director decided, and a handful of patterns for what nobody says on the phone.
The kinds of failure are those that are known of role-playing models: telling secrets, making things up, agreeing with
whatever is guessed, falling out of the role, reciting instructions, rambling.
"""

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple, Protocol

from roleplay.actor.bounds import Bounds
from roleplay.actor.prompt import instructions
from roleplay.actor.scripted import unsaid
from roleplay.content.acts import CounterpartAct
from roleplay.content.case import Case
from roleplay.listener.reading import CounterpartReading, Utterance
from roleplay.record.events import AnswerDirected, GuardCheck
from roleplay.values import Value
from roleplay.world.state import State

TELLING: Final = frozenset(
    {
        CounterpartAct.TELLS_PAIN,
        CounterpartAct.TELLS_CONSEQUENCE,
        CounterpartAct.TELLS_DATE,
        CounterpartAct.TELLS_BUDGET_OWNER,
        CounterpartAct.TELLS_PRIORITY,
        CounterpartAct.SAYS_NO_ROLE,
    }
)
"""What only the director lets out."""
WEAK: Final = ("right",)
"""What says no more than that one listens, where nothing was asked or guessed."""
SURE: Final = 0.7
"""From which confidence on the listener's word holds a sentence back."""
RECITED_WORDS: Final = 6
"""So many words in a row out of the instructions are a recital."""
FEWEST_RECITED: Final = 3
"""So is a sentence of this many that is nothing else."""
FEWEST_REPEATED: Final = 3
"""A sentence of this many that was said before, or that the prompt tells any stranger, is a repetition."""
READABLE_WORDS: Final = 6
"""A sentence this long that holds none of the commonest words isn't English."""
MOST_LETTERS: Final = 24
_AS_TOLD: Final = {"i": "you", "am": "are", "i'm": "you're", "my": "your", "me": "you", "myself": "yourself"}
_OUT_OF_ROLE: Final = {
    "assistant": GuardCheck.ASSISTANT,
    "caller": GuardCheck.ROLE_SWAP,
    "stage": GuardCheck.STAGE,
}

_VOWELLESS: Final = re.compile(
    r"\b(?!(?:hm|m|sh|ps|tsk|brr|pf|nth|mr|dr|st)\w*\b)[b-df-hj-np-tv-xzB-DF-HJ-NP-TV-XZ][b-df-hj-np-tv-xz]{2,}\b"
)
"""A word in small letters without a vowel, but for the sounds that people make."""
_WORD: Final = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_OPENS_PART: Final = r"(?:^|[.!?…,;:—–-]\s*)(?:(?:oh|well|hm+|ok|okay|ah|look|sure)[,.!…\s]+)*"


class _Patterns(Value):
    """The lists of `patterns.toml`."""

    answers: tuple[str, ...]
    hints: tuple[str, ...]
    confirmations: tuple[str, ...]
    assistant: tuple[str, ...]
    stage: tuple[str, ...]
    caller: tuple[str, ...]
    no_speech: tuple[str, ...]
    foreign: tuple[str, ...]
    common_words: str


@cache
def _patterns() -> _Patterns:
    text = (files("roleplay.actor") / "patterns.toml").read_text(encoding="utf-8")
    return _Patterns.model_validate(tomllib.loads(text))


@cache
def _common_words() -> frozenset[str]:
    return frozenset(_patterns().common_words.split())


@cache
def _any_of(kind: str, own: str = "", caller: str = "") -> re.Pattern[str]:
    """The expression for one of the lists, with the names in it; whole words, unless it says otherwise."""
    alternatives: tuple[str, ...] = getattr(_patterns(), kind)
    joined = "|".join(alternatives).replace("{own}", re.escape(own)).replace("{caller}", re.escape(caller))
    begins = _OPENS_PART if kind in {"answers", "hints"} else r"(?<!\w)"
    return re.compile(joined if kind == "no_speech" else rf"{begins}(?:{joined})(?!\w)", re.IGNORECASE)


class Hears(Protocol):
    """Hears what a sentence of the other side does."""

    async def read_counterpart(self, utterance: Utterance) -> CounterpartReading:
        """Read a turn of the other side."""
        ...


class Hit(NamedTuple):
    """What is wrong with a sentence, for the record and for the model."""

    check: GuardCheck
    words: str
    what: str = ""
    """What is meant: the specifics that nobody gave, or the line that is missing."""


class Guard:
    """Guards one answer."""

    def __init__(self, case: Case, state: State, direction: AnswerDirected, hears: Hears | None) -> None:
        self._bounds = Bounds.of(case, state, direction)
        self._direction = direction
        self._hears = hears
        self._asked = next((turn.text for turn in reversed(state.turns) if turn.speaker != direction.role), None)
        persona = case.personas[direction.role]
        self._names = (persona.first_name, (state.recruiter or "your recruiter").split()[0])
        before = [turn.text for turn in state.known_to(direction.role) if turn.speaker == direction.role]
        told = " . ".join((*before, case.scenario.case.get(direction.role, "")))
        self._before = f" {' '.join(_words(told))} "
        self._own = _Recital.of(instructions(case, state, direction))
        self._said: list[str] = []

    @property
    def said(self) -> str:
        """What has passed."""
        return "".join(self._said).strip()

    async def check(self, sentence: str) -> Hit | None:
        """Return what is wrong with the next sentence; None where it may be said, and then counts as said."""
        found = self._check_words(sentence) or await self._check_telling(sentence)
        if found is not None:
            check, what = found
            return Hit(check, sentence.strip(), what)
        self._said.append(sentence)
        return None

    def left_out(self) -> Hit | None:
        """Return what the answer was to tell and hasn't, now that the model has ended it."""
        missing = self.missing()
        return Hit(GuardCheck.LEFT_OUT, "", missing) if missing else None

    def missing(self) -> str:
        """The authored words of this answer that nobody has heard yet; all of them where nothing was said."""
        return unsaid(self._direction, self.said)

    def is_long(self, sentence: str) -> bool:
        """Whether `sentence` is more than the answer needs."""
        words = len(self.said.split()) + len(sentence.split())
        is_over = words > self._bounds.most_words or len(self._said) >= self._bounds.most_sentences
        return bool(self._said) and is_over

    def repeats(self, sentence: str) -> bool:
        """Whether `sentence` has been said word for word: in this answer, by them before, or in the public case."""
        words = _words(sentence)
        spoken = f" {' '.join(words)} "
        if any(words == _words(said) for said in self._said):
            return True
        if any(spoken in f" {' '.join(_words(line))} " for line in self._bounds.lines):
            return False
        return len(words) >= FEWEST_REPEATED and spoken in self._before

    def _check_words(self, sentence: str) -> tuple[GuardCheck, str] | None:
        """The checks that need nothing but the words."""
        text = sentence.strip().replace("’", "'")
        if self._own.holds(text) and not any(text in line for line in self._bounds.lines):
            return GuardCheck.RECITES, ""
        for kind, check in _OUT_OF_ROLE.items():
            pattern = _any_of(kind, *self._names)
            if pattern.search(text) and not any(pattern.search(line) for line in self._bounds.lines):
                return check, ""
        if _is_no_speech(text) or not (_is_readable(text) or self._bounds.is_of_lines(text)):
            return GuardCheck.NO_SPEECH, ""
        unknown = self._bounds.unknown_in(text)
        if not unknown.is_empty:
            return GuardCheck.SPECIFIC, unknown.shown()
        if self._bounds.closes(text):
            return GuardCheck.CLOSED, ""
        if self._confirms(text):
            return GuardCheck.CONFIRMS, ""
        if self._bounds.adds(text):
            return GuardCheck.TELLS, ""
        return None

    def _confirms(self, text: str) -> bool:
        """Whether it says yes or no to what mustn't be answered: the authored lines alone may."""
        bounds = self._bounds
        is_guess = bounds.asks_closed or not bounds.asked.is_empty
        if not (is_guess or bounds.is_unanswered):
            return False
        found = _hints if bounds.settles and not bounds.asks_closed else _answers
        allowed = frozenset(WEAK if not is_guess and not bounds.asks else ())
        return not found(text) <= allowed.union(*(found(line) for line in bounds.lines))

    async def _check_telling(self, sentence: str) -> tuple[GuardCheck, str] | None:
        """Hold what the listener hears in the sentence, unless it says what it was given, against what was decided."""
        if self._hears is None or self._bounds.is_of_lines(sentence):
            return None
        heard = await self._heard(sentence.strip())
        told = heard & TELLING if not self._bounds.is_known(sentence) else heard & TELLING - self._bounds.tells
        directed = self._directed()
        declines = CounterpartAct.DECLINES in directed and CounterpartAct.ACCEPTS not in directed
        agrees = declines and CounterpartAct.ACCEPTS in heard and CounterpartAct.DECLINES not in heard
        if not told and not agrees:
            return None
        of_lines = await self._heard(" ".join(self._bounds.lines))
        if told - of_lines:
            return GuardCheck.TELLS, ""
        return (GuardCheck.CONTRADICTS, "") if agrees and CounterpartAct.ACCEPTS not in of_lines else None

    async def _heard(self, text: str) -> frozenset[CounterpartAct]:
        assert self._hears is not None
        reading = await self._hears.read_counterpart(Utterance(text=text, before=self._asked))
        return frozenset(heard.act for heard in reading.acts if heard.confidence >= SURE)

    def _directed(self) -> frozenset[CounterpartAct]:
        return frozenset(act for beat in self._direction.beats for act in beat.tells)


def _words(text: str) -> list[str]:
    return [match.group().lower() for match in _WORD.finditer(text)]


def _answers(text: str) -> frozenset[str]:
    """The yeses and noes in a text, and the hints at one."""
    return _found("answers", text) | _hints(text) | _found("confirmations", text)


def _hints(text: str) -> frozenset[str]:
    """What brings a guess nearer, and is no yes or no to a proposal."""
    return _found("hints", text)


def _found(kind: str, text: str) -> frozenset[str]:
    return frozenset(match.group().strip(" .!?…,;:—–-").lower() for match in _any_of(kind).finditer(text))


class _Recital(NamedTuple):
    """Instructions, as they would be recited."""

    runs: frozenset[tuple[str, ...]]
    """Every run of `RECITED_WORDS` words."""
    text: str
    """All words, each between blanks."""

    @classmethod
    def of(cls, text: str) -> "_Recital":
        words = _words(text)
        return cls(_runs(words), f" {' '.join(words)} ")

    def holds(self, text: str) -> bool:
        """Whether `text` has a long run of the instructions, or is a short one as a whole; "I am" for "you are" too."""
        said = _words(text)
        return self._has(said) or self._has([_AS_TOLD.get(word, word) for word in said])

    def _has(self, words: Sequence[str]) -> bool:
        if len(words) < RECITED_WORDS:
            return len(words) >= FEWEST_RECITED and f" {' '.join(words)} " in self.text
        return not self.runs.isdisjoint(_runs(words))


def _runs(words: Sequence[str]) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(words[at : at + RECITED_WORDS]) for at in range(len(words) - RECITED_WORDS + 1))


def _is_no_speech(text: str) -> bool:
    if any(_any_of(kind).search(text) for kind in ("no_speech", "foreign")) or _VOWELLESS.search(text):
        return True
    return any(len(word) > MOST_LETTERS for word in _words(text))


def _is_readable(text: str) -> bool:
    words = _words(text)
    return len(words) < READABLE_WORDS or not _common_words().isdisjoint(words)
