"""Why an endpoint failed, in plain words: one line that says what to do, with no key and no transcript in it."""

import math
import socket
import ssl
import time
from collections.abc import Iterable, Iterator, Mapping
from email.utils import mktime_tz, parsedate_tz
from enum import StrEnum
from typing import Final

import pydantic

from roleplay.errors import VoiceError
from roleplay.llm.breaker import span_words

MALFORMED: Final = "sent something that isn't a chat answer; check its address, which usually ends in /v1"
CUT: Final = "stopped in the middle of the answer; try again, or look at the server's log"
TOO_SLOW: Final = "took too long to answer; try again, or choose a smaller model (roleplay voice)"
DECLINED: Final = "has a model that declined to play the part; choose another (roleplay voice)"
SILENT: Final = "has a model that said nothing; choose another (roleplay voice)"
THOUGHT_ONLY: Final = (
    "has a model that thought until its room was used up and said nothing; choose another (roleplay voice)"
)
WANTED_TOOL: Final = (
    "has a model that asked for a tool instead of speaking, and was given none; choose another (roleplay voice)"
)
MISSHAPEN: Final = "has a model that doesn't keep to the form it is asked for; choose another (roleplay voice)"
NO_MODELS: Final = "lists no model; load one, or name one (roleplay voice)"
MODEL_NOT_CHOSEN: Final = "has many models that can't chat; name one that can (roleplay voice)"

_BROKE: Final = "broke off with an error of its own; try again, or look at the server's log"
_UNREACHABLE: Final = "can't be reached; check the network and its address"
_UNSENDABLE: Final = "can't be sent these characters; check the key for stray ones"
_NO_CREDIT: Final = "has no credit left for this account (429); check the account"
_CONTEXT_CODES: Final = frozenset({"context_length_exceeded", "exceed_context_size_error"})
"""What OpenAI, and llama.cpp, call a prompt that is too long."""
_CREDIT_CODES: Final = frozenset({"insufficient_quota", "billing_hard_limit_reached"})

_OF_STATUS: Final = {
    401: "refused the key (401); check the key (roleplay voice)",
    402: "wants the account to be paid first (402); check the account",
    403: "refused access with this key (403); check what the account may use",
    408: TOO_SLOW,
    413: "refused a call this long (413); start it with a larger context",
    429: "is asked too often, or the account has no credit left (429); wait a little, or check the account",
}
_LASTING: Final = frozenset({401, 402, 403, 404, 405, *range(300, 400)})
"""Statuses that mean a wrong setting, or an account that can't be used."""
_SHOWN_WISH_S: Final = 2.0
"""A server that wants to be left alone for less isn't worth the words."""


class Fault(StrEnum):
    """Whether waiting helps."""

    PASSING = "passing"
    """It may: the server is busy, slow or broken."""
    LASTING = "lasting"
    """It doesn't: a setting is wrong."""
    ELSEWHERE = "elsewhere"
    """The server works; its model's answer, or this one request, is what can't be used."""


class EndpointError(VoiceError):
    """A request failed; the client learns from it whether to ask again."""

    def __init__(self, line: str, fault: Fault = Fault.PASSING, retry_after_s: float | None = None) -> None:
        super().__init__(line)
        self.fault = fault
        self.retry_after_s = retry_after_s
        """How long the server wants to be left alone."""


def failure_of(host: str, error: Exception, model: str | None) -> EndpointError:
    """Say why a request to `host` for `model` failed.

    Every exception that the `openai` client, the network or a malformed answer raises has a line.
    """
    import openai

    cause, fault, wish_s = cause_of(error, model), Fault.PASSING, None
    if isinstance(error, openai.APIStatusError):
        codes = {error.code, error.type}
        wish_s = retry_after_s(error.response.headers, time.time())
        if codes & _CONTEXT_CODES or error.status_code == 413:
            fault = Fault.ELSEWHERE
        elif error.status_code in _LASTING or codes & _CREDIT_CODES:
            fault = Fault.LASTING
        if wish_s is not None and wish_s >= _SHOWN_WISH_S:
            cause = f"{cause.partition(';')[0]} and wants to be left alone for {span_words(wish_s)}; wait that long"
    elif cause == _UNSENDABLE:
        fault = Fault.LASTING
    return EndpointError(f"{host} {cause}", fault, wish_s)


def cause_of(error: Exception, model: str | None) -> str:
    """Say why a request for `model` failed; reads on after the host's name."""
    import openai

    if isinstance(error, openai.APIStatusError):
        return _cause_of_status(error.status_code, {error.code, error.type}, model)
    if isinstance(error, (openai.APITimeoutError, TimeoutError)):
        return _UNREACHABLE if _is_among(_behind(error), "ConnectTimeout") else TOO_SLOW
    if isinstance(error, (openai.APIConnectionError, OSError)):
        return _cause_of_connection(error)
    if isinstance(error, UnicodeEncodeError):
        return _UNSENDABLE
    if isinstance(error, (openai.APIResponseValidationError, pydantic.ValidationError, ValueError, RecursionError)):
        return MALFORMED
    if isinstance(error, openai.APIError):
        return _BROKE
    if _is_among((error,), "DecodingError"):
        return MALFORMED
    return f"can't be used ({type(error).__name__}); check its address and the key (roleplay voice)"


def retry_after_s(headers: Mapping[str, str], now: float) -> float | None:
    """Read how long a server wants to be left alone: milliseconds, seconds or an HTTP date; None where it says nothing.

    `now` is the time of day as `time.time()` has it. The rules are those of the `openai` client.
    """
    for name, divisor in (("retry-after-ms", 1000), ("retry-after", 1)):
        try:
            seconds = float(headers[name]) / divisor
        except (KeyError, ValueError):
            continue
        return seconds if seconds > 0 and math.isfinite(seconds) else None
    try:
        date = parsedate_tz(headers.get("retry-after", ""))
        seconds = mktime_tz(date) - now if date is not None else 0.0
    except (ValueError, OverflowError, OSError):
        return None
    return seconds if seconds > 0 else None


def _cause_of_status(status: int, codes: set[str | None], model: str | None) -> str:
    if codes & _CONTEXT_CODES:
        return "has a model whose context is shorter than this call; start it with a larger one"
    if codes & _CREDIT_CODES:
        return _NO_CREDIT
    if status == 404:
        named = f"no model {model[:80]!r}" if model else "no list of models"
        return f"has {named} at this address (404); check the model's name and the address (roleplay voice)"
    if status in _OF_STATUS:
        return _OF_STATUS[status]
    if status >= 500:
        return f"failed by itself ({status}); try again, or look at the server's log"
    if status < 400:
        return f"points to another address ({status}); use the final one (roleplay voice)"
    return f"refused the request ({status}); check that it is a chat model's name (roleplay voice)"


def _cause_of_connection(error: BaseException) -> str:
    roots = tuple(_behind(error))
    if any(isinstance(root, socket.gaierror) for root in roots):
        return "can't be found: no such host; check its address and the network"
    if any(isinstance(root, ConnectionRefusedError) for root in roots):
        return "refused the connection; start the server, or check its address"
    if any(isinstance(root, ssl.SSLError) for root in roots):
        return "has no certificate that this machine trusts; check whether its address wants http or https"
    if any(isinstance(root, UnicodeError) for root in roots):
        return _UNSENDABLE
    if _is_among(roots, "DecodingError"):
        return MALFORMED
    if _is_among(roots, "ReadError", "RemoteProtocolError", "EndOfStream"):
        return CUT
    return _UNREACHABLE


def _is_among(errors: Iterable[BaseException], *names: str) -> bool:
    """Whether an error of `httpx2` or `anyio` with one of these names is there."""
    return any(type(error).__name__ in names for error in errors)


def _behind(error: BaseException) -> Iterator[BaseException]:
    """The error and everything that led to it."""
    waiting: list[BaseException | None] = [error]
    seen: set[int] = set()
    while waiting:
        current = waiting.pop()
        if current is None or id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        waiting += [current.__cause__, current.__context__]
        if isinstance(current, BaseExceptionGroup):
            waiting += current.exceptions
