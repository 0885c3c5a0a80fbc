"""The retry modes: what to do after each attempt of a call. Decisions only; the caller sleeps and tells the time.

A call runs: ``state = strategy.begin()``; before each attempt sleep ``strategy.before_send(state, now)`` seconds and
sign for ``now + strategy.clock_offset``; after each ``strategy.decide(state, outcome, now, random)``, until it answers
Stop. A success may be asked for by ``strategy.accept`` before. The numbers are those of botocore 1.44.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, NamedTuple, Protocol, TypeAlias

from osteon.exceptions import ChecksumError, InvalidRetryModeError
from osteon.http import Response
from osteon.retries.classify import AttemptOutcome, Failure, checksum_error, failure, is_legacy_retryable
from osteon.retries.clock import amz_retry_after, clock_offset, retry_after
from osteon.retries.quota import COSTS, SUCCESS_REFUND, RateLimiter, RetryQuota
from osteon.retries.rules import ANY_SERVICE, LegacyRules, StandardRules

#: Seconds: the longest pause of the standard modes, and the longest that ``Retry-After`` is granted in any mode.
MAX_BACKOFF = 20
#: Seconds that ``x-amz-retry-after`` may add to a pause.
MOST_ADDED = 5
#: Seconds: the upper bound of the standard modes' first pause where the service throttles.
THROTTLING_SCALE = 1
#: A pause beyond this many doublings is no pause but an end, and too large to convert.
_MOST_DOUBLINGS = 64

_NOTHING: Mapping[str, bool] = MappingProxyType({})
_ATTEMPTS_REACHED: Mapping[str, bool] = MappingProxyType({"MaxAttemptsReached": True})
_QUOTA_REACHED: Mapping[str, bool] = MappingProxyType({"RetryQuotaReached": True})


@dataclass(slots=True, eq=False, repr=False)
class CallState:
    """What a strategy remembers of one call, between its attempts."""

    #: tokens the last retry took from the quota
    cost: int | None = None
    #: the clock offset its last attempt was signed by: others may have corrected the client's since
    offset: float = 0.0


class Retry(NamedTuple):
    """Try again after ``delay`` seconds."""

    delay: float


class Stop(NamedTuple):
    """No further attempt. ``metadata`` is to be added to ``ResponseMetadata``; ``error``, if any, to be raised.

    An ``error`` is there where the answer, though a success, is not what the service sent. The caller is given the
    outcome after ``delay`` seconds.
    """

    reason: Literal["succeeded", "not retryable", "attempts used up", "quota used up", "forbidden"]
    metadata: Mapping[str, bool]
    error: ChecksumError | None = None
    delay: float = 0.0


Decision: TypeAlias = Retry | Stop
_SUCCEEDED = Stop("succeeded", _NOTHING)
#: botocore says so of every last attempt, a successful one too
_SUCCEEDED_AT_LAST = Stop("succeeded", _ATTEMPTS_REACHED)
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

    def before_send(self, state: CallState, now: float) -> float:
        """Seconds to sleep before the next attempt; ask once for each attempt."""
        ...

    def accept(self, state: CallState, number: int, response: Response) -> Stop | None:
        """The end of a call whose attempt brought a success: what :meth:`decide` would say, for which it needs neither
        the time nor a record of what came. None: ask :meth:`decide`.
        """
        ...

    def decide(self, state: CallState, outcome: AttemptOutcome, now: float, random: Random) -> Decision:
        """What to do after an attempt, whether it failed or not. ``now`` is this machine's time in seconds."""
        ...


class LegacyRetries:
    """botocore's first mode: a table of answers for each service, and a pause that doubles without an upper bound."""

    __slots__ = ("_rules", "clock_offset", "max_attempts")
    mode: Literal["legacy"] = "legacy"

    def __init__(self, rules: LegacyRules, total_attempts: int | None) -> None:
        self.max_attempts = rules.total_attempts if total_attempts is None else total_attempts
        self.clock_offset = 0.0
        self._rules = rules

    def begin(self) -> CallState:
        return CallState()

    def before_send(self, state: CallState, now: float) -> float:
        state.offset = self.clock_offset
        return 0.0

    def accept(self, state: CallState, number: int, response: Response) -> Stop | None:
        return None  # the table of answers may hold a success

    def decide(self, state: CallState, outcome: AttemptOutcome, now: float, random: Random) -> Decision:
        retryable = is_legacy_retryable(outcome, self._rules)
        checksum = None if retryable else _checksum_error(outcome, self._rules.crc32_header)
        offset = clock_offset(outcome.code, outcome.headers, now, state.offset)
        if checksum is None and offset is None and not retryable:
            return Stop("succeeded" if outcome.is_success else "not retryable", _NOTHING)
        if outcome.number >= self.max_attempts:
            return Stop("attempts used up", _ATTEMPTS_REACHED, checksum)
        if offset is not None:
            self.clock_offset = offset
        base = random() if self._rules.base is None else self._rules.base
        pause = base * self._rules.growth_factor ** min(outcome.number - 1, _MOST_DOUBLINGS)
        return Retry(_honoured(pause, outcome, now))


class StandardRetries:
    """The AWS SDKs' standard mode: the same codes for all services, few attempts, and a quota shared by all calls."""

    __slots__ = ("_quota", "_rules", "clock_offset", "max_attempts")
    mode: Literal["standard", "adaptive"] = "standard"

    def __init__(self, rules: StandardRules, total_attempts: int | None) -> None:
        self.max_attempts = rules.total_attempts if total_attempts is None else total_attempts
        self.clock_offset = 0.0
        self._rules = rules
        self._quota = RetryQuota()

    def begin(self) -> CallState:
        return CallState()

    def before_send(self, state: CallState, now: float) -> float:
        state.offset = self.clock_offset
        return 0.0

    def accept(self, state: CallState, number: int, response: Response) -> Stop | None:
        header = self._rules.crc32_header
        if header is not None and checksum_error(response.headers, response.content, header) is not None:
            return None
        return self._succeeded(state, number)

    def _succeeded(self, state: CallState, number: int) -> Stop:
        self._quota.release(SUCCESS_REFUND if state.cost is None else state.cost)
        return _SUCCEEDED if number < self.max_attempts else _SUCCEEDED_AT_LAST

    def decide(self, state: CallState, outcome: AttemptOutcome, now: float, random: Random) -> Decision:
        checksum = _checksum_error(outcome, self._rules.crc32_header)
        if outcome.is_success and checksum is None:
            return self._succeeded(state, outcome.number)
        is_last = outcome.number >= self.max_attempts
        metadata = _ATTEMPTS_REACHED if is_last else _NOTHING
        why = failure(outcome, self._rules)
        offset = clock_offset(outcome.code, outcome.headers, now, state.offset)
        if why is None and checksum is None and offset is None:
            return Stop("not retryable", metadata)
        error = checksum if why is None else None
        if is_last:
            return Stop("attempts used up", metadata, error)
        why = why or "transient"
        if not self._quota.acquire(COSTS[why]):
            is_polled = outcome.operation.name in self._rules.long_polls
            pause = self._pause(why, outcome, now, random) if is_polled else 0.0
            return Stop("quota used up", _QUOTA_REACHED, error, pause)
        state.cost = COSTS[why]
        if offset is not None:
            self.clock_offset = offset
        return Retry(self._pause(why, outcome, now, random))

    def _pause(self, why: Failure, outcome: AttemptOutcome, now: float, random: Random) -> float:
        scale = THROTTLING_SCALE if why == "throttling" else self._rules.scale
        longest = min(scale * 2 ** min(outcome.number - 1, _MOST_DOUBLINGS), MAX_BACKOFF)
        return _honoured(random() * longest, outcome, now)


class AdaptiveRetries(StandardRetries):
    """The standard mode, and a sending rate that follows the service's throttling."""

    __slots__ = ("_limiter",)
    mode: Literal["standard", "adaptive"] = "adaptive"

    def __init__(self, rules: StandardRules, total_attempts: int | None) -> None:
        super().__init__(rules, total_attempts)
        self._limiter = RateLimiter()

    def before_send(self, state: CallState, now: float) -> float:
        super().before_send(state, now)
        return self._limiter.acquire(now)

    def accept(self, state: CallState, number: int, response: Response) -> Stop | None:
        return None  # its rate follows the time of successes, too

    def decide(self, state: CallState, outcome: AttemptOutcome, now: float, random: Random) -> Decision:
        self._limiter.record(now, throttled=failure(outcome, self._rules) == "throttling")
        return super().decide(state, outcome, now, random)


def _checksum_error(outcome: AttemptOutcome, header: str | None) -> ChecksumError | None:
    return checksum_error(outcome.headers, outcome.body, header)


def _honoured(pause: float, outcome: AttemptOutcome, now: float) -> float:
    """The pause, made longer where the service asks for it."""
    asked = amz_retry_after(outcome.headers)
    if asked is not None:
        return max(pause, min(asked, pause + MOST_ADDED))
    asked = retry_after(outcome.headers, now)
    return pause if asked is None else max(pause, min(asked, MAX_BACKOFF))


def retry_strategy(
    mode: str,
    *,
    total_attempts: int | None = None,
    standard: StandardRules = ANY_SERVICE,
    legacy: Callable[[], LegacyRules] = LegacyRules,
) -> RetryStrategy:
    """A new client's strategy. ``total_attempts`` counts the first attempt too (``total_max_attempts``, or
    ``max_attempts`` + 1); None means the rules' own number. ``legacy`` is called in that mode only. Raises
    InvalidRetryModeError.
    """
    if mode == "legacy":
        return LegacyRetries(legacy(), total_attempts)
    make = _MODES.get(mode)
    if make is None:
        raise InvalidRetryModeError(provided_retry_mode=mode, valid_modes=("legacy", *_MODES))
    return make(standard, total_attempts)


_MODES: Mapping[str, type[StandardRetries]] = MappingProxyType(
    {"standard": StandardRetries, "adaptive": AdaptiveRetries}
)
