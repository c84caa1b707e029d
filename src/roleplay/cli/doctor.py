"""`roleplay doctor`: what is in use, where words go, and whether it works."""

import argparse
import asyncio
import json
import time
from collections.abc import Mapping

from roleplay import __version__
from roleplay.around import library_of, listening, look_around
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
from roleplay.settings import Settings, read_settings
from roleplay.store.sqlite import SqliteStore
from roleplay.store.sqlite_team import SqliteTeam
from roleplay.team_wording import people_words
from roleplay.wording import count

SAMPLE = "And if that slips by a month, does it hurt you?"
SAMPLE_BEFORE = "We need her by November."
PATIENT_S = 30.0
"""How long the doctor waits for a model that a turn would wait 1.5 s for."""


def run(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    """Look at everything; exit code 1 where something doesn't work."""
    settings = read_settings(environment, wanted_voice(options), keys=SystemKeyring())
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
        await _store(settings),
        *await _team(settings),
        _content(settings),
        *voice,
        *await _listener(settings, has_voice=all(finding.is_well for finding in voice)),
    ]


async def _store(settings: Settings) -> Finding:
    try:
        store = await SqliteStore.open(settings.database)
        latest = await store.sessions(1)
        await store.aclose()
    except RoleplayError as error:
        return Finding(about="sessions", is_well=False, says=str(error))
    return Finding(about="sessions", is_well=True, says=f"{settings.database}{'' if latest else ', none yet'}")


async def _team(settings: Settings) -> list[Finding]:
    """How many people share the store; nothing where nobody does, or it can't be read, which is told already."""
    try:
        store = await SqliteStore.open(settings.database)
    except RoleplayError:
        return []
    try:
        people = await SqliteTeam(store).people()
    finally:
        await store.aclose()
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
