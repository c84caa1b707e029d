"""Learning record stores: where xAPI statements are posted to, and how. Nothing is sent unless somebody asks for it."""

import ipaddress
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from pydantic import SecretStr

from roleplay.errors import RecordStoreError, SettingsError
from roleplay.keys import KeyStore
from roleplay.remembered import Remembered
from roleplay.reports.as_xapi import Statement
from roleplay.settings import checked_url, host_of
from roleplay.values import Value

if TYPE_CHECKING:
    import httpx2
    from tenacity import RetryCallState

URL: Final = "ROLEPLAY_LRS_URL"
AUTH: Final = "ROLEPLAY_LRS_AUTH"
VERSION_HEADER: Final = "X-Experience-API-Version"
VERSION: Final = "1.0.3"
NEXT_VERSION: Final = "2.0.0"
"""What a store is told that refuses the first one; the statements are the same."""
TIMEOUT_S: Final = 20.0
AT_ONCE: Final = 100
"""Statements in one request; a store takes all of them or none."""


class RecordStore(Value):
    """A store's address, and what it knows us by."""

    url: str
    """As it is given out by stores, up to where `/statements` follows."""
    auth: SecretStr | None = None
    """`KEY:SECRET`, for basic authentication."""

    @property
    def host(self) -> str:
        """Where the statements go, as shown to the user."""
        return host_of(self.url)

    @property
    def is_here(self) -> bool:
        """Whether it runs on this machine."""
        name = urlsplit(self.url).hostname or ""
        try:
            return ipaddress.ip_address(name).is_loopback
        except ValueError:
            return name == "localhost"

    @property
    def shown(self) -> str:
        """The host, and whether somebody on the way could read along."""
        is_open = self.url.startswith("http:") and not self.is_here
        return f"{self.host} (not encrypted)" if is_open else self.host


class Patience(Value):
    """How often a store is asked that doesn't answer or is busy, and how long is waited between."""

    attempts: int = 5
    first_s: float = 0.5
    """Doubles each time, with some chance."""
    longest_s: float = 30.0
    """Also where the store itself names a time."""


class _BusyError(RecordStoreError):
    """Another attempt may go through."""

    def __init__(self, words: str, after_s: float | None = None) -> None:
        super().__init__(words)
        self.after_s = after_s


def store_from(
    environment: Mapping[str, str], given: str | None, remembered: Remembered, keys: KeyStore | None = None
) -> RecordStore:
    """The store at the address that was `given`, or at `ROLEPLAY_LRS_URL`.

    `ROLEPLAY_LRS_AUTH` goes to the host of `ROLEPLAY_LRS_URL` alone, where that is set; for others the keyring is
    asked.

    Raises:
        SettingsError: no address, or one that can't be used, or no `KEY:SECRET`.
    """
    set_url, set_auth = (environment.get(name, "").strip() for name in (URL, AUTH))
    wanted = given or set_url
    if not wanted:
        raise SettingsError(f"--post needs a store's address: --post https://…/xapi, or set {URL}")
    where = "--post" if given else URL
    url = checked_url(wanted, where).removesuffix("/statements")
    parts = urlsplit(url)
    if parts.username is not None or parts.query or parts.fragment:
        raise SettingsError(f"{where} takes an address without a key in it; {AUTH}=KEY:SECRET keeps the key")
    auth = set_auth
    if set_url and host_of(url) != host_of(checked_url(set_url, URL)):
        auth = ""
    if not auth and keys is not None and host_of(url) in remembered.keys:
        auth = keys.get(host_of(url)) or ""
    if auth and ":" not in auth:
        raise SettingsError(f"{AUTH} is KEY:SECRET, as the store gave it out; there is no colon in it")
    return RecordStore(url=url, auth=SecretStr(auth) if auth else None)


async def post(store: RecordStore, statements: Sequence[Statement], patience: Patience | None = None) -> int:
    """Post statements; returns how many the store took. What it has already, it takes without keeping it twice.

    Raises:
        RecordStoreError: it can't be reached, or doesn't take them; one line on what to do.
    """
    import httpx2

    auth = None
    if store.auth is not None:
        key, _, secret = store.auth.get_secret_value().partition(":")
        auth = httpx2.BasicAuth(key, secret)
    # The user was told one host: statements follow no redirect, and reach this machine by no proxy.
    async with httpx2.AsyncClient(
        auth=auth, follow_redirects=False, trust_env=not store.is_here, timeout=TIMEOUT_S
    ) as client:
        for begin in range(0, len(statements), AT_ONCE):
            await _post_some(client, store, statements[begin : begin + AT_ONCE], patience or Patience())
    return len(statements)


async def _post_some(
    client: "httpx2.AsyncClient", store: RecordStore, statements: Sequence[Statement], patience: Patience
) -> None:
    from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_attempt, wait_exponential_jitter

    doubling = wait_exponential_jitter(multiplier=patience.first_s, max=patience.longest_s, jitter=patience.first_s)

    def wait(state: "RetryCallState") -> float:
        error = None if state.outcome is None else state.outcome.exception()
        named = error.after_s if isinstance(error, _BusyError) else None
        return doubling(state) if named is None else min(named, patience.longest_s)

    retrying = AsyncRetrying(
        stop=stop_after_attempt(patience.attempts),
        wait=wait,
        retry=retry_if_exception_type(_BusyError),
        reraise=True,
    )
    async for attempt in retrying:
        with attempt:
            response = await _asked(client, store, statements, VERSION)
            if response.status_code == 400 and response.headers.get(VERSION_HEADER, "").startswith("2."):
                response = await _asked(client, store, statements, NEXT_VERSION)
            _check(store, response)


async def _asked(
    client: "httpx2.AsyncClient", store: RecordStore, statements: Sequence[Statement], version: str
) -> "httpx2.Response":
    import httpx2

    try:
        return await client.post(f"{store.url}/statements", json=list(statements), headers={VERSION_HEADER: version})
    except httpx2.TransportError as error:
        raise _BusyError(f"{store.host} can't be reached ({type(error).__name__}); nothing more was posted") from error
    except (httpx2.HTTPError, httpx2.InvalidURL, ValueError) as error:
        raise RecordStoreError(
            f"{store.host} doesn't speak xAPI ({type(error).__name__}); check the address"
        ) from error


def _check(store: RecordStore, response: "httpx2.Response") -> None:
    status = response.status_code
    if status == 429 or status >= 500:
        raise _BusyError(f"{store.host} is busy or broken ({status}); try again later", _after_s(response))
    if status != 200:
        raise RecordStoreError(f"{store.host} {_refusal(status)}")
    try:
        is_taken = isinstance(response.json(), list)
    except ValueError:
        is_taken = False
    if not is_taken:
        raise RecordStoreError(f"{store.host} answered, but not as a learning record store does; check the address")


def _refusal(status: int) -> str:
    if 300 <= status < 400:
        return f"sends elsewhere ({status}); name the address where that leads"
    return {
        401: f"doesn't know who posts (401); set {AUTH}=KEY:SECRET to what the store gave out",
        403: f"doesn't let this key post (403); give it the right to write, or set another {AUTH}",
        404: "has no store at this address (404); it ends where /statements would follow",
        409: "has other statements under the same ids (409), and took none",
        413: "takes no more at once (413); ask whoever runs it to raise the limit",
    }.get(status, f"doesn't take them ({status}); nothing more was posted")


def _after_s(response: "httpx2.Response") -> float | None:
    named = response.headers.get("Retry-After", "")
    return float(named) if named.isascii() and named.isdigit() else None
