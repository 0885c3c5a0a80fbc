"""Timestamps as callers give them: botocore's moment, and what is read where there is no python-dateutil."""

from __future__ import annotations

import datetime
import subprocess
import sys
from typing import Any

import pytest
from botocore.utils import parse_to_aware_datetime

from osteon.timestamps import to_datetime

MOMENTS: list[Any] = [
    0, -1, 1.5, True, 1_700_000_000.123456, 10**11, "0", "1.5", "1e3", "2020", "2020-01-01", "2020-01-01T00:00:00Z",
    "2020-01-01T00:00:00.25+02:00", "2020-01-01 10:00", "20200101T101010Z", "20200101101010", b"2020-01-01",
    "Wed, 02 Oct 2002 13:00:00 GMT", "Wed, 02 Oct 2002 13:00:00 +0200", "October 2 2002", " 2020-01-01 ", "1900-01-01",
    datetime.datetime(2020, 1, 1), datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone(datetime.timedelta(hours=3))),
    datetime.datetime(9999, 12, 31, 23, 59, 59, 999999), datetime.datetime.min,
]  # fmt: skip


@pytest.mark.parametrize("value", MOMENTS)
def test_the_moment_is_botocores(value: Any) -> None:
    found = to_datetime(value)
    assert found == parse_to_aware_datetime(value)
    assert found.utcoffset() == datetime.timedelta(0)


@pytest.mark.parametrize(
    "value", [None, "", "never", [], {}, object(), float("nan"), float("inf"), 10**400, "9" * 30, b"x", "2020-13-01"]
)
def test_what_is_no_moment(value: Any) -> None:
    with pytest.raises((ValueError, OverflowError)):
        to_datetime(value)


def test_without_dateutil() -> None:
    program = """
import sys
sys.modules["dateutil"] = None
from osteon.timestamps import to_datetime
print(to_datetime("Wed, 02 Oct 2002 13:00:00 GMT").isoformat(), to_datetime("2020-01-01").isoformat())
try:
    to_datetime("October 2")
except ValueError as error:
    print(error)
"""
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert told.splitlines() == [
        "2002-10-02T13:00:00+00:00 2020-01-01T00:00:00+00:00",
        "Invalid timestamp: ValueError",
    ]
