"""What every answer tells besides its body: ResponseMetadata, request ids, a status's reason, an error's shape."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from osteon.http import Headers, Response
from osteon.model.service import OperationModel
from osteon.model.shapes import StructureShape


def raw_headers(response: Response) -> dict[str, tuple[str, str]]:
    """The headers as ``lower-case name -> (name, value)``."""
    headers = response.headers
    return headers.raw if isinstance(headers, Headers) else Headers(headers).raw


def http_metadata(response: Response, found: Mapping[str, Any]) -> dict[str, Any]:
    """ResponseMetadata: the request ids found, the status, and the headers by lower-case name."""
    headers = {name: held[1] for name, held in raw_headers(response).items()}
    return {**found, "HTTPStatusCode": response.status_code, "HTTPHeaders": headers}


def header_ids(response: Response) -> dict[str, str]:
    """RequestId from the headers; HostId too, where the id has S3's name."""
    raw = raw_headers(response)
    if "x-amzn-requestid" in raw:
        return {"RequestId": raw["x-amzn-requestid"][1]}
    if "x-amz-request-id" not in raw:
        return {}
    host_id = raw["x-amz-id-2"][1] if "x-amz-id-2" in raw else ""
    return {"RequestId": raw["x-amz-request-id"][1], "HostId": host_id}


def rpc_header_ids(response: Response) -> dict[str, str]:
    """RequestId from the header that the RPC protocols use."""
    held = raw_headers(response).get("x-amzn-requestid")
    return {} if held is None else {"RequestId": held[1]}


def reason(status_code: int) -> str:
    """The standard phrase of a status; empty for one that has none."""
    # Imported here: only errors without a code or a message need it.
    from http import HTTPStatus

    try:
        return HTTPStatus(status_code).phrase
    except ValueError:
        return ""


def error_shape(operation: OperationModel, code: str) -> StructureShape | None:
    """The shape of an error code: the operation's own, else the service's; None where the model has none."""
    own = (shape for shape in operation.error_shapes if shape.error_code == code)
    return next(own, None) or operation.service_model.shape_for_error_code(code)
