"""A stream whose first value is under way before anybody asks for it."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Generic, TypeVar

T = TypeVar("T")


class Begun(Generic[T], AsyncIterator[T]):
    """An async generator that has begun; close it, whether or not it is read to its end."""

    def __init__(self, values: AsyncGenerator[T, None]) -> None:
        """Have the first value made as soon as the loop is free."""
        self._values = values
        self._first: asyncio.Task[T] | None = asyncio.create_task(_first_of(values))

    async def __anext__(self) -> T:
        """The next value; what kept the first one from being made is raised here."""
        first, self._first = self._first, None
        return await (anext(self._values) if first is None else first)

    async def aclose(self) -> None:
        """Stop it where it is. What would have been raised to somebody who asked is dropped."""
        first, self._first = self._first, None
        if first is not None:
            first.cancel()
            await asyncio.gather(first, return_exceptions=True)
        await self._values.aclose()


async def _first_of(values: AsyncGenerator[T, None]) -> T:
    return await anext(values)
