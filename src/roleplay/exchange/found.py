"""What a file from another program holds, before anybody said who is who."""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from roleplay.record.transcript import Transcript
from roleplay.values import Value


class Format(StrEnum):
    """What kind of file it is."""

    TRANSCRIPT = "roleplay-transcript/1"
    SEGMENTS = "JSON segments"
    CUES = "subtitles"
    """WebVTT or SRT: timed cues."""
    PLAIN = "plain text"
    MAIL = "e-mail"


class Spoken(NamedTuple):
    """One stretch of speech. Without a speaker, the file doesn't say whose it is."""

    speaker: str | None
    text: str
    start_s: float | None = None
    end_s: float | None = None


class Person(NamedTuple):
    """Somebody in a mail's head; the address is in lower case."""

    name: str
    address: str


class Letter(NamedTuple):
    """One message of a thread, without what it quotes."""

    sender: Person
    to: tuple[Person, ...]
    text: str
    sent: datetime | None = None


class Speaker(NamedTuple):
    """Somebody whose words a file holds, or to whom they were written."""

    name: str
    address: str
    """Empty where it isn't mail."""
    says: str
    """Their first words; empty where they only got mail."""
    turns: int


class Found(Value):
    """The contents of a file: a transcript, speech or letters, by its format."""

    format: Format
    title: str = ""
    transcript: Transcript | None = None
    spoken: tuple[Spoken, ...] = ()
    """In order, neighbours by different speakers, nothing empty."""
    letters: tuple[Letter, ...] = ()
    """Oldest first."""

    @property
    def speakers(self) -> tuple[Speaker, ...]:
        """Everybody who needs a role, in the order in which they turn up."""
        found: dict[str, Speaker] = {}
        for name, address, text in self.said():
            key = address or name.casefold()
            before = found.get(key, Speaker(name, address, "", 0))
            found[key] = before._replace(says=before.says or text, turns=before.turns + bool(text))
        return tuple(found.values())

    def said(self) -> list[tuple[str, str, str]]:
        """Name, address and words of everybody in turn; no words of those who only got mail."""
        if self.transcript is not None:
            return [(turn.speaker, "", turn.text) for _, turn in self.transcript.turns()]
        if self.letters:
            wrote = [(letter.sender.name, letter.sender.address, letter.text) for letter in self.letters]
            return wrote + [(person.name, person.address, "") for letter in self.letters for person in letter.to]
        return [(each.speaker, "", each.text) for each in self.spoken if each.speaker is not None]
