"""Transcripts, `roleplay-transcript/1`: a view of a record, and what an imported call becomes."""

import json
import shlex
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from roleplay.content.acts import Channel
from roleplay.content.case import Case
from roleplay.errors import TranscriptError
from roleplay.record.events import RECRUITER, Event, TouchStarted, TurnSpoken

MAX_TRANSCRIPT_BYTES = 50_000_000
IMPORTED: Final = frozenset({".vtt", ".srt", ".txt", ".eml", ".mbox"})
"""How files end that `roleplay import` makes transcripts of."""


class _Part(BaseModel):
    """Known fields are strict; others, from other programs, are let through and left out."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Turn(_Part):
    """Everything that somebody said before somebody else spoke."""

    id: Annotated[str, Field(min_length=1)]
    speaker: Annotated[str, Field(min_length=1)]
    text: str
    start_s: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    """When it begins, in seconds, counted as its source counts them; absent where times aren't known."""
    end_s: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    """When it ends, likewise."""

    @property
    def is_recruiters(self) -> bool:
        """Whether the recruiter said it."""
        return self.speaker == RECRUITER


class PastWords(_Part):
    """Something said before the transcript starts."""

    speaker: str
    text: str


class Context(_Part):
    """What both sides knew before."""

    openings: int | None = None
    history: tuple[PastWords, ...] = ()


class Touch(_Part):
    """One call, voicemail or message."""

    id: Annotated[str, Field(min_length=1)]
    day: int = Field(ge=0)
    channel: Channel
    with_: tuple[str, ...] = Field(alias="with", default=())
    turns: tuple[Turn, ...] = ()

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)


class Transcript(_Part):
    """A whole transcript. Turn ids are unique."""

    format: Literal["roleplay-transcript/1"] = "roleplay-transcript/1"
    title: str = ""
    scenario: str | None = None
    context: Context = Context()
    touches: tuple[Touch, ...]

    def turns(self) -> Iterator[tuple[Touch, Turn]]:
        """Every turn with its touch, in order."""
        return ((touch, turn) for touch in self.touches for turn in touch.turns)

    def to_json(self) -> dict[str, object]:
        """The transcript as the format's JSON object; what is absent is left out."""
        data: dict[str, object] = self.model_dump(mode="json", by_alias=True, exclude={"touches"})
        data["touches"] = [touch.model_dump(mode="json", by_alias=True, exclude_none=True) for touch in self.touches]
        data["context"] = self.context.model_dump(mode="json", exclude_defaults=True)
        return data

    @model_validator(mode="after")
    def _turns_can_be_scored(self) -> Self:
        seen: set[str] = set()
        for _, turn in self.turns():
            if turn.id in seen:
                raise ValueError(f"turn id {turn.id!r} stands twice")
            seen.add(turn.id)
            if any("\ud800" <= character <= "\udfff" for character in turn.text):
                raise ValueError(f"turn {turn.id!r} holds half a character (an unpaired surrogate)")
        return self


def read_transcript(path: Path) -> Transcript:
    """Read a transcript file.

    Raises:
        TranscriptError: with the file, and the place or line where it is wrong.
    """
    try:
        if path.stat().st_size > MAX_TRANSCRIPT_BYTES:
            raise TranscriptError(f"{path}: larger than {MAX_TRANSCRIPT_BYTES // 1_000_000} MB; not a transcript")
        data = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise TranscriptError(f"{path}: can't be read: {error.strerror}") from error
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise TranscriptError(_why_not_json(path, error)) from error
    except ValueError as error:
        raise TranscriptError(f"{path}: {error}; not a transcript") from error
    except RecursionError as error:
        raise TranscriptError(f"{path}: nested too deep; not a transcript") from error
    transcript = transcript_in(data, str(path))
    speakers = sorted({turn.speaker for _, turn in transcript.turns()})
    if transcript.scenario is None and speakers and RECRUITER not in speakers:
        raise TranscriptError(f"{path}: nobody is {RECRUITER!r}; the speakers are {', '.join(speakers)}")
    return transcript


def _why_not_json(path: Path, error: UnicodeDecodeError | json.JSONDecodeError) -> str:
    """Why a file isn't read as JSON, and what to do."""
    if path.suffix.lower() in IMPORTED:
        return f"{path}: not a roleplay-transcript/1 file yet; use roleplay import {shlex.quote(str(path))}"
    if isinstance(error, UnicodeDecodeError):
        return f"{path}: not UTF-8 (byte {error.start}); save the file as UTF-8"
    return f"{path}:{error.lineno}: not JSON: {error.msg}; expected a roleplay-transcript/1 file"


def transcript_in(data: object, name: str) -> Transcript:
    """Check the JSON value of the file called `name`.

    Raises:
        TranscriptError: with the place where it is wrong.
    """
    try:
        return Transcript.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "the file"
        more = "" if error.error_count() == 1 else f" (and {error.error_count() - 1} more mistakes)"
        raise TranscriptError(f"{name}: {where}: {first['msg']}{more}; see roleplay schema transcript") from error


def transcript_of(case: Case, events: Iterable[Event]) -> Transcript:
    """View a session's record as a transcript."""
    touches: list[Touch] = []
    for event in events:
        if isinstance(event, TouchStarted):
            touches.append(Touch(id=event.touch, day=event.day, channel=event.channel, with_=event.roles))
        elif isinstance(event, TurnSpoken):
            turn = Turn(id=event.turn, speaker=event.speaker, text=event.text)
            touches[-1] = touches[-1].model_copy(update={"turns": (*touches[-1].turns, turn)})
    scenario = case.scenario
    history = tuple(PastWords(speaker=past.speaker, text=past.text) for past in scenario.history)
    return Transcript(
        title=scenario.title,
        scenario=case.scenario_id,
        context=Context(openings=scenario.openings, history=history),
        touches=tuple(touches),
    )
