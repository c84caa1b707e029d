"""What no single field can tell: references between files, lines that say too much."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from roleplay.content.acts import Act, Topic
from roleplay.content.drill import Drill
from roleplay.content.job_order import NOBODY, ROLE_FIELDS
from roleplay.content.persona import (
    CAMPAIGN_SITUATIONS,
    MIN_LINES,
    MIN_LINES_DEFAULT,
    QUOTING,
    Persona,
    Situation,
)
from roleplay.content.scenario import Campaign, Fact, Scenario
from roleplay.content.scorecard import Criterion, FactCriterion, JudgedCriterion, Scorecard
from roleplay.content.yaml_file import Location, YamlFile

PLACEHOLDERS = frozenset({"recruiter"})
QUOTING_PLACEHOLDERS = frozenset({"recruiter", "quote", "who"})
PLACEHOLDER = re.compile(r"\{(\w*)\}")
MIN_WAYS_TO_SAY = 3
MAX_LINE_WORDS = 45

ALWAYS = tuple(situation for situation in Situation if situation not in {*CAMPAIGN_SITUATIONS, Situation.CONFIRMS_DEAD})
"""What every persona must have lines for."""

Line = tuple[Location, str]


def check_persona(persona: Persona, file: YamlFile) -> list[str]:
    """Check a persona's lines: enough of them, placeholders, length, none twice."""
    mistakes = [
        _too_few(file, ("lines", situation.value), persona.lines.get(situation, ()), needed)
        for situation in ALWAYS
        if _for_anybody(persona.lines.get(situation, ())) < (needed := MIN_LINES.get(situation, MIN_LINES_DEFAULT))
    ]
    mistakes += [
        _too_few(file, ("deflections", topic.value), persona.deflections.get(topic, ()), MIN_LINES_DEFAULT)
        for topic in Topic
        if _for_anybody(persona.deflections.get(topic, ())) < MIN_LINES_DEFAULT
    ]
    return mistakes + _check_lines(persona_lines(persona), file)


def check_scorecard(scorecard: Scorecard, file: YamlFile, scenarios: Iterable[Scenario]) -> list[str]:
    """Check the acts that it defines, and that every act and fact which a criterion names is there."""
    return [*_check_acts(scorecard, file), *_check_facts(scorecard, file, scenarios)]


def check_drill(drill: Drill, file: YamlFile, scorecards: Iterable[Scorecard]) -> list[str]:
    """Check that the criteria which a drill trains are there, and that no line stands on two cards."""
    criteria = {criterion for scorecard in scorecards for criterion in scorecard.criteria}
    mistakes = [
        file.mistake(("trains", at), f"no criterion {name!r} in a scorecard; {_allowed(criteria)}")
        for at, name in enumerate(drill.trains)
        if name not in criteria
    ]
    lines: dict[str, str] = {}
    for name, card in drill.cards.items():
        if (first := lines.setdefault(_plain(card.says), name)) != name:
            mistakes.append(file.mistake(("cards", name, "says"), f"the same line stands on the card {first!r}"))
    return mistakes


def _check_acts(scorecard: Scorecard, file: YamlFile) -> Iterator[str]:
    shipped = {act.value for act in Act}
    for name, act in scorecard.acts.items():
        if name in shipped:
            yield file.mistake(("acts", name), "is an act of the codebook already; choose another name")
        told: dict[str, str] = {}
        for kind, lines in (("examples", act.examples), ("counter_examples", act.counter_examples)):
            for at, line in enumerate(lines):
                if told.setdefault(_plain(line), kind) != kind or list(map(_plain, lines)).index(_plain(line)) != at:
                    yield file.mistake(("acts", name, kind, at), "stands twice; each example must be another one")
    for name, criterion in scorecard.criteria.items():
        for place, acts in _acts_named(criterion):
            for at, wanted in enumerate(acts):
                if wanted not in shipped and wanted not in scorecard.acts:
                    problem = f"no act {wanted!r}; {_allowed((*shipped, *scorecard.acts))}"
                    yield file.mistake(("criteria", name, *place, at), problem)


def _acts_named(criterion: Criterion) -> Iterator[tuple[Location, Sequence[str]]]:
    """The recruiter's acts that a criterion names, each list with its place in it."""
    for key in ("acts", "before"):
        yield (key,), getattr(criterion, key, ())
    if isinstance(criterion, JudgedCriterion):
        for number, check in enumerate(criterion.checks):
            yield ("checks", number, "acts"), check.acts


def _check_facts(scorecard: Scorecard, file: YamlFile, scenarios: Iterable[Scenario]) -> list[str]:
    using = [scenario for scenario in scenarios if scenario.scorecard == file.path.stem]
    known = {fact_id for scenario in using for fact_id in scenario.facts}
    return [
        file.mistake(
            ("criteria", name, "facts"),
            f"no fact {fact_id!r} in a scenario with this scorecard; {_allowed(known)}",
        )
        for name, criterion in scorecard.criteria.items()
        if isinstance(criterion, FactCriterion)
        for fact_id in criterion.facts
        if fact_id not in known
    ]


def check_scenario(
    scenario: Scenario,
    file: YamlFile,
    persona_ids: Collection[str],
    personas: Mapping[str, Persona],
    scorecard_ids: Collection[str],
) -> list[str]:
    """Check a scenario's references, its lines, and that nothing public gives a fact away.

    `personas`: those of `persona_ids` that could be read.
    """
    mistakes: list[str] = (
        [] if scenario.campaign is None else _check_campaign(scenario, scenario.campaign, file, personas)
    )
    for role, persona_id in scenario.cast.items():
        if persona_id not in persona_ids:
            mistakes.append(file.mistake(("cast", role), f"no persona {persona_id!r}; {_allowed(persona_ids)}"))
        if role not in scenario.case:
            mistakes.append(file.mistake(("case",), f"no case for {role!r}"))
    if scenario.scorecard not in scorecard_ids:
        mistakes.append(file.mistake(("scorecard",), f"no scorecard {scenario.scorecard!r}; {_allowed(scorecard_ids)}"))
    roles_named: list[tuple[Location, str]] = [(("calls",), scenario.calls)]
    roles_named += [(("case", role), role) for role in scenario.case]
    roles_named += [(("lines", role), role) for role in scenario.lines]
    roles_named += [
        (("history", index, "speaker"), turn.speaker)
        for index, turn in enumerate(scenario.history)
        if turn.speaker != "recruiter"
    ]
    mistakes += [
        file.mistake(where, f"no role {role!r} in the cast; {_allowed(scenario.cast)}")
        for where, role in roles_named
        if role not in scenario.cast
    ]
    for fact_id, fact in scenario.facts.items():
        mistakes += _check_fact(scenario, fact_id, fact, file)
    mistakes += _check_cycles(scenario, file)
    mistakes += _check_lines(scenario_lines(scenario), file)
    return mistakes


def _check_campaign(
    scenario: Scenario, campaign: Campaign, file: YamlFile, personas: Mapping[str, Persona]
) -> list[str]:
    """Check what a scenario over several days needs beyond one call."""
    named: list[tuple[Location, str]] = [
        (("campaign", field, at), role)
        for field, roles in (("joint_call_by", campaign.joint_call_by), ("silent", campaign.silent))
        for at, role in enumerate(roles)
    ]
    named += [(("campaign", "forwards", kind.value), role) for kind, role in campaign.forwards.items()]
    for at, clash in enumerate(campaign.clashes):
        named += [
            (("campaign", "clashes", at, "by"), clash.by),
            (("campaign", "clashes", at, "against"), clash.against),
        ]
    key = campaign.key.model_dump()
    named += [(("campaign", "key", field), key[field]) for field in ROLE_FIELDS if key[field] not in {None, NOBODY}]
    mistakes = [
        file.mistake(place, f"no role {role!r} in the cast; {_allowed(scenario.cast)}")
        for place, role in named
        if role not in scenario.cast
    ]
    mistakes += [
        file.mistake(("campaign", "key"), f"{field} is missing: a key has every field; of roles, {NOBODY} will do")
        for field, value in key.items()
        if value is None
    ]
    mistakes += [
        file.mistake(("campaign", "clashes", at), "the same one speaks on both sides")
        for at, clash in enumerate(campaign.clashes)
        if clash.by == clash.against
    ]
    for role, persona_id in scenario.cast.items():
        persona = personas.get(persona_id)
        if persona is None:
            continue
        needed = [*CAMPAIGN_SITUATIONS, *([] if campaign.role_exists else [Situation.CONFIRMS_DEAD])]
        for situation in needed:
            lines = (*scenario.lines.get(role, {}).get(situation, ()), *persona.lines.get(situation, ()))
            least = MIN_LINES.get(situation, MIN_LINES_DEFAULT)
            if _for_anybody(lines) < least:
                told = f"{persona_id!r} has {_for_anybody(lines)} of at least {least} lines for {situation.value}"
                mistakes.append(file.mistake(("cast", role), f"{told}, which a scenario over several days needs"))
    return mistakes


def persona_lines(persona: Persona) -> Iterator[Line]:
    """Every line that a persona can say, with where it stands."""
    for situation, lines in persona.lines.items():
        yield from ((("lines", situation.value, index), line) for index, line in enumerate(lines))
    for topic, lines in persona.deflections.items():
        yield from ((("deflections", topic.value, index), line) for index, line in enumerate(lines))
    for name, objection in persona.objections.items():
        yield from ((("objections", name, "lines", index), line) for index, line in enumerate(objection.lines))
        yield from ((("objections", name, "resolved", index), line) for index, line in enumerate(objection.resolved))


def scenario_lines(scenario: Scenario) -> Iterator[Line]:
    """Every line that a scenario adds, with where it stands."""
    for fact_id, fact in scenario.facts.items():
        for role, lines in fact.lines.items():
            yield from ((("facts", fact_id, "lines", role, index), line) for index, line in enumerate(lines))
    for at, clash in enumerate(scenario.campaign.clashes if scenario.campaign else ()):
        yield from ((("campaign", "clashes", at, "lines", index), line) for index, line in enumerate(clash.lines))
    for role, situations in scenario.lines.items():
        for situation, lines in situations.items():
            yield from ((("lines", role, situation.value, index), line) for index, line in enumerate(lines))


def _too_few(file: YamlFile, place: Location, lines: Collection[str], needed: int) -> str:
    return file.mistake(place, f"{_for_anybody(lines)} of at least {needed} lines without a placeholder")


def _for_anybody(lines: Collection[str]) -> int:
    """How many lines can be said to somebody whose name isn't known."""
    return sum("{recruiter}" not in line for line in lines)


def _check_fact(scenario: Scenario, fact_id: str, fact: Fact, file: YamlFile) -> list[str]:
    mistakes: list[str] = []
    place: Location = ("facts", fact_id)
    for index, role in enumerate(fact.known_by):
        if role not in scenario.cast:
            mistakes.append(
                file.mistake((*place, "known_by", index), f"no role {role!r} in the cast; {_allowed(scenario.cast)}")
            )
        ways = _for_anybody(fact.lines.get(role, ()))
        if ways < MIN_WAYS_TO_SAY:
            mistakes.append(
                file.mistake((*place, "lines"), f"{ways} of at least {MIN_WAYS_TO_SAY} ways in which {role!r} says it")
            )
    mistakes += [
        file.mistake((*place, "lines", role), f"{role!r} is not in known_by")
        for role in fact.lines
        if role not in fact.known_by
    ]
    for earlier in fact.earned_by.after:
        if earlier not in scenario.facts:
            problem = f"no fact {earlier!r}; {_allowed(scenario.facts)}"
            mistakes.append(file.mistake((*place, "earned_by", "after"), problem))
        elif unheard := set(fact.known_by) - set(scenario.facts[earlier].known_by):
            problem = f"{earlier!r} is never told by {', '.join(sorted(unheard))}, so they can't tell this"
            mistakes.append(file.mistake((*place, "earned_by", "after"), problem))
    if fact.voice_only and fact.earned_by.channels and all(channel.is_written for channel in fact.earned_by.channels):
        mistakes.append(file.mistake((*place, "voice_only"), "only written channels earn it, so it can never be told"))
    return mistakes + _check_told_elsewhere(scenario, fact_id, fact, file)


def _check_told_elsewhere(scenario: Scenario, fact_id: str, fact: Fact, file: YamlFile) -> list[str]:
    """A fact's words may stand in nothing that is public."""
    public = [("brief", scenario.brief), ("goal", scenario.goal), ("summary", scenario.summary)]
    public += [(f"case.{role}", text) for role, text in scenario.case.items()]
    public += [(f"history.{at}", past.text) for at, past in enumerate(scenario.history)]
    texts: list[tuple[Location, str]] = [(("facts", fact_id, "says"), fact.says)]
    texts += [
        (("facts", fact_id, "lines", role, at), line)
        for role, lines in fact.lines.items()
        for at, line in enumerate(lines)
    ]
    return [
        file.mistake(place, f"stands in {where}, which everybody reads; a fact must be told nowhere else")
        for place, text in texts
        for where, read in public
        if _plain(text) in _plain(read)
    ]


def _check_cycles(scenario: Scenario, file: YamlFile) -> list[str]:
    """A fact that waits for itself can never be earned."""

    def waits_for(fact_id: str, seen: frozenset[str]) -> bool:
        if fact_id in seen:
            return True
        after = scenario.facts[fact_id].earned_by.after if fact_id in scenario.facts else ()
        return any(waits_for(earlier, seen | {fact_id}) for earlier in after)

    return [
        file.mistake(("facts", fact_id, "earned_by", "after"), "waits for itself, so it can never be earned")
        for fact_id in scenario.facts
        if waits_for(fact_id, frozenset())
    ]


def _check_lines(lines: Iterable[Line], file: YamlFile) -> list[str]:
    mistakes: list[str] = []
    seen: dict[str, Location] = {}
    for place, line in lines:
        quotes = any(part in QUOTING for part in place)
        allowed = QUOTING_PLACEHOLDERS if quotes else PLACEHOLDERS
        mistakes += [file.mistake(place, problem) for problem in _line_problems(line, allowed)]
        first = seen.setdefault(_plain(line), place)
        if first is not place:
            mistakes.append(
                file.mistake(place, f"the same line stands at line {file.line_of(first)}; lines must not repeat")
            )
    return mistakes


def _line_problems(line: str, known: Collection[str]) -> Iterator[str]:
    names = PLACEHOLDER.findall(line)
    if set("{}") & set(PLACEHOLDER.sub("", line)):
        yield "a curly bracket that belongs to no placeholder"
    allowed = ", ".join(f"{{{name}}}" for name in sorted(known))
    yield from (f"{{{name}}} is not a placeholder; allowed: {allowed}" for name in names if name not in known)
    words = len(line.split())
    if words > MAX_LINE_WORDS:
        yield f"{words} words in one turn; people say {MAX_LINE_WORDS} at the most"


def _plain(text: str) -> str:
    return re.sub(r"\W+", " ", text.lower()).strip()


def _allowed(names: Iterable[str]) -> str:
    return f"allowed: {', '.join(sorted(names)) or 'none'}"
