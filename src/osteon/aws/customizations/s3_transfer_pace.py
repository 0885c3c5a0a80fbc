"""How fast the bytes of a transfer go by. No bytes, and no clock of its own."""

from __future__ import annotations

import threading

from osteon.flow import NOW, Flow, Sleep

#: bytes that go by at once where nothing holds them back
BLOCK = 256 * 1024
#: fewer are not worth a write of their own
_SMALLEST_BLOCK = 1024
#: with a limit, how many blocks a second go by at least: none is a burst that anybody would notice
_BLOCKS_A_SECOND = 10
#: seconds by which a thread's view of the time may lag behind another's; a clock set back goes farther
_LAG = 1.0


class Pace:
    """A steady limit, shared by the parts of a transfer: by no moment have more bytes gone by than ``bandwidth`` of
    them a second allow since the first, and time that nobody used is not made up for.
    """

    def __init__(self, bandwidth: float | None) -> None:
        self._bandwidth = bandwidth
        # Both guarded by _lock: when all that was let through so far has gone by, and the latest time that was told.
        self._free = self._seen = 0.0
        self._lock = threading.Lock()

    def block(self, most: int) -> int:
        """How many bytes to let through at once, ``most`` without a limit."""
        if self._bandwidth is None:
            return most
        return min(most, max(int(self._bandwidth / _BLOCKS_A_SECOND), _SMALLEST_BLOCK))

    def take(self, size: int) -> Flow[None]:
        """Wait for as long as ``size`` bytes take, behind those that others are waiting for."""
        if self._bandwidth is None or not size:
            return
        now: float = yield NOW
        yield Sleep(self._turn(size / self._bandwidth, now))

    def _turn(self, duration: float, now: float) -> float:
        with self._lock:
            if now < self._seen - _LAG:
                self._free -= self._seen - now
                self._seen = now
            self._seen = max(self._seen, now)
            self._free = max(self._free, now) + duration
            return self._free - now
