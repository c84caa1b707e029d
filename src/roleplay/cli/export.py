"""`roleplay export`: a finished session as a file for others, or as statements for a learning record store."""

import argparse
import asyncio
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from roleplay.cli.command import DONE
from roleplay.cli.practice import is_terminal
from roleplay.errors import MoveError, SettingsError
from roleplay.keys import SystemKeyring
from roleplay.remembered import read_remembered
from roleplay.reports.as_xapi import statements
from roleplay.reports.files import write_file
from roleplay.reports.formats import Format, file_bytes, file_name, written
from roleplay.reports.lrs import RecordStore, post, store_from
from roleplay.reports.report import Report, report_of
from roleplay.studio import Studio
from roleplay.wording import count


def run(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    """Write a session's report, or post it, or both."""
    return asyncio.run(_run(options, environment))


async def _run(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    wanted = _format(options)
    studio = await Studio.open(environment, has_library=False, name=options.me)
    try:
        store = None
        if options.post is not None:
            remembered = read_remembered(studio.settings.home)
            store = store_from(environment, options.post or None, remembered, SystemKeyring())
        reports = [await _report(studio, session) for session in await _wanted(studio, options)]
    finally:
        await studio.aclose()
    if wanted is not None:
        _write(wanted, reports, options)
    if store is not None:
        await _post(store, reports)
    return DONE


async def _wanted(studio: Studio, options: argparse.Namespace) -> Sequence[str]:
    """The ids of the sessions that are written.

    Raises:
        SettingsError: neither a session nor an assignment was named, or both.
        NotFoundError: nothing was handed in for the assignment.
    """
    if (options.session is None) == (options.assignment is None):
        raise SettingsError("name a session, or an assignment with --assignment")
    if options.assignment is None:
        return [str(options.session)]
    if studio.me is None:
        raise SettingsError("there is no team here, and nothing assigned; roleplay team add begins one")
    return await studio.team.assigning.handed_in(studio.me, options.assignment)


def _format(options: argparse.Namespace) -> Format | None:
    """What is written; None where it is only posted.

    Raises:
        SettingsError: the options don't fit together.
    """
    if options.format is None and options.post is not None:
        if options.output is not None:
            raise SettingsError("-o writes a file; name its --format, or leave -o out beside --post")
        return None
    wanted = Format.JSON if options.format is None else Format(options.format)
    if wanted is Format.PDF and options.output is None and is_terminal(sys.stdout):
        raise SettingsError("a PDF is nothing for a terminal; name a file with -o")
    return wanted


async def _report(studio: Studio, session_id: str) -> Report:
    debrief = await studio.debrief(session_id)
    if debrief is None:
        raise MoveError(f"session {session_id!r} isn't over; go on with: roleplay practice --resume {session_id}")
    session = await studio.store.session(session_id)
    _, events = await studio.store.read(session_id)
    people = [] if studio.me is None else await studio.team.store.people()
    email = next((person.email for person in people if person.name == session.recruiter), None)
    return report_of(session, events, debrief, email=email)


def _write(wanted: Format, reports: Sequence[Report], options: argparse.Namespace) -> None:
    text = written(wanted, reports)
    output: Path | None = options.output
    if output is not None:
        path = output / file_name(wanted, reports) if output.is_dir() else output
        write_file(path, file_bytes(wanted, text), replaces=options.force)
        print(f"roleplay: written: {path}", file=sys.stderr)
    elif isinstance(text, bytes):
        sys.stdout.buffer.write(text)
    else:
        sys.stdout.flush()
        sys.stdout.buffer.write(text.encode(errors="replace"))
        sys.stdout.buffer.flush()


async def _post(store: RecordStore, reports: Sequence[Report]) -> None:
    said = statements(reports)
    print(f"roleplay: {count(len(said), 'statement')} go to {store.shown} …", file=sys.stderr)
    taken = await post(store, said)
    print(f"roleplay: {store.host} took {count(taken, 'statement')}", file=sys.stderr)
