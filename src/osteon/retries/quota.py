"""What a client may spend on retries, and how fast it may send. Time is handed in; nothing here waits.

Facts: the standard and adaptive modes of the AWS SDKs; the adaptive rate is CUBIC's (RFC 9438), as for TCP.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from threading import Lock
from types import MappingProxyType

from osteon.retries.classify import Failure

CAPACITY = 500
#: what a retry takes, by why it is made
COSTS: Mapping[Failure, int] = MappingProxyType({"transient": 14, "throttling": 5})
#: what a call that needed no retry gives back
SUCCESS_REFUND = 1


class RetryQuota:
    """Tokens for retries, shared by all calls of a client: when most calls fail, retries stop. Safe among threads."""

    __slots__ = ("_available", "_lock")

    def __init__(self) -> None:
        self._available = CAPACITY
        # guards _available
        self._lock = Lock()

    @property
    def available(self) -> int:
        return self._available

    def acquire(self, cost: int) -> bool:
        """Take ``cost`` tokens, if there are that many."""
        with self._lock:
            if cost > self._available:
                return False
            self._available -= cost
            return True

    def release(self, tokens: int) -> None:
        # read without the lock: a full quota, as nearly always, needs nothing
        if self._available == CAPACITY:
            return
        with self._lock:
            self._available = min(CAPACITY, self._available + tokens)


class RateLimiter:
    """The adaptive mode's sending rate, shared by all calls of a client; safe among threads.

    Once the service throttles, requests take tokens that fill at a rate in requests per second: it drops to 70 percent
    of the measured rate with each throttled answer, and grows along a cubic curve with each other one.
    """

    __slots__ = (
        "_bucket", "_capacity", "_count", "_enabled", "_fill_rate", "_k", "_last_throttled", "_lock", "_max_capacity",
        "_measured_rate", "_refilled", "_w_max",
    )  # fmt: skip

    _BETA = 0.7
    _SCALE = 0.4
    _SMOOTHING = 0.8
    _BUCKETS_PER_SECOND = 2
    _LEAST_RATE = 0.5

    def __init__(self) -> None:
        # guards all else here
        self._lock = Lock()
        self._enabled = False
        self._measured_rate = 0.0
        self._count = 0
        self._w_max = self._k = 0.0
        self._capacity = 0.0
        self._max_capacity = self._fill_rate = 1.0
        # times, all set when the first request is about to be sent
        self._bucket = self._last_throttled = self._refilled = math.nan

    def acquire(self, now: float) -> float:
        """Reserve the sending of one request; the seconds to wait before it, 0.0 for none."""
        if not self._enabled:
            if math.isnan(self._bucket):
                self._begin(now)
            return 0.0
        with self._lock:
            self._refill(now)
            # may go below zero: whoever comes next waits behind this one
            self._capacity -= 1
            return max(0.0, -self._capacity / self._fill_rate)

    def record(self, now: float, *, throttled: bool) -> None:
        """Take note of an answer to a request for which :meth:`acquire` was asked."""
        with self._lock:
            measured = self._measure(now)
            rate = self._rate_after_throttling(measured, now) if throttled else self._rate_after_success(now)
            self._set_rate(min(rate, 2 * measured), now)

    def _begin(self, now: float) -> None:
        with self._lock:
            if math.isnan(self._bucket):
                self._bucket, self._last_throttled, self._refilled = float(math.floor(now)), now, now

    def _measure(self, now: float) -> float:
        bucket = math.floor(now * self._BUCKETS_PER_SECOND) / self._BUCKETS_PER_SECOND
        self._count += 1
        if bucket > self._bucket:
            current = self._count / (bucket - self._bucket)
            self._measured_rate = current * self._SMOOTHING + self._measured_rate * (1 - self._SMOOTHING)
            self._count, self._bucket = 0, bucket
        return self._measured_rate

    def _rate_after_throttling(self, measured: float, now: float) -> float:
        rate = min(measured, self._fill_rate) if self._enabled else measured
        self._enabled = True
        self._w_max, self._last_throttled = rate, now
        self._k = (rate * (1 - self._BETA) / self._SCALE) ** (1 / 3)
        return rate * self._BETA

    def _rate_after_success(self, now: float) -> float:
        return self._SCALE * (now - self._last_throttled - self._k) ** 3 + self._w_max

    def _refill(self, now: float) -> None:
        self._capacity = min(self._max_capacity, self._capacity + (now - self._refilled) * self._fill_rate)
        self._refilled = now

    def _set_rate(self, rate: float, now: float) -> None:
        self._refill(now)
        self._fill_rate = max(rate, self._LEAST_RATE)
        self._max_capacity = max(rate, 1.0)
        self._capacity = min(self._capacity, self._max_capacity)
