"""Another try from a turn on: what was played until there, as the beginning of a session of its own. Pure."""

from collections.abc import Sequence
from datetime import datetime

from roleplay.content.mode import Mode
from roleplay.errors import MoveError, NotFoundError
from roleplay.record.events import (
    RECRUITER,
    Event,
    SessionStarted,
    TokensSpent,
    TouchStarted,
    TriedBefore,
    TurnSpoken,
)


def events_until(session_id: str, events: Sequence[Event], turn: str, *, at: datetime, voice: str) -> list[Event]:
    """Return the events before the recruiter's `turn`, as those of a new session that begins `at`.

    Seed, state and patience are what they were. Of a message or a voicemail, it is not begun yet: it may become a call.
    What was spent on a model stays with the first session.

    Raises:
        NotFoundError: the recruiter said no such turn.
        MoveError: it was an exam, which is played once.
    """
    if mode_of(events) is Mode.EXAM:
        raise MoveError(f"session {session_id!r} is an exam, and isn't tried again from a turn on; practise it anew")
    end = _begin_of(events, turn)
    if end is None:
        raise NotFoundError(
            f"session {session_id!r} has no turn {turn!r} of yours; roleplay sessions {session_id} shows them"
        )
    kept = [event.model_copy(update={"at": at}) for event in events[:end] if not isinstance(event, TokensSpent)]
    started = kept[0]
    assert isinstance(started, SessionStarted)
    before = TriedBefore(session=session_id, turn=turn)
    own = {"voice": voice, "tried_before": before, "assignment": None}  # practice, and no attempt at what was assigned
    return [started.model_copy(update=own), *kept[1:]]


def mode_of(events: Sequence[Event]) -> Mode:
    """In which mode a session is played."""
    return next(event.mode for event in events if isinstance(event, SessionStarted))


def _begin_of(events: Sequence[Event], turn: str) -> int | None:
    """Where the recruiter's turn begins, or the touch that it is the beginning of."""
    touch, begun = turn.partition(".")[0], None
    for at, event in enumerate(events):
        if isinstance(event, TouchStarted) and event.touch == touch:
            begun = None if event.channel.is_live else at
        if isinstance(event, TurnSpoken) and event.turn == turn and event.speaker == RECRUITER:
            return at if begun is None else begun
    return None
