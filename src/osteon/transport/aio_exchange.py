"""Requests and their answers over aiohttp, within one event loop."""

from __future__ import annotations

import asyncio
import time
import warnings
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

import aiohttp
from yarl import URL

from osteon.exceptions import ClientClosedError
from osteon.http import Headers, PreparedRequest, Response
from osteon.transport.aio_errors import exchange_error, quiet
from osteon.transport.aio_session import Answer, new_session
from osteon.transport.aio_source import AioSource
from osteon.transport.aio_upload import Delivery
from osteon.transport.answers import BrokenAnswer, field_name, framing
from osteon.transport.async_runner import in_thread
from osteon.transport.options import TransportOptions
from osteon.transport.slots import Slots
from osteon.transport.streams import AsyncStreamingBody
from osteon.transport.tls import target_tls
from osteon.transport.wire import Origin, check_fields, check_line, origin_of, split_url, upload_of

#: Origins whose connections are kept: an S3 client may see one for each of a hundred thousand buckets.
_MOST_ORIGINS = 32
#: After so many seconds without a request, kept connections are looked at before one is used.
_STANDSTILL = 0.1


class _Route:
    """The way to one origin: its proxy, and a session of its own, so that all it keeps can be given up at once."""

    __slots__ = ("leases", "origin", "proxy", "session")

    def __init__(self, origin: Origin, proxy: str | None, session: aiohttp.ClientSession) -> None:
        self.origin, self.proxy, self.session = origin, proxy, session
        #: exchanges under way
        self.leases: set[_Lease] = set()

    async def close(self) -> None:
        for lease in self.leases:
            if lease.answer is not None:
                # Who waits for its body would wait for ever: aiohttp closes the connection and tells nobody.
                lease.answer.close()
        await self.session.close()


class _Lease:
    """What one exchange holds until its answer's body is there: a slot and a route. Ends once, however often told."""

    __slots__ = ("_resting", "_slots", "answer", "route")

    def __init__(self, slots: Slots, route: _Route) -> None:
        self._slots, self.route = slots, route
        self._resting = False
        #: the answer, once its head has come
        self.answer: Answer | None = None
        route.leases.add(self)

    def rest(self) -> None:
        if not self._resting and self in self.route.leases:
            self._resting = True
            self._slots.rest()

    def wake(self) -> None:
        if self._resting:
            self._resting = False
            self._slots.wake()

    def end(self) -> None:
        if self in self.route.leases:
            self.route.leases.remove(self)
            self.wake()
            self._slots.give()


class AioExchange:
    """Sends requests of one event loop. See :class:`osteon.transport.aio.AioTransport`."""

    def __init__(self, options: TransportOptions) -> None:
        self._routes: dict[str, _Route] = {}
        self._options = options
        self._timeout = _limit(options.connect_timeout, options.read_timeout)
        self._slots = Slots(options.max_pool_connections)
        self._loop = asyncio.get_running_loop()
        self._active = 0.0
        self._closed = False

    async def send(self, request: PreparedRequest, /) -> Response:
        prefix, target = split_url(request.url)
        origin_of(prefix)
        check_line(request.method, target)
        check_fields(request.headers)
        delivery = Delivery(request, upload_of(request))
        lease = await self._lease(request, prefix)
        streamed = False
        try:
            answer = lease.answer = await self._ask(lease.route, request, target, delivery)
            response, streamed = await _response(request, answer, lease)
            if not streamed:
                # An answer that is whole before its request ends it: aiohttp cancels what is still being sent.
                await delivery.stop()
            return response
        except asyncio.CancelledError:
            delivery.abandon()
            if not self._closed or _is_cancelled():
                raise
            # aiohttp cancels what waits for a connection when it is closed.
            raise ClientClosedError(endpoint_url=request.shown_url) from None
        except Exception as error:
            await delivery.stop()
            if self._closed:
                raise ClientClosedError(endpoint_url=request.shown_url) from quiet(error)
            raise exchange_error(error, request, lease.route.proxy) from quiet(error)
        finally:
            if not streamed:
                lease.end()

    async def close(self) -> None:
        """Close all connections, also those in use: calls under way fail."""
        self._closed = True
        routes, self._routes = self._routes, {}
        self._slots.close()
        await asyncio.gather(*(route.close() for route in routes.values()))

    def __del__(self) -> None:
        sessions = [route.session for route in self._routes.values()]
        if not sessions:
            return
        if self._loop.is_closed():
            _shut(sessions)
        else:
            # Whoever collects may be another thread.
            self._loop.call_soon_threadsafe(_shut, sessions)
        origin = next(iter(self._routes)).removeprefix(_DIRECT)
        advice = "use 'async with session.client(...) as client', or 'await client.close()'"
        warnings.warn(f"Connections to {origin} were never closed: {advice}", ResourceWarning, 2, source=self)

    async def _lease(self, request: PreparedRequest, prefix: str) -> _Lease:
        await self._slots.take()
        try:
            if prefix not in self._routes and prefix.startswith("https:"):
                # Certificates are read from files, and a bundle is large.
                await in_thread(target_tls, self._options)
            if self._closed:
                raise ClientClosedError(endpoint_url=request.shown_url)
            return _Lease(self._slots, self._route(prefix, request.direct))
        except BaseException:
            self._slots.give()
            raise

    def _route(self, prefix: str, direct: bool) -> _Route:
        key = _DIRECT + prefix if direct else prefix
        route = self._routes.get(key)
        if route is None:
            origin = origin_of(prefix)
            # Reading the environment for each request would cost as much as the request.
            proxy = None if direct else self._options.proxy_for(origin.scheme, origin.netloc)
            self._make_room()
            route = self._routes[key] = _Route(origin, proxy, new_session(self._options))
        return route

    def _make_room(self) -> None:
        """Give up the routes that were made first, of those that are not in use."""
        surplus = len(self._routes) + 1 - _MOST_ORIGINS
        if surplus > 0:
            unused = [key for key, route in self._routes.items() if not route.leases]
            _shut([self._routes.pop(key).session for key in unused[:surplus]])

    async def _ask(self, route: _Route, request: PreparedRequest, target: str, delivery: Delivery) -> Answer:
        await self._notice_closed_connections()
        origin = route.origin
        answer = await route.session.request(
            request.method,
            URL(f"{origin.scheme}://{origin.netloc}{target}", encoded=True),
            headers=delivery.fields({"Host": origin.netloc, "Accept-Encoding": "identity"}),
            data=delivery.data(),
            chunked=delivery.chunked or None,
            proxy=route.proxy,
            allow_redirects=False,
            timeout=self._timeout_of(request),
        )
        delivery.answered()
        assert isinstance(answer, Answer)
        return answer

    def _timeout_of(self, request: PreparedRequest) -> aiohttp.ClientTimeout:
        if request.read_limit is None:
            return self._timeout
        return _limit(self._timeout.sock_connect if request.timeout is None else request.timeout, request.read_limit)

    async def _notice_closed_connections(self) -> None:
        """Let the loop see what happened while it may have stood still, as between two ``asyncio.run`` or frozen."""
        now = time.monotonic()
        if now - self._active > _STANDSTILL:
            # The first turn reads the sockets, the second runs what that found.
            await asyncio.sleep(0)
            await asyncio.sleep(0)
        self._active = now


#: begins the key of a route without a proxy where others have one
_DIRECT = "direct "


def _is_cancelled() -> bool:
    """Whether somebody cancelled the task that runs."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def _limit(connect: float | None, read: float | None) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(total=None, sock_connect=connect, sock_read=read)


async def _response(request: PreparedRequest, answer: Answer, lease: _Lease) -> tuple[Response, bool]:
    """The response, and whether it holds a stream, with which the lease goes."""
    headers = _headers(answer)
    try:
        chunked, length = framing(request.method, answer.status, headers)
        until_close = length is None and not chunked
        if request.stream_output and answer.status < 300:
            source = AioSource(request, answer, lease, until_close=until_close)
            return Response(answer.status, headers, AsyncStreamingBody(source, length), request.url), True
        body = await answer.read()
        if until_close and answer.was_reset:
            raise BrokenAnswer("the connection broke before the end of the answer")
        return Response(answer.status, headers, body, request.url), False
    except BrokenAnswer:
        answer.close()
        raise


def _headers(answer: Answer) -> Headers:
    headers = Headers()
    raw = headers.raw
    for name_bytes, value_bytes in answer.raw_headers:
        name, key = field_name(name_bytes)
        value = value_bytes.decode("latin-1").strip()
        raw[key] = (name, f"{raw[key][1]}, {value}" if key in raw else value)
    return headers


def _shut(sessions: Iterable[aiohttp.ClientSession]) -> None:
    """Close sessions at once, without waiting until their sockets are gone."""
    for session in sessions:
        closing: Any = session.close()
        with suppress(StopIteration, RuntimeError):
            closing.send(None)
        closing.close()
