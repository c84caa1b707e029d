"""`roleplay demo-team`: a team to look around in, in a home of its own."""

import argparse
import asyncio
import json
import shlex
import sys
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from roleplay.cli.command import DONE
from roleplay.cli.text import wrapped
from roleplay.content.library import load_library, shipped_root
from roleplay.demo.living import Living
from roleplay.demo.plan import Plan, plan_of
from roleplay.errors import SettingsError, StoreError
from roleplay.listener.learned import LearnedListener
from roleplay.listener.learned.model import RememberingModel
from roleplay.settings import read_home, read_settings
from roleplay.store.sql import SqlStore

FOLDER: Final = "roleplay-demo"
MARK: Final = "demo-team.json"
"""Stands beside a demo's sessions; without it, sessions are somebody's own, and never written over."""


def run(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    """Have the team live its ten weeks, and say how to look at it."""
    home = read_home(environment) / FOLDER if options.into is None else options.into.expanduser().absolute()
    sessions = read_settings({"ROLEPLAY_HOME": str(home)}).database
    _check_may_write(home, sessions, force=options.force)
    plan = plan_of(datetime.now(UTC).date(), options.seed)
    started = time.perf_counter()
    try:
        _replace(home, sessions, lambda new: asyncio.run(_live(plan, new)))
    except OSError as error:
        raise StoreError(f"{home}: can't be written ({error.strerror}); give another folder with --into") from error
    spent_s = time.perf_counter() - started
    if options.json:
        told = {"home": str(home), "people": len(plan.people), "sessions": plan.sessions, "seconds": round(spent_s, 1)}
        print(json.dumps(told, ensure_ascii=False, indent=2))
        return DONE
    print(wrapped(f"{len(plan.people)} people and {plan.sessions} sessions, made in {spent_s:.0f} s. To look around:"))
    recruiter = next(member.name for member in plan.people if member.sessions)
    for who, name in (("the coach", plan.coach), ("a recruiter", recruiter)):
        there = f"ROLEPLAY_HOME={shlex.quote(str(home))}"
        if environment.get("ROLEPLAY_DB", "").strip():
            there += " ROLEPLAY_DB="  # not the database that is shared
        print(f"  as {who + ':':<13}{there} roleplay --as {shlex.quote(name)}")
    return DONE


def _check_may_write(home: Path, sessions: Path, *, force: bool) -> None:
    if not sessions.exists():
        return
    if not (home / MARK).exists():
        raise SettingsError(f"{home} holds sessions that are no demo's; give another folder with --into")
    if not force:
        raise SettingsError(f"{home} holds a demo team already; --force makes it anew, and what was done in it goes")


def _replace(home: Path, sessions: Path, make: Callable[[Path], None]) -> None:
    """Make the sessions beside their place and move them there, so that nothing half done is ever found."""
    home.mkdir(parents=True, exist_ok=True)
    new = sessions.with_name(f"{sessions.name}.new")
    _remove(new)
    try:
        make(new)
        (home / MARK).write_text('{"made_by": "roleplay demo-team"}\n', encoding="utf-8")
        _remove(sessions)
        new.replace(sessions)
    finally:
        _remove(new)


def _remove(database: Path) -> None:
    """Remove a database with its write-ahead log."""
    for ending in ("", "-wal", "-shm"):
        database.with_name(database.name + ending).unlink(missing_ok=True)


async def _live(plan: Plan, path: Path) -> None:
    store = await SqlStore.open(path)
    try:
        library = load_library([shipped_root()])
        living = Living(plan, store, library, LearnedListener(RememberingModel()))
        await living.live(lambda played: _show(played, plan.sessions))
    finally:
        _end_line()
        await store.aclose()


def _show(played: int, of: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{played} of {of} sessions", end="", file=sys.stderr, flush=True)
    elif played == of:
        print(f"{played} of {of} sessions", file=sys.stderr)


def _end_line() -> None:
    if sys.stderr.isatty():
        print(file=sys.stderr)
