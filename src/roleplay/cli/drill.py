"""`roleplay drill`: single lines, each answered in one line and scored at once."""

import argparse
import asyncio
import json
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final, TextIO

from roleplay.cli.command import DONE
from roleplay.cli.text import wrapped
from roleplay.content.drill import DrillKind
from roleplay.drill.deck import CardRef
from roleplay.drill.feedback import feedback_words
from roleplay.drill.scoring import Scored
from roleplay.drill.sitting import Sitting
from roleplay.errors import NotFoundError
from roleplay.listener.learned import LearnedListener
from roleplay.record.words import plain_words
from roleplay.studio import Studio

END: Final = "/end"
MAX_ANSWER_CHARACTERS: Final = 2000
"""Over two minutes of speech; no card wants more than a short e-mail."""
PROMPTS: Final = {
    DrillKind.REPLY: "You: ",
    DrillKind.VOICEMAIL: "After the beep: ",
    DrillKind.REWRITE: "Your e-mail, on one line: ",
}


def run(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    """List the decks, or ask cards."""
    with asyncio.Runner() as runner:
        studio = runner.run(Studio.open(environment))
        try:
            library = studio.library
            if not library.drills:
                raise NotFoundError("no drills; put one into drills/ in your content folder")
            drills = {options.deck: library.drill(options.deck)} if options.deck else library.drills
            recruiter = options.recruiter or studio.settings.recruiter
            # The listener on this machine, even where a model is set: no answer leaves it.
            sitting = Sitting(drills, studio.store, LearnedListener(), recruiter)
            runner.run(sitting.open())
            now = studio.clock.now().astimezone(UTC)
            if options.list:
                _list(sitting, now, as_json=options.json)
                return DONE
            face = _Face(studio, sitting, runner, sys.stderr if options.json else sys.stdout)
            face.play(sitting.deal(options.n, now))
            if options.json:
                print(json.dumps(face.tally(), ensure_ascii=False, indent=2))
        finally:
            runner.run(studio.aclose())
    return DONE


def _list(sitting: Sitting, now: datetime, *, as_json: bool) -> None:
    decks = sitting.decks(now)
    if as_json:
        print(json.dumps([deck.model_dump(mode="json") for deck in decks], ensure_ascii=False, indent=2))
        return
    width = max(len(deck.deck) for deck in decks)
    for deck in decks:
        missed = f"; missed {deck.missed:.0%} of the time" if deck.missed else ""
        stands = f"{deck.cards} cards, {deck.due} due, {deck.new} new{missed}"
        print(f"{deck.deck:<{width}}  {plain_words(deck.title)}: {stands}")


class _Face:
    """Shows cards as lines, and reads an answer a line."""

    def __init__(self, studio: Studio, sitting: Sitting, runner: asyncio.Runner, out: TextIO) -> None:
        self._studio = studio
        self._sitting = sitting
        self._runner = runner
        self._out = out
        self._asks = sys.stdin.isatty()
        self._told: list[dict[str, object]] = []
        """Every card that was answered or skipped, as `--json` prints it."""

    def play(self, refs: list[CardRef]) -> None:
        """Ask the cards, then say how it went."""
        if not refs:
            due = self._sitting.next_due()
            assert due is not None, "a deck has cards; where none is new, each has a day"
            self._say(f"Nothing is due before {due.astimezone():%Y-%m-%d %H:%M}.")
            return
        if self._asks:
            self._say(f"{len(refs)} cards. One line an answer; an empty line skips, {END} stops.")
        for number, ref in enumerate(refs, 1):
            self._show(ref, f"{number}/{len(refs)}")
            answer = self._read(PROMPTS[self._sitting.card(ref)[0].kind])
            if answer is None:
                break
            self._take(ref, answer)
        tally = self.tally()
        self._say("")
        self._say(f"{tally['passed']} of {tally['cards']} passed, {tally['skipped']} skipped.")

    def tally(self) -> dict[str, object]:
        """How it went, as `--json` prints it."""
        return {
            "cards": len(self._told),
            "passed": sum(bool(each["passed"]) for each in self._told),
            "skipped": sum(each["answer"] is None for each in self._told),
            "answers": self._told,
        }

    def _show(self, ref: CardRef, place: str) -> None:
        drill, card = self._sitting.card(ref)
        self._say("")
        self._say(wrapped(f"{place} {drill.title}. {card.situation}"))
        for told in card.known:
            self._say(wrapped(f"You know: {told}", indent="  "))
        self._say(wrapped(f"{card.who}: “{card.says}”", indent="  "))

    def _take(self, ref: CardRef, answer: str) -> None:
        drill, card = self._sitting.card(ref)
        at = self._studio.clock.now().astimezone(UTC)
        scored: Scored | None = None
        if answer:
            scored = self._runner.run(self._sitting.answer(ref, answer, at))
            feedback = feedback_words(drill, scored)
        else:
            self._runner.run(self._sitting.skip(ref, at))
            feedback = "Skipped."
        passed = scored is not None and scored.passed
        self._say(wrapped(f"{'✓' if passed else '✗'} {feedback}", indent="  ", first=""))
        self._say(wrapped(f"One way: “{card.model}”", indent="  "))
        self._told.append(
            {
                "deck": ref.deck,
                "card": ref.card,
                "answer": answer or None,
                "passed": passed,
                "feedback": feedback,
                "faults": [] if scored is None else [each.model_dump(mode="json") for each in scored.faults],
                "model": card.model,
            }
        )

    def _read(self, prompt: str) -> str | None:
        """An answer that can be scored, empty for none; None at the end."""
        while True:
            if self._asks:
                self._out.write(prompt)
                self._out.flush()
            line = sys.stdin.readline()
            if not line or line.strip() == END:
                return None
            answer = plain_words(line)
            if len(answer) > MAX_ANSWER_CHARACTERS:
                self._say(f"That answer has {len(answer)} characters; say at most {MAX_ANSWER_CHARACTERS}.")
            elif line.startswith("/"):
                self._say(f"{answer.split()[0]!r} is no command; {END} stops, an empty line skips.")
            else:
                if not self._asks:
                    self._say(f"{prompt}{answer}")
                return answer

    def _say(self, text: str) -> None:
        self._out.write(f"{text}\n")
        self._out.flush()
