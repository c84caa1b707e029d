"""How servers with OpenAI's interface differ, and what each is sent.

Where it comes from:

- `api.openai.com`: reasoning models refuse `max_tokens` ("use max_completion_tokens instead") and `stop`.
- Others know `max_tokens`. `max_completion_tokens` is ignored, so the reply has no bound, by Ollama, LM Studio,
  llama-cpp-python (issue 1907) and llama.cpp before February 2026 (pull request 19831).
- Chat templates of Qwen 3.5 and later refuse a system message that isn't the first, Mistral's and Gemma's want
  user and assistant to take turns: HTTP 400 or 500 (llama.cpp issue 27367, vllm issue 41114). So a later system
  message is put under the user's words before it.
- `temperature` is sent to nobody: reasoning models refuse it, and a local server's owner has set one.
"""

from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict

from roleplay.llm.base import ChatMessage, ChatRole

OPENAI_HOST: Final = "api.openai.com"


class Dialect(BaseModel):
    """What one kind of server understands."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    limit_field: str
    """The request's field that bounds the reply's tokens."""
    takes_stop: bool
    takes_late_system: bool
    """Whether a system message may stand after the first."""
    lists_only_chat_models: bool
    """Whether the first model on its list is one that can chat."""


OPENAI: Final = Dialect(
    limit_field="max_completion_tokens", takes_stop=False, takes_late_system=True, lists_only_chat_models=False
)
COMPATIBLE: Final = Dialect(
    limit_field="max_tokens", takes_stop=True, takes_late_system=False, lists_only_chat_models=True
)


def dialect_of(base_url: str) -> Dialect:
    """Tell the dialect from the server's address."""
    return OPENAI if urlsplit(base_url).hostname == OPENAI_HOST else COMPATIBLE


def fold_late_system(messages: Sequence[ChatMessage]) -> tuple[ChatMessage, ...]:
    """Put every system message but the first under the user message before it, or make it one."""
    folded: list[ChatMessage] = []
    for message in messages:
        is_late = message.role is ChatRole.SYSTEM and bool(folded)
        if is_late and folded[-1].role is ChatRole.USER:
            folded[-1] = ChatMessage(role=ChatRole.USER, text=f"{folded[-1].text}\n\n{message.text}")
        elif is_late:
            folded.append(ChatMessage(role=ChatRole.USER, text=message.text))
        else:
            folded.append(message)
    return tuple(folded)
