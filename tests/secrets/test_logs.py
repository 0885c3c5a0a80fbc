"""Logging as users of boto3 know it: set_stream_logger, a logger for each module, silence where nobody asked."""

from __future__ import annotations

import io
import logging
import subprocess
import sys
from collections.abc import Iterator
from contextlib import redirect_stderr
from typing import Any

import pytest
from tests.faults.misbehaviour import Scripted, answer, hang_up

import osteon
from osteon import Config


@pytest.fixture
def tidy() -> Iterator[None]:
    """Loggers as they were before."""
    loggers = [logging.getLogger(name) for name in ("osteon", "osteon.pipeline", "osteon.endpoints")]
    before = [(one, one.level, list(one.handlers)) for one in loggers]
    yield
    for one, level, handlers in before:
        one.setLevel(level)
        one.handlers[:] = handlers


def said(mode: Any, **arguments: Any) -> str:
    """What a call with a retry writes to standard error."""
    errors = io.StringIO()
    with redirect_stderr(errors), Scripted([hang_up, answer("200 OK", b"{}", "x-amzn-RequestId: 4711")]) as server:
        osteon.set_stream_logger(**arguments)
        client = mode.client(
            "dynamodb", endpoint_url=server.url, config=Config(retries={"mode": "standard", "max_attempts": 2})
        )
        client.meta.events.register("before-send.dynamodb", listener)
        mode.do(client.list_tables())
    return errors.getvalue()


def listener(**kwargs: Any) -> None:
    """Heard of in the log."""


#: what somebody who looks for a fault wants to read
USEFUL = (
    "osteon.session [DEBUG] Client of dynamodb 2012-08-10 for http://127.0.0.1",
    "osteon.events.emitter [DEBUG] Event before-send.dynamodb.ListTables: heard by",
    "test_logs.listener",
    "osteon.endpoints.resolver [DEBUG]",
    "osteon.aws.credentials.base [DEBUG] Found credentials by env",
    "osteon.pipeline.signing [DEBUG] ListTables signed by v4 for dynamodb in us-east-1",
    "osteon.pipeline.attempt [DEBUG] ListTables, attempt 1: POST http://127.0.0.1",
    "osteon.pipeline.attempt [DEBUG] ListTables: no answer: Connection was closed",
    "osteon.pipeline.execute [DEBUG] ListTables: attempt 1 failed; again in ",
    "osteon.pipeline.attempt [DEBUG] ListTables, attempt 2: POST",
    "osteon.pipeline.attempt [DEBUG] ListTables: status 200, request id 4711, body 2",
)


@pytest.mark.usefixtures("tidy")
def test_a_call_can_be_followed(hasty: Any) -> None:
    text = said(hasty)
    assert [part for part in USEFUL if part not in text] == []


@pytest.mark.usefixtures("tidy")
def test_one_room_alone(hasty: Any) -> None:
    lines = said(hasty, name="osteon.pipeline").splitlines()
    assert lines
    assert all(" osteon.pipeline." in line for line in lines)


@pytest.mark.usefixtures("tidy")
def test_a_level_and_a_format_of_ones_own(hasty: Any) -> None:
    assert said(hasty, level=logging.INFO) == ""
    assert said(hasty, format_string="<%(name)s>").startswith("<osteon.")


def test_nobody_who_did_not_ask_hears_anything() -> None:
    code = """
import logging, osteon
osteon.Session(region_name="us-east-1").client("sqs", region_name="us-east-1")
logging.getLogger("osteon.aws.credentials.base").warning("not heard")
"""
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert ended.stderr == b""
