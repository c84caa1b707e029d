"""A stream is given on sentence by sentence, and nothing of it is lost."""

from hypothesis import given
from hypothesis import strategies as st

from roleplay.actor.sentences import Sentences

TEXT = 'Mr. Smith is in. "We can." He said... right? At 3.5 percent, e.g. now! Yes'


def cut(text: str, sizes: list[int]) -> list[str]:
    sentences, found, at = Sentences(), [], 0
    for size in (*sizes, len(text)):
        found += sentences.feed(text[at : at + size])
        at += size
    return found + sentences.end()


@given(st.lists(st.integers(min_value=1, max_value=9), max_size=40))
def test_how_a_text_is_cut_into_pieces_makes_no_difference(sizes: list[int]) -> None:
    assert cut(TEXT, sizes) == [
        "Mr. Smith is in.",
        ' "We can."',
        " He said...",
        " right?",
        " At 3.5 percent, e.g. now!",
        " Yes",
    ]


def test_words_without_an_end_are_given_on_after_a_while() -> None:
    found = cut("word " * 100, [1] * 500)
    assert len(found) > 1
    assert "".join(found).split() == ["word"] * 100
