"""`roleplay replay`: a session's state, rebuilt from its record."""

import argparse
import asyncio
from collections.abc import Mapping

from roleplay.cli.command import DONE, FAILED
from roleplay.cli.text import wrapped
from roleplay.record.events import SessionEnded
from roleplay.studio import Studio
from roleplay.wording import clock_words, contact_words, count
from roleplay.world.fold import fold


def run(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    """Fold the record; exit code 1 where it gives another state than was kept."""
    return asyncio.run(_run(options, environment))


async def _run(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    studio = await Studio.open(environment, has_library=False, name=options.me)
    try:
        case, events = await studio.store.read(options.id)
    finally:
        await studio.aclose()
    ended = next((at for at, event in enumerate(events) if isinstance(event, SessionEnded)), None)
    state = fold(case, events if ended is None else events[:ended])
    end = None if ended is None else events[ended]
    kept = end.state_digest if isinstance(end, SessionEnded) else None
    is_same = kept is None or kept == state.digest
    if options.json:
        print(state.model_dump_json(indent=2))
        return DONE if is_same else FAILED
    print(wrapped(f"{case.scenario.title}: {count(len(events), 'event')}, {clock_words(state.day, state.minute)}"))
    for role, contact in state.contacts.items():
        told = f"told {count(len(contact.told), 'fact')}, patience {contact.patience}, rapport {contact.rapport}"
        who = case.personas[role].first_name
        print(wrapped(f"{who}: {contact_words(contact, state.day)}; {told}", indent="    ", first="  "))
    verdict = (
        "no digest was kept" if kept is None else "as it was kept" if is_same else f"differs from what was kept, {kept}"
    )
    print(f"state {state.digest}: {verdict}")
    return DONE if is_same else FAILED
