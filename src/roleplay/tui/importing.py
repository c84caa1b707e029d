"""A real call in three steps: which file, who is who in it, and by which scorecard."""

import asyncio
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import ClassVar, Final, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical, VerticalScroll
from textual.content import Content
from textual.getters import query_one
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Footer, Input, Static
from textual.worker import Worker, WorkerState

from roleplay.content.acts import Channel
from roleplay.errors import RoleplayError, TranscriptError
from roleplay.exchange.asking import (
    OFFERED_ROLES,
    asks_channel,
    channel_named,
    check_askable,
    known_roles,
    names_by_role,
    openings_in,
    transcript_by,
)
from roleplay.exchange.found import Found, Speaker
from roleplay.exchange.people import role_named
from roleplay.exchange.reading import path_typed, read_file
from roleplay.import_wording import KINDS, OPENINGS_ASKED, ROLES_ASKED, found_words, imported_words, speaker_words
from roleplay.record.transcript import Transcript
from roleplay.studio import Studio
from roleplay.tui.brief import heading
from roleplay.tui.choices import Choice, Choices
from roleplay.tui.fields import LineField, once_typed
from roleplay.tui.literal import one_line
from roleplay.tui.messages import BackWanted, CallScored
from roleplay.tui.path_input import PathInput
from roleplay.wording import count, fault_words

STEPS: Final = ("Which file?", "Who is who?", "By which scorecard?")
FILE, PEOPLE, SCORECARD = range(3)
SHOWN_TURNS: Final = 12
"""So many turns are shown, for seeing that the file was read rightly."""
SHOWN_CHARS: Final = 240
PATH, CHANNEL, OPENINGS = "import-path", "import-channel", "import-openings"
"""Ids of fields."""
STAYS: Final = "It is read and scored on this machine, and nothing of it is kept unless you save it."
OFFERS: Final = "↑ ↓ offer an answer; Enter goes on."

Answer = TypeVar("Answer")


class OfferingInput(LineField):
    """Takes any words; the up and down arrows go through some that are offered."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "offer(1)", "Next", show=False),
        Binding("up", "offer(-1)", "Previous", show=False),
    ]

    def __init__(self, offered: tuple[str, ...], value: str, placeholder: str, id: str) -> None:  # noqa: A002
        super().__init__(value, placeholder=placeholder, id=id, compact=True)
        self._offered = offered

    def action_offer(self, steps: int) -> None:
        """Put the next or the previous one there."""
        if self.value in self._offered:
            self.value = self._offered[(self._offered.index(self.value) + steps) % len(self._offered)]
        else:
            self.value = self._offered[0 if steps > 0 else -1]
        self.cursor_position = len(self.value)


class ImportScreen(Screen[None]):
    """One step on the screen at a time; Escape goes one back, and what was typed stays."""

    CSS_PATH = "importing.tcss"
    HELP = (
        "First the path of a transcript, as your meeting tool, mail program or editor left it. Then who is who; what "
        "the file says is shown beside it. Then a scorecard. Esc goes one step back."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "on", "Go on", id="import.on", tooltip="To the next step; in the last one, score it"),
        Binding("ctrl+s,f4", "on", "Go on", show=False, priority=True, id="import.keep", tooltip="To the next step"),
        Binding("escape", "back", "Back", id="import.back", tooltip="One step back"),
    ]

    line = query_one("#import-line", Static)

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self._studio = studio
        self._step = FILE
        self._path = Path()
        self._found: Found | None = None
        self._typed: dict[str, str] = {}
        """What stands in the fields, by their ids."""
        self._roles: dict[Speaker, str] = {}
        self._transcript: Transcript | None = None
        self._scorecard: str | None = None

    def compose(self) -> ComposeResult:
        """The step's question, and what answers it."""
        head = Content.assemble(("A real call", "bold $accent"), f"  step {self._step + 1} of {len(STEPS)}  ")
        yield Static(Content.assemble(head, (STEPS[self._step], "bold")), id="import-head")
        yield Static(self._about(), id="import-about")
        yield from (self._file, self._people, self._scorecards)[self._step]()
        yield Static(id="import-line")
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        """Type at once."""
        self._focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in a field goes to the next one, and from the last one to the next step."""
        if event.input is [*self.query(Input)][-1]:
            self.action_on()
        else:
            self.focus_next()

    def on_choice_reached(self, message: Choice.Reached) -> None:
        """Remember the scorecard under the cursor."""
        self._scorecard = message.value

    def on_choice_taken(self, message: Choice.Taken) -> None:
        """A click scores by it."""
        self._scorecard = message.value
        self.action_on()

    def action_on(self) -> None:
        """To the next step; after the last one, score it. One at a time: what comes meanwhile is dropped."""

        def go_on() -> None:
            if not any(worker.group == "step" and not worker.is_finished for worker in self.workers):
                self.run_worker(self._go_on(), name="go on", group="step", exit_on_error=False)

        once_typed(self, go_on)

    def action_back(self) -> None:
        """One step back, or away; what is under way is given up."""
        self._keep_typed()
        if self._step == FILE:
            self.workers.cancel_node(self)
            self.post_message(BackWanted())
            return
        self.run_worker(self._show(self._step - 1), name="back", group="step", exclusive=True, exit_on_error=False)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """An error that nobody foresaw: one line."""
        if event.state is WorkerState.ERROR:
            self.log.error(event.worker.error)
            self._say(fault_words(event.worker.error), is_trouble=True)

    # Steps

    async def _go_on(self) -> None:
        self._keep_typed()
        try:
            if self._step == FILE:
                await self._read()
            elif self._step == PEOPLE:
                self._answer()
                await self._show(SCORECARD)
            elif self._scorecard is not None:
                await self._score(self._scorecard)
        except RoleplayError as error:
            self._say(str(error), is_trouble=True)

    async def _read(self) -> None:
        path = path_typed(self._typed.get(PATH, ""))
        self._say("Reading …")
        found = await asyncio.to_thread(read_file, path)
        try:
            check_askable(found)
        except TranscriptError as error:
            raise TranscriptError(f"{path}: {error}") from error
        if path != self._path:
            self._typed = {name: typed for name, typed in self._typed.items() if name == PATH}
        self._path, self._found = path, found
        self._roles = known_roles(found)
        await self._show(PEOPLE)

    def _answer(self) -> None:
        """Make the transcript of what stands in the fields; where something can't be, the cursor goes there."""
        found = self._found
        assert found is not None, "it was read in the step before"
        people = enumerate(found.speakers)
        self._roles = {speaker: self._taken(_role_id(at), partial(_role, speaker)) for at, speaker in people}
        channel = self._taken(CHANNEL, lambda text: channel_named(text) if text else None)
        openings = self._taken(OPENINGS, lambda text: openings_in(text) if text else None)
        self._transcript = transcript_by(found, self._roles, self._path, channel=channel, openings=openings)

    def _taken(self, field: str, read: Callable[[str], Answer]) -> Answer:
        try:
            return read(self._typed.get(field, ""))
        except TranscriptError:
            self.query_one(f"#{field}", Input).focus()
            raise

    async def _score(self, scorecard_id: str) -> None:
        assert self._transcript is not None, "it was made in the step before"
        self._say(f"Scoring {count(sum(1 for _ in self._transcript.turns()), 'turn')} …")
        names = names_by_role(self._roles)
        debrief = await self._studio.debrief_of_call(self._transcript, scorecard_id, names)
        self._say("")
        self.post_message(CallScored(debrief, self._path))

    async def _show(self, step: int) -> None:
        self._step = step
        await self.recompose()
        self._focus()

    def _focus(self) -> None:
        for choices in self.query(Choices):
            entries = [entry for entry in choices.entries if entry.value == self._scorecard] or choices.entries
            entries[0].focus()
        fields = [*self.query(Input)]
        for field in [field for field in fields if not field.value][:1] or fields[:1]:
            field.focus()

    def _keep_typed(self) -> None:
        self._typed |= {str(field.id): field.value.strip() for field in self.query(Input)}

    def _say(self, words: str, *, is_trouble: bool = False) -> None:
        self.line.update(one_line(words, "$error" if is_trouble else "$muted"))

    # What stands on the screen

    def _about(self) -> Content:
        if self._step == FILE or self._found is None:
            return Content.styled(STAYS, "$muted")
        if self._step == PEOPLE or self._transcript is None:
            return one_line(f"{self._path.name}: {found_words(self._found)}", "$muted")
        return one_line(f"{self._path.name}: {imported_words(self._found.format, self._transcript)}", "$muted")

    def _file(self) -> Iterator[Widget]:
        with Vertical(id="import-file"):
            yield Static(
                "The path of its transcript. Enter reads it; → takes what is proposed.", classes="field", markup=False
            )
            yield PathInput(self._typed.get(PATH, ""), placeholder="~/Downloads/call.vtt", id=PATH)
            yield Static(KINDS, classes="field", markup=False)

    def _people(self) -> Iterator[Widget]:
        found = self._found
        assert found is not None, "it was read in the step before"
        with Container(id="import-people"):
            with VerticalScroll(id="import-fields", can_focus=False):
                yield Static(OFFERS, classes="field", markup=False)
                for at, speaker in enumerate(found.speakers):
                    yield Static(one_line(speaker_words(speaker)), classes="question")
                    value = self._typed.get(_role_id(at)) or self._roles.get(speaker, "")
                    yield OfferingInput(OFFERED_ROLES, value, ROLES_ASKED, _role_id(at))
                if asks_channel(found):
                    yield Static("By which channel", classes="question", markup=False)
                    fitting = " or ".join((Channel.CALL, Channel.JOINT_CALL))
                    yield OfferingInput(tuple(Channel), self._typed.get(CHANNEL, ""), f"{fitting}, as it fits", CHANNEL)
                yield Static(OPENINGS_ASKED, classes="question", markup=False)
                yield LineField(self._typed.get(OPENINGS, ""), placeholder=_known(found), id=OPENINGS, compact=True)
            with VerticalScroll(id="import-preview"):
                yield Static(_preview(found))

    def _scorecards(self) -> Iterator[Widget]:
        with Choices(id="import-scorecards"):
            for name, card in self._studio.library.scorecards.items():
                parts = [one_line(card.title, "bold"), one_line(card.about)]
                parts.append(one_line(f"{len(card.criteria)} criteria", "$muted"))
                yield Choice(name, Content("\n").join(parts))


def _role_id(at: int) -> str:
    return f"import-role-{at}"


def _role(speaker: Speaker, text: str) -> str:
    if not text:
        raise TranscriptError(f"who is {speaker.name}? {ROLES_ASKED}")
    return role_named(text)


def _known(found: Found) -> str:
    """What is taken where nobody says how many openings there were."""
    openings = None if found.transcript is None else found.transcript.context.openings
    return "not known" if openings is None else str(openings)


def _preview(found: Found) -> Content:
    """The first turns, as they were read."""
    said = [(name, text) for name, _, text in found.said() if text]
    parts = [heading("As it was read")]
    for name, text in said[:SHOWN_TURNS]:
        shown = text if len(text) <= SHOWN_CHARS else f"{text[:SHOWN_CHARS]} …"
        parts.append(Content.assemble(one_line(name, "bold"), "  ", one_line(shown)))
    if len(said) > SHOWN_TURNS:
        parts.append(Content.styled(f"… and {count(len(said) - SHOWN_TURNS, 'turn')} more.", "$muted"))
    return Content("\n").join(parts)
