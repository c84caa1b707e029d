"""A file of whatever kind into what it holds. The kind is told by the content, not by the file's name."""

import os
import re
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from roleplay.errors import TranscriptError
from roleplay.exchange.cues import has_cues, read_cues
from roleplay.exchange.decoding import decoded
from roleplay.exchange.found import Format, Found
from roleplay.exchange.mail import is_mail, read_mail
from roleplay.exchange.plain import read_plain
from roleplay.exchange.segments import parsed_json, read_segments
from roleplay.exchange.tidying import turns_of
from roleplay.record.transcript import MAX_TRANSCRIPT_BYTES, transcript_in
from roleplay.record.words import plain_words


def path_typed(text: str) -> Path:
    """Return the path that somebody typed or dropped on a terminal, which quotes it, escapes it or makes it an address.

    Raises:
        TranscriptError: there is none, or it names somebody's home that isn't there.
    """
    typed = text.strip()
    if typed[:1] in {"'", '"'} and typed[-1:] == typed[:1] and len(typed) > 1:
        typed = typed[1:-1]
    elif typed.startswith("file://"):
        typed = url2pathname(urlsplit(typed).path)
    elif os.sep == "/" and not Path(typed).exists():
        typed = re.sub(r"\\(.)", r"\1", typed)
    if not typed:
        raise TranscriptError("no file yet; type its path, or drop the file here")
    try:
        return Path(typed).expanduser()
    except RuntimeError as error:
        raise TranscriptError(f"{typed}: there is no such home folder") from error


def read_file(path: Path) -> Found:
    """Read what `path` holds.

    Raises:
        TranscriptError: it can't be read, or nobody says anything in it.
    """
    try:
        if path.stat().st_size > MAX_TRANSCRIPT_BYTES:
            raise TranscriptError(f"{path}: larger than {MAX_TRANSCRIPT_BYTES // 1_000_000} MB; not a transcript")
        data = path.read_bytes()
    except OSError as error:
        raise TranscriptError(f"{path}: can't be read: {error.strerror}") from error
    except ValueError as error:
        raise TranscriptError(f"{path!s}: can't be read: {error}") from error
    return read_bytes(data, str(path))


def read_bytes(data: bytes, name: str) -> Found:
    """Read the contents of the file called `name`.

    Raises:
        TranscriptError: with the name, and the line where that is known.
    """
    if is_mail(data):
        try:
            subject, letters = read_mail(data)
        except RecursionError as error:
            raise TranscriptError(f"{name}: nested too deep; not a mail that anybody sent") from error
        if not letters:
            raise TranscriptError(f"{name}: no message with a sender and words of its own in it")
        return Found(format=Format.MAIL, title=plain_words(subject), letters=tuple(letters))
    text = decoded(data, name)
    if not text.strip():
        raise TranscriptError(f"{name}: nothing in it")
    found = _read_json(text, name) if text.lstrip()[0] in "{[" else None
    if found is None:
        is_cues = has_cues(text)
        spoken = read_cues(text) if is_cues else read_plain(text)
        found = Found(format=Format.CUES if is_cues else Format.PLAIN, spoken=turns_of(spoken))
    if found.transcript is None and not any(each.speaker for each in found.spoken):
        raise TranscriptError(f"{name}: it doesn't say who speaks; begin each turn with a name, as in 'Jen: Hello.'")
    return found


def _read_json(text: str, name: str) -> Found | None:
    """Read JSON; None where it only begins like it, as `[00:01] Jen: …` does."""
    try:
        data = parsed_json(text)
    except (ValueError, RecursionError) as error:
        if text.lstrip()[:1] == "{" or text.lstrip()[1:].lstrip()[:1] in {"{", "["}:
            line = f":{error.lineno}" if hasattr(error, "lineno") else ""
            raise TranscriptError(f"{name}{line}: not JSON: {getattr(error, 'msg', 'nested too deep')}") from error
        return None
    if isinstance(data, dict) and ("touches" in data or str(data.get("format", "")).startswith("roleplay-")):
        return Found(format=Format.TRANSCRIPT, transcript=transcript_in(data, name))
    spoken = turns_of(read_segments(data))
    if not spoken:
        raise TranscriptError(f"{name}: JSON without a list of segments that each have a speaker and a text")
    return Found(format=Format.SEGMENTS, spoken=spoken)
