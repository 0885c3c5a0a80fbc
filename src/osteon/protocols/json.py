"""The json protocol: awsJson 1.0 and 1.1. Source: Smithy's awsJson1_0 and awsJson1_1."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from osteon.codecs import json
from osteon.codecs.documents import DocumentFormat
from osteon.exceptions import UndefinedModelAttributeError
from osteon.http import Headers, Response
from osteon.model.service import OperationModel
from osteon.model.shapes import StructureShape
from osteon.protocols import json_errors, rpc_response
from osteon.protocols.base import Draft, Protocol, Serializer, SerializerOptions
from osteon.protocols.host_prefix import host_prefix
from osteon.protocols.metadata import rpc_header_ids


def _serializer(operation: OperationModel, options: SerializerOptions) -> Serializer:
    method, headers, prefix = operation.http.method, _headers(operation), host_prefix(operation, options)
    shape = operation.input_shape
    if shape is None:
        return lambda params: Draft(method, "/", {}, headers.copy(), b"{}", prefix(params))
    encode = json.encoder(shape, timestamp_precision=options.timestamp_precision)

    def serialize(params: Mapping[str, Any]) -> Draft:
        return Draft(method, "/", {}, headers.copy(), encode(params), prefix(params))

    return serialize


def _headers(operation: OperationModel) -> Headers:
    metadata = operation.service_model.metadata
    if metadata.target_prefix is None:
        raise UndefinedModelAttributeError(attribute="targetPrefix", origin=operation.service_model.origin)
    headers = Headers(
        {
            "X-Amz-Target": f"{metadata.target_prefix}.{operation.wire_name}",
            "Content-Type": f"application/x-amz-json-{metadata.json_version or '1.0'}",
        }
    )
    if operation.service_model.is_query_compatible:
        headers["x-amzn-query-mode"] = "true"
    return headers


def _code(document: dict[str, Any], response: Response) -> Any:
    # Most services write __type; Smithy has clients take the other places, too.
    return (
        document.get("__type")
        or json_errors.header_code(response)
        or json_errors.first_code(document, ("code", "Code"))
    )


def _members(shape: StructureShape, document: dict[str, Any], response: Response) -> dict[str, Any]:
    members: dict[str, Any] = json.decoder(shape)(document)
    return members


_RESPONSE = DocumentFormat(json.parse, json.decoder)
_ERRORS = json_errors.ErrorFormat(json.parse, _code, _members, rpc_header_ids)

JSON = Protocol(
    "json", _serializer, partial(rpc_response.parser, _RESPONSE), partial(json_errors.error_parser, _ERRORS)
)
