"""The other end of the transfers' benchmarks: as much of S3 as moving one object takes, as a process of its own.

``python -m benchmarks.objects SIZE`` prints its port and serves until its standard input ends. Every key holds SIZE
bytes; what is uploaded is read and forgotten. Each connection has a thread, which waits in the kernel while bytes move.
"""

from __future__ import annotations

import re
import socket
import sys
import threading
from typing import BinaryIO

_SCRATCH = 1024 * 1024
_COMMON = b'ETag: "9a0364b9e99bb480dd25e1f0284c8555"\r\nx-amz-request-id: 59DBFF8935BD4EAC\r\n'
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
_XML = b'<?xml version="1.0" encoding="UTF-8"?>\n<Result><UploadId>VXBsb2FkSUQ</UploadId><ETag>"9a"</ETag></Result>'
_RANGE = re.compile(rb"bytes=(\d+)-(\d*)")


def main() -> None:
    blob = memoryview(bytes(int(sys.argv[1])))
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)
    print(listener.getsockname()[1], flush=True)
    threading.Thread(target=_accept, args=(listener, blob), daemon=True).start()
    sys.stdin.read()


def _accept(listener: socket.socket, blob: memoryview) -> None:
    while True:
        connection, _ = listener.accept()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=_serve, args=(connection, blob), daemon=True).start()


def _serve(connection: socket.socket, blob: memoryview) -> None:
    scratch = bytearray(_SCRATCH)
    with connection, connection.makefile("rb") as reader:
        while line := reader.readline():
            method, target, _ = line.split(b" ", 2)
            fields = _fields(reader)
            if b"expect" in fields:
                connection.sendall(_CONTINUE)
            _skip(reader, int(fields.get(b"content-length", 0)), scratch)
            if method in (b"GET", b"HEAD"):
                _send(connection, blob, fields.get(b"range"), headers_only=method == b"HEAD")
            else:
                body = _XML if method == b"POST" and b"upload" in target else b""
                head = b"HTTP/1.1 200 OK\r\n%bContent-Type: application/xml\r\nContent-Length: %d\r\n\r\n"
                connection.sendall(head % (_COMMON, len(body)) + body)


def _fields(reader: BinaryIO) -> dict[bytes, bytes]:
    fields: dict[bytes, bytes] = {}
    while (line := reader.readline()) not in (b"\r\n", b""):
        name, _, value = line.partition(b":")
        fields[name.lower()] = value.strip()
    return fields


def _skip(reader: BinaryIO, left: int, scratch: bytearray) -> None:
    view = memoryview(scratch)
    while left > 0 and (read := reader.readinto(view[: min(left, len(view))])):  # type: ignore[attr-defined]  # a buffered file has it
        left -= read


def _send(connection: socket.socket, blob: memoryview, wanted: bytes | None, *, headers_only: bool) -> None:
    found = _RANGE.fullmatch(wanted) if wanted else None
    if found is None:
        status, content, place = b"200 OK", blob, b""
    else:
        first = int(found[1])
        last = min(int(found[2] or len(blob)), len(blob) - 1)
        status, content = b"206 Partial Content", blob[first : last + 1]
        place = b"Content-Range: bytes %d-%d/%d\r\n" % (first, last, len(blob))
    head = b"HTTP/1.1 %b\r\n%b%bContent-Type: binary/octet-stream\r\nContent-Length: %d\r\n\r\n"
    connection.sendall(head % (status, _COMMON, place, len(content)))
    if not headers_only:
        connection.sendall(content)


if __name__ == "__main__":
    main()
