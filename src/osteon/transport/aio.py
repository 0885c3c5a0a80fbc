"""The asyncio transport as others see it. Light: aiohttp, an optional extra, is loaded with the first request sent."""

from __future__ import annotations

import asyncio
import weakref
from typing import Any

from osteon.exceptions import InvalidConfigError, MissingDependencyException
from osteon.http import PreparedRequest, Response
from osteon.transport.async_runner import AsyncTransport
from osteon.transport.options import TransportOptions


class AioTransport:
    """Sends requests with aiohttp: one session, and so one set of connections, for each event loop.

    ``max_pool_connections`` is a limit here: what exceeds it waits for a free connection.
    Raises InvalidConfigError for proxy settings that aiohttp cannot follow.
    """

    def __init__(self, options: TransportOptions | None = None) -> None:
        self.options = options or TransportOptions()
        if self.options.proxies_config.get("proxy_use_forwarding_for_https"):
            raise InvalidConfigError(error_msg="proxy_use_forwarding_for_https is not possible on async clients")
        self._exchanges: weakref.WeakKeyDictionary[Any, AsyncTransport] = weakref.WeakKeyDictionary()

    async def send(self, request: PreparedRequest, /) -> Response:
        """Send and read the answer: its body too, unless the request wants a stream and the status is below 300.

        Raises ConnectionError and HTTPClientError of :mod:`osteon.exceptions` and their subclasses, and
        MissingDependencyException without aiohttp.
        """
        exchange = self._exchanges.get(asyncio.get_running_loop())
        return await (exchange or self._open()).send(request)

    async def close(self) -> None:
        """Close the running loop's connections. Sending again opens new ones."""
        exchange = self._exchanges.pop(asyncio.get_running_loop(), None)
        if exchange is not None:
            await exchange.close()

    def _open(self) -> AsyncTransport:
        # Start-up and an optional extra: only real sends need aiohttp.
        try:
            from osteon.transport.aio_exchange import AioExchange
        except ModuleNotFoundError as error:
            raise MissingDependencyException(
                msg=f'async clients need {error.name}: pip install "osteon[async]"'
            ) from error
        exchange = self._exchanges[asyncio.get_running_loop()] = AioExchange(self.options)
        return exchange
