"""Random answers of operations whose bodies are JSON or CBOR, and the headers of REST answers. Works from osteon's
shapes and from botocore's alike. What an answer means is for an oracle to say."""

from __future__ import annotations

import base64
import datetime
import json
import struct
from email.utils import format_datetime
from typing import Any

from tests.support.params import Style, random_value

STYLES = (Style(fill=0.8), Style(fill=0.4, special=0.8), Style(fill=1.0, items=5, millis=True))
LOCATIONS = ("header", "headers", "statusCode")


def document(shape: Any, value: Any, rng: Any, *, cbor: bool = False) -> Any:
    """A value as the tree that goes on the wire; now and then with members no model has, and nulls."""
    if getattr(shape, "is_document_type", False):
        return value
    if shape.type_name == "structure":
        return _structure(shape, value, rng, cbor)
    if shape.type_name == "list":
        return [document(shape.member, item, rng, cbor=cbor) for item in value]
    if shape.type_name == "map":
        return {key: document(shape.value, item, rng, cbor=cbor) for key, item in value.items()}
    if cbor:
        return value
    if shape.type_name == "blob":
        return base64.b64encode(value).decode()
    return timestamp(shape, value, rng) if shape.type_name == "timestamp" else value


def _structure(shape: Any, value: dict[str, Any], rng: Any, cbor: bool) -> dict[str, Any]:
    out = {}
    for name, item in value.items():
        member = shape.members[name]
        wire_name = name if cbor else member.serialization.get("name", name)
        out[wire_name] = document(member, item, rng, cbor=cbor)
    # botocore hands out structures in CBOR maps as they came
    if rng.random() < 0.1 and not shape.is_tagged_union and not cbor:
        out["NobodyKnowsThis"] = rng.choice(({"a": [1]}, "text", 3))
    if rng.random() < 0.1:
        out["NorThis"] = None
    return out


def timestamp(shape: Any, value: datetime.datetime, rng: Any, default: str = "unixTimestamp") -> Any:
    form = shape.serialization.get("timestampFormat") or rng.choice((default, default, "iso8601"))
    if form.lower() == "unixtimestamp":
        return value.timestamp() if value.microsecond else rng.choice((int(value.timestamp()), value.timestamp()))
    if form == "rfc822":
        return format_datetime(value, usegmt=True)
    return value.isoformat().replace("+00:00", "Z")


def body_value(shape: Any, rng: Any) -> dict[str, Any]:
    """A value of the members that are in the body."""
    value = random_value(shape, rng, 5, rng.choice(STYLES))
    located = [name for name in value if shape.members[name].serialization.get("location") in LOCATIONS]
    return {name: item for name, item in value.items() if name not in located}


def headers(shape: Any, rng: Any) -> dict[str, str]:
    """Headers that carry the members bound to them."""
    found: dict[str, str] = {}
    for name, member in shape.members.items():
        location, wire_name = member.serialization.get("location"), member.serialization.get("name", name)
        if location == "header" and rng.random() < 0.8:
            found[wire_name] = _header(member, rng)
        elif location == "headers":
            found.update({f"{wire_name}{rng.choice('abcXYZ')}": "value" for _ in range(rng.randint(0, 3))})
    return found


def _header(shape: Any, rng: Any) -> str:
    value = random_value(shape, rng, 2, Style(special=0))
    if shape.type_name == "list":
        return rng.choice((",", ", ")).join(_header_text(shape.member, item, rng) for item in value or ["a"])
    return _header_text(shape, value, rng)


def _header_text(shape: Any, value: Any, rng: Any) -> str:
    if shape.serialization.get("jsonvalue"):
        return base64.b64encode(json.dumps(value).encode()).decode()
    if shape.type_name == "timestamp":
        return str(timestamp(shape, value, rng, "rfc822"))
    if shape.type_name == "boolean":
        return rng.choice(("true", "false"))
    return base64.b64encode(value).decode() if shape.type_name == "blob" else str(value)


def cbor(value: Any, rng: Any) -> bytes:
    """A tree as CBOR, with definite and indefinite lengths by turns."""
    if value is None or isinstance(value, bool):
        return {None: b"\xf6", True: b"\xf5", False: b"\xf4"}[value]
    if isinstance(value, int):
        return _head(0, value) if value >= 0 else _head(1, -1 - value)
    if isinstance(value, float):
        return b"\xfb" + struct.pack(">d", value)
    if isinstance(value, datetime.datetime):
        return _head(6, 1) + cbor(value.timestamp() if value.microsecond else int(value.timestamp()), rng)
    if isinstance(value, bytes):
        return _string(2, value, rng)
    if isinstance(value, str):
        return _string(3, value.encode(), rng)
    parts = value.items() if isinstance(value, dict) else [(item,) for item in value]
    inner = b"".join(cbor(part, rng) for pair in parts for part in pair)
    major = 5 if isinstance(value, dict) else 4
    return _head(major, len(value)) + inner if rng.random() < 0.7 else bytes((major << 5 | 31,)) + inner + b"\xff"


def _string(major: int, data: bytes, rng: Any) -> bytes:
    if rng.random() < 0.8 or not data.isascii():
        return _head(major, len(data)) + data
    half = len(data) // 2
    chunks = b"".join(_head(major, len(part)) + part for part in (data[:half], data[half:]))
    return bytes((major << 5 | 31,)) + chunks + b"\xff"


def _head(major: int, argument: int) -> bytes:
    for info, size in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if argument < 24:
            return bytes((major << 5 | argument,))
        if argument < 1 << 8 * size:
            return bytes((major << 5 | info,)) + argument.to_bytes(size, "big")
    raise ValueError(argument)
