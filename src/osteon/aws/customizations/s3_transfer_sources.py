"""Where the bytes of S3 uploads come from: files and file objects, and the parts they are cut into. Makes no calls."""

from __future__ import annotations

import io
import os
import stat
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from osteon.aws.customizations.s3_transfer_config import MAX_PARTS, TransferConfig, ranges
from osteon.aws.customizations.s3_transfer_pieces import Piece, Watch
from osteon.exceptions import S3UploadFailedError
from osteon.flow import Blocking, Flow, Once
from osteon.sharing import read_on

T = TypeVar("T")


class Parts(Generic[T]):
    """Hands out parts one by one to whoever asks; safe to share by threads.

    Reading a file object is a matter for one at a time. Who waits for that holds no worker thread, of which there are
    few: a pipe's writer may need one, too.
    """

    def __init__(self, parts: Iterator[T]) -> None:
        self._parts = parts
        self._ready: deque[T] = deque()
        self._ended = False

    def next(self) -> Flow[T | None]:
        """The next part, None after the last."""
        while True:
            try:
                return self._ready.popleft()
            except IndexError:
                # Who fetched one takes one: nothing can be left at the end.
                if self._ended:
                    return None
            yield Once(self, self._fetch)

    def _fetch(self) -> Flow[None]:
        part: T | None = yield Blocking(lambda: next(self._parts, None))
        if part is None:
            self._ended = True
        else:
            self._ready.append(part)


class Part(NamedTuple):
    """A part on its way: what is sent, and how many bytes of the object it stands for."""

    number: int
    body: Piece
    size: int


class Source(Protocol):
    """What is uploaded."""

    #: by the source, which then closes it
    opened: bool

    def measure(self, threshold: int) -> int | None:
        """The size, None where it is not known and not below ``threshold``."""
        ...

    def whole(self, watch: Watch) -> Piece:
        """A body with everything, of a source whose size is known."""
        ...

    def parts(self, config: TransferConfig, watch: Watch) -> Iterator[Part]: ...

    def close(self) -> None:
        """The source is done with; what the caller opened stays open."""
        ...


class FileSource:
    """A regular file, read at any place by any number of parts at once: one file, whatever its name becomes."""

    def __init__(self, file: Any, start: int, size: int, *, opened: bool) -> None:
        self._file, self._start, self._size, self.opened = file, start, size, opened

    def measure(self, threshold: int) -> int:
        return self._size

    def whole(self, watch: Watch) -> Piece:
        return Piece(self._read_at, self._start, self._size, watch)

    def parts(self, config: TransferConfig, watch: Watch) -> Iterator[Part]:
        for number, start, size, _ in ranges(self._size, config.part_size(self._size)):
            yield Part(number, Piece(self._read_at, self._start + start, size, watch), size)

    def _read_at(self, place: int, amount: int) -> bytes:
        return os.pread(self._file.fileno(), amount, place)

    def close(self) -> None:
        if self.opened:
            self._file.close()
        else:
            # As if it had been read.
            self._file.seek(self._start + self._size)


class StreamSource:
    """A file object from where it stands, read once from its beginning to its end; parts are held in memory.

    ``rewindable``: it can be asked for its size.
    """

    def __init__(self, file: Any, *, opened: bool = False, rewindable: bool = True) -> None:
        self._file, self.opened = file, opened
        self._position = position_of(file) if rewindable else None
        self._size: int | None = None
        self._begun = b""

    def measure(self, threshold: int) -> int | None:
        if self._position is None:
            self._begun = self._read(threshold)
            self._size = None if len(self._begun) >= threshold else len(self._begun)
        else:
            # What seek returns is not asked for: some file-likes return nothing.
            self._file.seek(0, os.SEEK_END)
            self._size = max(self._file.tell() - self._position, 0)
            self._file.seek(self._position)
        return self._size

    def whole(self, watch: Watch) -> Piece:
        if self._position is None:
            return _held(self._begun, watch)
        return Piece(self._read_at, self._position, self._size or 0, watch)

    def parts(self, config: TransferConfig, watch: Watch) -> Iterator[Part]:
        for number in range(1, MAX_PARTS + 1):
            content = self._next(config.part_size(self._size, number))
            if not content and number > 1:
                return
            yield Part(number, _held(content, watch), len(content))
            del content  # or it would be kept while the next one is read
        if self._next(1):
            raise S3UploadFailedError(f"the file object holds more than {MAX_PARTS} parts of S3's largest size")

    def _next(self, size: int) -> bytes:
        begun, self._begun = self._begun[:size], self._begun[size:]
        return begun + self._read(size - len(begun)) if begun else self._read(size)

    def _read_at(self, place: int, amount: int) -> bytes:
        if self._file.tell() != place:
            self._file.seek(place)
        return self._read(amount)

    def _read(self, amount: int) -> bytes:
        """That much, unless the end comes before."""
        pieces: list[bytes] = []
        while amount > 0:
            piece = read_on(self._file, amount)
            if isinstance(piece, str):
                raise ValueError(_NO_BYTES)
            if not piece:
                break
            pieces.append(piece)
            amount -= len(piece)
        return b"".join(pieces)

    def close(self) -> None:
        if self.opened:
            self._file.close()


_NO_BYTES = "Fileobj must give bytes, not str: open files in mode 'rb'"


def _held(content: bytes, watch: Watch) -> Piece:
    return Piece(lambda place, amount: content[place : place + amount], 0, len(content), watch)


def file_source(path: str) -> Source:
    """The source for a file's name. Raises OSError where it cannot be read."""
    file = open(path, "rb", buffering=0)  # noqa: SIM115  # closed by the source
    size = _size_of(file)
    if size and _READS_AT:
        return FileSource(file, 0, size, opened=True)
    return StreamSource(file, opened=True, rewindable=size > 0)


def stream_source(file: Any) -> Source:
    """The source for a file object: what it stands for itself where that is a plain file.

    Raises ValueError for one that says it cannot be read, or gives text.
    """
    readable: Callable[[], bool] | None = getattr(file, "readable", None)
    if readable is not None and not readable():
        raise ValueError("Fileobj must be readable: open files in mode 'rb'")
    if isinstance(file, io.TextIOBase):
        raise ValueError(_NO_BYTES)
    if _READS_AT and type(file) in _BUFFERED and type(file.raw) is io.FileIO:
        if file.writable():
            file.flush()
        size = _size_of(file)
        if size:
            place: int = file.tell()
            return FileSource(file, place, max(size - place, 0), opened=False)
    return StreamSource(file)


#: Windows cannot read at a place without moving to it.
_READS_AT = hasattr(os, "pread")
#: Their very types: what is derived from them may read as it likes.
_BUFFERED = (io.BufferedReader, io.BufferedRandom)


def _size_of(file: Any) -> int:
    """The size of a regular file, and 0 for all else: files made up while they are read, as those of /proc, say so."""
    status = os.fstat(file.fileno())
    return status.st_size if stat.S_ISREG(status.st_mode) else 0


def position_of(file: Any) -> int | None:
    """Where a file object stands; None where it cannot be put back there."""
    seekable: Callable[[], bool] | None = getattr(file, "seekable", None)
    if not (hasattr(file, "seek") and hasattr(file, "tell")) or (seekable is not None and not seekable()):
        return None
    try:
        position: int = file.tell()
    except (OSError, ValueError):
        return None
    return position
