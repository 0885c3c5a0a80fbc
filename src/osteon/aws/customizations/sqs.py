"""Handlers of SQS clients."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from osteon.events.admission import Registration


def name_error(parsed: Mapping[str, Any], context: dict[str, Any], **kwargs: Any) -> None:
    """Errors keep the codes of the query protocol; their classes go by the shape's name, which comes beside it."""
    code = parsed.get("Error", {}).get("QueryErrorCode")
    if code:
        context["error_code_override"] = code


HANDLERS = (Registration("after-call.sqs", name_error),)
