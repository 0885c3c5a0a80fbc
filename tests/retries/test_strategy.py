"""What the strategies do beyond botocore: waits that services ask for, clocks, checksums, and the shared quota."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest

from osteon.exceptions import (
    ChecksumError,
    ConnectTimeoutError,
    EndpointConnectionError,
    InvalidRetryModeError,
    ModelError,
)
from osteon.http import Headers
from osteon.retries.classify import (
    AttemptOutcome,
    ServicePolicy,
    clock_offset,
    is_throttling,
    policy_from_data,
    retry_after,
)
from osteon.retries.quota import CAPACITY, RateLimiter, RetryQuota
from osteon.retries.strategy import Retry, Stop, retry_strategy

MODES = ("legacy", "standard", "adaptive")
NOW = 1_700_000_000.0
#: NOW, and ten minutes and ten seconds later, as HTTP writes times
DATE, TEN_MINUTES_ON, TEN_SECONDS_ON = (
    "Tue, 14 Nov 2023 22:13:20 GMT", "Tue, 14 Nov 2023 22:23:20 GMT", "Tue, 14 Nov 2023 22:13:30 GMT",
)


@dataclass(frozen=True)
class Operation:
    error_shapes: tuple[Any, ...] = ()


def outcome(number: int = 1, **facts: Any) -> AttemptOutcome:
    headers = Headers(facts.pop("headers", {}))
    return AttemptOutcome(number, Operation(), headers=headers, **facts)


def half() -> float:
    return 0.5


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"Retry-After": "3"}, 3.0),
        ({"x-amz-retry-after": "1500"}, 1.5),
        ({"X-Amz-Retry-After": "1500", "Retry-After": "9"}, 1.5),
        ({"Retry-After": TEN_SECONDS_ON}, 10.0),
        ({"Retry-After": "Mon, 13 Nov 2023 22:13:20 GMT"}, 0.0),
        *(({"Retry-After": text}, None) for text in ("-3", "soon", "1.5", "٣", "9" * 400, "inf", "nan", " ")),
        *(({"x-amz-retry-after": text}, None) for text in ("-3", "x", "9" * 5000)),
    ],
)
def test_retry_after(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(Headers(headers), NOW) == seconds


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("asked", "delay"), [("3", 3.0), ("0", 0.5), ("3600", 20.0), ("what", 0.5)])
def test_a_service_that_asks_to_wait_is_given_the_time(mode: str, asked: str, delay: float) -> None:
    strategy = retry_strategy(mode)
    busy = outcome(status=503, code="SlowDown", headers={"Retry-After": asked})
    assert strategy.decide(strategy.begin(), busy, NOW, half) == Retry(delay)


@pytest.mark.parametrize(
    ("code", "date", "offset"),
    [
        ("RequestTimeTooSkewed", TEN_MINUTES_ON, 600.0),
        ("SignatureDoesNotMatch", TEN_MINUTES_ON, 600.0),
        ("SignatureDoesNotMatch", TEN_SECONDS_ON, None),
        ("RequestTimeTooSkewed", DATE, None),
        ("RequestTimeTooSkewed", "yesterday", None),
        ("RequestTimeTooSkewed", "Tue, 99 Nov 99999 22:13:20 GMT", None),
        ("AccessDenied", TEN_MINUTES_ON, None),
    ],
)
def test_clock_offset(code: str, date: str, offset: float | None) -> None:
    assert clock_offset(outcome(status=403, code=code, headers={"Date": date}), NOW) == offset


@pytest.mark.parametrize("mode", MODES)
def test_a_skewed_clock_is_corrected_once(mode: str) -> None:
    strategy = retry_strategy(mode)
    skewed = outcome(status=403, code="RequestTimeTooSkewed", headers={"Date": TEN_MINUTES_ON})
    state = strategy.begin()
    assert isinstance(strategy.decide(state, skewed, NOW, half), Retry)
    assert strategy.clock_offset == 600.0
    again = strategy.decide(state, skewed._replace(number=2), NOW + 1, half)
    assert isinstance(again, Stop)
    assert again.reason == "not retryable"


@pytest.mark.parametrize(("mode", "attempts"), [("legacy", 5), ("standard", 3), ("adaptive", 3)])
def test_attempts_of_a_call_that_always_fails(mode: str, attempts: int) -> None:
    strategy = retry_strategy(mode)
    state = strategy.begin()
    decisions = [strategy.decide(state, outcome(n, status=500), NOW, half) for n in range(1, attempts + 1)]
    assert all(isinstance(decision, Retry) for decision in decisions[:-1])
    assert decisions[-1] == Stop("attempts used up", {"MaxAttemptsReached": True})


@pytest.mark.parametrize("mode", MODES)
def test_delays_stay_numbers_however_often_a_call_is_tried(mode: str) -> None:
    strategy = retry_strategy(mode, total_attempts=100_000)
    decision = strategy.decide(strategy.begin(), outcome(50_000, status=500), NOW, half)
    assert isinstance(decision, Retry)
    assert 0 < decision.delay < float("inf")


@pytest.mark.parametrize("mode", ["legacy", "standard", "adaptive"])
def test_a_body_that_is_not_what_was_sent_is_never_a_success(mode: str) -> None:
    policy = ServicePolicy(total_attempts=2, crc32_header="x-amz-crc32")
    strategy = retry_strategy(mode, total_attempts=2, policy=policy)
    broken = outcome(status=200, headers={"x-amz-crc32": "1"}, body=b"{}")
    assert isinstance(strategy.decide(strategy.begin(), broken, NOW, half), Retry)
    last = strategy.decide(strategy.begin(), broken._replace(number=2), NOW, half)
    assert isinstance(last, Stop)
    assert isinstance(last.error, ChecksumError)


def test_a_quota_used_up_ends_retries_until_calls_succeed() -> None:
    strategy = retry_strategy("standard", total_attempts=1000)
    refused = outcome(error=EndpointConnectionError(endpoint_url="http://h"))
    for _ in range(CAPACITY // 5):
        assert isinstance(strategy.decide(strategy.begin(), refused, NOW, half), Retry)
    assert strategy.decide(strategy.begin(), refused, NOW, half) == Stop("quota used up", {"RetryQuotaReached": True})
    for _ in range(5):
        strategy.decide(strategy.begin(), outcome(status=200), NOW, half)
    assert isinstance(strategy.decide(strategy.begin(), refused, NOW, half), Retry)


def test_timeouts_cost_double_and_a_success_gives_its_last_retry_back() -> None:
    strategy = retry_strategy("standard", total_attempts=1000)
    timeout = outcome(error=ConnectTimeoutError(endpoint_url="http://h"))
    state = strategy.begin()
    for _ in range(CAPACITY // 10):
        assert isinstance(strategy.decide(state, timeout, NOW, half), Retry)
    assert isinstance(strategy.decide(strategy.begin(), timeout, NOW, half), Stop)
    strategy.decide(state, outcome(2, status=200), NOW, half)
    assert isinstance(strategy.decide(strategy.begin(), timeout, NOW, half), Retry)


def test_the_quota_is_exact_among_threads() -> None:
    quota = RetryQuota()
    with ThreadPoolExecutor(8) as pool:
        taken = sum(pool.map(lambda _: quota.acquire(5), range(300)))
    assert taken == CAPACITY // 5
    assert quota.available == 0
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(quota.release, [7] * 300))
    assert quota.available == CAPACITY


def test_the_adaptive_rate_limits_nobody_before_the_service_throttles() -> None:
    strategy = retry_strategy("adaptive")
    for i in range(100):
        assert strategy.before_send(NOW + i / 1000) == 0.0
        strategy.decide(strategy.begin(), outcome(status=200), NOW + i / 1000, half)
    throttled = outcome(status=400, code="ThrottlingException")
    assert is_throttling(throttled)
    strategy.decide(strategy.begin(), throttled, NOW + 1, half)
    assert sum(strategy.before_send(NOW + 1) for _ in range(200)) > 0


def test_waits_of_requests_at_one_instant_are_spread() -> None:
    limiter = RateLimiter()
    for i in range(20):
        limiter.record(NOW + i / 4, throttled=i == 19)
    waits = [limiter.acquire(NOW + 5) for _ in range(20)]
    waiting = [wait for wait in waits if wait]
    assert waiting == sorted(set(waiting))
    assert len(waiting) > 10


def test_an_unknown_mode() -> None:
    with pytest.raises(InvalidRetryModeError, match=r'"mode": "eager" must be one of: .*standard'):
        retry_strategy("eager")


@pytest.mark.parametrize("raw", [{}, {"retry": []}, {"retry": {"__default__": {"max_attempts": "x"}}}, {"retry": None}])
def test_broken_retry_data(raw: dict[str, Any]) -> None:
    with pytest.raises(ModelError, match=r"_retry\.json at /retry/s3"):
        policy_from_data(raw, "s3")
