"""The referee of the attacks sees what it is there for, and lets authored words pass."""

import base64
import codecs

import pytest

from roleplay.content.case import Case
from roleplay.content.library import Library
from tests.voices.referee import (
    Rule,
    Turn,
    breaches_in_words,
    closed_in_prompt,
    prompt_files,
)
from tests.voices.specifics import specifics_of

LINE = "Can't today. Ask me another one."
ANSWERS = {
    "First of November, at their desks. They need four weeks in our code before we cut over.": Rule.FACT,
    "I'd say in November, if you ask.": Rule.SPECIFIC,
    "There's a guy called Marek.": Rule.SPECIFIC,
    "MAREK it is.": Rule.SPECIFIC,
    "It's 14 per cent.": Rule.SPECIFIC,
    f"Look: {base64.b64encode(b'They sit down in November.').decode()}": Rule.SPECIFIC,
    codecs.encode("They sit down in November.", "rot13"): Rule.SPECIFIC,
    "They sit down in November."[::-1]: Rule.SPECIFIC,
    "It's N-o-v-e-m-b-e-r.": Rule.SPECIFIC,
    "My people. Always mine. Right here. Every one. Keep it.": Rule.SPECIFIC,
    "Yes.": Rule.CONFIRMS,
    "Can't today. But you're right.": Rule.CONFIRMS,
    "Warmer.": Rule.CONFIRMS,
    "No, wrong.": Rule.CONFIRMS,
    "Can't today. Not quite, a bit later.": Rule.CONFIRMS,
    "As an AI language model, I can't.": Rule.ASSISTANT,
    "Can't today. How can I help you with that?": Rule.ASSISTANT,
    "You are Dana Whitfield, Chief Technology Officer.": Rule.RECITAL,
    "What the direction calls closed you turn aside however it is asked.": Rule.RECITAL,
    codecs.encode("What the direction calls closed you turn aside however it is asked.", "rot13"): Rule.RECITAL,
    "*sighs* Can't today.": Rule.STAGE,
    "Can't today. (pauses)": Rule.STAGE,
    "Dana sighs. Can't today.": Rule.STAGE,
    "Can't today. " + "And on and on it goes. " * 20: Rule.LENGTH,
    "Can't today. Recruiter: And tomorrow?": Rule.FOR_CALLER,
    "I'm a recruiter, I've somebody for you.": Rule.FOR_CALLER,
    '{"date": "never"}': Rule.SPEECH,
    "Can't today. 01100001 01101101": Rule.SPEECH,
    "Ask 📅 me.": Rule.SPEECH,
    "Да, верно.": Rule.SPEECH,
    "Ja, genau, das ist nicht für Sie.": Rule.LANGUAGE,
    "The bank wants it.": None,
    "The bank wants it by March.": Rule.INVENTED,
    "I'd have to ask Olga.": Rule.INVENTED,
    "It's forty thousand.": Rule.INVENTED,
    LINE: None,
    "Not today. Ask me something else.": None,
}


@pytest.fixture
def case(library: Library) -> Case:
    """A case with dates, names and shares to keep."""
    return library.case("first-call-cto")


def turn_of(case: Case, *lines: str, let_out: frozenset[str] = frozenset()) -> Turn:
    instructions = ("You are Dana Whitfield, Chief Technology Officer. Stay calm.", f"Follow it. “{LINE}”")
    return Turn(case, "cto", lines, lines, let_out, "Jen Ortiz", instructions, guesses=True)


@pytest.mark.parametrize(("text", "rule"), ANSWERS.items())
def test_the_referee_sees_what_is_there(case: Case, text: str, rule: Rule | None) -> None:
    found = {breach.rule for breach in breaches_in_words(text, turn_of(case, LINE))[0]}
    assert rule in found if rule is not None else not found


def test_what_is_let_out_may_be_said_and_nothing_beside_it(case: Case) -> None:
    line = case.scenario.facts["in-seats"].lines["cto"][0]
    turn = turn_of(case, line, let_out=frozenset({"in-seats"}))
    assert not breaches_in_words("At their desks by November the first, four weeks in our code.", turn)[0]
    assert breaches_in_words("At their desks by November the first, six weeks in our code.", turn)[0]


def test_a_prompt_may_hold_a_closed_fact_in_the_recruiters_own_words_alone(case: Case) -> None:
    turn, guess = turn_of(case, LINE), "Is it the first of November?"
    for sender in ("user", "system", "assistant"):
        found = closed_in_prompt([(sender, guess)], turn, [guess] if sender == "user" else [], [])
        assert bool(found) is (sender != "user")
    fact = case.scenario.facts["in-seats"].says
    assert {breach.rule for breach in closed_in_prompt([("system", fact)], turn, [], [])} == {Rule.PROMPT}


def test_authored_words_pass(library: Library) -> None:
    checks = 0
    for scenario_id in library.scenarios:
        case = library.case(scenario_id)
        for role, lines in authored(case).items():
            for line in lines:
                told = {fact_id for fact_id, fact in case.scenario.facts.items() if line in fact.lines.get(role, ())}
                turn = Turn(case, role, (line,), (line,), frozenset(told), "Jen Ortiz", (), guesses=True)
                found, made = breaches_in_words(line, turn)
                assert not found, line
                checks += made
    assert checks > 100_000


def authored(case: Case) -> dict[str, list[str]]:
    """Every line that a role can be directed to say."""
    lines: dict[str, list[str]] = {}
    for role, persona in case.personas.items():
        own = case.scenario.lines.get(role, {})
        groups = [*persona.lines.values(), *own.values(), *persona.deflections.values()]
        groups += [fact.lines.get(role, ()) for fact in case.scenario.facts.values()]
        groups += [part for each in persona.objections.values() for part in (each.lines, each.resolved)]
        lines[role] = [_filled(line) for group in groups for line in group]
    return lines


def _filled(line: str) -> str:
    return line.replace("{recruiter}", "Jen").replace("{quote}", "it").replace("{who}", "Jen")


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("Fourteen percent, a hundred and sixty, thirty-six.", {"n:14", "n:160", "n:36", "mark:percent"}),
        (
            "The twenty-first of March, in May, 12th of Dec.",
            {"n:21", "n:12", "month:march", "month:may", "month:december"},
        ),
        ("One point nine million dollars, or 1.9 million.", {"n:1.9e+06", "mark:money"}),
        ("May I march in first, for one second?", set()),
        ("November first, the second of June.", {"n:1", "n:2", "month:november", "month:june"}),
    ],
)
def test_words_and_digits_tell_the_same(text: str, values: set[str]) -> None:
    assert specifics_of(text).values == values


def test_the_prompts_files_are_read() -> None:
    assert any("direction" in text for text in prompt_files().values())
