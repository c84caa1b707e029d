"""Specifics are found in whatever way they are written."""

import pytest

from roleplay.record.specifics import specifics_of

ALIKE = [
    ("fourteen percent of revenue", "14% of it", {"number:14"}),
    ("the first of November", "November 1st", {"number:1", "month:november"}),
    ("on the twenty-first of June", "June 21", {"number:21", "month:june"}),
    ("forty thousand", "40k", {"number:40000"}),
    ("3,500 a month", "3500 a month", {"number:3500"}),
    ("two weeks", "2 weeks", {"number:2"}),
    ("in novembre", "in Nov", {"month:november"}),
    ("is it before the tenth?", "is it the 10th?", {"number:10"}),
    ("at the end of the quarter", "End of the quarter.", {"when:end of the quarter"}),
]
NOTHING = ["one of them", "give me two minutes", "first of all", "you may march on", "I'm Okay. Well, Yes."]


@pytest.mark.parametrize(("one", "other", "values"), ALIKE)
def test_the_same_is_found_in_two_spellings(one: str, other: str, values: set[str]) -> None:
    assert specifics_of(one).values == specifics_of(other).values == values


@pytest.mark.parametrize("text", NOTHING)
def test_words_that_only_look_like_one_are_none(text: str) -> None:
    assert specifics_of(text).is_empty


def test_names_are_words_with_a_capital_inside_a_sentence() -> None:
    assert specifics_of("Ask Olga Brandt. She knows, and so does Marek's team.").names == {"olga", "brandt", "marek"}


def test_what_is_known_is_taken_out() -> None:
    found = specifics_of("By November Olga pays.").without(specifics_of("In November."), {"olga"})
    assert found.is_empty
