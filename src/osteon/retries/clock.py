"""What answers say of time: how long to wait, what time it is there, how long an answer is of use. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

#: Codes by which a service says that the request's time is not its own, or that may say so.
CLOCK_SKEW_CODES = frozenset(
    {
        "RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture", "InvalidSignatureException",
        "SignatureDoesNotMatch", "AuthFailure",
    }
)  # fmt: skip
#: Seconds by which clocks must differ before such a code is believed: services allow five minutes or more.
CLOCK_SKEW = 240


def amz_retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds that ``x-amz-retry-after`` asks to wait (it counts milliseconds); None where it says nothing usable."""
    try:
        seconds = int(headers.get("x-amz-retry-after", "")) / 1000
    except (ValueError, OverflowError):
        return None
    return seconds if seconds >= 0 else None


def retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """Seconds that ``Retry-After`` asks to wait, as a number or a date (RFC 9110, 10.2.3)."""
    said = headers.get("retry-after", "")
    # nine digits are thirty years of seconds: more is no delay, and may be too long to convert
    if said.isascii() and said.isdecimal() and len(said) <= 9:
        return float(said)
    date = _epoch(said)
    return max(date - now, 0.0) if date is not None else None


def clock_offset(code: str | None, headers: Mapping[str, str], now: float, used: float) -> float | None:
    """Seconds to add to ``now`` to have the service's time, where it refused a request for its time, rightly.

    ``used`` is the offset by which that request was signed; the refusal is believed where the answer's date is far from
    the time so made.
    """
    if code not in CLOCK_SKEW_CODES:
        return None
    date = _epoch(headers.get("date", ""))
    return date - now if date is not None and abs(date - now - used) > CLOCK_SKEW else None


def time_to_live(headers: Mapping[str, str], patience: float | None) -> str | None:
    """Until when, by the service's clock, its next answer is of use to a caller who waits ``patience`` seconds.

    None where the answer has no date to reckon from, or the caller waits for ever.
    """
    date = _epoch(headers.get("date", ""))
    if date is None or patience is None:
        return None
    try:
        return f"{datetime.fromtimestamp(date + patience, UTC):%Y%m%dT%H%M%SZ}"
    except (ValueError, OverflowError, OSError):
        return None


def _epoch(text: str) -> float | None:
    # imported here: it brings sockets along, and few calls ever see a date that matters
    from email.utils import parsedate_to_datetime

    try:
        date = parsedate_to_datetime(text) if text else None
        return date.replace(tzinfo=date.tzinfo or UTC).timestamp() if date is not None else None
    except (ValueError, OverflowError, TypeError):
        return None
