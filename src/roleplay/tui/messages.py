"""What screens tell the app: where the user wants to go. In the past tense; the app does the going."""

from dataclasses import dataclass

from textual.message import Message

from roleplay.practice.loop import Practice


@dataclass
class ScenarioChosen(Message):
    """A scenario's brief is wanted."""

    scenario_id: str


@dataclass
class CallPlaced(Message):
    """A new call of a scenario is wanted."""

    scenario_id: str


@dataclass
class SessionChosen(Message):
    """A past session is wanted: its debrief, or the call where it isn't over."""

    session_id: str


@dataclass
class SessionsWanted(Message):
    """The list of past sessions is wanted."""


@dataclass
class CallLeft(Message):
    """A call that isn't over was left; `draft` is what stood unsent in the composer."""

    session_id: str
    draft: str


@dataclass
class CallOver(Message):
    """A call is over and its debrief is wanted."""

    practice: Practice


@dataclass
class HomeWanted(Message):
    """Back to home."""


@dataclass
class BackWanted(Message):
    """Back to the screen before."""
