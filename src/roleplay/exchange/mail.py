"""E-mails and threads of them: .eml and .mbox files."""

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from typing import Final

from roleplay.exchange.found import Letter, Person
from roleplay.exchange.markup import text_of_html
from roleplay.exchange.quoting import own_words

_HEADER: Final = re.compile(rb"([A-Za-z][A-Za-z0-9-]{1,60}):")
_MAIL_HEADERS: Final = frozenset({b"to", b"date", b"subject", b"message-id", b"mime-version", b"received", b"cc"})
_ENVELOPE: Final = re.compile(rb"(?:\A|\n\r?\n|\A\n)From [^\n]*\d\d?:\d\d[^\n]*\r?\n")
_HEAD_BYTES: Final = 60_000


def is_mail(data: bytes) -> bool:
    """Whether `data` is a mail or a mailbox, by its first lines."""
    return bool(_ENVELOPE.match(data)) or _has_head(data)


def _has_head(data: bytes) -> bool:
    names: set[bytes] = set()
    for line in data[:_HEAD_BYTES].removeprefix(b"\xef\xbb\xbf").lstrip().split(b"\n"):
        match = _HEADER.match(line)
        if not line.strip() or (match is None and not line.startswith((b" ", b"\t"))):
            break
        if match is not None:
            names.add(match[1].lower())
    return b"from" in names and bool(names & _MAIL_HEADERS)


def read_mail(data: bytes) -> tuple[str, list[Letter]]:
    """Return the thread's subject and its letters, oldest first.

    A letter that came twice counts once; what a machine answered, and what holds no words, is left out.
    """
    letters: list[Letter] = []
    subject = ""
    seen: set[str] = set()
    for raw in _messages(data):
        message = message_from_bytes(raw)
        subject = subject or _header(message, "Subject")
        number = _header(message, "Message-ID")
        sender = _people(message, "From")
        text = own_words(_body(message))
        if number in seen or not sender or not text or _is_automatic(message):
            continue
        seen.update({number} - {""})
        letters.append(Letter(sender[0], tuple(_people(message, "To")), text, _date(message)))
    return re.sub(r"^(?:\s*(?:re|aw|fwd?|wg)\s*:)+\s*", "", subject, flags=re.IGNORECASE), _in_order(letters)


def _messages(data: bytes) -> Iterator[bytes]:
    data = data.removeprefix(b"\xef\xbb\xbf")
    if not _ENVELOPE.match(data):
        yield data.lstrip()
        return
    for part in _ENVELOPE.split(data):
        if part.strip():
            yield re.sub(rb"(?m)^>(>*From )", rb"\1", part)


def _in_order(letters: list[Letter]) -> list[Letter]:
    """Sort by date; a letter without one stays after the one that it follows in the file."""
    last = datetime.min.replace(tzinfo=UTC)
    keyed = []
    for letter in letters:
        last = letter.sent or last
        keyed.append((last, letter))
    return [letter for _, letter in sorted(keyed, key=lambda each: each[0])]


def _header(message: Message, name: str) -> str:
    found = message.get(name)
    if found is None:
        return ""
    text = str(found)
    with suppress(HeaderParseError, LookupError, ValueError):  # then it is shown as it stands
        text = str(make_header(decode_header(text)))
    return " ".join(text.encode("utf-8", "replace").decode("utf-8").split())


def _people(message: Message, name: str) -> list[Person]:
    raw = [str(value) for value in message.get_all(name, [])]
    people = []
    for shown, address in getaddresses(raw):
        if address or shown:
            people.append(Person(_decoded_name(shown) or address, address.lower()))
    return people


def _decoded_name(shown: str) -> str:
    held = Message()
    held["Name"] = shown.replace("\n", " ").replace("\r", " ")
    return _header(held, "Name").strip("\"' ")


def _date(message: Message) -> datetime | None:
    try:
        sent = parsedate_to_datetime(_header(message, "Date"))
        return sent.replace(tzinfo=UTC) if sent.tzinfo is None else sent.astimezone(sent.tzinfo)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _is_automatic(message: Message) -> bool:
    return (
        _header(message, "Auto-Submitted").lower() not in {"", "no"} or message.get_content_type() == "multipart/report"
    )


def _body(message: Message) -> str:
    parts = [part for part in message.walk() if not part.is_multipart() and part.get_filename() is None]
    plain = "\n".join(_text(part) for part in parts if part.get_content_type() == "text/plain")
    if plain.strip():
        return plain
    return "\n".join(text_of_html(_text(part)) for part in parts if part.get_content_type() == "text/html")


def _text(part: Message) -> str:
    payload = part.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else b""
    for encoding in (part.get_content_charset() or "utf-8", "utf-8", "cp1252"):
        try:
            text = data.decode(encoding)
            break
        except (LookupError, ValueError):
            continue
    else:
        text = data.decode("latin-1")
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ")
    if part.get_param("format") == "flowed":
        text = re.sub(r"(?<=[^\n-]) \n(?=[^>\n])", " ", text)
    return text
