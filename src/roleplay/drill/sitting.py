"""A sitting: some cards one after another, each answer scored at once and kept; what every face drives."""

import asyncio
from collections.abc import Mapping
from datetime import datetime

from roleplay.content.drill import Drill, DrillCard
from roleplay.drill.deck import CardRef, deal, missed_shares, refs_of, weakness_of
from roleplay.drill.schedule import answered, due_at
from roleplay.drill.scoring import Scored, score_answer
from roleplay.errors import StoreError
from roleplay.listener.reading import Listener
from roleplay.scoring.result import Result
from roleplay.store.base import SessionStore
from roleplay.values import Value

PAST_SESSIONS = 50
"""How many of the latest sessions say what is weak."""


class DeckState(Value):
    """How a recruiter stands with one deck."""

    deck: str
    title: str
    cards: int
    due: int
    new: int
    missed: float
    """How often the criteria that it trains were missed in past sessions, 0 to 1."""


class Sitting:
    """Decks, a recruiter, and where the recruiter's cards are kept. Times are in UTC."""

    def __init__(
        self, drills: Mapping[str, Drill], store: SessionStore, listener: Listener, recruiter: str | None
    ) -> None:
        self._drills = drills
        self._store = store
        self._listener = listener
        self._recruiter = recruiter
        self._states: dict[str, str] = {}
        self._due: dict[str, datetime] = {}
        self._shares: dict[str, float] = {}

    async def open(self) -> None:
        """Read how the recruiter stands.

        Raises:
            StoreError: it can't be read.
        """
        self._states = await self._store.drill_cards(self._recruiter or "")
        self._due = {key: _due(key, state) for key, state in self._states.items()}
        self._shares = missed_shares(await self._past_results())
        await self._listener.prepare()

    def deal(self, n: int, now: datetime) -> list[CardRef]:
        """Choose up to `n` cards for now."""
        return deal(self._drills, self._due, self._shares, now=now, n=n)

    def next_due(self) -> datetime | None:
        """When the next card of these decks is due; None where none was ever answered."""
        return min((self._due[ref.key] for ref in refs_of(self._drills) if ref.key in self._due), default=None)

    def decks(self, now: datetime) -> list[DeckState]:
        """How the recruiter stands with each deck."""
        return [
            DeckState(
                deck=deck,
                title=drill.title,
                cards=len(drill.cards),
                due=sum(ref.key in self._due and self._due[ref.key] <= now for ref in refs_of({deck: drill})),
                new=sum(ref.key not in self._due for ref in refs_of({deck: drill})),
                missed=weakness_of(drill, self._shares),
            )
            for deck, drill in self._drills.items()
        ]

    def card(self, ref: CardRef) -> tuple[Drill, DrillCard]:
        """Return a card with its deck."""
        drill = self._drills[ref.deck]
        return drill, drill.cards[ref.card]

    async def answer(self, ref: CardRef, text: str, at: datetime) -> Scored:
        """Score an answer, and keep when the card comes up again."""
        scored = await score_answer(*self.card(ref), text, self._listener)
        await self._keep(ref, passed=scored.passed, at=at)
        return scored

    async def skip(self, ref: CardRef, at: datetime) -> None:
        """Give no answer; the card comes up again soon."""
        await self._keep(ref, passed=False, at=at)

    async def _keep(self, ref: CardRef, *, passed: bool, at: datetime) -> None:
        state = answered(self._states.get(ref.key), passed=passed, at=at)
        await self._store.keep_drill_card(self._recruiter or "", ref.key, state)
        self._states[ref.key], self._due[ref.key] = state, due_at(state)

    async def _past_results(self) -> list[Result]:
        """Results of past sessions that count: the recruiter's own, or everybody's where no name is known."""
        sessions = [
            session
            for session in await self._store.sessions(PAST_SESSIONS)
            if session.score is not None and not session.is_void and self._recruiter in {None, session.recruiter}
        ]
        kept = await asyncio.gather(*(self._store.result(session.id) for session in sessions))
        return [Result.model_validate_json(text) for text in kept if text is not None]


def _due(key: str, state: str) -> datetime:
    try:
        return due_at(state)
    except ValueError as error:
        raise StoreError(f"drill card {key!r} can't be read by this version of the program") from error
