"""What of a model's writing is said aloud."""

import pytest

from roleplay.actor.cleaning import ENOUGH_WORDS, MOST_WORDS, SpokenWords


def said(reply: str, size: int = 1, *, caller: str | None = "Jen Ruiz") -> str:
    """Clean `reply` as it arrives in pieces of `size` characters."""
    words = SpokenWords("Dana Whitfield", caller)
    pieces = []
    for start in range(0, len(reply), size):
        pieces.append(words.feed(reply[start : start + size]))
        if words.is_done:
            break
    return "".join([*pieces, words.end()])


CASES = {
    "plain words stay": ("First of November. Not later.", "First of November. Not later."),
    "own first name": ("Dana: Sure.", "Sure."),
    "own whole name": ("Dana Whitfield: Sure.", "Sure."),
    "own name in stars": ("**Dana:** Sure.", "Sure."),
    "own name in front of quotes": ('Dana: "Sure."', "Sure."),
    "assistant": ("Assistant: Sure.", "Sure."),
    "quotes around all": ('"Sure. Go ahead."', "Sure. Go ahead."),
    "curly quotes around all": ("“Sure. Go ahead.”", "Sure. Go ahead."),
    "quotes around a word stay": ('I said "soon" to them.', 'I said "soon" to them.'),
    "speaks for the recruiter": ("Sure.\nRecruiter: And when?", "Sure."),
    "speaks for the user": ("Sure.\n\nUser: And when?", "Sure."),
    "speaks for you": ("Sure.\nYou: And when?", "Sure."),
    "speaks for the caller by first name": ("Sure.\nJen: And when?", "Sure."),
    "speaks for the caller by name": ("Sure.\n**Jen Ruiz**: And when?", "Sure."),
    "speaks for the caller on the same line": ("Sure. Recruiter: And when?", "Sure."),
    "speaks to the caller": ("Listen, Jen: no.", "Listen, Jen: no."),
    "you at the start": ("You had that one from me.", "You had that one from me."),
    "done at a start": ("*sighs* Fine.", "Fine."),
    "done in the middle": ("I need *pauses briefly* two people.", "I need two people."),
    "stress stays": ("I need *two* people, **really**.", "I need two people, really."),
    "a date in stars stays": ("*1 November* it is.", "1 November it is."),
    "brackets": ("[laughs] Fine. [Company] pays.", "Fine. pays."),
    "a short aside": ("(laughs) Fine.", "Fine."),
    "a long aside stays": ("Two (the lead and the one in Lisbon) for now.",) * 2,
    "a number in an aside stays": ("A water company (14 percent).",) * 2,
    "end token": ("Fine.<|im_end|>\n<|im_start|>user\nAnd when?", "Fine."),
    "start token": ("<|im_start|>assistant\nFine.", "Fine."),
    "llama's head": ("<|start_header_id|>assistant<|end_header_id|>\n\nFine.<|eot_id|>", "Fine."),
    "gemma's marks": ("<start_of_turn>model\nFine.<end_of_turn>", "Fine."),
    "mistral's marks": ("Fine.</s>[INST] And when?", "Fine."),
    "a token cut in two": ("Fine. <|im_en", "Fine."),
    "a thought": ("<think>\nShe asks [x] *y*.\n</think>\n\nFine.", "Fine."),
    "a thought without an end": ("<think>She asks", ""),
    "html": ("Fine.<br>Go on.", "Fine.Go on."),
    "less than": ("I < you", "I you"),
    "an open bracket at the end": ("Fine. [laugh", "Fine."),
    "an open star at the end": ("Fine. *sigh", "Fine. sigh"),
    "lines become one": ("Fine.\n\n  Go on.\n", "Fine. Go on."),
    "control characters": ("Fine.\x1b Go\x07 on\u202e.\ud83d", "Fine. Go on."),
    "only done": ("*nods*", ""),
    "only the caller": ("User: hi", ""),
    "only blanks": (" \n ", ""),
}


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
@pytest.mark.parametrize(("reply", "expected"), CASES.values(), ids=CASES)
def test_only_what_is_said_aloud_comes_through(reply: str, expected: str, size: int) -> None:
    assert said(reply, size) == expected


def test_words_come_through_as_they_arrive() -> None:
    words = SpokenWords("Dana Whitfield", None)
    assert [words.feed(piece) for piece in ("First", " of", " November", ".")] == ["First", " of", " November", "."]


def test_a_long_reply_ends_with_a_sentence() -> None:
    reply = said("We are short of five people now. " * 40)
    assert reply.endswith("now.")
    assert ENOUGH_WORDS <= len(reply.split()) < ENOUGH_WORDS + 7


def test_a_sentence_without_an_end_is_left_out_of_a_long_reply() -> None:
    reply = said("We are short of five people now. " * 7 + "and so on " * 40)
    assert reply == ("We are short of five people now. " * 7).strip()


def test_a_last_sentence_that_was_cut_is_left_out_of_a_long_reply() -> None:
    reply = said("We are short of five people now. " * 7 + "And then")
    assert reply == ("We are short of five people now. " * 7).strip()


def test_a_short_reply_without_an_end_stays() -> None:
    assert said("Sure, go") == "Sure, go"


def test_a_reply_of_one_endless_sentence_breaks_off() -> None:
    reply = said("and so on " * 60)
    assert reply.endswith("…")
    assert len(reply.split()) == MOST_WORDS


def test_it_tells_when_nothing_more_would_be_said() -> None:
    words = SpokenWords("Dana Whitfield", "Jen")
    words.feed("Sure.\nRecruiter:")
    assert words.is_done
    assert words.feed(" And when?") == ""


def test_a_caller_named_like_a_pattern_does_no_harm() -> None:
    assert said("Sure. x+: no", caller="x+ [y") == "Sure."


def test_a_caller_with_the_personas_name_is_taken_for_the_persona() -> None:
    assert said("Dana: Sure.", caller="Dana") == "Sure."
