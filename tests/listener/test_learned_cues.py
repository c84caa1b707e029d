"""Cues are heard by plain words only, and sentences keep their offsets."""

import pytest

from roleplay.content.acts import Act
from roleplay.listener.cues import cues_of
from roleplay.listener.learned.sentences import split_sentences
from roleplay.listener.learned.spans import span_of
from roleplay.listener.reading import Cue


@pytest.mark.parametrize(
    "text",
    [
        "Great, thank you. Bye!",
        "Speak on Tuesday then. Take care.",
        "Perfect. Have a good weekend.",
        "I’ll let you go. Talk soon.",
        "Thanks for your time.",
    ],
)
def test_a_goodbye_closes(text: str) -> None:
    assert Cue.CLOSING in cues_of(text, ())


@pytest.mark.parametrize(
    "text",
    [
        "Before I say goodbye, who pays the fee?",
        "Bye. Oh, and when do you need her?",
        "I see you have eleven openings.",
        "He said goodbye in June and nobody has replaced him since then, I hear.",
        "If we say goodbye to quality, we lose.",
    ],
)
def test_what_goes_on_does_not_close(text: str) -> None:
    assert Cue.CLOSING not in cues_of(text, ())


@pytest.mark.parametrize(
    "text",
    ["Hi Dana, it's Jen.", "This is Jen from Acme.", "How are you?", "Good morning.", "Thanks for making time."],
)
def test_a_greeting_greets(text: str) -> None:
    assert Cue.GREETING in cues_of(text, ())


@pytest.mark.parametrize(
    "text",
    [
        "Let's talk soon.",
        "I'll send some profiles and we'll jump on a call.",
        "We'll be in touch.",
        "I'll ping over three or four names.",
        "We can hop back on the phone once you've read them.",
        "Have a read of it, and maybe we could have another quick chat.",
        "We ought to have a coffee, you and I.",
    ],
)
def test_going_on_without_a_day_is_vague(text: str) -> None:
    assert Cue.VAGUE_NEXT_STEP in cues_of(text, ())


def test_a_dated_step_is_not_vague() -> None:
    assert Cue.VAGUE_NEXT_STEP not in cues_of("Let's talk on Tuesday at ten.", ())
    assert Cue.VAGUE_NEXT_STEP not in cues_of("Let's talk soon.", (Act.PROPOSE_NEXT_STEP,))


@pytest.mark.parametrize("text", ["Why is that?", "What is the salary", "Tell me about the team.", "Do you use Python"])
def test_a_question_asks(text: str) -> None:
    assert Cue.QUESTION in cues_of(text, ())


@pytest.mark.parametrize("text", ["How are you?", "I see.", "That makes sense to me.", ""])
def test_a_pleasantry_does_not_ask(text: str) -> None:
    assert Cue.QUESTION not in cues_of(text, ())


def test_sentences_keep_their_offsets() -> None:
    text = "  Dr. Lee left at 9 a.m. yesterday.  Why?\nNobody… knows!  "
    assert [text[start:end] for start, end in split_sentences(text)] == [
        "Dr. Lee left at 9 a.m. yesterday.",
        "Why?",
        "Nobody…",
        "knows!",
    ]


def test_the_heaviest_sentence_is_quoted() -> None:
    text = "One. Two. Three."
    assert span_of(text, [(5, 8, 0.9), (0, 3, 0.2)]).of(text) == "Two."
    assert span_of(text, [(0, 3, 0.4), (5, 8, 0.4), (10, 15, 0.1)]).of(text) == "One. Two."
    assert span_of(text, []).of(text) == text
