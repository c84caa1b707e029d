"""Why an endpoint failed, in plain words: one line that says what to do, with no key and no transcript in it."""

import socket
import ssl
from collections.abc import Iterable, Iterator
from typing import Final

import pydantic

MALFORMED: Final = "sent something that isn't a chat answer; check OPENAI_BASE_URL, which usually ends in /v1"
CUT: Final = "stopped in the middle of the answer; try again, or look at the server's log"
TOO_SLOW: Final = "took too long to answer; try again, or choose a smaller model with ROLEPLAY_MODEL"
DECLINED: Final = "has a model that declined to play the part; choose another with ROLEPLAY_MODEL"
SILENT: Final = "has a model that said nothing; choose another with ROLEPLAY_MODEL"
THOUGHT_ONLY: Final = (
    "has a model that thought until its room was used up and said nothing; choose another with ROLEPLAY_MODEL"
)
MISSHAPEN: Final = "has a model that doesn't keep to the form it is asked for; choose another with ROLEPLAY_MODEL"
NO_MODELS: Final = "lists no model; load one, or name one with ROLEPLAY_MODEL"
MODEL_NOT_CHOSEN: Final = "has many models that can't chat; name one that can with ROLEPLAY_MODEL"

_BROKE: Final = "broke off with an error of its own; try again, or look at the server's log"
_UNREACHABLE: Final = "can't be reached; check the network and OPENAI_BASE_URL"
_UNSENDABLE: Final = "can't be sent these characters; check OPENAI_API_KEY for stray ones"
_CONTEXT_CODES: Final = frozenset({"context_length_exceeded", "exceed_context_size_error"})
"""What OpenAI, and llama.cpp, call a prompt that is too long."""

_OF_STATUS: Final = {
    401: "refused the key (401); check OPENAI_API_KEY",
    402: "wants the account to be paid first (402); check the account",
    403: "refused access with this key (403); check what the account may use",
    408: TOO_SLOW,
    413: "refused a call this long (413); start it with a larger context",
    429: "is asked too often, or the account has no credit left (429); wait a little, or check the account",
}


def cause_of(error: Exception, model: str | None) -> str:
    """Say why a request for `model` failed; reads on after the host's name.

    Every exception that the `openai` client, the network or a malformed answer raises has a line.
    """
    import openai

    if isinstance(error, openai.APIStatusError):
        return _cause_of_status(error.status_code, {error.code, error.type}, model)
    if isinstance(error, (openai.APITimeoutError, TimeoutError)):
        return _UNREACHABLE if _is_among(_behind(error), "ConnectTimeout") else TOO_SLOW
    if isinstance(error, (openai.APIConnectionError, OSError)):
        return _cause_of_connection(error)
    if isinstance(error, UnicodeEncodeError):
        return _UNSENDABLE
    if isinstance(error, (openai.APIResponseValidationError, pydantic.ValidationError, ValueError)):
        return MALFORMED
    if isinstance(error, openai.APIError):
        return _BROKE
    return f"can't be used ({type(error).__name__}); check OPENAI_BASE_URL and OPENAI_API_KEY"


def _cause_of_status(status: int, codes: set[str | None], model: str | None) -> str:
    if codes & _CONTEXT_CODES:
        return "has a model whose context is shorter than this call; start it with a larger one"
    if status == 404:
        named = f"no model {model[:80]!r}" if model else "no list of models"
        return f"has {named} at this address (404); check ROLEPLAY_MODEL and OPENAI_BASE_URL"
    if status in _OF_STATUS:
        return _OF_STATUS[status]
    if status >= 500:
        return f"failed by itself ({status}); try again, or look at the server's log"
    if status < 400:
        return f"points to another address ({status}); put the final one into OPENAI_BASE_URL"
    return f"refused the request ({status}); check that ROLEPLAY_MODEL names a chat model"


def _cause_of_connection(error: BaseException) -> str:
    roots = tuple(_behind(error))
    if any(isinstance(root, socket.gaierror) for root in roots):
        return "can't be found: no such host; check OPENAI_BASE_URL and the network"
    if any(isinstance(root, ConnectionRefusedError) for root in roots):
        return "refused the connection; start the server, or check OPENAI_BASE_URL"
    if any(isinstance(root, ssl.SSLError) for root in roots):
        return "has no certificate that this machine trusts; check whether OPENAI_BASE_URL wants http or https"
    if any(isinstance(root, UnicodeError) for root in roots):
        return _UNSENDABLE
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
