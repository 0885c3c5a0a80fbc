"""Handlers of S3 clients."""

from __future__ import annotations

from typing import Any

from osteon.events.admission import Registration


def bucket_in_endpoint(serializer_kwargs: dict[str, Any], **kwargs: Any) -> None:
    """The endpoint rules place the bucket, in the host or in the path: the request's own path leaves it out."""
    serializer_kwargs["labels_in_endpoint"] = ("Bucket",)


HANDLERS = (Registration("creating-serializer.s3", bucket_in_endpoint),)
