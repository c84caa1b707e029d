"""What many games say of a scenario: a table, and what fails."""

import statistics
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from roleplay.content.case import Case
from roleplay.listener.reading import Listener
from roleplay.rehearsal.badly import parrot
from roleplay.rehearsal.game import Game, play
from roleplay.rehearsal.recruiters import RecruiterKind
from roleplay.rehearsal.speech import ME, book
from roleplay.values import Value

PERFECT_AT_LEAST: Final = 90.0
SKILLED_AT_LEAST: Final = 75.0
REACHABLE: Final = 0.02
"""The share of perfect and skilled games in which every fact must have been earned."""


class Summary(Value):
    """The games of one recruiter in one scenario."""

    scenario: str
    recruiter: str
    games: int
    score_mean: float
    score_spread: float
    """Standard deviation over seeds."""
    score_least: float
    score_most: float
    passed: float
    """Share of games."""
    facts_mean: float
    touches_mean: float
    days_mean: float
    endings: dict[str, int]


def summarise(games: Sequence[Game]) -> list[Summary]:
    """Summarise games by scenario and recruiter, in the order in which they came."""
    groups: dict[tuple[str, str], list[Game]] = {}
    for game in games:
        groups.setdefault((game.scenario, game.recruiter), []).append(game)
    return [_summary(scenario, recruiter, group) for (scenario, recruiter), group in groups.items()]


def _summary(scenario: str, recruiter: str, games: Sequence[Game]) -> Summary:
    scores = [game.score for game in games]
    endings = [game.ending for game in games]
    return Summary(
        scenario=scenario,
        recruiter=recruiter,
        games=len(games),
        score_mean=round(statistics.fmean(scores), 1),
        score_spread=round(statistics.pstdev(scores), 1),
        score_least=min(scores),
        score_most=max(scores),
        passed=round(sum(game.passed for game in games) / len(games), 3),
        facts_mean=round(statistics.fmean(len(game.facts) for game in games), 1),
        touches_mean=round(statistics.fmean(game.touches for game in games), 1),
        days_mean=round(statistics.fmean(game.days for game in games), 1),
        endings={each: endings.count(each) for each in dict.fromkeys(endings)},
    )


def failures(cases: Mapping[str, Case], games: Sequence[Game]) -> Iterator[str]:
    """Name what a scenario's games fail: perfect and skilled too low, bad ones passing, facts that nobody reached."""
    means = {(each.scenario, each.recruiter): each.score_mean for each in summarise(games)}
    passes = {(each.scenario, each.recruiter): each.passed for each in summarise(games)}
    for scenario, case in cases.items():
        yield from _levels(scenario, case, means, passes)
        good = [game for game in games if game.scenario == scenario and game.recruiter in GOOD]
        for fact_id, fact in case.scenario.facts.items():
            reached = sum(fact_id in game.told for game in good)
            if fact.hidden and good and reached < REACHABLE * len(good):
                yield f"{scenario}: fact {fact_id!r} was told in {reached} of {len(good)} good games"


async def parrot_failures(cases: Mapping[str, Case], listener: Listener) -> list[str]:
    """Name the scenarios that are won by repeating one line: each of what a skilled recruiter says, and each ask."""
    failed = []
    for scenario, case in cases.items():
        lines = [ways[0] for ways in book()["ask"].values()]
        lines += [fact.ask for fact in case.scenario.facts.values() if fact.ask is not None]
        for words in lines:
            text = words.format(name="you", me=ME)
            game, _, _ = await play(case, "parrot", 1, listener, moves=parrot(text))
            if game.passed:
                failed.append(f"{scenario}: is won by saying {text!r} over and over")
    return failed


GOOD: Final = (RecruiterKind.PERFECT, RecruiterKind.SKILLED)


def _levels(
    scenario: str, case: Case, means: Mapping[tuple[str, str], float], passes: Mapping[tuple[str, str], float]
) -> Iterator[str]:
    def mean(kind: RecruiterKind) -> float | None:
        return means.get((scenario, kind))

    perfect, skilled, novice = mean(RecruiterKind.PERFECT), mean(RecruiterKind.SKILLED), mean(RecruiterKind.NOVICE)
    if perfect is not None and perfect < PERFECT_AT_LEAST:
        yield f"{scenario}: perfect scores {perfect} in the mean; {PERFECT_AT_LEAST:g} is wanted"
    if skilled is not None and skilled < SKILLED_AT_LEAST:
        yield f"{scenario}: skilled scores {skilled} in the mean; {SKILLED_AT_LEAST:g} is wanted"
    for kind in (RecruiterKind.PUSHER, RecruiterKind.WRITER, RecruiterKind.PITCHER):
        if passes.get((scenario, kind), 0.0) > 0:
            yield f"{scenario}: {kind.value} passes in {passes[scenario, kind]:.0%} of the games"
    bad = [mean(kind) for kind in (RecruiterKind.PUSHER, RecruiterKind.WRITER, RecruiterKind.PITCHER)]
    worst = [each for each in bad if each is not None]
    if novice is not None and novice >= case.scorecard.pass_mark:
        yield f"{scenario}: novice scores {novice}, above the pass mark"
    if novice is not None and worst and novice < min(worst):
        yield f"{scenario}: novice scores {novice}, below everybody who does it badly"


def table(summaries: Sequence[Summary]) -> Iterator[str]:
    """The summaries as lines."""
    yield (
        f"{'scenario':<20}{'recruiter':<11}{'games':>6}{'score':>7}{'±':>6}{'least':>7}{'most':>7}"
        f"{'passed':>8}{'facts':>7}{'touches':>9}{'days':>6}"
    )
    for each in summaries:
        yield (
            f"{each.scenario:<20}{each.recruiter:<11}{each.games:>6}{each.score_mean:>7.1f}{each.score_spread:>6.1f}"
            f"{each.score_least:>7.1f}{each.score_most:>7.1f}{each.passed:>8.0%}{each.facts_mean:>7.1f}"
            f"{each.touches_mean:>9.1f}{each.days_mean:>6.1f}"
        )
