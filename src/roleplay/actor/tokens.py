"""The marks by which chat templates tell who speaks: nobody says them, and in words they would be instructions."""

import re
from typing import Final

CHAT_TOKEN: Final = re.compile(
    r"<[|｜][^<>\s]{0,40}[|｜]>"  # ChatML, Llama 3, Phi, DeepSeek
    r"|</?(?:s|eos|bos)>|<(?:start|end)_of_turn>"  # Llama 2, Mistral, Gemma
    r"|\[/?(?:INST|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS)\]|<</?SYS>>",
    re.IGNORECASE,
)
"""One mark, whole."""


def without_tokens(text: str) -> str:
    """Put a blank for every mark; as no mark holds one, none can come together from what is left."""
    return CHAT_TOKEN.sub(" ", text)
