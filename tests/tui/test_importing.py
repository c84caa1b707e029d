"""A real call is read, scored and saved, with keys only."""

import json
import re
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from roleplay.record.transcript import read_transcript
from roleplay.store.base import SessionStore
from roleplay.tui.debrief import DebriefScreen
from roleplay.tui.imported import ImportedScreen, SaveScreen
from roleplay.tui.importing import ImportScreen
from tests.tui.support import SIZES, app_of, burst, screen_text, studio_with, wait_for_text, wait_until

FILES = Path(__file__).parents[1] / "exchange" / "files"
BOTH_SIZES = pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
CALL = """\
WEBVTT

00:01.000 --> 00:03.000
<v Jen Ortiz>Morning Dana. What hurts?

00:04.000 --> 00:06.000
<v Dana Roe>Two of my seniors are on nights [/b] because of it.

00:07.000 --> 00:09.000
<v Jen Ortiz>And by when must somebody sit there?

00:10.000 --> 00:12.000
<v Dana Roe>By the March launch.
"""


@pytest.fixture
def call(tmp_path: Path) -> Path:
    path = tmp_path / "tuesday call.vtt"
    path.write_text(CALL, encoding="utf-8")
    return path


async def open_importing(pilot: Pilot[None], path: object) -> ImportScreen:
    """From home to the first step, with a path typed."""
    await wait_for_text(pilot, "Real call")
    await pilot.press("i")
    await wait_for_text(pilot, "Which file?")
    await wait_until(pilot, lambda: isinstance(pilot.app.focused, Input))
    await fill(pilot, str(path))
    screen = pilot.app.screen
    assert isinstance(screen, ImportScreen)
    return screen


async def fill(pilot: Pilot[None], words: str) -> None:
    """Put words into the field with the cursor, as a terminal pastes them, and press Enter."""
    field = pilot.app.focused
    assert isinstance(field, Input)
    field.value = words
    await pilot.press("enter")


async def focused_on(pilot: Pilot[None], name: str) -> None:
    """Wait until the cursor is in a field."""
    await wait_until(pilot, lambda: pilot.app.focused is not None and pilot.app.focused.id == name, name)


async def say_who_is_who(pilot: Pilot[None]) -> None:
    """Jen is the recruiter, Dana the CTO, of the rest what is offered."""
    await focused_on(pilot, "import-role-0")
    await pilot.press("down", "enter")
    await focused_on(pilot, "import-role-1")
    await pilot.press("down", "down", "enter")
    await focused_on(pilot, "import-channel")
    await pilot.press("enter")
    await focused_on(pilot, "import-openings")
    await pilot.press("3", "enter")
    await wait_for_text(pilot, "By which scorecard?")


async def score(pilot: Pilot[None], path: object) -> ImportedScreen:
    """From home to the debrief of a file."""
    await open_importing(pilot, path)
    await say_who_is_who(pilot)
    await wait_for_text(pilot, "Short card")
    await pilot.press("enter")
    await wait_until(pilot, lambda: isinstance(pilot.app.screen, ImportedScreen))
    await wait_for_text(pilot, "of 100")
    screen = pilot.app.screen
    assert isinstance(screen, ImportedScreen)
    return screen


def text_of(path: Path) -> str:
    """What stands in a file."""
    return path.read_text(encoding="utf-8")


async def wait_for_words(pilot: Pilot[None], words: str) -> None:
    """Wait until `words` stand in the last column, whatever is marked."""

    def column() -> str:
        lines = [re.split("[▏▕]", line)[-1] for line in screen_text(pilot.app).splitlines()]
        return " ".join(" ".join(lines).replace("▌", " ").split())

    await wait_until(pilot, lambda: words in column(), repr(words))


@pytest.mark.parametrize("key", ["enter", "ctrl+s"])
async def test_a_path_typed_faster_than_it_is_taken_in_is_read_whole(store: SessionStore, call: Path, key: str) -> None:
    app = app_of(studio_with(store))
    async with app.run_test(size=(80, 24)) as pilot:
        await wait_for_text(pilot, "Real call")
        await pilot.press("i")
        await focused_on(pilot, "import-path")
        burst(pilot, *str(call), "x", "backspace", key)
        await wait_for_text(pilot, "tuesday call.vtt: subtitles, 4 turns by 2 speakers")


@BOTH_SIZES
async def test_a_real_call_is_read_scored_and_quoted(store: SessionStore, size: tuple[int, int], call: Path) -> None:
    app = app_of(studio_with(store))
    async with app.run_test(size=size) as pilot:
        await open_importing(pilot, call)
        await wait_for_text(pilot, "tuesday call.vtt: subtitles, 4 turns by 2 speakers")
        await wait_for_text(pilot, "Jen Ortiz (2 turns, “Morning Dana. What hurts?”)")
        await wait_for_words(pilot, "Dana Roe Two of my seniors are on nights [/b] because of it.")
        await say_who_is_who(pilot)
        await wait_for_text(pilot, "1 × call, from subtitles; 4 turns (recruiter 2, cto 2)")
        await pilot.press("enter")
        await wait_for_text(pilot, "67 of 100: passed")
        await wait_for_text(pilot, "Dana Roe")
        assert "Halden" not in screen_text(app)
        await pilot.press("n", "m")
        await wait_for_words(pilot, "Jen Morning Dana. What hurts? ◂ Asked what hurts ✓ met")
        everything = " ".join(str(part.render()) for part in app.screen.query("#everything Static"))
        assert "“What hurts”" in everything
        for unknown in ("never learned", "The deadline", "hidden facts"):
            assert unknown not in everything
    assert await store.sessions() == [], "nothing of it is kept"


async def test_what_needs_a_session_is_not_offered(store: SessionStore, call: Path) -> None:
    app = app_of(studio_with(store))
    async with app.run_test(size=(140, 40)) as pilot:
        screen = await score(pilot, call)
        offered = {active.binding.action for active in screen.active_bindings.values() if active.enabled}
        assert {"save", "moment", "transcript"} <= offered
        assert not {"again", "from_here", "overrule", "judge"} & offered
        await pilot.press("a", "f", "o", "j")
        assert app.screen is screen


async def test_a_path_is_taken_as_a_terminal_drops_it(store: SessionStore, call: Path) -> None:
    app = app_of(studio_with(store))
    async with app.run_test(size=(80, 24)) as pilot:
        for dropped in (f"'{call}'", str(call).replace(" ", "\\ "), call.as_uri()):
            await open_importing(pilot, dropped)
            await wait_for_text(pilot, "Who is who?")
            await pilot.press("escape")
            await wait_for_text(pilot, "Which file?")
            await pilot.press("escape")


@BOTH_SIZES
async def test_a_bad_file_is_one_line_and_the_path_stays(
    store: SessionStore, size: tuple[int, int], tmp_path: Path
) -> None:
    silent = tmp_path / "silent.txt"
    silent.write_text("so we talked\nfor an hour\n", encoding="utf-8")
    app = app_of(studio_with(store))
    async with app.run_test(size=size) as pilot:
        await open_importing(pilot, "")
        await wait_for_text(pilot, "no file yet")
        await fill(pilot, str(tmp_path / "none.vtt"))
        await wait_for_text(pilot, "No such file or directory")
        await fill(pilot, str(tmp_path))
        await wait_for_text(pilot, "Is a directory")
        await fill(pilot, str(silent))
        await wait_for_text(pilot, "it doesn't say who speaks; begin each turn with a name")
        field = app.focused
        assert isinstance(field, Input)
        assert field.value == str(silent)


async def test_the_right_arrow_completes_a_path(store: SessionStore, call: Path) -> None:
    app = app_of(studio_with(store))
    async with app.run_test(size=(80, 24)) as pilot:
        await wait_for_text(pilot, "Real call")
        await pilot.press("i")
        await wait_until(pilot, lambda: isinstance(app.focused, Input))
        field = app.focused
        assert isinstance(field, Input)
        field.insert_text_at_cursor(f"{call.parent}/tues")
        await wait_until(pilot, lambda: field._suggestion == str(call))
        await pilot.press("right")
        assert field.value == str(call)


async def test_answers_that_cannot_be_are_told_where_they_stand(store: SessionStore, call: Path) -> None:
    app = app_of(studio_with(store))
    async with app.run_test(size=(80, 24)) as pilot:
        await open_importing(pilot, call)
        await focused_on(pilot, "import-role-0")
        await pilot.press("ctrl+s")
        await wait_for_text(pilot, "who is Jen Ortiz? recruiter, cto,")
        await fill(pilot, "hr")
        await fill(pilot, "Hiring manager")
        await fill(pilot, "fax")
        await fill(pilot, "many")
        await wait_for_text(pilot, "'fax' is no channel; there are call,")
        await focused_on(pilot, "import-channel")
        await fill(pilot, "")
        await pilot.press("enter")
        await wait_for_text(pilot, "'many' is no number of openings")
        await focused_on(pilot, "import-openings")
        await fill(pilot, "")
        await wait_for_text(pilot, "nobody is the recruiter; give one of Jen Ortiz, Dana Roe that role")


async def test_back_from_the_score_another_role_scores_anew(store: SessionStore, call: Path) -> None:
    app = app_of(studio_with(store))
    async with app.run_test(size=(80, 24)) as pilot:
        await score(pilot, call)
        await pilot.press("escape")
        await wait_for_text(pilot, "By which scorecard?")
        await pilot.press("escape")
        await wait_for_text(pilot, "Who is who?")
        await wait_until(pilot, lambda: isinstance(app.focused, Input))
        field = app.screen.query_one("#import-role-0", Input)
        assert field.value == "recruiter", "what was typed stays"
        field.value = "cto"
        app.screen.query_one("#import-role-1", Input).value = "recruiter"
        await pilot.press("ctrl+s")
        await wait_for_text(pilot, "(cto 2, recruiter 2)")
        await pilot.press("enter")
        await wait_for_text(pilot, "0 of 100: not passed")


async def test_mail_asks_for_no_channel_and_each_letter_has_its_day(store: SessionStore) -> None:
    app = app_of(studio_with(store))
    async with app.run_test(size=(140, 40)) as pilot:
        await open_importing(pilot, FILES / "thread.mbox")
        await focused_on(pilot, "import-role-0")
        assert not app.screen.query("#import-channel")
        await fill(pilot, "recruiter")
        await focused_on(pilot, "import-role-1")
        await fill(pilot, "cto")
        await focused_on(pilot, "import-openings")
        await pilot.press("enter")
        await wait_for_text(pilot, "3 × e-mail, from e-mail")
        await pilot.press("enter")
        await wait_for_text(pilot, "3 turns, in 3 touches up to day 4.")


async def test_turns_that_another_program_named_are_shown(store: SessionStore, tmp_path: Path) -> None:
    turns = [{"id": "Zeile 1/ä", "speaker": "recruiter", "text": "What hurts?"}]
    turns += [{"id": "Zeile.1/ä", "speaker": "plant manager", "text": "Nights."}]
    data = {"touches": [{"id": "x", "day": 0, "channel": "call", "with": ["plant manager"], "turns": turns}]}
    path = tmp_path / "own.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    app = app_of(studio_with(store))
    async with app.run_test(size=(80, 24)) as pilot:
        await open_importing(pilot, path)
        await focused_on(pilot, "import-openings")
        await pilot.press("enter")
        await wait_for_text(pilot, "By which scorecard?")
        await pilot.press("enter")
        await wait_until(pilot, lambda: isinstance(app.screen, DebriefScreen))
        await pilot.press("n", "m")
        await wait_for_words(pilot, "Zeile… You What hurts? ◂ Asked what hurts ✓ met")


async def save(pilot: Pilot[None], path: Path | None = None) -> None:
    """Press the key, change the path, press Enter."""
    await pilot.press("s")
    await wait_until(pilot, lambda: isinstance(pilot.app.screen, SaveScreen) and pilot.app.focused is not None)
    if path is None:
        await pilot.press("enter")
    else:
        await fill(pilot, str(path))


@BOTH_SIZES
async def test_the_transcript_is_saved_beside_its_source(
    store: SessionStore, size: tuple[int, int], call: Path
) -> None:
    app = app_of(studio_with(store))
    async with app.run_test(size=size) as pilot:
        await score(pilot, call)
        await save(pilot)
        await wait_for_text(pilot, "Saved. To score it again: roleplay score")
    saved = read_transcript(call.with_suffix(".json"))
    assert [turn.speaker for _, turn in saved.turns()] == ["recruiter", "cto", "recruiter", "cto"]
    assert saved.context.openings == 3


async def test_nothing_is_overwritten_unasked_and_the_source_never(store: SessionStore, call: Path) -> None:
    target = call.with_suffix(".json")
    target.write_text("mine", encoding="utf-8")
    app = app_of(studio_with(store))
    async with app.run_test(size=(80, 24)) as pilot:
        await score(pilot, call)
        await save(pilot, call)
        await wait_for_text(pilot, "that would overwrite the file that is imported")
        await fill(pilot, str(target))
        await wait_for_text(pilot, "Overwrite it?")
        await pilot.press("escape")
        await wait_until(pilot, lambda: isinstance(app.screen, ImportedScreen))
        assert text_of(target) == "mine"
        await save(pilot)
        await wait_for_text(pilot, "Overwrite it?")
        await pilot.press("enter")
        await wait_for_text(pilot, "Saved.")
        await save(pilot, call.parent / "none" / "call.json")
        await wait_for_text(pilot, "can't be written: No such file or directory")
    assert text_of(call) == CALL
    assert read_transcript(target).context.openings == 3


@BOTH_SIZES
async def test_a_long_call_stands_in_few_widgets_and_its_moments_are_found(
    store: SessionStore, size: tuple[int, int], tmp_path: Path
) -> None:
    path = tmp_path / "long.txt"
    said = "and so it went on, with nobody in that seat to do it, from one week into the next one"
    lines = [f"{('Jen', 'Dana')[at % 2]}: Part {at}, {said}." for at in range(600)]
    lines[480] = "Jen: And what hurts, if I may?"
    path.write_text("\n".join(lines), encoding="utf-8")
    app = app_of(studio_with(store))
    async with app.run_test(size=size) as pilot:
        await score(pilot, path)
        assert len(app.screen.query("*")) < 200, "not some widgets a turn"
        await pilot.press("n", "m")
        await wait_for_words(pilot, "t1.481 Jen And what hurts, if I may? ◂ Asked what hurts ✓ met")
        assert "▌ t1.481" in screen_text(app), "it is marked"
