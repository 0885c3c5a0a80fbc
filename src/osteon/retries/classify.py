"""What the outcome of one attempt means for trying again: tables of codes and statuses, pure functions. No state."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from datetime import UTC
from typing import Any, NamedTuple, Protocol

from osteon.exceptions import (
    ChecksumError,
    ConnectionClosedError,
    ConnectionError,
    ConnectTimeoutError,
    HTTPClientError,
    ModelError,
    ReadTimeoutError,
)
from osteon.http import Headers


class Retryable(Protocol):
    """The ``retryable`` trait of an error shape."""

    @property
    def throttling(self) -> bool: ...


class ErrorShape(Protocol):
    """A modeled error; a ``StructureShape`` is one."""

    @property
    def error_code(self) -> str: ...

    @property
    def retryable(self) -> Retryable | None: ...


class Operation(Protocol):
    """What must be known of an operation; an ``OperationModel`` is one."""

    @property
    def error_shapes(self) -> Sequence[ErrorShape]: ...


class AttemptOutcome(NamedTuple):
    """How one attempt ended: with ``error``, where no answer came, else with a status and, for an error, its code.

    ``number`` counts from 1. ``body`` is looked at only where a service sends a CRC-32 of it.
    """

    number: int
    operation: Operation
    error: Exception | None = None
    status: int | None = None
    code: str | None = None
    headers: Headers = Headers()  # shared, since nobody writes to it
    body: bytes = b""

    def __repr__(self) -> str:
        # Not the headers and the body, which may hold secrets.
        return f"AttemptOutcome(number={self.number}, status={self.status}, code={self.code!r}, error={self.error!r})"

    @property
    def is_success(self) -> bool:
        return self.status is not None and 200 <= self.status < 300 and self.code is None


class ServicePolicy(NamedTuple):
    """What the retry data say of one service; the defaults are those for any other.

    ``total_attempts``, ``base`` (seconds; None draws one from [0, 1) for each delay) and ``growth_factor`` are those of
    the legacy mode, and ``answers`` the pairs (status, code) it tries again, a code of None standing for any.
    ``crc32_header`` names the header with the CRC-32 of a body, in every mode.
    """

    total_attempts: int = 5
    base: float | None = None
    growth_factor: float = 2
    answers: frozenset[tuple[int, str | None]] = frozenset(
        {
            (429, None), (500, None), (502, None), (503, None), (504, None), (509, None),
            (400, "Throttling"), (400, "ThrottlingException"), (400, "ThrottledException"),
            (400, "RequestThrottledException"), (400, "ProvisionedThroughputExceededException"),
        }
    )
    crc32_header: str | None = None


DEFAULT_POLICY = ServicePolicy()

TRANSIENT_STATUSES = frozenset({500, 502, 503, 504})
#: IDPCommunicationError is STS's; no other service has an error of that name.
TRANSIENT_CODES = frozenset(
    {"RequestTimeout", "RequestTimeoutException", "PriorRequestNotComplete", "IDPCommunicationError"}
)
THROTTLING_CODES = frozenset(
    {
        "Throttling", "ThrottlingException", "ThrottledException", "RequestThrottledException", "RequestThrottled",
        "TooManyRequestsException", "ProvisionedThroughputExceededException", "TransactionInProgressException",
        "RequestLimitExceeded", "BandwidthLimitExceeded", "LimitExceededException", "SlowDown",
        "PriorRequestNotComplete", "EC2ThrottledException",
    }
)
#: Codes by which a service says that the request's time is not its own, or that may say so.
CLOCK_SKEW_CODES = frozenset(
    {
        "RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture", "InvalidSignatureException",
        "SignatureDoesNotMatch", "AuthFailure",
    }
)
#: Seconds by which clocks must differ before such a code is believed: services allow five minutes or more.
CLOCK_SKEW = 240

_TIMEOUTS = (ConnectTimeoutError, ReadTimeoutError)
_LEGACY_ERRORS = (ConnectionError, ConnectionClosedError, ReadTimeoutError)


def policy_from_data(raw: Mapping[str, Any], endpoint_prefix: str, origin: str = "_retry.json") -> ServicePolicy:
    """The policy of a service in the parsed ``_retry.json``. Raises ModelError where that says something impossible."""
    try:
        general = raw["retry"].get("__default__", {})
        special = raw["retry"].get(endpoint_prefix, {}).get("__default__", {})
        definitions = raw.get("definitions", {})
        rows = [definitions.get(row.get("$ref"), row) for row in _policies(general, special)]
        merged = {**general, **special}
        answers = [row["applies_when"]["response"] for row in rows if "response" in row["applies_when"]]
        return ServicePolicy(
            total_attempts=int(merged["max_attempts"]),
            base=None if merged["delay"]["base"] == "rand" else float(merged["delay"]["base"]),
            growth_factor=merged["delay"]["growth_factor"],
            answers=frozenset(
                (answer["http_status_code"], answer.get("service_error_code"))
                for answer in answers
                if "http_status_code" in answer
            ),
            crc32_header=next((answer["crc32body"] for answer in answers if "crc32body" in answer), None),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        reason = f"no retry data for {endpoint_prefix} ({type(error).__name__}: {error})"
        raise ModelError(origin=origin, pointer=f"/retry/{endpoint_prefix}", reason=reason) from None


def _policies(general: Mapping[str, Any], special: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return list({**general.get("policies", {}), **special.get("policies", {})}.values())


def is_throttling(outcome: AttemptOutcome) -> bool:
    """Does the service say that it was asked too often?"""
    if outcome.code is None:
        return False
    if outcome.code in THROTTLING_CODES:
        return True
    modeled = _modeled(outcome)
    return modeled is not None and modeled.throttling


def is_retryable(outcome: AttemptOutcome) -> bool:
    """The standard mode's view: transient errors, throttling, and what the model calls retryable."""
    if outcome.error is not None:
        return isinstance(outcome.error, (ConnectionError, HTTPClientError))
    if outcome.status in TRANSIENT_STATUSES:
        return True
    if outcome.code is None:
        return False
    return outcome.code in TRANSIENT_CODES or outcome.code in THROTTLING_CODES or _modeled(outcome) is not None


def is_legacy_retryable(outcome: AttemptOutcome, policy: ServicePolicy) -> bool:
    """The legacy mode's view: connections that failed, and the answers of the service's table."""
    if outcome.error is not None:
        return isinstance(outcome.error, _LEGACY_ERRORS)
    status = outcome.status or 0
    return (status, None) in policy.answers or (outcome.code is not None and (status, outcome.code) in policy.answers)


def is_timeout(outcome: AttemptOutcome) -> bool:
    return isinstance(outcome.error, _TIMEOUTS)


def _modeled(outcome: AttemptOutcome) -> Retryable | None:
    shapes = (shape for shape in outcome.operation.error_shapes if shape.error_code == outcome.code)
    return next((shape.retryable for shape in shapes if shape.retryable is not None), None)


def checksum_error(outcome: AttemptOutcome, header: str | None) -> ChecksumError | None:
    """The error of a body that is not what its CRC-32 header says; None where it is, or where nothing is said."""
    said = outcome.headers.get(header, "") if header is not None else ""
    if not said.isdecimal():
        return None
    actual = zlib.crc32(outcome.body)
    if actual == int(said):
        return None
    return ChecksumError(checksum_type="crc32", expected_checksum=said, actual_checksum=str(actual))


def retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """Seconds a service asks to wait: ``x-amz-retry-after`` (milliseconds), else ``Retry-After`` (RFC 9110, 10.2.3)."""
    milliseconds = headers.get("x-amz-retry-after", "")
    if _is_number(milliseconds):
        return int(milliseconds) / 1000
    said = headers.get("retry-after", "")
    if _is_number(said):
        return float(said)
    date = _epoch(said)
    return max(date - now, 0.0) if date is not None else None


def clock_offset(outcome: AttemptOutcome, now: float) -> float | None:
    """Seconds to add to ``now`` to have the service's time, where it says that time was the trouble and it differs."""
    if outcome.code not in CLOCK_SKEW_CODES:
        return None
    date = _epoch(outcome.headers.get("date", ""))
    return date - now if date is not None and abs(date - now) > CLOCK_SKEW else None


def _is_number(text: str) -> bool:
    # nine digits are thirty years of seconds: more is no delay, and may be too long to convert
    return text.isascii() and text.isdecimal() and len(text) <= 9


def _epoch(text: str) -> float | None:
    # imported here: it brings sockets along, and few calls ever see a date that matters
    from email.utils import parsedate_to_datetime

    try:
        date = parsedate_to_datetime(text) if text else None
        return date.replace(tzinfo=date.tzinfo or UTC).timestamp() if date is not None else None
    except (ValueError, OverflowError, TypeError):
        return None

