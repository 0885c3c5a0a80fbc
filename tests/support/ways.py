"""Both ways to run a flow behind one face, so that each test runs on threads and on asyncio."""

from __future__ import annotations

import asyncio
from typing import Any

from osteon.flow import Flow, Send
from osteon.http import Headers, PreparedRequest, Response
from osteon.transport.aio import AioTransport
from osteon.transport.async_runner import AsyncRunner
from osteon.transport.blocking import BlockingTransport
from osteon.transport.canned import AsyncCannedTransport, CannedTransport
from osteon.transport.options import TransportOptions
from osteon.transport.runner import Runner


def sending(request: PreparedRequest) -> Flow[Response]:
    response: Response = yield Send(request)
    return response


def request(
    url: str, body: Any = None, method: str = "POST", stream: bool = False, headers: dict[str, str] | None = None
) -> PreparedRequest:
    return PreparedRequest(method, url, Headers(headers or {}), body, stream)


class Threads:
    """Flows on plain threads."""

    name = "threads"

    def __init__(self, transport: Any = None, **options: Any) -> None:
        self.runner = Runner(transport or BlockingTransport(quick(options)))

    def run(self, flow: Flow[Any]) -> Any:
        return self.runner.run(flow)

    def wait(self, value: Any) -> Any:
        """The value of what is awaitable on asyncio."""
        return value

    def chunks(self, iterator: Any) -> list[bytes]:
        return list(iterator)

    def close(self) -> None:
        self.runner.close()


class Asyncio:
    """Flows on an event loop of their own."""

    name = "asyncio"

    def __init__(self, transport: Any = None, **options: Any) -> None:
        self.loop = asyncio.Runner()
        self.runner = AsyncRunner(transport or AioTransport(quick(options)))

    def run(self, flow: Flow[Any]) -> Any:
        return self.loop.run(self.runner.run(flow))

    def wait(self, value: Any) -> Any:
        async def awaited() -> Any:
            return await value

        return self.loop.run(awaited())

    def chunks(self, iterator: Any) -> list[bytes]:
        async def collected() -> list[bytes]:
            return [chunk async for chunk in iterator]

        return self.loop.run(collected())

    def close(self) -> None:
        self.loop.run(self.runner.close())
        self.loop.close()


def quick(options: dict[str, Any]) -> TransportOptions:
    return TransportOptions(**{"connect_timeout": 2, "read_timeout": 2, "proxies": {}, **options})


Way = Threads | Asyncio
WAYS = {"threads": (Threads, CannedTransport), "asyncio": (Asyncio, AsyncCannedTransport)}
