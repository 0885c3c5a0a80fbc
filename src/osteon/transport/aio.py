"""The asyncio transport as others see it. Light: aiohttp, an optional extra, is loaded with the first request sent."""

from __future__ import annotations

import asyncio

from osteon.exceptions import InvalidConfigError, MissingDependencyException
from osteon.http import PreparedRequest, Response
from osteon.transport.async_runner import AsyncTransport
from osteon.transport.options import TransportOptions


class AioTransport:
    """Sends requests with aiohttp: one set of connections for each event loop.

    ``max_pool_connections`` is a limit here: what exceeds it waits for a free connection.
    Raises InvalidConfigError for proxy settings that aiohttp cannot follow.
    """

    def __init__(self, options: TransportOptions | None = None) -> None:
        self.options = options or TransportOptions()
        if self.options.proxies_config.get("proxy_use_forwarding_for_https"):
            raise InvalidConfigError(error_msg="proxy_use_forwarding_for_https is not possible on async clients")
        # Connections know their loop, so weak keys would never die.
        self._exchanges: dict[asyncio.AbstractEventLoop, AsyncTransport] = {}

    async def send(self, request: PreparedRequest, /) -> Response:
        """Send and read the answer: its body too, unless the request wants a stream and the status is below 300.

        Raises ConnectionError and HTTPClientError of :mod:`osteon.exceptions` and their subclasses, and
        MissingDependencyException without aiohttp.
        """
        exchange = self._exchanges.get(asyncio.get_running_loop())
        return await (exchange or self._open()).send(request)

    async def close(self) -> None:
        """Close the running loop's connections: calls under way fail. Sending again opens new ones."""
        self._forget_closed_loops()
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
        self._forget_closed_loops()
        exchange = self._exchanges[asyncio.get_running_loop()] = AioExchange(self.options)
        return exchange

    def _forget_closed_loops(self) -> None:
        """Let go of what belongs to loops that will never run again (one for each ``asyncio.run``)."""
        for loop in [loop for loop in tuple(self._exchanges) if loop.is_closed()]:
            self._exchanges.pop(loop, None)
