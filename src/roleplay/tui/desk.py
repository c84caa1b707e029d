"""The desk: a scenario over several days. Who there is and how it stands, what came, and what to do next."""

from collections.abc import Awaitable, Callable
from typing import ClassVar, Final, TypeAlias

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.getters import query_one
from textual.widgets import Footer, Static

from roleplay.content.acts import Channel
from roleplay.content.job_order import JobOrder
from roleplay.errors import MoveError, RoleplayError
from roleplay.practice.happenings import DayCame, HintOffered, MessageCame, NoticeRaised, SessionClosed
from roleplay.practice.loop import Practice
from roleplay.record.events import RECRUITER
from roleplay.tui.brief import goal_words, heading, scored_words, situation_words, who_words
from roleplay.tui.choices import Choice, Choices
from roleplay.tui.letter import Letter, LetterScreen
from roleplay.tui.literal import literal, one_line
from roleplay.tui.loop_screen import LoopScreen
from roleplay.tui.map_page import MapScreen
from roleplay.tui.messages import CallLeft, CallOver, TouchPlaced
from roleplay.tui.panels import QuestionScreen, ReadingScreen
from roleplay.wording import (
    again_words,
    channel_words,
    clock_words,
    contact_words,
    count,
    hint_words,
    names_words,
    session_end_words,
    where_words_go_briefly,
)

ENTRIES_SHOWN: Final = 60
"""Of the calendar, the latest."""

MAP_BEFORE_THE_END: Final = "Fill in what you know, or put it away; the debrief follows."

Letters: TypeAlias = dict[tuple[str, Channel], str]
"""What is written and not sent: by contact and channel."""


class DeskScreen(LoopScreen):
    """Between touches. What it drives is durable move by move, so leaving it loses nothing."""

    CSS_PATH = "desk.tcss"
    HELP = "Choose somebody with the arrow keys, then call or write. Let days pass when you have done what you can."
    AUTO_FOCUS = "Choice"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c,enter", "call", "Call", id="desk.call", tooltip="Ring the one under the cursor"),
        Binding("e", "write('email')", "E-mail", id="desk.email", tooltip="Write an e-mail to them"),
        Binding("x", "write('text')", "Text", id="desk.text", tooltip="Write a text to them"),
        Binding("o", "join", "Joint call", id="desk.join", tooltip="Hold the call with everybody, once it is agreed"),
        Binding("l", "wait(0)", "Later", id="desk.later", tooltip="Go on later today"),
        Binding("w", "wait(1)", "Next day", id="desk.wait", tooltip="Let a day pass"),
        Binding("W", "wait(7)", "A week", show=False, id="desk.week", tooltip="Let a week pass"),
        Binding("m", "map", "Map", id="desk.map", tooltip="Your page about the job order"),
        Binding("f4", "hint", "Hint", show=False, id="desk.hint", tooltip="What your scorecard still misses"),
        Binding("f2", "brief", "Brief", show=False, id="desk.brief", tooltip="Read the brief again"),
        Binding("ctrl+g,f10", "finish", "Finish", id="desk.finish", tooltip="That's it: end it and have it scored"),
        Binding("escape", "leave", "Leave", show=False, id="desk.leave", tooltip="Leave; it can be resumed"),
    ]

    contacts = query_one("#contacts", Choices)
    log_view = query_one("#log", VerticalScroll)
    day = query_one("#day", Static)
    hint = query_one("#hint", Static)

    def __init__(self, practice: Practice, letters: Letters | None = None, again: str = "") -> None:
        """`again`: the title of the criterion that it is a second try for."""
        super().__init__(practice)
        self._again = again
        self._letters: Letters = {} if letters is None else letters
        self._sending: tuple[str, Channel] | None = None
        """Whose letter is on its way and not durable yet."""
        self._current = practice.case.scenario.calls
        self._is_leaving = False
        self._shown: set[str] = set()

    def compose(self) -> ComposeResult:
        """The day on top; contacts beside what has been."""
        with Horizontal(id="status"):
            yield Static(id="day")
            yield Static(one_line(where_words_go_briefly(self.practice.voice_goes_to)), id="goes")
        with Horizontal(id="middle"):
            with Vertical(id="people"):
                yield Static(heading("Contacts"), id="people-heading")
                yield Choices(id="contacts")
            yield VerticalScroll(id="log", can_focus=True)
        yield Static(id="hint")
        yield Footer()

    async def on_mount(self) -> None:
        """Show everybody, and what has been so far."""
        await self.contacts.mount_all(Choice(role, self._contact(role)) for role in self.practice.case.personas)
        self.log_view.anchor()
        self.contacts.focus_first()
        self._show()
        if self._again:
            self._tell(again_words(self._again))
        self.drive(self.practice.begin())

    def on_screen_resume(self) -> None:
        """Back from a call or a panel."""
        if self.is_mounted:
            self._show()

    # What the user does

    def on_choice_reached(self, message: Choice.Reached) -> None:
        """Remember who is under the cursor."""
        self._current = message.value
        self._refresh_hint()

    def on_choice_taken(self, message: Choice.Taken) -> None:
        """A click on somebody calls them."""
        self._current = message.value
        self.action_call()

    def action_call(self) -> None:
        """Ring the one under the cursor."""
        if self._is_free():
            self.post_message(TouchPlaced(self.practice, self.practice.call(self._current)))

    def action_join(self) -> None:
        """Hold the call with everybody."""
        if self._is_free():
            try:
                self.practice.check_join()
            except MoveError as error:
                self.touch_failed(str(error))
            else:
                self.post_message(TouchPlaced(self.practice, self.practice.join()))

    def action_write(self, channel: str) -> None:
        """Write to the one under the cursor."""
        if self._is_free():
            name = self.practice.case.personas[self._current].name
            role, by = self._current, Channel(channel)
            head, begun = f"{channel_words(by).capitalize()} to {name}", self._letters.get((role, by), "")

            def send(letter: Letter | None) -> None:
                if letter is None or not letter.text.strip():
                    self._letters.pop((role, by), None)
                    return
                self._letters[role, by] = letter.text
                if letter.is_sent:
                    self._sending = (role, by)
                    self.drive(self.practice.write((role,), by, letter.text))
                else:
                    self._tell(f"Your {channel_words(by)} to {name} is put away, unsent.")

            self.app.push_screen(LetterScreen(head, begun), send)

    def action_wait(self, days: int) -> None:
        """Let time pass."""
        if self._is_free():
            self.drive(self.practice.wait(days or None))

    def action_map(self) -> None:
        """Fill in the page about the job order."""
        if self._is_free():
            self._ask_for_map(self._keep_map)

    def _ask_for_map(self, then: Callable[[JobOrder | None], Awaitable[None]], why: str = "") -> None:
        names = {role: persona.first_name for role, persona in self.practice.case.personas.items()}
        self.app.push_screen(MapScreen(self.practice.state.page or JobOrder(), names, why), then)

    async def _keep_map(self, page: JobOrder | None) -> None:
        if page is None:
            return
        try:
            await self.practice.fill_map(page)
        except RoleplayError as error:
            self._tell(str(error), "$error")
        else:
            self._tell("Your map is kept.")

    def action_brief(self) -> None:
        """Read the brief again."""
        case = self.practice.case
        self.app.push_screen(
            ReadingScreen([who_words(case), goal_words(case), situation_words(case), scored_words(case)])
        )

    def action_hint(self) -> None:
        """Ask what the scorecard still misses."""
        if self._worker is None and not self.practice.is_over:
            self.drive(self.practice.hint())

    def action_finish(self) -> None:
        """End it, after a question."""
        if self.practice.is_over:
            self._debrief()
            return
        question = literal("Is that it? The session ends here and is scored.")
        self.app.push_screen(QuestionScreen(question, "End it", "Go on"), self._finish)

    async def _finish(self, is_sure: bool | None) -> None:
        if not is_sure or self._is_leaving:
            return
        await self.stop()
        if self.practice.state.page is None:  # once before the debrief; never required
            self._ask_for_map(self._finish_with, MAP_BEFORE_THE_END)
        else:
            self.drive(self.practice.finish())

    async def _finish_with(self, page: JobOrder | None) -> None:
        await self._keep_map(page)
        self.drive(self.practice.finish())

    async def action_leave(self) -> None:
        """Go home; the session stays as it is."""
        if not self._is_leaving:
            self._is_leaving = True
            await self.close_down()
            self.post_message(CallLeft(self.practice.id, ""))

    def debrief_failed(self) -> None:
        """The debrief couldn't be made: it may be tried again."""
        self._is_leaving = False

    def touch_failed(self, words: str) -> None:
        """A call couldn't begin, and why."""
        self._tell(words, "$error")

    def _debrief(self) -> None:
        if not self._is_leaving:
            self._is_leaving = True
            self.post_message(CallOver(self.practice))

    # Driving the loop

    def _is_free(self) -> bool:
        if self.practice.is_over:
            self._debrief()
            return False
        return self._worker is None

    def on_loop_screen_happened(self, message: LoopScreen.Happened) -> None:
        """Show it."""
        match message.happening:
            case DayCame(day):
                self._tell(f"Day {day}")
            case NoticeRaised(text):
                self._tell(text)
            case HintOffered() as hint:
                self._tell(" ".join(hint_words(hint)))
            case SessionClosed(reason):
                self._tell(session_end_words(reason))
            case MessageCame():
                self._show()

    def on_loop_screen_quieted(self, message: LoopScreen.Quieted) -> None:
        """The recruiter's move; or the phone rang meanwhile."""
        if message.run != self._run:
            return
        self._worker = None
        if self._sending is not None:
            self._letters.pop(self._sending, None)
            self._sending = None
        self._show()
        if self.practice.is_over:
            self._debrief()
        elif self.practice.state.touch is not None and not self._is_leaving:
            self.post_message(TouchPlaced(self.practice, None))

    def on_loop_screen_stumbled(self, message: LoopScreen.Stumbled) -> None:
        """Say what is wrong; what was kept is kept."""
        if message.run == self._run:
            self._worker = None
            self._tell(message.words, "$error")
            if self._sending is not None:
                self._tell("What you wrote is kept: open it again to send it.")
                self._sending = None
            self._show()

    # What is shown

    def _show(self) -> None:
        """Bring everything up to how the session stands."""
        state, campaign = self.practice.state, self.practice.case.scenario.campaign
        assert campaign is not None
        self.day.update(
            Content.assemble(
                one_line(clock_words(state.day, state.minute), "bold $accent"),
                " ",
                one_line(
                    f"of {campaign.days} · {state.recruiter_touches} of about {campaign.touches} touches", "$muted"
                ),
            )
        )
        for role in self.practice.case.personas:
            self.contacts.show(role, self._contact(role))
        for entry in state.calendar[-ENTRIES_SHOWN:]:
            if entry.touch not in self._shown and entry.touch != state.touch:
                self._shown.add(entry.touch)
                self.log_view.mount(Static(self._entry(entry.touch), classes="entry"))
        self._refresh_hint()

    def _contact(self, role: str) -> Content:
        persona, state = self.practice.case.personas[role], self.practice.state
        return Content("\n").join(
            [
                one_line(persona.name, "bold"),
                one_line(persona.title, "$muted"),
                one_line(contact_words(state.contacts[role], state.day)),
            ]
        )

    def _entry(self, touch: str) -> Content:
        """One touch: a message with its words, a call by its first and last."""
        state = self.practice.state
        entry = next(each for each in state.calendar if each.touch == touch)
        names = names_words([self.practice.case.personas[role].first_name for role in entry.roles])
        kind = channel_words(entry.channel)
        way = "with" if entry.channel is Channel.JOINT_CALL else "to"
        what = f"your {kind} {way} {names}" if entry.by == RECRUITER else f"{kind} from {names}"
        head = one_line(f"{clock_words(entry.day, entry.minute)}: {what}", "bold $primary")
        turns = [turn for turn in state.turns if turn.touch == touch]
        if entry.channel.is_live:
            return Content("\n").join([head, one_line(count(len(turns), "turn"), "$muted")])
        style = "" if entry.by != RECRUITER else "$muted"
        return Content("\n").join([head, *(literal(turn.text, style) for turn in turns)])

    def _tell(self, words: str, style: str = "$muted") -> None:
        self.log_view.mount(Static(one_line(words, style), classes="notice"))

    def _refresh_hint(self) -> None:
        if not self.is_mounted:
            return
        name = self.practice.case.personas[self._current].first_name
        words = f"c calls {name}, e or x writes, w waits a day. Ctrl+G ends it."
        self.hint.update(one_line("It is over. Enter opens the debrief." if self.practice.is_over else words))
