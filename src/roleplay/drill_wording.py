"""What every face says alike of drills: decks, what an answer is asked for by, how a sitting went."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from roleplay.content.drill import DrillKind
from roleplay.drill.sitting import MAX_ANSWER_CHARACTERS, DeckState, Tally
from roleplay.wording import count, when

PROMPTS: Final = {
    DrillKind.REPLY: "You",
    DrillKind.VOICEMAIL: "After the beep",
    DrillKind.REWRITE: "Your e-mail",
}
"""What stands where an answer is typed."""


def passed_sign(*, passed: bool) -> str:
    """Whether an answer does, in one character."""
    return "✓" if passed else "✗"


def deck_words(deck: DeckState) -> str:
    """How somebody stands with a deck: `9 cards, 2 due, 3 new; missed 40% of the time`."""
    missed = f"; missed {deck.missed:.0%} of the time" if deck.missed else ""
    return f"{all_decks_words([deck])}{missed}"


def all_decks_words(decks: Sequence[DeckState]) -> str:
    """How somebody stands with all decks together: `49 cards, 2 due, 3 new`, or when the next card is due."""
    cards, due, new = (sum(of) for of in zip(*((deck.cards, deck.due, deck.new) for deck in decks), strict=True))
    stands = f"{count(cards, 'card')}, {due} due, {new} new"
    then = min((deck.next_due for deck in decks if deck.next_due is not None), default=None)
    return stands if due or new or then is None else f"{stands}, the next {when(then)}"


def nothing_due_words(due: datetime) -> str:
    """That there is nothing to ask, and until when."""
    return f"Nothing is due before {when(due)}."


def too_long_words(answer: str) -> str | None:
    """Why an answer, on one line, is too long to be scored; None where it isn't."""
    if len(answer) <= MAX_ANSWER_CHARACTERS:
        return None
    return f"That answer has {len(answer)} characters; say at most {MAX_ANSWER_CHARACTERS}."


def tally_words(tally: Tally) -> str:
    """How a sitting went: `7 of 10 passed, 1 skipped.`"""
    return f"{tally.passed} of {tally.cards} passed, {tally.skipped} skipped."
