"""A request body as aiohttp takes it. No sockets, no aiohttp."""

from __future__ import annotations

import asyncio
import inspect
import io
from collections.abc import AsyncIterator, Awaitable
from typing import Any, TypeVar

from osteon.http import PreparedRequest
from osteon.transport.async_runner import in_thread
from osteon.transport.wire import BLOCK, Measure, Upload, checked_piece, reading

T = TypeVar("T")

_END: Any = object()
#: Bodies up to this size are handed over whole: aiohttp warns of larger ones, which would hold up the loop.
_AT_ONCE = 1024 * 1024


class Delivery:
    """An upload under way."""

    def __init__(self, request: PreparedRequest, upload: Upload) -> None:
        self._request = request
        self._upload = upload
        self._expects = "expect" in request.headers.raw
        self._begun = self._stopped = False
        #: whether the body may be sent again, and so has to be at rest when the exchange ends; known once it is read
        self._rests = False
        #: what the source was last asked for
        self._asked: asyncio.Future[Any] | None = None
        self.chunked = upload.length is None

    def fields(self, own: dict[str, str]) -> list[tuple[str, str]]:
        """The header fields; aiohttp writes Transfer-Encoding itself."""
        raw = self._request.headers.raw
        merged = {name.lower(): (name, value) for name, value in {**own, **self._upload.fields}.items()} | raw
        merged.pop("transfer-encoding", None)
        if self.chunked:
            merged.pop("content-length", None)
        return list(merged.values())

    def data(self) -> bytes | AsyncIterator[bytes] | None:
        """The body, as a generator where it matters whether and when it is taken."""
        content, source = self._upload.content, self._upload.source
        if content is None and source is None:
            return None
        if content is not None and len(content) <= _AT_ONCE and not self._expects:
            return bytes(content)
        return self._pieces(source if content is None else content)

    def answered(self) -> None:
        """An answer has begun: what was not asked for until now, as with "100 Continue", is not sent."""
        self._stopped = self._expects and not self._begun

    async def stop(self) -> None:
        """Nothing more is sent, and when this returns nobody reads the body any more: it may be put back to its start.

        A thread that reads cannot be stopped, and would take the bytes of the next attempt.
        """
        self._stopped = True
        if self._asked is not None:
            try:
                await asyncio.wait({self._asked})
            except asyncio.CancelledError:
                self.abandon()
                raise

    def abandon(self) -> None:
        """Nobody will ask for the outcome: who waits for the source waits no longer."""
        self._stopped = True
        if self._asked is not None:
            self._asked.cancel()

    async def _pieces(self, source: Any) -> AsyncIterator[bytes]:
        self._begun = True
        length = self._upload.length
        measure = None if length is None else Measure(length)
        async for piece in self._read(source):
            if self._stopped:
                return
            yield piece if measure is None else measure.passed(piece)
        if measure is not None:
            measure.ended()

    async def _read(self, source: Any) -> AsyncIterator[bytes]:
        """The pieces of a body: an async iterable, a file (read in a thread), an async file, bytes or an iterable.

        Raises HTTPClientError for what is no bytes, and where the source fails.
        """
        if isinstance(source, bytes | bytearray):
            for start in range(0, len(source), BLOCK):
                yield bytes(source[start : start + BLOCK])
                await _turn()
            return
        with reading():
            self._rests = _is_rewindable(self._request.body)
            if hasattr(source, "__aiter__"):
                pieces: AsyncIterator[Any] = aiter(source)
                while (piece := await self._ask(anext(pieces, _END))) is not _END:
                    yield checked_piece(piece)
            elif hasattr(source, "read"):
                while piece := checked_piece(await self._read_file(source)):
                    yield piece
            else:
                for piece in source:
                    yield checked_piece(piece)
                    await _turn()

    async def _read_file(self, source: Any) -> Any:
        read = source.read
        if inspect.iscoroutinefunction(read):
            return await self._ask(read(BLOCK))
        if type(source) is io.BytesIO or getattr(source, "in_memory", False):
            await _turn()
            return read(BLOCK)
        piece = await self._ask(in_thread(read, BLOCK))
        return await self._ask(piece) if inspect.isawaitable(piece) else piece

    async def _ask(self, answer: Awaitable[T]) -> T:
        """What the source gives. Of a body that may be sent again :meth:`stop` can wait for it: of a pipe for ever."""
        if not self._rests:
            return await answer
        asked = self._asked = asyncio.ensure_future(answer)
        asked.add_done_callback(_heard)
        return await asyncio.shield(asked)


def _heard(asked: asyncio.Future[Any]) -> None:
    """Take note of an error that nobody may ask for, or asyncio would complain of it."""
    if not asked.cancelled():
        asked.exception()


def _is_rewindable(body: Any) -> bool:
    """Whether the body may be sent again; not a file of an asynchronous library: nobody can tell where that stands."""
    seek, seekable = getattr(body, "seek", None), getattr(body, "seekable", None)
    return seek is not None and not inspect.iscoroutinefunction(seek) and (seekable is None or seekable())


async def _turn() -> None:
    """Let the loop run between pieces that took no waiting: else it would see too late that the connection is lost."""
    await asyncio.sleep(0)
