"""A request as HTTP/1.1 bytes: target, header lines, framed body. Pure computation; no sockets, no HTTP library.

What is written here goes out exactly as the signer saw it: nothing is normalised, and what could end a line is refused.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from osteon.exceptions import HTTPClientError, OsteonError
from osteon.http import Headers, PreparedRequest

#: How much of a file is read and sent at a time.
BLOCK = 256 * 1024
#: How long a server may take to say "100 Continue" before the body is sent anyway, in seconds; botocore waits as long.
CONTINUE_WAIT = 1.0
#: A method or a field name (RFC 9110, 5.6.2).
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_NOT_IN_TARGET = re.compile(r"[^\x21-\x7e]")
_NOT_IN_VALUE = re.compile(r"[\r\n\0]")
_BODILESS_METHODS = frozenset({"GET", "HEAD", "DELETE", "TRACE", "OPTIONS", "CONNECT"})
PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Origin:
    """Whom a URL addresses. ``host`` has no brackets; ``netloc`` is what the Host header says."""

    scheme: str
    host: str
    port: int
    netloc: str


@lru_cache(maxsize=1024)
def origin_of(prefix: str) -> Origin:
    """The origin that ``scheme://authority`` names. Raises HTTPClientError where it names none."""
    try:
        parts = urlsplit(prefix)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise HTTPClientError(error=f"{prefix!r} is no URL to send to: {error}") from error
    if parts.scheme not in PORTS or not host or _NOT_IN_TARGET.search(host):
        raise HTTPClientError(error=f"{prefix!r} is no URL to send to: it must begin with http(s):// and a host")
    shown = f"[{host}]" if ":" in host else host
    usual = PORTS[parts.scheme]
    return Origin(parts.scheme, host, port or usual, shown if port in (None, usual) else f"{shown}:{port}")


def split_url(url: str) -> tuple[str, str]:
    """``scheme://authority`` and the request target of ``url``, byte for byte; a fragment is left out."""
    if "#" in url:
        url = url.partition("#")[0]
    start = url.find("/", url.find("://") + 3)
    query = url.find("?")
    if start < 0 or 0 <= query < start:
        # No path at all: a client writes "/" for it (RFC 9112, 3.2.1).
        start = query if query >= 0 else len(url)
        return url[:start], "/" + url[start:]
    return url[:start], url[start:]


@lru_cache(maxsize=1024)
def check_name(name: str) -> str:
    """``name`` where it may name a header field; else HTTPClientError."""
    if not _TOKEN.fullmatch(name):
        raise HTTPClientError(error=f"Invalid header name {name!r}: letters, digits and !#$%&'*+-.^_`|~ are allowed")
    return name


def check_fields(headers: Headers) -> None:
    """Raise HTTPClientError for a header that cannot be sent as one line. Its value is not shown: it may be secret."""
    for name, value in headers.raw.values():
        check_name(name)
        if _NOT_IN_VALUE.search(value):
            raise HTTPClientError(error=f"Invalid value of header {name!r}: it holds a line break or NUL")


def check_line(method: str, target: str) -> None:
    """Raise HTTPClientError for a method or target that could not stand in a request line."""
    if not _TOKEN.fullmatch(method):
        raise HTTPClientError(error=f"Invalid HTTP method {method!r}")
    if _NOT_IN_TARGET.search(target):
        raise HTTPClientError(error="Invalid URL path: percent-encode all but printable ASCII")


def request_head(request: PreparedRequest, target: str, own: Mapping[str, str]) -> bytes:
    """The request line and all fields; ``own`` holds the transport's, which give way to the request's of the same name.

    Values are encoded as Latin-1 where that can hold them, else as UTF-8.
    """
    check_line(request.method, target)
    raw = request.headers.raw
    lines = [f"{request.method} {target} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in own.items() if name.lower() not in raw]
    lines += [f"{check_name(name)}: {value}" for name, value in raw.values()]
    head = "\r\n".join(lines)
    breaks = len(lines) - 1
    # One count over the whole head is much cheaper than a look at each value.
    if head.count("\n") != breaks or head.count("\r") != breaks or "\0" in head:
        check_fields(request.headers)
    head += "\r\n\r\n"
    try:
        return head.encode("latin-1")
    except UnicodeEncodeError:
        return head.encode("utf-8")


@dataclass(frozen=True, slots=True)
class Upload:
    """A body as it will be framed: ``content`` at once, or ``source`` in pieces; ``length`` None is chunked coding."""

    content: bytes | bytearray | None
    source: Any
    length: int | None
    #: the header fields that say so
    fields: Mapping[str, str]


_NOTHING = Upload(None, None, 0, {})
_EMPTY = Upload(None, None, 0, {"Content-Length": "0"})


def upload_of(request: PreparedRequest) -> Upload:
    """How the body of ``request`` is to be framed. Raises HTTPClientError where its Content-Length is no number."""
    body, raw = request.body, request.headers.raw
    if body is None:
        return _NOTHING if request.method in _BODILESS_METHODS else _EMPTY
    if "transfer-encoding" in raw and raw["transfer-encoding"][1].lower() == "chunked":
        return Upload(None, outgoing(body), None, {})
    if isinstance(body, bytes | bytearray):
        size = str(len(body))
        if "content-length" in raw and raw["content-length"][1] != size:
            raise HTTPClientError(error=f"The request body holds {size} bytes, its Content-Length says otherwise")
        return Upload(body, None, len(body), {"Content-Length": size})
    length = announced_length(request.headers)
    if length is None:
        length = remaining_length(body)
    if length is None:
        return Upload(None, outgoing(body), None, {"Transfer-Encoding": "chunked"})
    return Upload(None, outgoing(body), length, {"Content-Length": str(length)})


def outgoing(body: Any) -> Any:
    """What is sent for a body: its ``outgoing()``, an iterable made for each attempt, where it has such a method.

    So a body knows what is read of it to be sent, and what for a checksum or a signature.
    """
    made = getattr(body, "outgoing", None)
    return body if made is None else made()


def announced_length(headers: Headers) -> int | None:
    """The Content-Length of a message, None without one. Raises HTTPClientError where it is no number."""
    held = headers.raw.get("content-length")
    if held is None:
        return None
    if not (held[1].isascii() and held[1].isdecimal()):
        raise HTTPClientError(error=f"Invalid Content-Length {held[1]!r}")
    return int(held[1])


def remaining_length(body: Any) -> int | None:
    """How many bytes a file holds from where it stands; None where it cannot say."""
    try:
        here = body.tell()
        end = body.seek(0, 2)
        body.seek(here)
    except (AttributeError, OSError):
        return None
    return int(end) - int(here)


@contextmanager
def reading() -> Generator[None]:
    """While a body is asked for its bytes: what it raises is no fault of a connection, and not to be tried again."""
    try:
        yield
    except OsteonError:
        raise
    except Exception as error:
        raise HTTPClientError(error=f"The request body cannot be read: {error!r}") from error


def pieces(body: Any) -> Iterator[bytes]:
    """What a file or an iterable gives, piece by piece. Raises HTTPClientError for no bytes, and where it fails."""
    if isinstance(body, bytes | bytearray):
        yield bytes(body)
        return
    with reading():
        read = getattr(body, "read", None)
        source: Iterable[Any] = body if read is None else iter(lambda: read(BLOCK), b"")
        for piece in source:
            if checked := checked_piece(piece):
                yield checked


def checked_piece(piece: Any) -> bytes:
    """A piece of a body as bytes; HTTPClientError where it is none."""
    if isinstance(piece, bytes):
        return piece
    kind: Any = piece.__class__
    if kind is not bytearray and kind is not memoryview:
        raise HTTPClientError(error=f"The request body gives {kind.__name__}, not bytes (open files in mode 'rb')")
    return bytes(piece)


class Measure:
    """Holds a body against its announced length. A longer one would be taken for the next request: HTTPClientError."""

    def __init__(self, length: int) -> None:
        self._length = self._left = length

    def passed(self, piece: bytes) -> bytes:
        self._left -= len(piece)
        if self._left < 0:
            raise HTTPClientError(error=f"The request body holds more bytes than its Content-Length, {self._length}")
        return piece

    def ended(self) -> None:
        if self._left:
            raise HTTPClientError(
                error=f"The request body holds {self._left} bytes fewer than its Content-Length, {self._length}"
            )


def framed(upload: Upload) -> Iterator[bytes]:
    """The body of an upload with a source as it goes out: in chunked coding, or held against its announced length."""
    if upload.length is None:
        for piece in pieces(upload.source):
            yield b"%x\r\n%b\r\n" % (len(piece), piece)
        yield b"0\r\n\r\n"
        return
    measure = Measure(upload.length)
    for piece in pieces(upload.source):
        yield measure.passed(piece)
    measure.ended()
