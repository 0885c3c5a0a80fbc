"""urllib3 connections, pooled by origin. Loaded with the first real send.

No requests are made up here (wire.py), no answers read (answers.py), and no error is mapped: exchange.py is the wall.
"""

from __future__ import annotations

import os
import socket
import weakref
from collections import deque
from contextlib import suppress
from typing import Any
from urllib.parse import SplitResult

from urllib3.connection import HTTPConnection, HTTPSConnection, ProxyConfig
from urllib3.util import parse_url
from urllib3.util.wait import wait_for_read

from osteon.http import PreparedRequest
from osteon.transport.answers import Answer
from osteon.transport.options import TransportOptions
from osteon.transport.tls import proxy_tls, target_tls
from osteon.transport.wire import CONTINUE_WAIT, Origin


class Pool:
    """Connections to one origin, over one proxy or none. Safe for threads: a deque's pop and append are atomic.

    ``absolute`` says that a request's target is the whole URL, as forwarding proxies want it; ``fields`` go with each
    request; ``credentials`` is the value of Proxy-Authorization. A pool that nobody closes closes its idle connections
    when it is collected, and at the end of the process.
    """

    def __init__(
        self,
        origin: Origin,
        options: TransportOptions,
        proxy: SplitResult | None = None,
        credentials: str | None = None,
    ) -> None:
        self.origin = origin
        self.proxy = proxy
        self.options = options
        self.tunnels = proxy is not None and origin.scheme == "https" and not _forwards(proxy, options)
        self.absolute = proxy is not None and not self.tunnels
        self.fields = {"Host": origin.netloc, "Accept-Encoding": "identity"}
        self._tunnel_fields: dict[str, str] = {}
        if credentials is not None:
            # They are the proxy's: inside a tunnel the target would get them.
            (self._tunnel_fields if self.tunnels else self.fields)["Proxy-Authorization"] = credentials
        self._idle: deque[HTTPConnection] = deque()
        self._closed = False
        self._process = os.getpid()
        # Clients of boto3 need not be closed, and Python warns of sockets that nobody closed.
        weakref.finalize(self, _close_all, self._idle)

    def take(self) -> HTTPConnection:
        """An open connection that the server has not closed meanwhile, or a new one, not yet connected."""
        while True:
            try:
                connection = self._idle.pop()
            except IndexError:
                return self._new()
            if connection.is_connected:
                return connection
            connection.close()

    def give(self, connection: HTTPConnection) -> None:
        """Take back a connection on which nothing is left to read."""
        if not self._closed and len(self._idle) < self.options.max_pool_connections:
            self._idle.append(connection)
        else:
            connection.close()

    def close(self) -> None:
        """Close the idle connections; those in use are closed when they are given back."""
        self._closed = True
        _close_all(self._idle)

    def hang_up(self, connection: HTTPConnection) -> None:
        """End a connection of which another thread may be reading: closing alone would wait for what it waits for.

        In a forked child it is the parent's, who may be reading.
        """
        sock: Any = connection.sock
        if isinstance(sock, socket.socket) and self._process == os.getpid():
            with suppress(OSError):
                # Not an SSLSocket's own: what is left would then be read as it came, encrypted.
                socket.socket.shutdown(sock, socket.SHUT_RDWR)

    def connect(self, connection: HTTPConnection, request: PreparedRequest) -> None:
        """Connect, through the proxy where there is one, TLS included, with the time limits that the request has."""
        if request.timeout is not None:
            connection.timeout = request.timeout
        connection.connect()
        sock: Any = connection.sock
        sock.settimeout(self.options.read_timeout if request.read_limit is None else request.read_limit)

    def _new(self) -> HTTPConnection:
        options, proxy = self.options, self.proxy
        settings: dict[str, Any] = {"timeout": options.connect_timeout, "socket_options": _socket_options(options)}
        if proxy is None:
            host, port, secure = self.origin.host, self.origin.port, self.origin.scheme == "https"
        else:
            host, port = proxy.hostname or "", proxy.port or (443 if proxy.scheme == "https" else 80)
            secure = self.tunnels or proxy.scheme == "https"
        if not secure:
            return HTTPConnection(host, port, **settings)
        if proxy is None:
            return HTTPSConnection(host, port, ssl_context=target_tls(options), **settings)
        settings["proxy"] = parse_url(f"{proxy.scheme}://{proxy.netloc.rpartition('@')[2]}")
        outer = proxy_tls(options) if proxy.scheme == "https" else None
        settings["proxy_config"] = ProxyConfig(outer, self.absolute, None, None)
        context = target_tls(options) if self.tunnels else outer
        connection = HTTPSConnection(host, port, ssl_context=context, **settings)
        if self.tunnels:
            connection.set_tunnel(self.origin.host, self.origin.port, self._tunnel_fields, proxy.scheme)
        return connection


def _close_all(connections: deque[HTTPConnection]) -> None:
    with suppress(IndexError):  # another thread may take the last one
        while True:
            connections.pop().close()


def _forwards(proxy: SplitResult, options: TransportOptions) -> bool:
    return proxy.scheme == "https" and bool(options.proxies_config.get("proxy_use_forwarding_for_https"))


def _socket_options(options: TransportOptions) -> list[tuple[int, int, int]]:
    chosen = [(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)]
    if options.tcp_keepalive:
        chosen.append((socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1))
    return chosen


def early_answer(sock: Any, method: str) -> Answer | None:
    """An answer of which one head has been read; None where none comes in the time that ``Expect`` allows."""
    if not wait_for_read(sock, CONTINUE_WAIT):
        return None
    answer, limit = Answer(sock.makefile("rb"), method), sock.gettimeout()
    # Over TLS what has arrived may be a session ticket and no answer at all: reading it must end too.
    sock.settimeout(CONTINUE_WAIT)
    try:
        answer.read_head()
    except BaseException as error:
        answer.close()
        if isinstance(error, TimeoutError):
            return None
        raise
    finally:
        sock.settimeout(limit)
    return answer
