"""One request and its answer over a pooled connection. The wall where library errors become osteon's."""

from __future__ import annotations

import base64
import logging
import ssl
import threading
from collections.abc import Iterable
from itertools import chain
from typing import Any
from urllib.parse import urlsplit

from urllib3.connection import HTTPConnection
from urllib3.exceptions import ConnectTimeoutError as PoolConnectTimeoutError
from urllib3.exceptions import NameResolutionError, NewConnectionError
from urllib3.util.wait import wait_for_read

from osteon.exceptions import (
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    HTTPClientError,
    OsteonError,
    ProxyConnectionError,
    ReadTimeoutError,
    ResponseStreamingError,
)
from osteon.http import PreparedRequest, Response
from osteon.transport.answers import Answer, BrokenAnswer
from osteon.transport.connections import Pool, early_answer
from osteon.transport.options import TransportOptions, masked, proxy_credentials
from osteon.transport.streams import StreamingBody
from osteon.transport.tls import tls_error
from osteon.transport.wire import Upload, framed, origin_of, request_head, split_url, upload_of

logger = logging.getLogger(__name__)

#: Bodies up to this size travel in one write with the head, which spares a packet.
_ONE_WRITE = 64 * 1024
#: Larger ones go out in pieces of this size, each with the whole of the socket's time limit.
PIECE = 512 * 1024
#: Origins whose connections are kept: an S3 client may see one for each of a hundred thousand buckets.
_MOST_ORIGINS = 32
#: What a failed connection means, the first that fits. (urllib3 derives NewConnectionError from ConnectTimeoutError.)
_CONNECT_ERRORS: tuple[tuple[tuple[type[Exception], ...], type[OsteonError]], ...] = (
    ((NameResolutionError, NewConnectionError), EndpointConnectionError),
    ((TimeoutError, PoolConnectTimeoutError), ConnectTimeoutError),
    ((OSError,), ConnectionClosedError),
)


class Exchange:
    """Sends requests of one process. See :class:`osteon.transport.blocking.BlockingTransport`."""

    def __init__(self, options: TransportOptions) -> None:
        self._options = options
        self._pools: dict[str, Pool] = {}
        # Guards additions to _pools and their like; looking one up needs none.
        self._lock = threading.Lock()

    def send(self, request: PreparedRequest, /) -> Response:
        prefix, target = split_url(request.url)
        pool = self._pool(prefix, request.direct)
        if pool.absolute:
            target = f"{pool.origin.scheme}://{pool.origin.netloc}{target}"
        upload = upload_of(request)
        head = request_head(request, target, {**pool.fields, **upload.fields})
        connection = pool.take()
        try:
            if connection.sock is None:
                _connect(pool, connection, request)
            elif (limit := request.read_limit) is not None:
                connection.sock.settimeout(limit)
            answer = _converse(connection, request, head, upload)
            return _response(pool, connection, request, answer)
        except BaseException:
            connection.close()
            raise

    def close(self) -> None:
        with self._lock:
            self._drop(len(self._pools))

    def _pool(self, prefix: str, direct: bool) -> Pool:
        key = f"direct {prefix}" if direct else prefix
        pool = self._pools.get(key)
        if pool is None:
            made = self._make_pool(prefix, direct)
            with self._lock:
                pool = self._pools.setdefault(key, made)
                self._drop(len(self._pools) - _MOST_ORIGINS)
        return pool

    def _drop(self, number: int) -> None:
        """Close the pools that were made first. (Used last would be better, but costs every call.)"""
        for key in list(self._pools)[: max(number, 0)]:
            self._pools.pop(key).close()

    def _make_pool(self, prefix: str, direct: bool) -> Pool:
        origin = origin_of(prefix)
        proxy = None if direct else self._options.proxy_for(origin.scheme, origin.netloc)
        if proxy is None:
            return Pool(origin, self._options)
        parts = urlsplit(proxy)
        origin_of(f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}")
        user = proxy_credentials(parts)
        return Pool(origin, self._options, parts, user and basic_authorization(*user))


def basic_authorization(user: str, password: str) -> str:
    """The value of Proxy-Authorization for a user (RFC 7617)."""
    return f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}"


def _connect(pool: Pool, connection: HTTPConnection, request: PreparedRequest) -> None:
    url = request.shown_url
    logger.debug("Connecting to %s://%s%s", pool.origin.scheme, pool.origin.netloc, " by proxy" if pool.proxy else "")
    try:
        pool.connect(connection, request)
    except OsteonError:
        raise
    except Exception as error:
        if pool.proxy is not None and not _reached_target(connection, error):
            raise ProxyConnectionError(proxy_url=masked(pool.proxy.geturl()), error=error) from error
        raise _connect_error(error, url) from error


def _reached_target(connection: HTTPConnection, error: Exception) -> bool:
    # A refused tunnel is a plain OSError; what TLS says after it is about the target.
    return connection.has_connected_to_proxy and isinstance(error, ssl.SSLError | TimeoutError)


def _connect_error(error: Exception, url: str) -> OsteonError:
    if isinstance(error, ssl.SSLError) and not isinstance(error, TimeoutError):
        return tls_error(error, url)
    for kinds, mapped in _CONNECT_ERRORS:
        if isinstance(error, kinds):
            return mapped(endpoint_url=url, error=error)
    return HTTPClientError(endpoint_url=url, error=error)


def _converse(connection: HTTPConnection, request: PreparedRequest, head: bytes, upload: Upload) -> Answer:
    """Write the request and read the head of its answer."""
    sock: Any = connection.sock
    answer: Answer | None = None
    try:
        if "expect" in request.headers.raw:
            sock.sendall(head)
            answer, head = early_answer(sock, request.method), b""
            if answer is not None and not answer.is_interim:
                # A final answer to the head alone: the body is not wanted, and the connection waits for one.
                answer.frame()
                answer.will_close = True
                return answer
        answer = answer or Answer(sock.makefile("rb"), request.method)
        broken = _write(sock, head, upload)
        _begin(answer, broken)
        return answer
    except BaseException as error:
        if answer is not None:
            # Its reader holds the socket open, however closed the connection is.
            answer.close()
        if not isinstance(error, Exception):
            raise
        raise exchange_error(error, request) from error


def _begin(answer: Answer, broken: OSError | None) -> None:
    """Read the head of the final answer; of one that came before the connection broke, too."""
    try:
        answer.begin()
    except (OSError, BrokenAnswer) as error:
        raise broken or error from None
    if broken is None:
        return
    answer.will_close = True
    if answer.length is None and not answer.chunked:
        raise broken  # such a body ends with the connection, and nobody can tell whether all of it came


def _write(sock: Any, head: bytes, upload: Upload) -> OSError | None:
    """Send the request. Gives the error of a connection that breaks or stalls where an answer may have come before."""
    pieces = iter(_pieces(head, upload))
    while (piece := next(pieces, None)) is not None:
        try:
            sock.sendall(piece)
        except (BrokenPipeError, ConnectionResetError, ssl.SSLEOFError, ssl.SSLZeroReturnError) as error:
            return error
        except TimeoutError as error:
            if not wait_for_read(sock, 0):
                raise
            return error
    return None


def _pieces(head: bytes, upload: Upload) -> Iterable[bytes | memoryview]:
    """The request as it is sent, piece by piece: the socket's time limit is one for all of a piece."""
    content = upload.content
    if content is not None and len(content) <= _ONE_WRITE:
        return (head + content,)
    if content is not None:
        whole = memoryview(content)
        body: Iterable[bytes | memoryview] = (whole[at : at + PIECE] for at in range(0, len(whole), PIECE))
    else:
        body = () if upload.source is None else framed(upload)
    return chain((head,), body) if head else body


def exchange_error(error: Exception, request: PreparedRequest) -> OsteonError:
    """The osteon error for what went wrong between sending and the end of the answer."""
    url = request.shown_url
    if isinstance(error, OsteonError):
        return error
    if isinstance(error, TimeoutError):
        return ReadTimeoutError(endpoint_url=url, error=error, request=request)
    if isinstance(error, ssl.SSLError) and not isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return tls_error(error, url)
    if isinstance(error, OSError | BrokenAnswer):
        return ConnectionClosedError(endpoint_url=url, error=error, request=request)
    return HTTPClientError(endpoint_url=url, error=error, request=request)


def _response(pool: Pool, connection: HTTPConnection, request: PreparedRequest, answer: Answer) -> Response:
    source = SocketSource(pool, connection, request, answer)
    if request.stream_output and answer.status < 300:
        body: Any = StreamingBody(source, answer.length)
    else:
        body = source.read_whole()
    return Response(answer.status, answer.fields, body, request.url)


class SocketSource:
    """The bytes of an answer's body. At their end the connection returns to its pool; after an error it is closed."""

    __slots__ = ("_answer", "_connection", "_pool", "_request", "_timed")

    def __init__(self, pool: Pool, connection: HTTPConnection, request: PreparedRequest, answer: Answer) -> None:
        self._pool = pool
        self._connection: HTTPConnection | None = connection
        self._request = request
        self._answer = answer
        # The socket has a time limit of its own, which the next request must not inherit.
        self._timed = request.read_limit is not None

    def read(self, amt: int | None = None, /) -> bytes:
        """Raises ReadTimeoutError, and ResponseStreamingError where the connection breaks or its framing is wrong.

        After an error every further read raises it again: what is left is lost, not empty.
        """
        try:
            chunk = self._answer.read(amt)
        except Exception as error:
            self.close()
            mapped = exchange_error(error, self._request)
            if isinstance(mapped, ConnectionClosedError):
                mapped = ResponseStreamingError(error=error, request=self._request)
            raise mapped from error
        except BaseException:
            self.close()
            raise
        if self._answer.ended:
            self._release()
        return chunk

    def read_whole(self) -> bytes:
        """All of it. An answer that breaks off is as if there were none: ConnectionClosedError."""
        try:
            content = self._answer.read()
        except BaseException as error:
            self.close()
            if not isinstance(error, Exception):
                raise
            raise exchange_error(error, self._request) from error
        self._release()
        return content

    def set_timeout(self, timeout: float | None) -> None:
        if self._connection is not None and self._connection.sock is not None:
            self._connection.sock.settimeout(timeout)
            self._timed = True

    def close(self) -> None:
        """Give up what was not read, and with it the connection. A read of another thread that is under way fails."""
        if self._answer.give_up() and self._connection is not None:
            self._pool.hang_up(self._connection)
        self._answer.close()
        self._release()

    def _release(self) -> None:
        connection, self._connection = self._connection, None
        if connection is None:
            return
        # Its reader holds the socket open, however closed the connection is.
        self._answer.close()
        if self._answer.will_close or self._timed:
            connection.close()
        else:
            self._pool.give(connection)
