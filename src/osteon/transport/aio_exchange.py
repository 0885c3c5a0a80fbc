"""One request and its answer over aiohttp, within one event loop. The wall where aiohttp's errors become osteon's."""

from __future__ import annotations

import asyncio
import inspect
import socket
import ssl
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, cast

import aiohttp
from aiohttp.abc import AbstractStreamWriter
from yarl import URL

from osteon.exceptions import (
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    HTTPClientError,
    OsteonError,
    ProxyConnectionError,
    ReadTimeoutError,
    ResponseStreamingError,
    SSLError,
)
from osteon.http import Headers, PreparedRequest, Response
from osteon.transport.options import TransportOptions, masked
from osteon.transport.streams import AsyncStreamingBody
from osteon.transport.tls import proxy_tls, target_tls
from osteon.transport.wire import (
    BLOCK,
    CONTINUE_WAIT,
    Measure,
    Origin,
    Upload,
    check_fields,
    check_line,
    checked_piece,
    origin_of,
    split_url,
    upload_of,
)

#: Fields that aiohttp would add; the signature knows nothing of them.
_NOT_ADDED = ("Accept", "Accept-Encoding", "Content-Type", "User-Agent")
#: Bodies up to this size are handed over whole: aiohttp warns of larger ones, which would hold up the loop.
_AT_ONCE = 1024 * 1024
#: After so many seconds without a request, kept connections are looked at before one is used.
_STANDSTILL = 0.1
#: What aiohttp's errors mean, the first that fits.
_ERRORS: tuple[tuple[tuple[type[BaseException], ...], type[OsteonError]], ...] = (
    ((ssl.SSLError, aiohttp.ClientSSLError, ssl.CertificateError), SSLError),
    ((aiohttp.ConnectionTimeoutError,), ConnectTimeoutError),
    ((aiohttp.ClientConnectorError,), EndpointConnectionError),
    ((TimeoutError,), ReadTimeoutError),
    ((aiohttp.ClientConnectionError, aiohttp.ClientPayloadError, aiohttp.ClientResponseError), ConnectionClosedError),
    ((OSError,), ConnectionClosedError),
)
#: Their texts quote what came over the wire, which may be anything.
_QUOTING = (aiohttp.ClientResponseError, aiohttp.ClientPayloadError)
_PROXY_ERRORS = (aiohttp.ClientProxyConnectionError, aiohttp.ClientHttpProxyError)


class AioExchange:
    """Sends requests of one event loop. See :class:`osteon.transport.aio.AioTransport`."""

    def __init__(self, options: TransportOptions) -> None:
        self._options = options
        self._timeout = _limit(options.connect_timeout, options.read_timeout)
        self._session: aiohttp.ClientSession | None = None
        self._active = 0.0
        self._proxies: dict[Origin, str | None] = {}

    async def send(self, request: PreparedRequest, /) -> Response:
        prefix, target = split_url(request.url)
        origin = origin_of(prefix)
        check_line(request.method, target)
        check_fields(request.headers)
        proxy = None if request.direct else self._proxy(origin)
        delivery = _Delivery(request, upload_of(request))
        await self._notice_closed_connections()
        try:
            answer = await self._opened().request(
                request.method,
                URL(f"{origin.scheme}://{origin.netloc}{target}", encoded=True),
                headers=delivery.fields({"Host": origin.netloc, "Accept-Encoding": "identity"}),
                data=delivery.data(),
                chunked=delivery.chunked or None,
                proxy=proxy,
                allow_redirects=False,
                timeout=self._timeout if request.timeout is None else _limit(request.timeout, request.timeout),
            )
            return await _response(request, answer, delivery)
        except Exception as error:
            raise exchange_error(error, request, proxy) from _quiet(error)

    async def close(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    def _proxy(self, origin: Origin) -> str | None:
        # Reading the environment for each request would cost as much as the request.
        if origin not in self._proxies:
            self._proxies[origin] = self._options.proxy_for(origin.scheme, origin.netloc)
        return self._proxies[origin]

    async def _notice_closed_connections(self) -> None:
        """Let the loop see what happened while it may have stood still, as between two ``asyncio.run`` or frozen."""
        now = time.monotonic()
        if now - self._active > _STANDSTILL:
            # The first turn reads the sockets, the second runs what that found.
            await asyncio.sleep(0)
            await asyncio.sleep(0)
        self._active = now

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = _session(self._options)
        return self._session


def _limit(connect: float | None, read: float | None) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(total=None, sock_connect=connect, sock_read=read)


def _session(options: TransportOptions) -> aiohttp.ClientSession:
    session = aiohttp.ClientSession(
        connector=_Connector(options),
        request_class=_Request,
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        skip_auto_headers=_NOT_ADDED,
        max_line_size=65536,
        max_field_size=65536,
    )
    # aiohttp would send again by itself what failed on a kept-alive connection, though the body may be spent by then.
    session._retry_connection = False
    return session


class _Request(aiohttp.ClientRequest):
    """A request that waits for "100 Continue" a limited time; aiohttp waits for ever."""

    async def write_bytes(self, writer: AbstractStreamWriter, conn: Any, content_length: int | None = None) -> None:
        waiter = cast("asyncio.Future[bool] | None", self._continue)
        if waiter is not None:
            writer.send_headers()
            await writer.drain()
            await asyncio.wait({waiter}, timeout=CONTINUE_WAIT)
            if not waiter.done():
                waiter.set_result(False)
        await super().write_bytes(writer, conn, content_length)


class _Connector(aiohttp.TCPConnector):
    """Connections with osteon's TLS contexts, made when first needed; a proxy may have one of its own."""

    def __init__(self, options: TransportOptions) -> None:
        factory = _kept_alive if options.tcp_keepalive else None
        limit = options.max_pool_connections
        # aiohttp's hint for socket_factory leaves a tuple open.
        super().__init__(limit=limit, socket_factory=factory)  # pyright: ignore[reportUnknownMemberType]
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


class _Delivery:
    """An upload as aiohttp takes it. ``refused`` after an answer that came instead of "100 Continue"."""

    def __init__(self, request: PreparedRequest, upload: Upload) -> None:
        self._request = request
        self._upload = upload
        self._expects = "expect" in request.headers.raw
        self._begun = False
        self.chunked = upload.length is None
        self.refused = False

    def fields(self, own: dict[str, str]) -> list[tuple[str, str]]:
        """The header fields; aiohttp writes Transfer-Encoding itself."""
        raw = self._request.headers.raw
        merged = {name.lower(): (name, value) for name, value in {**own, **self._upload.fields}.items()} | raw
        merged.pop("transfer-encoding", None)
        if self.chunked:
            merged.pop("content-length", None)
        return list(merged.values())

    def data(self) -> bytes | AsyncIterator[bytes] | None:
        """The body, as a generator where it matters whether and when it is taken."""
        content, source = self._upload.content, self._upload.source
        if content is None and source is None:
            return None
        if content is not None and len(content) <= _AT_ONCE and not self._expects:
            return bytes(content)
        return self._pieces(source if content is None else content)

    def answered(self) -> None:
        """An answer has begun: what was not asked for until now is not sent."""
        self.refused = self._expects and not self._begun

    async def _pieces(self, source: Any) -> AsyncIterator[bytes]:
        self._begun = True
        length = self._upload.length
        measure = None if length is None else Measure(length)
        async for piece in _read(source):
            if self.refused:
                return
            yield piece if measure is None else measure.passed(piece)
        if measure is not None:
            measure.ended()


async def _read(source: Any) -> AsyncIterator[bytes]:
    """The pieces of a body: an async iterable, a file (read in a thread), an async file, bytes or an iterable."""
    if isinstance(source, bytes | bytearray):
        for start in range(0, len(source), BLOCK):
            yield bytes(source[start : start + BLOCK])
    elif hasattr(source, "__aiter__"):
        async for piece in source:
            yield checked_piece(piece)
    elif hasattr(source, "read"):
        asynchronous = inspect.iscoroutinefunction(source.read)
        while piece := checked_piece(
            await (source.read(BLOCK) if asynchronous else asyncio.to_thread(source.read, BLOCK))
        ):
            yield piece
    else:
        for piece in source:
            yield checked_piece(piece)


def _quiet(error: BaseException) -> BaseException | None:
    """``error`` where its text can be shown."""
    return None if isinstance(error, _QUOTING) else error


def exchange_error(error: BaseException, request: PreparedRequest, proxy: str | None = None) -> OsteonError:
    """The osteon error for what went wrong between connecting and the end of the answer."""
    cause: BaseException | None = error
    while cause is not None:
        # aiohttp wraps what a body's own iterator raised.
        if isinstance(cause, OsteonError):
            return cause
        cause = cause.__cause__
    url = request.shown_url
    if proxy is not None and isinstance(error, _PROXY_ERRORS):
        return ProxyConnectionError(proxy_url=masked(proxy), error=error)
    for kinds, mapped in _ERRORS:
        if isinstance(error, kinds):
            return mapped(endpoint_url=url, error=_quiet(error) or type(error).__name__)
    return HTTPClientError(endpoint_url=url, error=_quiet(error) or type(error).__name__)


async def _response(request: PreparedRequest, answer: aiohttp.ClientResponse, delivery: _Delivery) -> Response:
    delivery.answered()
    headers = _headers(answer)
    source = AioSource(request, answer, keep=not delivery.refused)
    if request.stream_output and answer.status < 300:
        length = None if "transfer-encoding" in headers or request.method == "HEAD" else headers.get("content-length")
        body: Any = AsyncStreamingBody(source, length)
    else:
        body = await source.read_whole()
    return Response(answer.status, headers, body, request.url)


def _headers(answer: aiohttp.ClientResponse) -> Headers:
    headers = Headers()
    raw = headers.raw
    for name_bytes, value_bytes in answer.raw_headers:
        name, value = name_bytes.decode("latin-1"), value_bytes.decode("latin-1")
        key = name.lower()
        raw[key] = (name, f"{raw[key][1]}, {value}" if key in raw else value)
    return headers


@dataclass(slots=True)
class AioSource:
    """The bytes of an answer's body. At their end the connection is kept, unless ``keep`` is false."""

    request: PreparedRequest
    answer: aiohttp.ClientResponse
    keep: bool

    async def read(self, amt: int | None = None, /) -> bytes:
        """``amt`` bytes, fewer only at the end. Raises ReadTimeoutError, or ResponseStreamingError if it breaks."""
        try:
            return await self._filled(amt)
        except Exception as error:
            self.close()
            mapped = exchange_error(error, self.request)
            if isinstance(mapped, ConnectionClosedError):
                mapped = ResponseStreamingError(error=mapped.kwargs["error"], request=self.request)
            raise mapped from _quiet(error)

    async def read_whole(self) -> bytes:
        """All of it. An answer that breaks off is as if there were none: ConnectionClosedError."""
        try:
            return await self.answer.read()
        finally:
            if not self.keep:
                self.answer.close()

    async def _filled(self, amt: int | None) -> bytes:
        content = self.answer.content
        if amt is None:
            return await content.read()
        chunk = await content.read(amt)
        while chunk and len(chunk) < amt:
            more = await content.read(amt - len(chunk))
            if not more:
                break
            chunk += more
        return chunk

    def close(self) -> None:
        self.answer.close()
