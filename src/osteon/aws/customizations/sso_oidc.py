"""Handlers of SSO OIDC clients."""

from __future__ import annotations

from typing import Any, cast

import orjson

from osteon.events.admission import Registration


def read_oauth_error(response_dict: dict[str, Any], **kwargs: Any) -> None:
    """Give OAuth's ``error_description`` (RFC 6749, 5.2) as the error's message where it has no other."""
    if response_dict["status_code"] < 400:
        return
    try:
        error = orjson.loads(response_dict["body"])
    except (ValueError, TypeError):
        return
    if isinstance(error, dict):
        found = cast("dict[str, Any]", error)
        if found.get("error_description") and not found.get("Message", found.get("message")):
            response_dict["body"] = orjson.dumps({**found, "Message": found["error_description"]})


HANDLERS = (Registration("before-parse.sso-oidc", read_oauth_error),)
