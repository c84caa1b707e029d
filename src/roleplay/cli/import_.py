"""`roleplay import`: a real call or mail thread into a transcript, and into a score where a scorecard is named."""

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeVar

from roleplay.cli.command import DONE
from roleplay.cli.practice import is_terminal
from roleplay.content.acts import Channel
from roleplay.errors import TranscriptError
from roleplay.exchange.asking import (
    asks_channel,
    channel_named,
    check_askable,
    fitting_channel,
    known_roles,
    openings_in,
    transcript_by,
)
from roleplay.exchange.found import Found, Speaker
from roleplay.exchange.people import role_named, roles_given
from roleplay.exchange.reading import read_file
from roleplay.exchange.saving import check_target, text_of, write_transcript
from roleplay.import_wording import OPENINGS_ASKED, ROLES_ASKED, imported_words, nameless_words, speaker_words
from roleplay.record.transcript import Transcript
from roleplay.record.words import plain_words

Answer = TypeVar("Answer")
Ask = Callable[[str], str]
"""Puts a question to the user, and gives back the line that they typed."""
CHANNELS: Final = ", ".join(Channel)


def run(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    """Import a file; print the transcript, write it, or score it."""
    if options.output is not None:
        check_target(options.output, options.file)
    found = read_file(options.file)
    transcript = imported(found, options, input if is_terminal(sys.stdin, sys.stdout) else None)
    if nameless := nameless_words(found):
        print(f"roleplay: {options.file}: {nameless}", file=sys.stderr)
    if options.output is not None:
        write_transcript(transcript, options.output)
    if options.scorecard is not None:
        from roleplay.cli.score import print_score

        return print_score(transcript, options, environment)
    if options.output is None or options.json:
        print(text_of(transcript), end="")
    else:
        print(f"{options.output}: {imported_words(found.format, transcript)}")
    return DONE


def imported(found: Found, options: argparse.Namespace, ask: Ask | None) -> Transcript:
    """Return the transcript of a file, by the options given and the answers to what they leave open.

    Raises:
        TranscriptError: something isn't known and there is nobody to `ask`; or it can't be as it was said.
    """
    channel = None if options.channel is None else Channel(options.channel)
    openings = options.openings
    try:
        roles = known_roles(found, {} if options.speakers is None else roles_given(options.speakers))
        if ask is not None and any(speaker not in roles for speaker in found.speakers):
            check_askable(found)
            _ask_roles(found.speakers, roles, ask)
            if channel is None and asks_channel(found):
                channel = _ask_channel(roles, ask)
            openings = _ask_openings(ask) if openings is None else openings
        return transcript_by(found, roles, options.file, channel=channel, openings=openings, title=options.title)
    except TranscriptError as error:
        raise TranscriptError(f"{options.file}: {error}") from error


def _ask_roles(speakers: Sequence[Speaker], roles: dict[Speaker, str], ask: Ask) -> None:
    """Ask for the role of everybody who has none, until the answer is one."""
    for speaker in speakers:
        if speaker not in roles:
            print(speaker_words(speaker))
            roles[speaker] = _answer(ask, f"  {plain_words(speaker.name)} is: {ROLES_ASKED}? ", role_named)


def _ask_channel(roles: Mapping[Speaker, str], ask: Ask) -> Channel:
    fitting = fitting_channel(roles)
    question = f"Channel ({CHANNELS}; Enter: {fitting})? "
    return _answer(ask, question, lambda text: channel_named(text) if text else fitting)


def _ask_openings(ask: Ask) -> int | None:
    question = f"{OPENINGS_ASKED} (Enter: not known)? "
    return _answer(ask, question, lambda text: openings_in(text) if text else None)


def _answer(ask: Ask, question: str, read: Callable[[str], Answer]) -> Answer:
    while True:
        try:
            line = ask(question).strip()
        except EOFError as error:
            raise TranscriptError("the input ended before all was answered") from error
        try:
            return read(line)
        except TranscriptError as error:
            print(f"  {error}.")
