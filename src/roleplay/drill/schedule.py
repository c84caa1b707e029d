"""When a card comes up again, by the FSRS model of forgetting."""

from datetime import datetime

from fsrs import Card, Rating, Scheduler


def answered(state_json: str | None, *, passed: bool, at: datetime) -> str:
    """Return a card's state after an answer at `at`, which is in UTC; a card without a state is new.

    Raises:
        ValueError: the state can't be read.
    """
    # Not spread at random, so that the same answers at the same times bring the same days.
    scheduler = Scheduler(enable_fuzzing=False)
    card = Card(card_id=0, due=at) if state_json is None else _card_of(state_json)
    return scheduler.review_card(card, Rating.Good if passed else Rating.Again, at)[0].to_json()


def due_at(state_json: str) -> datetime:
    """Return when a card is to be asked again.

    Raises:
        ValueError: the state can't be read.
    """
    return _card_of(state_json).due


def _card_of(state_json: str) -> Card:
    try:
        return Card.from_json(state_json)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("no state of a card") from error
