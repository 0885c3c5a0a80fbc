"""Event stream messages written as bytes, for tests. Source: Smithy's event stream specification."""

from __future__ import annotations

import struct
import uuid
from collections.abc import Mapping
from typing import Any
from zlib import crc32


class Typed:
    """A header value of a named type, where Python's type does not say which."""

    def __init__(self, kind: str, value: int) -> None:
        self.kind, self.value = kind, value


NUMBERS = {"byte": (2, "!b"), "short": (3, "!h"), "integer": (4, "!i"), "long": (5, "!q"), "timestamp": (8, "!q")}


def message(headers: Mapping[str, Any], payload: bytes = b"") -> bytes:
    return frame(b"".join(_header(name, value) for name, value in headers.items()), payload)


def event(kind: str, payload: bytes = b"", **headers: Any) -> bytes:
    return message({":message-type": "event", ":event-type": kind, **headers}, payload)


def exception(kind: str, payload: bytes = b"") -> bytes:
    return message({":message-type": "exception", ":exception-type": kind}, payload)


def frame(headers: bytes, payload: bytes) -> bytes:
    """A message of header bytes that are taken as they are."""
    prelude = struct.pack("!II", len(headers) + len(payload) + 16, len(headers))
    whole = prelude + struct.pack("!I", crc32(prelude)) + headers + payload
    return whole + struct.pack("!I", crc32(whole))


def prelude(total: int, headers: int) -> bytes:
    """A prelude whose checksum is right, whatever it announces."""
    lengths = struct.pack("!II", total, headers)
    return lengths + struct.pack("!I", crc32(lengths))


def _header(name: str, value: Any) -> bytes:
    return bytes([len(name.encode())]) + name.encode() + _value(value)


def _value(value: Any) -> bytes:
    match value:
        case bool():
            return b"\x00" if value else b"\x01"
        case Typed():
            kind, form = NUMBERS[value.kind]
            return bytes([kind]) + struct.pack(form, value.value)
        case uuid.UUID():
            return b"\x09" + value.bytes
        case bytes():
            return b"\x06" + struct.pack("!H", len(value)) + value
        case _:
            return b"\x07" + struct.pack("!H", len(value.encode())) + value.encode()
