"""Single values on the wire: timestamps, blobs, special floats, percent-encoding. No shapes' structure, no documents.

Sources: Smithy's timestampFormat trait, RFC 3339, RFC 9110 section 5.6.7, RFC 3986, RFC 4648.
"""

from __future__ import annotations

import binascii
from base64 import b64encode
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from math import isfinite
from typing import Any, TypeAlias
from urllib.parse import quote

from osteon.exceptions import ParamValidationError
from osteon.regex import later
from osteon.timestamps import to_datetime

#: A timestamp as text or number, as one format writes it.
TimestampWriter: TypeAlias = Callable[[Any], "str | int | float"]

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
#: what percent-encoding leaves as it is, by what is safe besides the unreserved characters
_PLAIN = {"": later(r"[A-Za-z0-9_.~-]*"), "/": later(r"[A-Za-z0-9_.~/-]*")}


def datetime_from_text(text: str) -> datetime:
    """:func:`to_datetime` of text, several times faster for the usual form: ISO 8601 in UTC."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return to_datetime(text)
    return moment if moment.tzinfo is UTC else to_datetime(text)


def _iso8601(moment: datetime) -> str:
    return moment.replace(tzinfo=None).isoformat() + "Z"


def _iso8601_millisecond(moment: datetime) -> str:
    return moment.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def _rfc822(at: datetime) -> str:
    return (
        f"{_DAYS[at.weekday()]}, {at.day:02d} {_MONTHS[at.month - 1]} {at.year:04d} "
        f"{at.hour:02d}:{at.minute:02d}:{at.second:02d} GMT"
    )


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)


def _unix_second(moment: datetime) -> int:
    return (moment - _EPOCH) // _SECOND


def _unix_millisecond(moment: datetime) -> float:
    return _unix_second(moment) + moment.microsecond // 1000 / 1000


def _unix(moment: datetime) -> int | float:
    seconds = _unix_second(moment)
    # Divided once, after adding whole microseconds: two roundings could give another float.
    return (seconds * 1_000_000 + moment.microsecond) / 1_000_000 if moment.microsecond else seconds


_WRITERS: Mapping[str, Mapping[str, Callable[[datetime], str | int | float]]] = {
    "default": {"iso8601": _iso8601, "rfc822": _rfc822, "unixtimestamp": _unix},
    "millisecond": {"iso8601": _iso8601_millisecond, "rfc822": _rfc822, "unixtimestamp": _unix_millisecond},
    "legacy": {"iso8601": _iso8601, "rfc822": _rfc822, "unixtimestamp": _unix_second},
}
TIMESTAMP_PRECISIONS = tuple(_WRITERS)


def timestamp_writer(
    timestamp_format: str, precision: str = "default", *, whole_seconds: bool = False
) -> TimestampWriter:
    """The writer of one format: ``iso8601`` and ``rfc822`` give text, ``unixTimestamp`` an int or a float.

    ``precision`` is one of TIMESTAMP_PRECISIONS; with ``whole_seconds`` the fraction is dropped first, as in headers.
    The writer takes what :func:`to_datetime` takes, and raises ParamValidationError for what it refuses.
    """
    write = _WRITERS[precision][timestamp_format.lower()]

    def write_timestamp(value: Any) -> str | int | float:
        try:
            moment = to_datetime(value)
        except ValueError as error:
            raise ParamValidationError(report=str(error)) from None
        return write(moment.replace(microsecond=0) if whole_seconds else moment)

    return write_timestamp


def blob_bytes(value: Any) -> bytes:
    """A blob as callers give it (bytes-like, text as UTF-8, a file to read) as bytes. Raises ParamValidationError."""
    if isinstance(value, str):
        return utf8(value)
    content: Any = value.read() if hasattr(value, "read") else value
    if isinstance(content, str):
        return utf8(content)
    try:
        return bytes(memoryview(content))
    except TypeError:
        raise ParamValidationError(report=f"A blob cannot be made of a {type(value).__name__}") from None


def base64_text(value: Any) -> str:
    """A blob as base64 text."""
    return b64encode(value if isinstance(value, bytes) else blob_bytes(value)).decode("ascii")


def base64_bytes(text: str) -> bytes:
    """What base64 text stands for; characters outside the alphabet are passed over. Raises ValueError if broken."""
    return binascii.a2b_base64(text)


def float_text(value: Any) -> str:
    """A number as text: ``NaN``, ``Infinity``, ``-Infinity`` as Smithy spells them, else in full (Decimals too)."""
    number = json_float(value)
    return number if isinstance(number, str) else str(value)


def json_float(value: Any) -> Any:
    """A number as JSON can hold it: a Decimal as a float, special values as their names.

    Raises ParamValidationError for one that no float can hold.
    """
    try:
        if isinstance(value, Decimal):
            value = float(value)
        if isfinite(value):
            return value
    except (OverflowError, ValueError) as error:  # a whole number too large, a signalling NaN
        raise ParamValidationError(report=f"A number cannot be sent as a float: {error}") from None
    return "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"


def boolean_text(value: Any) -> str:
    return "true" if value else "false"


def utf8(text: str) -> bytes:
    """Raises ParamValidationError for text that UTF-8 cannot hold (a lone surrogate)."""
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        code = f"U+{ord(text[error.start]):04X} at {error.start}"
        report = f"Text with a lone surrogate ({code}) cannot be sent as UTF-8."
        raise ParamValidationError(report=report) from None


def percent_encode(value: Any, safe: str = "") -> str:
    """Percent-encode all but RFC 3986's unreserved characters and ``safe``. What is not text is written with str()."""
    if isinstance(value, bytes):
        return quote(value, safe=safe)
    text = value if isinstance(value, str) else str(value)
    plain = _PLAIN.get(safe)
    return text if plain is not None and plain.fullmatch(text) else quote(utf8(text), safe=safe)
