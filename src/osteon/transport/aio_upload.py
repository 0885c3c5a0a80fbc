"""A request body as aiohttp takes it. No sockets, no aiohttp."""

from __future__ import annotations

import asyncio
import inspect
import io
from collections.abc import AsyncIterator
from typing import Any

from osteon.http import PreparedRequest
from osteon.transport.async_runner import in_thread
from osteon.transport.wire import BLOCK, Measure, Upload, checked_piece, reading

#: Bodies up to this size are handed over whole: aiohttp warns of larger ones, which would hold up the loop.
_AT_ONCE = 1024 * 1024


class Delivery:
    """An upload under way. ``refused`` after an answer that came instead of "100 Continue"."""

    def __init__(self, request: PreparedRequest, upload: Upload) -> None:
        self._request = request
        self._upload = upload
        self._expects = "expect" in request.headers.raw
        self._begun = False
        self.chunked = upload.length is None
        self.refused = False

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
        """An answer has begun: what was not asked for until now is not sent."""
        self.refused = self._expects and not self._begun

    async def _pieces(self, source: Any) -> AsyncIterator[bytes]:
        self._begun = True
        length = self._upload.length
        measure = None if length is None else Measure(length)
        async for piece in _read(source):
            if self.refused:
                return
            yield piece if measure is None else measure.passed(piece)
        if measure is not None:
            measure.ended()


async def _read(source: Any) -> AsyncIterator[bytes]:
    """The pieces of a body: an async iterable, a file (read in a thread), an async file, bytes or an iterable.

    Raises HTTPClientError for what is no bytes, and where the source fails.
    """
    if isinstance(source, bytes | bytearray):
        for start in range(0, len(source), BLOCK):
            yield bytes(source[start : start + BLOCK])
            await _turn()
        return
    with reading():
        if hasattr(source, "__aiter__"):
            async for piece in source:
                yield checked_piece(piece)
        elif hasattr(source, "read"):
            while piece := checked_piece(await _read_file(source)):
                yield piece
        else:
            for piece in source:
                yield checked_piece(piece)
                await _turn()


async def _turn() -> None:
    """Let the loop run between pieces that took no waiting: else it would see too late that the connection is lost."""
    await asyncio.sleep(0)


async def _read_file(source: Any) -> Any:
    read = source.read
    if inspect.iscoroutinefunction(read):
        return await read(BLOCK)
    if type(source) is io.BytesIO or getattr(source, "in_memory", False):
        await _turn()
        return read(BLOCK)
    piece = await in_thread(read, BLOCK)
    return await piece if inspect.isawaitable(piece) else piece
