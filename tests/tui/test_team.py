"""A team in the terminal, with keys only: assign, practise, hand in, review, dispute, and see skills grow."""

import pytest
from textual.pilot import Pilot

from roleplay.content.mode import Mode
from roleplay.roster.assignments import Status
from roleplay.roster.people import Person
from roleplay.store.sql import SqlStore
from roleplay.store.sql_team import SqlTeam
from roleplay.team.assigning import Terms, due_of
from roleplay.team.people import People, Wanted
from roleplay.tui.app import PracticeApp, Start
from roleplay.tui.assigning import AssignScreen
from roleplay.tui.brief import BriefScreen
from roleplay.tui.call import CallScreen
from roleplay.tui.debrief import DebriefScreen
from roleplay.tui.home import HomeScreen
from roleplay.tui.progress import PageScreen, SkillsScreen
from roleplay.tui.queue import QueueScreen
from roleplay.tui.remarked import OwnScreen
from roleplay.tui.review import ReviewScreen
from tests.doubles import FakeClock
from tests.firm import Firm, on_both
from tests.tui.support import (
    SIZES,
    app_of,
    burst,
    hang_up,
    say,
    screen_text,
    studio_with,
    wait_for_text,
    wait_until,
)

GOOD = ("What hurts?", "What do you lose?", "By when?")
POOR = ("Well", "You must decide")


OFFICE = (
    Wanted(name="Cora Coach", duty="coach"),
    Wanted(name="Jen Ortiz", teams=("North",)),
    Wanted(name="Sam Field", teams=("North",)),
)


async def office(store: SqlStore, clock: FakeClock) -> list[Person]:
    return await People(SqlTeam(store), clock).add(None, OFFICE)


def app_for(store: SqlStore, me: Person, clock: FakeClock, start: Start | None = None) -> PracticeApp:
    return app_of(studio_with(store, me=me, clock=clock), start)


async def type_words(pilot: Pilot[None], words: str) -> None:
    names = {" ": "space", ".": "full_stop", "-": "minus", ":": "colon", "/": "slash", ",": "comma", "'": "apostrophe"}
    await pilot.press(*(names.get(character, character) for character in words))


async def assign(pilot: Pilot[None], app: PracticeApp, *, attempts: str) -> None:
    """From the queue: the first scenario, for the whole team."""
    await pilot.press("n")
    await wait_for_text(pilot, "What is to be practised?")
    await pilot.press("enter")
    await wait_for_text(pilot, "Who is to practise it?")
    await pilot.press("space", "ctrl+s")
    await wait_for_text(pilot, "On which terms?")
    await pilot.press("ctrl+s")
    await wait_for_text(pilot, "Say when it is due.")
    await type_words(pilot, "2026-04-01")
    await pilot.press("tab", "tab")
    await type_words(pilot, "60")
    await pilot.press("tab")
    await type_words(pilot, attempts)
    await pilot.press("tab", "tab")
    await type_words(pilot, "grim")
    await pilot.press("ctrl+s")
    await wait_for_text(pilot, "is none of easy, normal, hard")
    await pilot.press(*["backspace"] * 4)
    await type_words(pilot, "easy")
    await pilot.press("ctrl+s")
    await wait_until(pilot, lambda: not isinstance(app.screen, AssignScreen), "the assignment to be made")


async def play(pilot: Pilot[None], app: PracticeApp, turns: tuple[str, ...]) -> OwnScreen:
    """From home: the assignment that stands first, to its debrief."""
    await wait_for_text(pilot, "Assigned")
    await wait_until(pilot, lambda: isinstance(app.screen, HomeScreen) and app.screen.choices.entries[0].has_focus)
    await pilot.press("enter")
    await wait_for_text(pilot, "Enter calls")
    await pilot.press("enter")
    await wait_until(pilot, lambda: isinstance(app.screen, CallScreen))
    await wait_for_text(pilot, "Your turn.")
    for number, words in enumerate(turns, start=1):
        await say(pilot, words)
        await wait_for_text(pilot, f"{2 * number + 1} turns")
        await wait_for_text(pilot, "Your turn.")
    await hang_up(pilot)
    screen = app.screen
    assert isinstance(screen, OwnScreen)
    return screen


async def hand_in(pilot: Pilot[None]) -> None:
    await wait_for_text(pilot, "Hand in")
    await pilot.press("u")
    await wait_for_text(pilot, "Handed in. A coach sees it from now on.")


async def coach_assigns(store: SqlStore, cora: Person, clock: FakeClock, size: tuple[int, int]) -> None:
    app = app_for(store, cora, clock)
    async with app.run_test(size=size) as pilot:
        await wait_for_text(pilot, "Review")
        await pilot.press("v")
        await wait_for_text(pilot, "Nothing waits for you.")
        await assign(pilot, app, attempts="2")
        await wait_until(pilot, lambda: isinstance(app.screen, QueueScreen))


async def recruiter_practises(store: SqlStore, jen: Person, clock: FakeClock, size: tuple[int, int]) -> None:
    app = app_for(store, jen, clock)
    async with app.run_test(size=size) as pilot:
        await play(pilot, app, POOR)
        await hand_in(pilot)
        await pilot.press("h")
        await play(pilot, app, GOOD)
        await hand_in(pilot)
        await pilot.press("h")
        await wait_until(pilot, lambda: "Assigned" not in screen_text(app), "what is passed to leave home")


async def work_through(pilot: Pilot[None]) -> None:
    """Overrule a verdict, comment, accept the rest, and send it back."""
    await pilot.press("n", "o")
    await wait_for_text(pilot, "Your verdict")
    await pilot.press("left", "tab")
    await type_words(pilot, "You meant it.")
    await pilot.press("ctrl+s")
    await wait_for_text(pilot, "Kept.")
    await pilot.press("w")
    await wait_for_text(pilot, "A comment")
    await type_words(pilot, "Ask it plainly.")
    await pilot.press("ctrl+s")
    await wait_for_text(pilot, "Written down.")
    await pilot.press("y")
    await wait_for_text(pilot, "may stand.")
    await pilot.press("b")
    await wait_for_text(pilot, "What to work on")
    await type_words(pilot, "Once more, with the loss.")
    await pilot.press("ctrl+s")
    await wait_for_text(pilot, "Sent back.")


async def coach_reviews(store: SqlStore, cora: Person, clock: FakeClock, size: tuple[int, int]) -> None:
    app = app_for(store, cora, clock)
    async with app.run_test(size=size) as pilot:
        await wait_for_text(pilot, "Review")
        await pilot.press("v")
        await wait_for_text(pilot, "3 wait.")
        assert "Sam Field" in screen_text(app)
        await pilot.press("enter")
        await wait_until(pilot, lambda: isinstance(app.screen, ReviewScreen))
        review = app.screen
        assert isinstance(review, ReviewScreen)
        assert review._debrief.result.score < 60, "the older one comes first"
        await work_through(pilot)
        await pilot.press("v")
        await wait_until(pilot, lambda: isinstance(app.screen, ReviewScreen) and app.screen is not review)
        await wait_for_text(pilot, "By Jen Ortiz.")
        await pilot.press("s")
        await wait_for_text(pilot, "Signed off.")
        await pilot.press("v")
        await pilot.press("escape")
        await wait_for_text(pilot, "One waits.")
        await pilot.press("g")
        await wait_until(pilot, lambda: isinstance(app.screen, SkillsScreen))
        await wait_for_text(pilot, "Jen Ortiz")
        await pilot.press("enter")
        await wait_until(pilot, lambda: isinstance(app.screen, PageScreen))
        await wait_for_text(pilot, "2 tries")


async def recruiter_disputes(store: SqlStore, jen: Person, clock: FakeClock, size: tuple[int, int]) -> None:
    app = app_for(store, jen, clock)
    async with app.run_test(size=size) as pilot:
        await wait_until(pilot, lambda: isinstance(app.screen, HomeScreen))
        await pilot.press("s")
        await wait_for_text(pilot, "Past sessions")
        await wait_until(pilot, lambda: len(app.screen.query("Choice")) == 2)
        await pilot.press("down", "enter")
        await wait_until(pilot, lambda: isinstance(app.screen, OwnScreen))
        await wait_for_text(pilot, "Once more, with the loss.")
        await pilot.press("c")
        await wait_for_text(pilot, "Ask it plainly.")
        await pilot.press("n", "n", "x")
        await wait_for_text(pilot, "Dispute:")
        await type_words(pilot, "I did ask.")
        await pilot.press("ctrl+s")
        await wait_for_text(pilot, "Disputed. A coach decides.")


@on_both
@pytest.mark.parametrize("size", SIZES)
async def test_the_whole_story_with_keys_only(firm: Firm, size: tuple[int, int]) -> None:
    clock = FakeClock()
    cora, jen, sam = await firm.hire(OFFICE, clock)
    store = await SqlStore.open(firm.where())
    await coach_assigns(store, cora, clock, size)
    await recruiter_practises(store, jen, clock, size)
    clock.move(days=40)
    await coach_reviews(store, cora, clock, size)
    await recruiter_disputes(store, jen, clock, size)
    team = studio_with(store, me=cora, clock=clock).team
    queue = await team.reviewing.queue(cora, await team.assigning.overdue(cora))
    assert [(each.why.value, each.person) for each in queue] == [("disputed", "Jen Ortiz"), ("overdue", "Sam Field")]
    assert {each.assignment.difficulty.value for each in await team.assigning.all(cora)} == {"easy"}
    standings = {each.person: each.status for each in await team.assigning.all(cora)}
    assert standings == {jen.id: Status.PASSED, sam.id: Status.OVERDUE}
    await store.aclose()


async def test_what_a_coach_types_faster_than_it_is_taken_in_is_taken_whole(store: SqlStore) -> None:
    clock = FakeClock()
    cora, jen, _ = await office(store, clock)
    app = app_for(store, jen, clock, Start(scenario="first-call"))
    async with app.run_test(size=(80, 24)) as pilot:
        await wait_for_text(pilot, "Enter calls")
        await pilot.press("enter")
        await wait_for_text(pilot, "Your turn.")
        await hang_up(pilot)
        await hand_in(pilot)
    app = app_for(store, cora, clock)
    async with app.run_test(size=(80, 24)) as pilot:
        await wait_for_text(pilot, "Review")
        await pilot.press("v")
        await wait_for_text(pilot, "One waits.")
        await pilot.press("n")
        await wait_for_text(pilot, "What is to be practised?")
        await pilot.press("ctrl+s")
        await wait_for_text(pilot, "Who is to practise it?")
        await pilot.press("space", "ctrl+s")
        await wait_for_text(pilot, "On which terms?")
        burst(pilot, *"2026-04-011", "backspace", "ctrl+s")
        await wait_until(pilot, lambda: isinstance(app.screen, QueueScreen))
        await wait_until(pilot, lambda: app.focused is not None)
        await pilot.press("enter")
        await wait_until(pilot, lambda: isinstance(app.screen, ReviewScreen))
        await pilot.press("b")
        await wait_for_text(pilot, "What to work on")
        burst(pilot, *"Once more, with the loss", "ctrl+s")
        await wait_for_text(pilot, "Sent back.")
        assert "Once more, with the loss" in " ".join(screen_text(app).split())
    team = studio_with(store, me=cora, clock=clock).team
    assert [each.assignment.due_at.day for each in await team.assigning.all(cora)] == [1, 1]


async def test_an_exam_is_handed_in_as_it_ends(store: SqlStore) -> None:
    clock = FakeClock()
    cora, jen, _ = await office(store, clock)
    coach = studio_with(store, me=cora, clock=clock)
    terms = Terms(due_at=due_of("2026-04-01", "Europe/London"), zone="Europe/London", mode=Mode.EXAM, attempts=1)
    await coach.team.assigning.make(cora, coach.library.case("first-call"), [jen], terms)
    app = app_for(store, jen, clock)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await play(pilot, app, POOR)
        await wait_for_text(pilot, "Handed in 2 Mar 2026")
        assert screen.is_submitted
        await pilot.press("h")
        await wait_until(pilot, lambda: "Assigned" not in screen_text(app), "what has failed to leave home")
    (standing,) = await coach.team.assigning.all(cora)
    assert standing.status is Status.FAILED


async def test_somebody_alone_sees_nothing_of_a_team(store: SqlStore) -> None:
    app = app_of(studio_with(store), Start(scenario="first-call"))
    async with app.run_test(size=(140, 40)) as pilot:
        await wait_for_text(pilot, "Enter calls")
        await pilot.press("enter")
        await wait_for_text(pilot, "Your turn.")
        await hang_up(pilot)
        assert type(app.screen) is DebriefScreen
        assert "Hand in" not in screen_text(app)
        await pilot.press("h")
        await wait_until(pilot, lambda: isinstance(app.screen, HomeScreen))
        await pilot.press("v", "g")
        await pilot.pause()
        assert isinstance(app.screen, HomeScreen)
        assert "Progress" not in screen_text(app)


async def test_a_recruiter_has_no_coachs_keys(store: SqlStore) -> None:
    clock = FakeClock()
    _, jen, _ = await office(store, clock)
    app = app_for(store, jen, clock)
    async with app.run_test(size=(140, 40)) as pilot:
        await wait_for_text(pilot, "Progress")
        await pilot.press("v")
        await pilot.press("g")
        await wait_until(pilot, lambda: isinstance(app.screen, PageScreen))
        await wait_for_text(pilot, "Nothing was scored yet.")


async def test_the_program_begins_at_an_assignments_brief(store: SqlStore) -> None:
    clock = FakeClock()
    cora, jen, _ = await office(store, clock)
    coach = studio_with(store, me=cora, clock=clock)
    terms = Terms(due_at=due_of("2026-04-01", "Europe/London"), zone="Europe/London", title="Your first call")
    assignment = await coach.team.assigning.make(cora, coach.library.case("first-call"), [jen], terms)
    app = app_for(store, jen, clock, Start(assignment=assignment.id))
    async with app.run_test(size=(80, 24)) as pilot:
        await wait_for_text(pilot, "Enter calls")
        await pilot.press("enter")
        await wait_until(pilot, lambda: isinstance(app.screen, CallScreen))
    assert [each.assignment for each in await coach.team.store.attempts()] == [assignment.id]


async def test_what_a_session_was_sent_back_with_is_one_key_away(store: SqlStore) -> None:
    clock = FakeClock()
    cora, jen, _ = await office(store, clock)
    coach = studio_with(store, me=cora, clock=clock)
    terms = Terms(due_at=due_of("2026-04-01", "Europe/London"), zone="Europe/London", mode=Mode.EXAM)
    await coach.team.assigning.make(cora, coach.library.case("first-call"), [jen], terms)
    app = app_for(store, jen, clock)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await play(pilot, app, POOR)
    session = await coach.store.session(screen.session_id)
    await coach.team.reviewing.send_back(cora, session, "Play it again.", scenario="first-call")
    app = app_for(store, jen, clock, Start(resume=session.id))
    async with app.run_test(size=(80, 24)) as pilot:
        await wait_for_text(pilot, "To play: first-call")
        await pilot.press("g")
        await wait_until(pilot, lambda: isinstance(app.screen, BriefScreen))


async def test_who_stands_on_the_leader_board_chose_to(store: SqlStore) -> None:
    clock = FakeClock()
    cora, jen, _ = await office(store, clock)
    coach = studio_with(store, me=cora, clock=clock)
    terms = Terms(due_at=due_of("2026-04-01", "Europe/London"), zone="Europe/London", mode=Mode.EXAM)
    await coach.team.assigning.make(cora, coach.library.case("first-call"), [jen], terms)
    app = app_for(store, jen, clock)
    async with app.run_test(size=(80, 24)) as pilot:
        await play(pilot, app, GOOD)
        await pilot.press("h", "g")
        await wait_until(pilot, lambda: isinstance(app.screen, PageScreen))
        assert await coach.team.growing.board() == ()
        await pilot.press("l", "end")
        await wait_for_text(pilot, "1. Jen Ortiz: 100 (1 session)")
        await pilot.press("l")
        await wait_until(pilot, lambda: "1. Jen Ortiz" not in screen_text(app))
    assert await coach.team.growing.board() == ()
