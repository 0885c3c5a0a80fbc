"""The services of models/ on loopback, from memory: what examples and tests call. HTTP; the rest is in own_services.

No osteon on this side: it is what osteon talks to. The server is also a plain HTTP proxy to itself, so that operations
whose host name is their own can be tried without DNS.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from own_services.atlas import Atlas
from own_services.beacon import Beacon
from own_services.harbor import Harbor
from own_services.ledger import Ledger
from own_services.wire import Reply, Request


class LocalServer:
    """All four services on a free port of 127.0.0.1, each with fresh state; they end with the ``with`` block."""

    def __init__(self) -> None:
        self.harbor, self.ledger, self.atlas, self.beacon = Harbor(), Ledger(), Atlas(), Beacon()
        #: answers to be given to the next requests instead of the services' own
        self.instead: list[Reply] = []
        #: every request so far
        self.seen: list[Request] = []
        self._lock = threading.Lock()

    def answer(self, request: Request) -> Reply:
        with self._lock:
            self.seen.append(request)
            if self.instead:
                return self.instead.pop(0)
            return self._service(request).answer(request)

    def _service(self, request: Request) -> Harbor | Ledger | Atlas | Beacon:
        if request.headers.get("smithy-protocol") == "rpc-v2-cbor":
            return self.beacon
        if "x-amz-target" in request.headers:
            return self.ledger
        return self.atlas if request.path.startswith(("/maps", "/search")) else self.harbor

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    def __enter__(self) -> Self:
        owner = self

        class Bound(Handler):
            server_of = owner

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Bound)
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()


class Handler(BaseHTTPRequestHandler):
    """HTTP/1.1 as far as it is needed: connections kept open, bodies with a length or in chunks, both ways."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server_of: LocalServer

    def answer(self) -> None:
        # A proxy is asked for whole urls; what counts here is the path in them.
        target = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        query = parse_qs(target.query, keep_blank_values=True)
        reply = self.server_of.answer(Request(self.command, target.path, query, headers, self.body()))
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("X-Request-Id", "r-1")
        if isinstance(reply.body, bytes):
            self.whole(reply.body)
        else:
            self.chunks(reply.body)

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = answer  # noqa: N815 (the names http.server looks for)

    def body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", "0")))
        parts: list[bytes] = []
        while size := int(self.rfile.readline(), 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)

    def whole(self, body: bytes) -> None:
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def chunks(self, parts: Iterable[bytes]) -> None:
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for part in parts:
            self.wfile.write(b"%x\r\n%b\r\n" % (len(part), part))
            self.wfile.flush()
        self.wfile.write(b"0\r\n\r\n")

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: the output is the example's."""
