"""What simulated recruiters say, and what they can see of a session."""

import random
import tomllib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

from roleplay.content.acts import CounterpartAct
from roleplay.practice.loop import Practice
from roleplay.record.events import RECRUITER, SessionStarted, TurnHeard, TurnSpoken
from roleplay.rehearsal.moves import Move

ME: Final = "Jen Ortiz"
"""Who plays in a rehearsal."""
Moves = Callable[[Practice, random.Random], Iterator[Move]]
"""A recruiter: a generator of moves that looks at the session between two of them."""


@cache
def book() -> dict[str, Any]:
    """The lines file."""
    return tomllib.loads((Path(__file__).parent / "lines.toml").read_text(encoding="utf-8"))


def line(practice: Practice, rng: random.Random, act: str, role: str | None = None) -> str:
    """A way to do `act`, one that hasn't been said yet where there is one."""
    role = role or (practice.state.roles or (practice.case.scenario.calls,))[0]
    names = {"name": practice.case.personas[role].first_name, "me": own_first_name(practice)}
    ways: list[str] = [way.format(**names) for way in book()["ask"][act]]
    said = {turn.text for turn in practice.state.turns if turn.speaker == RECRUITER}
    fresh = [way for way in ways if way not in said]
    return rng.choice(fresh or ways)


def own_first_name(practice: Practice) -> str:
    """By what name the recruiter goes."""
    started = next(event for event in practice.events if isinstance(event, SessionStarted))
    return (started.recruiter or ME).split()[0]


def is_live(practice: Practice) -> bool:
    """Whether somebody is on the line."""
    return practice.state.touch is not None and practice.state.channel.is_live


def just_told(practice: Practice) -> set[CounterpartAct]:
    """What the other side's last turns, since the recruiter's, amounted to."""
    told: set[CounterpartAct] = set()
    for event in reversed(practice.events):
        if isinstance(event, TurnSpoken):
            if event.speaker == RECRUITER:
                break
            told.update(event.tells)
    return told


def has_done(practice: Practice, act: str, *, in_touch: bool = False) -> bool:
    """Whether the recruiter has been heard doing `act`, in this session or in this touch."""
    touch = f"{practice.state.touch}."
    return any(
        heard.act == act
        for event in practice.events
        if isinstance(event, TurnHeard) and (not in_touch or event.turn.startswith(touch))
        for heard in event.heard
    )
