"""What the tests of reports share: sessions that were played, as reports, and what a machine must have."""

import os
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from pathlib import Path

import pytest

from roleplay.content.library import Library
from roleplay.errors import SettingsError
from roleplay.reports import as_pdf
from roleplay.reports.report import Comment, Report, report_of
from roleplay.results import Results
from roleplay.scoring.debrief import debrief_of
from roleplay.store.sql import SqlStore
from tests.doubles import FakeClock, TaggedListener, play, start
from tests.reports import browser

ASKED = (
    "[greeting] Hi, it's Jen Ortiz.",
    "[ask_pain] What isn't getting done with nobody in that seat?",
    "[ask_deadline] When do you need them by?",
    "[ask_slip] And if it takes a month longer?",
)
WROTE = ("[off_record bypass_hr ask_pain] HR must not know that we talk.\n\nWhat hurts most?", *ASKED[1:])
ONE_CALL = "first-call-cto"
SOME_DAYS = "hr-says-no-role"

Played = Callable[..., Awaitable[Report]]


@pytest.fixture(autouse=True)
def utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Show times in UTC, wherever the tests run."""
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def played(library: Library, store: SqlStore) -> Played:
    """Play a session of a shipped scenario, and give its report."""
    clock, listener = FakeClock(), TaggedListener()

    async def report(
        scenario: str = ONE_CALL,
        says: Sequence[str] = ASKED,
        *,
        recruiter: str | None = "Jen Ortiz",
        comments: tuple[Comment, ...] = (),
    ) -> Report:
        clock.move(1)
        practice = await start(library.case(scenario), store, clock=clock, recruiter=recruiter)
        await play(practice, says)
        case, events = await store.read(practice.id)
        result = await Results(store, listener, clock).score(practice.id, case, events)
        session = await store.session(practice.id)
        told = report_of(session, events, debrief_of(case, events, result))
        return told.model_copy(update={"comments": comments})

    return report


@pytest.fixture
def page(tmp_path: Path) -> Iterator[browser.Page]:
    """A tab of a real browser."""
    if browser.installed() is None:
        missing("no Chromium (Debian: apt install chromium)")
    with browser.browser(tmp_path / "profile") as opened:
        yield opened


@pytest.fixture
def pdf_library() -> None:
    """What PDFs are written with."""
    try:
        as_pdf.written([])
    except SettingsError as error:
        missing(str(error))


def missing(what: str) -> None:
    """Go on without a system's package on somebody's own machine; in continuous integration it has to be there."""
    if os.environ.get("TESTS_OF_REPORTS") == "all":
        pytest.fail(what)
    pytest.skip(what)
