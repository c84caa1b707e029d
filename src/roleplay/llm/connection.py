"""One endpoint's connection: the `openai` client, how long it is waited for, and its failures in plain words."""

import asyncio
import importlib
import ipaddress
import math
import ssl
import sys
import time
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from roleplay.llm.causes import EndpointError, Fault, failure_of, retry_after_s
from roleplay.settings import Endpoint
from roleplay.values import Value

if TYPE_CHECKING:
    import httpx2
    from openai import AsyncOpenAI

MAX_RETRIES: Final = 2
"""How often the client itself asks again, before a reply began; nothing here does."""
INITIAL_RETRY_S: Final = 0.5
LONGEST_RETRY_S: Final = 8.0
"""How long the client sleeps before it asks again, doubling up to the second; less a quarter at most, by chance."""
_COUNT_HEADER: Final = "x-stainless-retry-count"
"""In which the client tells how often it has asked again."""
_WAITED_UNTIL: Final[ContextVar[float]] = ContextVar("waited_until", default=math.inf)
"""Until when the request of this task is waited for, on the monotonic clock; the client hands nothing through."""


class Bounds(Value):
    """How long to wait, in seconds."""

    connect_s: float = 5
    first_s: float = 30
    """For the first token, from the start of the request, the client's retries within it."""
    between_s: float = 15
    """From a token to the next. A thought is one; a comment, or a piece without words, is none."""
    total_s: float = 60
    """For a whole reply."""


class Patience:
    """Until when one request is waited for."""

    def __init__(self, bounds: Bounds) -> None:
        now = time.monotonic()
        self._between_s = bounds.between_s
        self.end = now + bounds.total_s
        self.next = min(self.end, now + bounds.first_s)

    def token_came(self) -> None:
        """Wait anew, for the token after it."""
        self.next = min(self.end, time.monotonic() + self._between_s)


class Connection:
    """Requests to one endpoint. Connects when it is first asked."""

    def __init__(self, endpoint: Endpoint, bounds: Bounds, max_retries: int) -> None:
        self.endpoint = endpoint
        self._bounds = bounds
        self._max_retries = max_retries
        self._client: AsyncOpenAI | None = None

    @property
    def host(self) -> str:
        """Where the words go."""
        return self.endpoint.host

    async def begin(self) -> Patience:
        """Get ready for a request, and wait for it from now on.

        The first time that imports `openai`, which takes a second, where it doesn't hold up a screen.

        Raises:
            EndpointError: the client can't be built with this key or address.
        """
        if "openai" not in sys.modules:
            await asyncio.to_thread(importlib.import_module, "openai")
        with self.translated(None):
            _ = self.client
        return Patience(self._bounds)

    @property
    def client(self) -> "AsyncOpenAI":
        """The client; building it connects to nothing."""
        if self._client is None:
            import httpx2
            from openai import AsyncOpenAI, DefaultAsyncHttpx2Client

            bounds, base_url = self._bounds, self.endpoint.base_url
            is_here = _is_this_machine(base_url)
            self._client = AsyncOpenAI(
                api_key=self.endpoint.api_key.get_secret_value(),
                base_url=base_url,
                max_retries=self._max_retries,
                timeout=httpx2.Timeout(bounds.total_s, connect=bounds.connect_s),
                # The user was told one host: words follow no redirect, and reach this machine by no proxy.
                http_client=DefaultAsyncHttpx2Client(
                    follow_redirects=False,
                    trust_env=not is_here,
                    # Reading the trusted certificates takes 30 ms, and nobody shows one here; this trusts none at all.
                    verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
                    if is_here and base_url.startswith("http:")
                    else True,
                    event_hooks={"response": [_give_up_on_long_waits]},
                ),
            )
        return self._client

    @contextmanager
    def translated(self, model: str | None) -> Iterator[None]:
        """Turn what a request for `model` raises into one line."""
        import httpx2
        import openai

        try:
            yield
        except EndpointError:
            raise
        except (openai.OpenAIError, httpx2.HTTPError, httpx2.InvalidURL, OSError, ValueError, RecursionError) as error:
            raise failure_of(self.host, error, model) from error

    def failure(self, cause: str, fault: Fault = Fault.PASSING) -> EndpointError:
        """The error for a cause of `causes`."""
        return EndpointError(f"{self.host} {cause}", fault)

    async def aclose(self) -> None:
        """Close the connections; the next request would open new ones."""
        client, self._client = self._client, None
        if client is not None:
            await client.close()


@asynccontextmanager
async def until(end: float) -> AsyncGenerator[None, None]:
    """Wait within the block until `end` on the monotonic clock, and not at all where that is past.

    Raises:
        TimeoutError: it took longer.
    """
    left_s = end - time.monotonic()
    if left_s <= 0:
        raise TimeoutError
    outer = _WAITED_UNTIL.set(end)
    try:
        async with asyncio.timeout(left_s):
            yield
    finally:
        _WAITED_UNTIL.reset(outer)


async def _give_up_on_long_waits(response: "httpx2.Response") -> None:
    """Tell the client not to ask again where it would do so only after all patience has ended.

    It would sleep for as long as Retry-After says, up to two minutes, or else by its own rule; the caller's time limit
    would end that in the middle, and hide what the server said.
    """
    if not response.is_error:
        return
    asked_again = response.request.headers.get(_COUNT_HEADER, "0")
    own_s = min(INITIAL_RETRY_S * 2.0 ** min(int(asked_again), 10), LONGEST_RETRY_S)
    wait_s = retry_after_s(response.headers, time.time()) or own_s
    if time.monotonic() + wait_s > _WAITED_UNTIL.get():
        response.headers["x-should-retry"] = "false"


def _is_this_machine(base_url: str) -> bool:
    host = urlsplit(base_url).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
