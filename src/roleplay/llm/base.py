"""What a chat model is: messages in, pieces of a reply out."""

from collections.abc import AsyncGenerator, Sequence
from enum import StrEnum
from typing import Protocol, TypeVar

from roleplay.values import Value

Shape = TypeVar("Shape", bound=Value)


class ChatRole(StrEnum):
    """Who speaks in a prompt."""

    SYSTEM = "system"
    """The program."""
    USER = "user"
    """The one whom the model answers."""
    ASSISTANT = "assistant"
    """The model."""


class ChatMessage(Value):
    """One message of a prompt."""

    role: ChatRole
    text: str


class Usage(Value):
    """The tokens that one request took."""

    prompt_tokens: int
    cached_tokens: int = 0
    """Of `prompt_tokens`, those that the server still had from an earlier request."""
    completion_tokens: int
    is_estimated: bool = False
    """Whether it was counted in characters here, since the server told nothing that can be used."""


class NamedModel(Protocol):
    """A model somewhere."""

    @property
    def name(self) -> str:
        """The model's name, as shown and recorded; before it is known, where it is."""
        ...

    @property
    def host(self) -> str:
        """Where the words go: host, and port where there is one."""
        ...


class StructuredModel(NamedModel, Protocol):
    """Answers in a given shape."""

    async def ask(self, messages: Sequence[ChatMessage], shape: type[Shape], *, max_tokens: int) -> Shape:
        """Return the whole reply as a `shape`.

        Raises:
            VoiceError: no reply, or one that has another shape.
        """
        ...


class ChatModel(NamedModel, Protocol):
    """Continues a conversation."""

    async def prepare(self) -> None:
        """Do what takes time before the first reply; afterwards `name` is final.

        Raises:
            VoiceError: the endpoint can't be asked, or lists no model.
        """
        ...

    def stream(
        self, messages: Sequence[ChatMessage], *, max_tokens: int, stop: Sequence[str] = ()
    ) -> AsyncGenerator[str, None]:
        """Yield the reply piece by piece as it arrives. Closing the generator, or cancelling, ends the request.

        A `system` message may stand anywhere. A reply that ran into `max_tokens` counts as finished.

        Raises:
            VoiceError: no reply, or one that was cut; what was yielded so far stands.
        """
        ...

    async def aclose(self) -> None:
        """Let go of connections."""
        ...
