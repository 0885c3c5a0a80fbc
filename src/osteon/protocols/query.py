"""The query protocols, ``query`` and ``ec2``: parameters as a form, answers as XML. Both differ only in a few names.

Sources: Smithy's awsQuery and ec2Query protocols. The request body is bytes; a handler that must look inside uses
:func:`osteon.codecs.form.decode`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from osteon.codecs import form, xml
from osteon.codecs.xml_document import Node
from osteon.exceptions import ResponseParserError
from osteon.http import Headers, Response
from osteon.model.service import OperationModel
from osteon.protocols import xml_errors
from osteon.protocols.base import Draft, Parser, Protocol, Serializer, SerializerOptions
from osteon.protocols.host_prefix import host_prefix
from osteon.protocols.metadata import http_metadata

_CONTENT_TYPE = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}


def _serializer(ec2: bool, operation: OperationModel, options: SerializerOptions) -> Serializer:
    fixed = {"Action": operation.wire_name, "Version": operation.service_model.api_version}
    encode = _encoder(operation, fixed, ec2=ec2, precision=options.timestamp_precision)
    method, prefix = operation.http.method, host_prefix(operation, options)

    def serialize(params: Mapping[str, Any]) -> Draft:
        return Draft(method, "/", headers=Headers(_CONTENT_TYPE), body=encode(params), host_prefix=prefix(params))

    return serialize


def _encoder(operation: OperationModel, fixed: Mapping[str, str], *, ec2: bool, precision: str) -> form.Encoder:
    if operation.input_shape is None:
        body = form.encode(fixed)
        return lambda params: body
    return form.encoder(operation.input_shape, fixed, ec2=ec2, precision=precision)


def _parser(request_ids: Callable[[Node], dict[str, Any]], operation: OperationModel) -> Parser:
    read, shape = _result_reader(operation), operation.output_shape
    # Out of a wrapper the result is the root: it is read once, and the request id beside it stays.
    open_document = xml.parse if shape is None or shape.result_wrapper else xml.opened

    def parse(response: Response) -> dict[str, Any]:
        root = open_document(response.content)
        parsed = read(root)
        parsed["ResponseMetadata"] = http_metadata(response, request_ids(root))
        return parsed

    return parse


def _result_reader(operation: OperationModel) -> Callable[[Node], dict[str, Any]]:
    shape = operation.output_shape
    if shape is None:
        return lambda root: {}
    decode, wrapper = xml.decoder(shape), shape.result_wrapper
    if not wrapper:
        return decode

    def read(root: Node) -> dict[str, Any]:
        result = xml.child(root, wrapper)
        if result is None:
            tag = xml.local_name(root.tag)
            raise ResponseParserError(f"The answer to {operation.name}, a {tag}, has no {wrapper} in it")
        found: dict[str, Any] = decode(result)
        return found

    return read


def _query_request_ids(root: Node) -> dict[str, Any]:
    metadata = xml.child(root, "ResponseMetadata")
    return {} if metadata is None else {xml.local_name(item.tag): item.text for item in metadata}


def _ec2_request_ids(root: Node) -> dict[str, Any]:
    request_id = xml.child(root, "requestId")
    return {} if request_id is None else {"RequestId": request_id.text}


def _error_parser(operation: OperationModel) -> Parser:
    def parse(response: Response) -> dict[str, Any]:
        fault = xml_errors.read_fault(response)
        parsed: dict[str, Any] = {"Error": fault.error, **xml_errors.modeled_members(operation, fault)}
        parsed["ResponseMetadata"] = http_metadata(response, fault.request_ids)
        return parsed

    return parse


QUERY = Protocol("query", partial(_serializer, False), partial(_parser, _query_request_ids), _error_parser)
EC2 = Protocol("ec2", partial(_serializer, True), partial(_parser, _ec2_request_ids), _error_parser)
