"""Leaves a server alone that has failed: the session goes on at once, and the server gets its rest."""

import math
import time
from collections.abc import Callable
from typing import Final

from roleplay.values import Value

PATIENCE: Final = 2
"""Failures in a row after which a server is left alone."""
REST_S: Final = 20.0
"""How long at first; twice as long each time that a trial fails too."""
LONGEST_REST_S: Final = 300.0
LONGEST_WISH_S: Final = 3600.0
"""A server's own wish (Retry-After) counts up to this; a clock that is wrong may ask for years."""


class Rest(Value):
    """Why nobody is asked now."""

    left_s: float
    """0: a trial is under way, and it tells how to go on."""
    failures: int
    """How many led to it."""

    @property
    def words(self) -> str:
        """The line that a recruiter reads, after the host's name."""
        times = {1: "once", 2: "twice"}.get(self.failures, f"{self.failures} times")
        left = span_words(self.left_s) if self.left_s > 0 else "moment"
        return f"is left alone for another {left} after it failed {times}"


class Breaker:
    """Counts how requests to one server went. Its user asks `rest` first, and tells each attempt's end."""

    def __init__(
        self,
        *,
        patience: int = PATIENCE,
        rest_s: float = REST_S,
        longest_rest_s: float = LONGEST_REST_S,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._patience = patience
        self._first_rest_s = rest_s
        self._longest_rest_s = longest_rest_s
        self._monotonic = monotonic
        self._failures = 0
        self._rests = 0
        self._rests_until: float | None = None
        self._trial: Attempt | None = None

    @property
    def rest(self) -> Rest | None:
        """Why nothing may be sent now; None where it may."""
        if self._rests_until is None:
            return None
        left_s = self._rests_until - self._monotonic()
        if left_s <= 0 and self._trial is None:
            return None
        return Rest(left_s=max(0.0, left_s), failures=self._failures)

    def begin(self) -> "Attempt":
        """Send something, `rest` being None; after a rest this is the trial, and others wait for its end."""
        attempt = Attempt(self)
        if self._rests_until is not None:
            self._trial = attempt
        return attempt

    def _succeeded(self) -> None:
        self._failures = self._rests = 0
        self._rests_until = self._trial = None

    def _failed(self, attempt: "Attempt", retry_after_s: float | None, *, is_lasting: bool) -> None:
        now = self._monotonic()
        is_straggler = self._rests_until is not None and attempt is not self._trial
        self._left(attempt)
        rest_s = min(retry_after_s or 0.0, LONGEST_WISH_S)
        if not is_straggler:
            self._failures += 1
            if is_lasting:
                rest_s = max(rest_s, self._longest_rest_s)
            elif self._failures >= self._patience:
                rest_s = max(rest_s, min(self._first_rest_s * 2.0**self._rests, self._longest_rest_s))
                self._rests = min(self._rests + 1, 16)
        if rest_s > 0:
            self._rests_until = max(self._rests_until or 0.0, now + rest_s)

    def _left(self, attempt: "Attempt") -> None:
        if self._trial is attempt:
            self._trial = None


class Attempt:
    """One request under way. Tell its end once, by one of the three."""

    def __init__(self, breaker: Breaker) -> None:
        self._breaker = breaker

    def succeeded(self) -> None:
        """The server answered."""
        self._breaker._succeeded()

    def failed(self, *, retry_after_s: float | None = None, is_lasting: bool = False) -> None:
        """It didn't; it asked to be left alone for `retry_after_s`, or no waiting mends what is wrong."""
        self._breaker._failed(self, retry_after_s, is_lasting=is_lasting)

    def left(self) -> None:
        """Nobody waited for the end; it says nothing about the server."""
        self._breaker._left(self)


def span_words(seconds: float) -> str:
    """A span of time, rounded up: `18 s`, `5 min`, `2 h`."""
    if seconds <= 90:
        return f"{max(1, math.ceil(seconds))} s"
    if seconds <= 90 * 60:
        return f"{math.ceil(seconds / 60)} min"
    return f"{math.ceil(seconds / 3600)} h"
