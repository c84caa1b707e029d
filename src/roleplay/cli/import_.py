"""`roleplay import`: a real call or mail thread into a transcript, and into a score where a scorecard is named."""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final, TypeVar

from roleplay.cli.command import DONE
from roleplay.cli.practice import is_terminal
from roleplay.content.acts import Channel
from roleplay.errors import RoleplayError, SettingsError, TranscriptError
from roleplay.exchange.building import transcript_from
from roleplay.exchange.found import Format, Found, Speaker
from roleplay.exchange.people import SKIPPED, checked, matched, role_named, roles_given
from roleplay.exchange.reading import read_file
from roleplay.record.events import RECRUITER
from roleplay.record.transcript import Transcript
from roleplay.record.words import first_words, plain_words
from roleplay.wording import channel_words, count

SHOWN_WORDS: Final = 12
"""So much of what somebody says is shown, so that one knows who they are."""

Answer = TypeVar("Answer")
Ask = Callable[[str], str]
"""Puts a question to the user, and gives back the line that they typed."""


def run(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    """Import a file; print the transcript, write it, or score it."""
    if options.output is not None and options.output.resolve() == options.file.resolve():
        raise SettingsError(f"{options.output}: -o would overwrite the file that is imported; name another")
    found = read_file(options.file)
    transcript = imported(found, options, input if is_terminal(sys.stdin, sys.stdout) else None)
    nameless = sum(each.speaker is None for each in found.spoken)
    if nameless:
        words = f"{count(nameless, 'turn')} without a speaker's name left out"
        print(f"roleplay: {options.file}: {words}", file=sys.stderr)
    if options.output is not None:
        _write(transcript, options.output)
    if options.scorecard is not None:
        from roleplay.cli.score import print_score

        return print_score(transcript, options, environment)
    if options.output is None or options.json:
        print(_text_of(transcript), end="")
    else:
        print(f"{options.output}: {_summary(found.format, transcript)}")
    return DONE


def imported(found: Found, options: argparse.Namespace, ask: Ask | None) -> Transcript:
    """Return the transcript of a file, by the options given and the answers to what they leave open.

    Raises:
        TranscriptError: something isn't known and there is nobody to `ask`; or it can't be as it was said.
    """
    channel = None if options.channel is None else Channel(options.channel)
    speakers = found.speakers
    try:
        roles = matched(speakers, {} if options.speakers is None else roles_given(options.speakers))
        if found.transcript is not None:
            for speaker in speakers:  # its speakers are roles already
                roles.setdefault(speaker, speaker.name)
        openings = options.openings
        if ask is not None and any(speaker not in roles for speaker in speakers):
            _ask_roles(speakers, roles, ask)
            if channel is None and found.format is not Format.MAIL:
                channel = _ask_channel(roles, ask)
            openings = _ask_openings(ask) if openings is None else openings
        is_one_way = channel is not None and not channel.is_live
        alone_is_well = is_one_way or found.transcript is not None
        checked(speakers, roles, alone_is_well=alone_is_well)
    except TranscriptError as error:
        raise TranscriptError(f"{options.file}: {error}") from error
    title = options.title or (None if found.title or found.transcript else options.file.stem)
    return transcript_from(found, roles, channel=channel, title=title, openings=openings)


def _ask_roles(speakers: Sequence[Speaker], roles: dict[Speaker, str], ask: Ask) -> None:
    """Ask for the role of everybody who has none, until the answer is one."""
    for speaker in speakers:
        if speaker in roles:
            continue
        says = f", “{first_words(plain_words(speaker.says), SHOWN_WORDS)} …”" if speaker.says else ""
        name = plain_words(speaker.name)
        print(f"{name} ({count(speaker.turns, 'turn')}{says})")
        question = f"  {name} is: {RECRUITER}, cto, hr, hiring_manager, another role, or {SKIPPED}? "
        roles[speaker] = _answer(ask, question, role_named)


def _ask_channel(roles: Mapping[Speaker, str], ask: Ask) -> Channel:
    others = set(roles.values()) - {RECRUITER, SKIPPED}
    fitting = Channel.JOINT_CALL if len(others) > 1 else Channel.CALL
    names = ", ".join(Channel)
    return _answer(ask, f"Channel ({names}; Enter: {fitting})? ", lambda text: Channel(text) if text else fitting)


def _ask_openings(ask: Ask) -> int | None:
    question = "How many openings did the recruiter know of (Enter: not known)? "
    return _answer(ask, question, lambda text: _openings(text) if text else None)


def _openings(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 4:
        raise ValueError(text)
    return int(text)


def _answer(ask: Ask, question: str, read: Callable[[str], Answer]) -> Answer:
    while True:
        try:
            line = ask(question).strip()
        except EOFError as error:
            raise TranscriptError("the input ended before all was answered") from error
        try:
            return read(line)
        except (RoleplayError, ValueError):
            print(f"  {plain_words(line)!r} is no answer to that.")


def _text_of(transcript: Transcript) -> str:
    return json.dumps(transcript.to_json(), ensure_ascii=False, indent=1) + "\n"


def _write(transcript: Transcript, path: Path) -> None:
    try:
        path.write_text(_text_of(transcript), encoding="utf-8")
    except OSError as error:
        raise SettingsError(f"{path}: can't be written: {error.strerror}") from error


def _summary(kind: Format, transcript: Transcript) -> str:
    """What was imported, in one line."""
    turns = Counter(turn.speaker for _, turn in transcript.turns())
    channels = Counter(touch.channel for touch in transcript.touches)
    touches = ", ".join(f"{number} × {channel_words(channel)}" for channel, number in channels.items())
    speakers = ", ".join(f"{speaker} {number}" for speaker, number in turns.items())
    return f"{touches}, from {kind}; {count(turns.total(), 'turn')} ({speakers})"
