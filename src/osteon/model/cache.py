"""Files kept between processes in the user's cache folder. What they hold is their reader's business.

An entry is a line of JSON (its stamp, the length and checksum of what follows) and the payload. An entry whose stamp is
not the expected one, or which is damaged in any way, does not exist; a folder that cannot be used is no error.
"""

from __future__ import annotations

import hashlib
import os
import stat
import zlib
from collections.abc import Mapping
from contextlib import suppress

import orjson

#: All entries together; the oldest go first. Every model of the botocore package takes a quarter of it.
MAX_BYTES = 128 * 2**20
_SUFFIX = ".osteon"
_HEAD_LIMIT = 64 * 1024


class Cache:
    """Named payloads in ``folder``; None for a cache that keeps nothing. Never raises for what the disk does."""

    __slots__ = ("_folder", "_max_bytes")

    def __init__(self, folder: str | None, max_bytes: int = MAX_BYTES) -> None:
        self._folder = folder if folder is not None and _usable(folder) else None
        self._max_bytes = max_bytes

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> Cache:
        """``OSTEON_CACHE_DIR``, else ``osteon`` in ``XDG_CACHE_HOME`` or ``~/.cache``; ``OSTEON_CACHE=0``: none."""
        if environ.get("OSTEON_CACHE") == "0":
            return cls(None)
        given = environ.get("OSTEON_CACHE_DIR")
        if given:
            return cls(os.path.expanduser(given))
        caches = environ.get("XDG_CACHE_HOME") or os.path.join(environ.get("HOME") or os.path.expanduser("~"), ".cache")
        return cls(os.path.join(caches, "osteon") if os.path.isabs(caches) else None)

    def read(self, name: str, stamp: str) -> bytes | None:
        """The payload written under that name with that stamp."""
        path = self._path(name)
        if path is None:
            return None
        with suppress(OSError, ValueError, KeyError, TypeError):
            if not stat.S_ISREG(os.lstat(path).st_mode):
                return None
            with open(path, "rb") as file:
                head = orjson.loads(file.readline(_HEAD_LIMIT))
                payload = file.read(self._max_bytes) if head["stamp"] == stamp else b""
            if payload and [len(payload), zlib.crc32(payload)] == head["check"]:
                return payload
        return None

    def write(self, name: str, stamp: str, payload: bytes) -> None:
        """Keep ``payload``, in the place of what was written under that name before."""
        path = self._path(name)
        if path is None or self._folder is None:
            return
        head = orjson.dumps({"stamp": stamp, "check": [len(payload), zlib.crc32(payload)]})
        if len(head) >= _HEAD_LIMIT or len(payload) > self._max_bytes:
            return
        with suppress(OSError):
            _replace(path, b"".join((head, b"\n", payload)))
            self._evict(self._folder)

    def _path(self, name: str) -> str | None:
        if self._folder is None:
            return None
        return os.path.join(self._folder, hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:32] + _SUFFIX)

    def _evict(self, folder: str) -> None:
        with os.scandir(folder) as entries:
            files = [(entry.stat(), entry.path) for entry in entries if entry.name.endswith(_SUFFIX)]
        surplus = sum(found.st_size for found, _ in files) - self._max_bytes
        for found, path in sorted(files, key=lambda item: item[0].st_mtime_ns):
            if surplus <= 0:
                return
            os.unlink(path)
            surplus -= found.st_size


def _usable(folder: str) -> bool:
    """The folder is there (made if need be), and nobody else can put files into it."""
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        found = os.stat(folder)
    except (OSError, ValueError):
        return False
    if not hasattr(os, "getuid"):
        return True  # Windows: the profile folder's access list does this
    return found.st_uid == os.getuid() and not found.st_mode & 0o022


#: A file of our own making, in binary (Windows), not handed down to child processes.
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)


def _replace(path: str, content: bytes) -> None:
    # Written beside and moved into place: a reader sees the old entry or the new one. Not by tempfile, which brings
    # bz2, lzma and shutil along: a first start would pay for them.
    temporary = f"{path.removesuffix(_SUFFIX)}-{os.urandom(8).hex()}{_SUFFIX}"
    handle = os.open(temporary, _NEW, 0o600)
    try:
        with open(handle, "wb") as file:
            file.write(content)
        os.replace(temporary, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise
