"""Where the bytes of S3 downloads go: files, file objects, pipes and devices. Makes no calls.

A download may end while threads write: none of them begins another write, and nobody waits for one, which may block for
as long as it likes.
"""

from __future__ import annotations

import errno
import io
import logging
import os
import stat
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from secrets import token_hex
from typing import Any, NamedTuple, Protocol

from osteon.aws.customizations.s3_transfer_sources import position_of
from osteon.flow import Blocking, Flow, Once

logger = logging.getLogger(__name__)


class Target(Protocol):
    """Where a download goes. Safe for threads."""

    def write(self, offset: int, data: bytes) -> Flow[None]:
        """May be told of some bytes twice, the second time the same ones. Raises ValueError once it is over."""
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


class Desk:
    """Who writes just now, and whether nobody may any more: ``with desk`` around each write.

    ``leave`` is called when it is over and the last who writes is gone: a file's number may be another's then.
    """

    def __init__(self, leave: Callable[[], object]) -> None:
        self._leave = leave
        self._lock = threading.Lock()  # guards the rest; held for instants only
        self._writers, self._over = 0, False

    def __enter__(self) -> None:
        with self._lock:
            if self._over:
                raise ValueError("the download has ended")
            self._writers += 1

    def __exit__(self, *error: object) -> None:
        with self._lock:
            self._writers -= 1
            if self._over and not self._writers:
                self._leave()

    def end(self) -> None:
        with self._lock:
            self._over = True
            if not self._writers:
                self._leave()


class Written(NamedTuple):
    """Bytes and their place."""

    offset: int
    data: bytes


class TurnTarget:
    """A file object that is written by one at a time.

    Who brings bytes meanwhile waits, and holds no worker thread: there are few, and who reads a pipe may need one, too.
    """

    def __init__(self, file: Any, leave: Callable[[], object] = lambda: None) -> None:
        self._file = file
        self._desk = Desk(leave)
        self._lock = threading.Lock()  # guards what is brought and not yet written; held for instants only

    def write(self, offset: int, data: bytes) -> Flow[None]:
        with self._lock:
            self._bring(Written(offset, data))
        while self._waits():
            yield Once(self, self._turn)

    def _waits(self) -> bool:
        with self._lock:
            return self._is_due()

    def _turn(self) -> Flow[None]:
        yield Blocking(self._write_due)

    def _write_due(self) -> None:
        while True:
            with self._desk:
                with self._lock:
                    if not self._is_due():
                        return
                    due = self._due()
                self._put(due)

    def _bring(self, written: Written) -> None:
        raise NotImplementedError

    def _is_due(self) -> bool:
        """Whether something can be written now."""
        raise NotImplementedError

    def _due(self) -> Written:
        """What is to be written next."""
        raise NotImplementedError

    def _put(self, written: Written) -> None:
        raise NotImplementedError

    def ahead(self, offset: int) -> int:
        return 0

    def finish(self) -> None:
        self._desk.end()

    discard = finish


class SeekableTarget(TurnTarget):
    """A file object of the caller's, written at its places from 0 on. What was written when an error came stays."""

    def __init__(self, file: Any, leave: Callable[[], object] = lambda: None) -> None:
        super().__init__(file, leave)
        self._brought: deque[Written] = deque()

    def _bring(self, written: Written) -> None:
        self._brought.append(written)

    def _is_due(self) -> bool:
        return bool(self._brought)

    def _due(self) -> Written:
        return self._brought.popleft()

    def _put(self, written: Written) -> None:
        self._file.seek(written.offset)
        write_all(self._file, written.data)


class FileTarget(SeekableTarget):
    """A file that bears another name until all of it is there; nobody sees half of it, nothing old is lost before."""

    def __init__(self, path: str) -> None:
        self._path, self._partial = path, partial_name(path)
        file = open(self._partial, "xb", buffering=0)  # noqa: SIM115  # closed when the transfer ends
        super().__init__(file, file.close)

    def write(self, offset: int, data: bytes) -> Flow[None]:
        # Side by side, where the file can be written at any place.
        return _here(partial(self._write_at, offset, data)) if _WRITES_AT else super().write(offset, data)

    def _write_at(self, offset: int, data: bytes) -> None:
        with self._desk:
            write_at(self._file.fileno(), offset, data)

    def finish(self) -> None:
        super().finish()
        os.replace(self._partial, self._path)

    def discard(self) -> None:
        with suppress(OSError):  # a full disk shows at closing, too
            self._desk.end()
        with suppress(FileNotFoundError):
            os.remove(self._partial)


def _here(function: Callable[[], None]) -> Flow[None]:
    yield Blocking(function)


#: Windows cannot write at a place without moving to it.
_WRITES_AT = hasattr(os, "pwrite")


def write_at(descriptor: int, offset: int, data: bytes) -> None:
    left = memoryview(data)
    while left:
        written = os.pwrite(descriptor, left, offset)
        offset, left = offset + written, left[written:]


class StreamTarget(TurnTarget):
    """A file object that takes bytes one after another: what comes early waits in memory for its turn."""

    def __init__(self, file: Any, leave: Callable[[], object] = lambda: None) -> None:
        super().__init__(file, leave)
        self._next = 0
        self._early: dict[int, bytes] = {}

    def _bring(self, written: Written) -> None:
        offset, data = written
        if len(data) >= len(self._early.get(offset, b"")):
            self._early[offset] = data

    def _is_due(self) -> bool:
        return bool(self._early) and min(self._early) <= self._next

    def _due(self) -> Written:
        first = min(self._early)
        # What was written before comes again where an answer broke off.
        due = Written(self._next, self._early.pop(first)[self._next - first :])
        self._next += len(due.data)
        return due

    def _put(self, written: Written) -> None:
        write_all(self._file, written.data)

    def ahead(self, offset: int) -> int:
        return offset - self._next


class DeviceTarget(StreamTarget):
    """What is there under the name and is no regular file, such as a pipe: written as it comes."""

    def __init__(self, path: str) -> None:
        # Unbuffered: closing it has nothing to write, and so nothing to wait for.
        file = open(path, "wb", buffering=0)  # noqa: SIM115  # closed when the transfer ends
        super().__init__(file, file.close)


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
