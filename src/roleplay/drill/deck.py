"""Which cards come: what is due first, then new ones, most from the decks that train what was missed."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Final

from roleplay.content.drill import Drill
from roleplay.scoring.result import Verdict
from roleplay.values import Value

LEAST_WEIGHT: Final = 0.1
"""What a deck weighs whose criteria were never missed, beside 1 for one whose criteria were always missed."""
FAILED: Final = frozenset({Verdict.MISSED, Verdict.VIOLATED})
JUDGED: Final = FAILED | {Verdict.MET, Verdict.PARTIAL}


class CardRef(Value):
    """A card by its deck's id and its own."""

    deck: str
    card: str

    @property
    def key(self) -> str:
        """What its state is kept under."""
        return f"{self.deck}/{self.card}"


def refs_of(drills: Mapping[str, Drill]) -> list[CardRef]:
    """Every card, in the order of the decks and in theirs."""
    return [CardRef(deck=deck, card=card) for deck, drill in drills.items() for card in drill.cards]


def missed_shares(sessions: Iterable[Mapping[str, Verdict]]) -> dict[str, float]:
    """How often each criterion was missed or violated, as a share of the times that it was judged.

    `sessions`: of each, its verdicts by criterion.
    """
    judged: Counter[str] = Counter()
    failed: Counter[str] = Counter()
    for verdicts in sessions:
        for name, verdict in verdicts.items():
            judged[name] += verdict in JUDGED
            failed[name] += verdict in FAILED
    return {name: failed[name] / times for name, times in judged.items() if times}


def weakness_of(drill: Drill, shares: Mapping[str, float]) -> float:
    """How often the criteria that `drill` trains were missed in the mean, 0 to 1; 0 where none was ever judged."""
    seen = [shares[name] for name in drill.trains if name in shares]
    return sum(seen) / len(seen) if seen else 0.0


def deal(
    drills: Mapping[str, Drill],
    due: Mapping[str, datetime],
    shares: Mapping[str, float],
    *,
    now: datetime,
    n: int,
) -> list[CardRef]:
    """Choose up to `n` cards; `due` says of the cards answered before when they are to be asked again, by key.

    New cards are shared out between the decks by highest averages (D'Hondt), with the decks' weakness as their votes.
    """
    refs = refs_of(drills)
    again = sorted((ref for ref in refs if ref.key in due and due[ref.key] <= now), key=lambda ref: due[ref.key])
    return [*again, *_new(drills, [ref for ref in refs if ref.key not in due], shares)][:n]


def _new(drills: Mapping[str, Drill], refs: list[CardRef], shares: Mapping[str, float]) -> Iterator[CardRef]:
    left = {deck: [ref for ref in refs if ref.deck == deck] for deck in drills}
    weight = {deck: LEAST_WEIGHT + (1 - LEAST_WEIGHT) * weakness_of(drill, shares) for deck, drill in drills.items()}
    dealt: Counter[str] = Counter()
    while open_decks := [deck for deck, cards in left.items() if cards]:
        deck = max(open_decks, key=lambda each: weight[each] / (dealt[each] + 1))
        dealt[deck] += 1
        yield left[deck].pop(0)
