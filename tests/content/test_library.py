"""Content loads whole or not at all, and every mistake is shown where it stands."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from roleplay.content.library import Library, check_paths, load_library, load_scorecard, shipped_root
from roleplay.errors import ContentError, NotFoundError


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A copy of the shipped content that a test may spoil."""
    for folder in ("personas", "scenarios", "scorecards"):
        shutil.copytree(shipped_root() / folder, tmp_path / "content" / folder)
    return tmp_path / "content"


def spoil(path: Path, old: str, new: str) -> int:
    """Replace the first `old`; returns its line."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def edit(path: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Change a file's data and write it back."""
    yaml = YAML()
    data = yaml.load(path.read_text(encoding="utf-8"))
    change(data)
    with path.open("w", encoding="utf-8") as out:
        yaml.dump(data, out)


def mistakes_in(root: Path) -> tuple[str, ...]:
    with pytest.raises(ContentError) as caught:
        load_library([root])
    return caught.value.mistakes


def test_the_shipped_content_is_well(library: Library) -> None:
    assert {"first-call-cto", "seven-minutes", "role-was-filled"} <= set(library.scenarios)
    assert {"dana-whitfield", "greg-pullman", "priya-raman"} <= set(library.personas)
    assert {"discovery-call", "gatekeeper-call"} <= set(library.scorecards)


def test_every_scenario_gathers_into_a_case(library: Library) -> None:
    for scenario_id in library.scenarios:
        case = library.case(scenario_id)
        assert set(case.personas) == set(case.scenario.cast)
        assert case.facts_of(case.scenario.calls)


def test_a_wrong_act_is_shown_at_its_line_with_what_is_allowed(root: Path) -> None:
    path = root / "scenarios" / "first-call-cto.yaml"
    line = spoil(path, "ask_pain", "ask_paine")
    (mistake,) = mistakes_in(root)
    assert mistake.startswith(f"{path}:{line}: ")
    assert "'ask_paine' is not allowed" in mistake
    assert "ask_pain," in mistake


@pytest.mark.parametrize(
    "acts", ["acts: [restate_reason, ask_slip]", "acts: [restate_reason]\n    answered_by: [tells_pain]"]
)
def test_only_a_reason_given_back_can_be_vague(root: Path, acts: str) -> None:
    spoil(root / "scorecards" / "unstick.yaml", "acts: [restate_reason]", acts)
    (mistake,) = mistakes_in(root)
    assert "if_vague: partial goes with `acts: [restate_reason]` alone" in mistake


def test_near_ids_are_named_where_there_are_some_and_else_a_few_of_all(library: Library) -> None:
    with pytest.raises(NotFoundError, match=r"no scenario 'first-cal'; did you mean first-call-cto\?$"):
        library.case("first-cal")
    with pytest.raises(NotFoundError, match=r"did you mean the-kiln-engineer\?$"):
        library.case("Kiln")
    with pytest.raises(NotFoundError, match=f"no scorecard 'zzz'; there are {', '.join(sorted(library.scorecards))}$"):
        library.scorecard("zzz")
    many = dict.fromkeys((f"card-{number:02}" for number in range(40)), library.scorecard("unstick"))
    with pytest.raises(NotFoundError, match=r"there are card-00, card-01, .*, card-09 and 30 more$"):
        Library({}, {}, many).scorecard("zzz")
    with pytest.raises(NotFoundError, match=r"no drill 'zzz'; there are none$"):
        Library({}, {}, {}).drill("zzz")


def test_all_mistakes_of_all_files_are_shown_at_once(root: Path) -> None:
    spoil(root / "scenarios" / "first-call-cto.yaml", "openings: 11", "openings: many")
    spoil(root / "personas" / "dana-whitfield.yaml", "temper:", "tempre:")
    spoil(root / "scorecards" / "discovery-call.yaml", "pass_mark: 70", "pass_mark: 170")
    text = "\n".join(mistakes_in(root))
    for wanted in ("openings", "temper: is missing", "tempre: is not a known key", "pass_mark"):
        assert wanted in text


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        ("cto: dana-whitfield", "cto: dana-whitfeld", "no persona 'dana-whitfeld'; allowed:"),
        ("scorecard: discovery-call", "scorecard: discovery", "no scorecard 'discovery'; allowed:"),
        ("calls: cto", "calls: ceo", "no role 'ceo' in the cast; allowed: cto"),
    ],
)
def test_references_are_checked_across_files(root: Path, old: str, new: str, wanted: str) -> None:
    path = root / "scenarios" / "first-call-cto.yaml"
    line = spoil(path, old, new)
    assert any(mistake.startswith(f"{path}:{line}: ") and wanted in mistake for mistake in mistakes_in(root))


def test_a_criterion_may_only_name_facts_of_its_scenarios(root: Path) -> None:
    path = root / "scorecards" / "discovery-call.yaml"
    path.write_text(
        path.read_text(encoding="utf-8")
        + "  extra:\n    kind: fact\n    facts: [no-such-fact]\n    title: T\n    weight: 1\n    why: W\n"
        + "    say: [one, two]\n",
        encoding="utf-8",
    )
    assert any("no fact 'no-such-fact'" in mistake for mistake in mistakes_in(root))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("title: [unclosed", "not YAML"),
        ("- a list\n", "must be a mapping of keys to values, not a list"),
        ("", "must be a mapping of keys to values, not nothing"),
        ("title: one\ntitle: two\n", "not YAML"),
        ("&a [*a]", "mapping"),
        ("title: !!python/object:os.system x\n", ""),
    ],
)
def test_a_file_that_is_no_content_is_one_line(root: Path, text: str, wanted: str) -> None:
    path = root / "scenarios" / "broken.yaml"
    path.write_text(text, encoding="utf-8")
    mistakes = mistakes_in(root)
    assert all(mistake.startswith(f"{path}:") and "\n" not in mistake for mistake in mistakes)
    assert wanted in mistakes[0]


def test_bytes_that_are_no_text_are_one_line(root: Path) -> None:
    path = root / "personas" / "latin.yaml"
    path.write_bytes("name: Zoë".encode("latin-1"))
    (mistake,) = mistakes_in(root)
    assert mistake.startswith(f"{path}:1: not UTF-8")


def test_yaml_is_version_1_2(root: Path) -> None:
    path = root / "scenarios" / "first-call-cto.yaml"
    spoil(path, "company: Merrowdale Software", "company: no")
    assert load_library([root]).scenarios["first-call-cto"].company == "no"


def test_a_line_that_stands_twice_is_a_mistake(root: Path) -> None:
    def repeat(persona: dict[str, Any]) -> None:
        persona["lines"]["small_talk"].append(persona["lines"]["go_on"][0])

    edit(root / "personas" / "dana-whitfield.yaml", repeat)
    assert any("lines must not repeat" in mistake for mistake in mistakes_in(root))


def test_an_unknown_placeholder_is_a_mistake(root: Path) -> None:
    edit(
        root / "personas" / "dana-whitfield.yaml",
        lambda persona: persona["lines"]["small_talk"].append("Hello {name}."),
    )
    assert any("{name} is not a placeholder; allowed: {recruiter}" in mistake for mistake in mistakes_in(root))


def test_too_few_lines_are_a_mistake(root: Path) -> None:
    def thin(persona: dict[str, Any]) -> None:
        persona["lines"]["go_on"] = ["Okay."]
        del persona["deflections"]["pain"]

    edit(root / "personas" / "dana-whitfield.yaml", thin)
    mistakes = mistakes_in(root)
    assert any("lines.go_on: 1 of at least 12 lines" in mistake for mistake in mistakes)
    assert any("deflections.pain: 0 of at least 3 lines" in mistake for mistake in mistakes)


def test_a_fact_needs_three_ways_to_say_it(root: Path) -> None:
    def thin(scenario: dict[str, Any]) -> None:
        fact = next(iter(scenario["facts"].values()))
        fact["lines"]["cto"] = fact["lines"]["cto"][:2]

    edit(root / "scenarios" / "first-call-cto.yaml", thin)
    assert any("2 of at least 3 ways in which 'cto' says it" in mistake for mistake in mistakes_in(root))


def test_a_fact_that_waits_for_itself_is_a_mistake(root: Path) -> None:
    def wait(scenario: dict[str, Any]) -> None:
        name, fact = next(iter(scenario["facts"].items()))
        fact["earned_by"]["after"] = [name]

    edit(root / "scenarios" / "seven-minutes.yaml", wait)
    assert any("waits for itself" in mistake for mistake in mistakes_in(root))


def test_a_fact_may_not_stand_in_what_everybody_reads(root: Path) -> None:
    def tell(scenario: dict[str, Any]) -> None:
        scenario["goal"] += " " + next(iter(scenario["facts"].values()))["says"]

    edit(root / "scenarios" / "first-call-cto.yaml", tell)
    assert any("a fact must be told nowhere else" in mistake for mistake in mistakes_in(root))


def test_a_users_own_content_comes_after_the_shipped(root: Path, tmp_path: Path) -> None:
    own = tmp_path / "own"
    (own / "scenarios").mkdir(parents=True)
    shutil.copy(root / "scenarios" / "first-call-cto.yaml", own / "scenarios" / "first-call-cto.yaml")
    spoil(own / "scenarios" / "first-call-cto.yaml", "company: Merrowdale Software", "company: Mine")
    assert load_library([root, own]).scenarios["first-call-cto"].company == "Mine"


def test_one_scorecard_is_loaded_as_the_library_has_it(library: Library) -> None:
    for name, card in library.scorecards.items():
        assert load_scorecard(name, [shipped_root()]) == card
    with pytest.raises(NotFoundError, match="discovery-call"):
        load_scorecard("discovery-cal", [shipped_root()])


def test_one_scorecard_of_the_users_own_comes_after_the_shipped(root: Path, tmp_path: Path) -> None:
    own = tmp_path / "own" / "scorecards"
    own.mkdir(parents=True)
    shutil.copy(root / "scorecards" / "unstick.yaml", own / "unstick.yaml")
    edit(own / "unstick.yaml", lambda card: card.update(pass_mark=33))
    assert load_scorecard("unstick", [root, own.parent]).pass_mark == 33


def test_one_scorecard_takes_no_notice_of_what_is_wrong_with_other_content(root: Path) -> None:
    spoil(root / "scenarios" / "first-call-cto.yaml", "calls: cto", "calls: boss")
    assert load_scorecard("unstick", [root]).criteria


def test_what_is_wrong_with_one_scorecard_is_told_as_the_library_tells_it(root: Path) -> None:
    spoil(root / "scorecards" / "unstick.yaml", "kind: first_touch", "kind: second_touch")
    spoil(root / "scenarios" / "first-call-cto.yaml", "calls: cto", "calls: boss")
    with pytest.raises(ContentError) as caught:
        load_scorecard("unstick", [root])
    assert caught.value.mistakes == mistakes_in(root)
    assert any("second_touch" in mistake for mistake in caught.value.mistakes)


def test_one_scorecard_asks_for_facts_of_its_scenarios_only(root: Path) -> None:
    path = root / "scorecards" / "is-it-dead.yaml"
    edit(path, lambda card: next(c for c in card["criteria"].values() if c["kind"] == "fact").update(facts=["nowhere"]))
    with pytest.raises(ContentError, match="no fact 'nowhere'"):
        load_scorecard("is-it-dead", [root])


def test_check_paths_checks_one_file_against_the_library(root: Path) -> None:
    path = root / "scenarios" / "first-call-cto.yaml"
    checked = check_paths([path], [shipped_root()])
    assert (checked.files, checked.mistakes, list(checked.cases)) == (1, [], ["first-call-cto"])
    spoil(path, "calls: cto", "calls: boss")
    files, mistakes, *_ = check_paths([path], [shipped_root()])
    assert files == 1
    assert "no role 'boss'" in mistakes[0]


def test_check_paths_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="no such file"):
        check_paths([tmp_path / "none.yaml"], [shipped_root()])
    with pytest.raises(NotFoundError, match="no content in it"):
        check_paths([tmp_path], [shipped_root()])


def test_an_unknown_scenario_names_near_ones(library: Library) -> None:
    with pytest.raises(NotFoundError, match="first-call-cto"):
        library.case("first-call")


def test_a_cases_digest_changes_with_any_word(library: Library) -> None:
    case = library.case("first-call-cto")
    other = case.model_copy(update={"scenario": case.scenario.model_copy(update={"goal": "Another."})})
    assert case.digest == library.case("first-call-cto").digest
    assert case.digest != type(case).model_validate(other.model_dump()).digest
