"""Handlers of every AWS client. What only one service needs has a file of its own."""

from __future__ import annotations

import uuid
from typing import Any

from osteon.events.admission import Registration
from osteon.http import Request


def add_retry_headers(request: Request, **kwargs: Any) -> None:
    """Tell the service which attempt this is: amz-sdk-invocation-id and amz-sdk-request, as AWS's SDKs do."""
    retries = request.context["retries"]
    if "invocation-id" not in retries:
        retries["invocation-id"] = str(uuid.uuid4())
    raw = request.headers.raw
    raw["amz-sdk-invocation-id"] = ("amz-sdk-invocation-id", retries["invocation-id"])
    raw["amz-sdk-request"] = ("amz-sdk-request", f"attempt={retries['attempt']}")


HANDLERS = (Registration("request-created", add_retry_headers),)
