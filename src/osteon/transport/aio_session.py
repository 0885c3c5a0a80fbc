"""aiohttp's parts as osteon needs them: session, connector, request and answer of one origin. No errors are mapped."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Callable
from typing import Any, Self, cast

import aiohttp
from aiohttp.abc import AbstractStreamWriter

from osteon.transport.options import TransportOptions
from osteon.transport.tls import proxy_tls, target_tls
from osteon.transport.wire import CONTINUE_WAIT

#: Fields that aiohttp would add; the signature knows nothing of them.
_NOT_ADDED = ("Accept", "Accept-Encoding", "Content-Type", "User-Agent")


def new_session(options: TransportOptions) -> aiohttp.ClientSession:
    """A session without a limit, cookies, redirects of its own or decompression; to be made on its event loop."""
    session = aiohttp.ClientSession(
        connector=_Connector(options),
        request_class=_Request,
        response_class=Answer,
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        skip_auto_headers=_NOT_ADDED,
        max_line_size=65536,
        max_field_size=65536,
    )
    # aiohttp would send again by itself what failed on a kept-alive connection, though the body may be spent by then.
    session._retry_connection = False
    return session


class Answer(aiohttp.ClientResponse):
    """An answer that knows how its connection ended."""

    _wire: Any = None

    async def start(self, connection: Any) -> Self:
        self._wire = connection.protocol
        await super().start(connection)
        return self

    @property
    def was_reset(self) -> bool:
        """Whether the connection broke instead of ending; aiohttp takes either for the end of a body without length."""
        return isinstance(self._wire.exception(), aiohttp.ClientOSError)


class _Request(aiohttp.ClientRequest):
    """A request that waits a limited time for "100 Continue", and for a server that takes its body."""

    async def write_bytes(self, writer: AbstractStreamWriter, conn: Any, content_length: int | None = None) -> None:
        watch, transport = _Watch(writer, conn.protocol), conn.transport
        try:
            if isinstance(self.body, aiohttp.payload.AsyncIterablePayload):
                # aiohttp keeps the head back until there is something of the body, which may be made of the answer.
                writer.send_headers()
            await self._continued(writer)
            await super().write_bytes(writer, conn, content_length)
        except asyncio.CancelledError:
            # The server waits for the rest of the body: the connection is of no more use. Closed with something still
            # to be written it would stay open until the server takes that, or for ever.
            transport.abort()
            raise
        finally:
            watch.end()

    async def _continued(self, writer: AbstractStreamWriter) -> None:
        waiter = cast("asyncio.Future[bool] | None", self._continue)
        if waiter is not None:
            await writer.drain()
            await asyncio.wait({waiter}, timeout=CONTINUE_WAIT)
            if not waiter.done():
                waiter.set_result(False)


class _Watch:
    """Ends an exchange whose server takes nothing for the time of a read: aiohttp limits reads, but no writes."""

    def __init__(self, writer: AbstractStreamWriter, protocol: Any) -> None:
        self._writer, self._protocol = writer, protocol
        self._seen = (-1, -1)
        self._limit: float | None = protocol.read_timeout
        self._timer: asyncio.TimerHandle | None = None
        self._wait()

    def _wait(self) -> None:
        if self._limit:
            self._timer = asyncio.get_running_loop().call_later(self._limit, self._look)

    def _look(self) -> None:
        transport = self._protocol.transport
        if transport is None:
            return
        waiting = transport.get_write_buffer_size()
        # With nothing waiting it is the body's own source that takes its time.
        now = (self._writer.output_size, waiting)
        if waiting and now == self._seen:
            self._protocol.set_exception(aiohttp.SocketTimeoutError("Timeout on writing data to socket"))
            transport.abort()
            return
        self._seen = now
        self._wait()

    def end(self) -> None:
        if self._timer is not None:
            self._timer.cancel()


class _Connector(aiohttp.TCPConnector):
    """Connections with osteon's TLS contexts, made when first needed; a proxy may have one of its own."""

    def __init__(self, options: TransportOptions) -> None:
        factory: Callable[[Any], socket.socket] | None = _kept_alive if options.tcp_keepalive else None
        # No limit: Slots keeps it. aiohttp's hint for socket_factory leaves a tuple's types open.
        super().__init__(limit=0, socket_factory=factory)  # pyright: ignore[reportUnknownMemberType]
        self._options = options

    def _get_ssl_context(self, req: aiohttp.ClientRequest) -> ssl.SSLContext | None:
        if not req.is_ssl():
            return None
        # aiohttp makes the request to a proxy itself, of its own class.
        return (target_tls if isinstance(req, _Request) else proxy_tls)(self._options)


def _kept_alive(address: Any) -> socket.socket:
    family, kind, protocol, _, _ = address
    sock = socket.socket(family, kind, protocol)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    return sock
