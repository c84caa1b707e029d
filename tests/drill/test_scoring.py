"""What makes an answer pass, and what is said of it."""

import pytest

from roleplay.content.acts import Act
from roleplay.content.drill import Drill
from roleplay.content.library import Library
from roleplay.drill.feedback import ACT_WORDS, feedback_words
from roleplay.drill.scoring import Fault, score_answer
from roleplay.listener.learned import LearnedListener


@pytest.fixture(scope="module")
def listener() -> LearnedListener:
    return LearnedListener()


async def fault_and_words(drill: Drill, card: str, answer: str, listener: LearnedListener) -> tuple[list[Fault], str]:
    scored = await score_answer(drill, drill.cards[card], answer, listener)
    return [found.fault for found in scored.faults], feedback_words(drill, scored)


async def test_the_feedback_quotes_what_was_heard_instead(library: Library, listener: LearnedListener) -> None:
    faults, words = await fault_and_words(
        library.drill("the-bump"), "audit", "Fine. Whose budget does my fee come out of?", listener
    )
    assert faults == [Fault.MISSING]
    assert words.startswith("“Whose budget does my fee come out of?” asks whose budget pays; nothing was heard")


@pytest.mark.parametrize(
    "answer",
    [
        "HR always gums these up, they have no clue. What if it's a month later than February?",
        "HR's incompetent, everybody knows it. What if it's a month later?",
        "What if it's a month later? They couldn't run a bath over there in HR.",
    ],
)
async def test_a_good_question_beside_running_somebody_down_does_not_pass(
    answer: str, library: Library, listener: LearnedListener
) -> None:
    faults, words = await fault_and_words(library.drill("the-bump"), "audit", answer, listener)
    assert faults == [Fault.UNWANTED]
    assert words.endswith("runs somebody down.")


async def test_repeating_their_date_is_no_bump(library: Library, listener: LearnedListener) -> None:
    answer = "Understood. June. And who signs off on the fee?"
    faults, words = await fault_and_words(library.drill("the-bump"), "grid-cutover", answer, listener)
    assert faults == [Fault.MISSING]
    assert "asks whose budget pays; nothing was heard that moves their date out" in words


async def test_a_voicemail_has_a_limit_of_words(library: Library, listener: LearnedListener) -> None:
    drill = library.drill("twenty-seconds")
    answer = "Moira, it's Jen. Could I have three minutes of yours today?"
    assert (await fault_and_words(drill, "shared-office", answer, listener))[0] == []
    filler = " I'm in all day, and the number is the same as it always was, so ring whenever you like." * 3
    faults, words = await fault_and_words(drill, "shared-office", answer + filler, listener)
    assert faults == [Fault.TOO_LONG]
    assert "68 words are about 27 seconds; say 50." in words


async def test_a_rewrite_keeps_what_it_was_for(library: Library, listener: LearnedListener) -> None:
    drill = library.drill("risky-email")
    kept = "Femi, could we have a call on Friday at 9?"
    assert (await fault_and_words(drill, "launch", kept, listener))[0] == []
    faults, words = await fault_and_words(drill, "launch", "Femi, could we have a call on Tuesday at 9?", listener)
    assert faults == [Fault.LOST]
    assert "“Friday”" in words


async def test_what_the_author_names_may_not_be_written(library: Library, listener: LearnedListener) -> None:
    drill = library.drill("risky-email")
    faults, words = await fault_and_words(drill, "launch", "Femi, Friday at nine, about Kenya?", listener)
    assert faults[0] is Fault.SENSITIVE
    assert words.startswith("“")


def test_every_act_has_words() -> None:
    assert set(ACT_WORDS) == set(Act)
