"""An HTTP/1.1 answer read from a binary file: head, framing, body. No sockets, no pools, no errors of osteon's.

Strict where leniency could lose or invent bytes, and bounded where a hostile server could keep a reader busy for ever.
Sources: RFC 9110 (5.1, 8.6), RFC 9112 (4, 5, 6.3, 7.1).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Protocol

from osteon.http import Headers

#: Bounds that no honest answer meets.
MAX_LINE, MAX_FIELDS, MAX_INTERIM = 65536, 256, 32
#: How much is asked for at once: what a server announces is not yet there, and shall not fill the memory.
_MOST = 64 * 1024 * 1024
_BLANK = (b"\r\n", b"\n")
_SPACE = b" \t\r\n"
_STATUS = re.compile(rb"HTTP/1\.(\d) +([1-9]\d\d)(?: [^\r\n\0]*)?\r?\n")
_TOKEN = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
#: A chunk's size, of 63 bits at most; what follows a semicolon is an extension.
_CHUNK_SIZE = re.compile(rb"0*([0-9A-Fa-f]{1,15})[ \t]*(?:;.*)?\r?\n", re.DOTALL)


class BrokenAnswer(Exception):
    """What came is no answer, breaks off or breaks the rules of HTTP/1.1. The text quotes nothing that came."""


class Reader(Protocol):
    """A binary file that gives fewer bytes than asked for only at its end."""

    def readline(self, limit: int, /) -> bytes: ...

    def read(self, size: int = -1, /) -> bytes: ...

    def close(self) -> None: ...


class Answer:
    """One answer, in the order ``begin`` (or ``read_head`` and ``frame``), then ``read`` until it gives b"".

    Errors of the file come through. After one, or a BrokenAnswer, every further read raises it again.
    """

    __slots__ = (
        "_closed", "_failure", "_file", "_left", "_method", "_minor",
        "chunked", "ended", "fields", "length", "status", "will_close",
    )  # fmt: skip

    def __init__(self, file: Reader, method: str) -> None:
        self._file = file
        self._method = method
        self._minor = 1
        #: bytes left of the body, or of the chunk in hand; None: it ends with the connection
        self._left: int | None = 0
        self._failure: Exception | None = None
        self._closed = False
        self.status = 0
        self.fields = Headers()
        self.chunked = False
        #: the announced length of the body, None where none was
        self.length: int | None = None
        #: nothing is left to read
        self.ended = False
        #: the connection is of no use for another answer
        self.will_close = True

    # --- head

    def begin(self) -> None:
        """Read heads up to the one of the final answer, and find out how its body is framed."""
        for _ in range(MAX_INTERIM):
            self.read_head()
            if not self.is_interim:
                self.frame()
                return
        raise BrokenAnswer("the server sends interim answers without end")

    def read_head(self) -> None:
        matched = _STATUS.fullmatch(self._line())
        if matched is None:
            raise BrokenAnswer("the answer does not begin as one of HTTP/1")
        self._minor = int(matched[1])
        self.status = int(matched[2])
        self._read_fields()

    @property
    def is_interim(self) -> bool:
        """Whether the head just read announces another ("100 Continue", "103 Early Hints")."""
        return self.status < 200 and self.status != 101

    def frame(self) -> None:
        """How the body of the head just read is delimited, and whether the connection outlives it."""
        self.chunked, self.length = framing(self._method, self.status, self.fields)
        self._left = 0 if self.chunked else self.length
        self.ended = self.length == 0
        self.will_close = self._closes() or (self.length is None and not self.chunked)

    def _line(self) -> bytes:
        line = self._file.readline(MAX_LINE + 1)
        if line[-1:] == b"\n":
            return line
        if len(line) > MAX_LINE:
            raise BrokenAnswer("the answer has a line without end")
        raise BrokenAnswer("the answer breaks off in its head" if line else "the connection ended without an answer")

    def _read_fields(self) -> None:
        fields = self.fields = Headers()
        raw = fields.raw
        name = key = ""
        for _ in range(MAX_FIELDS):
            line = self._line()
            if line in _BLANK:
                return
            before, colon, after = line.partition(b":")
            if line[0] in b" \t" and key:
                # A folded line (RFC 9112, 5.2) goes on with the value before it.
                raw[key] = (name, f"{raw[key][1]} {_value(line)}")
                continue
            if not colon:
                raise BrokenAnswer("the answer has a header line without a colon")
            name, key = field_name(before)
            value = _value(after)
            raw[key] = (name, f"{raw[key][1]}, {value}" if key in raw else value)
        raise BrokenAnswer(f"the answer has more than {MAX_FIELDS} header lines")

    def _closes(self) -> bool:
        held = self.fields.raw.get("connection")
        connection = held[1].lower() if held is not None else ""
        # Of two framings one is a lie, and another reader may have believed the other (RFC 9112, 6.3).
        contradicts = self.chunked and "content-length" in self.fields.raw
        return contradicts or "close" in connection or (self._minor < 1 and "keep-alive" not in connection)

    # --- body

    def read(self, amt: int | None = None) -> bytes:
        """``amt`` bytes, fewer only before the end or a fault; without it all that is left, or the fault."""
        if self._failure is not None:
            raise self._failure
        if self.ended or self._closed or amt == 0:
            return b""
        parts: list[bytes] = []
        try:
            self._gather(parts, amt)
        except Exception as error:
            self._failure = self._meant(error)
            # What came before a fault is handed out first, unless it would look like all there is.
            if amt is None or not parts:
                raise self._failure  # noqa: B904 - it is what was raised, unless the answer was closed
        except BaseException:
            # What had been read is lost, and nobody can tell how much that was.
            self._failure = BrokenAnswer("reading the answer was interrupted")
            raise
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def _meant(self, error: Exception) -> Exception:
        return BrokenAnswer("the answer was closed while it was read") if self._closed else error

    def _gather(self, parts: list[bytes], amt: int | None) -> None:
        while not self.ended and (amt is None or amt > 0):
            if self.chunked and not self._left and not self._next_chunk():
                return
            piece = self._piece(amt)
            if self._closed:
                raise BrokenAnswer  # by another thread: nobody can tell whether this is what the server sent
            if piece:
                parts.append(piece)
                amt = None if amt is None else amt - len(piece)

    def _piece(self, amt: int | None) -> bytes:
        """Up to ``amt`` bytes of the body, or of the chunk in hand."""
        left = self._left
        wanted = min(_MOST if amt is None else amt, _MOST if left is None else left, _MOST)
        piece = self._file.read(wanted)
        if left is None:
            self.ended = len(piece) < wanted
            return piece
        if not piece:
            part = "chunk" if self.chunked else "body"
            raise BrokenAnswer(f"the answer breaks off {left} bytes before the end of its {part}")
        self._left = left - len(piece)
        if self.chunked:
            if not self._left and self._file.readline(3) not in _BLANK:
                raise BrokenAnswer("a chunk of the answer has not the length it announces")
        else:
            self.ended = not self._left
        return piece

    def _next_chunk(self) -> bool:
        """Read the size of the next chunk; False where it is the last, whose trailers are read, too."""
        matched = _CHUNK_SIZE.fullmatch(self._file.readline(MAX_LINE))
        if matched is None:
            raise BrokenAnswer("the answer breaks off between its chunks, or has a chunk without a size")
        self._left = int(matched[1], 16)
        if self._left:
            return True
        for _ in range(MAX_FIELDS):
            if self._line() in _BLANK:
                self.ended = True
                return False
        raise BrokenAnswer(f"the answer has more than {MAX_FIELDS} trailers")

    def close(self) -> None:
        """Give up what is left: further reads give b"", and the connection is of no more use.

        A read of another thread that is under way fails. This waits for it: who hangs up (``give_up``) ends it first.
        """
        self.give_up()
        self._file.close()

    def give_up(self) -> bool:
        """Take the rest for lost; whether there was one."""
        if not self.ended and not self._closed:
            self._closed = self.will_close = True
            return True
        return False


def framing(method: str, status: int, fields: Headers) -> tuple[bool, int | None]:
    """Whether the body of an answer is chunked, and its announced length: None without one, 0 where there is no body.

    Raises BrokenAnswer where the head says neither, or what no final answer to a request of osteon's may say.
    """
    if status < 200:
        raise BrokenAnswer("the server changes to a protocol that nobody asked for, or has a status that is none")
    if method == "HEAD" or status in (204, 304):
        return False, 0
    if _is_chunked(fields):
        return True, None
    return False, _announced(fields)


def _is_chunked(fields: Headers) -> bool:
    coding = fields.raw.get("transfer-encoding")
    if coding is None or (name := coding[1].lower()) == "identity":
        return False
    if name != "chunked":
        raise BrokenAnswer("the answer has a transfer coding other than chunked")
    return True


def _announced(fields: Headers) -> int | None:
    held = fields.raw.get("content-length")
    if held is None:
        return None
    # A repeated field with one value counts as that value (RFC 9110, 8.6).
    sizes = {size.strip() for size in held[1].split(",")}
    size = sizes.pop()
    if sizes or not (size.isascii() and size.isdecimal() and len(size) < 19):
        raise BrokenAnswer("the answer has no valid Content-Length")
    return int(size)


@lru_cache(maxsize=1024)
def field_name(name: bytes) -> tuple[str, str]:
    """A header's name as it came and in lower case."""
    if not _TOKEN.fullmatch(name):
        raise BrokenAnswer("the answer has a header without a valid name")
    text = name.decode("ascii")
    return text, text.lower()


def _value(raw: bytes) -> str:
    value = raw.strip(_SPACE)
    if b"\r" in value or b"\0" in value:
        raise BrokenAnswer("the answer has a header with a line break or NUL in its value")
    return value.decode("latin-1")
