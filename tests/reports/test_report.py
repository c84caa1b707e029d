"""What a report gathers: what coaches said, and how long was played."""

from datetime import timedelta

from roleplay.content.library import Library
from roleplay.reports import as_csv, as_html, as_markdown, as_xapi
from roleplay.reports.report import BREAK_S, Report, report_of
from roleplay.results import Results
from roleplay.scoring.debrief import debrief_of, with_remarks
from roleplay.scoring.remarks import Remark, Remarks
from roleplay.scoring.result import Verdict
from roleplay.store.sql import SqlStore
from tests.doubles import FakeClock, TaggedListener, connect, happenings_of, play, start
from tests.reports.conftest import ASKED, ONE_CALL

COACH = "Kim Roe"


async def reviewed(library: Library, store: SqlStore) -> Report:
    """A session that a coach overruled, commented on and signed off."""
    clock = FakeClock()
    practice = await start(library.case(ONE_CALL), store, clock=clock, recruiter="Jen Ortiz")
    await play(practice, ASKED)
    results = Results(store, TaggedListener(), clock)
    case, result = await results.overrule(practice.id, "pain", Verdict.MISSED, "Too thin.", by=COACH)
    _, events = await store.read(practice.id)
    at = clock.now()
    remarks = Remarks(
        at_turns={"t1.2": (Remark(by=COACH, at=at, words="Slower."),)},
        on_all=(Remark(by=COACH, at=at, words="Well begun."),),
        signed_off=Remark(by=COACH, at=at, words=""),
    )
    debrief = with_remarks(debrief_of(case, events, result), remarks)
    return report_of(await store.session(practice.id), events, debrief)


async def test_what_a_coach_said_stands_in_what_people_read_and_only_once(library: Library, store: SqlStore) -> None:
    report = await reviewed(library, store)
    assert [(each.turn, each.by, each.text) for each in report.comments] == [
        (None, COACH, "Well begun."),
        ("t1.2", COACH, "Slower."),
    ]
    for text in (as_html.written([report]), as_markdown.written([report]).replace("\\", "")):
        for words in ("Well begun.", "Slower.", "Too thin.", "The scorer: met", "Signed off by Kim Roe"):
            assert text.count(words) == 1, words


async def test_who_overruled_stands_in_the_table_and_that_it_was_in_the_statement(
    library: Library, store: SqlStore
) -> None:
    report = await reviewed(library, store)
    row = next(line for line in as_csv.written([report]).splitlines() if '"pain"' in line)
    assert f'"missed","0","12","coach","{COACH}"' in row
    assert '/extensions/overruled": true' in as_xapi.written([report])
    assert COACH not in as_xapi.written([report])


async def test_a_break_isnt_played_time(library: Library, store: SqlStore) -> None:
    clock = FakeClock()
    practice = await start(library.case(ONE_CALL), store, clock=clock)
    await connect(practice)
    clock.move(timedelta(seconds=BREAK_S * 2) / timedelta(days=1))
    await happenings_of(practice.say(ASKED[1]))
    await happenings_of(practice.leave())
    case, events = await store.read(practice.id)
    result = await Results(store, TaggedListener(), clock).score(practice.id, case, events)
    report = report_of(await store.session(practice.id), events, debrief_of(case, events, result))
    assert report.ended_at is not None
    assert report.spent_s is not None
    assert 0 < report.spent_s < BREAK_S < (report.ended_at - report.started_at).total_seconds()
