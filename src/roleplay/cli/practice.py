"""`roleplay practice`: a session in the terminal program, or line by line."""

import argparse
import asyncio
import json
import re
import sys
from collections.abc import AsyncIterator, Coroutine, Iterator, Mapping
from typing import Final, TextIO

from roleplay.cli.campaign import HANGS_UP, Desk, campaign_lines
from roleplay.cli.command import DONE, LAST
from roleplay.cli.text import debrief_text, wrapped
from roleplay.content.difficulty import Difficulty
from roleplay.content.mode import Mode
from roleplay.errors import SettingsError
from roleplay.practice.happenings import (
    Happening,
    HintOffered,
    NoticeRaised,
    TouchClosed,
    TurnFinished,
    TurnKept,
    WordsSpoken,
)
from roleplay.practice.loop import MAX_TURN_CHARACTERS, Practice
from roleplay.record.transcript import transcript_of
from roleplay.scoring.debrief import Debrief
from roleplay.settings import Wanted
from roleplay.studio import FIRST_SCENARIO, Studio
from roleplay.team_wording import handing_in_words
from roleplay.verdicts import asking_words
from roleplay.wording import (
    EXAM_WORDS,
    ending_words,
    hint_words,
    loaded_words,
    server_hint,
    server_question,
    spent_words,
    where_words_go,
)

END: Final = "/end"
HELP: Final = "/help"
HINT: Final = "/hint"
COMMAND: Final = re.compile(r"(/\w+)(?:\s|$)")
"""What looks like a command, known or not, is never said to the other side."""
PROMPT: Final = "You: "
TURN: Final = re.compile(r"t\d+\.\d+")


def is_terminal(*streams: TextIO) -> bool:
    """Whether somebody sits at all of `streams`."""
    return all(stream.isatty() for stream in streams)


def run(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    """Play a session."""
    if options.resume is not None and options.scenario:
        raise SettingsError("--resume goes on with a session; leave the scenario out")
    if options.resume is not None and options.seed is not None:
        raise SettingsError("--resume keeps the seed that the session began with; leave --seed out")
    if options.assignment is not None:
        _check_assigned(options)
    if options.exam and (options.resume is not None or options.again is not None):
        raise SettingsError("--exam is for a new session; leave --resume and --again out")
    is_plain = options.plain or options.json or not is_terminal(sys.stdin, sys.stdout)
    if not is_plain:
        return asyncio.run(_run_app(options, environment))
    with asyncio.Runner() as runner:
        return _Plain(options, environment, runner, sys.stderr if options.json else sys.stdout).run()


def _check_assigned(options: argparse.Namespace) -> None:
    """Raise SettingsError where something stands beside --assignment that it settles itself."""
    settled = {
        "the scenario": options.scenario,
        "--exam": options.exam or None,
        "--difficulty": options.difficulty,
        "--resume": options.resume,
        "--again": options.again,
    }
    given = [name for name, value in settled.items() if value is not None]
    if given:
        raise SettingsError(f"--assignment begins an attempt as it was assigned; leave {' and '.join(given)} out")


async def _run_app(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    from roleplay.tui.app import Start
    from roleplay.tui.app import run as run_app

    start = Start(
        scenario=options.scenario,
        resume=options.resume or None,
        seed=options.seed,
        recruiter=options.me,
        difficulty=difficulty_of(options),
        mode=mode_of(options),
        again=again_of(options),
        assignment=options.assignment,
    )
    return await run_app(environment, start, resume_last=options.resume == LAST, wanted=wanted_voice(options))


def wanted_voice(options: argparse.Namespace) -> Wanted:
    """What the command line says of the voice."""
    return Wanted(voice=options.voice, model=options.model)


def difficulty_of(options: argparse.Namespace) -> Difficulty:
    """How hard a new session is; normal, if nobody chose."""
    return Difficulty(options.difficulty or Difficulty.NORMAL)


def mode_of(options: argparse.Namespace) -> Mode:
    """In which mode a new session is played."""
    return Mode.EXAM if options.exam else Mode.COACHED


def again_of(options: argparse.Namespace) -> tuple[str, str] | None:
    """The session and the turn from which it is tried again.

    Raises:
        SettingsError: it names no turn, or stands beside what it rules out.
    """
    if options.again is None:
        return None
    if options.scenario or options.resume is not None or options.seed is not None:
        raise SettingsError("--again goes on from a session's turn; leave the scenario, --resume and --seed out")
    session, _, turn = options.again.partition(":")
    if not session or not TURN.fullmatch(turn):
        raise SettingsError(
            f"--again is {options.again!r}; it names a session and one of your turns, as in 20260131-k3f9q:t1.6"
        )
    return session, turn


class _Plain:
    """The linear face: prompts and replies as lines, no cursor control."""

    def __init__(
        self, options: argparse.Namespace, environment: Mapping[str, str], runner: asyncio.Runner, out: TextIO
    ) -> None:
        self._options = options
        self._environment = environment
        self._runner = runner
        self._out = out
        self.asks = sys.stdin.isatty()
        self._line_open = False
        self._names: dict[str, str] = {}

    def run(self) -> int:
        """Play to the end, print the debrief."""
        opening = Studio.open(
            self._environment,
            wanted=wanted_voice(self._options),
            has_library=self._options.resume is None and self._options.again is None,
            name=self._options.me,
        )
        studio = self._runner.run(opening)
        try:
            self._find_voice(studio)
            practice = self._runner.run(self._open(studio))
            try:
                self._play(practice)
            except KeyboardInterrupt:
                self.say(f"\nLeft. Session {practice.id} is kept; go on with: roleplay practice --resume")
                raise
            finally:
                self._runner.run(practice.aclose())
            if (host := studio.judge_after(practice.case)) is not None:
                self.say(f"({asking_words(host)})")
            self._report(practice, self._runner.run(studio.finish(practice)))
            self._runner.run(self._say_how_to_hand_in(studio, practice))
        finally:
            self._runner.run(studio.aclose())
        return DONE

    def _find_voice(self, studio: Studio) -> None:
        """Ask about a server that was found on this machine; where nobody can answer, say that it is there."""
        server = self._runner.run(studio.find_voice())
        if server is None:
            return
        if not self.asks:
            print(f"roleplay: {server_hint(server)}", file=sys.stderr)
            return
        self.say(wrapped(server_question(server)))
        answer = (self.read("[y]es, [n]o, Enter: ask me later: ") or "").strip().lower()
        if answer in {"y", "yes", "n", "no"}:
            self._runner.run(studio.answer(server, may_voice=answer.startswith("y")))

    async def _open(self, studio: Studio) -> Practice:
        again = again_of(self._options)
        if again is not None:
            practice = await studio.again(*again)
        elif self._options.assignment is not None:
            practice = await studio.attempt(self._options.assignment, seed=self._options.seed)
        elif self._options.resume is None:
            practice = await studio.start(
                self._options.scenario or FIRST_SCENARIO,
                seed=self._options.seed,
                recruiter=self._options.me,
                difficulty=difficulty_of(self._options),
                mode=mode_of(self._options),
            )
        else:
            practice = await studio.resume(self._options.resume or (await studio.last_unfinished()).id)
        self._introduce(practice)
        if studio.load_s is not None:
            self.say(f"({loaded_words(practice.voice_name, studio.load_s)})")
        return practice

    def _introduce(self, practice: Practice) -> None:
        scenario = practice.case.scenario
        persona = practice.case.personas[scenario.calls]
        self._names = {role: each.name for role, each in practice.case.personas.items()}
        self.say(wrapped(scenario.title))
        self.say(wrapped(scenario.brief))
        self.say("")
        if scenario.campaign is None:
            self.say(wrapped(f"You call {persona.name}, {persona.title}."))
        else:
            for role, each in practice.case.personas.items():
                self.say(wrapped(f"{role}: {each.name}, {each.title}", indent="  ", first="  "))
            self.say(f"You have {scenario.campaign.days} days, and about {scenario.campaign.touches} touches.")
        self.say(wrapped(f"Your goal: {scenario.goal}"))
        if practice.is_exam:
            self.say(EXAM_WORDS)
        if scenario.time_is_short:
            self.say(f"Time: about {scenario.minutes} minutes, counted in words spoken.")
        for past in scenario.history:
            name = practice.case.personas[past.speaker].first_name if past.speaker in scenario.cast else "you"
            self.say(wrapped(f"Said before, by {name}: “{past.text}”"))
        self.say(where_words_go(practice.voice_goes_to, practice.voice_name))
        if self.asks and scenario.campaign is None:
            self.say(f"Say one turn a line. {END} hangs up, {HELP} lists what you can do.")
        self.say("")
        for _, turn in transcript_of(practice.case, practice.events).turns():
            self.say(f"{'You' if turn.is_recruiters else self._names[turn.speaker]}: {turn.text}")

    def _play(self, practice: Practice) -> None:
        if practice.is_campaign:
            Desk(self, practice).play()
            return
        self.show(practice.begin())
        unread = 0
        for line in self._lines():
            command = COMMAND.match(line)
            word = None if command is None else command[1]
            if practice.is_over:
                unread += 1
            elif word in {END, *HANGS_UP}:
                break
            elif word == HINT:
                self.show(practice.hint())
            elif word is not None:
                unknown = "" if word == HELP else f"There is no {word}. "
                self.say(f"{unknown}{call_help(practice)}")
            elif len(line) > MAX_TURN_CHARACTERS:
                self.say(f"That turn has {len(line)} characters; say at most {MAX_TURN_CHARACTERS} at once.")
            else:
                self.show(practice.say(line))
            if practice.is_over and self.asks:
                break
        self.show(practice.leave())
        if unread:
            self.say(f"({unread} more {'line was' if unread == 1 else 'lines were'} not said: the call was over.)")

    def _lines(self) -> Iterator[str]:
        """Turns from standard input; blank lines are nothing said."""
        while (line := self.read(PROMPT)) is not None:
            if line.strip():
                yield line.strip()

    def read(self, prompt: str) -> str | None:
        """A line from standard input, without its end; None where there is no more."""
        if self.asks:
            self._out.write(prompt)
            self._out.flush()
        line = sys.stdin.readline()
        if not line and self.asks:
            self.say("")
        return line.rstrip("\r\n") if line else None

    def show(self, happenings: AsyncIterator[Happening]) -> None:
        async def drain() -> None:
            async for happening in happenings:
                self._show_one(happening)

        self._runner.run(drain())

    def run_now(self, move: Coroutine[None, None, None]) -> None:
        """Make a move that tells nothing."""
        self._runner.run(move)

    def _show_one(self, happening: Happening) -> None:  # noqa: C901 - one case a happening
        match happening:
            case TurnKept():
                if not self.asks:
                    self.say(f"{PROMPT}{happening.text}")
            case WordsSpoken():
                if not self._line_open:
                    self._out.write(f"{self._names[happening.role]}: ")
                    self._line_open = True
                self._out.write(plain_piece(happening.piece))
                self._out.flush()
            case TurnFinished():
                self._out.write("\n")
                self._out.flush()
                self._line_open = False
            case NoticeRaised():
                self.say(f"({happening.text})")
            case HintOffered():
                for hint in hint_words(happening):
                    self.say(wrapped(f"({hint})"))
            case TouchClosed():
                self.say(f"({ending_words(happening.reason, self._names[happening.role].split()[0])})")
            case _:
                for line in campaign_lines(happening, self._names):
                    self.say(line)

    def _report(self, practice: Practice, debrief: Debrief) -> None:
        self.say("")
        self.say(debrief_text(debrief))
        if spent := spent_words(practice.meter):
            self.say(f"The model used {spent}.")
        self.say(f"Session {practice.id}; see it again with: roleplay sessions {practice.id}")
        if self._options.json:
            print(json.dumps(session_json(practice.id, debrief), ensure_ascii=False, indent=2))

    async def _say_how_to_hand_in(self, studio: Studio, practice: Practice) -> None:
        if studio.me is not None and practice.assignment is not None and not practice.is_exam:
            self.say(wrapped(handing_in_words(await studio.store.session(practice.id))))

    def say(self, text: str) -> None:
        if self._line_open:
            self._out.write("\n")
            self._line_open = False
        self._out.write(f"{text}\n")
        self._out.flush()


def call_help(practice: Practice) -> str:
    """What can be done in a call, besides saying something."""
    hint = "" if practice.is_exam else f"{HINT} says what your scorecard still misses, "
    return f"A line is one turn. {hint}{END} hangs up and gives the debrief, Ctrl+C leaves for later."


def plain_piece(piece: str) -> str:
    """A piece of a streamed turn without control characters; spaces at its ends stay."""
    return "".join(character if character.isprintable() else " " for character in piece)


def session_json(session_id: str, debrief: Debrief) -> dict[str, object]:
    """A finished session as `--json` prints it."""
    return {
        "session": session_id,
        "transcript": debrief.transcript.to_json(),
        "result": debrief.result.model_dump(mode="json"),
    }
