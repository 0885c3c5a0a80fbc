"""JSON model files read into plain objects, with errors that name file and line. No search order, no meaning."""

from __future__ import annotations

import os
import stat
import zlib
from collections.abc import Mapping
from typing import Any, NamedTuple, TypeGuard

import orjson

from osteon.exceptions import DataNotFoundError, ModelError

#: The most a file may hold once decompressed: thirty times the largest known model, and far from a decompression bomb.
MAX_BYTES = 128 * 2**20
_GZIP = 31  # zlib's window bits for a gzip header and trailer


class SourceFile(NamedTuple):
    """A file as it was when looked at. Two equal ones are taken to have the same content."""

    path: str
    size: int
    modified_ns: int
    #: the one that nobody sets: packages of reproducible builds all say the same time of modification
    changed_ns: int

    @classmethod
    def at(cls, path: str) -> SourceFile | None:
        """The regular file at ``path``, None where there is none (pipes and devices would hang a reader)."""
        try:
            found = os.stat(path)
        except (OSError, ValueError):
            return None
        if not stat.S_ISREG(found.st_mode):
            return None
        return cls(path, found.st_size, found.st_mtime_ns, found.st_ctime_ns)


def read_text(path: str) -> bytes:
    """The JSON text of a file, decompressed where its name ends in ``.gz``.

    Raises DataNotFoundError where it cannot be opened and ModelError where it cannot be decompressed or is too large.
    """
    raw = _read(path)
    if not path.endswith(".gz"):
        return raw
    unpacker = zlib.decompressobj(_GZIP)
    try:
        text = unpacker.decompress(raw, MAX_BYTES)
    except zlib.error as error:
        raise ModelError(origin=path, reason=f"not gzip: {error}") from None
    if unpacker.unconsumed_tail:
        raise ModelError(origin=path, reason=f"holds more than {MAX_BYTES} bytes")
    if not unpacker.eof:
        raise ModelError(origin=path, reason="ends in the middle of its gzip data")
    return text


def read_head(path: str, size: int) -> bytes:
    """About the first ``size`` bytes of a file's JSON text, as far as they can be had."""
    try:
        with open(path, "rb") as file:
            raw = file.read(size)
        return zlib.decompressobj(_GZIP).decompress(raw, size) if path.endswith(".gz") else raw
    except (OSError, zlib.error):
        return b""


def read_object(path: str) -> dict[str, Any]:
    """The JSON object in a file. Raises DataNotFoundError and ModelError."""
    return parse_object(read_text(path), path)


def is_object(value: object) -> TypeGuard[dict[str, Any]]:
    """Whether a JSON value is an object."""
    return isinstance(value, dict)


def is_array(value: object) -> TypeGuard[list[Any]]:
    """Whether a JSON value is an array."""
    return isinstance(value, list)


def parse_object(text: bytes | memoryview, origin: str) -> dict[str, Any]:
    """``text`` as a JSON object; ModelError names ``origin`` and the line where it is not one."""
    try:
        value: Any = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise ModelError(origin=origin, reason=f"not JSON: {error.msg}", line=error.lineno) from None
    if not is_object(value):
        raise ModelError(origin=origin, reason=f"must hold a JSON object, not a {_JSON_TYPES[type(value)]}")
    return value


def merge(base: dict[str, Any], extra: Mapping[str, Any]) -> None:
    """Put ``extra`` into ``base``, object by object at any depth; where one side is no object, ``extra`` wins."""
    pending = [(base, extra)]
    while pending:
        into, source = pending.pop()
        for key, value in source.items():
            held = into.get(key)
            if is_object(held) and is_object(value):
                pending.append((held, value))
            else:
                into[key] = value


def _read(path: str) -> bytes:
    if SourceFile.at(path) is None:
        raise DataNotFoundError(data_path=path, hint=" (no such file, or not a regular one)")
    try:
        with open(path, "rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise DataNotFoundError(data_path=path, hint=f" ({error.strerror})") from None
    if len(raw) > MAX_BYTES:
        raise ModelError(origin=path, reason=f"holds more than {MAX_BYTES} bytes")
    return raw


_JSON_TYPES: dict[type, str] = {
    list: "list", str: "string", int: "number", float: "number", bool: "boolean", type(None): "null", dict: "object",
}  # fmt: skip
