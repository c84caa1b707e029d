"""What the tests of the screens share: a case of their own, an actor with a gate, the screen as text."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from textual.app import App
from textual.events import Key
from textual.pilot import Pilot

from roleplay.actor.base import Actor
from roleplay.actor.scripted import ScriptedActor, scripted_words
from roleplay.content.acts import Act, Topic
from roleplay.content.case import Case
from roleplay.content.difficulty import Difficulty
from roleplay.content.library import Library
from roleplay.content.mode import Mode
from roleplay.content.persona import MIN_LINES, MIN_LINES_DEFAULT, Persona, Situation
from roleplay.content.scenario import Scenario
from roleplay.content.scorecard import Scorecard
from roleplay.listener.reading import Cue, HeardAct, Reading, Span, Utterance
from roleplay.practice.loop import Practice
from roleplay.record.events import AnswerDirected
from roleplay.roster.people import Person
from roleplay.settings import Settings
from roleplay.store.base import SessionStore, Viewer
from roleplay.store.sql import SqlStore
from roleplay.studio import Studio
from roleplay.tui.app import PracticeApp, Start
from roleplay.tui.debrief import DebriefScreen
from roleplay.world.state import State
from tests.doubles import DeafListener, FakeClock
from tests.firm import token_of

DEADLINE_S: Final = 20.0
SIZES: Final = ((80, 24), (140, 40))

HEARD: Final = {
    "what hurts": Act.ASK_PAIN,
    "what do you lose": Act.ASK_CONSEQUENCE,
    "by when": Act.ASK_DEADLINE,
    "agreement": Act.REQUIRE_AGREEMENT,
    "tuesday at ten": Act.PROPOSE_NEXT_STEP,
    "you must decide": Act.PRESSURE,
}


class KeywordListener(DeafListener):
    """Hears an act where its words stand; goodbye is goodbye."""

    name = "keyword/1"

    async def read(self, utterance: Utterance) -> Reading:
        """Find the words."""
        text = utterance.text.lower()
        acts = []
        for words, act in HEARD.items():
            at = text.find(words)
            if at >= 0:
                acts.append(HeardAct(act=act, confidence=1, span=Span(start=at, end=at + len(words))))
        return Reading(acts=tuple(acts), cues=(Cue.CLOSING,) if "goodbye" in text else ())


class GatedActor:
    """Says a turn word by word; each word waits until it is let through."""

    name = "gated-model"
    goes_to: str | None = "models.example:8080"
    prompt: str | None = None

    def __init__(self, *, is_open: bool = False) -> None:
        self.is_closed = False
        self._words_let = asyncio.Semaphore(0)
        self._is_open = is_open

    def let(self, words: int = 1) -> None:
        """Let some words through."""
        for _ in range(words):
            self._words_let.release()

    def let_all(self) -> None:
        """Let everything through from now on."""
        self._is_open = True
        self.let(200)

    async def prepare(self) -> None:
        """Always ready."""

    async def speak(self, case: Case, state: State, direction: AnswerDirected) -> AsyncGenerator[str, None]:
        """Yield the script's words one by one."""
        for word in scripted_words(direction).split():
            if not self._is_open:
                await self._words_let.acquire()
            yield word + " "

    async def aclose(self) -> None:
        """Remember that it was closed."""
        self.is_closed = True


@dataclass
class FakeStudio(Studio):
    """A studio whose voice and seed a test has chosen."""

    voice: Actor = field(default_factory=ScriptedActor)

    @property
    def goes_to(self) -> str | None:
        """Where the voice is."""
        return self.voice.goes_to

    def actor(self) -> Actor:
        """The test's voice."""
        return self.voice

    async def start(
        self,
        scenario_id: str,
        *,
        seed: int | None = None,
        recruiter: str | None = None,
        difficulty: Difficulty = Difficulty.NORMAL,
        mode: Mode = Mode.COACHED,
    ) -> Practice:
        """Start with a seed that is always the same."""
        return await super().start(
            scenario_id, seed=1 if seed is None else seed, recruiter=recruiter, difficulty=difficulty, mode=mode
        )


def studio_with(
    store: SessionStore,
    *,
    library: Library | None = None,
    voice: Actor | None = None,
    me: Person | None = None,
    clock: FakeClock | None = None,
) -> FakeStudio:
    """A studio by hand: the tests' own case, a fixed clock, fixed ids; in a team, as `me` sees it."""
    settings = Settings(home=Path("/nowhere"))
    content = library or small_library()
    if me is not None:
        assert isinstance(store, SqlStore), "a team shares a database"
        signed_in = store.signed_in_with(token_of(me.id)) if store.is_shared else store
        store = signed_in.seen_by(Viewer(me.name, coaches=me.duty.coaches))
    hears, told = KeywordListener(), clock or FakeClock()
    return FakeStudio(settings, content, store, hears, told, me=me, voice=voice or ScriptedActor())


def app_of(studio: Studio, start: Start | None = None) -> PracticeApp:
    """An app that draws nothing over time."""
    app = PracticeApp(studio, start=start)
    app.animation_level = "none"
    return app


def screen_text(app: App[None]) -> str:
    """What stands on the screen, line by line."""
    strips = app.screen._compositor.render_strips()
    return "\n".join(strip.text.rstrip() for strip in strips).rstrip() + "\n"


async def wait_until(pilot: Pilot[None], condition: Callable[[], bool], what: str = "") -> None:
    """Wait until `condition` holds; fail with the screen where it doesn't in time."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + DEADLINE_S
    while not condition():
        if loop.time() > deadline:
            raise AssertionError(f"waited in vain for {what or condition}:\n{screen_text(pilot.app)}")
        await pilot.pause()


async def wait_for_text(pilot: Pilot[None], words: str) -> None:
    """Wait until `words` stand on the screen, in a panel or not, however they are wrapped."""
    await wait_until(pilot, lambda: words in " ".join(screen_text(pilot.app).replace("│", " ").split()), repr(words))


async def say(pilot: Pilot[None], words: str) -> None:
    """Type `words` and press Enter."""
    await pilot.press(*(_key(character) for character in words), "enter")


def burst(pilot: Pilot[None], *pressed: str) -> None:
    """Press keys, or characters, all at once: faster than a field takes them in."""
    for each in pressed:
        pilot.app.post_message(Key(_key(each), each if len(each) == 1 else None))


async def hang_up(pilot: Pilot[None]) -> None:
    """End a call with Nora, and wait for its debrief."""
    await pilot.press("ctrl+g")
    await wait_for_text(pilot, "Hang up on Nora?")
    await pilot.press("enter")
    await wait_until(pilot, lambda: isinstance(pilot.app.screen, DebriefScreen))


def _key(character: str) -> str:
    return {" ": "space", ".": "full_stop", ",": "comma", "?": "question_mark", "'": "apostrophe"}.get(
        character, character
    )


def small_library(prefix: str = "") -> Library:
    """One scenario, one persona, one scorecard; `prefix` stands before every word that somebody reads."""
    persona = _persona(prefix)
    return Library(
        personas={"nora-lind": persona},
        scenarios={"first-call": _scenario(prefix)},
        scorecards={"short-card": _scorecard(prefix)},
    )


def _persona(prefix: str) -> Persona:
    lines = {
        situation: tuple(
            f"{prefix}{situation.value.replace('_', ' ').capitalize()}, said in way {number}."
            for number in range(1, MIN_LINES.get(situation, MIN_LINES_DEFAULT) + 1)
        )
        for situation in Situation
    }
    deflections = {
        topic: tuple(f"{prefix}On {topic.value.replace('_', ' ')} not yet, way {number}." for number in range(1, 4))
        for topic in Topic
    }
    return Persona.model_validate(
        {
            "name": f"{prefix}Nora Lind",
            "title": f"{prefix}Head of Operations",
            "about": "Runs a depot.",
            "style": "Short.",
            "temper": {"patience": 8, "candour": 2, "warmth": 1},
            "deflections": deflections,
            "lines": lines,
        }
    )


def _scenario(prefix: str) -> Scenario:
    def fact(topic: str, act: str, says: str, ask: str) -> dict[str, object]:
        return {
            "known_by": ["ops"],
            "topic": topic,
            "says": f"{prefix}{says}",
            "ask": f"{prefix}{ask}",
            "earned_by": {"any_of": [act]},
            "lines": {"ops": [f"{prefix}{says} Way {number}." for number in range(1, 4)]},
        }

    return Scenario.model_validate(
        {
            "title": f"{prefix}A first call to a depot",
            "summary": f"{prefix}Nora Lind has three openings. Find out what hurts before you take them.",
            "brief": f"{prefix}The depot in Halden has three openings. You know nothing else about them. A friend of "
            "Nora's said that she answers her phone before eight, and that she likes it short.",
            "goal": f"{prefix}Know the reason, the loss and the date, and leave with a next step.",
            "openings": 3,
            "company": f"{prefix}Halden Freight",
            "cast": {"ops": "nora-lind"},
            "calls": "ops",
            "scorecard": "short-card",
            "minutes": 10,
            "case": {"ops": "I run the depot."},
            "history": [{"speaker": "ops", "text": f"{prefix}Call me on Monday, early."}],
            "facts": {
                "night-shift": fact("pain", "ask_pain", "The night shift runs with two people short.", "What hurts?"),
                "harbour": fact("consequence", "ask_consequence", "The harbour contract ends.", "What do you lose?"),
                "june": fact("date", "ask_deadline", "They must be there by the third of June.", "By when?"),
            },
        }
    )


def _scorecard(prefix: str) -> Scorecard:
    def act(title: str, act: str, weight: int) -> dict[str, object]:
        return {
            "title": f"{prefix}{title}",
            "kind": "act",
            "acts": [act],
            "weight": weight,
            "why": f"{prefix}Without it you have nothing to come back with.",
            "say": [f"{prefix}One way to say it.", f"{prefix}Another way to say it."],
        }

    return Scorecard.model_validate(
        {
            "title": "Short card",
            "about": "Tests.",
            "pass_mark": 60,
            "criteria": {
                "pain": act("Asked what hurts", "ask_pain", 40),
                "loss": act("Asked what it costs", "ask_consequence", 30),
                "date": act("Got a date", "ask_deadline", 20),
                "calm": {**act("Put nobody under pressure", "pressure", 10), "kind": "never"},
            },
        }
    )
