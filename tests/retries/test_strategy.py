"""What the strategies do beyond botocore: waits that services ask for, clocks, checksums, and the shared quota."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from email.utils import formatdate
from typing import Any

import pytest

from osteon.exceptions import (
    ChecksumError,
    ConnectTimeoutError,
    EndpointConnectionError,
    InvalidRetryModeError,
)
from osteon.http import Headers, Response
from osteon.retries.classify import AttemptOutcome
from osteon.retries.clock import amz_retry_after, clock_offset, retry_after, time_to_live
from osteon.retries.quota import CAPACITY, RateLimiter, RetryQuota
from osteon.retries.rules import LegacyRules, StandardRules
from osteon.retries.strategy import Retry, Stop, retry_strategy

MODES = ("legacy", "standard", "adaptive")
NOW = 1_700_000_000.0
#: NOW, and ten minutes and ten seconds later, as HTTP writes times
DATE, TEN_MINUTES_ON, TEN_SECONDS_ON = (
    "Tue, 14 Nov 2023 22:13:20 GMT",
    "Tue, 14 Nov 2023 22:23:20 GMT",
    "Tue, 14 Nov 2023 22:13:30 GMT",
)


@dataclass(frozen=True)
class Operation:
    name: str = "Op"
    error_shapes: tuple[Any, ...] = ()


def outcome(number: int = 1, **facts: Any) -> AttemptOutcome:
    headers = Headers(facts.pop("headers", {}))
    return AttemptOutcome(number, Operation(), headers=headers, **facts)


def half() -> float:
    return 0.5


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("3", 3.0),
        (TEN_SECONDS_ON, 10.0),
        ("Mon, 13 Nov 2023 22:13:20 GMT", 0.0),
        *((text, None) for text in ("-3", "soon", "1.5", "٣", "9" * 400, "inf", "nan", " ", "")),
    ],
)
def test_retry_after(said: str, seconds: float | None) -> None:
    assert retry_after(Headers({"Retry-After": said}), NOW) == seconds
    assert retry_after(Headers(), NOW) is None


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("1500", 1.5),
        ("0", 0.0),
        ("9" * 20, float("9" * 17)),
        *((text, None) for text in ("-3", "x", "9" * 400, "9" * 5000, "")),
    ],
)
def test_amz_retry_after(said: str, seconds: float | None) -> None:
    assert amz_retry_after(Headers({"X-Amz-Retry-After": said})) == seconds


#: the pause before a first retry after a SlowDown, where the random number is a half
OWN_PAUSE = 0.5


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("headers", "delay"),
    [
        ({"Retry-After": "3"}, 3.0),
        ({"Retry-After": "0"}, OWN_PAUSE),
        ({"Retry-After": "3600"}, 20.0),
        ({"Retry-After": "what"}, OWN_PAUSE),
        ({"x-amz-retry-after": "1500"}, 1.5),
        ({"x-amz-retry-after": "100"}, OWN_PAUSE),
        ({"x-amz-retry-after": "3600000"}, OWN_PAUSE + 5),
        ({"x-amz-retry-after": "1500", "Retry-After": "9"}, 1.5),
        ({"x-amz-retry-after": "what", "Retry-After": "9"}, 9.0),
    ],
)
def test_a_service_that_asks_to_wait_is_given_the_time(mode: str, headers: dict[str, str], delay: float) -> None:
    strategy = retry_strategy(mode)
    busy = outcome(status=503, code="SlowDown", headers=headers)
    assert strategy.decide(strategy.begin(), busy, NOW, half) == Retry(delay)


@pytest.mark.parametrize("used", [0.0, 600.0, -3600.0])
@pytest.mark.parametrize(
    ("code", "ahead", "is_believed"),
    [
        ("RequestTimeTooSkewed", 600, True),
        ("SignatureDoesNotMatch", -600, True),
        ("SignatureDoesNotMatch", 10, False),
        ("RequestTimeTooSkewed", 0, False),
        ("AccessDenied", 600, False),
        (None, 600, False),
    ],
)
def test_clock_offset(code: str | None, ahead: int, is_believed: bool, used: float) -> None:
    headers = Headers({"Date": formatdate(NOW + used + ahead, usegmt=True)})
    assert clock_offset(code, headers, NOW, used) == (used + ahead if is_believed else None)


@pytest.mark.parametrize("date", ["", "yesterday", "Tue, 99 Nov 99999 22:13:20 GMT"])
def test_no_clock_offset_and_no_deadline_without_a_date(date: str) -> None:
    assert clock_offset("RequestTimeTooSkewed", Headers({"Date": date}), NOW, 0.0) is None
    assert time_to_live(Headers({"Date": date}), 60) is None


@pytest.mark.parametrize(
    ("patience", "text"),
    [(60, "20231114T221420Z"), (0.5, "20231114T221320Z"), (10, "20231114T221330Z"), (None, None), (1e15, None)],
)
def test_time_to_live(patience: float | None, text: str | None) -> None:
    assert time_to_live(Headers({"Date": DATE}), patience) == text


SKEWED = outcome(status=403, code="RequestTimeTooSkewed", headers={"Date": TEN_MINUTES_ON})


@pytest.mark.parametrize("mode", MODES)
def test_a_skewed_clock_is_corrected_once(mode: str) -> None:
    strategy = retry_strategy(mode)
    state = strategy.begin()
    strategy.before_send(state, NOW)
    assert isinstance(strategy.decide(state, SKEWED, NOW, half), Retry)
    assert strategy.clock_offset == 600.0
    strategy.before_send(state, NOW + 1)
    again = strategy.decide(state, SKEWED._replace(number=2), NOW + 1, half)
    assert isinstance(again, Stop)
    assert again.reason == "not retryable"


@pytest.mark.parametrize("mode", MODES)
def test_calls_that_were_under_way_when_the_clock_was_corrected_are_retried_too(mode: str) -> None:
    strategy = retry_strategy(mode)
    states = [strategy.begin() for _ in range(4)]
    for state in states:
        strategy.before_send(state, NOW)
    for state in states:
        assert isinstance(strategy.decide(state, SKEWED, NOW, half), Retry)
        assert strategy.clock_offset == 600.0


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


@pytest.mark.parametrize("said", ["1", "9" * 5000])
@pytest.mark.parametrize("mode", MODES)
def test_a_body_that_is_not_what_was_sent_is_never_a_success(mode: str, said: str) -> None:
    standard, legacy = StandardRules(crc32_header="x-amz-crc32"), LegacyRules(crc32_header="x-amz-crc32")
    strategy = retry_strategy(mode, total_attempts=2, standard=standard, legacy=lambda: legacy)
    broken = outcome(status=200, headers={"x-amz-crc32": said}, body=b"{}")
    assert isinstance(strategy.decide(strategy.begin(), broken, NOW, half), Retry)
    last = strategy.decide(strategy.begin(), broken._replace(number=2), NOW, half)
    assert isinstance(last, Stop)
    assert isinstance(last.error, ChecksumError)


def test_a_quota_used_up_ends_retries_until_calls_succeed() -> None:
    strategy = retry_strategy("standard", total_attempts=1000)
    refused = outcome(error=EndpointConnectionError(endpoint_url="http://h"))
    for _ in range(CAPACITY // 14):
        assert isinstance(strategy.decide(strategy.begin(), refused, NOW, half), Retry)
    assert strategy.decide(strategy.begin(), refused, NOW, half) == Stop("quota used up", {"RetryQuotaReached": True})
    for _ in range(14 - CAPACITY % 14):
        assert isinstance(strategy.decide(strategy.begin(), refused, NOW, half), Stop)
        strategy.decide(strategy.begin(), outcome(status=200), NOW, half)
    assert isinstance(strategy.decide(strategy.begin(), refused, NOW, half), Retry)


@pytest.mark.parametrize(
    ("facts", "cost"),
    [
        ({"error": ConnectTimeoutError(endpoint_url="http://h")}, 14),
        ({"status": 500}, 14),
        ({"status": 403, "code": "RequestTimeTooSkewed", "headers": {"Date": TEN_MINUTES_ON}}, 14),
        ({"status": 429}, 5),
        ({"status": 503, "code": "SlowDown"}, 5),
    ],
)
def test_a_retry_takes_its_cost_and_a_success_gives_the_last_one_back(facts: dict[str, Any], cost: int) -> None:
    strategy = retry_strategy("standard", total_attempts=1000)
    failed, state = outcome(**facts), strategy.begin()
    for _ in range(CAPACITY // cost):
        assert isinstance(strategy.decide(state, failed, NOW, half), Retry)
    assert isinstance(strategy.decide(strategy.begin(), failed, NOW, half), Stop)
    strategy.decide(state, outcome(2, status=200), NOW, half)
    assert isinstance(strategy.decide(strategy.begin(), failed, NOW, half), Retry)


def test_the_quota_is_exact_among_threads() -> None:
    quota = RetryQuota()
    with ThreadPoolExecutor(8) as pool:
        taken = sum(pool.map(lambda _: quota.acquire(5), range(300)))
    assert taken == CAPACITY // 5
    assert quota.available == 0
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(quota.release, [7] * 300))
    assert quota.available == CAPACITY


@pytest.mark.parametrize("facts", [{"status": 400, "code": "ThrottlingException"}, {"status": 429, "code": "429"}])
def test_the_adaptive_rate_limits_nobody_before_the_service_throttles(facts: dict[str, Any]) -> None:
    strategy = retry_strategy("adaptive")
    for i in range(100):
        assert strategy.before_send(strategy.begin(), NOW + i / 1000) == 0.0
        strategy.decide(strategy.begin(), outcome(status=200), NOW + i / 1000, half)
    strategy.decide(strategy.begin(), outcome(**facts), NOW + 1, half)
    assert sum(strategy.before_send(strategy.begin(), NOW + 1) for _ in range(200)) > 0


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


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("number", [1, 2, 3])
@pytest.mark.parametrize("retried", [False, True])
@pytest.mark.parametrize("headers", [{}, {"x-amz-crc32": "0"}, {"x-amz-crc32": "1"}, {"x-amz-crc32": "soon"}])
def test_who_accepts_a_success_says_what_decide_would_say(
    mode: str, number: int, retried: bool, headers: dict[str, str]
) -> None:
    rules = StandardRules(crc32_header="x-amz-crc32")
    asked, decided = (retry_strategy(mode, total_attempts=3, standard=rules) for _ in range(2))
    quotas = []
    for strategy in (asked, decided):
        state = strategy.begin()
        if retried:
            strategy.decide(state, outcome(status=500), NOW, half)
        accepted = strategy.accept(state, number, Response(200, Headers(headers))) if strategy is asked else None
        end = accepted or strategy.decide(state, outcome(number, status=200, headers=headers), NOW, half)
        quotas.append((end, getattr(getattr(strategy, "_quota", None), "available", None)))
        # Only the standard mode needs neither the time nor a table; a wrong sum is for who decides.
        assert (accepted is not None) == (
            strategy is asked and mode == "standard" and headers.get("x-amz-crc32") != "1"
        )
    assert repr(quotas[0]) == repr(quotas[1])  # errors are equal to themselves alone
