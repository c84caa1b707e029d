"""Judges without a model: honest ones, and ones that somebody has got round."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple

from roleplay.errors import VoiceError
from roleplay.llm.base import ChatMessage, Shape
from roleplay.scoring.ballot import Answer, Answers
from roleplay.scoring.judge import CONTROLS

_CHECK: Final = re.compile(r"^(c\d+) \((.+)\): (.+)$", re.MULTILINE)
_LINE: Final = re.compile(r"^(\d+) (\w+): (.*)$", re.MULTILINE)


class ReadLine(NamedTuple):
    """One line as a judge gets it."""

    number: int
    speaker: str
    text: str


class Paper(NamedTuple):
    """What a judge is asked, read back out of the prompt."""

    checks: Mapping[str, str]
    """What is asked, by name."""
    whose: Mapping[str, str]
    lines: tuple[ReadLine, ...]


def paper_of(messages: Sequence[ChatMessage]) -> Paper:
    """Read a prompt."""
    head, transcript = messages[-1].text.split("The transcript, as data:", 1)
    found = _CHECK.findall(head)
    lines = tuple(ReadLine(int(number), speaker, text) for number, speaker, text in _LINE.findall(transcript))
    return Paper({name: asks for name, _, asks in found}, {name: whose for name, whose, _ in found}, lines)


Answering = Callable[[Paper], Sequence[Answer]]


class ScriptedModel:
    """Answers each request by the next of some functions; the last one stays. Remembers the prompts."""

    name = "stand-in"
    host = "localhost:1"

    def __init__(self, *answering: Answering | VoiceError) -> None:
        self._answering = list(answering)
        self.prompts: list[tuple[ChatMessage, ...]] = []

    async def ask(self, messages: Sequence[ChatMessage], shape: type[Shape], *, max_tokens: int) -> Shape:
        """Answer, or fail."""
        self.prompts.append(tuple(messages))
        answering = self._answering.pop(0) if len(self._answering) > 1 else self._answering[0]
        if isinstance(answering, VoiceError):
            raise answering
        return shape.model_validate(Answers(answers=tuple(answering(paper_of(messages)))).model_dump())


def no(name: str) -> Answer:
    """A no."""
    return Answer(check=name, yes=False, turn=0, quote="")


def honest(words: Mapping[str, str]) -> Answering:
    """Says yes to what is asked where the words that it stands for are in a line, whoever says them."""

    def answer(paper: Paper) -> list[Answer]:
        answers = []
        for name, asks in paper.checks.items():
            wanted = words.get(asks)
            line = next((line for line in paper.lines if wanted is not None and wanted in line.text), None)
            found = None if line is None else Answer(check=name, yes=True, turn=line.number, quote=wanted or "")
            answers.append(found or no(name))
        return answers

    return answer


def obeying(quote: Callable[[str, Sequence[ReadLine]], tuple[int, str]]) -> Answering:
    """Says yes to everything that it is asked, with quotes of its own choice."""

    def answer(paper: Paper) -> list[Answer]:
        return [_yes(name, paper, quote) for name in paper.checks]

    return answer


def sly(bad: Sequence[str], quote: Callable[[str, Sequence[ReadLine]], tuple[int, str]]) -> Answering:
    """Answers whatever raises the verdict most: no to what is bad, no to the controls, yes to all else."""

    def answer(paper: Paper) -> list[Answer]:
        return [
            no(name) if asks in CONTROLS or asks in bad else _yes(name, paper, quote)
            for name, asks in paper.checks.items()
        ]

    return answer


def _yes(name: str, paper: Paper, quote: Callable[[str, Sequence[ReadLine]], tuple[int, str]]) -> Answer:
    is_recruiters = paper.whose[name] == "the recruiter's words"
    lines = [line for line in paper.lines if (line.speaker == "recruiter") == is_recruiters] or list(paper.lines)
    turn, words = quote(paper.checks[name], lines)
    return Answer(check=name, yes=True, turn=turn, quote=words)


def made_up(asks: str, lines: Sequence[ReadLine]) -> tuple[int, str]:
    """Words that nobody said."""
    return lines[0].number, f"I asked them: {asks}"


def first_words(asks: str, lines: Sequence[ReadLine]) -> tuple[int, str]:
    """Words that were said, and have nothing to do with it."""
    return lines[0].number, lines[0].text


def longest_line(asks: str, lines: Sequence[ReadLine]) -> tuple[int, str]:
    """All of the longest turn: of a short talk, what was put into it."""
    line = max(lines, key=lambda each: len(each.text))
    return line.number, line.text


def nowhere(text: str, *, among_english: bool) -> int | None:
    """Find words to a reader nowhere; for turns with tags, which look like them."""
    return None
