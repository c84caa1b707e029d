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
from roleplay.drill.deck import CardRef
from roleplay.drill.sitting import Sitting, Tally
from roleplay.drill_wording import PROMPTS, deck_words, nothing_due_words, passed_sign, tally_words, too_long_words
from roleplay.record.words import plain_words
from roleplay.studio import Studio

END: Final = "/end"


def run(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    """List the decks, or ask cards."""
    with asyncio.Runner() as runner:
        studio = runner.run(Studio.open(environment, name=options.me))
        try:
            sitting = studio.sitting(options.deck, recruiter=options.me)
            runner.run(sitting.open())
            now = studio.clock.now().astimezone(UTC)
            if options.list:
                _list(sitting, now, as_json=options.json)
                return DONE
            face = _Face(studio, sitting, runner, sys.stderr if options.json else sys.stdout)
            face.play(sitting.deal(options.n, now))
            if options.json:
                print(json.dumps(_told(face.tally), ensure_ascii=False, indent=2))
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
        print(f"{deck.deck:<{width}}  {plain_words(deck.title)}: {deck_words(deck)}")


def _told(tally: Tally) -> dict[str, object]:
    """How it went, as `--json` prints it."""
    answers = [each.model_dump(mode="json") for each in tally.answers]
    return {"cards": tally.cards, "passed": tally.passed, "skipped": tally.skipped, "answers": answers}


class _Face:
    """Shows cards as lines, and reads an answer a line."""

    def __init__(self, studio: Studio, sitting: Sitting, runner: asyncio.Runner, out: TextIO) -> None:
        self._studio = studio
        self._sitting = sitting
        self._runner = runner
        self._out = out
        self._asks = sys.stdin.isatty()
        self.tally = Tally()

    def play(self, refs: list[CardRef]) -> None:
        """Ask the cards, then say how it went."""
        if not refs:
            due = self._sitting.next_due()
            assert due is not None, "a deck has cards; where none is new, each has a day"
            self._say(nothing_due_words(due))
            return
        if self._asks:
            self._say(f"{len(refs)} cards. One line an answer; an empty line skips, {END} stops.")
        for number, ref in enumerate(refs, 1):
            self._show(ref, f"{number}/{len(refs)}")
            answer = self._read(f"{PROMPTS[self._sitting.card(ref)[0].kind]}: ")
            if answer is None:
                break
            self._take(ref, answer)
        self._say("")
        self._say(tally_words(self.tally))

    def _show(self, ref: CardRef, place: str) -> None:
        drill, card = self._sitting.card(ref)
        self._say("")
        self._say(wrapped(f"{place} {drill.title}. {card.situation}"))
        for told in card.known:
            self._say(wrapped(f"You know: {told}", indent="  "))
        self._say(wrapped(f"{card.who}: “{card.says}”", indent="  "))

    def _take(self, ref: CardRef, answer: str) -> None:
        at = self._studio.clock.now().astimezone(UTC)
        taking = self._sitting.answer(ref, answer, at) if answer else self._sitting.skip(ref, at)
        answered = self._runner.run(taking)
        self._say(wrapped(f"{passed_sign(passed=answered.passed)} {answered.feedback}", indent="  ", first=""))
        self._say(wrapped(f"One way: “{answered.model}”", indent="  "))
        self.tally = self.tally.and_then(answered)

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
            if (trouble := too_long_words(answer)) is not None:
                self._say(trouble)
            elif line.startswith("/"):
                self._say(f"{answer.split()[0]!r} is no command; {END} stops, an empty line skips.")
            else:
                if not self._asks:
                    self._say(f"{prompt}{answer}")
                return answer

    def _say(self, text: str) -> None:
        self._out.write(f"{text}\n")
        self._out.flush()
