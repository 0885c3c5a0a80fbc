"""Checksum algorithms, the aws-chunked body that carries one behind it, and the check of a response. No decisions here.

Sources: the Smithy ``httpChecksum`` trait; "Checking object integrity" and "aws-chunked" of the S3 user guide.
"""

from __future__ import annotations

import base64
import hashlib
import io
import zlib
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from typing import IO, Any, Protocol

from osteon.exceptions import (
    AwsChunkedWrapperError,
    FlexibleChecksumError,
    MissingDependencyException,
    UnseekableStreamError,
)
from osteon.sharing import go_on, read_on

#: how much of a body is read at a time
_CHUNK = 256 * 1024
#: what frames a chunk of the aws-chunked encoding at most, and the least that S3 takes for one that is not the last
_FRAME, _SMALLEST_CHUNK = 20, 8192


class Checksum(Protocol):
    """A running checksum: hashlib's interface."""

    def update(self, data: bytes | bytearray, /) -> None: ...

    def digest(self) -> bytes: ...


class _Running:
    """A checksum made of a function (data, previous) -> next, such as zlib's crc32."""

    __slots__ = ("_function", "_size", "_value")

    def __init__(self, function: Callable[[Any, int], int], size: int) -> None:
        self._function, self._size, self._value = function, size, 0

    def update(self, data: bytes | bytearray) -> None:
        self._value = self._function(data, self._value)

    def digest(self) -> bytes:
        return self._value.to_bytes(self._size, "big")


class _XXHash:
    """The CRT's running xxHash with hashlib's interface."""

    __slots__ = ("_running",)

    def __init__(self, running: Any) -> None:
        self._running = running

    def update(self, data: bytes | bytearray, /) -> None:
        self._running.update(bytes(data))  # it takes nothing that could change

    def digest(self) -> bytes:
        digest: bytes = self._running.finalize()
        return digest


def _crt(name: str, make: Callable[[Any], Checksum]) -> Checksum:
    """A checksum that the CRT alone computes. Raises MissingDependencyException without it, or where it is too old."""
    try:
        # Optional dependency, and slow to load.
        from awscrt import checksums

        return make(checksums)
    except (ImportError, AttributeError):
        raise MissingDependencyException(msg=f'{name.upper()} checksums need the "crt" extra: osteon[crt]') from None


ALGORITHMS: Mapping[str, Callable[[], Checksum]] = {
    "crc32": lambda: _Running(zlib.crc32, 4),
    "crc32c": lambda: _crt("crc32c", lambda crt: _Running(crt.crc32c, 4)),
    "crc64nvme": lambda: _crt("crc64nvme", lambda crt: _Running(crt.crc64nvme, 8)),
    "xxhash64": lambda: _crt("xxhash64", lambda crt: _XXHash(crt.XXHash.new_xxhash64())),
    "xxhash3": lambda: _crt("xxhash3", lambda crt: _XXHash(crt.XXHash.new_xxhash3_64())),
    "xxhash128": lambda: _crt("xxhash128", lambda crt: _XXHash(crt.XXHash.new_xxhash3_128())),
    "sha1": hashlib.sha1,
    "sha256": hashlib.sha256,
    "sha512": hashlib.sha512,
}
#: which of several to check, cheapest first
PRIORITY = ("xxhash128", "xxhash3", "crc64nvme", "xxhash64", "crc32c", "crc32", "sha1", "sha256", "sha512")


def algorithm(name: str) -> Callable[[], Checksum]:
    """The algorithm of that name (any case). Raises FlexibleChecksumError for an unknown one."""
    found = ALGORITHMS.get(name.lower())
    if found is None:
        raise FlexibleChecksumError(error_msg=f"Unsupported checksum algorithm: {name.lower()}")
    return found


def available(name: str) -> bool:
    """Whether the algorithm can be computed here."""
    try:
        ALGORITHMS[name]()
    except (KeyError, MissingDependencyException):
        return False
    return True


def checksum_of(body: Any, make: Callable[[], Checksum]) -> str:
    """The base64 checksum of a body; a file is read from where it stands and put back there.

    Raises UnseekableStreamError for a body that can be read but once: its sum would have to be known before it is sent.
    """
    running = make()
    for chunk in _chunks(body):
        running.update(chunk)
    return base64.b64encode(running.digest()).decode()


def _chunks(body: Any) -> Iterator[bytes | bytearray]:
    if body is None:
        return
    if isinstance(body, str):
        yield body.encode()
    elif isinstance(body, (bytes, bytearray)):
        yield body
    else:
        start = _place(body)
        if start is None:
            raise UnseekableStreamError(stream_object=repr(body))
        while chunk := read_on(body, _CHUNK):
            yield chunk.encode() if isinstance(chunk, str) else chunk
        go_on()
        body.seek(start)


class AwsChunkedBody:
    """A body in the aws-chunked encoding, with its checksum as trailer; it can only be rewound to its start."""

    #: what is signed is that a trailer follows
    never_hashed = True

    def __init__(self, body: IO[bytes], trailer: str, make: Callable[[], Checksum]) -> None:
        self._body, self._trailer, self._make = body, trailer, make
        self._start = _place(body)
        #: reading never waits, so nobody need read it in a thread
        self.in_memory = type(body) is io.BytesIO
        self._begin()

    def _begin(self) -> None:
        self._checksum, self._rest, self._ended = self._make(), b"", False

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return self._start is not None

    def tell(self) -> int:
        return 0

    def seek(self, offset: int, whence: int = 0) -> int:
        """Back to the start, which is all that sending again needs. Raises AwsChunkedWrapperError for elsewhere."""
        if offset != 0 or whence != 0 or self._start is None:
            raise AwsChunkedWrapperError(error_msg="Can only seek to start of stream")
        self._body.seek(self._start)
        self._begin()
        return 0

    def read(self, size: int | None = -1) -> bytes:
        """Up to ``size`` bytes, b"" after the last: a chunk for each call, made to fit, so that little is copied."""
        if size is None or size <= 0:
            return b"".join(iter(lambda: self.read(_CHUNK), b""))
        if not self._rest and not self._ended:
            self._rest = self._chunk(max(size - _FRAME, _SMALLEST_CHUNK))
        data, self._rest = self._rest[:size], self._rest[size:]
        return data

    def _chunk(self, size: int) -> bytes:
        raw = self._filled(size)
        self._ended = not raw
        return _framed(raw, self._checksum) if raw else _last(self._trailer, self._checksum)

    def _filled(self, size: int) -> bytes:
        """So many bytes, fewer only at the end: a pipe may give less at a time than S3 takes for a chunk."""
        pieces: list[bytes] = []
        while size > 0:
            data: bytes | str = read_on(self._body, size)
            if not data:
                break
            pieces.append(data.encode() if isinstance(data, str) else data)
            size -= len(pieces[-1])
        return b"".join(pieces)

    def __iter__(self) -> Iterator[bytes]:
        while chunk := self.read(_CHUNK):
            yield chunk

    def outgoing(self) -> Any:
        """What is sent: itself, or the chunks of what a body that knows when it is sent gives for it."""
        outgoing = getattr(self._body, "outgoing", None)
        return self if outgoing is None else AwsChunkedPieces(outgoing(), self._trailer, self._make)


class AwsChunkedPieces:
    """:class:`AwsChunkedBody` over pieces that come by iteration, or asynchronous iteration. It is sent once."""

    never_hashed = True

    def __init__(self, body: Any, trailer: str, make: Callable[[], Checksum]) -> None:
        self._body, self._trailer, self._checksum = body, trailer, make()
        #: what is still too small for a chunk
        self._held = b""

    def __iter__(self) -> Iterator[bytes]:
        for raw in self._body:
            yield from self._chunk(raw)
        yield from self._end()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for raw in self._body:
            for chunk in self._chunk(raw):
                yield chunk
        for chunk in self._end():
            yield chunk

    def _chunk(self, raw: bytes) -> Iterator[bytes]:
        held, self._held = self._held + raw if self._held else raw, b""
        if len(held) < _SMALLEST_CHUNK:
            self._held = held
        else:
            yield _framed(held, self._checksum)

    def _end(self) -> Iterator[bytes]:
        if self._held:
            yield _framed(self._held, self._checksum)
        yield _last(self._trailer, self._checksum)


def _framed(raw: bytes, checksum: Checksum) -> bytes:
    checksum.update(raw)
    return b"%x\r\n%b\r\n" % (len(raw), raw)


def _last(trailer: str, checksum: Checksum) -> bytes:
    return b"0\r\n%b:%b\r\n\r\n" % (trailer.encode(), base64.b64encode(checksum.digest()))


def _place(body: Any) -> int | None:
    """Where a file stands; None where it cannot tell."""
    try:
        place: int = body.tell()
    except (AttributeError, OSError, ValueError):
        return None
    return place


class Expectation:
    """Checks a body against the checksum its response announced (the transport's ``Validator``)."""

    def __init__(self, name: str, expected: str) -> None:
        self._running = ALGORITHMS[name]()
        self._expected = expected

    def observe(self, chunk: bytes, /) -> None:
        self._running.update(chunk)

    def finish(self) -> None:
        """Raises FlexibleChecksumError where what was read is not what was announced."""
        found = base64.b64encode(self._running.digest()).decode()
        if found != self._expected:
            raise FlexibleChecksumError(
                error_msg=f"Expected checksum {self._expected} did not match calculated checksum: {found}"
            )
