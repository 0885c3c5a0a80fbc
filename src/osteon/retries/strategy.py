"""The retry modes: what to do after each attempt of a call. Decisions only; the caller sleeps and tells the time.

A call runs: ``state = strategy.begin()``; before each attempt sleep ``strategy.before_send(now)`` seconds and sign for
``now + strategy.clock_offset``; after each ``strategy.decide(state, outcome, now, random)``, until it answers Stop.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, NamedTuple, Protocol, TypeAlias

from osteon.exceptions import ChecksumError, InvalidRetryModeError
from osteon.retries.classify import (
    DEFAULT_POLICY,
    AttemptOutcome,
    ServicePolicy,
    checksum_error,
    clock_offset,
    is_legacy_retryable,
    is_retryable,
    is_throttling,
    is_timeout,
    retry_after,
)
from osteon.retries.quota import RETRY_COST, SUCCESS_REFUND, TIMEOUT_COST, RateLimiter, RetryQuota

STANDARD_ATTEMPTS = 3
#: Seconds: the longest delay of the standard modes, and the longest ``Retry-After`` any mode honours.
MAX_BACKOFF = 20
#: A delay beyond this many doublings is no delay but an end, and too large to convert.
_MOST_DOUBLINGS = 64

_NOTHING: Mapping[str, bool] = MappingProxyType({})
_ATTEMPTS_REACHED: Mapping[str, bool] = MappingProxyType({"MaxAttemptsReached": True})
_QUOTA_REACHED: Mapping[str, bool] = MappingProxyType({"RetryQuotaReached": True})


@dataclass(slots=True)
class CallState:
    """What a strategy remembers of one call, between its attempts."""

    #: tokens the last retry took from the quota
    cost: int | None = None


class Retry(NamedTuple):
    """Try again after ``delay`` seconds."""

    delay: float


class Stop(NamedTuple):
    """No further attempt. ``metadata`` is to be added to ``ResponseMetadata``; ``error``, if any, to be raised.

    An ``error`` is there where the answer, though a success, is not what the service sent.
    """

    reason: Literal["succeeded", "not retryable", "attempts used up", "quota used up"]
    metadata: Mapping[str, bool]
    error: ChecksumError | None = None


Decision: TypeAlias = Retry | Stop
#: Draws a number from [0, 1).
Random: TypeAlias = Callable[[], float]


class RetryStrategy(Protocol):
    """One client's way to retry; shared by its calls and by threads."""

    @property
    def mode(self) -> Literal["legacy", "standard", "adaptive"]: ...

    @property
    def max_attempts(self) -> int:
        """All attempts of a call, the first one too."""
        ...

    @property
    def clock_offset(self) -> float:
        """Seconds to add to this machine's time to have the service's."""
        ...

    def begin(self) -> CallState: ...

    def before_send(self, now: float) -> float:
        """Seconds to sleep before the next attempt; ask once for each attempt."""
        ...

    def decide(self, state: CallState, outcome: AttemptOutcome, now: float, random: Random) -> Decision:
        """What to do after an attempt, whether it failed or not. ``now`` is this machine's time in seconds."""
        ...


class LegacyRetries:
    """botocore's first mode: a table of answers for each service, and a delay that doubles without an upper bound."""

    __slots__ = ("_policy", "clock_offset", "max_attempts")
    mode: Literal["legacy"] = "legacy"

    def __init__(self, policy: ServicePolicy, total_attempts: int | None) -> None:
        self.max_attempts = policy.total_attempts if total_attempts is None else total_attempts
        self.clock_offset = 0.0
        self._policy = policy

    def begin(self) -> CallState:
        return CallState()

    def before_send(self, now: float) -> float:
        return 0.0

    def decide(self, state: CallState, outcome: AttemptOutcome, now: float, random: Random) -> Decision:
        retryable = is_legacy_retryable(outcome, self._policy)
        checksum = None if retryable else checksum_error(outcome, self._policy.crc32_header)
        offset = clock_offset(outcome, now + self.clock_offset)
        if checksum is None and offset is None and not retryable:
            return Stop("succeeded" if outcome.is_success else "not retryable", _NOTHING)
        if outcome.number >= self.max_attempts:
            return Stop("attempts used up", _ATTEMPTS_REACHED, checksum)
        self.clock_offset += offset or 0.0
        base = random() if self._policy.base is None else self._policy.base
        delay = base * self._policy.growth_factor ** min(outcome.number - 1, _MOST_DOUBLINGS)
        return Retry(_honoured(delay, outcome, now))


class StandardRetries:
    """The AWS SDKs' standard mode: the same codes for all services, three attempts, and a quota shared by all calls."""

    __slots__ = ("_policy", "_quota", "clock_offset", "max_attempts")
    mode: Literal["standard", "adaptive"] = "standard"

    def __init__(self, policy: ServicePolicy, total_attempts: int | None) -> None:
        self.max_attempts = total_attempts or STANDARD_ATTEMPTS
        self.clock_offset = 0.0
        self._policy = policy
        self._quota = RetryQuota()

    def begin(self) -> CallState:
        return CallState()

    def before_send(self, now: float) -> float:
        return 0.0

    def decide(self, state: CallState, outcome: AttemptOutcome, now: float, random: Random) -> Decision:
        is_last = outcome.number >= self.max_attempts
        # botocore says so of every last attempt, a successful one too
        metadata = _ATTEMPTS_REACHED if is_last else _NOTHING
        retryable = is_retryable(outcome)
        checksum = None if retryable else checksum_error(outcome, self._policy.crc32_header)
        if outcome.is_success and checksum is None:
            self._quota.release(SUCCESS_REFUND if state.cost is None else state.cost)
            return Stop("succeeded", metadata)
        offset = clock_offset(outcome, now + self.clock_offset)
        if checksum is None and offset is None and not retryable:
            return Stop("not retryable", metadata)
        if is_last:
            return Stop("attempts used up", metadata, checksum)
        cost = TIMEOUT_COST if is_timeout(outcome) else RETRY_COST
        if not self._quota.acquire(cost):
            return Stop("quota used up", _QUOTA_REACHED, checksum)
        state.cost = cost
        self.clock_offset += offset or 0.0
        delay = random() * min(2 ** min(outcome.number - 1, _MOST_DOUBLINGS), MAX_BACKOFF)
        return Retry(_honoured(delay, outcome, now))


class AdaptiveRetries(StandardRetries):
    """The standard mode, and a sending rate that follows the service's throttling."""

    __slots__ = ("_limiter",)
    mode: Literal["standard", "adaptive"] = "adaptive"

    def __init__(self, policy: ServicePolicy, total_attempts: int | None) -> None:
        super().__init__(policy, total_attempts)
        self._limiter = RateLimiter()

    def before_send(self, now: float) -> float:
        return self._limiter.acquire(now)

    def decide(self, state: CallState, outcome: AttemptOutcome, now: float, random: Random) -> Decision:
        self._limiter.record(now, throttled=is_throttling(outcome))
        return super().decide(state, outcome, now, random)


def _honoured(delay: float, outcome: AttemptOutcome, now: float) -> float:
    """The delay, made longer where the service asks for it."""
    asked = retry_after(outcome.headers, now)
    return delay if asked is None else max(delay, min(asked, MAX_BACKOFF))


_MODES: Mapping[str, Callable[[ServicePolicy, int | None], RetryStrategy]] = MappingProxyType(
    {"legacy": LegacyRetries, "standard": StandardRetries, "adaptive": AdaptiveRetries}
)


def retry_strategy(
    mode: str, *, total_attempts: int | None = None, policy: ServicePolicy = DEFAULT_POLICY
) -> RetryStrategy:
    """A new client's strategy. ``total_attempts`` counts the first attempt too (``total_max_attempts``, or
    ``max_attempts`` + 1); None means the mode's own number. Raises InvalidRetryModeError.
    """
    make = _MODES.get(mode)
    if make is None:
        raise InvalidRetryModeError(provided_retry_mode=mode, valid_modes=tuple(_MODES))
    return make(policy, total_attempts)
