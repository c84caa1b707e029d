"""What the screens of a session share: they drive its loop from one worker at a time, and never lose what it tells."""

from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from textual.message import Message
from textual.screen import Screen
from textual.worker import Worker, WorkerCancelled, WorkerFailed, WorkerState

from roleplay.errors import RoleplayError
from roleplay.practice.happenings import Happening
from roleplay.practice.loop import Practice
from roleplay.wording import fault_words

NOT_IN_EXAMS: Final = frozenset({"brief", "hint"})


class LoopScreen(Screen[None]):
    """Drives a practice. What it drives is durable, so leaving it loses nothing."""

    @dataclass
    class Happened(Message):
        """The loop told something; `run` is the run of the worker that it belongs to."""

        run: int
        happening: Happening

    @dataclass
    class Quieted(Message):
        """The loop has nothing more to tell until the recruiter moves."""

        run: int

    @dataclass
    class Stumbled(Message):
        """The loop stopped with an error, told in `words`."""

        run: int
        words: str

    def __init__(self, practice: Practice) -> None:
        super().__init__()
        self.practice = practice
        self._worker: Worker[None] | None = None
        self._run = 0

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """In an exam nothing can be looked up."""
        return not (self.practice.is_exam and action in NOT_IN_EXAMS)

    async def stop(self) -> None:
        """Stop the loop where it is and wait until it has stopped; what it still has to tell is dropped."""
        worker, self._worker = self._worker, None
        self._run += 1
        if worker is not None:
            worker.cancel()
            with suppress(WorkerCancelled, WorkerFailed):
                await worker.wait()

    async def close_down(self) -> None:
        """Stop, and let go of the voice. Before the screen goes or the program ends."""
        await self.stop()
        await self.practice.aclose()

    def drive(self, happenings: AsyncIterator[Happening]) -> None:
        """Have the loop go on, in place of whatever it did."""
        self._run += 1
        self._worker = self.run_worker(
            self._read(self._run, happenings),
            name=f"{type(self).__name__} run {self._run}",
            group="loop",
            exclusive=True,
            exit_on_error=False,
        )

    async def _read(self, run: int, happenings: AsyncIterator[Happening]) -> None:
        """Tell the screen what happens. Waits for nothing but the loop, so a cancel always ends the loop itself."""
        try:
            async for happening in happenings:
                self.post_message(self.Happened(run, happening))
        except RoleplayError as error:
            self.post_message(self.Stumbled(run, str(error)))
        else:
            self.post_message(self.Quieted(run))

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """An error that nobody foresaw: one line, and the session goes on from what was kept."""
        if event.state is WorkerState.ERROR and event.worker is self._worker:
            self.log.error(event.worker.error)
            self.post_message(self.Stumbled(self._run, fault_words(event.worker.error)))
