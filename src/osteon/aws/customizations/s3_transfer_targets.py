"""Where the bytes of S3 downloads go: files, file objects, pipes and devices. Makes no calls."""

from __future__ import annotations

import errno
import io
import logging
import os
import stat
import threading
from contextlib import suppress
from secrets import token_hex
from typing import Any, Protocol

from osteon.aws.customizations.s3_transfer_sources import position_of

logger = logging.getLogger(__name__)


class Target(Protocol):
    """Where a download goes. Safe for threads."""

    def write(self, offset: int, data: bytes) -> None:
        """May be told of some bytes twice, the second time the same ones."""
        ...

    def ahead(self, offset: int) -> int:
        """How many bytes that come before ``offset`` are not there yet, for a target that must wait for them."""
        ...

    def finish(self) -> None:
        """All is there."""
        ...

    def discard(self) -> None:
        """It ended before all was there."""
        ...


class SeekableTarget:
    """A file object of the caller's, written at its places from 0 on. What was written when an error came stays."""

    def __init__(self, file: Any) -> None:
        self._file = file
        self._lock = threading.Lock()  # guards the place in _file between seek and write

    def write(self, offset: int, data: bytes) -> None:
        with self._lock:
            self._file.seek(offset)
            write_all(self._file, data)

    def ahead(self, offset: int) -> int:
        return 0

    def finish(self) -> None:
        pass

    def discard(self) -> None:
        pass


class FileTarget(SeekableTarget):
    """A file that bears another name until all of it is there; nobody sees half of it, nothing old is lost before."""

    def __init__(self, path: str) -> None:
        self._path, self._partial = path, partial_name(path)
        super().__init__(open(self._partial, "xb", buffering=0))  # noqa: SIM115  # closed when the transfer ends
        # Both guarded by _lock: who writes just now, and whether nobody may any more.
        self._writers, self._over = 0, False

    def write(self, offset: int, data: bytes) -> None:
        """Raises ValueError once it is over: an interrupt may leave threads that still write."""
        if not _WRITES_AT:
            return super().write(offset, data)
        with self._lock:
            if self._over:
                raise ValueError("the download has ended")
            self._writers += 1
        try:
            # Not under the lock: threads write side by side.
            write_at(self._file.fileno(), offset, data)
        finally:
            self._leave()

    def _leave(self) -> None:
        with self._lock:
            self._writers -= 1
            if self._over and not self._writers:
                self._file.close()

    def _end(self) -> None:
        """Close the file, now or when the last who writes has left it: its number may be another file's then."""
        with self._lock:
            self._over = True
            if not self._writers:
                self._file.close()

    def finish(self) -> None:
        self._end()
        os.replace(self._partial, self._path)

    def discard(self) -> None:
        with suppress(OSError):  # a full disk shows at closing, too
            self._end()
        with suppress(FileNotFoundError):
            os.remove(self._partial)


#: Windows cannot write at a place without moving to it.
_WRITES_AT = hasattr(os, "pwrite")


def write_at(descriptor: int, offset: int, data: bytes) -> None:
    left = memoryview(data)
    while left:
        written = os.pwrite(descriptor, left, offset)
        offset, left = offset + written, left[written:]


class StreamTarget:
    """A file object that takes bytes one after another: what comes early waits in memory for its turn."""

    def __init__(self, file: Any) -> None:
        self._file = file
        self._lock = threading.Lock()  # guards all that follows, and the order of what is written
        self._next = 0
        self._early: dict[int, bytes] = {}

    def write(self, offset: int, data: bytes) -> None:
        with self._lock:
            if len(data) >= len(self._early.get(offset, b"")):
                self._early[offset] = data
            while self._early and (first := min(self._early)) <= self._next:
                # What was written before comes again where an answer broke off.
                due = self._early.pop(first)[self._next - first :]
                write_all(self._file, due)
                self._next += len(due)

    def ahead(self, offset: int) -> int:
        return offset - self._next

    def finish(self) -> None:
        pass

    def discard(self) -> None:
        pass


class DeviceTarget(StreamTarget):
    """What is there under the name and is no regular file, such as a pipe: written as it comes."""

    def __init__(self, path: str) -> None:
        super().__init__(open(path, "wb"))  # noqa: SIM115  # closed when the transfer ends

    def finish(self) -> None:
        with self._lock:
            self._file.close()

    discard = finish


def write_all(file: Any, data: bytes) -> None:
    """Write all of it. Raises BlockingIOError where a raw file takes nothing."""
    left = memoryview(data)
    while left:
        written = file.write(left)
        if written is None and isinstance(file, io.FileIO):
            raise BlockingIOError("the file object takes no bytes now: it must not be in non-blocking mode")
        # A raw file may take less than it is given; who returns nothing took it all.
        left = left[len(left) if written is None else written :]


def file_target(path: str) -> Target:
    """The target for a file's name. Raises OSError where it cannot be made."""
    try:
        mode = os.stat(path).st_mode
    except FileNotFoundError:
        mode = stat.S_IFREG
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), path)
    if not stat.S_ISREG(mode) or path.startswith(_ALREADY_OPEN):
        return DeviceTarget(path)
    return FileTarget(path)


#: Names of what this process has open, which may be regular files: they are written, never replaced.
_ALREADY_OPEN = ("/dev/stdout", "/dev/stderr", "/dev/fd/", "/proc/self/fd/")


def stream_target(file: Any) -> Target:
    """The target for a file object of the caller's."""
    mode = getattr(file, "mode", None)
    if isinstance(mode, str) and "a" in mode:
        logger.warning("%r is in append mode: what is downloaded is written to its end, in order", file)
        return StreamTarget(file)
    return StreamTarget(file) if position_of(file) is None else SeekableTarget(file)


def partial_name(path: str) -> str:
    """A name beside ``path`` that nothing bears; file systems take names of 255 bytes."""
    folder, name = os.path.split(path)
    suffix = f".{token_hex(4)}"
    begun = name.encode(errors="surrogateescape")[: _LONGEST_NAME - len(suffix)].decode(errors="ignore")
    return os.path.join(folder, begun + suffix)


_LONGEST_NAME = 255
