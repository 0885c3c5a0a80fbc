"""Bodies of uploads: a part of a source as a file of its own, and as it goes out. Opens nothing, makes no calls."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Protocol, Self

from osteon.aws.customizations.s3_transfer_pace import BLOCK, Pace
from osteon.exceptions import OsteonError, S3UploadFailedError
from osteon.flow import Blocking, Flow


class GivenUp(OsteonError):
    """A body is not to be sent any further: ``reason`` is an error of its source or of the callback, or None.

    One of osteon's own, since it has to pass through the transport, which takes others for a broken connection.
    """

    fmt = "The transfer was given up: {reason}"

    @property
    def reason(self) -> Exception | None:
        reason: Exception | None = self.kwargs["reason"]
        return reason


class Watch(Protocol):
    """Who is told of bytes as they go, how fast they may, and whether they are still wanted."""

    stopped: bool
    pace: Pace

    def tell(self, size: int) -> None: ...

    def run(self, flow: Flow[Any]) -> Any:
        """Run a flow to its value, or to an awaitable of it on an async client."""
        ...


class Piece:
    """A part of a source, as a file of its own: parts of one file are sent side by side, none of them held whole.

    Who reads it (for a checksum, or a signature) sends nothing; what is sent is its :meth:`outgoing`.
    """

    def __init__(self, read_at: Callable[[int, int], bytes], start: int, size: int, watch: Watch) -> None:
        self._read_at = read_at
        self._start, self._size, self._place, self._told = start, size, 0, 0
        self._watch = watch

    def read(self, amount: int | None = -1) -> bytes:
        """Up to so many bytes, all that are left without a number. Raises GivenUp."""
        if amount is None or amount < 0:
            return b"".join(iter(lambda: self.read(BLOCK), b""))
        if self._watch.stopped:
            raise GivenUp(reason=None)
        left = max(self._size - self._place, 0)
        try:
            data = self._read_at(self._start + self._place, min(amount, left)) if left and amount else b""
            if left and amount and not data:
                raise S3UploadFailedError(f"the source ended {left} bytes early: it shrank while it was uploaded")
        except Exception as error:
            raise GivenUp(reason=error) from error
        self._place += len(data)
        return data

    def tell(self) -> int:
        return self._place

    def seek(self, offset: int, whence: int = 0) -> int:
        self._place = max((0, self._place, self._size)[whence] + offset, 0)
        return self._place

    def outgoing(self) -> Outgoing:
        """What the transport sends in its place, from where it stands."""
        return Outgoing(self, self._watch)

    def passed(self, place: int) -> None:
        """All before ``place`` went out, and nothing behind it; who watches is told what is new, or taken back."""
        news, self._told = place - self._told, place
        if news:
            try:
                self._watch.tell(news)
            except Exception as error:
                raise GivenUp(reason=error) from error

    def arrived(self) -> None:
        """All of it is where it should be, though perhaps nobody read it; what it stood for may be forgotten."""
        self.passed(self._size)
        self._read_at = _nothing


def _nothing(place: int, amount: int) -> bytes:
    return b""


class Outgoing:
    """A piece on its way, once: its blocks, at the pace of the watch, which is told of each when it has gone out.

    To be iterated on a sync client, and asynchronously on an async one.
    """

    def __init__(self, piece: Piece, watch: Watch) -> None:
        self._piece, self._watch = piece, watch

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> bytes:
        block: bytes = self._watch.run(self._next())
        if not block:
            raise StopIteration
        return block

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        block: bytes = await self._watch.run(self._next())
        if not block:
            raise StopAsyncIteration
        return block

    def _next(self) -> Flow[bytes]:
        piece, pace = self._piece, self._watch.pace
        # Whoever asks for another one has sent the last; who asks for the first again, nothing.
        piece.passed(piece.tell())
        block: bytes = yield Blocking(partial(piece.read, pace.block(BLOCK)))
        yield from pace.take(len(block))
        return block
