"""Handlers of S3 Control clients."""

from __future__ import annotations

from typing import Any

from osteon.events.admission import Registration


def account_in_endpoint(serializer_kwargs: dict[str, Any], **kwargs: Any) -> None:
    """The endpoint rules place the account id in the host: the operations' own host prefix would repeat it."""
    serializer_kwargs["host_prefix_in_endpoint"] = True


HANDLERS = (Registration("creating-serializer.s3-control", account_in_endpoint),)
