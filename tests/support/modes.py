"""Sessions of both kinds with one face, so that a test of calls is written once and runs sync and async."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

import osteon


class Sync:
    """Blocking clients: what an operation gives is its result."""

    session_class = osteon.Session

    def __init__(self) -> None:
        self._clients: list[Any] = []

    def session(self, **arguments: Any) -> Any:
        return self.session_class(**arguments)

    def client(self, *arguments: Any, session: Any = None, **keywords: Any) -> Any:
        """A client that is closed when the test is over."""
        made = (session or self.session()).client(*arguments, **keywords)
        self._clients.append(made)
        return made

    def do(self, result: Any) -> Any:
        """The result of an operation, or of a body's ``read``."""
        return result

    def all(self, stream: Any) -> list[Any]:
        """What an event stream holds, up to an error."""
        return list(stream)

    def each(self, stream: Any, see: Callable[[Any], None]) -> None:
        """Show every event of a stream as it comes."""
        for event in stream:
            see(event)

    def pause(self, seconds: float) -> None:
        """Let time go by, on an event loop that runs."""
        time.sleep(seconds)

    def close(self) -> None:
        for client in self._clients:
            self.do(client.close())


class Async(Sync):
    """Awaitable clients, on an event loop of their own."""

    session_class = osteon.AsyncSession

    def __init__(self) -> None:
        super().__init__()
        self._loop = asyncio.Runner()

    def do(self, result: Awaitable[Any]) -> Any:
        async def awaited() -> Any:
            return await result

        return self._loop.run(awaited())

    def all(self, stream: Any) -> list[Any]:
        async def collected() -> list[Any]:
            return [event async for event in stream]

        return self._loop.run(collected())

    def each(self, stream: Any, see: Callable[[Any], None]) -> None:
        async def shown() -> None:
            async for event in stream:
                see(event)

        self._loop.run(shown())

    def pause(self, seconds: float) -> None:
        self._loop.run(asyncio.sleep(seconds))

    def close(self) -> None:
        super().close()
        self._loop.close()


MODES = {"sync": Sync, "async": Async}
