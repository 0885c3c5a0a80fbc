"""urllib3 connections, pooled by origin, and the answers read from them. Loaded with the first real send.

No requests are made up here (wire.py), and no error is mapped: exchange.py is the wall for that.
"""

from __future__ import annotations

import http.client
import socket
from collections import deque
from typing import Any
from urllib.parse import SplitResult

from urllib3.connection import HTTPConnection, HTTPSConnection, ProxyConfig
from urllib3.util import parse_url
from urllib3.util.wait import wait_for_read

from osteon.http import Headers
from osteon.transport.options import TransportOptions
from osteon.transport.tls import proxy_tls, target_tls
from osteon.transport.wire import CONTINUE_WAIT, Origin

#: Bounds that no honest answer meets, so that a hostile one cannot keep a reader busy for ever.
_MAX_LINE, _MAX_FIELDS, _MAX_INTERIM = 65536, 256, 32


class Answer(http.client.HTTPResponse):
    """A response read from a socket. http.client reads the body; the head is read here, without the email parser."""

    def __init__(self, sock: Any, method: str) -> None:
        super().__init__(sock, method=method)
        self.request_method = method
        self.fields = Headers()
        self.status = 0

    def read_head(self) -> None:
        self._read_status_line()
        self._read_fields()

    @property
    def is_interim(self) -> bool:
        """Whether the head just read announces another ("100 Continue", "103 Early Hints")."""
        return 100 <= self.status < 200 and self.status != 101

    def begin(self) -> None:
        """Read heads up to the one of the final answer, and find out how its body is framed."""
        for _ in range(_MAX_INTERIM):
            self.read_head()
            if not self.is_interim:
                self.frame()
                return
        raise http.client.HTTPException("the server sends interim answers without end")

    def frame(self) -> None:
        """How the body of the head just read is delimited (RFC 9112, 6.3), and whether the connection outlives it."""
        raw = self.fields.raw
        coding = raw.get("transfer-encoding")
        self.chunked = coding is not None and coding[1].strip().lower() == "chunked"
        self.chunk_left = None
        if self.request_method == "HEAD" or self.status in (204, 304) or self.status < 200:
            self.length = 0
            self.chunked = False
        else:
            self.length = None if self.chunked else self._announced()
        connection = raw["connection"][1].lower() if "connection" in raw else ""
        self.will_close = "close" in connection or (self.version < 11 and "keep-alive" not in connection)
        if self.length is None and not self.chunked:
            self.will_close = True

    def _announced(self) -> int | None:
        held = self.fields.raw.get("content-length")
        if held is None:
            return None
        # A repeated field with one value counts as that value (RFC 9110, 8.6).
        sizes = {size.strip() for size in held[1].split(",")}
        size = sizes.pop()
        if sizes or not (size.isascii() and size.isdecimal()):
            raise http.client.HTTPException(f"the answer has Content-Length {held[1]!r}")
        return int(size)

    def _line(self) -> bytes:
        line = self.fp.readline(_MAX_LINE + 1)
        if len(line) > _MAX_LINE:
            raise http.client.LineTooLong("header line")
        return line

    def _read_status_line(self) -> None:
        line = self._line()
        if not line:
            raise http.client.RemoteDisconnected("the server closed the connection without an answer")
        version, _, rest = line.rstrip(b"\r\n").partition(b" ")
        code, _, reason = rest.lstrip().partition(b" ")
        if not version.startswith(b"HTTP/1.") or len(code) != 3 or not code.isdigit():
            # Not quoted: where framing went wrong it is part of a body.
            raise http.client.BadStatusLine("the answer does not begin as one of HTTP/1")
        self.version = 10 if version == b"HTTP/1.0" else 11
        self.status = self.code = int(code)
        self.reason = reason.decode("latin-1").strip()

    def _read_fields(self) -> None:
        fields = self.fields = Headers()
        raw = fields.raw
        name = key = ""
        for _ in range(_MAX_FIELDS):
            line = self._line()
            if line in (b"\r\n", b"\n", b""):
                return
            text = line.decode("latin-1").rstrip("\r\n")
            if text[0] in " \t" and key:
                # A folded line (RFC 9112, 5.2) goes on with the value before it.
                raw[key] = (name, f"{raw[key][1]} {text.strip()}")
                continue
            name, colon, value = text.partition(":")
            if not colon:
                raise http.client.HTTPException("the answer has a header line without a colon")
            key = name.lower()
            value = value.strip()
            raw[key] = (name, f"{raw[key][1]}, {value}" if key in raw else value)
        raise http.client.HTTPException(f"the answer has more than {_MAX_FIELDS} header lines")


class Pool:
    """Connections to one origin, over one proxy or none. Safe for threads: a deque's pop and append are atomic.

    ``absolute`` says that a request's target is the whole URL, as forwarding proxies want it; ``fields`` go with each
    request; ``credentials`` is the value of Proxy-Authorization.
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
        if len(self._idle) < self.options.max_pool_connections:
            self._idle.append(connection)
        else:
            connection.close()

    def close(self) -> None:
        """Close the idle connections; those in use are closed or kept by whoever uses them."""
        while self._idle:
            self._idle.pop().close()

    def connect(self, connection: HTTPConnection, timeout: float | None) -> None:
        """Connect, through the proxy where there is one, TLS included. ``timeout``: in place of the options' two."""
        if timeout is not None:
            connection.timeout = timeout
        connection.connect()
        sock: Any = connection.sock
        sock.settimeout(self.options.read_timeout if timeout is None else timeout)

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
    answer, limit = Answer(sock, method), sock.gettimeout()
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
