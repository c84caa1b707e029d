"""A team's rules: who may do what, what an attempt is, what a coach sees, and what stays on record."""

import json
from pathlib import Path
from typing import Any

import pytest

from roleplay.content.mode import Mode
from roleplay.errors import DutyError, MoveError, NotFoundError, PeopleError, SettingsError
from roleplay.roster.assignments import Standing, Status
from roleplay.roster.events import PersonErased, SessionSubmitted
from roleplay.roster.people import Duty, Person
from roleplay.roster.review import Why
from roleplay.scoring.result import Verdict
from roleplay.store.sql import SqlStore
from roleplay.store.sql_team import SqlTeam
from roleplay.team.people import Wanted
from tests.store.old import dump, old_file
from tests.team.office import GOOD, POOR, Office


async def standing(office: Office, person: Person) -> Standing:
    (one,) = await office.team.assigning.mine(person)
    return one


# People


async def test_somebody_alone_meets_no_team(office: Office) -> None:
    assert await office.team.people.who(None) is None
    assert await office.team.people.who("Jen") is None


async def test_in_a_team_everybody_says_who_they_are(office: Office) -> None:
    await office.hire("Jen Ortiz")
    with pytest.raises(SettingsError, match="--as NAME"):
        await office.team.people.who(None)
    with pytest.raises(DutyError, match="nobody in the team is called 'Zoe'"):
        await office.team.people.who("Zoe")
    jen = await office.team.people.who("jen")
    assert jen is not None
    assert jen.name == "Jen Ortiz"


async def test_a_first_name_that_two_have_is_not_enough(office: Office) -> None:
    await office.hire("Jen Ortiz", "Jen Marsh")
    with pytest.raises(DutyError, match="Jen Marsh or Jen Ortiz"):
        await office.team.people.who("Jen")


@pytest.mark.parametrize(
    ("wanted", "why"),
    [
        ([Wanted(name="Jo")], "need a coach or an admin"),
        ([Wanted(name="=HYPERLINK(1)", duty="admin")], "takes for a formula"),
        ([Wanted(name="Jo", duty="boss")], "a duty is recruiter, coach, admin"),
        ([Wanted(name="Jo", duty="admin", email="jo at home")], "no e-mail address"),
        ([Wanted(name="Jo", duty="admin"), Wanted(name="JO", where="people.csv:3")], "people.csv:3: 'JO': 'Jo' has"),
        ([Wanted(name="x" * 81, duty="admin")], "81 characters"),
    ],
)
async def test_who_cannot_be_added_is_told_and_nobody_is(office: Office, wanted: list[Wanted], why: str) -> None:
    with pytest.raises(PeopleError, match=why):
        await office.team.people.add(None, wanted)
    assert await office.team.people.all() == []


async def test_only_an_admin_adds_and_somebody_must_be_left_who_can(office: Office) -> None:
    ada, cora, jen = await office.hire("Jen Ortiz")
    for person in (cora, jen):
        with pytest.raises(DutyError, match="only an admin adds people"):
            await office.team.people.add(person, [Wanted(name="New One")])
    await office.team.people.add(ada, [Wanted(name="New One")])
    await office.team.people.remove(ada, cora)
    with pytest.raises(DutyError, match="nobody would be left"):
        await office.team.people.change(ada, ada, {"duty": Duty.RECRUITER})


# Privacy of practice


async def test_practice_is_the_recruiters_alone_until_it_is_handed_in(office: Office) -> None:
    _, cora, jen, sam = await office.hire("Jen Ortiz", "Sam Field")
    session, _ = await office.play(jen)
    for other in (cora, sam):
        sessions = office.seen_by(other).sessions
        assert await sessions.sessions() == []
        with pytest.raises(DutyError):
            await sessions.read(session.id)
    await office.hand_in(jen, session)
    assert [each.id for each in await office.seen_by(cora).sessions.sessions()] == [session.id]
    await office.seen_by(cora).sessions.read(session.id)
    with pytest.raises(DutyError, match="somebody else's"):
        await office.seen_by(sam).sessions.read(session.id)


async def test_a_session_is_handed_in_once_by_its_own_recruiter_and_when_it_is_over(office: Office) -> None:
    _, _, jen, sam = await office.hire("Jen Ortiz", "Sam Field")
    session, _ = await office.play(jen)
    with pytest.raises(DutyError, match="isn't yours"):
        await office.team.assigning.submit(sam, session)
    with pytest.raises(MoveError, match="isn't over"):
        await office.team.assigning.submit(jen, session.model_copy(update={"is_over": False}))
    handed_in = await office.hand_in(jen, session)
    with pytest.raises(MoveError, match="already"):
        await office.team.assigning.submit(jen, handed_in)
    events = await office.team.store.events(sessions=[session.id])
    assert [event.kind for event in events] == ["session_submitted"]


# Assignments


async def test_an_assignment_goes_from_not_started_to_passed(office: Office) -> None:
    _, cora, jen = await office.hire("Jen Ortiz")
    assignment = await office.assign(cora, jen, pass_mark=60)
    assert (await standing(office, jen)).status is Status.NOT_STARTED
    poor, result = await office.play(jen, POOR, assignment)
    assert not result.passed
    assert (await standing(office, jen)).status is Status.IN_PROGRESS
    assert (await standing(office, jen)).unsubmitted == (poor.id,)
    await office.hand_in(jen, poor)
    good, result = await office.play(jen, GOOD, assignment)
    assert result.passed
    assert (await standing(office, jen)).status is Status.IN_PROGRESS, "it isn't handed in"
    await office.hand_in(jen, good)
    done = await standing(office, jen)
    assert (done.status, done.used, done.latest) == (Status.PASSED, 2, good.score)
    assert not done.is_late
    with pytest.raises(MoveError, match="it is passed"):
        await office.play(jen, GOOD, assignment)


async def test_the_pass_mark_and_the_scorecard_are_those_of_the_day_it_was_assigned(office: Office) -> None:
    _, cora, jen = await office.hire("Jen Ortiz")
    assignment = await office.assign(cora, jen, pass_mark=99.9)
    session, result = await office.play(jen, GOOD[:-1], assignment)
    assert not result.passed
    case, _ = await office.team.sessions.read(session.id)
    assert case.scorecard.pass_mark == 99.9
    assert case.digest == assignment.case_digest
    assert office.library.case("first-call-cto").scorecard.pass_mark != 99.9


async def test_all_attempts_used_up_is_failed(office: Office) -> None:
    _, cora, jen = await office.hire("Jen Ortiz")
    assignment = await office.assign(cora, jen, attempts=1)
    session, _ = await office.play(jen, POOR, assignment)
    await office.hand_in(jen, session)
    assert (await standing(office, jen)).status is Status.FAILED
    with pytest.raises(MoveError, match="all 1 attempts are used up"):
        await office.play(jen, GOOD, assignment)


async def test_what_is_late_is_overdue_and_can_still_be_passed(office: Office) -> None:
    _, cora, jen = await office.hire("Jen Ortiz")
    assignment = await office.assign(cora, jen, due="2026-03-05", pass_mark=60)
    office.clock.move(days=3.6)
    assert (await standing(office, jen)).status is Status.NOT_STARTED
    office.clock.move(days=0.1)
    assert (await standing(office, jen)).status is Status.OVERDUE
    session, _ = await office.play(jen, GOOD, assignment)
    await office.hand_in(jen, session)
    done = await standing(office, jen)
    assert done.status is Status.PASSED
    assert done.is_late


async def test_what_must_be_passed_before_stands_in_the_way(office: Office) -> None:
    _, cora, jen = await office.hire("Jen Ortiz")
    first = await office.assign(cora, jen, pass_mark=60)
    second = await office.assign(cora, jen, after=(first.id,))
    with pytest.raises(MoveError, match=f"{first.id} must be passed first"):
        await office.play(jen, GOOD, second)
    session, _ = await office.play(jen, GOOD, first)
    await office.hand_in(jen, session)
    await office.play(jen, GOOD, second)


async def test_of_an_exam_one_attempt_is_under_way_at_a_time(office: Office) -> None:
    _, cora, jen = await office.hire("Jen Ortiz")
    assignment = await office.assign(cora, jen, mode=Mode.EXAM, attempts=2)
    session, _ = await office.play(jen, POOR, assignment)
    assert session.mode is Mode.EXAM
    await office.hand_in(jen, session)
    assert (await standing(office, jen)).used == 1


async def test_an_attempt_that_the_voice_spoilt_uses_none_up(office: Office) -> None:
    _, cora, jen = await office.hire("Jen Ortiz")
    assignment = await office.assign(cora, jen, attempts=1)
    session, result = await office.play(jen, POOR, assignment)
    void = result.model_copy(update={"void": "the voice"})
    await office.store.keep_result(session.id, void.model_dump_json(), 0.0, passed=False)
    await office.hand_in(jen, session)
    assert (await standing(office, jen)).used == 0
    await office.play(jen, GOOD, assignment)


@pytest.mark.parametrize(("terms", "why"), [({"attempts": 11}, "from 1 to 10"), ({"pass_mark": 101}, "from 0 to 100")])
async def test_terms_that_cannot_be_are_one_line(office: Office, terms: dict[str, Any], why: str) -> None:
    _, cora, jen = await office.hire("Jen Ortiz")
    with pytest.raises(SettingsError, match=why):
        await office.assign(cora, jen, **terms)
    with pytest.raises(SettingsError, match="over already"):
        await office.assign(cora, jen, due="2020-01-01")
    with pytest.raises(NotFoundError, match="no assignment 'a-none'"):
        await office.assign(cora, jen, after=("a-none",))
    with pytest.raises(DutyError, match="only a coach assigns"):
        await office.assign(jen, jen)


async def test_what_was_handed_in_for_an_assignment_is_found_by_a_coach(office: Office) -> None:
    _, cora, jen = await office.hire("Jen Ortiz")
    assignment = await office.assign(cora, jen)
    with pytest.raises(NotFoundError, match="nothing was handed in yet"):
        await office.team.assigning.handed_in(cora, assignment.id)
    session, _ = await office.play(jen, POOR, assignment)
    await office.play(jen, POOR, assignment)
    await office.hand_in(jen, session)
    assert await office.team.assigning.handed_in(cora, assignment.id) == [session.id]
    with pytest.raises(DutyError, match="only a coach"):
        await office.team.assigning.handed_in(jen, assignment.id)


async def test_what_is_withdrawn_is_nobodys(office: Office) -> None:
    _, cora, jen = await office.hire("Jen Ortiz")
    assignment = await office.assign(cora, jen)
    await office.team.assigning.withdraw(cora, assignment.id)
    assert await office.team.assigning.mine(jen) == []
    with pytest.raises(NotFoundError):
        await office.team.assigning.begin(jen, assignment.id)


# Review


async def test_the_queue_holds_disputes_then_what_came_in_then_who_is_late(office: Office) -> None:
    _, cora, jen, sam = await office.hire("Jen Ortiz", "Sam Field")
    await office.assign(cora, sam, due="2026-03-03")
    office.clock.move(days=3)
    first, _ = await office.play(jen)
    second, _ = await office.play(jen, POOR)
    first, second = await office.hand_in(jen, first), await office.hand_in(jen, second)
    await office.seen_by(jen).reviewing.dispute(jen, second, "pain", "I asked it in other words.")
    team = office.seen_by(cora)
    queue = await team.reviewing.queue(cora, await team.assigning.overdue(cora))
    assert [(each.why, each.person, each.session) for each in queue] == [
        (Why.DISPUTED, "Jen Ortiz", second.id),
        (Why.SUBMITTED, "Jen Ortiz", first.id),
        (Why.OVERDUE, "Sam Field", None),
    ]
    with pytest.raises(DutyError):
        await team.reviewing.queue(jen, [])


async def test_a_coachs_word_answers_a_dispute_and_counts(office: Office) -> None:
    _, cora, jen = await office.hire("Jen Ortiz")
    session, before = await office.play(jen, POOR)
    session = await office.hand_in(jen, session)
    reviewing = office.seen_by(cora).reviewing
    await office.seen_by(jen).reviewing.dispute(jen, session, "pain", "I meant it.")
    with pytest.raises(MoveError, match="pain: disputed"):
        await reviewing.sign_off(cora, session)
    _, after = await reviewing.overrule(cora, session, "pain", Verdict.MET, "She asked indirectly.", turn="t1.2")
    assert after.score > before.score
    assert (await reviewing.of(session)).disputes == ()
    await reviewing.sign_off(cora, session)
    assert not (await reviewing.of(session)).is_open
    assert (await office.team.sessions.session(session.id)).score == after.score
    verdicts = {kept.criterion: kept.verdict for kept in await office.team.store.verdicts()}
    assert verdicts["pain"] == "met"
    await office.seen_by(jen).reviewing.dispute(jen, session, "deadline", "And this one?")
    assert (await reviewing.of(session)).is_open


async def test_all_that_the_scorer_is_sure_of_is_accepted_at_once(office: Office) -> None:
    _, cora, jen = await office.hire("Jen Ortiz")
    session, result = await office.play(jen)
    session = await office.hand_in(jen, session)
    await office.seen_by(jen).reviewing.dispute(jen, session, "listening", "It is wrong.")
    accepted = await office.seen_by(cora).reviewing.accept(cora, session)
    assert "pain" in accepted
    assert "listening" not in accepted
    assert set(accepted) <= {each.id for each in result.criteria}
    review = await office.team.reviewing.of(session)
    assert review.settled == set(accepted)
    with pytest.raises(MoveError, match="nothing is left"):
        await office.seen_by(cora).reviewing.accept(cora, session)


async def test_comments_stand_at_turns_and_what_is_sent_back_leaves_the_queue(office: Office) -> None:
    _, cora, jen = await office.hire("Jen Ortiz")
    session, _ = await office.play(jen)
    with pytest.raises(MoveError, match="wasn't handed in"):
        await office.seen_by(jen).reviewing.comment(jen, session, "A note.")
    session = await office.hand_in(jen, session)
    reviewing = office.seen_by(cora).reviewing
    await reviewing.comment(cora, session, "Good question.", turn="t1.2")
    with pytest.raises(NotFoundError, match="t9"):
        await reviewing.comment(cora, session, "Where?", turn="t9.9")
    with pytest.raises(MoveError, match="write a line"):
        await reviewing.comment(cora, session, "")
    await reviewing.send_back(cora, session, "Drill the bump.", drill="the-bump")
    review = await reviewing.of(session)
    assert [(each.turn, each.words) for each in review.comments] == [("t1.2", "Good question.")]
    assert review.sent_back is not None
    assert await reviewing.queue(cora, []) == []
    with pytest.raises(DutyError, match="only a coach reviews"):
        await office.seen_by(jen).reviewing.sign_off(jen, session)


# Privacy


async def test_what_is_held_is_given_out_whole_and_erased_with_a_trace(office: Office) -> None:
    ada, cora, jen, sam = await office.hire("Jen Ortiz", "Sam Field")
    session, _ = await office.play(jen)
    session = await office.hand_in(jen, session)
    await office.seen_by(cora).reviewing.comment(cora, session, "Jen, well done.")
    kept, _ = await office.play(sam)
    told = await office.team.privacy.give_out(jen, jen)
    assert "Why is it open?" in str(told)
    assert "Jen, well done." in str(told)
    with pytest.raises(DutyError):
        await office.team.privacy.give_out(sam, jen)
    with pytest.raises(DutyError, match="only an admin erases"):
        await office.team.privacy.erase(cora, jen)
    assert await office.team.privacy.erase(ada, jen) == 1
    assert [person.name for person in await office.team.people.all()] == ["Ada Admin", "Cora Coach", "Sam Field"]
    with pytest.raises(NotFoundError):
        await office.store.read(session.id)
    assert [each.id for each in await office.store.sessions()] == [kept.id]
    events = await office.team.store.events()
    assert isinstance(events[-1], PersonErased)
    assert not any(isinstance(event, SessionSubmitted) for event in events)
    dumped = dump(office.store.database.place.file)
    assert "Jen" not in dumped


async def test_of_a_coach_who_is_erased_the_word_stays_without_the_name(office: Office) -> None:
    ada, cora, jen = await office.hire("Jen Ortiz")
    session, _ = await office.play(jen, POOR)
    session = await office.hand_in(jen, session)
    await office.seen_by(cora).reviewing.overrule(cora, session, "pain", Verdict.MET, "She asked.", turn="t1.2")
    await office.team.privacy.erase(ada, cora)
    case, _ = await office.store.read(session.id)
    standing = await office.team.results.standing(session.id, case)
    assert standing is not None
    assert standing.criterion("pain").verdict is Verdict.MET
    assert standing.criterion("pain").words[-1].by is None
    dumped = dump(office.store.database.place.file)
    assert "Cora" not in dumped


async def test_old_sessions_go_when_the_policy_says_so(office: Office) -> None:
    ada, _, jen = await office.hire("Jen Ortiz")
    await office.play(jen)
    office.clock.move(days=40)
    young, _ = await office.play(jen)
    assert await office.team.privacy.expire(ada, 30) == 1
    assert [each.id for each in await office.store.sessions()] == [young.id]


async def test_a_policy_deletes_what_is_older_whenever_it_is_looked_at(office: Office) -> None:
    ada, cora, jen = await office.hire("Jen Ortiz")
    old, _ = await office.play(jen)
    with pytest.raises(DutyError, match="only an admin says how long"):
        await office.team.privacy.keep(cora, 30)
    assert await office.team.privacy.enforce() == 0
    await office.team.privacy.keep(ada, 30)
    office.clock.move(days=29)
    assert await office.team.privacy.enforce() == 0
    office.clock.move(days=2)
    young, _ = await office.play(jen)
    assert await office.team.privacy.enforce() == 1
    assert [each.id for each in await office.store.sessions()] == [young.id]
    assert old.id not in str(await office.team.store.events())
    await office.team.privacy.keep(ada, None)
    office.clock.move(days=400)
    assert await office.team.privacy.enforce() == 0


async def test_sessions_from_before_there_were_teams_keep_what_they_came_to(tmp_path: Path) -> None:
    path = tmp_path / "old.sqlite3"
    criteria = [{"id": name, "verdict": "missed"} for name in ("pain", "deadline", "priority")]
    words = [("pain", "met"), ("deadline", "met"), ("deadline", None)]
    connection = old_file(path, 5)
    connection.execute("INSERT INTO cases VALUES ('d', '{}')")
    connection.execute("INSERT INTO sessions VALUES ('s', 'x', 'X', 'Jen', 'd', '2026-01-31', '2026-01-31', 1, 2)")
    connection.execute(
        "INSERT INTO results (session_id, score, passed, json) VALUES ('s', 40, 0, ?)",
        (json.dumps({"criteria": criteria}),),
    )
    connection.executemany(
        "INSERT INTO overrulings (session_id, json) VALUES ('s', ?)",
        [(json.dumps({"criterion": name, "verdict": verdict}),) for name, verdict in words],
    )
    connection.commit()
    connection.close()
    store = await SqlStore.open(path)
    (listed,) = await store.sessions()
    kept = await SqlTeam(store).verdicts(only_submitted=False)
    await store.aclose()
    assert (listed.score, listed.passed, listed.is_void, listed.mode) == (40, False, False, Mode.COACHED)
    assert {each.criterion: each.verdict for each in kept} == {
        "pain": "met",
        "deadline": "missed",
        "priority": "missed",
    }
