"""What a file can't say and somebody must: who is who, by which channel, how many openings; for every face."""

import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from roleplay.content.acts import Channel
from roleplay.errors import TranscriptError
from roleplay.exchange.building import transcript_from
from roleplay.exchange.found import Format, Found, Speaker
from roleplay.exchange.people import SKIPPED, checked, matched
from roleplay.record.events import RECRUITER
from roleplay.record.transcript import Transcript
from roleplay.record.words import plain_words

OFFERED_ROLES: Final = (RECRUITER, "cto", "hr", "hiring_manager", SKIPPED)
"""Those that are offered; any other role may be given too."""
MOST_ASKED: Final = 40
"""Nobody is asked about more speakers than this."""
MOST_OPENINGS: Final = 10_000


def known_roles(found: Found, given: Mapping[str, str] = MappingProxyType({})) -> dict[Speaker, str]:
    """Return the roles that are known without asking: those given by name, and those that a transcript holds.

    Raises:
        TranscriptError: a name that nobody has, or that two have.
    """
    roles = matched(found.speakers, given)
    if found.transcript is not None:
        for speaker in found.speakers:
            roles.setdefault(speaker, speaker.name)
    return roles


def check_askable(found: Found) -> None:
    """Check that there aren't more speakers than anybody can be asked about.

    Raises:
        TranscriptError: there are.
    """
    speakers = len(found.speakers)
    if speakers > MOST_ASKED:
        raise TranscriptError(
            f"{speakers} speakers are named in it, and no more than {MOST_ASKED} are asked about; "
            "is it a call? roleplay import --speakers takes them all"
        )


def asks_channel(found: Found) -> bool:
    """Whether a file leaves open by which channel it was."""
    return found.format not in {Format.MAIL, Format.TRANSCRIPT}


def fitting_channel(roles: Mapping[Speaker, str]) -> Channel:
    """Return the channel that is taken where nobody says otherwise."""
    return Channel.JOINT_CALL if len(set(roles.values()) - {RECRUITER, SKIPPED}) > 1 else Channel.CALL


def channel_named(text: str) -> Channel:
    """Return the channel that `text` names: `Joint call` is `joint_call`.

    Raises:
        TranscriptError: it is none.
    """
    name = re.sub(r"[\s_-]", "", text.casefold())
    for channel in Channel:
        if name == channel.value.replace("_", ""):
            return channel
    raise TranscriptError(f"{text.strip()!r} is no channel; there are {', '.join(Channel)}")


def openings_in(text: str) -> int:
    """Return the number of openings that `text` says.

    Raises:
        TranscriptError: it is no such number.
    """
    number = text.strip()
    if not number.isascii() or not number.isdigit() or len(number) > len(str(MOST_OPENINGS)):
        raise TranscriptError(f"{number!r} is no number of openings; write one from 1 to {MOST_OPENINGS}")
    if not 0 < int(number) <= MOST_OPENINGS:
        raise TranscriptError(f"{number} openings can't be; write a number from 1 to {MOST_OPENINGS}")
    return int(number)


def transcript_by(
    found: Found,
    roles: Mapping[Speaker, str],
    path: Path,
    *,
    channel: Channel | None = None,
    openings: int | None = None,
    title: str | None = None,
) -> Transcript:
    """Return the transcript of the file at `path` by what was answered. Without a title of its own, it has the file's.

    Raises:
        TranscriptError: it can't be as it was answered.
    """
    is_one_way = channel is not None and not channel.is_live
    checked(found.speakers, roles, alone_is_well=is_one_way or found.transcript is not None)
    fallback = None if found.title or found.transcript else path.stem
    return transcript_from(found, roles, channel=channel, title=title or fallback, openings=openings)


def names_by_role(roles: Mapping[Speaker, str]) -> dict[str, list[str]]:
    """Return the whole names of all who share a role, by role; nobody's whose only name is their role."""
    names: dict[str, list[str]] = {}
    for speaker, role in roles.items():
        name = plain_words(speaker.name)
        if role != SKIPPED and name and name.casefold() != role:
            names.setdefault(role, []).append(name)
    return names
