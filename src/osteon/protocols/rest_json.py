"""The rest-json protocol: HTTP bindings with JSON bodies. Source: Smithy's restJson1."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from osteon.codecs import json
from osteon.codecs.documents import DocumentFormat
from osteon.http import Response
from osteon.model.shapes import Shape, StructureShape
from osteon.protocols import json_errors, rest_request, rest_response
from osteon.protocols.base import Protocol, SerializerOptions
from osteon.protocols.metadata import header_ids


def _encoder(shape: Shape, options: SerializerOptions) -> rest_request.BodyEncoder:
    return json.encoder(shape, timestamp_precision=options.timestamp_precision)


def _decoder(shape: Shape) -> Callable[[Any], Any]:
    return json.decoder(shape, exact_numbers=True)


def _code(document: dict[str, Any], response: Response) -> Any:
    return json_errors.header_code(response) or json_errors.first_code(document, ("code", "Code", "__type"))


def _members(shape: StructureShape, document: dict[str, Any], response: Response) -> dict[str, Any]:
    return rest_response.error_members(_RESPONSE, shape, response)


_REQUEST = rest_request.RequestFormat(_encoder, b"{}", "application/json")
_RESPONSE = DocumentFormat(json.parse, _decoder)
_ERRORS = json_errors.ErrorFormat(json.parse, _code, _members, header_ids)

REST_JSON = Protocol(
    "rest-json",
    partial(rest_request.serializer, _REQUEST),
    partial(rest_response.parser, _RESPONSE),
    partial(json_errors.error_parser, _ERRORS),
)
