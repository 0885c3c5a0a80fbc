"""Streamed response bodies, blocking and awaitable. What they read from is handed in; no sockets, no HTTP library."""

from __future__ import annotations

import io
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any, Protocol, Self

from osteon.exceptions import IncompleteReadError

CHUNK_SIZE = 1024


class Source(Protocol):
    """What a body is read from: any binary file will do. ``read`` raises only osteon's errors; b"" means the end."""

    def read(self, amt: int | None = None, /) -> bytes: ...

    def close(self) -> None: ...


class AsyncSource(Protocol):
    """The awaitable twin of :class:`Source`.

    It may have ``watch(observe)``, and show every byte when it comes, once and in order: a big body that is summed as a
    whole holds up the event loop.
    """

    async def read(self, amt: int | None = None, /) -> bytes: ...

    def close(self) -> None: ...


class Validator(Protocol):
    """Watches a body go by. ``finish`` is called once, after the last byte, and raises where what it saw is wrong."""

    def observe(self, chunk: bytes, /) -> None: ...

    def finish(self) -> None: ...


class _Account:
    """Counts what was read, shows it to the validator and holds it against the announced length."""

    __slots__ = ("expected", "finished", "observe", "read", "validator")

    def __init__(self, expected: int | str | None) -> None:
        self.expected = None if expected is None else int(expected)
        self.validator: Validator | None = None
        #: shows the validator what is read; None where the source does
        self.observe: Callable[[bytes], None] | None = None
        self.read = 0
        self.finished = False

    def watch(self, validator: Validator, source: object) -> None:
        self.validator = validator
        shown: Callable[[Callable[[bytes], None]], None] | None = getattr(source, "watch", None)
        if shown is not None:
            shown(validator.observe)
        else:
            self.observe = validator.observe

    def enter(self, chunk: bytes, at_end: bool) -> None:
        self.read += len(chunk)
        if self.observe is not None and chunk:
            self.observe(chunk)
        if at_end:
            self._verify_length()
        if at_end or self.read == self.expected:
            self._finish()

    def _verify_length(self) -> None:
        if self.expected is not None and self.read != self.expected:
            raise IncompleteReadError(actual_bytes=self.read, expected_bytes=self.expected)

    def _finish(self) -> None:
        if self.validator is not None and not self.finished:
            self.finished = True
            self.validator.finish()


class _Lines:
    """Cuts chunks into lines; what follows the last line break waits for the next chunk."""

    __slots__ = ("keepends", "pending")

    def __init__(self, keepends: bool) -> None:
        self.keepends = keepends
        self.pending = b""

    def cut(self, chunk: bytes) -> list[bytes]:
        *whole, self.pending = (self.pending + chunk).splitlines(keepends=True)
        return whole if self.keepends else [line.rstrip(b"\r\n") for line in whole]

    def rest(self) -> list[bytes]:
        return self.pending.splitlines(self.keepends)


class StreamingBody(io.IOBase):
    """The body of a response, read as it comes. A binary file, with botocore's additions.

    ``content_length`` is the announced number of bytes, None where none was: a body that ends elsewhere raises
    IncompleteReadError. ``validator`` sees every byte, and may raise after the last. Reads raise ReadTimeoutError,
    ResponseStreamingError or what the validator raises. Leaving the ``with`` block closes the body; one not read to its
    end costs its connection.
    """

    def __init__(
        self, raw_stream: Any, content_length: int | str | None = None, validator: Validator | None = None
    ) -> None:
        self._raw_stream: Source = raw_stream
        self._account = _Account(content_length)
        if validator is not None:
            self.watch(validator)

    def watch(self, validator: Validator) -> None:
        """Have ``validator`` see every byte from here on; to be called before the first read."""
        self._account.watch(validator, self._raw_stream)

    def read(self, amt: int | None = None) -> bytes:
        """Up to ``amt`` bytes, all that is left without it; b"" at the end."""
        if amt is not None and amt < 0:
            amt = None
        chunk = self._raw_stream.read(amt)
        self._account.enter(chunk, at_end=amt is None or (not chunk and amt > 0))
        return chunk

    def readinto(self, buffer: Any) -> int:
        """Fill ``buffer`` (writable, bytes-like) with what one read gives; the number of bytes, 0 at the end."""
        view = memoryview(buffer).cast("B")
        chunk = self.read(len(view))
        view[: len(chunk)] = chunk
        return len(chunk)

    def readlines(self, hint: int | None = -1) -> list[bytes]:
        """All lines that are left, with their ends."""
        return io.BytesIO(self.read()).readlines(hint if hint is not None else -1)

    def iter_chunks(self, chunk_size: int = CHUNK_SIZE) -> Iterator[bytes]:
        """What is left in pieces of up to ``chunk_size`` bytes."""
        while chunk := self.read(chunk_size):
            yield chunk

    def iter_lines(self, chunk_size: int = CHUNK_SIZE, keepends: bool = False) -> Iterator[bytes]:
        r"""What is left line by line (``\n``, ``\r\n`` or ``\r``), read in pieces of ``chunk_size`` bytes."""
        lines = _Lines(keepends)
        for chunk in self.iter_chunks(chunk_size):
            yield from lines.cut(chunk)
        yield from lines.rest()

    def readable(self) -> bool:
        return not self.closed

    def tell(self) -> int:
        """How many bytes have been read."""
        return self._account.read

    def set_socket_timeout(self, timeout: float | None) -> None:
        """Let further reads wait ``timeout`` seconds at most. Raises AttributeError where there is no socket."""
        self._raw_stream.set_timeout(timeout)  # type: ignore[attr-defined]  # only sources on a socket have it

    def close(self) -> None:
        """Give up what was not read."""
        if not self.closed:
            self._raw_stream.close()
        super().close()

    def __reduce_ex__(self, protocol: Any) -> Any:
        raise _unportable(self)

    def __iter__(self) -> Iterator[bytes]:  # chunks, not lines: botocore's choice
        return self.iter_chunks()

    def __next__(self) -> bytes:
        if chunk := self.read(CHUNK_SIZE):
            return chunk
        raise StopIteration

    def __enter__(self) -> Self:
        return self

    next = __next__


class AsyncStreamingBody:
    """The awaitable twin of :class:`StreamingBody`: the same rules, ``await body.read()``, ``async for``."""

    def __init__(
        self, raw_stream: AsyncSource, content_length: int | str | None = None, validator: Validator | None = None
    ) -> None:
        self._raw_stream = raw_stream
        self._account = _Account(content_length)
        self.closed = False
        if validator is not None:
            self.watch(validator)

    def watch(self, validator: Validator) -> None:
        """Have ``validator`` see every byte from here on; to be called before the first read."""
        self._account.watch(validator, self._raw_stream)

    async def read(self, amt: int | None = None) -> bytes:
        """Up to ``amt`` bytes, all that is left without it; b"" at the end."""
        if amt is not None and amt < 0:
            amt = None
        chunk = await self._raw_stream.read(amt)
        self._account.enter(chunk, at_end=amt is None or (not chunk and amt > 0))
        return chunk

    async def readlines(self) -> list[bytes]:
        """All lines that are left, with their ends."""
        return io.BytesIO(await self.read()).readlines()

    def iter_chunks(self, chunk_size: int = CHUNK_SIZE) -> AsyncIterator[bytes]:
        """What is left in pieces of up to ``chunk_size`` bytes."""
        return _AsyncPieces(self, chunk_size, None)

    def iter_lines(self, chunk_size: int = CHUNK_SIZE, keepends: bool = False) -> AsyncIterator[bytes]:
        r"""What is left line by line (``\n``, ``\r\n`` or ``\r``), read in pieces of ``chunk_size`` bytes."""
        return _AsyncPieces(self, chunk_size, _Lines(keepends))

    def tell(self) -> int:
        """How many bytes have been read."""
        return self._account.read

    def close(self) -> None:
        """Give up what was not read."""
        self.closed = True
        self._raw_stream.close()

    def __aiter__(self) -> Self:  # chunks, not lines: botocore's choice
        return self

    async def __anext__(self) -> bytes:
        if chunk := await self.read(CHUNK_SIZE):
            return chunk
        raise StopAsyncIteration

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self.close()

    def __reduce_ex__(self, protocol: Any) -> Any:
        raise _unportable(self)


class _AsyncPieces:
    """Chunks or lines of a body. No asynchronous generator: one that is cancelled is at its end, and loses its rest."""

    def __init__(self, body: AsyncStreamingBody, chunk_size: int, lines: _Lines | None) -> None:
        self._body, self._size, self._lines = body, chunk_size, lines
        self._ready: deque[bytes] = deque()
        self._ended = False

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        while not self._ready:
            if self._ended:
                raise StopAsyncIteration
            chunk = await self._body.read(self._size)
            self._ended = not chunk
            self._ready += self._cut(chunk)
        return self._ready.popleft()

    def _cut(self, chunk: bytes) -> list[bytes]:
        if self._lines is not None:
            return self._lines.cut(chunk) if chunk else self._lines.rest()
        return [chunk] if chunk else []

    async def aclose(self) -> None:
        """As of a generator, for ``contextlib.aclosing``. The body itself stays open."""
        self._ended = True
        self._ready.clear()


def _unportable(body: object) -> TypeError:
    # What would be pickled holds a connection, and the request with its signature.
    return TypeError(f"cannot pickle {type(body).__name__!r} object: it reads from a connection")


def in_memory(content: bytes, *, asynchronous: bool) -> StreamingBody | AsyncStreamingBody:
    """A body of bytes that are there already, as the caller of a streamed operation expects one."""
    source, length = io.BytesIO(content), len(content)
    return AsyncStreamingBody(AsyncReader(source), length) if asynchronous else StreamingBody(source, length)


class AsyncReader:
    """An awaitable source over a blocking one that never waits, such as bytes in memory."""

    def __init__(self, source: Source) -> None:
        self._source = source

    async def read(self, amt: int | None = None, /) -> bytes:
        return self._source.read(amt)

    def close(self) -> None:
        self._source.close()
