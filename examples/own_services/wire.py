"""What the services share: requests, replies, routes, faults, and how XML and event streams are written. No sockets."""

from __future__ import annotations

import hashlib
import json
import re
import struct
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree


@dataclass
class Request:
    """A request as it came; names of headers in lower case, query values in lists, the path still percent-encoded."""

    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: bytes

    def one(self, name: str, default: str = "") -> str:
        return self.query.get(name, [default])[0]


@dataclass
class Reply:
    """An answer. A body that is not bytes is sent in chunks, as it is made."""

    status: int = 200
    body: bytes | Iterable[bytes] = b""
    headers: dict[str, str] = field(default_factory=dict)


class Fault(Exception):
    """A modeled error: its code, its status, and its members beside the message."""

    def __init__(self, code: str, status: int, message: str, headers: dict[str, str] | None = None, **members: Any):
        super().__init__(message)
        self.code, self.status, self.members, self.headers = code, status, members, headers or {}


_TIMES = {
    "iso8601": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z"),
    "rfc822": re.compile(r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT"),
    "unixTimestamp": re.compile(r"-?\d+(\.\d+)?"),
}


def well_timed(form: str, value: Any) -> Any:
    """The value as it is, if it is written in that format: what keeps a lenient reader from hiding a wrong writer."""
    if value is not None and _TIMES[form].fullmatch(str(value)) is None:
        raise Fault("ValidationException", 400, f"{value!r} is no {form} time")
    return value


def page(items: list[Any], start: str | None, size: int | None) -> tuple[list[Any], str | None]:
    """Some of the items from ``start`` (a position as text), and where they end if there are more."""
    begin = int(start or 0)
    end = begin + (size or 100)
    return items[begin:end], str(end) if end < len(items) else None


def numbered(prefix: str, things: dict[str, Any]) -> str:
    return f"{prefix}{len(things) + 1}"


Route = tuple[str, "re.Pattern[str]", Callable[..., Reply]]


def routes(*table: tuple[str, str, Callable[..., Reply]]) -> list[Route]:
    """Routes from templates: ``{name}`` is one segment of a path, ``{name+}`` as many as there are."""

    def pattern(template: str) -> re.Pattern[str]:
        return re.compile(re.sub(r"\{(\w+)(\+?)\}", lambda m: f"(?P<{m[1]}>{'.+' if m[2] else '[^/]+'})", template))

    return [(method, pattern(template), handle) for method, template, handle in table]


def routed(table: list[Route], request: Request) -> Reply:
    for method, pattern, handle in table:
        found = pattern.fullmatch(request.path)
        if method == request.method and found is not None:
            return handle(request, **{name: unquote(part) for name, part in found.groupdict().items()})
    raise Fault("UnknownOperation", 404, f"Nothing is done at {request.method} {request.path}.")


def to_json(value: Any) -> bytes:
    return json.dumps(value).encode()


def etag(value: Any) -> str:
    return hashlib.sha256(to_json(value)).hexdigest()[:16]


def element(name: str, *content: ElementTree.Element | str | None, **attributes: str) -> ElementTree.Element:
    made = ElementTree.Element(name, attributes)
    for part in content:
        if isinstance(part, ElementTree.Element):
            made.append(part)
        else:
            made.text = part
    return made


def to_xml(root: ElementTree.Element) -> bytes:
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)


def event(kind: str, payload: bytes, **headers: str | int) -> bytes:
    return message({":message-type": "event", ":event-type": kind, **headers}, payload)


def message(headers: dict[str, str | int], payload: bytes) -> bytes:
    """One message of an event stream: lengths, their checksum, headers, payload, checksum of it all."""
    head = b"".join(bytes([len(name)]) + name.encode() + header_value(value) for name, value in headers.items())
    lengths = struct.pack("!II", len(head) + len(payload) + 16, len(head))
    whole = lengths + struct.pack("!I", zlib.crc32(lengths)) + head + payload
    return whole + struct.pack("!I", zlib.crc32(whole))


def header_value(value: str | int) -> bytes:
    if isinstance(value, int):
        return struct.pack("!bi", 4, value)
    return struct.pack("!bH", 7, len(value.encode())) + value.encode()
