"""What tests of the client ask."""

from contextlib import aclosing
from typing import Final

from roleplay.llm.base import ChatMessage, ChatRole
from roleplay.llm.client import OpenAIChatModel

SECRET_WORDS: Final = "the water company may leave"
PROMPT: Final = (
    ChatMessage(role=ChatRole.SYSTEM, text="You are Dana."),
    ChatMessage(role=ChatRole.USER, text=SECRET_WORDS),
)
ROOM: Final = 40
"""Tokens that are asked for."""


async def reply_of(model: OpenAIChatModel) -> str:
    """A whole streamed reply."""
    async with aclosing(model.stream(PROMPT, max_tokens=ROOM)) as reply:
        return "".join([piece async for piece in reply])
