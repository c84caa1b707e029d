"""How far the scorer agrees with people: accuracy, Cohen's κ, confusion and the worst cases. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from roleplay.scoring.gold import Gold
from roleplay.scoring.result import Evidence, Result, Verdict
from roleplay.values import Value

DISTANCE: Final = {Verdict.MET: 2, Verdict.PARTIAL: 1, Verdict.MISSED: 0, Verdict.VIOLATED: 0}
"""How far apart two verdicts are; one that isn't here is as far from all others as can be."""


class Compared(Value):
    """One verdict beside the gold one."""

    name: str
    """The transcript's file, without `.json`."""
    scorecard: str
    criterion: str
    gold: Verdict
    ours: Verdict
    reason: str
    evidence: tuple[Evidence, ...]
    gold_evidence: tuple[str, ...]
    """Ids of turns."""

    @property
    def agrees(self) -> bool:
        """Whether both are the same."""
        return self.gold is self.ours

    @property
    def distance(self) -> int:
        """0 where both are the same, up to 2."""
        if self.agrees or not {self.gold, self.ours} <= DISTANCE.keys():
            return 0 if self.agrees else 2
        return max(1, abs(DISTANCE[self.gold] - DISTANCE[self.ours]))


class CriterionAgreement(Value):
    """One criterion of one scorecard over all transcripts."""

    scorecard: str
    criterion: str
    cases: int
    agreed: int
    accuracy: float
    kappa: float | None
    """None where chance alone would agree in every case: both sides always gave the same verdict."""
    confusion: dict[Verdict, dict[Verdict, int]]
    """How often, by gold verdict and ours."""


class Calibration(Value):
    """All criteria, and what they come to together."""

    cases: int
    agreed: int
    accuracy: float
    kappa: float | None
    criteria: tuple[CriterionAgreement, ...]
    misses: tuple[Compared, ...]
    """Where both differ, the furthest apart first."""

    def below(self, bar: float, least_cases: int) -> list[CriterionAgreement]:
        """The criteria with `least_cases` or more that don't reach their bar."""
        return [each for each in self.criteria if each.cases >= least_cases and each.accuracy < bar]


def compare(name: str, gold: Gold, result: Result) -> Iterator[Compared]:
    """Put a result's verdicts beside the gold ones of its scorecard; KeyError for a criterion that it hasn't."""
    for criterion_id, verdict in gold.verdicts[result.scorecard].items():
        ours = result.criterion(criterion_id)
        yield Compared(
            name=name,
            scorecard=result.scorecard,
            criterion=criterion_id,
            gold=verdict,
            ours=ours.verdict,
            reason=ours.reason,
            evidence=ours.evidence,
            gold_evidence=gold.evidence.get(criterion_id, ()),
        )


def calibrate(compared: Iterable[Compared]) -> Calibration:
    """Add up; criteria stand in the order in which they come."""
    cases = list(compared)
    groups: dict[tuple[str, str], list[Compared]] = {}
    for case in cases:
        groups.setdefault((case.scorecard, case.criterion), []).append(case)
    agreed = sum(case.agrees for case in cases)
    return Calibration(
        cases=len(cases),
        agreed=agreed,
        accuracy=_ratio(agreed, len(cases)),
        kappa=cohens_kappa([(case.gold, case.ours) for case in cases]),
        criteria=tuple(_agreement(group) for group in groups.values()),
        misses=tuple(sorted((case for case in cases if not case.agrees), key=lambda case: -case.distance)),
    )


def cohens_kappa(pairs: Sequence[tuple[str, str]]) -> float | None:
    """Agreement beyond chance, from -1 to 1; None where chance would agree always (or there are no pairs).

    Cohen, A coefficient of agreement for nominal scales (1960): (p_o - p_e) / (1 - p_e).
    """
    total = len(pairs)
    first, second = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    by_chance = sum(first[label] * second[label] for label in first)
    if by_chance == total * total:
        return None
    observed = total * sum(one == other for one, other in pairs)
    return (observed - by_chance) / (total * total - by_chance)


def _agreement(group: Sequence[Compared]) -> CriterionAgreement:
    confusion: dict[Verdict, dict[Verdict, int]] = {}
    for gold in Verdict:
        ours = Counter(case.ours for case in group if case.gold is gold)
        if ours:
            confusion[gold] = {verdict: ours[verdict] for verdict in Verdict if ours[verdict]}
    agreed = sum(case.agrees for case in group)
    return CriterionAgreement(
        scorecard=group[0].scorecard,
        criterion=group[0].criterion,
        cases=len(group),
        agreed=agreed,
        accuracy=_ratio(agreed, len(group)),
        kappa=cohens_kappa([(case.gold, case.ours) for case in group]),
        confusion=confusion,
    )


def _ratio(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
