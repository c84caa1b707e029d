"""Time and ids, passed in."""

import secrets
from datetime import UTC, datetime
from typing import Final, Protocol

ID_LETTERS: Final = "23456789abcdefghjkmnpqrstuvwxyz"
"""None that look alike."""


class Clock(Protocol):
    """Tells the time and makes ids."""

    def now(self) -> datetime:
        """The time, with its zone."""
        ...

    def new_id(self) -> str:
        """An id that no session has yet."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The time in UTC."""
        return datetime.now(UTC)

    def new_id(self) -> str:
        """The day and five random letters, so that ids sort and are easy to type: `20260131-k3f9q`."""
        letters = "".join(secrets.choice(ID_LETTERS) for _ in range(5))
        return f"{self.now():%Y%m%d}-{letters}"
