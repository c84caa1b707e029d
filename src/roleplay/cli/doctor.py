"""`roleplay doctor`: what is in use, where words go, and whether it works."""

import argparse
import asyncio
import json
import time
from collections.abc import Mapping

from roleplay import __version__
from roleplay.around import library_of, listening, look_around, seat
from roleplay.cli.command import DONE, FAILED
from roleplay.cli.finding import Finding
from roleplay.cli.practice import wanted_voice
from roleplay.cli.voice_check import voice_findings
from roleplay.content.acts import Channel
from roleplay.errors import RoleplayError
from roleplay.keys import SystemKeyring
from roleplay.listener.codebook import label_rows
from roleplay.listener.ear import KeptInMemory, ModelEar, Question
from roleplay.listener.learned import LearnedListener
from roleplay.listener.reading import Utterance
from roleplay.listener.rows import Group
from roleplay.practice.clock import SystemClock
from roleplay.settings import Settings, read_settings
from roleplay.signed_in import read_signed_in
from roleplay.store.schema import HEAD
from roleplay.store.sign_ins import SignIns
from roleplay.store.sql import SqlStore
from roleplay.store.sql_team import SqlTeam
from roleplay.team_wording import people_words
from roleplay.wording import count

SAMPLE = "And if that slips by a month, does it hurt you?"
SAMPLE_BEFORE = "We need her by November."
PATIENT_S = 30.0
"""How long the doctor waits for a model that a turn would wait 1.5 s for."""


def run(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    """Look at everything; exit code 1 where something doesn't work."""
    settings = read_settings(environment, wanted_voice(options), keys=SystemKeyring())
    if options.me is not None:
        settings = settings.model_copy(update={"recruiter": options.me})
    findings = asyncio.run(_findings(settings))
    if options.json:
        print(json.dumps([finding.model_dump() for finding in findings], ensure_ascii=False, indent=2))
    else:
        width = max(len(finding.about) for finding in findings)
        for finding in findings:
            print(f"{finding.about:<{width}}  {'' if finding.is_well else 'NOT WELL: '}{finding.says}")
    return DONE if all(finding.is_well for finding in findings) else FAILED


async def _findings(settings: Settings) -> list[Finding]:
    around = await look_around(settings)
    settings = around.settings
    voice = [finding async for finding in voice_findings(settings, around.found)]
    return [
        Finding(about="program", is_well=True, says=f"roleplay {__version__}"),
        *await _store(settings),
        _content(settings),
        *voice,
        *await _listener(settings, has_voice=all(finding.is_well for finding in voice)),
    ]


async def _store(settings: Settings) -> list[Finding]:
    """The database, its tables, and whoever shares it."""
    try:
        store = await SqlStore.open(settings.sessions)
    except RoleplayError as error:
        return [Finding(about="sessions", is_well=False, says=str(error))]
    try:
        if store.is_shared:
            return await _shared(settings, store)
        latest = await store.sessions(1)
        says = f"{settings.database}{'' if latest else ', none yet'}; tables at step {HEAD}"
        return [Finding(about="sessions", is_well=True, says=says), *await _team(store)]
    except RoleplayError as error:
        return [Finding(about="sessions", is_well=False, says=str(error))]
    finally:
        await store.aclose()


async def _shared(settings: Settings, store: SqlStore) -> list[Finding]:
    """A server's database: how far away it is, who sits here, and whether somebody does the work in its queue."""
    sign_ins = SignIns(store.database)
    started = time.perf_counter()
    is_guarded = await sign_ins.is_guarded()
    away_ms = 1000 * (time.perf_counter() - started)
    says = f"{store.shown}, answers in {away_ms:.0f} ms; tables at step {HEAD}"
    found = [Finding(about="sessions", is_well=True, says=says)]
    if await sign_ins.is_worker() and is_guarded:
        return [*found, Finding(about="sign-in", is_well=True, says="a worker's login"), await _queue(store)]
    if not is_guarded:
        owner = "the owner's login, which sees everything; recruiters use one with the role roleplay_app"
        return [*found, Finding(about="sign-in", is_well=True, says=owner), *await _team(store), await _queue(store)]
    names = list(read_signed_in(settings.home).at(store.shown))
    if len(names) > 1 and settings.recruiter is None:
        says = f"{', '.join(sorted(names))}: each says who they are with --as NAME"
        found.append(Finding(about="sign-in", is_well=True, says=says))
    try:
        seen, me = await seat(settings, store, settings.recruiter or next(iter(names), None), SystemClock())
    except RoleplayError as error:
        return [*found, Finding(about="sign-in", is_well=False, says=str(error))]
    assert me is not None, "who is signed in is somebody"
    if len(found) == 1:
        found.append(Finding(about="sign-in", is_well=True, says=f"{me.name}, {me.duty.value}"))
    found += await _team(seen)
    return [*found, await _queue(seen)] if me.duty.coaches else found


async def _queue(store: SqlStore) -> Finding:
    from roleplay.jobs.queue import lengths_of

    lengths = await lengths_of(store)
    says = f"{count(lengths.workers, 'worker')}; {lengths.waiting} waiting, {lengths.doing} under way"
    if lengths.aside:
        says += f", {lengths.aside} set aside (roleplay score --all says why, and tries again)"
    is_stuck = lengths.waiting > 0 and not lengths.workers
    return Finding(about="queue", is_well=not is_stuck, says=says)


async def _team(store: SqlStore) -> list[Finding]:
    """How many people share the store; nothing where nobody does."""
    people = await SqlTeam(store).people()
    return [Finding(about="team", is_well=True, says=people_words(people))] if people else []


def _content(settings: Settings) -> Finding:
    try:
        library = library_of(settings)
    except RoleplayError as error:
        first, *more = str(error).splitlines()
        return Finding(about="content", is_well=False, says=f"{first}{f' (and {len(more)} more)' if more else ''}")
    says = f"{count(len(library.scenarios), 'scenario')}, {count(len(library.personas), 'persona')}"
    return Finding(about="content", is_well=True, says=f"{says}, own content in {settings.own_content}")


async def _listener(settings: Settings, *, has_voice: bool) -> list[Finding]:
    async with listening(settings, KeptInMemory()) as listener:
        local = LearnedListener()
        started = time.perf_counter()
        await local.prepare()
        loaded = time.perf_counter()
        await local.read(Utterance(text=SAMPLE, before=SAMPLE_BEFORE))
        read = time.perf_counter()
        found = [
            Finding(
                about="listener",
                is_well=True,
                says=f"{local.name} on this machine; loaded in {1000 * (loaded - started):.0f} ms, "
                f"reads a turn in {1000 * (read - loaded):.0f} ms",
            )
        ]
        if settings.model_file is not None:
            says = "the local listener alone; a model inside isn't asked, so that it keeps its conversation"
            return [*found, Finding(about="ear", is_well=True, says=says)]
        if settings.endpoint is None:
            says = "the local listener alone; a language model would be asked where it is unsure"
            return [*found, Finding(about="ear", is_well=True, says=says)]
        if not settings.asks_model:
            says = "the local listener alone, since ROLEPLAY_EAR is local"
            return [*found, Finding(about="ear", is_well=True, says=says)]
        # A voice that failed is told already, and would only be waited for again.
        return [*found, await _ear(listener)] if has_voice else found


async def _ear(listener: LearnedListener) -> Finding:
    assert isinstance(listener.ear, ModelEar)
    ear = listener.ear.with_time_box(PATIENT_S)
    rows = label_rows(Group.RECRUITER)
    question = Question("the recruiter", Channel.CALL, SAMPLE_BEFORE, (), SAMPLE, (("ask_slip", rows["ask_slip"]),))
    started = time.perf_counter()
    answer = await ear.ask(question)
    spent_s = time.perf_counter() - started
    if answer.failure is not None:
        return Finding(about="ear", is_well=False, says=answer.failure)
    judged = "right" if answer.opinions["ask_slip"].stands else "wrong"
    slow = (
        f"; a turn waits {listener.ear.time_box_s:g} s, then the local reading stands"
        if spent_s > listener.ear.time_box_s
        else ""
    )
    return Finding(
        about="ear",
        is_well=True,
        says=f"{ear.name}, where the local listener is unsure; answered in {spent_s:.1f} s, and judged a plain "
        f"turn {judged}{slow}",
    )
