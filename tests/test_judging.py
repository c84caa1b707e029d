"""Judged criteria after a live session, and what a coach decides: through the studio."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from roleplay.cli.text import debrief_text
from roleplay.content.library import Library
from roleplay.content.scorecard import Scorecard
from roleplay.errors import VoiceError
from roleplay.practice.spending import spent_in
from roleplay.record.events import SessionEnded
from roleplay.scoring.debrief import Debrief
from roleplay.scoring.judge import Scope, asked_of
from roleplay.scoring.result import Source, Verdict
from roleplay.settings import Endpoint, Settings
from roleplay.store.base import SessionStore
from roleplay.store.memory import MemoryStore
from roleplay.studio import Studio
from tests.doubles import FakeClock, happenings_of
from tests.llm.stand_in import StandInServer, fails, replies
from tests.tui.support import KeywordListener, small_library

LISTENS = {
    "kind": "judged",
    "title": "Take up their words",
    "weight": 10,
    "why": "They tell more.",
    "say": ["You said nights.", "So it's the nights?"],
    "checks": [{"id": "words", "asks": "Are their words taken up?"}],
    "met_from": 1,
    "partial_from": 1,
}


def library(criteria: Mapping[str, object]) -> Library:
    """The tests' own case, with more criteria on its scorecard."""
    whole = small_library()
    card = whole.scorecards["short-card"].model_dump(mode="json")
    more = Scorecard.model_validate({**card, "criteria": {**card["criteria"], **criteria}})
    return Library(personas=whole.personas, scenarios=whole.scenarios, scorecards={"short-card": more})


def studio_of(store: SessionStore, home: Path, content: Library, endpoint: Endpoint | None = None) -> Studio:
    return Studio(Settings(home=home, endpoint=endpoint), content, store, KeywordListener(), FakeClock())


async def finished(studio: Studio, *said: str) -> tuple[str, Debrief]:
    """A call played by the script, and its debrief."""
    voiced = studio.settings
    studio.settings = Settings(home=voiced.home)
    practice = await studio.start("first-call", seed=1)
    studio.settings = voiced
    await happenings_of(practice.begin())
    for words in said:
        await happenings_of(practice.say(words))
    await happenings_of(practice.leave())
    await practice.aclose()
    return practice.id, await studio.finish(practice)


def answers(content: Library, quote: str) -> str:
    """The judge says yes to the judged check, with a quote from the recruiter's first turn."""
    asked = asked_of(content.scorecards["short-card"], Scope.JUDGED)
    (wanted,) = asked.names["listens"]
    return json.dumps(
        {
            "answers": [
                {"check": name, "yes": name == wanted, "turn": 2 * (name == wanted), "quote": quote * (name == wanted)}
                for name in asked.by_name
            ]
        }
    )


async def test_after_a_session_the_model_that_is_set_judges_what_needs_one(store: SessionStore, tmp_path: Path) -> None:
    content = library({"listens": LISTENS})
    async with StandInServer(replies(answers(content, "What hurts"))) as server:
        studio = studio_of(store, tmp_path, content, server.endpoint())
        assert studio.judge_after(content.case("first-call")) == server.host
        session, debrief = await finished(studio, "What hurts?")
        assert len(server.requests) == 1
    listens = debrief.result.criterion("listens")
    assert (listens.verdict, listens.source) == (Verdict.MET, Source.JUDGE)
    _, events = await store.read(session)
    ended = next(at for at, event in enumerate(events) if isinstance(event, SessionEnded))
    assert spent_in(events[ended:]).requests == 1, "what it cost is in the session's record, and so in the day's"
    assert (await studio.store.spent_since(events[0].at)) != []


async def test_a_judge_that_fails_loses_nothing_but_its_own_verdicts(store: SessionStore, tmp_path: Path) -> None:
    content = library({"listens": LISTENS})
    async with StandInServer(fails(401)) as server:
        studio = studio_of(store, tmp_path, content, server.endpoint())
        session, debrief = await finished(studio, "What hurts?")
        assert debrief.result.criterion("pain").verdict is Verdict.MET
        listens = debrief.result.criterion("listens")
        assert listens.verdict is Verdict.NOT_JUDGED
        assert listens.reason.startswith("The language model gave no answer: ")
        with pytest.raises(VoiceError, match="the result stands as it was"):
            await studio.judge(session, Scope.JUDGED)
        assert len(await store.results(session)) == 1


async def test_where_nothing_needs_a_judge_none_is_asked(store: SessionStore, tmp_path: Path) -> None:
    async with StandInServer(fails(401)) as server:
        studio = studio_of(store, tmp_path, library({}), server.endpoint())
        assert studio.judge_after(studio.library.case("first-call")) is None
        await finished(studio, "What hurts?")
        assert server.requests == []


async def test_what_a_session_has_used_up_is_used_up_for_its_judge(store: SessionStore, tmp_path: Path) -> None:
    content = library({"listens": LISTENS})
    async with StandInServer(replies(answers(content, "What hurts"))) as server:
        studio = studio_of(store, tmp_path, content, server.endpoint())
        session, _ = await finished(studio, "What hurts?")
        studio.settings = studio.settings.model_copy(update={"budget": "session=1"})
        with pytest.raises(VoiceError, match="tokens are used up"):
            await studio.judge(session, Scope.ALL)
        assert len(server.requests) == 1


async def test_a_coach_decides_where_scorer_and_coaches_agreed_too_little(tmp_path: Path) -> None:
    store = MemoryStore()
    studio = studio_of(store, tmp_path, small_library())
    said = [("By when is that?", Verdict.MET)] * 8 + [("Well.", Verdict.MISSED)] * 7 + [("Well.", Verdict.MET)] * 4
    for words, verdict in said:
        session, debrief = await finished(studio, words)
        await studio.results.overrule(session, "date", verdict, "So I heard it.", by="Mia")
    _, debrief = await finished(studio, "What hurts?")
    assert "A coach decides" not in debrief_text(debrief), "19 cases are too few"
    session, _ = await finished(studio, "Well.")
    await studio.results.overrule(session, "date", Verdict.MET, "So I heard it.", by="Mia")
    _, debrief = await finished(studio, "What hurts?")
    decides = "A coach decides: scorer and coaches agree too little here (κ 0.53, 20 cases)."
    text = " ".join(debrief_text(debrief).split())
    assert text.count(decides) == 1
    assert text.index("Got a date: missed") < text.index(decides) < text.index("Put nobody under pressure")
    overruled = await studio.debrief(session)
    assert overruled is not None
    assert decides not in " ".join(debrief_text(overruled).split()), "there a coach has decided"
