"""What screens tell the app: where the user wants to go. In the past tense; the app does the going."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from textual.message import Message

from roleplay.content.mode import Mode
from roleplay.practice.happenings import Happening
from roleplay.practice.loop import Practice
from roleplay.scoring.debrief import Debrief
from roleplay.scoring.result import Verdict
from roleplay.team.moves import SessionMove


@dataclass
class ScenarioChosen(Message):
    """A scenario's brief is wanted."""

    scenario_id: str


@dataclass
class CallPlaced(Message):
    """A new call of a scenario is wanted."""

    scenario_id: str
    mode: Mode = Mode.COACHED


@dataclass
class AgainWanted(Message):
    """Another try from a turn of a session on is wanted; `criterion` is the title of what it is for."""

    session_id: str
    turn: str
    criterion: str


@dataclass
class VerdictOverruled(Message):
    """A coach has given their word on a verdict of a session; without a verdict it takes back the last one."""

    session_id: str
    criterion: str
    verdict: Verdict | None
    because: str
    turn: str | None


@dataclass
class JudgeWanted(Message):
    """A language model's reading of a session is wanted."""

    session_id: str


@dataclass
class SessionChosen(Message):
    """A past session is wanted: its debrief, or the call where it isn't over."""

    session_id: str


@dataclass
class SessionsWanted(Message):
    """The list of past sessions is wanted."""


@dataclass
class DrillsWanted(Message):
    """The list of drills is wanted."""


@dataclass
class ImportWanted(Message):
    """A real call is to be read and scored."""


@dataclass
class CallScored(Message):
    """A real call was scored; `source` is the file that it came from."""

    debrief: Debrief
    source: Path


@dataclass
class DeckChosen(Message):
    """Cards of a deck are wanted, or where `deck` is None, of all decks."""

    deck: str | None


@dataclass
class TouchPlaced(Message):
    """At the desk a call was placed, or somebody rang; `happenings` is what comes of it, None where it has come."""

    practice: Practice
    happenings: AsyncIterator[Happening] | None


@dataclass
class TouchOver(Message):
    """A call within a scenario over several days is over: back to the desk. `trouble`: why it couldn't begin."""

    trouble: str = ""


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
class SessionMoved(Message):
    """Somebody of a team did something about a session."""

    session_id: str
    move: SessionMove


@dataclass
class NextToReview(Message):
    """The next session of a coach's queue is wanted."""


@dataclass
class QueueWanted(Message):
    """What waits for a coach is wanted."""


@dataclass
class AssignWanted(Message):
    """Something is to be assigned."""


@dataclass
class ProgressWanted(Message):
    """How skills grow is wanted: somebody's page, or where `name` is None, everybody's or one's own."""

    name: str | None = None


@dataclass
class BoardChosen(Message):
    """Somebody wants to stand on the leader board, or not any more."""

    is_on: bool


@dataclass
class AssignmentChosen(Message):
    """An assignment's brief is wanted."""

    assignment_id: str


@dataclass
class AttemptPlaced(Message):
    """An attempt at an assignment is to begin."""

    assignment_id: str


@dataclass
class HomeWanted(Message):
    """Back to home."""


@dataclass
class BackWanted(Message):
    """Back to the screen before."""
