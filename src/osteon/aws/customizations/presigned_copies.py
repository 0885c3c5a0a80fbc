"""Copies between regions: the request tells, as a presigned URL, what the source region is to be asked for.

The flow only; who registers it: ec2, rds_copies. Source: "CopySnapshot" of the EC2 API reference (PresignedUrl).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from osteon.flow import Flow
from osteon.protocols.base import Draft


def source_url(
    draft: Draft, fields: Mapping[str, Any], source: str, request_signer: Any, operation_name: str
) -> Flow[str]:
    """The same request, with these form fields, to the region ``source``, presigned there for the client's region."""
    destination = request_signer.region_name
    request = {
        "method": "GET",
        "url": draft.url.replace(destination, source),
        "body": {**fields, "DestinationRegion": destination},
        "context": draft.context,
    }
    flow: Flow[str] = request_signer.presigned_url_flow(request, operation_name, region_name=source)
    return (yield from flow)
