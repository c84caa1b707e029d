"""A scenario over several days, line by line: what can be done at the desk, and what comes in."""

from collections.abc import AsyncGenerator, Callable, Coroutine, Iterator, Mapping
from typing import Final, Protocol

from pydantic import ValidationError

from roleplay.cli.text import wrapped
from roleplay.content.acts import Channel
from roleplay.content.job_order import NOBODY, ROLE_FIELDS, Grade, JobOrder
from roleplay.errors import MoveError
from roleplay.practice.happenings import (
    Beeped,
    DayCame,
    Happening,
    MessageCame,
    MessageSent,
    RangOut,
    SessionClosed,
    TouchOpened,
)
from roleplay.practice.loop import MAX_TURN_CHARACTERS, Practice
from roleplay.record.events import RECRUITER
from roleplay.scoring.job_map import FIELD_TITLES
from roleplay.wording import channel_words, clock_words, contact_words, names_words, session_end_words

HANGS_UP: Final = ("/hang", "/hangup")
FROM_DESK: Final = frozenset({"/call", "/email", "/text", "/join", "/wait"})
"""What can't be done on the phone."""
HINT_HELP: Final = "  /hint                  what your scorecard still misses\n"
HELP: Final = """\
At your desk:
  /call NAME             ring somebody; if they don't pick up, your next line is the voicemail
  /email NAME [TEXT]     write an e-mail: TEXT, or the lines that follow up to a line with a dot alone
  /text NAME TEXT        write a text
  /join [NAMES]          hold the call with everybody, once somebody has agreed to it
  /wait [DAYS]           let days pass; without a number, go on later today
  /contacts, /inbox      who is there and how it stands; what was written to you
  /map [FIELD WORDS]     your page about the job order: see it, or fill in a field (a dash empties it)
{hint}\
  /end                   that's it: see the debrief
On the phone a line is one turn; /hang hangs up. Ctrl+C leaves for later."""
DOT: Final = "."
EMPTY: Final = "-"
AT_DESK: Final = "You are at your desk; /call, /email, /text, /wait … (/help lists them)."
ON_PHONE: Final = (
    "You are on the phone with {whom}: a line is one turn; /hang, /contacts, /inbox, /map … (/help lists them)."
)


class LinearFace(Protocol):
    """What the desk needs of the line-by-line face."""

    @property
    def asks(self) -> bool:
        """Whether somebody sits at the keyboard."""
        ...

    def say(self, text: str) -> None:
        """Print a line."""
        ...

    def read(self, prompt: str) -> str | None:
        """Read a line; None where there is no more."""
        ...

    def show(self, happenings: AsyncGenerator[Happening, None]) -> None:
        """Show what happens until it is quiet."""
        ...

    def run_now(self, move: Coroutine[None, None, None]) -> None:
        """Make a move that tells nothing."""
        ...


class Desk:
    """Plays one session over several days, a line at a time."""

    def __init__(self, face: LinearFace, practice: Practice) -> None:
        self._face = face
        self._practice = practice
        self._has_offered_map = False
        self._commands: dict[str, Callable[[str], None]] = {
            "/call": self._call,
            "/email": lambda rest: self._write(Channel.EMAIL, rest),
            "/text": lambda rest: self._write(Channel.TEXT, rest),
            "/join": self._join,
            "/wait": self._wait,
            "/contacts": lambda _: self._contacts(),
            "/inbox": lambda _: self._inbox(),
            "/map": self._map,
            "/hint": lambda _: self._face.show(self._practice.hint()),
            "/help": lambda _: self._help(),
            **dict.fromkeys(HANGS_UP, lambda _: self._hang_up()),
        }

    def play(self) -> None:
        """Play to the end of the session, or of the input."""
        face, practice = self._face, self._practice
        self._help()
        face.say("")
        face.show(practice.begin())
        while not practice.is_over:
            line = face.read(self._prompt())
            is_end = line is not None and line.split()[:1] == ["/end"]
            if line is None or (is_end and not self._offers_map()):
                break
            if line.strip() and not is_end:
                self._take(line.strip())
        face.show(practice.finish())

    def _help(self) -> None:
        self._face.say(HELP.format(hint="" if self._practice.is_exam else HINT_HELP))

    def _offers_map(self) -> bool:
        """Once before the end, and only to somebody who sits there: the page may be filled in."""
        if self._has_offered_map or not self._face.asks or self._practice.state.page is not None:
            return False
        self._has_offered_map = True
        self._face.say("Before you see how it really is: /map fills in your own page. /end again ends it.")
        return True

    def _prompt(self) -> str:
        state = self._practice.state
        return "You: " if state.touch is not None else f"[{clock_words(state.day, state.minute)}] "

    def _take(self, line: str) -> None:
        """One line: a turn on the phone, or a command at the desk."""
        practice = self._practice
        word, _, rest = line.partition(" ")
        is_on_phone = practice.state.touch is not None
        try:
            if is_on_phone and word in FROM_DESK:
                self._face.say(f"(you are on the phone with {self._whom()}; {HANGS_UP[0]} hangs up)")
            elif word in self._commands:
                self._commands[word](rest.strip())
            elif word.startswith("/"):
                here = ON_PHONE.format(whom=self._whom()) if is_on_phone else AT_DESK
                self._face.say(f"There is no {word}. {here}")
            elif not is_on_phone:
                self._face.say(AT_DESK)
            elif len(line) > MAX_TURN_CHARACTERS:
                self._face.say(f"That turn has {len(line)} characters; say at most {MAX_TURN_CHARACTERS} at once.")
            else:
                self._face.show(practice.say(line))
        except MoveError as error:
            self._face.say(f"({error})")

    def _whom(self) -> str:
        """Who is on the line, or whose voicemail."""
        state = self._practice.state
        names = names_words([self._practice.case.personas[role].first_name for role in state.roles])
        return f"{names}'s voicemail" if state.channel is Channel.VOICEMAIL else names

    def _hang_up(self) -> None:
        if self._practice.state.touch is None:
            raise MoveError("you aren't on the phone")
        self._face.show(self._practice.leave())

    def _call(self, name: str) -> None:
        self._face.show(self._practice.call(self._role(name)))

    def _join(self, names: str) -> None:
        self._face.show(self._practice.join([self._role(name) for name in names.replace(",", " ").split()]))

    def _write(self, channel: Channel, rest: str) -> None:
        name, _, text = rest.partition(" ")
        role = self._role(name.rstrip(":,"))
        self._practice.check_move((role,))
        if not text.strip() and channel is Channel.EMAIL:
            lines = []
            while (line := self._face.read("| ")) is not None and line.strip() != DOT:
                lines.append(line)
            if line is None:
                raise MoveError("the e-mail had no end, a line with a dot alone, and wasn't sent")
            text = "\n".join(lines)
        self._face.show(self._practice.write((role,), channel, text))

    def _wait(self, days: str) -> None:
        if days and not (days.isascii() and days.isdigit() and 0 < int(days) <= 60):
            raise MoveError(f"{days!r} is no number of days from 1 to 60")
        self._face.show(self._practice.wait(int(days) if days else None))
        state = self._practice.state
        if state.touch is None and not self._practice.is_over:
            self._face.say(f"({clock_words(state.day, state.minute)})")

    def _contacts(self) -> None:
        state = self._practice.state
        for role, persona in self._practice.case.personas.items():
            stands = contact_words(state.contacts[role], state.day)
            self._face.say(wrapped(f"{role}: {persona.name}, {persona.title}; {stands}", indent="  "))

    def _inbox(self) -> None:
        state = self._practice.state
        days = {entry.touch: entry for entry in state.calendar}
        came = [turn for turn in state.turns if turn.channel.is_written and turn.speaker != RECRUITER]
        for turn in came:
            entry = days[turn.touch]
            who = self._practice.case.personas[turn.speaker].first_name
            self._face.say(
                wrapped(f"day {entry.day}, {channel_words(turn.channel)} from {who}: {turn.text}", indent="    ")
            )
        if not came:
            self._face.say("Nobody has written to you.")

    def _map(self, rest: str) -> None:
        page = self._practice.state.page or JobOrder()
        field, _, words = rest.partition(" ")
        if words.strip():
            page = _filled(page, field, words.strip(), self._role)
            self._face.run_now(self._practice.fill_map(page))
        for field, title in FIELD_TITLES.items():
            value = getattr(page, field)
            self._face.say(wrapped(f"  {field:<15} {title}: {value if value is not None else '–'}", indent=" " * 18))

    def _role(self, name: str) -> str:
        """A role by itself, or by its persona's first or last name."""
        wanted = name.casefold()
        for role, persona in self._practice.case.personas.items():
            if wanted and wanted in {role, *persona.name.casefold().split(), persona.name.casefold()}:
                return role
        firsts = (f"{persona.first_name} ({role})" for role, persona in self._practice.case.personas.items())
        whom = f"nobody is {name!r}" if name else "whom do you mean?"
        raise MoveError(f"{whom}; there are {', '.join(firsts)}")


def _filled(page: JobOrder, field: str, words: str, role_of: Callable[[str], str]) -> JobOrder:
    """A page with one field filled in, or emptied by a dash."""
    if field not in FIELD_TITLES:
        raise MoveError(f"the page has no {field!r}; it has {', '.join(FIELD_TITLES)}")
    value: str | None = None if words == EMPTY else words
    if value is not None and field in ROLE_FIELDS and value != NOBODY:
        value = role_of(value)
    try:
        return JobOrder.model_validate(page.model_dump() | {field: value})
    except ValidationError as error:
        grades = ", ".join(grade.value for grade in Grade)
        raise MoveError(f"{words!r} can't stand there; a grade is {grades}") from error


def campaign_lines(happening: Happening, names: Mapping[str, str]) -> Iterator[str]:
    """What a scenario over several days tells, as lines."""
    match happening:
        case TouchOpened() if len(happening.roles) > 1:
            yield f"(On the line: {', '.join(names[role] for role in happening.roles)}.)"
        case TouchOpened() if happening.by != RECRUITER:
            yield f"(The phone rings: {happening.name}.)"
        case RangOut():
            yield f"({happening.name} doesn't pick up.)"
            yield f"Voicemail: {happening.greeting}"
            yield "(Your next line is recorded; /hang leaves no message.)"
        case Beeped():
            yield "(Beep. The rest wasn't recorded.)"
        case MessageSent():
            yield wrapped(
                f"({channel_words(happening.channel)} to {' and '.join(names[role] for role in happening.to)})"
            )
        case MessageCame():
            who = f"{channel_words(happening.channel)} from {names[happening.role]}"
            yield wrapped(f"[{who}] {happening.text}", indent="  ")
        case DayCame():
            yield f"--- Day {happening.day} ---"
        case SessionClosed():
            yield f"({session_end_words(happening.reason)})"
        case _:
            return
