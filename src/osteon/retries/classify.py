"""What the outcome of one attempt means for trying again: tables of codes and statuses, pure functions. No state."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple, Protocol, TypeAlias

from osteon.exceptions import (
    ChecksumError,
    ConnectionClosedError,
    ConnectionError,
    HTTPClientError,
    ReadTimeoutError,
)
from osteon.http import Headers
from osteon.retries.rules import LegacyRules, StandardRules


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
    def name(self) -> str: ...

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


TRANSIENT_STATUSES = frozenset({500, 502, 503, 504})
THROTTLING_STATUS = 429
TRANSIENT_CODES = frozenset({"RequestTimeout", "RequestTimeoutException"})
THROTTLING_CODES = frozenset(
    {
        "Throttling", "ThrottlingException", "ThrottledException", "RequestThrottledException", "RequestThrottled",
        "TooManyRequestsException", "ProvisionedThroughputExceededException", "TransactionInProgressException",
        "RequestLimitExceeded", "BandwidthLimitExceeded", "LimitExceededException", "SlowDown",
        "PriorRequestNotComplete", "EC2ThrottledException",
    }
)  # fmt: skip
#: why another attempt may do better: the service was asked too often, or something failed that passes
Failure: TypeAlias = Literal["throttling", "transient"]

#: the most that 32 bits need; far longer ones cannot be converted
_CRC_DIGITS = 10
_LEGACY_ERRORS = (ConnectionError, ConnectionClosedError, ReadTimeoutError)


def failure(outcome: AttemptOutcome, rules: StandardRules) -> Failure | None:
    """The standard modes' view of an attempt that did not succeed; None for what another attempt would not mend.

    A code decides before the status does, and what the model says of a code before the status 429: one that an
    operation's errors name is throttling only where the model says so.
    """
    if outcome.error is not None:
        return "transient" if isinstance(outcome.error, (ConnectionError, HTTPClientError)) else None
    code = outcome.code
    if code in THROTTLING_CODES:
        return "throttling"
    modeled = [shape.retryable for shape in outcome.operation.error_shapes if shape.error_code == code]
    trait = next((trait for trait in modeled if trait is not None), None)
    if trait is not None:
        return "throttling" if trait.throttling else "transient"
    if outcome.status == THROTTLING_STATUS and not modeled:
        return "throttling"
    is_transient = outcome.status in TRANSIENT_STATUSES or code in TRANSIENT_CODES or code in rules.codes
    return "transient" if is_transient else None


def is_legacy_retryable(outcome: AttemptOutcome, rules: LegacyRules) -> bool:
    """The legacy mode's view: connections that failed, and the answers of the service's table."""
    if outcome.error is not None:
        return isinstance(outcome.error, _LEGACY_ERRORS)
    status = outcome.status or 0
    return (status, None) in rules.answers or (outcome.code is not None and (status, outcome.code) in rules.answers)


def checksum_error(headers: Mapping[str, str], body: bytes, header: str | None) -> ChecksumError | None:
    """The error of a body that is not what its CRC-32 header says; None where it is, or where nothing is said."""
    said = headers.get(header, "") if header is not None else ""
    if not said.isdecimal():
        return None
    actual = zlib.crc32(body)
    if len(said) <= _CRC_DIGITS and actual == int(said):
        return None
    return ChecksumError(checksum_type="crc32", expected_checksum=said, actual_checksum=str(actual))
