"""Iterators over what comes batch by batch, blocking and awaitable. What a batch is, and how it comes, is handed in.

No generators: one whose batch fails, or is cancelled, is at its end, and would lose the rest in silence. Of these one
asks again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Generic, Self, TypeVar

from osteon.flow import Flow

ItemT = TypeVar("ItemT")


class _Batches(Generic[ItemT]):
    """``fetch``: a flow to the next batch, or to None after the last; one that failed is asked for again by it."""

    def __init__(self, fetch: Callable[[], Flow[Iterable[ItemT] | None]], run: Callable[[Flow[Any]], Any]) -> None:
        self._fetch, self._run = fetch, run
        self._ready: Iterator[ItemT] = iter(())
        self._ended = False

    def _take(self, batch: Iterable[ItemT] | None) -> None:
        if batch is None:
            self._end()
        else:
            self._ready = iter(batch)

    def _end(self) -> None:
        self._ended = True
        self._ready = iter(())


class Items(_Batches[ItemT]):
    """For ``for``."""

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> ItemT:
        while True:
            for item in self._ready:
                return item
            if self._ended:
                raise StopIteration
            self._take(self._run(self._fetch()))

    def close(self) -> None:
        """As of a generator: nothing more is fetched."""
        self._end()


class AsyncItems(_Batches[ItemT]):
    """For ``async for``. A wait that is cancelled loses nothing: ask again."""

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> ItemT:
        while True:
            for item in self._ready:
                return item
            if self._ended:
                raise StopAsyncIteration
            self._take(await self._run(self._fetch()))

    async def aclose(self) -> None:
        """As of a generator, for ``contextlib.aclosing``: nothing more is fetched."""
        self._end()
