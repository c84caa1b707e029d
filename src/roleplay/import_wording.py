"""What every face says alike of a file that is imported: who speaks in it, what is asked, what came of it. Pure."""

from collections import Counter
from typing import Final

from roleplay.exchange.asking import OFFERED_ROLES
from roleplay.exchange.found import Format, Found, Speaker
from roleplay.exchange.people import SKIPPED
from roleplay.record.transcript import Transcript
from roleplay.record.words import first_words, plain_words
from roleplay.wording import channel_words, count

SHOWN_WORDS: Final = 12
"""So much of what somebody says is shown, so that one knows who they are."""
ROLES_ASKED: Final = f"{', '.join(role for role in OFFERED_ROLES if role != SKIPPED)}, another role, or {SKIPPED}"
"""What somebody can be."""
KINDS: Final = "WebVTT and SRT subtitles, text with names, .eml and .mbox mail, JSON of a speech-to-text service."
"""What is read."""
OPENINGS_ASKED: Final = "How many openings did the recruiter know of"


def speaker_words(speaker: Speaker) -> str:
    """Who somebody is, by what they say: `Jen (3 turns, “What isn't getting done …”)`."""
    words = plain_words(speaker.says)
    shown = first_words(words, SHOWN_WORDS)
    says = f", “{shown}{' …' if shown != words else ''}”" if words else ""
    return f"{plain_words(speaker.name)} ({count(speaker.turns, 'turn')}{says})"


def nameless_words(found: Found) -> str:
    """How many turns are left out since nobody knows whose they are; empty where there are none."""
    nameless = sum(each.speaker is None for each in found.spoken)
    return f"{count(nameless, 'turn')} without a speaker's name left out" if nameless else ""


def found_words(found: Found) -> str:
    """What a file holds: `subtitles, 120 turns by 2 speakers`."""
    turns = sum(bool(text) for *_, text in found.said())
    words = f"{found.format}, {count(turns, 'turn')} by {count(len(found.speakers), 'speaker')}"
    return f"{words}; {nameless_words(found)}" if nameless_words(found) else words


def imported_words(kind: Format, transcript: Transcript) -> str:
    """What was imported, in one line."""
    turns = Counter(turn.speaker for _, turn in transcript.turns())
    channels = Counter(touch.channel for touch in transcript.touches)
    touches = ", ".join(f"{number} × {channel_words(channel)}" for channel, number in channels.items())
    speakers = ", ".join(f"{speaker} {number}" for speaker, number in turns.items())
    return f"{touches}, from {kind}; {count(turns.total(), 'turn')} ({speakers})"
