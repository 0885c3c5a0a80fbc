"""Timestamps as callers give them: every form botocore takes, as one aware datetime. No wire formats."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache, partial
from typing import Any

from osteon.regex import later

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: RFC 3339 with the parts that callers leave out: what ``fromisoformat`` and every other reader agree on.
_ISO = later(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)?)?")
#: The dates of HTTP headers (RFC 9110, IMF-fixdate), with fractions, since some services send them.
_HTTP_DATE = later(
    r"[A-Z][a-z]{2}, (?P<day>\d\d) (?P<month>[A-Z][a-z]{2}) (?P<year>\d{4}) "
    r"(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)(?:\.(?P<fraction>\d{1,6}))? GMT"
)
_MONTHS = {
    month: number
    for number, month in enumerate(
        ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"), start=1
    )
}


def to_datetime(value: Any) -> datetime:
    """The moment that ``value`` stands for, in UTC; what has no zone is taken as UTC.

    Takes datetimes, seconds since 1970 (numbers, or text that reads as one) and date texts: RFC 3339, and what
    python-dateutil reads, as botocore does; RFC 822 where that is not installed (it comes with botocore). Raises
    ValueError for anything else.
    """
    try:
        return _in_utc(_read(value))
    except OverflowError as error:
        raise ValueError(f"Invalid timestamp: {error}") from None


def _read(value: Any) -> datetime:
    if isinstance(value, datetime):
        return value
    if isinstance(value, (int, float)):
        return _EPOCH + timedelta(seconds=value)
    return _from_text(value)


def _in_utc(moment: datetime) -> datetime:
    zone = moment.tzinfo
    if zone is UTC:
        return moment
    return moment.replace(tzinfo=UTC) if zone is None else moment.astimezone(UTC)


def _from_text(text: Any) -> datetime:
    if isinstance(text, str):
        if _ISO.fullmatch(text):
            try:
                return datetime.fromisoformat(text)
            except ValueError:
                return _from_any_text(text)
        date = _HTTP_DATE.fullmatch(text)
        if date is not None and date["month"] in _MONTHS:
            return _from_http_date(date)
    try:
        return _EPOCH + timedelta(seconds=float(text))
    except (TypeError, ValueError, OverflowError):
        # out of range as seconds: fourteen digits may still be a date written without separators
        return _from_any_text(text)


def _from_http_date(date: re.Match[str]) -> datetime:
    fraction = int((date["fraction"] or "").ljust(6, "0"))
    clock = (int(date["hour"]), int(date["minute"]), int(date["second"]), fraction)
    return datetime(int(date["year"]), _MONTHS[date["month"]], int(date["day"]), *clock, tzinfo=UTC)


def _from_any_text(text: Any) -> datetime:
    try:
        return _reader()(text)
    except Exception as error:  # readers let many kinds of error out on odd texts
        raise ValueError(f"Invalid timestamp: {type(error).__name__}") from error


@lru_cache(maxsize=1)
def _reader() -> Callable[[Any], datetime]:
    # both are loaded on first need: slow to import, and only unusual texts come here
    try:
        return partial(importlib.import_module("dateutil.parser").parse, tzinfos={"GMT": UTC})
    except ImportError:
        from email.utils import parsedate_to_datetime

        return parsedate_to_datetime
