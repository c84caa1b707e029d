"""Simulated recruiters, by kind."""

from enum import StrEnum
from typing import Final

from roleplay.rehearsal.badly import novice, pitcher, pusher, writer
from roleplay.rehearsal.method import perfect, skilled
from roleplay.rehearsal.speech import Moves


class RecruiterKind(StrEnum):
    """Who plays."""

    NOVICE = "novice"
    PITCHER = "pitcher"
    PUSHER = "pusher"
    WRITER = "writer"
    SKILLED = "skilled"
    PERFECT = "perfect"


RECRUITERS: Final[dict[RecruiterKind, Moves]] = {
    RecruiterKind.NOVICE: novice,
    RecruiterKind.PITCHER: pitcher,
    RecruiterKind.PUSHER: pusher,
    RecruiterKind.WRITER: writer,
    RecruiterKind.SKILLED: skilled,
    RecruiterKind.PERFECT: perfect,
}
