"""Where the bytes of S3 uploads come from and those of downloads go: files and file objects. Makes no calls."""

from __future__ import annotations

import os
import stat
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from secrets import token_hex
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from osteon.aws.customizations.s3_transfer_config import MAX_PARTS, TransferConfig, ranges
from osteon.exceptions import S3UploadFailedError

T = TypeVar("T")


class Part(NamedTuple):
    """A part on its way: what is sent, and how many bytes of the object it stands for."""

    number: int
    body: Any
    size: int


class Parts(Generic[T]):
    """Hands out parts one by one to whoever asks; safe to share by threads."""

    def __init__(self, parts: Iterator[T]) -> None:
        self._parts = parts
        self._lock = threading.Lock()  # guards _parts: reading a file object is a matter for one at a time

    def next(self) -> T | None:
        """The next part, None after the last. Reads, so it may block."""
        with self._lock:
            return next(self._parts, None)


class FilePart:
    """A piece of a file, as a file of its own, so that parts of one file can be sent side by side unread."""

    def __init__(self, path: str, start: int, size: int) -> None:
        self._file = open(path, "rb")  # noqa: SIM115  # closed by who sends it
        self._start, self._size = start, size
        self._file.seek(start)

    def read(self, amount: int | None = -1) -> bytes:
        left = max(self._size - self.tell(), 0)
        return self._file.read(left if amount is None or amount < 0 else min(amount, left))

    def tell(self) -> int:
        return self._file.tell() - self._start

    def seek(self, offset: int, whence: int = 0) -> int:
        base = (0, self.tell(), self._size)[whence]
        return self._file.seek(self._start + max(base + offset, 0)) - self._start

    def close(self) -> None:
        self._file.close()


class Source(Protocol):
    """What is uploaded."""

    def measure(self, threshold: int) -> int | None:
        """The size, None where it is not known and not below ``threshold``."""
        ...

    def whole(self) -> Any:
        """A body with everything."""
        ...

    def release(self, body: Any) -> None:
        """The body is done with."""
        ...

    def parts(self, config: TransferConfig) -> Iterator[Part]: ...


class FileSource:
    """A file by its name."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._size = 0

    def measure(self, threshold: int) -> int:
        self._size = os.path.getsize(self._path)
        return self._size

    def whole(self) -> FilePart:
        return FilePart(self._path, 0, self._size)

    def release(self, body: FilePart) -> None:
        body.close()

    def parts(self, config: TransferConfig) -> Iterator[Part]:
        for number, start, size in ranges(self._size, config.part_size(self._size)):
            yield Part(number, FilePart(self._path, start, size), size)


class StreamSource:
    """A file object from where it stands; what can't be rewound is read once, its parts held in memory."""

    def __init__(self, fileobj: Any) -> None:
        self._fileobj = fileobj
        self._size: int | None = None
        self._begun = b""

    def measure(self, threshold: int) -> int | None:
        position = _position(self._fileobj)
        if position is None:
            self._begun = self._read(threshold)
            self._size = None if len(self._begun) >= threshold else len(self._begun)
        else:
            self._size = max(self._fileobj.seek(0, os.SEEK_END) - position, 0)
            self._fileobj.seek(position)
        return self._size

    def whole(self) -> Any:
        return self._begun if _position(self._fileobj) is None else self._fileobj

    def release(self, body: Any) -> None:
        pass  # the caller's file stays open

    def parts(self, config: TransferConfig) -> Iterator[Part]:
        for number in range(1, MAX_PARTS + 1):
            size = config.part_size(self._size, number)
            while len(self._begun) < size and (more := self._read(size - len(self._begun))):
                self._begun += more
            content, self._begun = self._begun[:size], self._begun[size:]
            if not content and number > 1:
                return
            yield Part(number, content, len(content))
        if self._begun or self._read(1):
            raise S3UploadFailedError(message=f"the file object holds more than {MAX_PARTS} parts of S3's largest size")

    def _read(self, amount: int) -> bytes:
        """That much, unless the end comes before."""
        pieces: list[bytes] = []
        while amount > 0:
            piece = self._fileobj.read(amount)
            if isinstance(piece, str):
                raise ValueError("Fileobj must give bytes, not str: open files in mode 'rb'")
            if not piece:
                break
            pieces.append(piece)
            amount -= len(piece)
        return b"".join(pieces)


def _position(fileobj: Any) -> int | None:
    """Where a file object stands; None where it cannot be put back there."""
    seekable: Callable[[], bool] | None = getattr(fileobj, "seekable", None)
    if not (hasattr(fileobj, "seek") and hasattr(fileobj, "tell")) or (seekable is not None and not seekable()):
        return None
    try:
        position: int = fileobj.tell()
    except (OSError, ValueError):
        return None
    return position


# --- targets


class Target(Protocol):
    """Where a download goes."""

    #: whether parts may come in any order
    any_order: bool

    def write(self, offset: int, data: bytes) -> None: ...

    def finish(self) -> None:
        """All is there."""
        ...

    def discard(self) -> None:
        """It ended before all was there."""
        ...


class StreamTarget:
    """A file object of the caller's, from its beginning. What was written when an error came stays in it."""

    def __init__(self, fileobj: Any) -> None:
        self._fileobj = fileobj
        self.any_order = _position(fileobj) is not None
        self._lock = threading.Lock()  # guards the place in _fileobj between seek and write

    def write(self, offset: int, data: bytes) -> None:
        left = memoryview(data)
        with self._lock:
            if self.any_order:
                self._fileobj.seek(offset)
            while left:
                # A raw file may take less than it is given; who returns nothing took it all.
                written = self._fileobj.write(left)
                left = left[len(left) if written is None else written :]

    def finish(self) -> None:
        pass

    def discard(self) -> None:
        pass


class DeviceTarget(StreamTarget):
    """What is there under the name and is no regular file, such as a pipe: written as it comes."""

    def __init__(self, path: str) -> None:
        super().__init__(open(path, "wb"))  # noqa: SIM115  # closed when the transfer ends
        self.any_order = False

    def finish(self) -> None:
        self._fileobj.close()

    discard = finish


class FileTarget(StreamTarget):
    """A file that bears another name until all of it is there; nobody sees half of it, nothing old is lost before."""

    def __init__(self, path: str) -> None:
        self._path = path
        folder, name = os.path.split(path)
        suffix = f".{token_hex(4)}"
        self._partial = os.path.join(folder, name[: _LONGEST_NAME - len(suffix)] + suffix)
        super().__init__(open(self._partial, "xb"))  # noqa: SIM115  # closed when the transfer ends

    def finish(self) -> None:
        with self._lock:
            self._fileobj.close()
        os.replace(self._partial, self._path)

    def discard(self) -> None:
        # Under the lock, so that a thread that still writes finds a closed file, and not another's under its number.
        with self._lock, suppress(OSError):  # a full disk shows at closing, too
            self._fileobj.close()
        with suppress(FileNotFoundError):
            os.remove(self._partial)


_LONGEST_NAME = 255


def file_target(path: str) -> Target:
    """The target for a file's name. Raises OSError where it cannot be made."""
    try:
        regular = stat.S_ISREG(os.stat(path).st_mode)
    except FileNotFoundError:
        regular = True
    if os.path.isdir(path):
        raise IsADirectoryError(f"{path} is a directory")
    return FileTarget(path) if regular else DeviceTarget(path)

