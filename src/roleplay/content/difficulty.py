"""How hard a session is: what it changes in the people, not in the words that describe it."""

from enum import StrEnum
from typing import Final

from roleplay.values import Value


class Difficulty(StrEnum):
    """Chosen when a session begins."""

    EASY = "easy"
    NORMAL = "normal"
    HARD = "hard"


class Temperament(Value):
    """What a difficulty adds to every persona's own."""

    patience: int
    candour: int
    rapport_floor: int
    """Added to the floor of every gate that has one."""
    heard_words: int
    """How many words of one turn on a call are heard before they cut in."""
    days_to_answer: int
    """Added to the days until somebody calls back or answers."""
    pick_up: float
    """Added to the chance of picking up the phone."""


TEMPERAMENTS: Final[dict[Difficulty, Temperament]] = {
    Difficulty.EASY: Temperament(
        patience=2, candour=1, rapport_floor=-1, heard_words=120, days_to_answer=0, pick_up=0.25
    ),
    Difficulty.NORMAL: Temperament(
        patience=0, candour=0, rapport_floor=0, heard_words=90, days_to_answer=0, pick_up=0.0
    ),
    Difficulty.HARD: Temperament(
        patience=-2, candour=-1, rapport_floor=1, heard_words=60, days_to_answer=1, pick_up=-0.2
    ),
}
