"""`roleplay db upgrade`, `check` and `copy`: a database's tables, and what they hold."""

import argparse
import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from roleplay.cli.command import DONE, FAILED
from roleplay.cli.text import wrapped
from roleplay.errors import DutyError
from roleplay.settings import read_settings
from roleplay.store import schema
from roleplay.store.copying import copy, held_in
from roleplay.store.database import Place, make_file, place_of
from roleplay.store.sign_ins import SignIns
from roleplay.store.sql import SqlStore
from roleplay.wording import count


def run(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    """Upgrade, check or copy; exit code 1 where a check finds that something is to be done."""
    place = place_of(read_settings(environment).sessions)
    match options.does:
        case "upgrade":
            return _upgrade(options, place)
        case "copy":
            return asyncio.run(_copy(options, place))
        case _:
            return asyncio.run(_check(options, place))


def place_given(target: str) -> Place:
    """The place that somebody names: a file, or a server's database."""
    return place_of(target if "://" in target else Path(target).expanduser().absolute())


def _upgrade(options: argparse.Namespace, place: Place) -> int:
    steps: list[str] = []
    if not place.is_shared:
        make_file(place.file)
    schema.upgrade(place, steps.append)
    if options.json:
        print(json.dumps({"database": place.shown, "stands_at": schema.HEAD, "steps": steps}, indent=2))
    else:
        taken = f"took {count(len(steps), 'step')}, and " if steps else ""
        print(wrapped(f"{place.shown}: {taken}stands at {schema.HEAD}, which this program needs."))
    return DONE


async def _check(options: argparse.Namespace, place: Place) -> int:
    if not place.is_shared and not place.file.exists():
        told_so = json.dumps({"database": place.shown, "stands_at": None}, indent=2)
        print(told_so if options.json else f"{place.shown}: not there yet; it is made when something is played")
        return DONE
    at = await asyncio.to_thread(schema.version, place)
    is_current = at == schema.HEAD
    told: dict[str, Any] = {"database": place.shown, "stands_at": at, "needs": schema.HEAD}
    if is_current:
        told["tables"] = await _tables(place)
    if options.json:
        print(json.dumps(told, indent=2))
        return DONE if is_current else FAILED
    if not is_current:
        schema.check(at, place)
    print(wrapped(f"{place.shown}: stands at {at}, which this program needs."))
    if told["tables"] is None:
        print(wrapped("This login sees only what is for whoever signs in; its owner's sees what the tables hold."))
    for name, held in (told["tables"] or {}).items():
        print(f"  {name:<14}{held['rows']:>9}  {held['digest'][:16]}")
    return DONE


async def _tables(place: Place) -> dict[str, dict[str, Any]] | None:
    """What the tables hold; None for a login that doesn't see all of it."""
    store = await SqlStore.open(place.address)
    try:
        if store.is_shared and await SignIns(store.database).is_guarded():
            return None
        return {name: held._asdict() for name, held in (await held_in(store)).items()}
    finally:
        await store.aclose()


async def _copy(options: argparse.Namespace, place: Place) -> int:
    to = place_given(options.target).address
    source = await SqlStore.open(place.address)
    try:
        target = await SqlStore.open(to)
        try:
            for store in (source, target):
                if store.is_shared and await SignIns(store.database).is_guarded():
                    raise DutyError(f"{store.shown}: this login sees only what is somebody's; copy as the owner")
            rows = await copy(source, target)
        finally:
            await target.aclose()
    finally:
        await source.aclose()
    if options.json:
        print(json.dumps({"from": source.shown, "to": target.shown, "rows": rows}, indent=2))
    else:
        print(wrapped(f"{count(rows, 'row')} copied from {source.shown} to {target.shown}; both hold the same."))
    return DONE
