"""Who is who: the names that a file holds, and the roles that they are given."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from pydantic import TypeAdapter, ValidationError

from roleplay.content.base import Role
from roleplay.errors import TranscriptError
from roleplay.exchange.found import Speaker
from roleplay.record.events import RECRUITER

SKIPPED: Final = "skip"
"""The role of whoever is left out, a note taker say."""
_ROLE: Final[TypeAdapter[str]] = TypeAdapter(Role)


def role_named(text: str) -> str:
    """Return the role that `text` names: `Hiring Manager` is `hiring_manager`.

    Raises:
        TranscriptError: it is no role.
    """
    role = re.sub(r"[\s-]+", "_", text.strip().casefold())
    try:
        return _ROLE.validate_python(role)
    except ValidationError as error:
        raise TranscriptError(f"{text.strip()!r} is no role; use letters, as in cto or hiring_manager") from error


def roles_given(text: str) -> dict[str, str]:
    """Return the roles by name in `Jen=recruiter,Dana=cto`; a name may hold commas.

    Raises:
        TranscriptError: it isn't written like that.
    """
    given: dict[str, str] = {}
    name_before: list[str] = []
    for part in text.split(","):
        name, sign, role = part.rpartition("=")
        if not sign:
            name_before.append(part)
            continue
        full = ",".join([*name_before, name]).strip()
        name_before = []
        if not full:
            raise TranscriptError(f"--speakers: no name before {part.strip()!r}; write Jen=recruiter,Dana=cto")
        given[full] = role_named(role)
    if any(part.strip() for part in name_before) or not given:
        raise TranscriptError(f"--speakers: no role in {text!r}; write Jen=recruiter,Dana=cto")
    return given


def matched(speakers: Sequence[Speaker], given: Mapping[str, str]) -> dict[Speaker, str]:
    """Return the role of each speaker who is given one, by name, first name or address.

    Whoever is called by a role's own name, `recruiter`, is the recruiter.

    Raises:
        TranscriptError: a name that nobody has, or that two have.
    """
    roles: dict[Speaker, str] = {}
    for name, role in given.items():
        fitting = _fitting(speakers, name)
        if not fitting:
            raise TranscriptError(f"nobody is called {name!r}; the speakers are {names_of(speakers)}")
        if len(fitting) > 1:
            raise TranscriptError(f"{name!r} could be {names_of(fitting, 'or')}; give the whole name")
        if roles.setdefault(fitting[0], role) != role:
            raise TranscriptError(f"{names_of(fitting)} is given two roles, {roles[fitting[0]]} and {role}")
    for speaker in speakers:
        if speaker.name.casefold() == RECRUITER:
            roles.setdefault(speaker, RECRUITER)
    return roles


def checked(speakers: Sequence[Speaker], roles: Mapping[Speaker, str], *, alone_is_well: bool) -> None:
    """Check that everybody has a role, and exactly one of them is the recruiter.

    Raises:
        TranscriptError: with the speakers found and what to give.
    """
    unknown = [speaker for speaker in speakers if speaker not in roles]
    if unknown:
        example = ",".join(f"{_flag_name(speaker)}={roles.get(speaker, 'ROLE')}" for speaker in speakers)
        verb = "is" if len(unknown) == 1 else "are"
        raise TranscriptError(
            f"who {verb} {names_of(unknown, 'and')}? Give --speakers '{example}', one of them recruiter "
            f"({SKIPPED} leaves somebody out)"
        )
    recruiters = [speaker for speaker in speakers if roles[speaker] == RECRUITER]
    others = [speaker for speaker in speakers if roles[speaker] not in {RECRUITER, SKIPPED}]
    if len(recruiters) > 1:
        both, others_role = ("both", "other a role") if len(recruiters) == 2 else ("all", "others roles")
        raise TranscriptError(
            f"{names_of(recruiters, 'and')} can't {both} be the recruiter; "
            f"import it once for each, and give the {others_role} of their own"
        )
    if not recruiters:
        raise TranscriptError(f"nobody is the recruiter; give one of {names_of(speakers)} that role")
    if not others and not alone_is_well:
        raise TranscriptError(
            f"only {names_of(recruiters)} speaks in it; a call needs the other side too "
            "(of a voicemail or a message, name that channel)"
        )


def names_of(speakers: Iterable[Speaker], last: str = "") -> str:
    """Return the speakers' names in a row, `last` before the last."""
    names = [_shown(speaker) for speaker in speakers]
    if last and len(names) > 1:
        return f"{', '.join(names[:-1])} {last} {names[-1]}"
    return ", ".join(names)


def _shown(speaker: Speaker) -> str:
    return f"{speaker.name} <{speaker.address}>" if speaker.address not in {"", speaker.name} else speaker.name


def _flag_name(speaker: Speaker) -> str:
    return speaker.address or speaker.name


def _fitting(speakers: Sequence[Speaker], name: str) -> list[Speaker]:
    """Return whom `name` means: whose whole name or address it is; else whose name begins with it, word by word."""
    wanted = " ".join(name.casefold().split())
    whole = [each for each in speakers if wanted in {" ".join(each.name.casefold().split()), each.address}]
    if whole:
        return whole[:1] if len({each.address or each.name.casefold() for each in whole}) == 1 else whole
    words = wanted.split()
    return [each for each in speakers if re.findall(r"[\w'’.-]+", each.name.casefold())[: len(words)] == words]
