"""Handlers of API Gateway clients."""

from __future__ import annotations

from typing import Any

from osteon.events.admission import Registration
from osteon.protocols.base import Draft


def accept_json(params: Draft, **kwargs: Any) -> None:
    """Ask for JSON: without an Accept header the service answers in HAL."""
    params.headers.raw.setdefault("accept", ("Accept", "application/json"))


HANDLERS = (Registration("before-call.api-gateway", accept_json),)
