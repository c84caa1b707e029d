"""A real browser without a window, spoken to by its debugging protocol: what a page asks for, says and looks like."""

import base64
import fcntl
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

HANDING_OVER: Final = (
    "import os, sys; os.dup2(int(sys.argv[1]), 3); os.dup2(int(sys.argv[2]), 4); os.execv(sys.argv[3], sys.argv[3:])"
)
"""Becomes a browser with its pipes where it looks for them: the protocol is spoken on descriptors 3 and 4."""
NAMES: Final = ("chromium", "chromium-browser", "google-chrome")


def installed() -> str | None:
    """Where a Chromium is; None where there is none."""
    return next((path for name in NAMES if (path := shutil.which(name)) is not None), None)


class Page:
    """One tab. `asked` holds every address that the page asked for, `said` what stands in its console."""

    def __init__(self, sends: int, reads: int) -> None:
        self.asked: list[str] = []
        self.said: list[str] = []
        self._sends = sends
        self._reads = reads
        self._rest = b""
        self._number = 0
        self._session: str | None = None
        self._is_loaded = False

    def attach(self) -> None:
        """Open a tab and listen to all that goes on in it."""
        target = self.do("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.do("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Network", "Runtime", "Log", "Audits"):
            self.do(f"{domain}.enable")

    def open(self, path: Path, *, width: int, height: int = 900) -> None:
        """Show a file, as wide as told; returns once it is loaded."""
        self.do(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 640
        )
        self._is_loaded = False
        self.do("Page.navigate", url=path.as_uri())
        while not self._is_loaded:
            self._hear(self._next())

    def look_dark(self) -> None:
        """Prefer a dark look from now on."""
        self.do("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "dark"}])

    def value(self, expression: str) -> Any:
        """What an expression comes to in the page."""
        return self.do("Runtime.evaluate", expression=expression, returnByValue=True)["result"].get("value")

    def picture(self) -> bytes:
        """The whole page as PNG."""
        shot = self.do("Page.captureScreenshot", format="png", captureBeyondViewport=True)
        return base64.b64decode(shot["data"])

    def do(self, method: str, **parameters: object) -> dict[str, Any]:
        """Give a command and wait for its answer."""
        self._number += 1
        command: dict[str, object] = {"id": self._number, "method": method, "params": parameters}
        if self._session is not None:
            command["sessionId"] = self._session
        os.write(self._sends, json.dumps(command).encode() + b"\0")
        while True:
            message = self._next()
            if message.get("id") == self._number:
                assert "error" not in message, message
                result: dict[str, Any] = message["result"]
                return result
            self._hear(message)

    def _hear(self, message: dict[str, Any]) -> None:
        parameters = message.get("params", {})
        match message.get("method"):
            case "Page.loadEventFired":
                self._is_loaded = True
            case "Network.requestWillBeSent":
                self.asked.append(parameters["request"]["url"])
            case "Runtime.consoleAPICalled" | "Runtime.exceptionThrown" | "Log.entryAdded" | "Audits.issueAdded":
                self.said.append(json.dumps(parameters))

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            read = os.read(self._reads, 1 << 20)
            assert read, "the browser is gone"
            self._rest += read
        whole, _, self._rest = self._rest.partition(b"\0")
        message: dict[str, Any] = json.loads(whole)
        return message


@contextmanager
def browser(profile: Path) -> Iterator[Page]:
    """A browser with a profile of its own, and its first tab."""
    program = installed()
    assert program is not None
    theirs_in, ours_out = map(_high, os.pipe())
    ours_in, theirs_out = map(_high, os.pipe())
    flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"]
    quiet = ["--disable-background-networking", "--disable-component-update", "--remote-debugging-pipe"]
    process = subprocess.Popen(
        [
            sys.executable,
            "-c",
            HANDING_OVER,
            str(theirs_in),
            str(theirs_out),
            program,
            *flags,
            *quiet,
            f"--user-data-dir={profile}",
        ],
        pass_fds=(theirs_in, theirs_out),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(theirs_in)
    os.close(theirs_out)
    try:
        page = Page(ours_out, ours_in)
        page.attach()
        yield page
    finally:
        process.terminate()
        process.wait(30)
        os.close(ours_out)
        os.close(ours_in)


def _high(descriptor: int) -> int:
    """The same pipe out of the way of 3 and 4."""
    moved = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 10)
    os.close(descriptor)
    return moved
