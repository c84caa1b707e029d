"""Debriefs in a team: a recruiter's own, with handing in and disputes, and what both sides write at turns."""

from typing import ClassVar

from textual.binding import Binding, BindingType

from roleplay.team.moves import Comment, Dispute, HandIn, SessionMove
from roleplay.tui.debrief import DebriefScreen
from roleplay.tui.letter import Letter, LetterScreen
from roleplay.tui.literal import plain
from roleplay.tui.messages import DeckChosen, ScenarioChosen, SessionMoved


class RemarkedScreen(DebriefScreen):
    """A debrief that others read too, once it was handed in."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("w", "comment", "Write", id="remarked.comment", tooltip="Write something at the marked moment"),
        Binding("c", "next_comment", "Comment", id="remarked.next", tooltip="To the next comment"),
    ]

    _commented: int = -1

    @property
    def is_submitted(self) -> bool:
        """Whether it was handed in."""
        return self._debrief.remarks.submitted_at is not None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Comments are for what was handed in."""
        if action == "comment":
            return self.is_submitted
        if action == "next_comment":
            return bool(self._debrief.remarks.commented)
        return super().check_action(action, parameters)

    def move(self, move: SessionMove) -> None:
        """Tell what somebody did about the session."""
        self.post_message(SessionMoved(self._session_id, move))

    def ask_for_words(self, head: str, then: str, about: str | None = None) -> None:
        """Have something written: a comment at the turn `about`, or what `then` names."""

        def written(letter: Letter | None) -> None:
            if letter is not None and letter.is_sent and letter.text.strip():
                self.move(self._made_of(then, letter.text.strip(), about))

        self.app.push_screen(LetterScreen(plain(head)), written)

    def _made_of(self, then: str, words: str, about: str | None) -> SessionMove:
        return Dispute(about or "", words) if then == "dispute" else Comment(words, about)

    def action_comment(self) -> None:
        """Write about the marked criterion's turn; where none is marked, about all of it."""
        turn = None if self._at is None else self._debrief.rows[self._at].moment
        self.ask_for_words("A comment on all of it" if turn is None else f"A comment at {turn}", "comment", turn)

    def action_next_comment(self) -> None:
        """Go to the next turn that somebody wrote about."""
        order = [turn.id for _, turn in self._debrief.transcript.turns()]
        commented = sorted(self._debrief.remarks.commented, key=order.index)
        self._commented = (self._commented + 1) % len(commented)
        self.show_turn(commented[self._commented])


class OwnScreen(RemarkedScreen):
    """A recruiter's own debrief in a team."""

    HELP = (
        "Only you see this until you hand it in. Then a coach reads it, may write at its turns and overrule verdicts; "
        "where you see a verdict otherwise, dispute it in a line."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("u", "hand_in", "Hand in", id="own.hand_in", tooltip="Let a coach see it; it can't be taken back"),
        Binding("g", "to_do", "To do", id="own.to_do", tooltip="The drill or the scenario that a coach asks for"),
        Binding("x", "dispute", "Dispute", id="own.dispute", tooltip="Say that the marked verdict should be otherwise"),
    ]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What is handed in is handed in; verdicts are disputed only then, and overruled by coaches."""
        if action in {"overrule", "judge"}:
            return False
        if action == "hand_in":
            return not self.is_submitted
        if action == "to_do":
            return self._debrief.remarks.drill is not None or self._debrief.remarks.scenario is not None
        if action == "dispute":
            return self.is_submitted
        return super().check_action(action, parameters)

    def action_hand_in(self) -> None:
        """Let a coach see it."""
        self.move(HandIn())

    def action_to_do(self) -> None:
        """Go to what a coach sent it back with."""
        remarks = self._debrief.remarks
        if remarks.drill is not None:
            self.post_message(DeckChosen(remarks.drill))
        elif remarks.scenario is not None:
            self.post_message(ScenarioChosen(remarks.scenario))

    def action_dispute(self) -> None:
        """Say in a line that the marked verdict should be otherwise."""
        self._at = self._current()
        self._mark()
        row = self._debrief.rows[self._at]
        self.ask_for_words(f"Dispute: {row.title}", "dispute", row.result.id)
