"""Loops of Lambda functions that call each other through other services: the trace that AWS knows them by.

Only clients within a Lambda function have this handler. Source: "Use Lambda recursive loop detection".
"""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import quote

from osteon.events.admission import Registration
from osteon.protocols.base import Draft


def pass_trace(params: Draft, **kwargs: Any) -> None:
    """Pass the trace of this invocation on, unless the request has one."""
    trace = os.environ.get("_X_AMZN_TRACE_ID")
    if trace:
        value = quote(trace, safe="-=;:+&[]{}\"',")
        params.headers.raw.setdefault("x-amzn-trace-id", ("X-Amzn-Trace-Id", value))


HANDLERS = (Registration("before-call", pass_trace),)
