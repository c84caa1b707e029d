"""JSON lists of segments, as speech-to-text services write them: `[{"speaker": …, "text": …, "start": …}]`."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Final

from roleplay.exchange.found import Spoken
from roleplay.exchange.times import seconds_of

_SPEAKER: Final = ("speaker", "speaker_name", "speakerName", "speaker_label", "speakerLabel", "speaker_id", "speakerId")
_NAME: Final = (*_SPEAKER, "name", "participant", "user", "author", "sender", "from", "role")
_TEXT: Final = ("text", "transcript", "content", "sentence", "utterance", "message", "body", "words", "elements")
_WORD: Final = ("punctuated_word", "word", "text", "value", "content")
_START: Final = (
    "start",
    "start_s",
    "start_time",
    "startTime",
    "begin",
    "offset",
    "start_ms",
    "startMs",
    "timestamp",
    "ts",
)
_END: Final = ("end", "end_s", "end_time", "endTime", "stop", "end_ms", "endMs")
_DEEPEST: Final = 6
_LONGEST_CALL_S: Final = 36_000
"""Whole numbers beyond ten hours are milliseconds."""
_SECONDS: Final = re.compile(r"\d{1,9}(?:\.\d{1,9})?\s*s?", re.ASCII)


def parsed_json(text: str) -> object:
    """Return the JSON value in `text`, or a list where every line is a value of its own.

    Raises:
        ValueError, RecursionError: it is neither.
    """
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        lines = [line for line in text.split("\n") if line.strip()]
        if len(lines) < 2:
            raise
        try:
            return [json.loads(line) for line in lines]
        except json.JSONDecodeError:
            raise error from None


def read_segments(data: object) -> list[Spoken]:
    """Read the first list of segments in `data` that names speakers; an empty list where there is none."""
    segments = _segments_in(data, _DEEPEST) or []
    spoken = [
        Spoken(_speaker_of(each), _text_of(each), _seconds(_first(each, _START)), _seconds(_first(each, _END)))
        for each in segments
    ]
    if not _are_milliseconds(segments):
        return spoken
    return [each._replace(start_s=_thousandth(each.start_s), end_s=_thousandth(each.end_s)) for each in spoken]


def _segments_in(data: object, deepest: int) -> list[Mapping[str, object]] | None:
    if deepest == 0:
        return None
    if isinstance(data, list):
        objects: list[Mapping[str, object]] = [each for each in data if isinstance(each, dict)]
        if any(_speaker_of(each) and _text_of(each) for each in objects):
            return objects
    children = data.values() if isinstance(data, dict) else data if isinstance(data, list) else ()
    return next((found for child in children if (found := _segments_in(child, deepest - 1))), None)


def _first(segment: Mapping[str, object], keys: Sequence[str]) -> object:
    return next((segment[key] for key in keys if segment.get(key) is not None), None)


def _speaker_of(segment: Mapping[str, object]) -> str | None:
    found = _first(segment, _NAME)
    if isinstance(found, dict):
        found = _first(found, ("name", "display_name", "displayName", "id"))
    if isinstance(found, int) and not isinstance(found, bool):
        return f"Speaker {found}"
    return found.strip() or None if isinstance(found, str) else None


def _text_of(segment: Mapping[str, object]) -> str:
    for key in _TEXT:
        found = segment.get(key)
        if isinstance(found, str) and found.strip():
            return found
        if isinstance(found, list):
            words = [_first(each, _WORD) if isinstance(each, dict) else each for each in found]
            text = " ".join(word.strip() for word in words if isinstance(word, str) and word.strip())
            if text:
                return re.sub(r"\s+([.,?!;:])", r"\1", text)
    return ""


def _seconds(found: object) -> float | None:
    if isinstance(found, str):
        return float(found.rstrip("s ")) if _SECONDS.fullmatch(found) else seconds_of(found)
    if isinstance(found, bool) or not isinstance(found, int | float):
        return None
    return round(float(found), 3) if 0 <= found < 1e12 else None


def _are_milliseconds(segments: Sequence[Mapping[str, object]]) -> bool:
    if any(key in each for each in segments for key in ("start_ms", "startMs")):
        return True
    times = [time for each in segments for keys in (_START, _END) if (time := _first(each, keys)) is not None]
    return all(isinstance(time, int) for time in times) and any(
        isinstance(time, int) and time > _LONGEST_CALL_S for time in times
    )


def _thousandth(time: float | None) -> float | None:
    return None if time is None else round(time / 1000, 3)
