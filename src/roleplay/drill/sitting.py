"""A sitting: some cards one after another, each answer scored at once and kept; what every face drives."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from roleplay.content.drill import Drill, DrillCard
from roleplay.drill.deck import CardRef, deal, missed_shares, refs_of, weakness_of
from roleplay.drill.feedback import SKIPPED, feedback_words
from roleplay.drill.schedule import answered, due_at
from roleplay.drill.scoring import Found, score_answer
from roleplay.errors import StoreError
from roleplay.listener.reading import Listener
from roleplay.record.words import plain_words
from roleplay.scoring.overruling import standing_verdicts
from roleplay.scoring.result import Overruling, Result, Verdict
from roleplay.store.base import SessionStore
from roleplay.values import Value

PAST_SESSIONS: Final = 50
"""How many of the latest sessions say what is weak."""
CARDS: Final = 10
"""How many cards are asked in one go, where nobody says otherwise."""
MAX_ANSWER_CHARACTERS: Final = 2000
"""Over two minutes of speech; no card wants more than a short e-mail."""


class DeckState(Value):
    """How a recruiter stands with one deck."""

    deck: str
    title: str
    about: str
    cards: int
    due: int
    new: int
    next_due: datetime | None
    """When the first of the cards answered before is due; None where none was."""
    missed: float
    """How often the criteria that it trains were missed in past sessions, 0 to 1."""


class Answered(Value):
    """What came of one card."""

    deck: str
    card: str
    answer: str | None
    """None where it was skipped."""
    passed: bool
    feedback: str
    faults: tuple[Found, ...]
    model: str
    """An answer that passes."""


class Tally(Value):
    """How some cards went."""

    answers: tuple[Answered, ...] = ()

    @property
    def cards(self) -> int:
        """How many were answered or skipped."""
        return len(self.answers)

    @property
    def passed(self) -> int:
        """How many passed."""
        return sum(each.passed for each in self.answers)

    @property
    def skipped(self) -> int:
        """How many got no answer."""
        return sum(each.answer is None for each in self.answers)

    def and_then(self, answered: Answered) -> "Tally":
        """The same with one card more."""
        return Tally(answers=(*self.answers, answered))


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
        self._shares = missed_shares(await self._past_verdicts())
        await self._listener.prepare()

    def deal(self, n: int, now: datetime) -> list[CardRef]:
        """Choose up to `n` cards for now."""
        return deal(self._drills, self._due, self._shares, now=now, n=n)

    def next_due(self) -> datetime | None:
        """When the next card of these decks is due; None where none was ever answered."""
        return self._next_due(self._drills)

    def decks(self, now: datetime) -> list[DeckState]:
        """How the recruiter stands with each deck."""
        return [
            DeckState(
                deck=deck,
                title=drill.title,
                about=drill.about,
                cards=len(drill.cards),
                due=sum(ref.key in self._due and self._due[ref.key] <= now for ref in refs_of({deck: drill})),
                new=sum(ref.key not in self._due for ref in refs_of({deck: drill})),
                next_due=self._next_due({deck: drill}),
                missed=weakness_of(drill, self._shares),
            )
            for deck, drill in self._drills.items()
        ]

    def card(self, ref: CardRef) -> tuple[Drill, DrillCard]:
        """Return a card with its deck."""
        drill = self._drills[ref.deck]
        return drill, drill.cards[ref.card]

    async def answer(self, ref: CardRef, text: str, at: datetime) -> Answered:
        """Score an answer, whose line breaks count as spaces, and keep when the card comes up again.

        Raises:
            StoreError: it can't be kept.
        """
        drill, card = self.card(ref)
        words = plain_words(text)
        scored = await score_answer(drill, card, words, self._listener)
        await self._keep(ref, passed=scored.passed, at=at)
        return Answered(
            deck=ref.deck,
            card=ref.card,
            answer=words,
            passed=scored.passed,
            feedback=feedback_words(drill, scored),
            faults=scored.faults,
            model=card.model,
        )

    async def skip(self, ref: CardRef, at: datetime) -> Answered:
        """Give no answer; the card comes up again soon.

        Raises:
            StoreError: that can't be kept.
        """
        _, card = self.card(ref)
        await self._keep(ref, passed=False, at=at)
        return Answered(
            deck=ref.deck, card=ref.card, answer=None, passed=False, feedback=SKIPPED, faults=(), model=card.model
        )

    def _next_due(self, drills: Mapping[str, Drill]) -> datetime | None:
        return min((self._due[ref.key] for ref in refs_of(drills) if ref.key in self._due), default=None)

    async def _keep(self, ref: CardRef, *, passed: bool, at: datetime) -> None:
        state = answered(self._states.get(ref.key), passed=passed, at=at)
        await self._store.keep_drill_card(self._recruiter or "", ref.key, state)
        self._states[ref.key], self._due[ref.key] = state, due_at(state)

    async def _past_verdicts(self) -> list[dict[str, Verdict]]:
        """The verdicts of past sessions that count: the recruiter's own, or everybody's where no name is known."""
        sessions = await self._store.sessions(PAST_SESSIONS, recruiter=self._recruiter)
        counted = [session.id for session in sessions if session.score is not None and not session.is_void]
        return await asyncio.gather(*(self._verdicts(session_id) for session_id in counted))

    async def _verdicts(self, session_id: str) -> dict[str, Verdict]:
        """The verdicts that stand in one session, with what coaches said."""
        kept = await self._store.result(session_id)
        if kept is None:
            return {}
        words = [Overruling.model_validate_json(text) for text in await self._store.overrulings(session_id)]
        return standing_verdicts(Result.model_validate_json(kept), words)


def _due(key: str, state: str) -> datetime:
    try:
        return due_at(state)
    except ValueError as error:
        raise StoreError(f"drill card {key!r} can't be read by this version of the program") from error
