"""What a judge's answers come to once every quote is checked. Pure: code counts and decides, never the model's word."""

from collections import Counter
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final, NamedTuple

from pydantic import Field

from roleplay.content.scorecard import Check
from roleplay.scoring.findings import short
from roleplay.scoring.folding import find_quote
from roleplay.scoring.hearing import HeardTurn, Hearing
from roleplay.scoring.result import Evidence
from roleplay.scoring.sheet import Line
from roleplay.values import Value


class Answer(Value):
    """What a judge says to one check."""

    check: str
    yes: bool
    turn: int = Field(description="The number of the line that is quoted; 0 for a no.")
    quote: str


class Answers(Value):
    """What a judge says to all."""

    answers: tuple[Answer, ...]


class Standing(StrEnum):
    """What a check comes to."""

    HOLDS = "holds"
    FAILS = "fails"
    OPEN = "open"
    """Nothing can be said: no answer, or one that isn't borne out."""


class CheckResult(NamedTuple):
    """One check, decided."""

    standing: Standing
    evidence: Evidence | None = None
    why: str | None = None
    """Why the answer doesn't count, where it doesn't."""
    is_split: bool = False
    """Whether the votes weren't all alike."""


UNANSWERED: Final = CheckResult(Standing.OPEN, why="it wasn't answered")


def first_answers(answers: Answers, known: Mapping[str, object]) -> dict[str, Answer]:
    """By check, the first answer to it; those to checks that nobody asked are left out."""
    first: dict[str, Answer] = {}
    for answer in answers.answers:
        if answer.check in known:
            first.setdefault(answer.check, answer)
    return first


def decided(check: Check, answer: Answer | None, window: Sequence[Line], hearing: Hearing) -> CheckResult:
    """Hold one answer against the transcript."""
    if answer is None:
        return UNANSWERED
    is_good = check.yes_is == "good"
    if not answer.yes:
        if is_good:
            return CheckResult(Standing.FAILS)
        return _unless_hidden(check, window, hearing)
    line = next((line for line in window if line.number == answer.turn), None)
    if line is None:
        return CheckResult(Standing.OPEN, why="there is no such turn")
    if check.quote != "any" and line.turn.is_recruiters != (check.quote == "recruiter"):
        return CheckResult(Standing.OPEN, why="the quote is somebody else's")
    place = find_quote(answer.quote, line.shown)
    if place is None:
        return CheckResult(Standing.OPEN, why="the quote doesn't stand in its turn")
    if not is_good:
        return CheckResult(Standing.FAILS, _evidence(line, place))
    if (check.acts or check.tells) and not _carries(check, line, hearing.turns[line.number - 1]):
        return CheckResult(Standing.FAILS, why=f"the listener doesn't hear it in {line.turn.id}")
    return CheckResult(Standing.HOLDS, _evidence(line, place))


def _unless_hidden(check: Check, window: Sequence[Line], hearing: Hearing) -> CheckResult:
    """A no to something bad, which no quote can show: it doesn't count where it may stand in what wasn't shown."""
    for line in window:
        if check.quote != "any" and line.turn.is_recruiters != (check.quote == "recruiter"):
            continue
        if not line.is_whole:
            return CheckResult(Standing.OPEN, why=f"words were left out in {line.turn.id}")
        if _carries(check, line, hearing.turns[line.number - 1]):
            return CheckResult(Standing.OPEN, why=f"the listener hears it in {line.turn.id}")
    return CheckResult(Standing.HOLDS)


def _evidence(line: Line, place: tuple[int, int]) -> Evidence:
    return Evidence(turn=line.turn.id, quote=short(line.shown[place[0] : place[1]]))


def _carries(check: Check, line: Line, heard: HeardTurn) -> bool:
    """Whether the listener hears one of a check's acts in the words of a turn that are shown."""
    words = [*(heard.acts.get(act) for act in check.acts), *(heard.told.get(act) for act in check.tells)]
    return any(each is not None and each in line.shown for each in words)


def over_windows(check: Check, results: Sequence[CheckResult]) -> CheckResult:
    """Put together what was read in portions: a yes anywhere is a yes, a no takes all of them."""
    yes, no = (Standing.HOLDS, Standing.FAILS) if check.yes_is == "good" else (Standing.FAILS, Standing.HOLDS)
    for standing in (yes, Standing.OPEN, no):
        found = next((result for result in results if result.standing is standing), None)
        if found is not None:
            return found
    return UNANSWERED


def over_votes(results: Sequence[CheckResult]) -> CheckResult:
    """More than half of the votes decide; where they aren't all alike it is told."""
    standing, times = Counter(result.standing for result in results).most_common(1)[0]
    is_split = times < len(results)
    if 2 * times <= len(results):
        return CheckResult(Standing.OPEN, why="the votes are split", is_split=True)
    return next(result for result in results if result.standing is standing)._replace(is_split=is_split)
