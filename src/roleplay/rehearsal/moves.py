"""What a simulated recruiter can do, each with why."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass

from roleplay.content.acts import Channel
from roleplay.content.job_order import JobOrder
from roleplay.practice.happenings import Happening
from roleplay.practice.loop import Practice


@dataclass(frozen=True)
class Move:
    """One move. `why` is for who watches."""

    why: str


@dataclass(frozen=True)
class Begin(Move):
    """Place the call of a scenario of one call, or see where things stand."""


@dataclass(frozen=True)
class Call(Move):
    """Ring somebody."""

    role: str


@dataclass(frozen=True)
class Join(Move):
    """Hold the joint call."""


@dataclass(frozen=True)
class Say(Move):
    """Say one turn."""

    text: str


@dataclass(frozen=True)
class Write(Move):
    """Send a message."""

    role: str
    text: str
    channel: Channel = Channel.EMAIL


@dataclass(frozen=True)
class Wait(Move):
    """Let days pass; None: go on later the same day."""

    days: int | None


@dataclass(frozen=True)
class HangUp(Move):
    """End the call."""


@dataclass(frozen=True)
class FillMap(Move):
    """Fill in the map."""

    page: JobOrder


async def make(move: Move, practice: Practice) -> AsyncGenerator[Happening, None]:
    """Make a move; yields what happens."""
    if isinstance(move, FillMap):
        await practice.fill_map(move.page)
        return
    async for happening in _happenings(move, practice):
        yield happening


def _happenings(move: Move, practice: Practice) -> AsyncGenerator[Happening, None]:
    match move:
        case Call():
            return practice.call(move.role)
        case Join():
            return practice.join()
        case Say():
            return practice.say(move.text)
        case Write():
            return practice.write((move.role,), move.channel, move.text)
        case Wait():
            return practice.wait(move.days)
        case HangUp():
            return practice.leave()
        case _:
            return practice.begin()
