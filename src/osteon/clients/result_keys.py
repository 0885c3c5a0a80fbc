"""The results of a sequence of pages, each by itself: several iterators, for which every page is fetched once."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from typing import Any, Protocol

from osteon.clients.batches import AsyncItems, Items
from osteon.flow import Flow, Once


class Walk(Protocol):
    """A pass over pages; None after the last."""

    def next_page(self) -> Flow[dict[str, Any] | None]: ...


class ResultKey(Protocol):
    """Where a result stands in a page; ``expression`` is its text."""

    expression: str
    search: Callable[[Any], Any]


class Fan:
    """One pass over pages for several readers: whoever comes first fetches, and the others find what was fetched."""

    def __init__(self, walk: Walk, readers: int) -> None:
        self._walk = walk
        self._unread: list[deque[dict[str, Any]]] = [deque() for _ in range(readers)]
        self._ended = False

    def page_for(self, reader: int) -> Flow[dict[str, Any] | None]:
        unread = self._unread[reader]
        while not unread and not self._ended:
            yield Once(self, self._fetch)
        return unread.popleft() if unread else None

    def _fetch(self) -> Flow[None]:
        page = yield from self._walk.next_page()
        self._ended = page is None
        for unread in self._unread:
            if page is not None:
                unread.append(page)


class ResultKeyIterator:
    """What one result key finds in every page, item by item. ``result_key`` is the key."""

    def __init__(self, fan: Fan, reader: int, result_key: ResultKey, run: Callable[[Flow[Any]], Any]) -> None:
        self.result_key = result_key
        self._fan, self._reader, self._run = fan, reader, run

    def __iter__(self) -> Iterator[Any]:
        return Items(self._found, self._run)

    def _found(self) -> Flow[Iterable[Any] | None]:
        page = yield from self._fan.page_for(self._reader)
        return None if page is None else self.result_key.search(page) or ()


class AsyncResultKeyIterator(ResultKeyIterator):
    """:class:`ResultKeyIterator` for ``async for``."""

    def __aiter__(self) -> AsyncIterator[Any]:
        return AsyncItems(self._found, self._run)
