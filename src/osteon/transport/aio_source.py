"""The streamed body of an answer over aiohttp. Requests and connections: elsewhere."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable
from typing import Any, Protocol

from osteon.exceptions import ConnectionClosedError, HTTPClientError, OsteonError, ResponseStreamingError
from osteon.http import PreparedRequest
from osteon.transport.aio_errors import exchange_error, quiet
from osteon.transport.aio_session import Answer
from osteon.transport.answers import BrokenAnswer


class Lease(Protocol):
    """What an exchange holds until all of its body has come; it *rests* while nobody reads."""

    def rest(self) -> None: ...

    def wake(self) -> None: ...

    def end(self) -> None: ...


class AioSource:
    """The bytes of an answer's body. When all have come, its connection is free again.

    A read that is cancelled loses nothing: what it had is there for the next one. After an error every further read
    raises it again. A source that is collected before its end gives up its connection.
    """

    __slots__ = (
        "_answer", "_busy", "_closed", "_failure", "_held", "_lease", "_loop", "_observe", "_request", "_until_close",
    )  # fmt: skip

    def __init__(self, request: PreparedRequest, answer: Answer, lease: Lease, *, until_close: bool) -> None:
        self._request, self._answer, self._lease = request, answer, lease
        #: the body ends where the connection does
        self._until_close = until_close
        self._loop = asyncio.get_running_loop()
        self._busy = self._closed = False
        self._failure: OsteonError | None = None
        self._held = _Held()
        self._observe: Callable[[bytes], None] | None = None
        lease.rest()
        # Not a method of this object: it would be kept alive by what it must let go when it dies.
        answer.content.on_eof(lease.end)

    def watch(self, observe: Callable[[bytes], None], /) -> None:
        """Have ``observe`` see every byte when it comes, before it is given."""
        self._observe = observe

    async def read(self, amt: int | None = None, /) -> bytes:
        """``amt`` bytes, fewer only before the end or a fault; without it all that is left, or the fault.

        Raises ReadTimeoutError, and ResponseStreamingError where the connection breaks.
        """
        if self._failure is not None:
            raise self._failure
        if self._busy:
            raise HTTPClientError(error="two tasks read the same body at once")
        if not self._closed:
            await self._fill(amt)
        return self._given(amt)

    async def _fill(self, amt: int | None) -> None:
        self._busy = True
        self._lease.wake()
        try:
            await self._gather(amt)
        except Exception as error:
            self._failure = self._mapped(error)
            self._let_go()
            # What came before a fault is handed out first, unless it would look like all there is.
            if amt is None or not self._held.size:
                raise self._failure  # noqa: B904 - _mapped has set its cause
        finally:
            self._busy = False
            self._lease.rest()

    async def _gather(self, amt: int | None) -> None:
        content = self._answer.content
        held = self._held
        while amt is None or held.size < amt:
            wanted = -1 if amt is None else amt - held.size
            if content.exception() is not None:
                piece = _left_behind(content, wanted)
            elif amt is None:
                piece = await content.readany()
            else:
                piece = await content.read(wanted)
            if not piece:
                break
            held.add(piece)
            if self._observe is not None:
                self._observe(piece)
        if content.at_eof():
            if self._until_close and self._answer.was_reset:
                raise BrokenAnswer("the connection broke before the end of the answer")
            self._let_go()

    def _given(self, amt: int | None) -> bytes:
        data = self._held.taken()
        if amt is None or len(data) <= amt:
            return data
        # A cancelled read had asked for more.
        self._held.add(data[amt:])
        return data[:amt]

    def _mapped(self, error: Exception) -> OsteonError:
        mapped = exchange_error(error, self._request)
        if isinstance(mapped, ConnectionClosedError):
            mapped = ResponseStreamingError(error=mapped.kwargs["error"], request=self._request)
        mapped.__cause__ = quiet(error)
        return mapped

    def close(self) -> None:
        """Give up what was not read, and with it the connection."""
        self._held.taken()
        self._let_go()

    def _let_go(self) -> None:
        self._closed = True
        _part(self._answer, self._lease)

    def __del__(self) -> None:
        if getattr(self, "_closed", True):
            return
        if self._loop.is_closed():
            self._answer.close()
        else:
            # Whoever collects may be another thread.
            self._loop.call_soon_threadsafe(_part, self._answer, self._lease)


class _Held:
    """What has been read and not yet been given. It grows without being copied as a whole, which would take a while."""

    __slots__ = ("_first", "_grown", "size")

    def __init__(self) -> None:
        self._first, self.size = b"", 0
        self._grown: io.BytesIO | None = None

    def add(self, piece: bytes) -> None:
        if not self.size:
            self._first = piece
        else:
            if self._grown is None:
                self._grown = io.BytesIO()
                self._grown.write(self._first)
            self._grown.write(piece)
        self.size += len(piece)

    def taken(self) -> bytes:
        """All of it; nothing is held any more."""
        data = self._first if self._grown is None else self._grown.getvalue()
        self._first, self._grown, self.size = b"", None, 0
        return data


def _part(answer: Answer, lease: Lease) -> None:
    answer.close()
    lease.end()


def _left_behind(content: Any, most: int) -> bytes:
    """What had come before a fault, which aiohttp does not hand out any more; its error where nothing is left."""
    error = content.exception()
    content.set_exception(None)
    try:
        piece: bytes = content.read_nowait(most)
    finally:
        content.set_exception(error)
    if not piece:
        raise error
    return piece
