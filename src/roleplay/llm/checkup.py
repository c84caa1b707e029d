"""Measures a voice: how far away it is, how soon it speaks, how fast."""

import time
from contextlib import aclosing
from typing import Final

from roleplay.llm.base import ChatMessage, ChatModel, ChatRole
from roleplay.llm.connection import Bounds, Connection, until
from roleplay.llm.wire import ModelList
from roleplay.settings import Endpoint
from roleplay.values import Value

COUNTING: Final = (
    ChatMessage(role=ChatRole.SYSTEM, text="You do as you are told, and nothing more."),
    ChatMessage(role=ChatRole.USER, text="Count from one to thirty in words."),
)
COUNTING_TOKENS: Final = 64
"""Bounds a reply, and what it costs."""


class Listed(Value):
    """What a server answered when it was asked for its models."""

    models: int
    seconds: float


class Speed(Value):
    """How a reply came."""

    first_s: float
    """To the first token."""
    tokens: int
    """Pieces, to be exact: servers send a token in each."""
    seconds: float
    """From the first token to the last."""

    @property
    def tokens_per_s(self) -> float | None:
        """None where the reply was too short to tell, or came at once."""
        return (self.tokens - 1) / self.seconds if self.tokens > 1 and self.seconds > 0 else None


async def list_models(endpoint: Endpoint, *, limit_s: float) -> Listed:
    """Ask a server for its models, and measure that.

    Raises:
        VoiceError: it can't be asked, or took longer.
    """
    connection = Connection(endpoint, Bounds(connect_s=limit_s, first_s=limit_s, total_s=limit_s), 0)
    try:
        patience = await connection.begin()
        started = time.monotonic()
        with connection.translated(None):
            async with until(patience.end):
                listed = ModelList.model_validate(await connection.client.models.list())
        return Listed(models=len(listed.data), seconds=time.monotonic() - started)
    finally:
        await connection.aclose()


async def measure(model: ChatModel) -> Speed:
    """Have a model count, and measure that.

    Raises:
        VoiceError: no reply, or one without an end.
    """
    started = time.monotonic()
    first = last = None
    tokens = 0
    async with aclosing(model.stream(COUNTING, max_tokens=COUNTING_TOKENS)) as reply:
        async for _ in reply:
            last = time.monotonic()
            first = first or last
            tokens += 1
    assert first is not None and last is not None  # a reply without words is an error
    return Speed(first_s=first - started, tokens=tokens, seconds=last - first)
