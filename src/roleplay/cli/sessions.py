"""`roleplay sessions`: past sessions, and one with its debrief."""

import argparse
import asyncio
import json
from collections.abc import Mapping

from roleplay.cli.command import DONE
from roleplay.cli.practice import session_json
from roleplay.cli.text import debrief_text, wrapped
from roleplay.record.events import RECRUITER
from roleplay.record.transcript import Transcript, transcript_of
from roleplay.record.words import plain_words
from roleplay.scoring.moments import Mark
from roleplay.scoring.remarks import Remark
from roleplay.store.base import KeptResult, StoredSession
from roleplay.studio import Studio
from roleplay.team_wording import handing_in_words
from roleplay.verdicts import mark_words, remark_words
from roleplay.wording import when, whole


def run(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    """List sessions, or show one."""
    return asyncio.run(_run(options, environment))


async def _run(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    studio = await Studio.open(environment, has_library=False, name=options.me)
    try:
        if options.id is None:
            _list(await studio.store.sessions(options.limit), as_json=options.json)
        else:
            await show(studio, options.id, as_json=options.json)
    finally:
        await studio.aclose()
    return DONE


def _list(sessions: list[StoredSession], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps([session.model_dump(mode="json") for session in sessions], ensure_ascii=False, indent=2))
        return
    if not sessions:
        print("No sessions yet; roleplay practice starts one.")
    for session in sessions:
        when = session.started_at.astimezone().strftime("%Y-%m-%d %H:%M")
        who = f", {session.recruiter}" if session.recruiter else ""
        what = plain_words(f"{session.title} ({session.turns} turns{who})")
        print(f"{session.id}  {when}  {_state(session):<15}  {what}")


def _state(session: StoredSession) -> str:
    if not session.is_over:
        return "unfinished"
    if session.score is None:
        return "not scored"
    if session.is_void:
        return "doesn't count"
    return f"{session.score:5.1f} {'passed' if session.passed else 'not passed'}"


async def show(studio: Studio, session_id: str, *, as_json: bool) -> None:
    """Print a session with its debrief and what others said about it.

    Raises:
        NotFoundError, DutyError: there is no such session, or it is somebody else's.
    """
    debrief = await studio.debrief(session_id)
    case, events = await studio.store.read(session_id)
    if debrief is None:
        transcript, marks = transcript_of(case, events), {}
        if as_json:
            print(json.dumps({"session": session_id, "transcript": transcript.to_json(), "result": None}, indent=2))
            return
        print(wrapped(f"{case.scenario.title}: not finished; go on with: roleplay practice --resume {session_id}"))
    elif as_json:
        results = [kept.model_dump(mode="json") for kept in await studio.store.results(session_id)]
        told = {**session_json(session_id, debrief), "results": results}
        if studio.me is not None:
            told["review"] = debrief.remarks.model_dump(mode="json")
        print(json.dumps(told, ensure_ascii=False, indent=2))
        return
    else:
        transcript, marks = debrief.transcript, debrief.marks
        print(debrief_text(debrief))
        _print_others([kept for kept in await studio.store.results(session_id) if not kept.by.is_own])
    print("Transcript")
    remarks = {} if debrief is None else debrief.remarks.at_turns
    names = {role: each.first_name for role, each in case.personas.items()}
    _print_transcript(transcript, names | await _recruiters_name(studio, session_id), marks, remarks)
    await _print_hand_in(studio, session_id, is_over=debrief is not None)


async def _recruiters_name(studio: Studio, session_id: str) -> dict[str, str]:
    """What the recruiter is called by somebody else who reads it."""
    recruiter = (await studio.store.session(session_id)).recruiter
    is_own = studio.me is None or recruiter is None or recruiter == studio.me.name
    return {} if is_own or recruiter is None else {RECRUITER: recruiter.split()[0]}


async def _print_hand_in(studio: Studio, session_id: str, *, is_over: bool) -> None:
    """How to hand in what could be."""
    session = await studio.store.session(session_id)
    if studio.me is not None and is_over and session.submitted_at is None:
        print()
        print(wrapped(handing_in_words(session)))


def _print_others(results: list[KeptResult]) -> None:
    """What the session came to by other scorecards than its own."""
    if not results:
        return
    print("Scored by other scorecards")
    for kept in results:
        at = "" if kept.by.scored_at is None else f"{when(kept.by.scored_at)}: "
        outcome = "doesn't count" if kept.is_void else f"{whole(kept.score)} of 100"
        print(wrapped(f"{at}{kept.scorecard}, {outcome}{', passed' if kept.passed else ''}", indent="    ", first="  "))
    print()


def _print_transcript(
    transcript: Transcript,
    names: Mapping[str, str],
    marks: Mapping[str, tuple[Mark, ...]],
    remarks: Mapping[str, tuple[Remark, ...]],
) -> None:
    for _, turn in transcript.turns():
        who = names.get(turn.speaker, "You")
        print(wrapped(f"{who}: {turn.text}", indent=" " * 8, first=f"  {turn.id:<5} "))
        for mark in marks.get(turn.id, ()):
            print(wrapped(mark_words(mark), indent=" " * 14, first=" " * 12))
        for remark in remarks.get(turn.id, ()):
            print(wrapped(f"» {remark_words(remark)}", indent=" " * 14, first=" " * 12))
