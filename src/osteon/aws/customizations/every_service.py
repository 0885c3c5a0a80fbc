"""Handlers of every AWS client. What only one service needs has a file of its own."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from osteon.events.admission import Registration
from osteon.http import Request
from osteon.identifiers import random_uuid


def add_retry_headers(request: Request, **kwargs: Any) -> None:
    """Tell the service which attempt this is: amz-sdk-invocation-id and amz-sdk-request, as AWS's SDKs do.

    A request that is no call's attempt (a program emitted the event itself) is left alone.
    """
    retries = request.context.get("retries")
    if retries is None:
        return
    if "invocation-id" not in retries:
        retries["invocation-id"] = random_uuid()
    raw = request.headers.raw
    raw["amz-sdk-invocation-id"] = ("amz-sdk-invocation-id", retries["invocation-id"])
    raw["amz-sdk-request"] = ("amz-sdk-request", _told(retries))


def _told(retries: Mapping[str, Any]) -> str:
    """When an answer is of no more use, which attempt this is, of how many: as far as it is known."""
    told = _counted(retries["attempt"], retries.get("max"))
    return f"ttl={retries['ttl']}; {told}" if "ttl" in retries else told


@lru_cache(maxsize=64)
def _counted(attempt: int, most: int | None) -> str:
    return f"attempt={attempt}" if most is None else f"attempt={attempt}; max={most}"


HANDLERS = (Registration("request-created", add_retry_headers),)
