"""On a real terminal (a pseudo-terminal of the system's) the program opens full-screen, and leaves it as it was."""

import os
import pty
import re
import select
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest

DEADLINE_S = 60
ESCAPES = re.compile(rb"\x1b\[[0-9;?<>=$]*[ -/]*[@-~]|\x1b[()][0-9A-B]|\x1b[=>P\]][^\x07\x1b]*(?:\x07|\x1b\\)?")


class Terminal:
    """A program at a terminal of 80 by 24."""

    def __init__(self, process: int, screen: int) -> None:
        self.process = process
        self._screen = screen
        self._seen = b""

    def wait_for(self, words: str) -> None:
        """Read until `words` stand on the screen, escape sequences and line ends aside."""
        ends = time.monotonic() + DEADLINE_S
        while words.replace(" ", "") not in self.text():
            assert time.monotonic() < ends, f"{words!r} never came; there is: {self.text()[-2000:]}"
            self._read()

    def text(self) -> str:
        """All that was shown, without escapes and spaces."""
        return re.sub(r"\s+", "", ESCAPES.sub(b"", self._seen).decode(errors="replace"))

    def type(self, keys: str) -> None:
        """Press keys."""
        self._seen = b""
        os.write(self._screen, keys.encode())

    def exit_code(self) -> int:
        """Wait for the program's end."""
        ends = time.monotonic() + DEADLINE_S
        while True:
            done, status = os.waitpid(self.process, os.WNOHANG)
            if done:
                return os.waitstatus_to_exitcode(status)
            assert time.monotonic() < ends, "the program doesn't end"
            self._read()

    def _read(self) -> None:
        ready, _, _ = select.select([self._screen], [], [], 0.2)
        if ready:
            try:
                self._seen += os.read(self._screen, 65_536)
            except OSError:  # Linux says so when the program has closed its end
                return


@contextmanager
def at_a_terminal(*arguments: str, program: Sequence[str] = ("-m", "roleplay.cli.main")) -> Iterator[Terminal]:
    process, screen = pty.fork()
    if process == 0:
        os.environ.update(TERM="xterm-256color", COLUMNS="80", LINES="24", TEXTUAL_ANIMATIONS="none")
        os.execv(sys.executable, [sys.executable, *program, *arguments])
    terminal = Terminal(process, screen)
    try:
        yield terminal
    finally:
        os.close(screen)
        try:
            os.kill(process, 9)
            os.waitpid(process, 0)
        except (ProcessLookupError, ChildProcessError):
            pass


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_whole_call_at_a_terminal() -> None:
    with at_a_terminal() as terminal:
        terminal.wait_for("First call with a new CTO")
        terminal.type("\r")
        terminal.wait_for("Your goal")
        terminal.type("\r")
        terminal.wait_for("Your turn")
        terminal.type("What made you open these positions?\r")
        terminal.wait_for("3 turns")
        terminal.type("\x11")
        assert terminal.exit_code() == 0
