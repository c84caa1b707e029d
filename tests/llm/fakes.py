"""A chat model without a server."""

from collections.abc import AsyncGenerator, Sequence

from roleplay.errors import VoiceError
from roleplay.llm.base import ChatMessage
from roleplay.llm.breaker import Breaker


def tireless() -> Breaker:
    """A breaker that leaves nobody alone, for tests of what comes after failures."""
    return Breaker(longest_rest_s=0)


class FakeChatModel:
    """Answers every prompt with the same pieces, then fails if it is told to; remembers the prompts."""

    name = "fake-model"
    host = "localhost:1"

    def __init__(self, *pieces: str, failure: str | None = None) -> None:
        self.prompts: list[tuple[ChatMessage, ...]] = []
        self.streams_open = 0
        self.pieces_sent = 0
        self.is_closed = False
        self._pieces = pieces
        self._failure = failure

    async def prepare(self) -> None:
        """The name is known."""

    async def stream(
        self, messages: Sequence[ChatMessage], *, max_tokens: int, stop: Sequence[str] = ()
    ) -> AsyncGenerator[str, None]:
        """Yield the pieces."""
        self.prompts.append(tuple(messages))
        self.streams_open += 1
        try:
            for piece in self._pieces:
                self.pieces_sent += 1
                yield piece
            if self._failure is not None:
                raise VoiceError(self._failure)
        finally:
            self.streams_open -= 1

    async def aclose(self) -> None:
        """Remember that it was closed."""
        self.is_closed = True
