"""The team to look around in: what is in it, who sees what, and where it is never written."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest

from roleplay.cli.main import main
from roleplay.content.library import Library, load_library, shipped_root
from roleplay.content.mode import Mode
from roleplay.demo.living import Living
from roleplay.demo.plan import Assign, Plan, Play, Review, plan_of
from roleplay.errors import DutyError
from roleplay.listener.learned import LearnedListener
from roleplay.listener.learned.model import RememberingModel
from roleplay.record.events import RECRUITER, TurnSpoken
from roleplay.results import Results
from roleplay.roster.assignments import Status
from roleplay.roster.events import CommentMade, SentBack, SignedOff, VerdictOverruled
from roleplay.roster.people import Duty, Person
from roleplay.roster.review import Why
from roleplay.store.base import Viewer
from roleplay.store.sql import SqlStore
from roleplay.store.sql_team import SqlTeam
from roleplay.team.together import Team
from tests.doubles import FakeClock, TaggedListener
from tests.store.old import dump

TODAY = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
SESSIONS = 60


class Demo(NamedTuple):
    """A demo's store, seen by somebody."""

    store: SqlStore

    def seen_by(self, person: Person | None) -> Team:
        """The team as `person` sees it, on the demo's last day."""
        clock = FakeClock()
        store = self.store.seen_by(None if person is None else Viewer(person.name, coaches=person.duty.coaches))
        return Team(SqlTeam(store), store, Results(store, TaggedListener(), clock), clock)

    async def coach(self) -> Person:
        """Who coaches in it."""
        return next(each for each in await self.seen_by(None).people.all() if each.duty is Duty.COACH)


async def live(plan: Plan, path: Path, library: Library, listener: LearnedListener) -> None:
    store = await SqlStore.open(path)
    await Living(plan, store, library, listener).live(lambda played: None)
    await store.aclose()


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The same team, made twice."""
    library, listener = load_library([shipped_root()]), LearnedListener(RememberingModel())
    paths = tuple(tmp_path_factory.mktemp("demo") / "sessions.sqlite3" for _ in range(2))
    for path in paths:
        asyncio.run(live(plan_of(TODAY.date(), 1), path, library, listener))
    return paths[0], paths[1]


@pytest.fixture
async def demo(both: tuple[Path, Path]) -> AsyncIterator[Demo]:
    """A team to look around in."""
    store = await SqlStore.open(both[0])
    yield Demo(store)
    await store.aclose()


async def test_eight_people_played_sixty_sessions_over_ten_weeks(demo: Demo) -> None:
    people = await demo.seen_by(None).people.all()
    assert Counter(each.duty for each in people) == {Duty.ADMIN: 1, Duty.COACH: 1, Duty.RECRUITER: 6}
    assert {team for each in people for team in each.teams} == {"North", "South"}
    sessions = await demo.store.sessions(1000)
    assert len(sessions) == SESSIONS
    assert all(each.is_over and each.score is not None for each in sessions)
    begun = [each.started_at for each in sessions]
    assert max(begun) < TODAY
    assert timedelta(weeks=9) < max(begun) - min(begun) < timedelta(weeks=11)
    assert len({each.scenario_id for each in sessions}) >= 7
    assert {each.recruiter for each in sessions} == {each.name for each in people if each.duty is Duty.RECRUITER}


async def test_every_status_occurs_and_two_are_late_with_the_same(demo: Demo) -> None:
    coach = await demo.coach()
    standings = await demo.seen_by(coach).assigning.all(coach)
    assert {each.status for each in standings} == set(Status)
    late = [each for each in standings if each.status is Status.OVERDUE]
    assert len(late) == 2
    assert len({each.assignment.id for each in late}) == 1
    assert any(each.assignment.mode is Mode.EXAM for each in standings)


async def test_some_of_what_was_handed_in_is_reviewed_and_two_disputes_wait(demo: Demo) -> None:
    coach = await demo.coach()
    team = demo.seen_by(coach)
    events = await team.store.events()
    assert [event.at for event in events] == sorted(event.at for event in events)
    kinds = Counter(type(event) for event in events)
    assert kinds[VerdictOverruled] >= 3
    assert kinds[SignedOff] >= 10
    assert all(event.drill for event in events if isinstance(event, SentBack))
    assert kinds[SentBack] >= 2
    queue = await team.reviewing.queue(coach, await team.assigning.overdue(coach))
    assert sum(each.why is Why.DISPUTED for each in queue) == 2
    assert any(each.why is Why.SUBMITTED and each.assignment is None for each in queue)


async def test_comments_stand_at_turns_that_the_recruiter_spoke(demo: Demo) -> None:
    comments = [event for event in await demo.seen_by(None).store.events() if isinstance(event, CommentMade)]
    at_turns = [comment for comment in comments if comment.turn is not None]
    assert len(at_turns) >= 10
    for comment in at_turns:
        _, events = await demo.store.read(comment.session)
        spoken = {event.turn for event in events if isinstance(event, TurnSpoken) and event.speaker == RECRUITER}
        assert comment.turn in spoken
    assert not any("{" in comment.words for comment in comments)


async def test_nobodys_private_session_is_visible_to_the_coach(demo: Demo) -> None:
    coach = await demo.coach()
    private = [each for each in await demo.store.sessions(1000) if each.submitted_at is None]
    assert len(private) >= 20
    seen = demo.seen_by(coach).sessions
    listed = {each.id for each in await seen.sessions(1000)}
    assert len(listed) == SESSIONS - len(private)
    for session in private:
        assert session.id not in listed
        with pytest.raises(DutyError):
            await seen.read(session.id)


async def test_skills_grow(demo: Demo) -> None:
    for person in await demo.seen_by(None).people.all():
        theirs = await demo.store.sessions(1000, recruiter=person.name)
        if theirs:
            scores = [each.score or 0.0 for each in reversed(theirs)]
            assert sum(scores[-4:]) > sum(scores[:4]), person.name


async def test_recruiters_say_their_own_names(demo: Demo) -> None:
    for session in await demo.store.sessions(1000):
        _, events = await demo.store.read(session.id)
        said = " ".join(event.text for event in events if isinstance(event, TurnSpoken) and event.speaker == RECRUITER)
        assert "Jen" not in said


def test_the_same_seed_and_day_give_the_same_team(both: tuple[Path, Path]) -> None:
    first, second = (dump(path) for path in both)
    assert first == second


@pytest.mark.parametrize("day", range(7))
def test_whatever_the_day_one_thing_is_done_at_a_time_and_nothing_is_to_come(day: int) -> None:
    today = (TODAY + timedelta(days=day)).date()
    plan = plan_of(today, 1)
    times = [step.at for step in plan.steps]
    assert times == sorted(times)
    assert all(later - earlier > timedelta(minutes=30) for earlier, later in pairwise(times))
    assert times[-1].date() < today
    played = {step.number: step.at for step in plan.steps if isinstance(step, Play)}
    assert all(played[step.number] < step.at for step in plan.steps if isinstance(step, Review))
    assert all(step.at < step.due_at for step in plan.steps if isinstance(step, Assign))
    assert len({step.seed for step in plan.steps if isinstance(step, Play)}) > SESSIONS / 2


def test_it_goes_into_a_home_of_its_own_and_is_made_anew_only_when_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path / "a demo"
    assert main(["demo-team", "--into", str(home)]) == 0
    told = capsys.readouterr().out
    assert f"ROLEPLAY_HOME='{home}' roleplay --as 'David Osei'" in told
    assert f"ROLEPLAY_HOME='{home}' roleplay --as 'Marta Kowalska'" in told
    before = (home / "sessions.sqlite3").stat().st_mtime_ns
    assert main(["demo-team", "--into", str(home)]) == 2
    assert "holds a demo team already; --force makes it anew" in capsys.readouterr().err
    assert (home / "sessions.sqlite3").stat().st_mtime_ns == before
    assert main(["demo-team", "--into", str(home), "--force", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["sessions"] == SESSIONS
    assert sorted(path.name for path in home.iterdir()) == ["demo-team.json", "sessions.sqlite3"]


def test_sessions_that_are_no_demos_are_never_written_over(own_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own_home.mkdir()
    (own_home / "sessions.sqlite3").write_bytes(b"somebody's own")
    assert main(["demo-team", "--into", str(own_home), "--force"]) == 2
    assert "holds sessions that are no demo's" in capsys.readouterr().err
    assert (own_home / "sessions.sqlite3").read_bytes() == b"somebody's own"
