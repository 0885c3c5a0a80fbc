"""The blocking transport as others see it. Light: urllib3 and ssl are loaded with the first request that is sent."""

from __future__ import annotations

import os

from osteon.http import PreparedRequest, Response
from osteon.transport.options import TransportOptions
from osteon.transport.runner import Transport


class BlockingTransport:
    """Sends requests over pooled, kept-alive urllib3 connections. Safe for threads, and for a child after a fork.

    Redirects, retries and content codings are left to others: what comes back is the answer, byte for byte.
    """

    def __init__(self, options: TransportOptions | None = None) -> None:
        self.options = options or TransportOptions()
        # By process: a forked child must not write to its parent's connections.
        self._exchanges: dict[int, Transport] = {}

    def send(self, request: PreparedRequest, /) -> Response:
        """Send and read the answer: its body too, unless the request wants a stream and the status is below 300.

        Raises ConnectionError and HTTPClientError of :mod:`osteon.exceptions` and their subclasses.
        """
        exchange = self._exchanges.get(os.getpid())
        return (exchange or self._open()).send(request)

    def close(self) -> None:
        """Close the idle connections. Sending again opens new ones."""
        while self._exchanges:
            self._exchanges.popitem()[1].close()

    def _open(self) -> Transport:
        # Start-up: urllib3 and ssl cost 60 ms, and only real sends need them.
        from osteon.transport.exchange import Exchange

        # The parent's, in a forked child. It is not closed: a thread that is not here any more may hold its lock.
        for pid in tuple(self._exchanges):
            if pid != os.getpid():
                self._exchanges.pop(pid, None)
        return self._exchanges.setdefault(os.getpid(), Exchange(self.options))
