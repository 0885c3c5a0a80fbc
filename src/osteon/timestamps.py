"""Timestamps as callers give them: every form botocore takes, as one aware datetime. No wire formats."""

from __future__ import annotations

import importlib
import re
from datetime import UTC, datetime, timedelta
from typing import Any

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: RFC 3339 with the parts that callers leave out: what ``fromisoformat`` and every other reader agree on.
_ISO = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:\d\d)?)?")


def to_datetime(value: Any) -> datetime:
    """The moment that ``value`` stands for, in UTC; what has no zone is taken as UTC.

    Takes datetimes, seconds since 1970 (numbers, or text that reads as one) and date texts: ISO 8601, RFC 822, and
    what python-dateutil reads, where it is installed. Raises ValueError or OverflowError for anything else.
    """
    if isinstance(value, datetime):
        moment = value
    elif isinstance(value, (int, float)):
        moment = _EPOCH + timedelta(seconds=value)
    else:
        moment = _from_text(value)
    zone = moment.tzinfo
    if zone is UTC:
        return moment
    return moment.replace(tzinfo=UTC) if zone is None else moment.astimezone(UTC)


def _from_text(text: Any) -> datetime:
    if isinstance(text, str) and _ISO.fullmatch(text):
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            return _from_any_text(text)
    try:
        return _EPOCH + timedelta(seconds=float(text))
    except (TypeError, ValueError, OverflowError):
        # out of range as seconds: fourteen digits may still be a date written without separators
        return _from_any_text(text)


def _from_any_text(text: Any) -> datetime:
    try:
        # loaded on first need: slow to import, and only unusual texts come here
        parser = importlib.import_module("dateutil.parser")
        moment: datetime = parser.parse(text, tzinfos={"GMT": UTC})
    except Exception as error:  # the parser lets many kinds of error out on odd texts
        raise ValueError(f"Invalid timestamp: {type(error).__name__}") from error
    return moment
