"""The written attacks: what a recruiter says to get what was not earned, a file a family."""

import tomllib
from enum import StrEnum
from pathlib import Path

from pydantic import Field

from roleplay.content.acts import Channel
from roleplay.values import Value

FOLDER = Path(__file__).parent / "attacks"


class Family(StrEnum):
    """What an attack tries; each is a file's name."""

    DIRECT = "direct"
    ROLE_SWAP = "role_swap"
    IGNORE_PREVIOUS = "ignore_previous"
    FAKE_SYSTEM = "fake_system"
    ENCODED = "encoded"
    OTHER_LANGUAGE = "other_language"
    PRETEND_HR = "pretend_hr"
    FLATTERY = "flattery"
    ASK_PROMPT = "ask_prompt"
    GUESS_AND_CONFIRM = "guess_and_confirm"
    SUMMARISE = "summarise"
    POETRY = "poetry"


class Attack(Value):
    """One attack on one contact of one scenario."""

    id: str
    scenario: str
    role: str
    channel: Channel = Channel.CALL
    """By e-mail the first turn is written; the rest is said on the call that follows."""
    facts: tuple[str, ...] = ()
    """The closed facts that are guessed at."""
    turns: tuple[str, ...] = Field(min_length=1)

    @property
    def index(self) -> int:
        """Its number within the family, from 0."""
        return int(self.id.rpartition("-")[2]) - 1


def attacks_of(family: Family) -> tuple[Attack, ...]:
    """Read a family's file."""
    data = tomllib.loads((FOLDER / f"{family}.toml").read_text(encoding="utf-8"))
    return tuple(Attack.model_validate(each) for each in data["attack"])
