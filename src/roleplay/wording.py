"""The faces' own wording: pure functions from values to plain strings."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from roleplay.content.acts import Channel
from roleplay.content.scenario import WORDS_PER_MINUTE, Scenario
from roleplay.llm.budget import Meter, tokens_words
from roleplay.llm.discovery import FoundServer
from roleplay.practice.happenings import HintOffered
from roleplay.record.events import EndReason, GuardCheck, SessionEnd, Way
from roleplay.scoring.aftermath import Letter
from roleplay.scoring.comparing import Comparison
from roleplay.scoring.debrief import Debrief
from roleplay.scoring.fidelity import Fidelity
from roleplay.scoring.ledger import LedgerEntry, Missing
from roleplay.scoring.result import CriterionResult, Result, Rung, Step, Verdict
from roleplay.settings import INSIDE
from roleplay.store.base import StoredSession
from roleplay.world.state import ContactState, Mood, State

PRODUCT = "Roleplay"
TAGLINE = "Play the call before you make it."
ABOUT = "Practice calls for recruiters, with people who answer back and a scorecard that quotes you."


@dataclass(frozen=True)
class Played:
    """What a scenario's scored sessions came to."""

    best: float
    last: float
    times: int


def played(sessions: Iterable[StoredSession], scenario_id: str) -> Played | None:
    """The scores of `scenario_id` in `sessions`, newest first; None where none counts."""
    scores = [session.score for session in sessions if session.scenario_id == scenario_id and not session.is_void]
    scored = [score for score in scores if score is not None]
    return Played(max(scored), scored[0], len(scored)) if scored else None


def played_words(scores: Played | None) -> str:
    """`best 72, last 64`."""
    if scores is None:
        return "not played yet"
    if scores.times == 1:
        return f"played once: {whole(scores.last)}"
    return f"played {scores.times} times: best {whole(scores.best)}, last {whole(scores.last)}"


def size_words(scenario: Scenario) -> str:
    """`25 min · 11 openings`."""
    length = f"only {scenario.minutes} min" if scenario.time_is_short else f"{scenario.minutes} min"
    if scenario.campaign is not None:
        length = f"{count(scenario.campaign.days, 'day')}, {count(len(scenario.cast), 'contact')}"
    return length if scenario.openings is None else f"{length} · {count(scenario.openings, 'opening')}"


def outcome_words(session: StoredSession) -> str:
    """What a scored session came to: `72 of 100, passed`."""
    if session.is_void:
        return "doesn't count"
    return f"{whole(session.score or 0)} of 100, {'passed' if session.passed else 'not passed'}"


def session_words(session: StoredSession) -> str:
    """When a session was, how long, and what came of it."""
    if not session.is_over:
        outcome = "unfinished"
    elif session.score is None:
        outcome = "not scored yet"
    else:
        outcome = outcome_words(session)
    return f"{when(session.started_at)} · {count(session.turns, 'turn')} · {outcome}"


def where_words_go(host: str | None, model: str | None) -> str:
    """The sentence on home: where a practice's words would go."""
    if host is None:
        return "Words stay on this machine."
    if host == INSIDE:
        return f"Personas are voiced by {model or 'a model'} inside this program. Words stay on this machine."
    return f"Personas are voiced by {model or 'the first model'} at {host}: your words go there."


def spent_words(meter: Meter) -> str:
    """What the session has used, and of how much: `12k of 200k tokens, $0.05`; nothing where no model was asked."""
    spent, limits = meter.session, meter.limits
    if not spent.requests:
        return ""
    day = limits.session_tokens is None and limits.day_tokens is not None
    used, most = (meter.day.tokens, limits.day_tokens) if day else (spent.tokens, limits.session_tokens)
    tokens = (
        f"{tokens_words(used)} of {tokens_words(most)} tokens" if most is not None else f"{tokens_words(used)} tokens"
    )
    told = f"{tokens} today" if day else tokens
    return told if meter.prices is None else f"{told}, {limits.currency}{spent.money:.2f}"


def where_words_go_briefly(host: str | None) -> str:
    """The same for a call's status line."""
    return "words stay on this machine" if host in {None, INSIDE} else f"words go to {host}"


def server_question(server: FoundServer) -> str:
    """What is asked before a server on this machine is used for the first time."""
    return (
        f"{server.kind} runs on this machine ({server.host}, model {server.shown_model}). "
        "Let it voice the other side? Words stay on this machine."
    )


def server_hint(server: FoundServer) -> str:
    """The same where nobody can answer."""
    return (
        f"{server.kind} runs on this machine ({server.host}) and isn't used; the script speaks. "
        f"To have it voice the other side: roleplay voice use {server.base_url}"
    )


def loaded_words(model: str, load_s: float) -> str:
    """That the model inside is ready, and what that took."""
    return f"{model} was loaded in {load_s:.1f} s."


def mood_words(mood: Mood) -> str:
    """How a contact sounds."""
    return f"sounds {mood.value}"


def time_words(state: State, scenario: Scenario) -> str:
    """Call time used; counted down where time is short. Time is counted in words of both sides."""
    used = min(scenario.minutes, round(state.words_in_touch / WORDS_PER_MINUTE))
    if scenario.time_is_short:
        left = scenario.minutes - used
        return f"about {left} of {scenario.minutes} min left" if left else "time is as good as up"
    return f"about {used} of {scenario.minutes} min" if used else f"less than 1 of {scenario.minutes} min"


def ending_words(reason: EndReason, name: str) -> str:
    """How a call ended, where it ends."""
    return {
        EndReason.RECRUITER_LEFT: "You hung up.",
        EndReason.GOODBYE: "You said goodbye to each other.",
        EndReason.HUNG_UP: f"{name} hung up on you.",
        EndReason.TIME_UP: f"{name}'s time is up.",
        EndReason.NOTHING_NEW: f"{name} ended the call: it went in circles.",
        EndReason.RANG_OUT: "You left no message.",
        EndReason.MESSAGE_LEFT: "Your message is recorded.",
        EndReason.SENT: "Sent.",
    }[reason]


def session_end_words(reason: SessionEnd) -> str:
    """Why a session is over."""
    return {
        SessionEnd.CALL_OVER: "The call is over.",
        SessionEnd.RECRUITER_DONE: "You call it a day.",
        SessionEnd.DAYS_UP: "The days of this scenario are over.",
        SessionEnd.TOUCHES_UP: "You have turned up more often than anybody's patience allows; it ends here.",
    }[reason]


def channel_words(channel: Channel) -> str:
    """A channel as people call it."""
    return {
        Channel.CALL: "call",
        Channel.JOINT_CALL: "joint call",
        Channel.VOICEMAIL: "voicemail",
        Channel.EMAIL: "e-mail",
        Channel.TEXT: "text",
    }[channel]


def names_words(names: Sequence[str]) -> str:
    """`Dana, Greg and Priya`; there is one at least."""
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last


def clock_words(day: int, minute: int) -> str:
    """`Day 3, 14:05`."""
    return f"Day {day}, {minute // 60}:{minute % 60:02}"


def letter_story(letter: Letter) -> list[str]:
    """Where a letter's words went, and how they came back."""
    ways = {Way.FORWARDED: "forwarded to", Way.TOLD: "told to", Way.OVERHEARD: "overheard by"}
    story = [f"day {travel.day}: {ways[travel.way]} {travel.to}" for travel in letter.travels]
    story += [f"{name} had told you in confidence, and tells you nothing any more" for name in letter.closed]
    story += [f"day {back.day}, {back.by} ({back.turn}): {back.text}" for back in letter.returns]
    return story


def contact_words(contact: ContactState, day: int) -> str:
    """Where one contact stands, as far as the recruiter can know."""
    if contact.has_shut_door:
        return "has shut the door"
    if contact.silent_since is not None:
        days = day - contact.silent_since
        return "no answer yet" if days == 0 else f"no answer for {count(days, 'day')}"
    return "not contacted yet" if not contact.touches else f"sounded {contact.mood.value} the last time"


def score_words(result: Result, mark: float) -> str:
    """`72 of 100: passed. The pass mark is 70.`"""
    if result.void is not None:
        return (
            f"This session doesn't count, and that isn't your doing: {result.void}. By its words it came to "
            f"{whole(result.score)} of 100."
        )
    outcome = "passed" if result.passed else "not passed"
    if not result.passed and result.score >= mark:
        return f"{whole(result.score)} of 100, and not passed: what you did wrong weighs more than the score."
    is_plain = (round(result.score) >= mark) == result.passed
    score = whole(result.score) if is_plain else number(result.score)
    return f"{score} of 100: {outcome}. The pass mark is {number(mark)}."


def tally_words(debrief: Debrief) -> str:
    """How many criteria came to what, in the order of verdicts."""
    verdicts = [row.result.verdict for row in debrief.rows]
    return ", ".join(
        f"{verdicts.count(verdict)} {verdict_words(verdict)[1]}" for verdict in Verdict if verdict in verdicts
    )


def learned_words(debrief: Debrief) -> str:
    """How much of what there was to find out was found out."""
    return f"You learned {len(debrief.learned)} of {len(debrief.ledger)} hidden facts."


def verdict_words(verdict: Verdict) -> tuple[str, str]:
    """A verdict's symbol and its word."""
    return {
        Verdict.MET: ("✓", "met"),
        Verdict.PARTIAL: ("~", "partly"),
        Verdict.MISSED: ("✗", "missed"),
        Verdict.VIOLATED: ("!", "broken"),
        Verdict.NOT_APPLICABLE: ("–", "no occasion"),
        Verdict.NOT_JUDGED: ("?", "not judged"),
    }[verdict]


def points_words(result: CriterionResult) -> str:
    """`7 of 14`, or why there are none."""
    return "not counted" if result.points is None else f"{number(result.points)} of {number(result.max_points)}"


def fault_words(error: BaseException | None) -> str:
    """A mistake of ours, by its kind alone: its text may hold what nobody should read."""
    return f"The program made a mistake ({type(error).__name__}). What was said so far is kept."


def when(at: datetime) -> str:
    """Day and time of the user's own zone: `31 Jan 2026, 14:05`."""
    local = at.astimezone()
    return f"{local.day} {local:%b %Y, %H:%M}"


def count(number_of: int, thing: str) -> str:
    """`1 turn`, `3 turns`."""
    return f"{number_of} {thing}{'' if number_of == 1 else 's'}"


def number(value: float) -> str:
    """Points, or a mark, without a needless decimal."""
    return f"{value:.1f}".removesuffix(".0")


def whole(score: float) -> str:
    """A session's score, of 100, as it is shown wherever it stands by itself."""
    return str(round(score))


CHECK_WORDS: Final = {
    GuardCheck.SPECIFIC: "something made up",
    GuardCheck.CLOSED: "something not earned",
    GuardCheck.TELLS: "something not asked for",
    GuardCheck.CONFIRMS: "a yes or no to a guess",
    GuardCheck.CONTRADICTS: "a yes that should be a no",
    GuardCheck.RECITES: "its instructions",
    GuardCheck.ASSISTANT: "a program's talk",
    GuardCheck.ROLE_SWAP: "your part",
    GuardCheck.STAGE: "a stage direction",
    GuardCheck.NO_SPEECH: "what can't be spoken",
    GuardCheck.REPEATS: "the same again",
    GuardCheck.LENGTH: "too many words",
    GuardCheck.LEFT_OUT: "something left out",
}
"""What a guard kept from being heard, for a reader."""


def fidelity_words(fidelity: Fidelity) -> str:
    """How the voice kept to its part, in some sentences."""
    said = []
    if fidelity.turns:
        said.append(
            f"The voice: {fidelity.as_directed} of {count(fidelity.turns, 'turn')} as directed, "
            f"{fidelity.repaired} on a second try, {fidelity.scripted} finished by the script."
        )
    if fidelity.hits:
        kinds = sorted(fidelity.hits.items(), key=lambda each: (-each[1], each[0]))
        said.append("Held back: " + ", ".join(f"{CHECK_WORDS[check]} ({times})" for check, times in kinds) + ".")
    if fidelity.failures:
        said.append(f"The model failed {count(fidelity.failures, 'time')}; the script stepped in.")
    return " ".join(said)


MISSING_WORDS: Final = {
    Missing.NO_TALK: "You never spoke to anybody who knew.",
    Missing.CLOSED: "A confidence was broken, and nothing was told any more.",
    Missing.ANSWER: "It comes only after another answer.",
    Missing.ACT: "It comes only after another question.",
    Missing.PROMISE: "It is told off the record only.",
    Missing.VOICE: "It is told by voice only.",
    Missing.WARMTH: "{name} hadn't warmed to you.",
}


def chance_words(entry: LedgerEntry) -> str:
    """From where on a fact that was never learned could have been, or what kept it shut."""
    if entry.from_turn is not None:
        return f"You could have had it from {entry.from_turn} on."
    return "" if entry.missing is None else MISSING_WORDS[entry.missing].replace("{name}", entry.last_met)


def against_words(against: Comparison) -> list[str]:
    """How another try compares with the first: the scores, then a line for each verdict that changed."""
    first = f"Against the first try ({against.session}), from {against.turn} on: "
    said = f"{first}{whole(against.score_after)} of 100, and {whole(against.score_before)} before."
    if not against.changes:
        return [f"{said} No verdict has changed."]
    changed = [
        f"{change.title}: {verdict_words(change.before)[1]} before, {verdict_words(change.after)[1]} now."
        for change in against.changes
    ]
    return [said, *changed]


RUNG_WORDS: Final = {
    Rung.DATE: ("By when", "nobody named a date"),
    Rung.BUMP: ("And later", "you didn't move it out"),
    Rung.COST: ("What that costs", "nobody said"),
}


def ladder_words(ladder: Sequence[Step]) -> list[str]:
    """The deadline ladder, a line a rung, down to the first that nobody reached."""
    lines = []
    for step in ladder:
        title, otherwise = RUNG_WORDS[step.rung]
        lines.append(f"{title}: “{step.quote}” ({_where(step)})" if step.quote else f"{title}: {otherwise}.")
        if not step.is_reached:
            break
    return lines


def _where(step: Step) -> str:
    if step.turn is None:
        return "said before"
    return f"{step.turn}, before a date was known" if step.is_early else step.turn


def hint_words(hint: HintOffered) -> list[str]:
    """A hint, in two lines."""
    return [f"Hint: {hint.title}. {hint.why}", f"For instance: “{hint.say}”"]


def again_words(criterion: str) -> str:
    """What a second try is for."""
    return f"Again: {criterion}"


EXAM_WORDS: Final = "An exam: no hints, no brief at hand, and no second try from a turn on."
EXAM_PLAYED: Final = "Played as an exam."


def hints_words(titles: Sequence[str]) -> str:
    """The hints that were asked for."""
    return f"You asked for {count(len(titles), 'hint')}: {'; '.join(titles)}."
