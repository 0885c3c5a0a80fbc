"""What every answer tells besides its body: ResponseMetadata, request ids in headers, reasons of a status. No bodies."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from osteon.http import Response


def http_metadata(response: Response, found: Mapping[str, Any]) -> dict[str, Any]:
    """ResponseMetadata: the request ids found, the status, and the headers by lower-case name."""
    headers = {name: held[1] for name, held in response.headers.raw.items()}
    return {**found, "HTTPStatusCode": response.status_code, "HTTPHeaders": headers}


def header_ids(response: Response) -> dict[str, str]:
    """RequestId from the headers; HostId too, where the id has S3's name."""
    raw = response.headers.raw
    if "x-amzn-requestid" in raw:
        return {"RequestId": raw["x-amzn-requestid"][1]}
    if "x-amz-request-id" not in raw:
        return {}
    host_id = raw["x-amz-id-2"][1] if "x-amz-id-2" in raw else ""
    return {"RequestId": raw["x-amz-request-id"][1], "HostId": host_id}


def rpc_header_ids(response: Response) -> dict[str, str]:
    """RequestId from the header that the RPC protocols use."""
    held = response.headers.raw.get("x-amzn-requestid")
    return {} if held is None else {"RequestId": held[1]}


def reason(status_code: int) -> str:
    """The standard phrase of a status; empty for one that has none."""
    try:
        return HTTPStatus(status_code).phrase
    except ValueError:
        return ""
