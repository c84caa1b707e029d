"""Two tries beside each other, verdict by verdict. Pure."""

from collections.abc import Sequence

from roleplay.scoring.result import Result, Verdict
from roleplay.values import Value


class Change(Value):
    """A criterion whose verdict is another one."""

    title: str
    before: Verdict
    after: Verdict


class Comparison(Value):
    """A try beside the one that it began in."""

    session: str
    turn: str
    """From where on it was played again."""
    score_before: float
    score_after: float
    changes: tuple[Change, ...]


def compare(
    session: str, turn: str, before: Result, after: Result, titles: Sequence[tuple[str, str]]
) -> Comparison | None:
    """Compare two results; `titles`: criterion ids with their titles, in order. None where the scorecards differ."""
    verdicts = {each.id: each.verdict for each in before.criteria}
    if before.scorecard != after.scorecard or verdicts.keys() != {each.id for each in after.criteria}:
        return None
    changes = tuple(
        Change(title=title, before=verdicts[name], after=after.criterion(name).verdict)
        for name, title in titles
        if verdicts[name] is not after.criterion(name).verdict
    )
    return Comparison(session=session, turn=turn, score_before=before.score, score_after=after.score, changes=changes)
