"""The guard holds back what a persona wouldn't say, or couldn't know, and lets what was decided through."""

import pytest

from roleplay.actor.base import HeldBack
from roleplay.actor.guard import Guard
from roleplay.actor.model import ModelActor
from roleplay.content.acts import Channel, CounterpartAct
from roleplay.content.case import Case
from roleplay.content.library import Library
from roleplay.listener.reading import CounterpartReading, Utterance
from roleplay.practice.loop import Practice
from roleplay.record.events import (
    AnswerDirected,
    Beat,
    BeatKind,
    FactEarned,
    GuardCheck,
    GuardOutcome,
    TurnSpoken,
    WordsHeldBack,
)
from roleplay.store.memory import MemoryStore
from roleplay.world.fold import initial_state
from roleplay.world.state import SpokenTurn, State, TouchEntry
from tests.doubles import FakeClock, TaggedListener, happenings_of
from tests.llm.fakes import FakeChatModel

GO_ON = Beat(kind=BeatKind.SITUATION, about="go_on", line="Right. Go on.")
DEFLECT = Beat(kind=BeatKind.DEFLECT, about="date", line="Ask me something closer to the ground.")
TELLS = Beat(
    kind=BeatKind.DISCLOSE,
    about="in-seats",
    line="First of November, at their desks. They need four weeks in our code.",
    tells=(CounterpartAct.TELLS_DATE,),
)
DECLINES = Beat(
    kind=BeatKind.SITUATION,
    about="next_step_declined",
    line="Let me come back to you.",
    tells=(CounterpartAct.DECLINES,),
)
ACCEPTS = Beat(
    kind=BeatKind.SITUATION,
    about="next_step_accepted",
    line="Fine. Send me the invite.",
    tells=(CounterpartAct.ACCEPTS,),
)

SILENT = Beat(
    kind=BeatKind.SITUATION,
    about="off_record_accepted",
    line="Fine, it stays on this call. What?",
    tells=(CounterpartAct.ACCEPTS,),
)


@pytest.fixture
def case(library: Library) -> Case:
    return library.case("first-call-cto")


def after(case: Case, asked: str = "Okay.") -> State:
    turn = SpokenTurn(turn="t1.2", speaker="recruiter", text=asked, known_to=("cto",))
    entry = TouchEntry(touch="t1", day=0, minute=540, channel=Channel.CALL, roles=("cto",), by="recruiter")
    heard = {"turns": (turn,), "recruiter": "Jen Ruiz", "roles": ("cto",), "touch": "t1", "calendar": (entry,)}
    return initial_state(case).model_copy(update=heard)


def directed(*beats: Beat) -> AnswerDirected:
    return AnswerDirected(at=FakeClock().now(), answers="t1.2", role="cto", beats=beats)


async def checked(case: Case, text: str, *beats: Beat, asked: str = "Okay.") -> GuardCheck | None:
    hit = await Guard(case, after(case, asked), directed(*beats), TaggedListener()).check(text)
    return None if hit is None else hit.check


HELD_BACK = {
    "We need them by March.": GuardCheck.SPECIFIC,
    "It costs us 40k a week.": GuardCheck.SPECIFIC,
    "I'd have to ask Olga about that.": GuardCheck.SPECIFIC,
    "Marek is on the pager.": GuardCheck.CLOSED,
    "Those who stayed patch, since people cashed their shares and left.": GuardCheck.CLOSED,
    "As an AI language model I can't say.": GuardCheck.ASSISTANT,
    "How can I assist you today?": GuardCheck.ASSISTANT,
    "This is Jen, I'm calling about your openings.": GuardCheck.ROLE_SWAP,
    "Dana, how are your teams set up?": GuardCheck.ROLE_SWAP,
    "*leans back*": GuardCheck.STAGE,
    "Dana sighs.": GuardCheck.STAGE,
    "You never say that you are a model, a program or an assistant.": GuardCheck.RECITES,
    "I never say that I am a model, a program or an assistant.": GuardCheck.RECITES,
    "Oui, je ne peux pas.": GuardCheck.NO_SPEECH,
    "aGVsbG8gd29ybGQgdGhpcyBpcyBiYXNl": GuardCheck.NO_SPEECH,
    "- first point": GuardCheck.NO_SPEECH,
}


@pytest.mark.parametrize(("text", "check"), HELD_BACK.items())
async def test_what_nobody_may_hear_is_held_back(case: Case, text: str, check: GuardCheck) -> None:
    assert await checked(case, text, GO_ON) is check


@pytest.mark.parametrize(
    "text",
    [
        "Right. Go on.",
        "Okay, and?",
        "I run technology at Merrowdale.",
        "Five months in, and I still read code.",
        "I've got eleven openings on the careers page.",
        "Hm, go ahead, Jen.",
        "Give me two minutes.",
    ],
)
async def test_what_anybody_may_hear_passes(case: Case, text: str) -> None:
    assert await checked(case, text, GO_ON) is None


async def test_what_this_answer_tells_may_be_said_in_other_words_and_nothing_beside_it(case: Case) -> None:
    assert await checked(case, "I want them at their desks on November 1st.", TELLS) is None
    assert await checked(case, "I want them at their desks on November 2nd.", TELLS) is GuardCheck.SPECIFIC
    assert await checked(case, "November 1st, because Marek has an offer.", TELLS) is not None


@pytest.mark.parametrize(
    "text", ["Yes.", "No, it's not that.", "Exactly.", "You're close.", "Warmer.", "Mm-hm, correct."]
)
async def test_a_guess_is_neither_confirmed_nor_denied(case: Case, text: str) -> None:
    guess = "So it's the first of November, right?"
    assert await checked(case, text, DEFLECT, asked=guess) is GuardCheck.CONFIRMS
    assert await checked(case, text, GO_ON, asked="It's the money that walked, I'd bet.") is not None


async def test_an_answer_that_tells_something_adds_nothing_of_its_own(case: Case) -> None:
    made_up = "The company had to split into two halves, so they're still split."
    assert await checked(case, made_up, TELLS) is GuardCheck.TELLS
    assert await checked(case, made_up, DEFLECT) is GuardCheck.TELLS
    assert await checked(case, "Good question, give me a second.", TELLS) is None
    assert await checked(case, "I'm sorry, but I can't assist with that request.", TELLS) is GuardCheck.ASSISTANT


async def test_what_says_what_it_was_given_is_not_listened_to(case: Case) -> None:
    listened: list[str] = []

    class Ear(TaggedListener):
        async def read_counterpart(self, utterance: Utterance) -> CounterpartReading:
            listened.append(utterance.text)
            return await super().read_counterpart(utterance)

    guard = Guard(case, after(case), directed(TELLS), Ear())
    assert await guard.check("At their desks the first of November.") is None
    assert await guard.check("Good question, give me a second.") is None
    assert listened == ["Good question, give me a second."]


async def test_a_guess_is_not_repeated_to_the_one_who_made_it(case: Case) -> None:
    guess = "Is it the first of November?"
    assert await checked(case, "The first of November, you think?", DEFLECT, asked=guess) is GuardCheck.SPECIFIC


async def test_a_yes_may_be_said_where_it_is_the_answer(case: Case) -> None:
    assert await checked(case, "Yes, fine.", ACCEPTS, asked="Tuesday at ten?") is None


@pytest.mark.parametrize("text", ["Colder.", "Well, a bit higher.", "Close."])
async def test_a_no_to_a_day_hints_at_no_number_that_was_guessed(case: Case, text: str) -> None:
    assert await checked(case, text, DECLINES, asked="Eleven weeks? Twelve?") is GuardCheck.CONFIRMS
    assert await checked(case, "No, I can't.", DECLINES, asked="Eleven weeks? Twelve?") is None


async def test_who_promises_silence_says_yes_to_nothing_else(case: Case) -> None:
    assert await checked(case, "But yes, you've got it.", SILENT, asked="No comment means yes.") is GuardCheck.CONFIRMS
    assert await checked(case, "Fine, it stays on this call.", SILENT, asked="No comment means yes.") is None


async def test_what_the_listener_hears_is_held_against_what_was_decided(case: Case) -> None:
    assert await checked(case, "[tells_pain] It hurts here and now, every night.", GO_ON) is not None
    told = Guard(case, after(case), directed(DECLINES), TaggedListener())
    hit = await told._check_telling("[accepts] Sure, that works.")
    assert hit is not None
    assert hit[0] is GuardCheck.CONTRADICTS


async def said_by(case: Case, model: FakeChatModel, *beats: Beat, asked: str = "Okay.") -> tuple[str, list[HeldBack]]:
    said = [
        piece async for piece in ModelActor(model, TaggedListener()).speak(case, after(case, asked), directed(*beats))
    ]
    held = [piece for piece in said if isinstance(piece, HeldBack)]
    return "".join(piece for piece in said if isinstance(piece, str)), held


async def test_the_rest_is_asked_for_once_more_with_the_reason_and_then_said_by_the_script(case: Case) -> None:
    model = FakeChatModel("I'm listening. We need them by March.")
    said, held = await said_by(case, model, GO_ON)
    assert said == "I'm listening.", "what was said isn't said again"
    assert [(each.check, each.outcome) for each in held] == [
        (GuardCheck.SPECIFIC, GuardOutcome.REPAIRED),
        (GuardCheck.REPEATS, GuardOutcome.DROPPED),
        (GuardCheck.SPECIFIC, GuardOutcome.SCRIPTED),
    ]
    assert len(model.prompts) == 2
    again = model.prompts[1][-1].text
    assert "You have said: “I'm listening.”" in again
    assert "March" not in again


async def test_a_fact_that_the_model_leaves_out_is_said_by_the_script(case: Case) -> None:
    said, held = await said_by(case, FakeChatModel("I'd rather not be late."), TELLS)
    assert said.endswith(TELLS.line)
    assert [(each.check, each.outcome) for each in held] == [
        (GuardCheck.LEFT_OUT, GuardOutcome.REPAIRED),
        (GuardCheck.REPEATS, GuardOutcome.DROPPED),
        (GuardCheck.LEFT_OUT, GuardOutcome.SCRIPTED),
    ]


async def test_a_fact_in_other_words_is_the_models_own(case: Case) -> None:
    said, held = await said_by(
        case, FakeChatModel("At their desks by November 1. They need four weeks in our code."), TELLS
    )
    assert said == "At their desks by November 1. They need four weeks in our code."
    assert not held


async def test_an_answer_that_rambles_ends_once_all_is_said(case: Case) -> None:
    model = FakeChatModel("Right, go on. ", "I'm all ears here. ", "Take your time. ", "Really, do. ", "No rush. " * 9)
    said, held = await said_by(case, model, GO_ON)
    assert said == "Right, go on. I'm all ears here. Take your time. Really, do."
    assert [(each.check, each.outcome) for each in held] == [(GuardCheck.LENGTH, GuardOutcome.DROPPED)]


async def test_what_was_held_back_is_kept_and_what_was_told_is_in_the_turn(case: Case) -> None:
    model = FakeChatModel("We need them by March, Olga says.")
    practice = await Practice.start(
        case,
        seed=1,
        recruiter="Jen Ruiz",
        store=MemoryStore(),
        listener=TaggedListener(),
        actor=ModelActor(model, TaggedListener()),
        clock=FakeClock(),
    )
    await happenings_of(practice.begin())
    await happenings_of(practice.say("[ask_pain] Why is it open?"))
    held = [event for event in practice.events if isinstance(event, WordsHeldBack)]
    assert {event.check for event in held} == {GuardCheck.SPECIFIC}
    assert all("March" in event.words for event in held)
    (earned,) = [event for event in practice.events if isinstance(event, FactEarned)]
    turns = {event.turn: event for event in practice.events if isinstance(event, TurnSpoken)}
    assert turns[earned.turn].text in {
        line for lines in case.scenario.facts[earned.fact].lines.values() for line in lines
    }
    assert not any("March" in turn.text for turn in turns.values())
