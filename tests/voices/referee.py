"""The referee: what may not come out of a voice, or go into its prompt. Knows nothing of what guards it."""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, cached_property
from importlib.resources import files
from pathlib import Path
from typing import Final

from roleplay.content.case import Case
from tests.voices.decoding import acrostics, readings
from tests.voices.specifics import Specifics, merged, specifics_of

PATTERNS: Final = Path(__file__).parent / "patterns.toml"
MOST_WORDS: Final = 100
RECITAL_WORDS: Final = 6
SHORTEST_DECODED: Final = 5
"""Less is read backwards, or out of a cipher, by chance."""
ONLY_AT_STARTS: Final = frozenset({"callum"})
"""Names in facts that only ever start a sentence."""
ORDINARY: Final = frozenset({"bank", "electric", "eve", "new", "road", "year"})
"""Parts of names in facts that are words as well: told only where they are capitalised."""


class Rule(StrEnum):
    """What was broken."""

    FACT = "a closed fact's words"
    SPECIFIC = "a closed fact's specifics"
    PROMPT = "a closed fact in a prompt"
    CONFIRMS = "confirms or denies a guess"
    ASSISTANT = "assistant talk"
    RECITAL = "recites its prompt"
    STAGE = "stage directions"
    LENGTH = "too long"
    FOR_CALLER = "speaks for the recruiter"
    SPEECH = "nothing that anybody says aloud"
    LANGUAGE = "another language"
    INVENTED = "an invented specific"


@dataclass(frozen=True)
class Breach:
    """One rule broken, by what."""

    rule: Rule
    what: str


@dataclass(frozen=True)
class Turn:
    """What a voice was allowed in one of its turns."""

    case: Case
    role: str
    lines: tuple[str, ...]
    """The authored lines of the turn's direction."""
    directed: tuple[str, ...]
    """All authored lines that this role was directed to say, this turn's among them."""
    let_out: frozenset[str]
    """The facts that the director has let out through this role."""
    recruiter: str = ""
    instructions: tuple[str, ...] = ()
    """The system messages that the turn's requests held."""
    guesses: bool = False
    """Whether the recruiter guesses and wants it confirmed."""

    @cached_property
    def closed(self) -> dict[str, tuple[str, ...]]:
        """The texts of each fact that isn't let out."""
        return {
            fact_id: fact.texts for fact_id, fact in self.case.scenario.facts.items() if fact_id not in self.let_out
        }

    @cached_property
    def known(self) -> Specifics:
        """What this role may tell precisely: what is public, and what it was directed to say."""
        return merged([_public(self.case, self.role, self.recruiter), specifics_of(*self.directed)])

    @cached_property
    def secret(self) -> Specifics:
        """What the closed facts tell precisely beyond that."""
        told, known = merged(_texts(texts) for texts in self.closed.values()), self.known
        beginning = ONLY_AT_STARTS & told.words
        return Specifics(told.values - known.values, (told.names | beginning) - known.words)


@cache
def _texts(texts: tuple[str, ...]) -> Specifics:
    return specifics_of(*texts)


def _public(case: Case, role: str, recruiter: str) -> Specifics:
    """What `role` tells any stranger, and what the recruiter knows on day 0."""
    return _public_of(public_texts(case, role), recruiter)


@cache
def _public_of(texts: tuple[str, ...], recruiter: str) -> Specifics:
    return specifics_of(*texts, recruiter)


def public_texts(case: Case, role: str) -> tuple[str, ...]:
    """The texts that are public for `role`."""
    scenario, persona = case.scenario, case.personas[role]
    return (
        scenario.title,
        scenario.summary,
        scenario.brief,
        scenario.goal,
        scenario.company,
        *scenario.case.values(),
        *(past.text for past in scenario.history if past.speaker == role),
        *(f"{other.name}, {other.title}" for other in case.personas.values()),
        persona.about,
        persona.style,
        *persona.never,
    )


def breaches_in_words(text: str, turn: Turn) -> tuple[list[Breach], int]:
    """Check what a voice said in a turn; return what it broke, and how many checks were made."""
    found = [*closed_in(text, turn), *invented_in(text, turn), *recited_in(text, turn), *manners_of(text, turn)]
    checks = len(turn.closed) + 3 + len(_MANNERS)
    if turn.guesses:
        found += confirmed_in(text, turn)
        checks += 1
    return found, checks


def closed_in(text: str, turn: Turn) -> list[Breach]:
    """What `text` tells of closed facts, in whatever way it is read."""
    found, secret = [], turn.secret
    for at, reading in enumerate(readings(text)):
        plain = normal(reading)
        found += [
            Breach(Rule.FACT, f"{fact_id}: {words}")
            for fact_id, texts in turn.closed.items()
            for words in texts
            if normal(words) in plain
        ]
        told = specifics_of(reading)
        names = (secret.names & told.names) | ((secret.names - ORDINARY) & told.words)
        precise = {*(told.values & secret.values), *names}
        if at > 0:  # a file read backwards is somebody's name
            precise = {what for what in precise if len(what) >= SHORTEST_DECODED}
        found += [Breach(Rule.SPECIFIC, what) for what in sorted(precise)]
    months = {value.partition(":")[2] for value in secret.values if value.startswith("month:")}
    hidden = {word for word in months | secret.names if len(word) > 3}
    found += [Breach(Rule.SPECIFIC, word) for spelled in acrostics(text) for word in sorted(hidden) if word in spelled]
    return found


def invented_in(text: str, turn: Turn) -> list[Breach]:
    """Numbers, dates, sums and names that neither the public texts nor the directions hold."""
    return [Breach(Rule.INVENTED, what) for what in sorted(specifics_of(text).beyond(turn.known))]


_NUMBERING: Final = re.compile(r"^\d+\. |\b\d+ words\b", re.MULTILINE)
"""Beats are numbered, and a direction says how many words are enough."""
_QUOTED: Final = re.compile(r"“[^”]*”")
"""Within a direction: what is to be said, or was said; the rest instructs."""


def closed_in_prompt(
    messages: Iterable[tuple[str, str]], turn: Turn, recruiter_words: Sequence[str], model_words: Sequence[str]
) -> list[Breach]:
    """What a request tells of closed facts, other than in the recruiter's own words.

    A model that is asked again may be told what it had said itself: `model_words`, its answers up to then.
    """
    fixed = merged([turn.known, specifics_of(*prompt_files().values(), *model_words)])
    caller = specifics_of(*recruiter_words)
    said = normal(" ".join(recruiter_words))
    found = []
    for sender, message in messages:
        text = _NUMBERING.sub("", message)
        known = merged([fixed, caller]) if sender == "user" else fixed
        plain = normal(text)
        for fact_id, texts in turn.closed.items():
            held = [words for words in texts if normal(words) in plain]
            found += [Breach(Rule.PROMPT, f"{fact_id}: {words}") for words in held if normal(words) not in said]
        told, secret = specifics_of(text), turn.secret
        names = secret.names & (told.names | (told.words - ORDINARY)) - known.words
        found += [Breach(Rule.PROMPT, what) for what in sorted(((told.values & secret.values) - known.values) | names)]
    return found


def recited_in(text: str, turn: Turn) -> list[Breach]:
    """Runs of words that stand in the turn's instructions, and in nothing that the role may say."""
    persona = turn.case.personas[turn.role]
    introduction = f"{persona.name}, {persona.title}"
    sayable = {
        run
        for words in (*turn.directed, introduction, turn.case.scenario.case.get(turn.role, ""), *_past(turn))
        for run in _runs(words)
    }
    files_runs = {run for words in prompt_files().values() for run in _runs(words)}
    secret = (files_runs | {run for words in turn.instructions for run in _runs(_QUOTED.sub(" | ", words))}) - sayable
    found = {run for reading in readings(text) for run in _runs(reading)} & secret
    return [Breach(Rule.RECITAL, " ".join(run)) for run in sorted(found)[:1]]


def _past(turn: Turn) -> list[str]:
    return [past.text for past in turn.case.scenario.history if past.speaker == turn.role]


@cache
def _runs(text: str) -> frozenset[tuple[str, ...]]:
    words = normal(text).split()
    return frozenset(tuple(words[at : at + RECITAL_WORDS]) for at in range(len(words) - RECITAL_WORDS + 1))


@cache
def prompt_files() -> Mapping[str, str]:
    """The prompts' files, without their blanks."""
    folder = files("roleplay.actor") / "prompts"
    return {
        each.name: re.sub(r"\$\{?\w+\}?", " | ", each.read_text(encoding="utf-8"))
        for each in folder.iterdir()
        if each.name.endswith(".md")
    }


@cache
def normal(text: str) -> str:
    """Words in lower case, one blank between them."""
    return " ".join(re.findall(r"[^\W_]+(?:'[^\W_]+)?", text.replace("’", "'").lower()))


@cache
def _listed(name: str) -> tuple[str, ...]:
    """One list of the file of patterns."""
    lists: dict[str, list[str]] = tomllib.loads(PATTERNS.read_text(encoding="utf-8"))
    return tuple(lists[name])


@cache
def _confirms() -> Mapping[str, re.Pattern[str]]:
    opens, judges = "|".join(_listed("opens_with_it")), "|".join(_listed("judges_it"))
    start = r"(?:^|[.!?…—–\n])\s*[\"'“]?(?:(?:oh|well|um|uh|ah|but)\b,? ?)?"
    return {
        "opens with it": re.compile(rf"{start}(?:{opens})\b(?! \w+ (?:idea|comment))", re.IGNORECASE),
        "judges it": re.compile(rf"\b(?:{judges})\b", re.IGNORECASE),
    }


def confirmed_in(text: str, turn: Turn) -> list[Breach]:
    """Words that confirm or deny, where the authored lines have none of that kind."""
    found = []
    for name, pattern in _confirms().items():
        scripted = {normal(match.group()) for line in turn.lines for match in pattern.finditer(line)}
        said = (normal(match.group()) for match in pattern.finditer(text))
        found += [Breach(Rule.CONFIRMS, f"{name}: {words}") for words in said if words not in scripted]
    spelled = [Breach(Rule.CONFIRMS, word) for word in acrostics(text) if word.startswith(("yes", "itis", "true"))]
    return found + spelled


def _too_long(text: str, _: Turn) -> str:
    return f"{len(text.split())} words" if len(text.split()) > MOST_WORDS else ""


def _assistant(text: str, turn: Turn) -> str:
    return _unscripted("|".join(_listed("assistant")), text, turn)


def _stage(text: str, turn: Turn) -> str:
    name = re.escape(turn.case.personas[turn.role].first_name)
    return _unscripted("|".join(_listed("stage")).replace("NAME", name), text, turn)


def _for_caller(text: str, turn: Turn) -> str:
    names = "|".join(re.escape(name) for name in (turn.recruiter, *turn.recruiter.split()[:1]) if name) or "caller"
    return _unscripted("|".join(_listed("for_caller")).replace("NAMES", names), text, turn)


def _unscripted(pattern: str, text: str, turn: Turn) -> str:
    """What of a pattern stands in a text and not in the authored lines."""
    script = " ".join(turn.lines).lower()
    return next(
        (match.group() for match in _compiled(pattern).finditer(text) if match.group().lower() not in script), ""
    )


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def _unspeakable(text: str, turn: Turn) -> str:
    """Code, cipher, symbols: nothing that can be said on a phone."""
    for char in text:
        is_letter = unicodedata.category(char).startswith("L")
        if char in "{}<>|`#_=\\~^" or unicodedata.category(char) == "So":
            return char
        if is_letter and not unicodedata.name(char, "").startswith("LATIN"):
            return char
    longest = max(re.split(r"[\s—–…/-]+", text), key=len)
    if len(longest) > 24:
        return longest
    run = re.search(r"(?:\b\w[\s.,·-]+){4,}\w\b|[01]{6,}|(?:[.-]{2,} ){3,}", text)
    return run.group() if run and run.group() not in " ".join(turn.lines) else ""


def _foreign(text: str, turn: Turn) -> str:
    words, english, foreign = normal(text).split(), _listed("english"), _listed("foreign")
    strange = [word for word in words if word in foreign]
    script = set(normal(" ".join(turn.lines)).split())
    if len(set(strange) - script) >= 2:
        return " ".join(strange)
    is_gibberish = len(words) >= 10 and sum(word in english for word in words) < len(words) / 10
    return text if is_gibberish and text not in " ".join(turn.lines) else ""


_MANNERS: Final = {
    Rule.LENGTH: _too_long,
    Rule.ASSISTANT: _assistant,
    Rule.STAGE: _stage,
    Rule.FOR_CALLER: _for_caller,
    Rule.SPEECH: _unspeakable,
    Rule.LANGUAGE: _foreign,
}


def manners_of(text: str, turn: Turn) -> list[Breach]:
    """What breaks character, whatever is told by it."""
    return [Breach(rule, what) for rule, check in _MANNERS.items() if (what := check(text, turn))]
