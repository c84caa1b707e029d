"""Bytes of a file into text, whatever program wrote them."""

import codecs
from typing import Final

from roleplay.errors import TranscriptError

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_FOREIGN: Final = (
    (b"PK\x03\x04", "a Word or zip file"),
    (b"%PDF", "a PDF"),
    (b"\xd0\xcf\x11\xe0", "an old Office file or an Outlook .msg"),
    (b"{\\rtf", "an RTF file"),
    (b"ID3", "a recording"),
    (b"RIFF", "a recording"),
    (b"OggS", "a recording"),
)
_SAMPLE_BYTES: Final = 4_000


def decoded(data: bytes, name: str, save: str = "the transcript as .vtt, .srt or .txt") -> str:
    """Return the text of `data`, with line ends as `\\n` and no byte-order mark.

    Without a mark it is UTF-16 where every other byte is nought, else UTF-8, else Windows-1252.
    `save`: what to do about a file that is none, after "save".

    Raises:
        TranscriptError: it isn't text.
    """
    for magic, kind in _FOREIGN:
        if data.startswith(magic):
            raise TranscriptError(f"{name}: this is {kind}, not text; save {save}")
    if data[4:8] == b"ftyp":
        raise TranscriptError(f"{name}: this is a recording, not text; save {save}")
    text = _decoded(data)
    if "\0" in text:
        raise TranscriptError(f"{name}: not a text file; save {save}")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _decoded(data: bytes) -> str:
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return data[len(bom) :].decode(encoding, errors="replace")
    sample = data[:_SAMPLE_BYTES]
    for offset, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        high = sample[offset::2]
        if len(sample) > 1 and high.count(0) * 10 > len(high) * 4 and sample.count(0) <= len(high):
            return data.decode(encoding, errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        # A file that was cut off in the middle of a character is still UTF-8.
        if error.start >= len(data) - 3:
            return data.decode("utf-8", errors="ignore")
        return data.decode("cp1252", errors="replace")
