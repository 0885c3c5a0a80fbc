"""How many exchanges run at once on an event loop: a limit that cannot lock up. No sockets, no HTTP.

An exchange holds a slot from its beginning to the end of its body. A body in the hands of a program that does not read
it may hold its slot for ever, and where such bodies hold all of them every further call would wait for ever.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque

logger = logging.getLogger(__name__)

#: Seconds in which nobody reads any of the bodies that hold all slots, after which one more exchange is let in.
PATIENCE = 1.0


class Slots:
    """At most ``limit`` exchanges at once, in the order they came; one more whenever all rest for ``PATIENCE``.

    A slot *rests* while its body is in the caller's hands and not being read. For one event loop.
    """

    def __init__(self, limit: int) -> None:
        self._limit = max(limit, 1)
        self._taken = 0
        self._resting = 0
        self._moved = 0.0
        # Somebody waits only while all slots are taken.
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._look: asyncio.TimerHandle | None = None

    async def take(self) -> None:
        """Wait for a slot."""
        if self._taken < self._limit:
            self._taken += 1
            return
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        self._watch()
        try:
            await turn
        except asyncio.CancelledError:
            if not turn.cancelled():
                # It was this one's turn just before it was cancelled.
                self.give()
            raise

    def give(self) -> None:
        """Give a slot back."""
        self._taken -= 1
        while self._waiting and self._taken < self._limit:
            self._admit()

    def rest(self) -> None:
        """The body of one slot is left to its caller."""
        self._resting += 1
        self._moved = asyncio.get_running_loop().time()

    def wake(self) -> None:
        """A resting body is read or given up."""
        self._resting -= 1

    def close(self) -> None:
        """Let in all who wait: they will find that what they wait for is closed."""
        while self._waiting:
            self._admit()

    def _admit(self) -> None:
        turn = self._waiting.popleft()
        if not turn.done():
            self._taken += 1
            turn.set_result(None)

    def _watch(self) -> None:
        if self._look is None and self._waiting:
            self._look = asyncio.get_running_loop().call_later(PATIENCE, self._check)

    def _check(self) -> None:
        self._look = None
        still = asyncio.get_running_loop().time() - self._moved
        if self._waiting and self._resting >= self._taken and still >= PATIENCE:
            logger.warning("All %d connections are held by bodies that nobody reads: opening one more", self._taken)
            self._admit()
        self._watch()
