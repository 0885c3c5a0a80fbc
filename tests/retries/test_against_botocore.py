"""Retry decisions and the adaptive rate beside botocore's, for seeded random sequences of outcomes."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zlib import crc32

import botocore
import botocore.exceptions as theirs
import pytest
from botocore import retryhandler, translate
from botocore.retries import adaptive, bucket, quota, standard, throttling

import osteon.exceptions as ours
from osteon.aws.retry_rules import STANDARD_RULES, legacy_rules
from osteon.http import Headers
from osteon.retries.classify import THROTTLING_CODES, TRANSIENT_CODES, AttemptOutcome, failure
from osteon.retries.quota import RateLimiter
from osteon.retries.rules import ANY_SERVICE
from osteon.retries.strategy import Retry, RetryStrategy, Stop, retry_strategy

RAW = json.loads((Path(botocore.__file__).parent / "data" / "_retry.json").read_bytes())
#: those with rules of their own in either mode, and two that have none
SERVICES = sorted({*RAW["retry"], *STANDARD_RULES, "lambda", "iam"} - {"__default__"})
POLLS = sorted(standard.RetryHandler._LONG_POLLING_OPERATIONS.items())
OPERATIONS = ("Op", *sorted(operation for _, operations in POLLS for operation in operations))
STATUSES = (200, 204, 301, 400, 403, 404, 408, 409, 429, 500, 501, 502, 503, 504, 509)
DATA_CODES = {
    row["applies_when"]["response"].get("service_error_code")
    for group in RAW["retry"].values()
    for row in [*RAW["definitions"].values(), *group.get("__default__", group)["policies"].values()]
    if "response" in row.get("applies_when", {})
}
CODES = [
    *sorted({*THROTTLING_CODES, *TRANSIENT_CODES, *filter(None, DATA_CODES)}),
    "AccessDenied", "429", "ModeledRetry", "ModeledThrottle", "ModeledPlain", "ModeledTwice", None,
]  # fmt: skip
ERRORS = (
    "ConnectionError", "EndpointConnectionError", "SSLError", "ConnectTimeoutError", "ProxyConnectionError",
    "HTTPClientError", "ConnectionClosedError", "ReadTimeoutError", "ResponseStreamingError", "IncompleteReadError",
)  # fmt: skip
FACTS = {
    "error": "e", "endpoint_url": "http://h", "proxy_url": "http://p", "actual_bytes": 1, "expected_bytes": 2,
    "request": None, "response": None,
}  # fmt: skip
#: what x-amz-retry-after may say, sense and nonsense
WAITS = (
    "0", "1", "700", "1500", "6500", "9999999", "9" * 20, "9" * 400, "9" * 5000, " 30 ", "+40", "1_000", "-100", "1.5",
    "soon", "", "nan",
)  # fmt: skip


@dataclass(frozen=True)
class Trait:
    throttling: bool


@dataclass(frozen=True)
class Shape:
    error_code: str
    retryable: Trait | None


@dataclass(frozen=True)
class Operation:
    name: str = "Op"
    error_shapes: tuple[Shape, ...] = (
        Shape("ModeledPlain", None), Shape("ModeledRetry", Trait(False)), Shape("ModeledThrottle", Trait(True)),
        Shape("ModeledTwice", None), Shape("ModeledTwice", Trait(False)), Shape("SlowDown", Trait(False)),
    )  # fmt: skip


@dataclass(frozen=True)
class Answer:
    """One attempt's end, in neither library's terms."""

    status: int | None
    code: str | None = None
    error: str | None = None
    headers: tuple[tuple[str, str], ...] = ()


def random_answer(rng: random.Random) -> Answer:
    if rng.random() < 0.2:
        return Answer(None, error=rng.choice(ERRORS))
    status = rng.choice(STATUSES)
    code = None if status < 300 else rng.choice(CODES)
    headers = {"x-amz-crc32": rng.choice((None, None, str(crc32(b"body")), "12"))}
    headers["x-amz-retry-after"] = rng.choice(WAITS) if rng.random() < 0.3 else None
    return Answer(status, code, None, tuple((name, text) for name, text in headers.items() if text is not None))


def our_outcome(answer: Answer, number: int, operation: str) -> AttemptOutcome:
    if answer.error is not None:
        return AttemptOutcome(number, Operation(operation), error=getattr(ours, answer.error)(**FACTS))
    headers = Headers(answer.headers)
    return AttemptOutcome(number, Operation(operation), None, answer.status, answer.code, headers, b"body")


def their_operation(service: str, name: str) -> Any:
    def shape(item: Shape) -> Any:
        trait = item.retryable
        metadata = {} if trait is None else {"retryable": {"throttling": trait.throttling}}
        return SimpleNamespace(name=item.error_code, metadata=metadata)

    model = SimpleNamespace(service_name=service, service_id=SimpleNamespace(hyphenize=lambda: service))
    return SimpleNamespace(name=name, error_shapes=[shape(s) for s in Operation().error_shapes], service_model=model)


class Theirs:
    """botocore's handlers for one client, registered by its own code and driven as its endpoint drives them."""

    def __init__(self, mode: str, service: str, total: int | None) -> None:
        self.service = service
        self.release: Any = lambda **kwargs: None
        self.quota: quota.RetryQuota | None = None
        self.pauses: list[float] = []
        if mode == "legacy":
            options = None if total is None else {"max_attempts": total - 1}
            retry = json.loads(json.dumps(RAW["retry"]))
            config = translate.build_retry_config(service, retry, RAW["definitions"], options)
            self.needs_retry: Any = retryhandler.create_retry_handler(config, service)
            return
        handlers: dict[str, Any] = {}
        events = SimpleNamespace(register=lambda name, handler, **kwargs: handlers.update({name: handler}))
        model = SimpleNamespace(service_id=SimpleNamespace(hyphenize=lambda: service))
        client = SimpleNamespace(meta=SimpleNamespace(service_model=model, events=events))
        handler = standard.register_retry_handler(client, max_attempts=total)
        handler._sleep = self.pauses.append
        self.needs_retry, self.release = handlers[f"needs-retry.{service}"], handlers[f"after-call.{service}"]
        self.quota = handler._retry_quota._quota

    def decide(self, answer: Answer, number: int, operation: str, context: dict[str, Any]) -> tuple[Any, ...]:
        """("retry", pause), or ("stop", metadata, class of a new error, pause before it)."""
        error = response = None
        metadata: dict[str, Any] = {}
        if answer.error is not None:
            error = getattr(theirs, answer.error)(**FACTS)
        else:
            http = SimpleNamespace(status_code=answer.status, headers=dict(answer.headers), content=b"body")
            parsed = {"ResponseMetadata": metadata, **({"Error": {"Code": answer.code}} if answer.code else {})}
            response = http, parsed
        self.pauses.clear()
        try:
            delay = self.needs_retry(
                response=response, caught_exception=error, attempts=number,
                operation=their_operation(self.service, operation), request_dict={"context": context},
            )  # fmt: skip
        except (theirs.BotoCoreError, OSError) as raised:
            return "stop", {}, type(raised).__name__ if raised is not error else None, 0.0
        if delay is not None and delay is not False:
            return "retry", delay
        if response is not None:
            self.release(context=context, http_response=response[0])
        return "stop", metadata, None, sum(self.pauses)


def ours_as_tuple(decision: Retry | Stop, answer: Answer) -> tuple[Any, ...]:
    if isinstance(decision, Retry):
        return "retry", decision.delay
    # where no answer came there is no metadata to put anything into
    metadata = {} if answer.error or decision.error else dict(decision.metadata)
    return "stop", metadata, type(decision.error).__name__ if decision.error else None, decision.delay


def our_strategy(mode: str, service: str, total: int | None) -> RetryStrategy:
    rules = STANDARD_RULES.get(service, ANY_SERVICE)
    return retry_strategy(mode, total_attempts=total, standard=rules, legacy=lambda: legacy_rules(RAW, service))


def available(strategy: Any) -> int:
    return int(strategy._quota.available)


def is_known_difference(mode: str, answer: Answer, expected: tuple[Any, ...], found: tuple[Any, ...]) -> bool:
    """Those docs/boto3.md lists: a body that is not its sum is never handed out, and in legacy mode too a service may
    ask for a longer pause."""
    headers = dict(answer.headers)
    if mode == "legacy" and expected[0] == found[0] == "retry" and "x-amz-retry-after" in headers:
        return expected[1] < found[1] <= expected[1] + 5
    is_broken = headers.get("x-amz-crc32") == "12"
    return mode != "legacy" and is_broken and expected[0] == "stop" and found == ("stop", {}, "ChecksumError", found[3])


@pytest.mark.parametrize("total", [None, 0, 1, 2, 6])
@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("mode", ["legacy", "standard"])
def test_decisions_pauses_and_quotas_are_botocores(mode: str, service: str, total: int | None) -> None:
    rng = random.Random(f"{mode}{service}{total}")
    strategy, oracle = our_strategy(mode, service, total), Theirs(mode, service, total)
    ends = 0
    for _ in range(200):
        state, context, operation = strategy.begin(), {}, rng.choice(OPERATIONS)
        for number in range(1, 12):
            answer, seed = random_answer(rng), rng.random()
            random.seed(seed)
            expected = oracle.decide(answer, number, operation, context)
            random.seed(seed)
            decision = strategy.decide(state, our_outcome(answer, number, operation), 0.0, random.random)
            found = ours_as_tuple(decision, answer)
            assert found == expected or is_known_difference(mode, answer, expected, found), (answer, number)
            if oracle.quota is not None:
                if found != expected:  # what is no success to osteon gives nothing back
                    oracle.quota._available_capacity = available(strategy)
                assert oracle.quota.available_capacity == available(strategy)
            if isinstance(decision, Stop):
                ends += decision.reason == "quota used up"
                break
    if mode == "standard" and total == 6:
        assert ends


@pytest.mark.parametrize("service", [service for service, _ in POLLS])
def test_every_poll_of_botocores_pauses_when_the_quota_is_used_up(service: str) -> None:
    polls = dict(POLLS)[service]
    assert STANDARD_RULES[service].long_polls == polls
    for operation in [*polls, "Op"]:
        strategy, oracle = our_strategy("standard", service, 1000), Theirs("standard", service, 1000)
        found = expected = None
        for number in range(1, 40):
            answer, state = Answer(500), strategy.begin()
            random.seed(number)
            expected = oracle.decide(answer, number, operation, {})
            random.seed(number)
            decision = strategy.decide(state, our_outcome(answer, number, operation), 0.0, random.random)
            found = ours_as_tuple(decision, answer)
            assert found == expected
        assert found is not None
        assert found[:2] == ("stop", {"RetryQuotaReached": True})
        assert bool(found[3]) == (operation in polls)


def test_services_with_attempts_and_pauses_of_their_own_are_botocores() -> None:
    attempts = {name: rules.total_attempts for name, rules in STANDARD_RULES.items() if rules.total_attempts != 3}
    assert attempts == standard._SERVICE_MAX_ATTEMPTS
    scales = {name: rules.scale for name, rules in STANDARD_RULES.items() if rules.scale != ANY_SERVICE.scale}
    known = standard.ExponentialBackoff._SERVICE_BACKOFF_CONFIG
    assert scales == {name: config["non_throttling_base_scale"] for name, config in known.items()}


@pytest.mark.parametrize("service", ["sts", "iam"])
@pytest.mark.parametrize("status", STATUSES)
def test_what_throttles_is_botocores(status: int, service: str) -> None:
    """As the adaptive mode sees it, of every answer."""
    detector = standard.ThrottlingErrorDetector(standard.RetryEventAdapter())
    operation, rules = their_operation(service, "Op"), STANDARD_RULES.get(service, ANY_SERVICE)
    http = SimpleNamespace(status_code=status, headers={}, content=b"")
    for code in CODES:
        outcome = our_outcome(Answer(status, code), 1, "Op")
        context = standard.RetryContext(1, operation, {"Error": {"Code": code}} if code else {}, http)
        expected = detector.is_throttling_error_from_context(context)
        assert (failure(outcome, rules) == "throttling") == expected, code


class Clock:
    def __init__(self) -> None:
        self.now = 1000.25

    def current_time(self) -> float:
        return self.now


def their_limiter(clock: Clock) -> tuple[adaptive.ClientRateLimiter, bucket.TokenBucket]:
    """botocore's, which is told of throttling instead of looking at an answer."""
    their_bucket = bucket.TokenBucket(max_rate=1, clock=clock)
    detector = SimpleNamespace(is_throttling_error=lambda throttled: throttled)
    calculator, clocker = throttling.CubicCalculator(0, clock.now), adaptive.RateClocker(clock)
    return adaptive.ClientRateLimiter(calculator, clocker, their_bucket, detector, clock), their_bucket


@pytest.mark.parametrize("seed", range(6))
def test_the_rate_after_each_answer_is_botocores(seed: int) -> None:
    rng, clock = random.Random(seed), Clock()
    oracle, their_bucket = their_limiter(clock)
    limiter = RateLimiter()
    limiter.acquire(clock.now)
    for _ in range(2000):
        clock.now += rng.expovariate(rng.choice((2, 20, 200)))
        throttled = rng.random() < 0.05
        limiter.record(clock.now, throttled=throttled)
        oracle.on_receiving_response(throttled=throttled)
        assert (limiter._fill_rate, limiter._max_capacity) == (their_bucket.max_rate, their_bucket.max_capacity)
        assert limiter._measured_rate == oracle._rate_clocker.measured_rate


@pytest.mark.parametrize("seed", range(6))
def test_the_waits_for_the_rate_are_botocores(seed: int) -> None:
    rng, clock = random.Random(seed), Clock()
    oracle, their_bucket = their_limiter(clock)
    limiter = RateLimiter()
    limiter.acquire(clock.now)
    for _ in range(400):
        clock.now += rng.expovariate(8)
        wait = limiter.acquire(clock.now)
        assert wait == pytest.approx(their_wait(oracle, their_bucket, clock.now), abs=0.02)
        # botocore's bucket would block for that long: let its time pass instead, and a little more for rounding (which
        # its upper bound may cut off, so that the two drift by as much)
        clock.now += wait + 1e-4
        while their_wait(oracle, their_bucket, clock.now) > 0:
            clock.now += 1e-4
        if oracle._enabled:
            their_bucket.acquire(block=False)
        clock.now += rng.expovariate(20)
        throttled = rng.random() < 0.15
        limiter.record(clock.now, throttled=throttled)
        oracle.on_receiving_response(throttled=throttled)


def their_wait(oracle: adaptive.ClientRateLimiter, their_bucket: bucket.TokenBucket, now: float) -> float:
    """How long botocore would block; its bucket is filled only when it is asked."""
    if not oracle._enabled:
        return 0.0
    filled = their_bucket.available_capacity + (now - their_bucket._last_timestamp) * their_bucket.max_rate
    return max(0.0, (1 - min(filled, their_bucket.max_capacity)) / their_bucket.max_rate)
