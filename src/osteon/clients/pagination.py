"""Paging: one operation called again and again until its tokens end. One flow, and two iterators over what it gives.

How a call is made is handed in; what is paged how comes from paginators-1.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from typing import Any, Generic, TypeAlias, TypeVar, cast

from osteon.clients.batches import AsyncItems, Items
from osteon.clients.page_rules import Expression, Paging, Request, set_tokens
from osteon.clients.page_tokens import TRUNCATED, Tokens, bad_token, encode
from osteon.clients.result_keys import AsyncResultKeyIterator, Fan, ResultKeyIterator
from osteon.exceptions import PaginationError
from osteon.flow import Flow

PageT = TypeVar("PageT")
ItemT = TypeVar("ItemT")

Page: TypeAlias = dict[str, Any]
#: Makes one call of the operation.
Call: TypeAlias = Callable[[dict[str, Any]], Flow[Page]]
#: A client's runner: a flow to its value, or to an awaitable of it.
Run: TypeAlias = Callable[[Flow[Any]], Any]


class Walk:
    """One pass over the pages, from the first to the last."""

    def __init__(self, paging: Paging, request: Request, call: Call) -> None:
        self._paging = paging
        self._call = call
        self._params = dict(request.params)
        self._left = request.max_items
        self._start = request.start
        #: the tokens that led to the page in hand, in case it must be cut
        self._tokens: Tokens = dict(request.start[0]) if request.start is not None else self._no_tokens()
        self._followed: Tokens | None = None
        #: the page in hand, None before the first and while the one after it is fetched
        self._page: Page | None = None
        self._begun = self._ended = False
        self.resume_token: str | None = None
        self.non_aggregate_part: dict[str, Any] = {}

    def next_page(self) -> Flow[Page | None]:
        """The next page, None after the last. Raises PaginationError where the service hands out a token again.

        A page whose call failed, or was cancelled, is the next one again.
        """
        # What follows a page is worked out when the next one is asked for, so that an error takes no page away.
        if self._ended or (self._page is not None and not self._follow(self._page)):
            self._ended = True
            return None
        self._page = None
        page = yield from self._call(dict(self._params))
        skipped = 0
        if not self._begun:
            self._begun = True
            if self._start is not None:
                skipped = self._start[1]
                self._leave_out(page, skipped)
            for key in self._paging.non_aggregate_keys:
                key.assign(self.non_aggregate_part, key.search(page))
        self._page = page
        self._count(page, skipped)
        return page

    def _follow(self, page: Page) -> bool:
        """Go on to the page after this one; whether there is one, and it is wanted."""
        tokens = self._next_tokens(page)
        if all(token is None for token in tokens.values()):
            return False
        if self._left == 0:
            self._stop_at(tokens)
            return False
        if tokens == self._followed:
            raise PaginationError(message=f"The same next token was received twice: {tokens}")
        set_tokens(self._params, tokens)
        self._tokens = self._followed = tokens
        return True

    def _next_tokens(self, page: Page) -> Tokens:
        paging = self._paging
        if paging.more_results is not None and not paging.more_results.search(page):
            return {}
        found = zip(paging.input_tokens, paging.output_tokens, strict=False)
        # Services mean "no more" by empty text too.
        return {name: output.search(page) or None for name, output in found}

    def _no_tokens(self) -> Tokens:
        return dict.fromkeys(self._paging.input_tokens)

    def _leave_out(self, page: Page, skipped: int) -> None:
        """Take from the first page what was handed out before it was resumed."""
        primary, *others = self._paging.result_keys or (None,)
        if primary is None:
            return
        items = primary.search(page)
        primary.assign(page, items[skipped:] if isinstance(items, list | str) else None)
        for key in others:
            key.assign(page, _nothing_like(key.search(page)))

    def _count(self, page: Page, skipped: int) -> None:
        """Subtract the page's items from those still wanted; cut it where it holds more."""
        if self._left is None:
            return
        if not self._paging.result_keys:
            raise PaginationError(message="MaxItems is not supported: the paginator names no result to count.")
        primary = self._paging.result_keys[0]
        items: Any = primary.search(page)
        if items is None:
            items = list[Any]()
        size = len(items)
        surplus = size - self._left
        if surplus <= 0:
            self._left -= size
            return
        if not isinstance(items, list | str):
            raise PaginationError(message=f"MaxItems cannot cut {primary.expression}, which is no list.")
        kept = size - surplus
        primary.assign(page, items[:kept])
        self._ended = True
        self._stop_at({**self._tokens, TRUNCATED: kept + skipped})

    def _stop_at(self, tokens: Tokens) -> None:
        if tokens.keys() - {TRUNCATED} != set(self._paging.input_tokens):
            raise bad_token(tokens)
        self.resume_token = encode(tokens)


def _nothing_like(value: Any) -> Any:
    """What a result beside the primary one is on a resumed page: it was given in full with the page's first half."""
    if isinstance(value, list):
        return []
    if isinstance(value, str):
        return ""
    # A count is of the whole page, whatever part of it is handed out.
    return value if isinstance(value, int | float) else None


class _Pages(Generic[PageT, ItemT]):
    """What both iterators are."""

    def __init__(self, paging: Paging, request: Request, call: Call, run: Run) -> None:
        self._paging, self._request, self._call, self._run = paging, request, call, run
        self._walk = self._begin()

    @property
    def result_keys(self) -> list[Expression]:
        """Where the results stand in a page, the primary one first."""
        return list(self._paging.result_keys)

    @property
    def resume_token(self) -> str | None:
        """The StartingToken with which to go on, after MaxItems ended the last iteration; else None."""
        return self._walk.resume_token

    @property
    def non_aggregate_part(self) -> dict[str, Any]:
        """What the first page of the last iteration says of all of them."""
        return self._walk.non_aggregate_part

    def _found(self, find: Callable[[Page], Iterable[Any]]) -> Callable[[], Flow[Iterable[Any] | None]]:
        """The flows of a new pass: to what is found in the next page."""
        walk = self._begin()

        def fetch() -> Flow[Iterable[Any] | None]:
            page = yield from walk.next_page()
            return None if page is None else find(page)

        return fetch

    def _each_result(self, kind: Any) -> list[Any]:
        keys = self._paging.result_keys
        fan = Fan(self._begin(), len(keys))
        return [kind(fan, place, key, self._run) for place, key in enumerate(keys)]

    def _begin(self) -> Walk:
        self._walk = Walk(self._paging, self._request, self._call)
        return self._walk

    def _items(self, page: Page) -> Iterable[Any]:
        """The items of the primary result: a list's, the pairs of a map, and anything else as one."""
        found = self._paging.result_keys[0].search(page) if self._paging.result_keys else None
        if isinstance(found, dict):
            return cast("dict[str, Any]", found).items()
        return () if found is None else _several(found)

    def _full_result(self) -> Flow[Page]:
        walk = self._begin()
        found: Page = {}
        while (page := (yield from walk.next_page())) is not None:
            for key in self._paging.result_keys:
                _add(found, key, key.search(page))
        # What belongs to no page may hold the first page's results, too: those of all pages go before them.
        result = _unshared(walk.non_aggregate_part)
        for key in self._paging.result_keys:
            value = key.search(found)
            if value is not None:
                key.assign(result, value)
        if walk.resume_token is not None:
            result["NextToken"] = walk.resume_token
        return result


def _itself(page: Page) -> tuple[Page]:
    return (page,)


def _searched(expression: str) -> Callable[[Page], Iterable[Any]]:
    search = Expression(expression).search
    return lambda page: _several(search(page))


def _several(value: Any) -> list[Any]:
    return cast("list[object]", value) if isinstance(value, list) else [value]


def _add(result: Page, key: Expression, value: Any) -> None:
    """Lists are joined, texts too, numbers added up; of anything else the first stays."""
    if value is None:
        return
    held = key.search(result)
    if held is None:
        key.assign(result, cast("list[object]", value).copy() if isinstance(value, list) else value)
    elif isinstance(value, list):
        held.extend(value)
    elif isinstance(value, int | float | str):
        key.assign(result, held + value)


def _unshared(part: Mapping[str, Any]) -> dict[str, Any]:
    """A copy to put values into, at any depth: pages that were given stay as they are."""
    items = part.items()
    return {name: _unshared(cast("Any", value)) if isinstance(value, dict) else value for name, value in items}


class PageIterator(_Pages[PageT, ItemT]):
    """The pages of an operation: each iteration begins anew and calls as it goes."""

    def __iter__(self) -> Iterator[PageT]:
        return Items(self._found(_itself), self._run)

    def items(self) -> Iterator[ItemT]:
        """The items of the primary result, page after page."""
        return Items(self._found(self._items), self._run)

    def search(self, expression: str) -> Iterator[Any]:
        """What a JMESPath expression finds in each page; of a list, its items one by one."""
        return Items(self._found(_searched(expression)), self._run)

    def result_key_iters(self) -> list[ResultKeyIterator]:
        """An iterator over the results of each result key; pages are fetched once for all of them."""
        return self._each_result(ResultKeyIterator)

    def build_full_result(self) -> PageT:
        """All pages as one dict: lists joined, numbers added up, ``NextToken`` to resume with after MaxItems."""
        result: PageT = self._run(self._full_result())
        return result


class AsyncPageIterator(_Pages[PageT, ItemT]):
    """:class:`PageIterator` for ``async for``. A wait for a page that is cancelled loses nothing: ask again."""

    def __aiter__(self) -> AsyncIterator[PageT]:
        return AsyncItems(self._found(_itself), self._run)

    def items(self) -> AsyncIterator[ItemT]:
        """The items of the primary result, page after page."""
        return AsyncItems(self._found(self._items), self._run)

    def search(self, expression: str) -> AsyncIterator[Any]:
        """What a JMESPath expression finds in each page; of a list, its items one by one."""
        return AsyncItems(self._found(_searched(expression)), self._run)

    def result_key_iters(self) -> list[AsyncResultKeyIterator]:
        """As :meth:`PageIterator.result_key_iters`, for ``async for``, also of several at once."""
        return self._each_result(AsyncResultKeyIterator)

    async def build_full_result(self) -> PageT:
        """All pages as one dict: lists joined, numbers added up, ``NextToken`` to resume with after MaxItems."""
        result: PageT = await self._run(self._full_result())
        return result


class _Paginator:
    def __init__(self, paging: Paging, call: Call, run: Run) -> None:
        self._paging, self._call, self._run = paging, call, run

    @property
    def result_keys(self) -> list[Expression]:
        """Where the results stand in a page, the primary one first."""
        return list(self._paging.result_keys)


class Paginator(_Paginator):
    """``client.get_paginator(...)`` of a sync client."""

    def paginate(self, **kwargs: Any) -> PageIterator[Any, Any]:
        """The pages for these parameters of the operation. Nothing is called yet.

        ``PaginationConfig``: ``MaxItems`` in all, ``PageSize`` to ask the service for, ``StartingToken`` to go on from.
        Raises PaginationError where the operation takes no PageSize, ValueError for a bad StartingToken.
        """
        return PageIterator(self._paging, Request.of(self._paging, kwargs), self._call, self._run)


class AsyncPaginator(_Paginator):
    """``client.get_paginator(...)`` of an async client."""

    def paginate(self, **kwargs: Any) -> AsyncPageIterator[Any, Any]:
        """As :meth:`Paginator.paginate`; the pages are for ``async for``."""
        return AsyncPageIterator(self._paging, Request.of(self._paging, kwargs), self._call, self._run)
