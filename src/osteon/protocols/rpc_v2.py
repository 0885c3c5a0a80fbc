"""The smithy-rpc-v2-cbor protocol. Source: Smithy's rpcv2Cbor."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from osteon.codecs import cbor
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
    path, headers, prefix = _path(operation), _headers(operation), host_prefix(operation, options)
    shape = operation.input_shape
    if shape is None:
        return lambda params: Draft("POST", path, {}, headers.copy(), b"", prefix(params))
    encode = cbor.encoder(shape, timestamp_precision=options.timestamp_precision)

    def serialize(params: Mapping[str, Any]) -> Draft:
        return Draft("POST", path, {}, headers.copy(), encode(params), prefix(params))

    return serialize


def _path(operation: OperationModel) -> str:
    target = operation.service_model.metadata.target_prefix
    if target is None:
        raise UndefinedModelAttributeError(attribute="targetPrefix", origin=operation.service_model.origin)
    return f"/service/{target}/operation/{operation.wire_name}"


def _headers(operation: OperationModel) -> Headers:
    headers = Headers({"smithy-protocol": "rpc-v2-cbor", "Accept": _media_type(operation.has_event_stream_output)})
    if operation.service_model.is_query_compatible:
        headers["x-amzn-query-mode"] = "true"
    if operation.input_shape is not None:
        headers["Content-Type"] = _media_type(operation.has_event_stream_input)
    return headers


def _media_type(is_stream: bool) -> str:
    return "application/vnd.amazon.eventstream" if is_stream else "application/cbor"


def _code(document: dict[str, Any], response: Response) -> Any:
    return document.get("__type")


def _members(shape: StructureShape, document: dict[str, Any], response: Response) -> dict[str, Any]:
    members: dict[str, Any] = cbor.decoder(shape)(document)
    return members


_RESPONSE = DocumentFormat(cbor.parse, cbor.decoder)
_ERRORS = json_errors.ErrorFormat(cbor.parse, _code, _members, rpc_header_ids)

RPC_V2_CBOR = Protocol(
    "smithy-rpc-v2-cbor",
    _serializer,
    partial(rpc_response.parser, _RESPONSE),
    partial(json_errors.error_parser, _ERRORS),
)
