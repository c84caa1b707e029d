"""Recruiters who do it badly, each in a way of their own."""

import random
from collections.abc import Iterator

from roleplay.content.acts import Act
from roleplay.practice.loop import Practice
from roleplay.record.events import RECRUITER
from roleplay.rehearsal.moves import Begin, Call, HangUp, Move, Say, Wait, Write
from roleplay.rehearsal.speech import Moves, book, is_live, line, own_first_name


def novice(practice: Practice, rng: random.Random) -> Iterator[Move]:
    """Friendly, asks for requirements, one or two good questions by luck, no date."""
    lines = list(book()["ask_badly"]["novice"])
    good = rng.sample([Act.ASK_PAIN, Act.ASK_DEADLINE, Act.ASK_OPEN, Act.ASK_STATUS, Act.ASK_BUDGET_OWNER], 2)
    for act in good:
        lines.insert(rng.randrange(1, len(lines)), f"*{act.value}")
    yield from _bad_campaign(practice, rng, lines)


def pitcher(practice: Practice, rng: random.Random) -> Iterator[Move]:
    """Sells."""
    yield from _bad_campaign(practice, rng, rng.sample(book()["ask_badly"]["pitcher"], 6))


def pusher(practice: Practice, rng: random.Random) -> Iterator[Move]:
    """Threatens, blames, pesters."""
    yield from _bad_campaign(practice, rng, rng.sample(book()["ask_badly"]["pusher"], 6))


def writer(practice: Practice, rng: random.Random) -> Iterator[Move]:  # noqa: ARG001 - as all recruiters
    """Writes everything into e-mails; where there is only a call, reads them aloud."""
    words = book()["write"]
    role = practice.case.scenario.calls
    past = [turn for turn in practice.case.scenario.history if turn.speaker != RECRUITER]
    confidence = next((f"As you told me, {turn.text}" for turn in past if turn.off_record), "")
    reason = next((turn.text for turn in past if turn.topic), "")
    names = {"name": practice.case.personas[role].first_name, "me": own_first_name(practice)}
    letter = str(words["bare"]).format(confidence=confidence, reason=reason, **names)
    nudge = str(words["nudge"]).format(**names)
    if not practice.is_campaign:
        yield Begin("the phone, then")
        while is_live(practice):
            yield Say("reads the e-mail aloud", letter)
        return
    yield Write("puts it all into one e-mail", role, letter)
    for other in practice.case.personas:
        yield Wait("waits for an answer", 2)
        if practice.state.touch is not None:
            yield Say("says it again", letter)
            yield HangUp("back to writing")
        if other != role:
            yield Write("writes to the next one", other, nudge)
    for _ in range(4):
        yield Wait("waits", 3)
        if practice.state.touch is not None:
            yield HangUp("would rather write")
        yield Write("any news?", role, nudge)


def _bad_campaign(practice: Practice, rng: random.Random, lines: list[str]) -> Iterator[Move]:
    """Say the same lines to everybody, one call after the other."""
    if not practice.is_campaign:
        yield Begin("dials")
        yield from _bad_talk(practice, rng, lines)
        return
    for role in practice.case.personas:
        for _ in range(2):
            yield Call("tries again", role)
            yield from _bad_talk(practice, rng, lines)
            yield Wait("a day later", 1)
            yield from _bad_talk(practice, rng, lines)


def _bad_talk(practice: Practice, rng: random.Random, lines: list[str]) -> Iterator[Move]:
    if practice.state.touch is None:
        return
    if is_live(practice):
        yield Say("says who calls", line(practice, rng, "greeting"))
    for words in lines:
        if practice.state.touch is None:
            return
        text = line(practice, rng, words[1:]) if words.startswith("*") else words
        yield Say("goes on as ever", text)
    if practice.state.touch is not None:
        yield HangUp("has said it all")


def parrot(words: str) -> Moves:
    """A recruiter who says one line over and over, to everybody: no scenario may be won by it."""

    def moves(practice: Practice, rng: random.Random) -> Iterator[Move]:
        yield from _bad_campaign(practice, rng, [words] * 12)

    return moves
