"""Going from screen to screen: one way at a time, in a worker, so that no key waits for the store or the scorer."""

from collections.abc import Coroutine
from typing import Any

from textual.app import App
from textual.screen import ModalScreen, Screen
from textual.worker import Worker, WorkerState

from roleplay.errors import RoleplayError
from roleplay.wording import fault_words


class Ways(App[None]):
    """What every way between screens goes by."""

    def _talked_to(self) -> Screen[object]:
        """The screen that the user is on, under any panel."""
        return next(screen for screen in reversed(self.screen_stack) if not isinstance(screen, ModalScreen))

    async def _replace(self, asking: Screen[object], wanted: Screen[None]) -> bool:
        """Put `wanted` in the place of `asking`; False where the user has gone elsewhere meanwhile."""
        if asking not in self.screen_stack[1:]:
            return False
        await self._back_to(asking)
        await self.switch_screen(wanted)
        return True

    async def _put_over(self, asking: Screen[object], wanted: Screen[None]) -> bool:
        """Put `wanted` over `asking`; False where the user has gone elsewhere meanwhile."""
        if self._talked_to() is not asking:
            return False
        await self._back_to(asking)
        await self.push_screen(wanted)
        return True

    async def _back_to(self, screen: Screen[Any]) -> None:
        """Put away what lies over `screen`."""
        while self.screen is not screen:
            await self.pop_screen()

    def _go_home(self) -> None:
        while len(self.screen_stack) > 1:
            self.pop_screen()

    def _open(self, going: Coroutine[None, None, None]) -> None:
        """Go somewhere in a worker, one way at a time, so that no key waits for the store or the scorer."""
        if any(worker.group == "go" and not worker.is_finished for worker in self.workers):
            going.close()
            return
        self.run_worker(self._go(going), group="go", exit_on_error=False)

    async def _go(self, going: Coroutine[None, None, None]) -> None:
        try:
            await going
        except RoleplayError as error:
            self._fail(str(error))

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """An error that nobody foresaw: one line, and the screen stays."""
        if event.state is WorkerState.ERROR and event.worker.group == "go":
            self.log.error(event.worker.error)
            self._fail(fault_words(event.worker.error))

    def _fail(self, words: str) -> None:
        """Say why a screen didn't come, and let it be tried again."""
        raise NotImplementedError
