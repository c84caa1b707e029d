"""Reports: finished sessions as they leave the program, and what every format says of them alike. Pure."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Final, NamedTuple

from roleplay.record.events import Event, SessionEnded
from roleplay.record.transcript import Touch, Turn
from roleplay.record.words import plain_words
from roleplay.scoring.debrief import Debrief
from roleplay.scoring.result import CriterionResult
from roleplay.store.base import StoredSession
from roleplay.values import Value
from roleplay.verdicts import review_lines
from roleplay.wording import (
    EXAM_PLAYED,
    against_words,
    channel_words,
    fidelity_words,
    hints_words,
    learned_words,
    tally_words,
)

BREAK_S: Final = 600
"""Between two events that lie further apart, the recruiter was elsewhere."""


class Comment(Value):
    """What a coach, or somebody else, wrote about a turn or about all of it."""

    turn: str | None
    """None: about all of it."""
    by: str
    text: str
    at: datetime | None = None


class Report(Value):
    """One finished session with all that is told of it."""

    session: str
    recruiter: str | None
    started_at: datetime
    scenario: str
    debrief: Debrief
    comments: tuple[Comment, ...] = ()
    ended_at: datetime | None = None
    spent_s: float | None = None
    """How long was played, without breaks."""
    revision: str | None = None
    """The digest of the content that it was played with."""
    email: str | None = None
    """The recruiter's."""

    def comments_at(self, turn: str | None) -> list[Comment]:
        """The comments about one turn, or, for None, about all of it."""
        return [comment for comment in self.comments if comment.turn == turn]


class Heading(NamedTuple):
    """A touch's turns below what they belong to."""

    words: str
    turns: tuple[Turn, ...]


def report_of(session: StoredSession, events: Sequence[Event], debrief: Debrief, *, email: str | None = None) -> Report:
    """Gather a finished session's report."""
    about_all = [Comment(turn=None, by=each.by, text=each.words, at=each.at) for each in debrief.remarks.on_all]
    about_turns = [
        Comment(turn=turn, by=each.by, text=each.words, at=each.at)
        for turn, remarks in debrief.remarks.at_turns.items()
        for each in remarks
    ]
    return Report(
        session=session.id,
        recruiter=session.recruiter,
        started_at=session.started_at,
        scenario=session.scenario_id,
        debrief=debrief,
        comments=(*about_all, *about_turns),
        ended_at=next((event.at for event in events if isinstance(event, SessionEnded)), None),
        spent_s=_spent_s(events),
        revision=session.case_digest,
        email=email,
    )


def who(report: Report, turn: Turn) -> str:
    """Who said a turn, for somebody who wasn't there."""
    if turn.is_recruiters:
        return plain_words(report.recruiter or "") or "You"
    return report.debrief.names.get(turn.speaker) or report.debrief.with_name.split()[0]


def headed(report: Report) -> Iterator[Heading]:
    """The transcript's turns, a touch at a time."""
    for touch in report.debrief.transcript.touches:
        yield Heading(_touch_words(report.debrief, touch), touch.turns)


def figures(debrief: Debrief) -> list[str]:
    """What can be counted, and how it was played, a sentence each."""
    said = [f"Scorecard: {tally_words(debrief)}."]
    if debrief.ledger:
        said.append(learned_words(debrief))
    if debrief.is_exam:
        said.append(EXAM_PLAYED)
    if debrief.hints:
        said.append(hints_words(debrief.hints))
    if debrief.against is not None:
        said += against_words(debrief.against)
    if debrief.fidelity is not None:
        said.append(fidelity_words(debrief.fidelity))
    return said


def reviewed(debrief: Debrief) -> list[str]:
    """How far a session's review is; comments stand by themselves."""
    return list(review_lines(debrief.remarks.model_copy(update={"on_all": ()})))


def overruled_by(result: CriterionResult) -> str | None:
    """Who the coach is whose word stands; None where the scorer's does."""
    return None if result.overruled is None else result.words[-1].by or "a coach"


def _touch_words(debrief: Debrief, touch: Touch) -> str:
    names = " and ".join(debrief.names.get(role, role) for role in touch.with_)
    is_theirs = bool(touch.turns) and not touch.turns[0].is_recruiters
    way = "with" if touch.channel.is_live else "from" if is_theirs else "to"
    return f"Day {touch.day}: {channel_words(touch.channel)}" + (f" {way} {names}" if names else "")


def _spent_s(events: Sequence[Event]) -> float | None:
    ends = next((number for number, event in enumerate(events) if isinstance(event, SessionEnded)), None)
    if ends is None:
        return None
    gaps = ((after.at - before.at).total_seconds() for before, after in pairwise(events[: ends + 1]))
    return sum(gap for gap in gaps if 0 <= gap <= BREAK_S)
