"""How long contacts left the recruiter without an answer."""

from dataclasses import dataclass

from roleplay.record.transcript import Touch
from roleplay.scoring.hearing import HeardTurn, Hearing


@dataclass(frozen=True)
class Silences:
    """Days of silence, from the first touch to a contact that stayed unanswered."""

    since: dict[str, dict[str, int]]
    """By touch id, and contact: the day of the first unanswered touch to them, that one among them."""
    longest: int
    """Up to the last touch, or the day on which a session ended."""

    @classmethod
    def of(cls, hearing: Hearing) -> "Silences":
        """Go through the touches; who says something in any, or is on a call that was taken, has answered."""
        waiting: dict[str, int] = {}
        since: dict[str, dict[str, int]] = {}
        longest = 0
        for touch in hearing.transcript.touches:
            speakers = {turn.speaker for turn in touch.turns}
            longest = max((longest, *(touch.day - day for day in waiting.values())))
            if any(turn.is_recruiters for turn in touch.turns):
                for role in touch.with_:
                    waiting.setdefault(role, touch.day)
            since[touch.id] = {role: waiting[role] for role in touch.with_ if role in waiting}
            is_answered = touch.channel.is_live and any(not turn.is_recruiters for turn in touch.turns)
            for role in set(waiting) & (speakers | set(touch.with_ if is_answered else ())):
                del waiting[role]
        if hearing.last_day is not None:
            longest = max((longest, *(hearing.last_day - day for day in waiting.values())))
        return cls(since, longest)

    def before(self, heard: HeardTurn) -> int:
        """Whole days of silence when a turn was said to its contacts."""
        touch: Touch | None = heard.touch
        assert touch is not None
        days = [touch.day - day for day in self.since.get(touch.id, {}).values()]
        return max(days, default=0)
