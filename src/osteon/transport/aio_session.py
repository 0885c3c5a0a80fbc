"""aiohttp's parts as osteon needs them: session, connector, request and answer of one origin. No errors are mapped."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, Self, cast

import aiohttp
from aiohttp.abc import AbstractStreamWriter
from aiohttp.client_proto import ResponseHandler

from osteon.transport.answers import MAX_FIELDS, MAX_INTERIM, MAX_LINE, BrokenAnswer
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
        max_line_size=MAX_LINE,
        max_field_size=MAX_LINE,
        max_headers=MAX_FIELDS,
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
        return bool(self._wire.was_reset)


class _Wire(ResponseHandler):
    """A connection whose every read is limited, and that remembers how it ended.

    aiohttp stops its clock at each head that comes, of interim answers too, has none for what a proxy says to CONNECT,
    and forgets the end when it lets the connection go.
    """

    is_lost = was_reset = False

    def __init__(self, loop: asyncio.AbstractEventLoop, connect_limit: float | None) -> None:
        super().__init__(loop)
        self._connect_limit = connect_limit
        #: for what is not limited by aiohttp
        self._limit: float | None = None
        #: whether all of the request has gone out, and how many interim answers to it have come
        self._sent, self._interim = False, 0

    def set_response_params(self, **params: Any) -> None:
        self._limit = None if "read_timeout" in params else self._connect_limit
        self._sent, self._interim = False, 0
        super().set_response_params(**params)

    def start_timeout(self) -> None:
        self._sent = True
        super().start_timeout()

    async def read(self) -> Any:
        if self._limit is None:
            message, payload = await super().read()
        else:
            async with asyncio.timeout(self._limit):
                message, payload = await super().read()
        if message.code < 200 and message.code != 101:
            self._interim += 1
            if self._interim > MAX_INTERIM:
                raise BrokenAnswer("the server sends interim answers without end")
            if self._sent:
                super().start_timeout()
        return message, payload

    def connection_lost(self, exc: BaseException | None) -> None:
        self.is_lost = True
        self.was_reset = isinstance(exc, OSError)
        super().connection_lost(exc)


class _Request(aiohttp.ClientRequest):
    """A request that waits a limited time for "100 Continue", and for a server that takes its body."""

    async def write_bytes(self, writer: AbstractStreamWriter, conn: Any, content_length: int | None = None) -> None:
        protocol, transport = cast("_Wire", conn.protocol), conn.transport
        watch = _Watch(writer, protocol)
        try:
            if isinstance(self.body, aiohttp.payload.AsyncIterablePayload):
                # aiohttp keeps the head back until there is something of the body, which may be made of the answer.
                writer.send_headers()
            await self._continued(writer)
            await super().write_bytes(writer, conn, content_length)
        except asyncio.CancelledError:
            # The server waits for the rest of the body: the connection is of no more use. Closed with something still
            # to be written it would stay open until the server takes that, or for ever.
            if not protocol.is_lost:  # after that asyncio's own fails
                transport.abort()
            raise
        except aiohttp.ClientConnectionResetError:
            pass  # the connection is gone, of which whoever waits for the answer is told; nobody asks this task
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
        # No limit: Slots keeps it. aiohttp's hint for socket_factory leaves a tuple's types open.
        super().__init__(  # pyright: ignore[reportUnknownMemberType]
            limit=0, socket_factory=_kept_alive if options.tcp_keepalive else _made
        )
        self._options = options
        wire = partial(_Wire, loop=self._loop, connect_limit=options.connect_timeout)
        self._factory = cast("partial[ResponseHandler]", wire)

    async def _create_proxy_connection(
        self, req: aiohttp.ClientRequest, traces: list[Any], timeout: aiohttp.ClientTimeout
    ) -> Any:
        try:
            return await super()._create_proxy_connection(req, traces, timeout)
        except (aiohttp.ClientConnectorError, aiohttp.ClientHttpProxyError):
            raise
        except (aiohttp.ClientConnectionError, aiohttp.ClientResponseError, BrokenAnswer) as error:
            # It closed the connection, or is no proxy.
            raise aiohttp.ClientProxyConnectionError(req.connection_key, OSError("no answer to CONNECT")) from error

    def _get_ssl_context(self, req: aiohttp.ClientRequest) -> ssl.SSLContext | None:
        if not req.is_ssl():
            return None
        # aiohttp makes the request to a proxy itself, of its own class.
        return (target_tls if isinstance(req, _Request) else proxy_tls)(self._options)


def _made(address: Any) -> socket.socket:
    family, kind, protocol, _, _ = address
    return _Socket(family, kind, protocol)


def _kept_alive(address: Any) -> socket.socket:
    sock = _made(address)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    return sock


class _Socket(socket.socket):
    """Tells of a broken connection when all that came before it has been read, for an answer may be among that.

    When a write fails, asyncio drops the connection and what has come on it. What is written here after the break goes
    nowhere, and the reader, whom the break wakes as well, is told of it at the end.
    """

    _broken: OSError | None = None

    def send(self, data: Any, flags: int = 0, /) -> int:
        return self._sent(lambda: super(_Socket, self).send(data, flags), [data])

    def sendmsg(self, buffers: Iterable[Any], /, *rest: Any) -> int:
        pieces = list(buffers)
        return self._sent(lambda: super(_Socket, self).sendmsg(pieces, *rest), pieces)

    def _sent(self, send: Callable[[], int], pieces: list[Any]) -> int:
        if self._broken is None:
            try:
                return send()
            except (BrokenPipeError, ConnectionResetError) as error:
                self._broken = error
        return sum(memoryview(piece).nbytes for piece in pieces)

    def recv(self, size: int, flags: int = 0, /) -> bytes:
        data = super().recv(size, flags)
        if not data and self._broken is not None:
            raise self._broken
        return data

    def recv_into(self, buffer: Any, nbytes: int = 0, flags: int = 0) -> int:
        count = super().recv_into(buffer, nbytes, flags)
        if not count and self._broken is not None:
            raise self._broken
        return count
