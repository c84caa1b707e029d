"""Times as transcripts write them."""

import re
from typing import Final

TIME: Final = r"(?:\d{1,3}:)?\d{1,3}:\d{1,2}(?:[.,]\d{1,9})?"
"""Hours, or none; minutes; seconds; a fraction after a point or a comma."""
_PARTS: Final = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):(\d{1,2})(?:[.,](\d{1,9}))?\s*([ap]m)?", re.ASCII | re.IGNORECASE)


def seconds_of(text: str) -> float | None:
    """Return the seconds that `01:02:03.5`, `02:03` or `2:03 PM` stand for; None where it is no time."""
    match = _PARTS.fullmatch(text.strip())
    if match is None:
        return None
    hours, minutes, seconds, fraction, half = match.groups()
    if half is not None and hours is None:  # a clock: hours and minutes
        hours, minutes, seconds = minutes, seconds, "0"
    found = int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds) + (float(f"0.{fraction}") if fraction else 0.0)
    if half is not None:
        found += 43_200 * (half.lower() == "pm") - 43_200 * (int(hours or 0) == 12)
    return round(found, 3)
