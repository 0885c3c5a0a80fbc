"""The other end of the loopback benchmarks: an HTTP server that costs little and is a process of its own.

``python -m benchmarks.server`` prints its port and serves until its standard input ends. A PUT is answered without a
body, a GET with SIZE bytes, anything else with an empty JSON object; requests must have a Content-Length.
"""

from __future__ import annotations

import asyncio
import re
import sys

SIZE = 64 * 1024 * 1024

_BLOB = b"x" * SIZE
_COMMON = b"x-amzn-RequestId: K8QD4Q3C0M8RVFQ4S0EJ3H8NKVVV4KQNSO5AEMVJF66Q9ASUAAJG\r\n"
_ANSWERS = {
    b"PUT": b'HTTP/1.1 200 OK\r\nETag: "9a0364b9"\r\nContent-Length: 0\r\n' + _COMMON + b"\r\n",
    b"GET": b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n" % SIZE + _COMMON + b"\r\n",
    b"POST": b"HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.0\r\nx-amz-crc32: 2745614147\r\n"
    b"Content-Length: 2\r\n" + _COMMON + b"\r\n{}",
}
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_EXPECT = re.compile(rb"\r\nexpect: *100-continue", re.IGNORECASE)


class _Connection(asyncio.Protocol):
    transport: asyncio.Transport

    def __init__(self) -> None:
        self._head = b""
        self._method = b""
        #: bytes of the body still to come; None between requests
        self._left: int | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        if self._left is None:
            self._head += data
            head, end, data = self._head.partition(b"\r\n\r\n")
            if not end:
                return
            self._head, self._method = b"", head.partition(b" ")[0]
            length = _LENGTH.search(head)
            self._left = int(length[1]) if length else 0
            if _EXPECT.search(head):
                self.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        self._left -= len(data)
        if self._left <= 0:
            self._left = None
            self.transport.write(_ANSWERS[self._method])
            if self._method == b"GET":
                self.transport.write(_BLOB)


async def _serve() -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(_Connection, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(_serve())
