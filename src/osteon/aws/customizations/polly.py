"""Handlers of Polly clients."""

from __future__ import annotations

from typing import Any

from osteon.events.admission import Registration
from osteon.http import Request


def unsign_type(request: Request, **kwargs: Any) -> None:
    """Leave the type out of a presigned URL: its body has moved to the query, and players send none."""
    if request.context.get("is_presign_request"):
        del request.headers["Content-Type"]


HANDLERS = (Registration("before-sign.polly.SynthesizeSpeech", unsign_type),)
