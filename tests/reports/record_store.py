"""A learning record store as far as its statements resource goes: real HTTP on loopback, and it does as it is told."""

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

KEY: Final = "key:secret:with:colons"
PATH: Final = "/xapi/statements"


class RecordStoreServer:
    """Keeps statements by their ids. `fails` are the statuses of the next answers; then it is well."""

    def __init__(self, *fails: int, version: str = "1.0.3", retry_after: str | None = None) -> None:
        self.fails = list(fails)
        self.version = version
        self.retry_after = retry_after
        self.kept: dict[str, Any] = {}
        self.versions: list[str | None] = []
        self.answer: bytes | None = None
        """What a well store answers instead of ids."""
        self.url = ""

    def take(self, headers: Any, path: str, body: bytes) -> tuple[int, bytes]:
        """What a request comes to."""
        self.versions.append(headers["X-Experience-API-Version"])
        if self.fails:
            return self.fails.pop(0), b"no"
        if headers["Authorization"] != f"Basic {base64.b64encode(KEY.encode()).decode()}":
            return 401, b"who?"
        if path != PATH or headers["Content-Type"] != "application/json":
            return 404, b"what?"
        if self.versions[-1] is None or self.versions[-1].split(".")[0] != self.version.split(".")[0]:
            return 400, b"version"
        statements = json.loads(body)
        if any(self.kept.get(each["id"], each) != each for each in statements):
            return 409, b"conflict"
        self.kept |= {each["id"]: each for each in statements}
        return 200, json.dumps([each["id"] for each in statements]).encode() if self.answer is None else self.answer


@contextmanager
def serving(store: RecordStoreServer) -> Iterator[RecordStoreServer]:
    """Serve it on a free port."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, answer = store.take(self.headers, self.path, body)
            self.send_response(status)
            self.send_header("X-Experience-API-Version", store.version)
            self.send_header("Content-Length", str(len(answer)))
            if store.retry_after is not None:
                self.send_header("Retry-After", store.retry_after)
            if 300 <= status < 400:
                self.send_header("Location", "/elsewhere")
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        store.url = f"http://127.0.0.1:{server.server_address[1]}/xapi"
        try:
            yield store
        finally:
            server.shutdown()
            thread.join()
