"""The rest-xml protocol: HTTP bindings with XML bodies. Source: Smithy's restXml, and S3's errors."""

from __future__ import annotations

from functools import partial
from typing import Any
from xml.etree.ElementTree import Element

from osteon.codecs import xml
from osteon.codecs.documents import DocumentFormat
from osteon.codecs.xml_document import Node
from osteon.exceptions import ResponseParserError
from osteon.http import Response
from osteon.model.service import OperationModel
from osteon.model.shapes import Shape
from osteon.protocols import rest_request, rest_response, xml_errors
from osteon.protocols.base import Parser, Protocol, SerializerOptions
from osteon.protocols.metadata import error_shape, header_ids, http_metadata


def _encoder(shape: Shape, options: SerializerOptions) -> rest_request.BodyEncoder:
    root = shape.location_name or shape.name
    return xml.encoder(shape, root, timestamp_precision=options.timestamp_precision)


def _parse(body: bytes) -> Node:
    return xml.opened(body) if body else Element("")


def _error_parser(operation: OperationModel) -> Parser:
    def parse(response: Response) -> dict[str, Any]:
        fault = xml_errors.read_fault(response)
        parsed: dict[str, Any] = {"Error": fault.error, **_error_members(operation, fault, response)}
        parsed["ResponseMetadata"] = http_metadata(response, _request_ids(fault, response))
        return parsed

    return parse


def _error_members(operation: OperationModel, fault: xml_errors.Fault, response: Response) -> dict[str, Any]:
    shape = error_shape(operation, fault.error["Code"]) if fault.node is not None else None
    if shape is None or fault.node is None:
        return {}
    out: dict[str, Any] = {}
    try:
        for read in rest_response.member_readers(shape):
            read(response, out)
        out.update(xml.decoder(shape)(fault.node))
    except ResponseParserError:
        # Code and message are known: the error must not be lost over a detail of it.
        return {}
    return out


def _request_ids(fault: xml_errors.Fault, response: Response) -> dict[str, str]:
    if fault.node is None:
        return {"RequestId": "", "HostId": "", **header_ids(response)}
    return header_ids(response) if fault.bare or not fault.request_ids else fault.request_ids


_REQUEST = rest_request.RequestFormat(_encoder, b"", None)
_RESPONSE = DocumentFormat(_parse, xml.decoder)

REST_XML = Protocol(
    "rest-xml", partial(rest_request.serializer, _REQUEST), partial(rest_response.parser, _RESPONSE), _error_parser
)
