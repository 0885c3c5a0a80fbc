"""Answers of the RPC protocols (awsJson, rpcv2Cbor): the output is the body, or an event stream. No body formats."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from osteon.codecs.documents import DocumentFormat
from osteon.http import Response
from osteon.model.service import OperationModel
from osteon.model.shapes import StructureShape
from osteon.protocols.base import Parser
from osteon.protocols.metadata import http_metadata, rpc_header_ids


def parser(form: DocumentFormat, operation: OperationModel) -> Parser:
    """The parser of an operation's successes."""
    read = _reader(form, operation)

    def parse(response: Response) -> dict[str, Any]:
        out = read(response)
        out["ResponseMetadata"] = http_metadata(response, rpc_header_ids(response))
        return out

    return parse


def _reader(form: DocumentFormat, operation: OperationModel) -> Callable[[Response], dict[str, Any]]:
    shape, stream = operation.output_shape, operation.event_stream_output
    if shape is None:
        return lambda response: {}
    if stream is not None:
        return _stream_reader(form, operation, shape, stream)
    decode = form.body_decoder(shape)

    def read(response: Response) -> dict[str, Any]:
        out: dict[str, Any] | None = decode(response.content)
        return {} if out is None else out

    return read


def _stream_reader(
    form: DocumentFormat, operation: OperationModel, shape: StructureShape, stream: StructureShape
) -> Callable[[Response], dict[str, Any]]:
    """The events; and what the first message says of the other members. An asynchronous stream passes that over."""
    # Imported here: few operations answer with events.
    from osteon.codecs import eventstream

    binding = eventstream.bind(operation.name, stream, form.body_decoder)
    read_initial, name = form.body_decoder(shape), shape.event_stream_name or ""

    def read(response: Response) -> dict[str, Any]:
        events = eventstream.open_stream(response.body, binding)
        out: dict[str, Any] = {}
        if isinstance(events, eventstream.EventStream):
            out.update(read_initial(events.initial_message().payload) or {})
        out[name] = events
        return out

    return read
