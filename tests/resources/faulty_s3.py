"""A small S3 on loopback that keeps objects in memory and fails when told to. No signatures are looked at."""

from __future__ import annotations

import base64
import re
import socket
import ssl
import struct
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit
from zlib import crc32

#: what a fault does in place of a proper answer; of a download: "wrong" is another byte than its checksum says,
#: "whole" all of the object, "elsewhere" another place, "less" the beginning of what was asked for
FAULTS = ("reset", "refuse", "fail", "truncate", "wrong", "whole", "elsewhere", "less")


class FaultyS3:
    """``faults``: phase to fault; ``times`` how often it strikes. Phases are the operations' names."""

    def __init__(
        self, faults: dict[str, str] | None = None, times: int = 10**6, skip: int = 0, tls: ssl.SSLContext | None = None
    ) -> None:
        self.faults, self.times, self.skip = dict(faults or {}), times, skip
        self.objects: dict[str, bytes] = {}
        self.uploads: dict[str, dict[int, bytes]] = {}
        self.calls: Counter[str] = Counter()
        self.headers: list[dict[str, str]] = []
        self.lock = threading.Lock()
        self.server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"s3": self}))
        self.scheme = "http" if tls is None else "https"
        if tls is not None:
            self.server.socket = tls.wrap_socket(self.server.socket, server_side=True)
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True)

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.server.server_address[1]}"

    def fault(self, phase: str) -> str | None:
        with self.lock:
            self.calls[phase] += 1
            number = self.calls[phase]
        return self.faults.get(phase) if self.skip < number <= self.skip + self.times else None

    def __enter__(self) -> Self:
        self.thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None):
        self.server.shutdown()
        self.server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is what these tests are about."""


def phase_of(method: str, query: dict[str, list[str]]) -> str:
    if "uploadId" in query:
        return {"PUT": "UploadPart", "POST": "CompleteMultipartUpload", "DELETE": "AbortMultipartUpload"}[method]
    if "uploads" in query:
        return "CreateMultipartUpload"
    return {"PUT": "PutObject", "HEAD": "HeadObject", "GET": "GetObject"}[method]


def sum_of(content: bytes) -> str:
    """A checksum as S3's headers have it."""
    return base64.b64encode(crc32(content).to_bytes(4, "big")).decode()


def unchunked(raw: bytes) -> tuple[bytes, str]:
    """What stands in the aws-chunked encoding: the body and the trailer behind it."""
    pieces, place = list[bytes](), 0
    while True:
        end = raw.index(b"\r\n", place)
        size, place = int(raw[place:end].split(b";")[0], 16), end + 2
        if not size:
            return b"".join(pieces), raw[place:].decode().strip()
        pieces.append(raw[place : place + size])
        place += size + 2


class _Handler(BaseHTTPRequestHandler):
    s3: FaultyS3
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *args: Any) -> None:
        pass

    def _handle(self) -> None:
        parts = urlsplit(self.path)
        query = parse_qs(parts.query, keep_blank_values=True)
        phase = phase_of(self.command, query)
        body = self._body()
        fault = self.s3.fault(phase)
        self.s3.headers.append({"phase": phase, **{name.lower(): value for name, value in self.headers.items()}})
        if fault == "reset":
            self._reset()
        elif fault == "refuse":
            self._answer(403, b"<Error><Code>AccessDenied</Code><Message>no</Message></Error>")
        elif fault == "fail":
            self._answer(500, b"<Error><Code>InternalError</Code><Message>no</Message></Error>")
        else:
            getattr(self, f"_{phase}")(parts.path, query, body, fault)

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = _handle  # noqa: N815  # http.server's names

    def _body(self) -> bytes:
        """The body; its checksum, before or behind it, must be its own."""
        raw, told = self._raw_body(), self.headers.get("x-amz-checksum-crc32")
        if "aws-chunked" in self.headers.get("content-encoding", ""):
            raw, trailer = unchunked(raw)
            told = trailer.removeprefix("x-amz-checksum-crc32:")
        assert told in (None, sum_of(raw))
        self.summed = told is not None
        return raw

    def _raw_body(self) -> bytes:
        if self.headers.get("transfer-encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("content-length", 0)))
        pieces: list[bytes] = []
        while size := int(self.rfile.readline(), 16):
            pieces.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(pieces)

    def _reset(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.close_connection = True

    def _answer(self, status: int, body: bytes = b"", *, cut: bool = False, **fields: str) -> None:
        self.send_response(status)
        for name, value in fields.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body[: len(body) // 2] if cut else body)
        if cut:
            self.wfile.flush()
            self._reset()

    def _PutObject(self, key: str, query: Any, body: bytes, fault: str | None) -> None:
        assert self.summed
        self.s3.objects[key] = body
        self._answer(200, ETag=f'"{crc32(body)}"')

    def _CreateMultipartUpload(self, key: str, query: Any, body: bytes, fault: str | None) -> None:
        with self.s3.lock:
            name = f"upload-{len(self.s3.uploads)}-{self.s3.calls['CreateMultipartUpload']}"
            self.s3.uploads[name] = {}
        self._answer(200, f"<R><UploadId>{name}</UploadId></R>".encode())

    def _UploadPart(self, key: str, query: Any, body: bytes, fault: str | None) -> None:
        upload = self.s3.uploads.get(query["uploadId"][0])
        if upload is None:
            self._answer(404, b"<Error><Code>NoSuchUpload</Code></Error>")
            return
        assert self.summed
        upload[int(query["partNumber"][0])] = body
        self._answer(200, ETag=f'"{crc32(body)}"')

    def _CompleteMultipartUpload(self, key: str, query: Any, body: bytes, fault: str | None) -> None:
        upload = self.s3.uploads.pop(query["uploadId"][0])
        told = [(int(number), etag) for number, etag in self._parts(body)]
        assert told == sorted((number, f'"{crc32(part)}"') for number, part in upload.items())
        self.s3.objects[key] = b"".join(upload[number] for number, _ in told)
        self._answer(200, b"<R><ETag>x</ETag></R>")

    @staticmethod
    def _parts(body: bytes) -> list[tuple[str, str]]:
        text = body.decode().replace("&quot;", '"')
        return list(zip(re.findall(r"<PartNumber>(\d+)", text), re.findall("<ETag>(.*?)</ETag>", text), strict=True))

    def _AbortMultipartUpload(self, key: str, query: Any, body: bytes, fault: str | None) -> None:
        if self.s3.uploads.pop(query["uploadId"][0], None) is None:
            self._answer(404, b"<Error><Code>NoSuchUpload</Code></Error>")
        else:
            self._answer(204)

    def _HeadObject(self, key: str, query: Any, body: bytes, fault: str | None) -> None:
        content = self.s3.objects[key]
        self._answer(200, content, ETag=f'"{crc32(content)}"')

    def _GetObject(self, key: str, query: Any, body: bytes, fault: str | None) -> None:
        content = self.s3.objects[key]
        etag = f'"{crc32(content)}"'
        if self.headers.get("if-match", etag) != etag:
            self._answer(412, b"<Error><Code>PreconditionFailed</Code></Error>")
            return
        wanted = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("range", ""))
        cut = fault == "truncate"
        if wanted is None or fault == "whole":
            sent = bytes([content[0] ^ 1]) + content[1:] if fault == "wrong" else content
            self._answer(200, sent, cut=cut, ETag=etag, x_amz_checksum_crc32=sum_of(content))
        elif int(wanted[1]) >= len(content):
            self._answer(416, b"<Error><Code>InvalidRange</Code></Error>")
        else:
            first, last = int(wanted[1]), min(int(wanted[2] or len(content)), len(content) - 1)
            last -= 10 if fault == "less" else 0
            shown = first + 1 if fault == "elsewhere" else first
            place = f"bytes {shown}-{last}/{len(content)}"
            self._answer(206, content[first : last + 1], cut=cut, ETag=etag, Content_Range=place)
